/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The RTP streams of a report: inbound-rtp, outbound-rtp, remote-inbound-rtp and codec of W3C
 * "Identifiers for WebRTC's Statistics API". The counts are those of rtpmanager's sources; what a
 * stream is belongs to its pad.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <stdio.h>

#include "gstrtcsendstage.h"
#include "gstrtcstatsreport.h"

/* RFC 3550 §6.4.1: units in a second */
#define ROUND_TRIP_UNIT 65536.0

/* A stream that we send: what its stage tells the RTP session in its caps. */
typedef struct {
  GstRtcTransceiver *transceiver;
  guint ssrc;
  guint rtx_ssrc; /* 0: none */
  gint pt;
} Outgoing;

typedef struct {
  GstRtcStatsReport *report;
  guint transport;
  gchar *transport_id;
  GValueArray *sources; /* of the RTP session: GstStructure */
  GArray *outgoing;     /* Outgoing */
} Streams;

/* --- what is sent --- */

static gboolean
read_outgoing (GstPad *pad, Outgoing *outgoing)
{
  g_autoptr (GstPad) target = gst_ghost_pad_get_target (GST_GHOST_PAD (pad));
  g_autoptr (GstElement) stage = target ? gst_pad_get_parent_element (target) : NULL;
  g_autoptr (GstPad) src = stage ? gst_element_get_static_pad (stage, "src") : NULL;
  g_autoptr (GstCaps) caps = src ? gst_pad_get_current_caps (src) : NULL;
  const GstStructure *structure = caps ? gst_caps_get_structure (caps, 0) : NULL;

  outgoing->transceiver = gst_rtc_bin_pad_get_transceiver (GST_RTC_BIN_PAD (pad));
  outgoing->rtx_ssrc = 0;
  if (!structure)
    return FALSE;
  gst_structure_get_uint (structure, "rtx-ssrc", &outgoing->rtx_ssrc);
  return gst_structure_get_uint (structure, "ssrc", &outgoing->ssrc) &&
      gst_structure_get_int (structure, "payload", &outgoing->pt);
}

static gboolean
add_outgoing (GstElement *element, GstPad *pad, gpointer user_data)
{
  Outgoing outgoing;

  if (read_outgoing (pad, &outgoing))
    g_array_append_val ((GArray *) user_data, outgoing);
  return TRUE;
}

/* NULL: not, or not any more, a pad's. */
static const Outgoing *
find_outgoing (const Streams *streams, guint ssrc)
{
  for (guint i = 0; i < streams->outgoing->len; i++) {
    const Outgoing *outgoing = &g_array_index (streams->outgoing, Outgoing, i);

    if (outgoing->ssrc == ssrc)
      return outgoing;
  }
  return NULL;
}

static gboolean
is_retransmission (const Streams *streams, guint ssrc)
{
  for (guint i = 0; i < streams->outgoing->len; i++)
    if (g_array_index (streams->outgoing, Outgoing, i).rtx_ssrc == ssrc)
      return TRUE;
  return FALSE;
}

/* --- codecs --- */

/* (transfer full) of the id; NULL for a payload type that is not known. */
static gchar *
add_codec (GstRtcStatsReport *report, guint transport, guint pt)
{
  g_autoptr (GstCaps) caps = gst_rtc_media_find_caps (report->peer->media, transport, pt);
  g_autofree gchar *mime = NULL;
  const GstStructure *structure;
  GstStructure *stats;
  gint clock_rate = 0;
  gchar *id;

  if (!caps)
    return NULL;
  structure = gst_caps_get_structure (caps, 0);
  gst_structure_get_int (structure, "clock-rate", &clock_rate);
  mime = g_strdup_printf ("%s/%s", gst_structure_get_string (structure, "media"),
      gst_structure_get_string (structure, "encoding-name"));
  id = g_strdup_printf ("codec-stats_%u_%u", transport, pt);
  stats = gst_rtc_stats_new (report, GST_WEBRTC_STATS_CODEC, id);
  gst_structure_set (stats, "payload-type", G_TYPE_UINT, pt, "clock-rate", G_TYPE_UINT,
      (guint) clock_rate, "mime-type", G_TYPE_STRING, mime, NULL);
  gst_rtc_stats_add (report, stats);
  return id;
}

/* What rtpbin took the stream for last; -1 when it has no pad for it yet. */
static gint
find_payload_type (const Streams *streams, guint ssrc)
{
  GstElement *rtpbin = gst_rtc_media_ensure_rtpbin (streams->report->peer->media);
  gint found = -1;

  GST_OBJECT_LOCK (rtpbin);
  for (GList *item = rtpbin->srcpads; item; item = item->next) {
    guint id, of_ssrc, pt;

    if (sscanf (GST_PAD_NAME (item->data), "recv_rtp_src_%u_%u_%u", &id, &of_ssrc, &pt) == 3 &&
        id == streams->transport && of_ssrc == ssrc)
      found = (gint) pt;
  }
  GST_OBJECT_UNLOCK (rtpbin);
  return found;
}

