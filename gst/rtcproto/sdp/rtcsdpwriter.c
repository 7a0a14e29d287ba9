/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtcDescription -> GstSDPMessage and text, in the order of RFC 9429 §5.2.1 and of the browsers:
 * what names the transport first, then what flows over it. Pure; the message is the caller's. */
#include "sdp/rtcdescription.h"

#include <string.h>

/* A value that holds a line end comes from the application and would be read as a line of its own:
 * it is left out. */
static void
add (GstSDPMedia *media, const gchar *name, const gchar *value)
{
  if (!strpbrk (value, "\r\n"))
    gst_sdp_media_add_attribute (media, name, value);
}

static void G_GNUC_PRINTF (3, 4)
    add_printf (GstSDPMedia *media, const gchar *name, const gchar *format, ...)
{
  g_autofree gchar *value = NULL;
  va_list arguments;

  va_start (arguments, format);
  value = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  add (media, name, value);
}

static gboolean
is_old_data (const RtcSection *section)
{
  return g_str_equal (section->protocol, "DTLS/SCTP");
}

static gboolean
is_media (const RtcSection *section)
{
  return section->kind == RTC_KIND_AUDIO || section->kind == RTC_KIND_VIDEO;
}

static void
write_formats (GstSDPMedia *media, const RtcSection *section)
{
  if (section->kind == RTC_KIND_UNKNOWN) {
    gst_sdp_media_add_format (media, section->formats ? section->formats : "0");
  } else if (section->kind == RTC_KIND_APPLICATION && is_old_data (section)) {
    g_autofree gchar *port = g_strdup_printf ("%u", section->sctp_port);

    gst_sdp_media_add_format (media, port);
  } else if (section->kind == RTC_KIND_APPLICATION) {
    gst_sdp_media_add_format (media, "webrtc-datachannel");
  } else {
    for (guint i = 0; i < section->codecs->len; i++) {
      const RtcCodec *codec = g_ptr_array_index (section->codecs, i);
      g_autofree gchar *pt = g_strdup_printf ("%u", codec->pt);

      gst_sdp_media_add_format (media, pt);
    }
    /* RFC 8866 §9: an m= line has at least one format. Here one that nobody takes for a codec: 0
     * alone would be PCMU in an audio section. */
    if (section->codecs->len == 0)
      gst_sdp_media_add_format (media, section->kind == RTC_KIND_AUDIO ? "127" : "0");
  }
}

static void
write_media_line (GstSDPMedia *media, const RtcSection *section)
{
  gst_sdp_media_set_media (media, section->media);
  gst_sdp_media_set_port_info (media, section->port, 1);
  gst_sdp_media_set_proto (media, section->protocol);
  write_formats (media, section);
  /* RFC 9429 §5.2.1: the dummy address, as long as no other is known; with ICE nobody reads it
   * later either. */
  gst_sdp_media_add_connection (media, "IN", "IP4", "0.0.0.0", 0, 0);
  /* RFC 9429 §5.2.1: an a=rtcp line with the dummy value "9 IN IP4 0.0.0.0", unless only
   * multiplexed RTCP is acceptable. */
  if (is_media (section) && section->rtcp_mux && !section->rtcp_mux_only &&
      !rtc_section_is_rejected (section))
    add (media, "rtcp", "9 IN IP4 0.0.0.0");
  if (section->is_bundle_only)
    add (media, "bundle-only", "");
}

static void
write_ice (GstSDPMedia *media, const RtcSection *section)
{
  for (guint i = 0; i < section->candidates->len; i++) {
    const gchar *candidate = g_ptr_array_index (section->candidates, i);

    add (media, "candidate", candidate + strlen ("candidate:"));
  }
  if (section->is_end_of_candidates)
    add (media, "end-of-candidates", "");
  if (section->ice_ufrag)
    add (media, "ice-ufrag", section->ice_ufrag);
  if (section->ice_pwd)
    add (media, "ice-pwd", section->ice_pwd);
  if (section->has_trickle)
    add (media, "ice-options", "trickle");
}

