/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Statistics: one GstStructure for each object of W3C "Identifiers for WebRTC's Statistics API",
 * with its member names in lower case and hyphens, inside "application/x-webrtc-stats" as
 * webrtcbin's applications expect. Times are seconds, sizes bytes.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrtcpeer.h"
#include "gstrtcstatsreport.h"
#include "wire/rtccandidate.h"

GstStructure *
gst_rtc_stats_new (const GstRtcStatsReport *report, GstWebRTCStatsType type, const gchar *id)
{
  return gst_structure_new ("webrtc-stats", "type", GST_TYPE_WEBRTC_STATS_TYPE, type, "timestamp",
      G_TYPE_DOUBLE, report->timestamp_ms, "id", G_TYPE_STRING, id, NULL);
}

void
gst_rtc_stats_add (GstRtcStatsReport *report, GstStructure *stats)
{
  const gchar *id = gst_structure_get_string (stats, "id");

  gst_structure_set (report->all, id, GST_TYPE_STRUCTURE, stats, NULL);
  gst_structure_free (stats);
}

void
gst_rtc_stats_copy (
    GstStructure *to, const gchar *name, const GstStructure *from, const gchar *field)
{
  const GValue *value = from ? gst_structure_get_value (from, field) : NULL;

  if (value)
    gst_structure_set_value (to, name, value);
}

static void
add_peer_connection (GstRtcStatsReport *report)
{
  GstStructure *stats =
      gst_rtc_stats_new (report, GST_WEBRTC_STATS_PEER_CONNECTION, "peer-connection-stats");
  GstRtcChannelSetCounts counts;

  gst_rtc_channel_set_get_counts (report->peer->channels, &counts);
  gst_structure_set (stats, "data-channels-opened", G_TYPE_UINT, counts.opened,
      "data-channels-closed", G_TYPE_UINT, counts.closed, NULL);
  gst_rtc_stats_add (report, stats);
}

static void
add_data_channels (GstRtcStatsReport *report)
{
  g_autoptr (GPtrArray) channels = gst_rtc_channel_set_list (report->peer->channels);

  for (guint i = 0; i < channels->len; i++) {
    GstRtcDataChannel *channel = g_ptr_array_index (channels, i);
    GstWebRTCDataChannel *base = GST_WEBRTC_DATA_CHANNEL (channel);
    guint64 messages_sent, bytes_sent, messages_received, bytes_received;
    g_autofree gchar *id = g_strdup_printf ("data-channel-stats_%u", i);
    GstStructure *stats = gst_rtc_stats_new (report, GST_WEBRTC_STATS_DATA_CHANNEL, id);

    gst_rtc_data_channel_get_counts (
        channel, &messages_sent, &bytes_sent, &messages_received, &bytes_received);
    gst_structure_set (stats, "label", G_TYPE_STRING, base->label, "protocol", G_TYPE_STRING,
        base->protocol, "data-channel-identifier", G_TYPE_INT, base->id, "state",
        GST_TYPE_WEBRTC_DATA_CHANNEL_STATE, base->ready_state, "messages-sent", G_TYPE_UINT64,
        messages_sent, "bytes-sent", G_TYPE_UINT64, bytes_sent, "messages-received", G_TYPE_UINT64,
        messages_received, "bytes-received", G_TYPE_UINT64, bytes_received, NULL);
    gst_rtc_stats_add (report, stats);
  }
}

/* Returns (transfer full) the id. */
static gchar *
add_candidate (GstRtcStatsReport *report, guint transport, gboolean is_local, const gchar *text)
{
  g_autoptr (RtcCandidate) candidate = text ? rtc_candidate_from_text (text, NULL) : NULL;
  gchar *id = g_strdup_printf ("%s-candidate-stats_%u", is_local ? "local" : "remote", transport);
  GstStructure *stats;

  if (!candidate) {
    g_free (id);
    return NULL;
  }
  stats = gst_rtc_stats_new (
      report, is_local ? GST_WEBRTC_STATS_LOCAL_CANDIDATE : GST_WEBRTC_STATS_REMOTE_CANDIDATE, id);
  gst_structure_set (stats, "address", G_TYPE_STRING, candidate->address, "port", G_TYPE_UINT,
      (guint) candidate->port, "candidate-type", G_TYPE_STRING,
      rtc_candidate_type_to_string (candidate->type), "priority", G_TYPE_UINT, candidate->priority,
      "protocol", G_TYPE_STRING, candidate->tcp_type == RTC_TCP_NONE ? "udp" : "tcp", NULL);
  gst_rtc_stats_add (report, stats);
  return id;
}