/* --- streams --- */

static void
set_kind (GstStructure *stats, GstRtcTransceiver *transceiver)
{
  GstWebRTCKind kind = GST_WEBRTC_KIND_UNKNOWN;

  g_object_get (transceiver, "kind", &kind, NULL);
  if (kind != GST_WEBRTC_KIND_UNKNOWN)
    gst_structure_set (
        stats, "kind", G_TYPE_STRING, kind == GST_WEBRTC_KIND_AUDIO ? "audio" : "video", NULL);
}

/* The members of RTCRtpStreamStats. @transceiver: may be NULL. @pt: or -1 */
static void
set_stream (const Streams *streams, GstStructure *stats, guint ssrc, GstRtcTransceiver *transceiver,
    gint pt)
{
  g_autofree gchar *codec =
      pt >= 0 ? add_codec (streams->report, streams->transport, (guint) pt) : NULL;

  gst_structure_set (
      stats, "ssrc", G_TYPE_UINT, ssrc, "transport-id", G_TYPE_STRING, streams->transport_id, NULL);
  if (codec)
    gst_structure_set (stats, "codec-id", G_TYPE_STRING, codec, NULL);
  if (transceiver)
    set_kind (stats, transceiver);
}

static void
set_mid (GstStructure *stats, GstRtcTransceiver *transceiver)
{
  g_autofree gchar *mid = NULL;

  g_object_get (transceiver, "mid", &mid, NULL);
  if (mid)
    gst_structure_set (stats, "mid", G_TYPE_STRING, mid, NULL);
}

static gdouble
to_seconds (guint rtp_units, gint clock_rate)
{
  return clock_rate > 0 ? (gdouble) rtp_units / clock_rate : 0;
}

static void
add_inbound (const Streams *streams, const GstStructure *source, guint ssrc)
{
  g_autofree gchar *id = g_strdup_printf ("rtp-inbound-stream-stats_%u", ssrc);
  g_autoptr (GstRtcTransceiver) transceiver =
      gst_rtc_media_find_source (streams->report->peer->media, streams->transport, ssrc);
  GstStructure *stats = gst_rtc_stats_new (streams->report, GST_WEBRTC_STATS_INBOUND_RTP, id);
  gint clock_rate = 0, lost = 0;
  guint jitter = 0;

  gst_structure_get_int (source, "clock-rate", &clock_rate);
  gst_structure_get_int (source, "packets-lost", &lost);
  gst_structure_get_uint (source, "jitter", &jitter);
  set_stream (streams, stats, ssrc, transceiver, find_payload_type (streams, ssrc));
  gst_structure_set (stats, "packets-lost", G_TYPE_INT64, (gint64) lost, "jitter", G_TYPE_DOUBLE,
      to_seconds (jitter, clock_rate), NULL);
  gst_rtc_stats_copy (stats, "packets-received", source, "packets-received");
  gst_rtc_stats_copy (stats, "bytes-received", source, "octets-received");
  gst_rtc_stats_copy (stats, "pli-count", source, "sent-pli-count");
  gst_rtc_stats_copy (stats, "fir-count", source, "sent-fir-count");
  gst_rtc_stats_copy (stats, "nack-count", source, "sent-nack-count");
  if (transceiver)
    set_mid (stats, transceiver);
  gst_rtc_stats_add (streams->report, stats);
}

/* What the other side last said of @source. (transfer full) of the id, NULL: nothing yet. */
static gchar *
add_remote_inbound (const Streams *streams, const GstStructure *source, guint ssrc,
    const Outgoing *outgoing, const gchar *local_id)
{
  const GstRtcReceptionReport *report =
      gst_rtc_reception_reports_get (streams->report->peer->reports, ssrc);
  gint clock_rate = 0;
  GstStructure *stats;
  gchar *id;

  if (!report)
    return NULL;
  id = g_strdup_printf ("rtp-remote-inbound-stream-stats_%u", ssrc);
  stats = gst_rtc_stats_new (streams->report, GST_WEBRTC_STATS_REMOTE_INBOUND_RTP, id);
  set_stream (
      streams, stats, ssrc, outgoing ? outgoing->transceiver : NULL, outgoing ? outgoing->pt : -1);
  gst_structure_get_int (source, "clock-rate", &clock_rate);
  gst_structure_set (stats, "local-id", G_TYPE_STRING, local_id, "packets-lost", G_TYPE_INT,
      report->packets_lost, "fraction-lost", G_TYPE_DOUBLE, report->fraction_lost / 256.0, "jitter",
      G_TYPE_DOUBLE, to_seconds (report->jitter, clock_rate), "round-trip-time-measurements",
      G_TYPE_UINT64, report->n_round_trips, "total-round-trip-time", G_TYPE_DOUBLE,
      (gdouble) report->total_round_trip / ROUND_TRIP_UNIT, NULL);
  if (report->n_round_trips > 0)
    gst_structure_set (
        stats, "round-trip-time", G_TYPE_DOUBLE, report->round_trip / ROUND_TRIP_UNIT, NULL);
  gst_rtc_stats_add (streams->report, stats);
  return id;
}