static void
write_dtls (GstSDPMedia *media, const RtcSection *section)
{
  for (guint i = 0; i < section->fingerprints->len; i++) {
    g_autofree gchar *text = rtc_fingerprint_to_text (g_ptr_array_index (section->fingerprints, i));

    add (media, "fingerprint", text);
  }
  if (section->setup != RTC_SETUP_NONE)
    add (media, "setup", rtc_setup_to_string (section->setup));
}

static void
write_extmaps (GstSDPMedia *media, const RtcSection *section)
{
  for (guint i = 0; i < section->extmaps->len; i++) {
    const RtcExtmap *extmap = g_ptr_array_index (section->extmaps, i);
    gboolean is_both = extmap->direction == RTC_DIRECTION_SENDRECV;

    add_printf (media, "extmap", "%u%s%s %s", extmap->id, is_both ? "" : "/",
        is_both ? "" : rtc_direction_to_string (extmap->direction), extmap->uri);
  }
}

static void
write_msids (GstSDPMedia *media, const RtcSection *section)
{
  for (guint i = 0; i < section->msids->len; i++) {
    const RtcMsid *msid = g_ptr_array_index (section->msids, i);

    add_printf (media, "msid", "%s%s%s", msid->stream, msid->track ? " " : "",
        msid->track ? msid->track : "");
  }
}

static void
write_rtcp (GstSDPMedia *media, const RtcSection *section)
{
  if (section->rtcp_mux)
    add (media, "rtcp-mux", "");
  if (section->rtcp_mux_only)
    add (media, "rtcp-mux-only", "");
  if (section->rtcp_rsize)
    add (media, "rtcp-rsize", "");
}

static void
write_codecs (GstSDPMedia *media, const RtcSection *section)
{
  for (guint i = 0; i < section->codecs->len; i++) {
    const RtcCodec *codec = g_ptr_array_index (section->codecs, i);

    if (codec->channels > 1)
      add_printf (media, "rtpmap", "%u %s/%u/%u", codec->pt, codec->name, codec->clock_rate,
          codec->channels);
    else
      add_printf (media, "rtpmap", "%u %s/%u", codec->pt, codec->name, codec->clock_rate);
    for (guint j = 0; j < codec->feedback->len; j++)
      add_printf (media, "rtcp-fb", "%u %s", codec->pt,
          (const gchar *) g_ptr_array_index (codec->feedback, j));
    if (codec->fmtp)
      add_printf (media, "fmtp", "%u %s", codec->pt, codec->fmtp);
  }
}

static void
append_simulcast (GString *text, const RtcSection *section, gboolean is_send)
{
  const gchar *separator = is_send ? "send " : "recv ";

  for (guint i = 0; i < section->rids->len; i++) {
    const RtcRid *rid = g_ptr_array_index (section->rids, i);

    if (!rid->is_send != !is_send)
      continue;
    if (*separator != ';' && text->len > 0)
      g_string_append_c (text, ' ');
    g_string_append_printf (text, "%s%s%s", separator, rid->is_paused ? "~" : "", rid->id);
    separator = ";";
  }
}

static void
write_rids (GstSDPMedia *media, const RtcSection *section)
{
  g_autoptr (GString) simulcast = g_string_new (NULL);

  for (guint i = 0; i < section->rids->len; i++) {
    const RtcRid *rid = g_ptr_array_index (section->rids, i);

    add_printf (media, "rid", "%s %s%s%s", rid->id, rid->is_send ? "send" : "recv",
        rid->restrictions ? " " : "", rid->restrictions ? rid->restrictions : "");
  }
  if (!section->has_simulcast || section->rids->len == 0)
    return;
  /* The order of the directions is that of the list, so that reading gives the same list. */
  append_simulcast (simulcast, section, ((RtcRid *) section->rids->pdata[0])->is_send);
  append_simulcast (simulcast, section, !((RtcRid *) section->rids->pdata[0])->is_send);
  add (media, "simulcast", simulcast->str);
}

static void
write_source (GstSDPMedia *media, guint32 ssrc, const RtcSource *source)
{
  if (source->cname)
    add_printf (media, "ssrc", "%u cname:%s", ssrc, source->cname);
  else
    add_printf (media, "ssrc", "%u", ssrc);
}