/* Returns (transfer full) the pair's id, NULL while none is selected. */
static gchar *
add_candidate_pair (GstRtcStatsReport *report, guint transport, const GstStructure *ice)
{
  g_autofree gchar *local =
      add_candidate (report, transport, TRUE, gst_structure_get_string (ice, "local-candidate"));
  g_autofree gchar *remote =
      add_candidate (report, transport, FALSE, gst_structure_get_string (ice, "remote-candidate"));
  GstStructure *stats;
  gchar *id;

  if (!local || !remote)
    return NULL;
  id = g_strdup_printf ("ice-candidate-pair-stats_%u", transport);
  stats = gst_rtc_stats_new (report, GST_WEBRTC_STATS_CANDIDATE_PAIR, id);
  gst_structure_set (stats, "local-candidate-id", G_TYPE_STRING, local, "remote-candidate-id",
      G_TYPE_STRING, remote, "nominated", G_TYPE_BOOLEAN, TRUE, NULL);
  gst_rtc_stats_copy (stats, "packets-sent", ice, "packets-sent");
  gst_rtc_stats_copy (stats, "packets-received", ice, "packets-received");
  gst_rtc_stats_copy (stats, "bytes-sent", ice, "bytes-sent");
  gst_rtc_stats_copy (stats, "bytes-received", ice, "bytes-received");
  gst_rtc_stats_copy (stats, "packets-discarded-on-send", ice, "packets-dropped");
  gst_rtc_stats_copy (stats, "current-round-trip-time", ice, "round-trip-time");
  gst_rtc_stats_copy (stats, "idle-time", ice, "idle-time");
  gst_rtc_stats_add (report, stats);
  return id;
}

static void
add_certificates (GstRtcStatsReport *report, guint transport, const GstStructure *dtls,
    GstStructure *transport_stats)
{
  const gchar *fingerprint = dtls ? gst_structure_get_string (dtls, "remote-fingerprint") : NULL;
  g_autofree gchar *id = NULL;
  GstStructure *stats;

  if (!fingerprint)
    return;
  id = g_strdup_printf ("certificate-stats_remote_%u", transport);
  stats = gst_rtc_stats_new (report, GST_WEBRTC_STATS_CERTIFICATE, id);
  gst_structure_set (stats, "fingerprint", G_TYPE_STRING, fingerprint, NULL);
  gst_rtc_stats_copy (stats, "verified", dtls, "fingerprint-verified");
  gst_structure_set (transport_stats, "remote-certificate-id", G_TYPE_STRING, id, NULL);
  gst_rtc_stats_add (report, stats);
}

static void
add_transport (GstRtcStatsReport *report, GstRtcTransport *transport)
{
  guint number = gst_rtc_transport_get_id (transport);
  g_autofree gchar *id = g_strdup_printf ("transport-stats_%u", number);
  GstStructure *stats = gst_rtc_stats_new (report, GST_WEBRTC_STATS_TRANSPORT, id);
  g_autoptr (GstStructure) ice = gst_rtc_ice_get_stats (gst_rtc_transport_get_ice (transport));
  g_autoptr (GstStructure) dtls = NULL;
  g_autofree gchar *pair = add_candidate_pair (report, number, ice);

  g_object_get (gst_rtc_transport_get_dtls (transport), "stats", &dtls, NULL);
  if (pair)
    gst_structure_set (stats, "selected-candidate-pair-id", G_TYPE_STRING, pair, NULL);
  gst_structure_set (stats, "dtls-state", GST_TYPE_WEBRTC_DTLS_TRANSPORT_STATE,
      gst_rtc_transport_get_dtls_state (transport), "ice-state",
      GST_TYPE_WEBRTC_ICE_CONNECTION_STATE, gst_rtc_transport_get_ice_state (transport), NULL);
  gst_rtc_stats_copy (stats, "ice-role", ice, "role");
  gst_rtc_stats_copy (stats, "ice-local-username-fragment", ice, "local-ufrag");
  gst_rtc_stats_copy (stats, "packets-sent", ice, "packets-sent");
  gst_rtc_stats_copy (stats, "packets-received", ice, "packets-received");
  gst_rtc_stats_copy (stats, "bytes-sent", ice, "bytes-sent");
  gst_rtc_stats_copy (stats, "bytes-received", ice, "bytes-received");
  gst_rtc_stats_copy (stats, "path", ice, "path");
  gst_rtc_stats_copy (stats, "dtls-cipher", dtls, "cipher");
  gst_rtc_stats_copy (stats, "tls-version", dtls, "version");
  gst_rtc_stats_copy (stats, "srtp-cipher", dtls, "srtp-profile");
  gst_rtc_stats_copy (stats, "dtls-role", dtls, "role");
  add_certificates (report, number, dtls, stats);
  gst_rtc_stats_add (report, stats);
}

GstStructure *
gst_rtc_peer_get_stats (GstRtcPeer *self)
{
  GstRtcStatsReport report = {
    .peer = self,
    .all = gst_structure_new_empty ("application/x-webrtc-stats"),
    .timestamp_ms = (gdouble) g_get_real_time () / 1000.0,
  };

  add_peer_connection (&report);
  add_data_channels (&report);
  for (guint i = 0; i < self->transports->len; i++) {
    GstRtcTransport *transport = g_ptr_array_index (self->transports, i);

    add_transport (&report, transport);
    gst_rtc_stats_add_streams (&report, gst_rtc_transport_get_id (transport));
  }
  return report.all;
}
