/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Statistics: one GstStructure for each object of W3C "Identifiers for WebRTC's Statistics API",
 * with its member names in lower case and hyphens, inside "application/x-webrtc-stats" as
 * webrtcbin's applications expect. Times are seconds, sizes bytes.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <stdio.h>

#include "gstrtcpeer.h"
#include "gstrtcpeerdata.h"
#include "wire/rtccandidate.h"

typedef struct {
  GstRtcPeer *peer;
  GstStructure *all;
  gdouble timestamp_ms;
} Report;

static GstStructure *
new_stats (const Report *report, GstWebRTCStatsType type, const gchar *id)
{
  return gst_structure_new ("webrtc-stats", "type", GST_TYPE_WEBRTC_STATS_TYPE, type, "timestamp",
      G_TYPE_DOUBLE, report->timestamp_ms, "id", G_TYPE_STRING, id, NULL);
}

/* (transfer full) stats */
static void
add_stats (Report *report, GstStructure *stats)
{
  const gchar *id = gst_structure_get_string (stats, "id");

  gst_structure_set (report->all, id, GST_TYPE_STRUCTURE, stats, NULL);
  gst_structure_free (stats);
}

static void
copy_field (GstStructure *to, const gchar *name, const GstStructure *from, const gchar *field)
{
  const GValue *value = from ? gst_structure_get_value (from, field) : NULL;

  if (value)
    gst_structure_set_value (to, name, value);
}

static void
add_peer_connection (Report *report)
{
  GstStructure *stats =
      new_stats (report, GST_WEBRTC_STATS_PEER_CONNECTION, "peer-connection-stats");
  GstRtcChannelSetCounts counts;

  gst_rtc_channel_set_get_counts (report->peer->channels, &counts);
  gst_structure_set (stats, "data-channels-opened", G_TYPE_UINT, counts.opened,
      "data-channels-closed", G_TYPE_UINT, counts.closed, NULL);
  add_stats (report, stats);
}

static void
add_data_channels (Report *report)
{
  g_autoptr (GPtrArray) channels = gst_rtc_channel_set_list (report->peer->channels);

  for (guint i = 0; i < channels->len; i++) {
    GstRtcDataChannel *channel = g_ptr_array_index (channels, i);
    GstWebRTCDataChannel *base = GST_WEBRTC_DATA_CHANNEL (channel);
    guint64 messages_sent, bytes_sent, messages_received, bytes_received;
    g_autofree gchar *id = g_strdup_printf ("data-channel-stats_%u", i);
    GstStructure *stats = new_stats (report, GST_WEBRTC_STATS_DATA_CHANNEL, id);

    gst_rtc_data_channel_get_counts (
        channel, &messages_sent, &bytes_sent, &messages_received, &bytes_received);
    gst_structure_set (stats, "label", G_TYPE_STRING, base->label, "protocol", G_TYPE_STRING,
        base->protocol, "data-channel-identifier", G_TYPE_INT, base->id, "state",
        GST_TYPE_WEBRTC_DATA_CHANNEL_STATE, base->ready_state, "messages-sent", G_TYPE_UINT64,
        messages_sent, "bytes-sent", G_TYPE_UINT64, bytes_sent, "messages-received", G_TYPE_UINT64,
        messages_received, "bytes-received", G_TYPE_UINT64, bytes_received, NULL);
    add_stats (report, stats);
  }
}

/* Returns (transfer full) the id. */
static gchar *
add_candidate (Report *report, guint transport, gboolean is_local, const gchar *text)
{
  g_autoptr (RtcCandidate) candidate = text ? rtc_candidate_from_text (text, NULL) : NULL;
  gchar *id = g_strdup_printf ("%s-candidate-stats_%u", is_local ? "local" : "remote", transport);
  GstStructure *stats;

  if (!candidate) {
    g_free (id);
    return NULL;
  }
  stats = new_stats (
      report, is_local ? GST_WEBRTC_STATS_LOCAL_CANDIDATE : GST_WEBRTC_STATS_REMOTE_CANDIDATE, id);
  gst_structure_set (stats, "address", G_TYPE_STRING, candidate->address, "port", G_TYPE_UINT,
      (guint) candidate->port, "candidate-type", G_TYPE_STRING,
      rtc_candidate_type_to_string (candidate->type), "priority", G_TYPE_UINT, candidate->priority,
      "protocol", G_TYPE_STRING, candidate->tcp_type == RTC_TCP_NONE ? "udp" : "tcp", NULL);
  add_stats (report, stats);
  return id;
}

