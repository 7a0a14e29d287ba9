/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The intersection of an offered and an answering section (RFC 3264 §6.1). Pure functions. */
#include "jsep/rtcnegotiate.h"

static const RtcCodec *
find_pt (const GPtrArray *codecs, gint pt)
{
  for (guint i = 0; i < codecs->len; i++) {
    const RtcCodec *codec = codecs->pdata[i];
    if ((gint) codec->pt == pt)
      return codec;
  }
  return NULL;
}

static const RtcCodec *
find_rtx (const GPtrArray *codecs, guint pt)
{
  for (guint i = 0; i < codecs->len; i++) {
    const RtcCodec *codec = codecs->pdata[i];
    if (codec->apt == (gint) pt && rtc_codec_is (codec, "rtx"))
      return codec;
  }
  return NULL;
}

/* The codec of @codecs that is @codec, of the same payload type when there are several. */
static const RtcCodec *
find_plain (const GPtrArray *codecs, const RtcCodec *codec)
{
  const RtcCodec *same = find_pt (codecs, (gint) codec->pt);

  if (same != NULL && rtc_codec_matches (same, codec))
    return same;
  for (guint i = 0; i < codecs->len; i++) {
    if (rtc_codec_matches (codecs->pdata[i], codec))
      return codecs->pdata[i];
  }
  return NULL;
}

/* @siblings: the list that @codec is in, where an rtx finds what it repeats. */
static const RtcCodec *
find_match (const GPtrArray *codecs, const RtcCodec *codec, const GPtrArray *siblings)
{
  const RtcCodec *repeated;

  if (!rtc_codec_is (codec, "rtx"))
    return find_plain (codecs, codec);
  repeated = find_pt (siblings, codec->apt);
  if (repeated == NULL || rtc_codec_is (repeated, "rtx"))
    return NULL;
  repeated = find_plain (codecs, repeated);
  return repeated != NULL ? find_rtx (codecs, repeated->pt) : NULL;
}

static void
intersect_feedback (RtcCodec *codec, const RtcCodec *other)
{
  for (guint i = codec->feedback->len; i > 0; i--) {
    if (!rtc_codec_has_feedback (other, codec->feedback->pdata[i - 1]))
      g_ptr_array_remove_index (codec->feedback, i - 1);
  }
}

static RtcCodec *
answer_codec (const RtcCodec *offered, const RtcCodec *ours)
{
  RtcCodec *codec = rtc_codec_copy (offered);

  intersect_feedback (codec, ours);
  if (!rtc_codec_is (codec, "rtx"))
    rtc_codec_set_fmtp (codec, ours->fmtp != NULL ? ours->fmtp : offered->fmtp);
  return codec;
}

static void
append_in_our_order (GPtrArray *codecs, const GPtrArray *ours, const GPtrArray *offered)
{
  for (guint i = 0; i < ours->len; i++) {
    for (guint k = 0; k < offered->len; k++) {
      const RtcCodec *codec = offered->pdata[k];
      if (find_match (ours, codec, offered) == ours->pdata[i])
        g_ptr_array_add (codecs, answer_codec (codec, ours->pdata[i]));
    }
  }
}

GPtrArray *
rtc_negotiate_codecs (const GPtrArray *ours, const GPtrArray *offered, gboolean is_our_order)
{
  GPtrArray *codecs = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_codec_free);

  if (is_our_order) {
    append_in_our_order (codecs, ours, offered);
    return codecs;
  }
  for (guint i = 0; i < offered->len; i++) {
    const RtcCodec *match = find_match (ours, offered->pdata[i], offered);
    if (match != NULL)
      g_ptr_array_add (codecs, answer_codec (offered->pdata[i], match));
  }
  return codecs;
}

gboolean
rtc_negotiate_has_medium (const GPtrArray *codecs)
{
  for (guint i = 0; i < codecs->len; i++) {
    const RtcCodec *codec = codecs->pdata[i];
    if (!rtc_codec_is_repair (codec) && !rtc_codec_is (codec, "telephone-event") &&
        !rtc_codec_is (codec, "CN"))
      return TRUE;
  }
  return FALSE;
}

static const RtcExtmap *
find_extmap (const GPtrArray *extmaps, const gchar *uri)
{
  for (guint i = 0; i < extmaps->len; i++) {
    const RtcExtmap *extmap = extmaps->pdata[i];
    if (g_str_equal (extmap->uri, uri))
      return extmap;
  }
  return NULL;
}

GPtrArray *
rtc_negotiate_extmaps (const GPtrArray *ours, const GPtrArray *offered)
{
  GPtrArray *extmaps = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_extmap_free);

  for (guint i = 0; i < offered->len; i++) {
    const RtcExtmap *theirs = offered->pdata[i];
    const RtcExtmap *own = find_extmap (ours, theirs->uri);
    RtcDirection direction;

    if (own == NULL || find_extmap (extmaps, theirs->uri) != NULL)
      continue;
    direction = rtc_direction_reverse (theirs->direction) & own->direction;
    if (direction != RTC_DIRECTION_INACTIVE)
      g_ptr_array_add (extmaps, rtc_extmap_new (theirs->id, theirs->uri, direction));
  }
  return extmaps;
}