static void
write_sources (GstSDPMedia *media, const RtcSection *section)
{
  for (guint i = 0; i < section->sources->len; i++) {
    const RtcSource *source = g_ptr_array_index (section->sources, i);

    if (source->rtx)
      add_printf (media, "ssrc-group", "FID %u %u", source->ssrc, source->rtx);
    write_source (media, source->ssrc, source);
    if (source->rtx)
      write_source (media, source->rtx, source);
  }
}

static void
write_media (GstSDPMedia *media, const RtcSection *section)
{
  write_extmaps (media, section);
  add (media, rtc_direction_to_string (section->direction), "");
  write_msids (media, section);
  write_rtcp (media, section);
  write_codecs (media, section);
  write_rids (media, section);
  write_sources (media, section);
}

static void
write_data (GstSDPMedia *media, const RtcSection *section)
{
  if (is_old_data (section))
    add_printf (media, "sctpmap", "%u webrtc-datachannel 1024", section->sctp_port);
  else if (section->sctp_port)
    add_printf (media, "sctp-port", "%u", section->sctp_port);
  add_printf (media, "max-message-size", "%" G_GUINT64_FORMAT, section->max_message_size);
}

static void
write_section (GstSDPMessage *sdp, const RtcSection *section)
{
  GstSDPMedia *media;

  gst_sdp_media_new (&media);
  write_media_line (media, section);
  write_ice (media, section);
  write_dtls (media, section);
  if (section->mid)
    add (media, "mid", section->mid);
  if (is_media (section))
    write_media (media, section);
  else if (section->kind == RTC_KIND_APPLICATION)
    write_data (media, section);
  gst_sdp_message_add_media (sdp, media);
  gst_sdp_media_free (media);
}

static gboolean
has_media (const RtcDescription *description)
{
  for (guint i = 0; i < description->sections->len; i++)
    if (is_media (rtc_description_get_section (description, i)))
      return TRUE;
  return FALSE;
}

static void
write_session (GstSDPMessage *sdp, const RtcDescription *description)
{
  g_autofree gchar *id = g_strdup_printf ("%" G_GUINT64_FORMAT, description->session_id);
  g_autofree gchar *version = g_strdup_printf ("%" G_GUINT64_FORMAT, description->session_version);

  gst_sdp_message_set_version (sdp, "0");
  /* RFC 9429 §5.2.1: the address tells nothing, so that it gives nothing away. */
  gst_sdp_message_set_origin (sdp, "-", id, version, "IN", "IP4", "0.0.0.0");
  gst_sdp_message_set_session_name (sdp, description->session_name);
  gst_sdp_message_add_time (sdp, "0", "0", NULL);
  for (guint i = 0; i < description->bundle_groups->len; i++) {
    g_autofree gchar *mids = g_strjoinv (" ", g_ptr_array_index (description->bundle_groups, i));
    g_autofree gchar *group = g_strconcat ("BUNDLE ", mids, NULL);

    gst_sdp_message_add_attribute (sdp, "group", group);
  }
  if (description->is_extmap_allow_mixed)
    gst_sdp_message_add_attribute (sdp, "extmap-allow-mixed", "");
  if (has_media (description))
    gst_sdp_message_add_attribute (sdp, "msid-semantic", " WMS *");
  if (description->is_ice_lite)
    gst_sdp_message_add_attribute (sdp, "ice-lite", "");
}

GstSDPMessage *
rtc_description_to_sdp (const RtcDescription *description)
{
  GstSDPMessage *sdp;

  gst_sdp_message_new (&sdp);
  write_session (sdp, description);
  for (guint i = 0; i < description->sections->len; i++)
    write_section (sdp, rtc_description_get_section (description, i));
  return sdp;
}

gchar *
rtc_description_to_text (const RtcDescription *description)
{
  GstSDPMessage *sdp = rtc_description_to_sdp (description);
  gchar *text = gst_sdp_message_as_text (sdp);

  gst_sdp_message_free (sdp);
  return text;
}