/* Returns (transfer full) the pair's id, NULL while none is selected. */
static gchar *
add_candidate_pair (Report *report, guint transport, const GstStructure *ice)
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
  stats = new_stats (report, GST_WEBRTC_STATS_CANDIDATE_PAIR, id);
  gst_structure_set (stats, "local-candidate-id", G_TYPE_STRING, local, "remote-candidate-id",
      G_TYPE_STRING, remote, "nominated", G_TYPE_BOOLEAN, TRUE, NULL);
  copy_field (stats, "packets-sent", ice, "packets-sent");
  copy_field (stats, "packets-received", ice, "packets-received");
  copy_field (stats, "bytes-sent", ice, "bytes-sent");
  copy_field (stats, "bytes-received", ice, "bytes-received");
  copy_field (stats, "packets-discarded-on-send", ice, "packets-dropped");
  copy_field (stats, "current-round-trip-time", ice, "round-trip-time");
  copy_field (stats, "idle-time", ice, "idle-time");
  add_stats (report, stats);
  return id;
}

static void
add_certificates (
    Report *report, guint transport, const GstStructure *dtls, GstStructure *transport_stats)
{
  const gchar *fingerprint = dtls ? gst_structure_get_string (dtls, "remote-fingerprint") : NULL;
  g_autofree gchar *id = NULL;
  GstStructure *stats;

  if (!fingerprint)
    return;
  id = g_strdup_printf ("certificate-stats_remote_%u", transport);
  stats = new_stats (report, GST_WEBRTC_STATS_CERTIFICATE, id);
  gst_structure_set (stats, "fingerprint", G_TYPE_STRING, fingerprint, NULL);
  copy_field (stats, "verified", dtls, "fingerprint-verified");
  gst_structure_set (transport_stats, "remote-certificate-id", G_TYPE_STRING, id, NULL);
  add_stats (report, stats);
}

static void
add_transport (Report *report, GstRtcTransport *transport)
{
  guint number = gst_rtc_transport_get_id (transport);
  g_autofree gchar *id = g_strdup_printf ("transport-stats_%u", number);
  GstStructure *stats = new_stats (report, GST_WEBRTC_STATS_TRANSPORT, id);
  g_autoptr (GstStructure) ice = gst_rtc_ice_get_stats (gst_rtc_transport_get_ice (transport));
  g_autoptr (GstStructure) dtls = NULL;
  g_autofree gchar *pair = add_candidate_pair (report, number, ice);

  g_object_get (gst_rtc_transport_get_dtls (transport), "stats", &dtls, NULL);
  if (pair)
    gst_structure_set (stats, "selected-candidate-pair-id", G_TYPE_STRING, pair, NULL);
  gst_structure_set (stats, "dtls-state", GST_TYPE_WEBRTC_DTLS_TRANSPORT_STATE,
      gst_rtc_transport_get_dtls_state (transport), "ice-state",
      GST_TYPE_WEBRTC_ICE_CONNECTION_STATE, gst_rtc_transport_get_ice_state (transport), NULL);
  copy_field (stats, "ice-role", ice, "role");
  copy_field (stats, "ice-local-username-fragment", ice, "local-ufrag");
  copy_field (stats, "packets-sent", ice, "packets-sent");
  copy_field (stats, "packets-received", ice, "packets-received");
  copy_field (stats, "bytes-sent", ice, "bytes-sent");
  copy_field (stats, "bytes-received", ice, "bytes-received");
  copy_field (stats, "path", ice, "path");
  copy_field (stats, "dtls-cipher", dtls, "cipher");
  copy_field (stats, "tls-version", dtls, "version");
  copy_field (stats, "srtp-cipher", dtls, "srtp-profile");
  copy_field (stats, "dtls-role", dtls, "role");
  add_certificates (report, number, dtls, stats);
  add_stats (report, stats);
}