static const GstStructure *
find_source (const Streams *streams, guint ssrc)
{
  for (guint i = 0; i < streams->sources->n_values; i++) {
    const GstStructure *source = g_value_get_boxed (streams->sources->values + i);
    guint found;

    if (gst_structure_get_uint (source, "ssrc", &found) && found == ssrc)
      return source;
  }
  return NULL;
}

/* RTCOutboundRtpStreamStats counts retransmissions with the stream ("Retransmissions included"),
 * and apart. */
static void
set_sent (const Streams *streams, GstStructure *stats, const GstStructure *source, guint rtx_ssrc)
{
  const GstStructure *rtx = rtx_ssrc ? find_source (streams, rtx_ssrc) : NULL;
  guint64 packets = 0, bytes = 0, packets_again = 0, bytes_again = 0;

  gst_structure_get_uint64 (source, "packets-sent", &packets);
  gst_structure_get_uint64 (source, "octets-sent", &bytes);
  if (rtx) {
    gst_structure_get_uint64 (rtx, "packets-sent", &packets_again);
    gst_structure_get_uint64 (rtx, "octets-sent", &bytes_again);
    gst_structure_set (stats, "rtx-ssrc", G_TYPE_UINT, rtx_ssrc, NULL);
  }
  gst_structure_set (stats, "packets-sent", G_TYPE_UINT64, packets + packets_again, "bytes-sent",
      G_TYPE_UINT64, bytes + bytes_again, "retransmitted-packets-sent", G_TYPE_UINT64,
      packets_again, "retransmitted-bytes-sent", G_TYPE_UINT64, bytes_again, NULL);
}

static void
add_outbound (const Streams *streams, const GstStructure *source, guint ssrc)
{
  const Outgoing *outgoing = find_outgoing (streams, ssrc);
  g_autofree gchar *id = g_strdup_printf ("rtp-outbound-stream-stats_%u", ssrc);
  g_autofree gchar *remote = add_remote_inbound (streams, source, ssrc, outgoing, id);
  GstStructure *stats = gst_rtc_stats_new (streams->report, GST_WEBRTC_STATS_OUTBOUND_RTP, id);

  set_stream (
      streams, stats, ssrc, outgoing ? outgoing->transceiver : NULL, outgoing ? outgoing->pt : -1);
  if (outgoing)
    set_mid (stats, outgoing->transceiver);
  if (remote)
    gst_structure_set (stats, "remote-id", G_TYPE_STRING, remote, NULL);
  set_sent (streams, stats, source, outgoing ? outgoing->rtx_ssrc : 0);
  gst_rtc_stats_copy (stats, "pli-count", source, "recv-pli-count");
  gst_rtc_stats_copy (stats, "fir-count", source, "recv-fir-count");
  gst_rtc_stats_copy (stats, "nack-count", source, "recv-nack-count");
  gst_rtc_stats_add (streams->report, stats);
}

static void
add_source (const Streams *streams, const GstStructure *source)
{
  gboolean is_internal = FALSE, is_sender = FALSE;
  guint ssrc = 0;

  gst_structure_get_uint (source, "ssrc", &ssrc);
  gst_structure_get_boolean (source, "internal", &is_internal);
  gst_structure_get_boolean (source, "is-sender", &is_sender);
  if (!is_sender)
    return;
  if (!is_internal)
    add_inbound (streams, source, ssrc);
  else if (!is_retransmission (streams, ssrc))
    add_outbound (streams, source, ssrc);
}

static void
add_sources (GstRtcStatsReport *report, guint transport, GValueArray *sources)
{
  g_autofree gchar *id = g_strdup_printf ("transport-stats_%u", transport);
  g_autoptr (GArray) outgoing = g_array_new (FALSE, FALSE, sizeof (Outgoing));
  Streams streams = { report, transport, id, sources, outgoing };

  gst_element_foreach_sink_pad (GST_ELEMENT (report->peer->bin), add_outgoing, outgoing);
  for (guint i = 0; i < sources->n_values; i++)
    add_source (&streams, g_value_get_boxed (sources->values + i));
}

void
gst_rtc_stats_add_streams (GstRtcStatsReport *report, guint transport)
{
  g_autoptr (GObject) session = gst_rtc_media_get_rtp_session (report->peer->media, transport);
  g_autoptr (GstStructure) all = NULL;
  const GValue *sources;

  if (!session)
    return;
  g_object_get (session, "stats", &all, NULL);
  sources = all ? gst_structure_get_value (all, "source-stats") : NULL;
  if (sources)
    add_sources (report, transport, g_value_get_boxed (sources));
  for (guint pt = 0; pt < 128; pt++)
    g_free (add_codec (report, transport, pt));
}
