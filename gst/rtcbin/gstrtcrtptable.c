/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What rtpbin asks about one RTP session; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrtcrtptable.h"

typedef struct {
  GstRtcTransceiver *transceiver;
  gchar *rid;
} Source;

struct _GstRtcRtpTable {
  GMutex lock;
  GHashTable *caps_by_pt;
  GHashTable *sources; /* guint32 -> Source; the router limits their number */
};

static void
source_free (gpointer data)
{
  Source *source = data;

  gst_object_unref (source->transceiver);
  g_free (source->rid);
  g_free (source);
}

GstRtcRtpTable *
gst_rtc_rtp_table_new (void)
{
  GstRtcRtpTable *self = g_new0 (GstRtcRtpTable, 1);

  g_mutex_init (&self->lock);
  self->sources = g_hash_table_new_full (NULL, NULL, NULL, source_free);
  return self;
}

void
gst_rtc_rtp_table_free (GstRtcRtpTable *self)
{
  g_clear_pointer (&self->caps_by_pt, g_hash_table_unref);
  g_hash_table_unref (self->sources);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
gst_rtc_rtp_table_set_caps (GstRtcRtpTable *self, GHashTable *caps_by_pt)
{
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->caps_by_pt, g_hash_table_unref);
  self->caps_by_pt = caps_by_pt;
  g_mutex_unlock (&self->lock);
}

GstCaps *
gst_rtc_rtp_table_get_caps (GstRtcRtpTable *self, guint pt)
{
  GstCaps *caps = NULL;

  g_mutex_lock (&self->lock);
  if (self->caps_by_pt)
    caps = g_hash_table_lookup (self->caps_by_pt, GUINT_TO_POINTER (pt));
  if (caps)
    gst_caps_ref (caps);
  g_mutex_unlock (&self->lock);
  return caps;
}

gboolean
gst_rtc_rtp_table_add_source (
    GstRtcRtpTable *self, guint32 ssrc, GstRtcTransceiver *transceiver, const gchar *rid)
{
  Source *source = g_new0 (Source, 1);
  gboolean is_new;

  source->transceiver = gst_object_ref (transceiver);
  source->rid = g_strdup (rid);
  g_mutex_lock (&self->lock);
  is_new = g_hash_table_replace (self->sources, GUINT_TO_POINTER (ssrc), source);
  g_mutex_unlock (&self->lock);
  return is_new;
}

void
gst_rtc_rtp_table_remove_source (GstRtcRtpTable *self, guint32 ssrc)
{
  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->sources, GUINT_TO_POINTER (ssrc));
  g_mutex_unlock (&self->lock);
}

gboolean
gst_rtc_rtp_table_is_source_of (GstRtcRtpTable *self, guint32 ssrc, GstRtcTransceiver *transceiver)
{
  const Source *source;
  gboolean is_source;

  g_mutex_lock (&self->lock);
  source = g_hash_table_lookup (self->sources, GUINT_TO_POINTER (ssrc));
  is_source = source && source->transceiver == transceiver;
  g_mutex_unlock (&self->lock);
  return is_source;
}

GstRtcTransceiver *
gst_rtc_rtp_table_get_source (GstRtcRtpTable *self, guint32 ssrc, gchar **out_rid)
{
  GstRtcTransceiver *transceiver = NULL;
  Source *source;

  g_mutex_lock (&self->lock);
  source = g_hash_table_lookup (self->sources, GUINT_TO_POINTER (ssrc));
  if (source) {
    transceiver = gst_object_ref (source->transceiver);
    *out_rid = g_strdup (source->rid);
  }
  g_mutex_unlock (&self->lock);
  return transceiver;
}