/* (transfer full) of the id; NULL for a payload type that is not known. */
static gchar *
add_codec (Report *report, guint transport, guint pt)
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
  stats = new_stats (report, GST_WEBRTC_STATS_CODEC, id);
  gst_structure_set (stats, "payload-type", G_TYPE_UINT, pt, "clock-rate", G_TYPE_UINT,
      (guint) clock_rate, "mime-type", G_TYPE_STRING, mime, NULL);
  add_stats (report, stats);
  return id;
}

/* What rtpbin took the stream for last; -1 when it has no pad for it yet. */
static gint
find_payload_type (Report *report, guint transport, guint ssrc)
{
  GstElement *rtpbin = gst_rtc_media_ensure_rtpbin (report->peer->media);
  gint found = -1;

  GST_OBJECT_LOCK (rtpbin);
  for (GList *item = rtpbin->srcpads; item; item = item->next) {
    guint id, of_ssrc, pt;

    if (sscanf (GST_PAD_NAME (item->data), "recv_rtp_src_%u_%u_%u", &id, &of_ssrc, &pt) == 3 &&
        id == transport && of_ssrc == ssrc)
      found = (gint) pt;
  }
  GST_OBJECT_UNLOCK (rtpbin);
  return found;
}

static void
set_codec (Report *report, guint transport, guint ssrc, GstStructure *stats)
{
  gint pt = find_payload_type (report, transport, ssrc);
  g_autofree gchar *id = pt >= 0 ? add_codec (report, transport, (guint) pt) : NULL;
  const GValue *codec = id ? gst_structure_get_value (report->all, id) : NULL;
  const gchar *mime =
      codec ? gst_structure_get_string (gst_value_get_structure (codec), "mime-type") : NULL;

  if (!mime)
    return;
  gst_structure_set (stats, "codec-id", G_TYPE_STRING, id, "kind", G_TYPE_STRING,
      g_str_has_prefix (mime, "audio/") ? "audio" : "video", NULL);
}

static gdouble
to_seconds (guint rtp_units, gint clock_rate)
{
  return clock_rate > 0 ? (gdouble) rtp_units / clock_rate : 0;
}

static void
add_inbound (Report *report, guint transport, const GstStructure *source, guint ssrc)
{
  g_autofree gchar *id = g_strdup_printf ("rtp-inbound-stream-stats_%u", ssrc);
  g_autoptr (GstRtcTransceiver) transceiver =
      gst_rtc_media_find_source (report->peer->media, transport, ssrc);
  GstStructure *stats = new_stats (report, GST_WEBRTC_STATS_INBOUND_RTP, id);
  gint clock_rate = 0, lost = 0;
  guint jitter = 0;

  gst_structure_get_int (source, "clock-rate", &clock_rate);
  gst_structure_get_int (source, "packets-lost", &lost);
  gst_structure_get_uint (source, "jitter", &jitter);
  gst_structure_set (stats, "ssrc", G_TYPE_UINT, ssrc, "packets-lost", G_TYPE_INT64, (gint64) lost,
      "jitter", G_TYPE_DOUBLE, to_seconds (jitter, clock_rate), NULL);
  copy_field (stats, "packets-received", source, "packets-received");
  copy_field (stats, "bytes-received", source, "octets-received");
  copy_field (stats, "pli-count", source, "sent-pli-count");
  copy_field (stats, "fir-count", source, "sent-fir-count");
  copy_field (stats, "nack-count", source, "sent-nack-count");
  set_codec (report, transport, ssrc, stats);
  if (transceiver) {
    g_autofree gchar *mid = NULL;

    g_object_get (transceiver, "mid", &mid, NULL);
    gst_structure_set (stats, "mid", G_TYPE_STRING, mid, NULL);
  }
  add_stats (report, stats);
}

