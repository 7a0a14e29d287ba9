/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parameters of one direction of a transceiver: made, copied, and as text for comparing. Owned
 * by a transceiver's negotiated part. */
#include "jsep/rtcmediaparameters.h"

void
rtc_media_parameters_init (RtcMediaParameters *parameters)
{
  parameters->is_active = FALSE;
  parameters->codecs = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_codec_free);
  parameters->extmaps = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_extmap_free);
  parameters->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_source_free);
  parameters->rids = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_rid_free);
}

void
rtc_media_parameters_clear (RtcMediaParameters *parameters)
{
  g_clear_pointer (&parameters->codecs, g_ptr_array_unref);
  g_clear_pointer (&parameters->extmaps, g_ptr_array_unref);
  g_clear_pointer (&parameters->sources, g_ptr_array_unref);
  g_clear_pointer (&parameters->rids, g_ptr_array_unref);
}

void
rtc_media_parameters_copy (RtcMediaParameters *to, const RtcMediaParameters *from)
{
  to->is_active = from->is_active;
  to->codecs = rtc_codecs_copy (from->codecs);
  to->extmaps = rtc_extmaps_copy (from->extmaps);
  to->sources = rtc_sources_copy (from->sources);
  to->rids = rtc_rids_copy (from->rids);
}

static void
append_codec (GString *text, const RtcCodec *codec)
{
  g_string_append_printf (text, " codec %u %s/%u/%u fmtp %s apt %d", codec->pt, codec->name,
      codec->clock_rate, codec->channels, codec->fmtp ? codec->fmtp : "-", codec->apt);
  for (guint i = 0; i < codec->feedback->len; i++)
    g_string_append_printf (text, " fb %s", (gchar *) codec->feedback->pdata[i]);
}

gchar *
rtc_media_parameters_to_string (const RtcMediaParameters *parameters)
{
  GString *text = g_string_new (parameters->is_active ? "active" : "inactive");

  for (guint i = 0; i < parameters->codecs->len; i++)
    append_codec (text, parameters->codecs->pdata[i]);
  for (guint i = 0; i < parameters->extmaps->len; i++) {
    const RtcExtmap *extmap = parameters->extmaps->pdata[i];
    g_string_append_printf (text, " extmap %u %s %d", extmap->id, extmap->uri, extmap->direction);
  }
  for (guint i = 0; i < parameters->sources->len; i++) {
    const RtcSource *source = parameters->sources->pdata[i];
    g_string_append_printf (
        text, " source %u %u %s", source->ssrc, source->rtx, source->cname ? source->cname : "-");
  }
  for (guint i = 0; i < parameters->rids->len; i++) {
    const RtcRid *rid = parameters->rids->pdata[i];
    g_string_append_printf (text, " rid %s %d %d %s", rid->id, rid->is_send, rid->is_paused,
        rid->restrictions ? rid->restrictions : "-");
  }
  return g_string_free (text, FALSE);
}
