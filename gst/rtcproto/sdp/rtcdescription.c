/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The model of a session description: making, copying, freeing and searching its structs. Each
 * struct owns what it points to; a description is owned by whoever asked for it. */
#include "sdp/rtcdescription.h"

#include <string.h>

static gpointer
copy_string (gconstpointer string, gpointer user_data)
{
  return g_strdup (string);
}

static GPtrArray *
copy_list (GPtrArray *list, GCopyFunc copy)
{
  return list ? g_ptr_array_copy (list, copy, NULL) : NULL;
}

RtcExtmap *
rtc_extmap_new (guint id, const gchar *uri, RtcDirection direction)
{
  RtcExtmap *extmap = g_new0 (RtcExtmap, 1);

  extmap->id = id;
  extmap->uri = g_strdup (uri);
  extmap->direction = direction;
  return extmap;
}

RtcExtmap *
rtc_extmap_copy (const RtcExtmap *extmap)
{
  return rtc_extmap_new (extmap->id, extmap->uri, extmap->direction);
}

void
rtc_extmap_free (RtcExtmap *extmap)
{
  if (!extmap)
    return;
  g_free (extmap->uri);
  g_free (extmap);
}

RtcMsid *
rtc_msid_new (const gchar *stream, const gchar *track)
{
  RtcMsid *msid = g_new0 (RtcMsid, 1);

  msid->stream = g_strdup (stream);
  msid->track = g_strdup (track);
  return msid;
}

RtcMsid *
rtc_msid_copy (const RtcMsid *msid)
{
  return rtc_msid_new (msid->stream, msid->track);
}

void
rtc_msid_free (RtcMsid *msid)
{
  if (!msid)
    return;
  g_free (msid->stream);
  g_free (msid->track);
  g_free (msid);
}

RtcSource *
rtc_source_new (guint32 ssrc, guint32 rtx, const gchar *cname)
{
  RtcSource *source = g_new0 (RtcSource, 1);

  source->ssrc = ssrc;
  source->rtx = rtx;
  source->cname = g_strdup (cname);
  return source;
}

RtcSource *
rtc_source_copy (const RtcSource *source)
{
  return rtc_source_new (source->ssrc, source->rtx, source->cname);
}

void
rtc_source_free (RtcSource *source)
{
  if (!source)
    return;
  g_free (source->cname);
  g_free (source);
}

RtcRid *
rtc_rid_new (const gchar *id, gboolean is_send, const gchar *restrictions)
{
  RtcRid *rid = g_new0 (RtcRid, 1);

  rid->id = g_strdup (id);
  rid->is_send = is_send;
  rid->restrictions = g_strdup (restrictions);
  return rid;
}

RtcRid *
rtc_rid_copy (const RtcRid *rid)
{
  RtcRid *copy = rtc_rid_new (rid->id, rid->is_send, rid->restrictions);

  copy->is_paused = rid->is_paused;
  return copy;
}

void
rtc_rid_free (RtcRid *rid)
{
  if (!rid)
    return;
  g_free (rid->id);
  g_free (rid->restrictions);
  g_free (rid);
}

GPtrArray *
rtc_codecs_copy (GPtrArray *codecs)
{
  return copy_list (codecs, (GCopyFunc) rtc_codec_copy);
}

GPtrArray *
rtc_extmaps_copy (GPtrArray *extmaps)
{
  return copy_list (extmaps, (GCopyFunc) rtc_extmap_copy);
}

GPtrArray *
rtc_msids_copy (GPtrArray *msids)
{
  return copy_list (msids, (GCopyFunc) rtc_msid_copy);
}

GPtrArray *
rtc_fingerprints_copy (GPtrArray *fingerprints)
{
  return copy_list (fingerprints, (GCopyFunc) rtc_fingerprint_copy);
}

GPtrArray *
rtc_sources_copy (GPtrArray *sources)
{
  return copy_list (sources, (GCopyFunc) rtc_source_copy);
}

GPtrArray *
rtc_rids_copy (GPtrArray *rids)
{
  return copy_list (rids, (GCopyFunc) rtc_rid_copy);
}

RtcSection *
rtc_section_new (RtcKind kind, const gchar *mid)
{
  RtcSection *section = g_new0 (RtcSection, 1);

  section->kind = kind;
  section->media = g_strdup (rtc_kind_to_string (kind));
  section->protocol =
      g_strdup (kind == RTC_KIND_APPLICATION ? "UDP/DTLS/SCTP" : "UDP/TLS/RTP/SAVPF");
  section->mid = g_strdup (mid);
  section->port = 9;
  section->direction = RTC_DIRECTION_SENDRECV;
  section->candidates = g_ptr_array_new_with_free_func (g_free);
  section->fingerprints = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_fingerprint_free);
  section->codecs = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_codec_free);
  section->extmaps = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_extmap_free);
  section->msids = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_msid_free);
  section->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_source_free);
  section->rids = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_rid_free);
  section->sctp_port = kind == RTC_KIND_APPLICATION ? 5000 : 0;
  section->max_message_size = 65536;
  return section;
}