static void
add_remote_inbound (Report *report, const GstStructure *source, guint ssrc, const gchar *local_id)
{
  g_autofree gchar *id = g_strdup_printf ("rtp-remote-inbound-stream-stats_%u", ssrc);
  gboolean has_report = FALSE;
  GstStructure *stats;
  guint round_trip = 0, fraction = 0;

  gst_structure_get_boolean (source, "have-rb", &has_report);
  if (!has_report)
    return;
  stats = new_stats (report, GST_WEBRTC_STATS_REMOTE_INBOUND_RTP, id);
  /* RFC 3550 §6.4.1: in units of 1/65536 seconds, and 1/256 */
  gst_structure_get_uint (source, "rb-round-trip", &round_trip);
  gst_structure_get_uint (source, "rb-fractionlost", &fraction);
  gst_structure_set (stats, "ssrc", G_TYPE_UINT, ssrc, "local-id", G_TYPE_STRING, local_id,
      "round-trip-time", G_TYPE_DOUBLE, round_trip / 65536.0, "fraction-lost", G_TYPE_DOUBLE,
      fraction / 256.0, NULL);
  copy_field (stats, "packets-lost", source, "rb-packetslost");
  add_stats (report, stats);
}

static void
add_outbound (Report *report, const GstStructure *source, guint ssrc)
{
  g_autofree gchar *id = g_strdup_printf ("rtp-outbound-stream-stats_%u", ssrc);
  GstStructure *stats = new_stats (report, GST_WEBRTC_STATS_OUTBOUND_RTP, id);

  gst_structure_set (stats, "ssrc", G_TYPE_UINT, ssrc, NULL);
  copy_field (stats, "packets-sent", source, "packets-sent");
  copy_field (stats, "bytes-sent", source, "octets-sent");
  copy_field (stats, "pli-count", source, "recv-pli-count");
  copy_field (stats, "fir-count", source, "recv-fir-count");
  copy_field (stats, "nack-count", source, "recv-nack-count");
  add_stats (report, stats);
  add_remote_inbound (report, source, ssrc, id);
}

static void
add_source (Report *report, guint transport, const GstStructure *source)
{
  gboolean is_internal = FALSE, is_sender = FALSE;
  guint ssrc = 0;

  gst_structure_get_uint (source, "ssrc", &ssrc);
  gst_structure_get_boolean (source, "internal", &is_internal);
  gst_structure_get_boolean (source, "is-sender", &is_sender);
  if (is_internal && is_sender)
    add_outbound (report, source, ssrc);
  else if (!is_internal && is_sender)
    add_inbound (report, transport, source, ssrc);
}

static void
add_rtp (Report *report, guint transport)
{
  g_autoptr (GObject) session = gst_rtc_media_get_rtp_session (report->peer->media, transport);
  g_autoptr (GstStructure) all = NULL;
  const GValue *value;
  GValueArray *sources;

  if (!session)
    return;
  g_object_get (session, "stats", &all, NULL);
  value = all ? gst_structure_get_value (all, "source-stats") : NULL;
  sources = value ? g_value_get_boxed (value) : NULL;
  for (guint i = 0; sources && i < sources->n_values; i++)
    add_source (report, transport, g_value_get_boxed (sources->values + i));
  for (guint pt = 0; pt < 128; pt++)
    g_free (add_codec (report, transport, pt));
}

GstStructure *
gst_rtc_peer_get_stats (GstRtcPeer *self)
{
  Report report = {
    .peer = self,
    .all = gst_structure_new_empty ("application/x-webrtc-stats"),
    .timestamp_ms = (gdouble) g_get_real_time () / 1000.0,
  };

  add_peer_connection (&report);
  add_data_channels (&report);
  for (guint i = 0; i < self->transports->len; i++) {
    GstRtcTransport *transport = g_ptr_array_index (self->transports, i);

    add_transport (&report, transport);
    add_rtp (&report, gst_rtc_transport_get_id (transport));
  }
  return report.all;
}
