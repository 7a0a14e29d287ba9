/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The other side's report blocks; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/rtp/rtp.h>

#include "gstrtcreceptionreports.h"

/* A peer may report on any SSRC: so many are kept. */
#define MAX_REPORTS 64
/* From 1900 to 1970 (RFC 3550 §4) */
#define NTP_EPOCH_SECONDS G_GUINT64_CONSTANT (2208988800)

struct _GstRtcReceptionReports {
  GHashTable *by_ssrc;  /* guint32 -> GstRtcReceptionReport */
  GPtrArray *listening; /* the sessions, owned */
};

GstRtcReceptionReports *
gst_rtc_reception_reports_new (void)
{
  GstRtcReceptionReports *self = g_new0 (GstRtcReceptionReports, 1);

  self->by_ssrc = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->listening = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

/* The middle 32 bits of NTP time, as rtpbin writes it into sender reports. */
static guint32
get_ntp_middle (void)
{
  guint64 ntp_us = (guint64) g_get_real_time () + NTP_EPOCH_SECONDS * G_USEC_PER_SEC;

  return (guint32) gst_util_uint64_scale (ntp_us, 65536, G_USEC_PER_SEC);
}

/* RFC 3550 §6.4.1: "computes the total round-trip time A-LSR using the last SR timestamp (LSR)
 * field, and then subtracting this field to leave the round-trip propagation delay as (A - LSR -
 * DLSR)"; "If no SR has been received yet, the field is set to zero." */
static void
take_round_trip (GstRtcReceptionReport *report, guint32 lsr, guint32 dlsr)
{
  gint32 round_trip = (gint32) (get_ntp_middle () - lsr - dlsr);

  if (lsr == 0 || round_trip < 0)
    return;
  report->round_trip = (guint32) round_trip;
  report->total_round_trip += report->round_trip;
  report->n_round_trips++;
}

static void
take_block (GstRtcReceptionReports *self, GstRTCPPacket *packet, guint index)
{
  guint32 ssrc, highest, jitter, lsr, dlsr;
  GstRtcReceptionReport *report;
  guint8 fraction_lost;
  gint32 packets_lost;

  gst_rtcp_packet_get_rb (
      packet, index, &ssrc, &fraction_lost, &packets_lost, &highest, &jitter, &lsr, &dlsr);
  report = g_hash_table_lookup (self->by_ssrc, GUINT_TO_POINTER (ssrc));
  if (!report) {
    if (g_hash_table_size (self->by_ssrc) >= MAX_REPORTS)
      return;
    report = g_new0 (GstRtcReceptionReport, 1);
    g_hash_table_insert (self->by_ssrc, GUINT_TO_POINTER (ssrc), report);
  }
  report->fraction_lost = fraction_lost;
  report->packets_lost = packets_lost;
  report->jitter = jitter;
  take_round_trip (report, lsr, dlsr);
}

static void
on_receiving_rtcp (GObject *session, GstBuffer *buffer, GstRtcReceptionReports *self)
{
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  GstRTCPPacket packet;
  gboolean has_more;

  if (!gst_rtcp_buffer_validate_reduced (buffer) ||
      !gst_rtcp_buffer_map (buffer, GST_MAP_READ, &rtcp))
    return;
  for (has_more = gst_rtcp_buffer_get_first_packet (&rtcp, &packet); has_more;
       has_more = gst_rtcp_packet_move_to_next (&packet)) {
    GstRTCPType type = gst_rtcp_packet_get_type (&packet);

    if (type != GST_RTCP_TYPE_SR && type != GST_RTCP_TYPE_RR)
      continue;
    for (guint i = 0; i < gst_rtcp_packet_get_rb_count (&packet); i++)
      take_block (self, &packet, i);
  }
  gst_rtcp_buffer_unmap (&rtcp);
}

void
gst_rtc_reception_reports_listen (GstRtcReceptionReports *self, GObject *session)
{
  if (g_ptr_array_find (self->listening, session, NULL))
    return;
  g_ptr_array_add (self->listening, g_object_ref (session));
  g_signal_connect (session, "on-receiving-rtcp", G_CALLBACK (on_receiving_rtcp), self);
}

const GstRtcReceptionReport *
gst_rtc_reception_reports_get (GstRtcReceptionReports *self, guint32 ssrc)
{
  return g_hash_table_lookup (self->by_ssrc, GUINT_TO_POINTER (ssrc));
}

void
gst_rtc_reception_reports_forget (GstRtcReceptionReports *self)
{
  for (guint i = 0; i < self->listening->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->listening, i), self);
  g_ptr_array_set_size (self->listening, 0);
  g_hash_table_remove_all (self->by_ssrc);
}

void
gst_rtc_reception_reports_free (GstRtcReceptionReports *self)
{
  if (!self)
    return;
  gst_rtc_reception_reports_forget (self);
  g_hash_table_unref (self->by_ssrc);
  g_ptr_array_unref (self->listening);
  g_free (self);
}