RtcSection *
rtc_section_copy (const RtcSection *section)
{
  RtcSection *copy = g_memdup2 (section, sizeof *section);

  copy->media = g_strdup (section->media);
  copy->protocol = g_strdup (section->protocol);
  copy->formats = g_strdup (section->formats);
  copy->mid = g_strdup (section->mid);
  copy->ice_ufrag = g_strdup (section->ice_ufrag);
  copy->ice_pwd = g_strdup (section->ice_pwd);
  copy->candidates = copy_list (section->candidates, copy_string);
  copy->fingerprints = rtc_fingerprints_copy (section->fingerprints);
  copy->codecs = rtc_codecs_copy (section->codecs);
  copy->extmaps = rtc_extmaps_copy (section->extmaps);
  copy->msids = rtc_msids_copy (section->msids);
  copy->sources = rtc_sources_copy (section->sources);
  copy->rids = rtc_rids_copy (section->rids);
  return copy;
}

void
rtc_section_free (RtcSection *section)
{
  if (!section)
    return;
  g_free (section->media);
  g_free (section->protocol);
  g_free (section->formats);
  g_free (section->mid);
  g_free (section->ice_ufrag);
  g_free (section->ice_pwd);
  g_clear_pointer (&section->candidates, g_ptr_array_unref);
  g_clear_pointer (&section->fingerprints, g_ptr_array_unref);
  g_clear_pointer (&section->codecs, g_ptr_array_unref);
  g_clear_pointer (&section->extmaps, g_ptr_array_unref);
  g_clear_pointer (&section->msids, g_ptr_array_unref);
  g_clear_pointer (&section->sources, g_ptr_array_unref);
  g_clear_pointer (&section->rids, g_ptr_array_unref);
  g_free (section);
}

gboolean
rtc_section_is_rejected (const RtcSection *section)
{
  return section->port == 0 && !section->is_bundle_only;
}

const RtcCodec *
rtc_section_find_codec (const RtcSection *section, guint pt)
{
  for (guint i = 0; i < section->codecs->len; i++) {
    const RtcCodec *codec = g_ptr_array_index (section->codecs, i);

    if (codec->pt == pt)
      return codec;
  }
  return NULL;
}

const RtcExtmap *
rtc_section_find_extmap (const RtcSection *section, const gchar *uri)
{
  for (guint i = 0; i < section->extmaps->len; i++) {
    const RtcExtmap *extmap = g_ptr_array_index (section->extmaps, i);

    if (g_str_equal (extmap->uri, uri))
      return extmap;
  }
  return NULL;
}

RtcDescription *
rtc_description_new (void)
{
  RtcDescription *description = g_new0 (RtcDescription, 1);

  description->session_name = g_strdup ("-");
  description->bundle_groups = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  description->sections = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_section_free);
  return description;
}

RtcDescription *
rtc_description_copy (const RtcDescription *description)
{
  RtcDescription *copy = g_memdup2 (description, sizeof *description);

  copy->session_name = g_strdup (description->session_name);
  copy->bundle_groups = copy_list (description->bundle_groups, (GCopyFunc) g_strdupv);
  copy->sections = copy_list (description->sections, (GCopyFunc) rtc_section_copy);
  return copy;
}

void
rtc_description_free (RtcDescription *description)
{
  if (!description)
    return;
  g_free (description->session_name);
  g_clear_pointer (&description->bundle_groups, g_ptr_array_unref);
  g_clear_pointer (&description->sections, g_ptr_array_unref);
  g_free (description);
}

gint
rtc_description_find_mid (const RtcDescription *description, const gchar *mid)
{
  for (guint i = 0; i < description->sections->len; i++)
    if (g_strcmp0 (rtc_description_get_section (description, i)->mid, mid) == 0)
      return (gint) i;
  return -1;
}

RtcSection *
rtc_description_get_section (const RtcDescription *description, guint index)
{
  return g_ptr_array_index (description->sections, index);
}

const gchar *const *
rtc_description_find_bundle (const RtcDescription *description, const gchar *mid)
{
  for (guint i = 0; mid && i < description->bundle_groups->len; i++) {
    const gchar *const *group = g_ptr_array_index (description->bundle_groups, i);

    if (g_strv_contains (group, mid))
      return group;
  }
  return NULL;
}

static const gchar *const kind_names[] = { "audio", "video", "application", "unknown" };

const gchar *
rtc_kind_to_string (RtcKind kind)
{
  return kind_names[kind];
}

RtcKind
rtc_kind_from_string (const gchar *media)
{
  for (guint i = 0; i < RTC_KIND_UNKNOWN; i++)
    if (g_strcmp0 (media, kind_names[i]) == 0)
      return (RtcKind) i;
  return RTC_KIND_UNKNOWN;
}

const gchar *
rtc_direction_to_string (RtcDirection direction)
{
  static const gchar *const names[] = { "inactive", "sendonly", "recvonly", "sendrecv" };

  return names[direction];
}

RtcDirection
rtc_direction_reverse (RtcDirection direction)
{
  return (RtcDirection) ((direction & RTC_DIRECTION_SENDONLY) << 1 |
      (direction & RTC_DIRECTION_RECVONLY) >> 1);
}

const gchar *
rtc_setup_to_string (RtcSetup setup)
{
  static const gchar *const names[] = { NULL, "actpass", "active", "passive" };

  return names[setup];
}