GPtrArray *
rtc_negotiate_rids (const GPtrArray *offered)
{
  GPtrArray *rids = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_rid_free);

  for (guint i = 0; i < offered->len; i++) {
    const RtcRid *rid = offered->pdata[i];
    if (rid->is_send)
      g_ptr_array_add (rids, rtc_rid_new (rid->id, FALSE, rid->restrictions));
  }
  return rids;
}

gboolean
rtc_negotiate_has_common (const RtcSection *offer, const RtcSection *answer)
{
  for (guint i = 0; i < answer->codecs->len; i++) {
    const RtcCodec *codec = answer->codecs->pdata[i];
    if (!rtc_codec_is_repair (codec) && find_plain (offer->codecs, codec) != NULL)
      return TRUE;
  }
  return FALSE;
}

/* The codecs of one direction: in the answer's order, as @receiver numbered and described them,
 * for it is the one that reads the packets. */
static void
fill_codecs (GPtrArray *codecs, const RtcSection *answer, const RtcSection *offer,
    const RtcSection *receiver)
{
  for (guint i = 0; i < answer->codecs->len; i++) {
    const RtcCodec *answered = answer->codecs->pdata[i];
    const RtcCodec *offered = find_match (offer->codecs, answered, answer->codecs);
    RtcCodec *codec;

    if (offered == NULL)
      continue;
    codec = rtc_codec_copy (receiver == answer ? answered : offered);
    intersect_feedback (codec, receiver == answer ? offered : answered);
    if (find_pt (codecs, (gint) codec->pt) == NULL)
      g_ptr_array_add (codecs, codec);
    else
      rtc_codec_free (codec);
  }
}

static void
fill_extmaps (RtcMedia *media, const RtcSection *local, const RtcSection *remote)
{
  for (guint i = 0; i < local->extmaps->len; i++) {
    const RtcExtmap *own = local->extmaps->pdata[i];
    const RtcExtmap *theirs = rtc_section_find_extmap (remote, own->uri);
    RtcDirection direction;

    if (theirs == NULL || theirs->id != own->id)
      continue;
    direction = own->direction & rtc_direction_reverse (theirs->direction);
    if (direction & RTC_DIRECTION_SENDONLY)
      g_ptr_array_add (media->send.extmaps, rtc_extmap_new (own->id, own->uri, direction));
    if (direction & RTC_DIRECTION_RECVONLY)
      g_ptr_array_add (media->receive.extmaps, rtc_extmap_new (own->id, own->uri, direction));
  }
}

static gboolean
has_rid (const GPtrArray *rids, const gchar *id, gboolean is_send)
{
  for (guint i = 0; i < rids->len; i++) {
    const RtcRid *rid = rids->pdata[i];
    if (rid->is_send == is_send && g_str_equal (rid->id, id))
      return TRUE;
  }
  return FALSE;
}

static void
fill_rids (RtcMedia *media, const RtcSection *local, const RtcSection *remote)
{
  for (guint i = 0; i < local->rids->len; i++) {
    const RtcRid *rid = local->rids->pdata[i];
    if (has_rid (remote->rids, rid->id, !rid->is_send))
      g_ptr_array_add (rid->is_send ? media->send.rids : media->receive.rids, rtc_rid_copy (rid));
  }
}

void
rtc_negotiate_parameters (
    RtcMedia *media, const RtcSection *local, const RtcSection *remote, gboolean is_local_answer)
{
  const RtcSection *answer = is_local_answer ? local : remote;
  const RtcSection *offer = is_local_answer ? remote : local;
  RtcDirection direction = local->direction & rtc_direction_reverse (remote->direction);

  rtc_media_parameters_clear (&media->send);
  rtc_media_parameters_clear (&media->receive);
  rtc_media_parameters_init (&media->send);
  rtc_media_parameters_init (&media->receive);
  media->has_current_direction = TRUE;
  media->current_direction = direction;
  media->send.is_active = (direction & RTC_DIRECTION_SENDONLY) != 0;
  media->receive.is_active = (direction & RTC_DIRECTION_RECVONLY) != 0;
  fill_codecs (media->send.codecs, answer, offer, remote);
  fill_codecs (media->receive.codecs, answer, offer, local);
  fill_extmaps (media, local, remote);
  fill_rids (media, local, remote);
  g_ptr_array_unref (media->send.sources);
  media->send.sources = rtc_sources_copy (local->sources);
  g_ptr_array_unref (media->receive.sources);
  media->receive.sources = rtc_sources_copy (remote->sources);
}
