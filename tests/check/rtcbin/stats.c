/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The statistics of a session with video one way and sound the other, by their names in W3C
 * "Identifiers for WebRTC's Statistics API": what a stream's report must have, and that what it
 * refers to is there and of the right type.
 */
#include "peerpair.h"

#define N_LOOKS 200

typedef enum { TEXT, UINT, UINT64, INT64, INT, DOUBLE } Kind;

static const GType types[] = {
  [TEXT] = G_TYPE_STRING,
  [UINT] = G_TYPE_UINT,
  [UINT64] = G_TYPE_UINT64,
  [INT64] = G_TYPE_INT64,
  [INT] = G_TYPE_INT,
  [DOUBLE] = G_TYPE_DOUBLE,
};

/* @refers_to: the type of the report whose id the member is. */
static const struct {
  GstWebRTCStatsType type;
  const gchar *member;
  Kind kind;
  GstWebRTCStatsType refers_to;
} rows[] = {
  { GST_WEBRTC_STATS_OUTBOUND_RTP, "ssrc", UINT },
  { GST_WEBRTC_STATS_OUTBOUND_RTP, "kind", TEXT },
  { GST_WEBRTC_STATS_OUTBOUND_RTP, "mid", TEXT },
  { GST_WEBRTC_STATS_OUTBOUND_RTP, "codec-id", TEXT, GST_WEBRTC_STATS_CODEC },
  { GST_WEBRTC_STATS_OUTBOUND_RTP, "transport-id", TEXT, GST_WEBRTC_STATS_TRANSPORT },
  { GST_WEBRTC_STATS_OUTBOUND_RTP, "remote-id", TEXT, GST_WEBRTC_STATS_REMOTE_INBOUND_RTP },
  { GST_WEBRTC_STATS_OUTBOUND_RTP, "packets-sent", UINT64 },
  { GST_WEBRTC_STATS_OUTBOUND_RTP, "bytes-sent", UINT64 },
  { GST_WEBRTC_STATS_REMOTE_INBOUND_RTP, "ssrc", UINT },
  { GST_WEBRTC_STATS_REMOTE_INBOUND_RTP, "kind", TEXT },
  { GST_WEBRTC_STATS_REMOTE_INBOUND_RTP, "codec-id", TEXT, GST_WEBRTC_STATS_CODEC },
  { GST_WEBRTC_STATS_REMOTE_INBOUND_RTP, "transport-id", TEXT, GST_WEBRTC_STATS_TRANSPORT },
  { GST_WEBRTC_STATS_REMOTE_INBOUND_RTP, "local-id", TEXT, GST_WEBRTC_STATS_OUTBOUND_RTP },
  { GST_WEBRTC_STATS_REMOTE_INBOUND_RTP, "packets-lost", INT },
  { GST_WEBRTC_STATS_REMOTE_INBOUND_RTP, "round-trip-time", DOUBLE },
  { GST_WEBRTC_STATS_INBOUND_RTP, "ssrc", UINT },
  { GST_WEBRTC_STATS_INBOUND_RTP, "kind", TEXT },
  { GST_WEBRTC_STATS_INBOUND_RTP, "mid", TEXT },
  { GST_WEBRTC_STATS_INBOUND_RTP, "codec-id", TEXT, GST_WEBRTC_STATS_CODEC },
  { GST_WEBRTC_STATS_INBOUND_RTP, "transport-id", TEXT, GST_WEBRTC_STATS_TRANSPORT },
  { GST_WEBRTC_STATS_INBOUND_RTP, "packets-received", UINT64 },
  { GST_WEBRTC_STATS_INBOUND_RTP, "packets-lost", INT64 },
  { GST_WEBRTC_STATS_INBOUND_RTP, "jitter", DOUBLE },
};

static GstWebRTCStatsType
get_type (const GstStructure *report)
{
  gint type = 0;

  gst_structure_get_enum (report, "type", GST_TYPE_WEBRTC_STATS_TYPE, &type);
  return type;
}

/* (element-type GstStructure) in @all */
static GPtrArray *
find_reports (const GstStructure *all, GstWebRTCStatsType type)
{
  GPtrArray *found = g_ptr_array_new ();

  for (gint i = 0; i < gst_structure_n_fields (all); i++) {
    const GValue *value = gst_structure_get_value (all, gst_structure_nth_field_name (all, i));

    if (GST_VALUE_HOLDS_STRUCTURE (value) && get_type (gst_value_get_structure (value)) == type)
      g_ptr_array_add (found, (gpointer) gst_value_get_structure (value));
  }
  return found;
}

static const GstStructure *
find_report (const GstStructure *all, const gchar *id)
{
  const GValue *value = id ? gst_structure_get_value (all, id) : NULL;

  return value ? gst_value_get_structure (value) : NULL;
}

/* The first thing that is not as it should be (transfer full), NULL: nothing. */
static gchar *
find_fault (const GstStructure *all, const GstStructure *report, guint row)
{
  const gchar *id = gst_structure_get_string (report, "id");
  const GstStructure *other;

  if (!gst_structure_has_field_typed (report, rows[row].member, types[rows[row].kind]))
    return g_strdup_printf ("%s has no %s", id, rows[row].member);
  if (rows[row].refers_to == 0)
    return NULL;
  other = find_report (all, gst_structure_get_string (report, rows[row].member));
  if (!other || get_type (other) != rows[row].refers_to)
    return g_strdup_printf ("the %s of %s is not there", rows[row].member, id);
  return NULL;
}

static gchar *
check_rows (const GstStructure *all)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GPtrArray) reports = find_reports (all, rows[i].type);

    if (reports->len != 1)
      return g_strdup_printf ("%u reports for %s", reports->len, rows[i].member);
    for (guint k = 0; k < reports->len; k++) {
      gchar *fault = find_fault (all, g_ptr_array_index (reports, k), i);

      if (fault)
        return fault;
    }
  }
  return NULL;
}

/* RFC 3550 §6.4.1: nothing is doubled here, so none is lost before the first. */
static void
check_losses (const GstStructure *all)
{
  g_autoptr (GPtrArray) inbound = find_reports (all, GST_WEBRTC_STATS_INBOUND_RTP);
  g_autoptr (GPtrArray) remote = find_reports (all, GST_WEBRTC_STATS_REMOTE_INBOUND_RTP);
  gint64 lost;
  gint lost_there;

  for (guint i = 0; i < inbound->len; i++)
    if (gst_structure_get_int64 (g_ptr_array_index (inbound, i), "packets-lost", &lost))
      fail_unless (lost >= 0, "%d packets lost", (gint) lost);
  for (guint i = 0; i < remote->len; i++)
    if (gst_structure_get_int (g_ptr_array_index (remote, i), "packets-lost", &lost_there))
      fail_unless (lost_there >= 0, "%d packets lost there", lost_there);
}

/* The codec is the one that is sent, the m= section the transceiver's. */
static void
check_stream (const GstStructure *all, GstWebRTCStatsType type, const gchar *kind,
    const gchar *mime, const gchar *mid)
{
  g_autoptr (GPtrArray) reports = find_reports (all, type);
  const GstStructure *report = g_ptr_array_index (reports, 0);
  const GstStructure *codec = find_report (all, gst_structure_get_string (report, "codec-id"));

  ck_assert_str_eq (gst_structure_get_string (report, "kind"), kind);
  ck_assert_str_eq (gst_structure_get_string (codec, "mime-type"), mime);
  if (mid)
    ck_assert_str_eq (gst_structure_get_string (report, "mid"), mid);
}

static GstStructure *
get_stats (Peer *peer)
{
  GstPromise *promise = gst_promise_new ();
  GstStructure *all;

  g_signal_emit_by_name (peer->bin, "get-stats", NULL, promise);
  fail_unless_equals_int (gst_promise_wait (promise), GST_PROMISE_RESULT_REPLIED);
  all = gst_structure_copy (gst_promise_get_reply (promise));
  gst_promise_unref (promise);
  return all;
}

/* (transfer full): all rows are there, which takes a report of the other side. */
static GstStructure *
wait_complete (Peer *peer, gboolean is_video)
{
  g_autofree gchar *fault = NULL;

  for (guint i = 0; i < N_LOOKS; i++) {
    g_autoptr (GstStructure) all = get_stats (peer);

    check_losses (all);
    g_free (fault);
    fault = check_rows (all);
    if (!fault)
      return g_steal_pointer (&all);
    peer_wait_packets (peer, is_video, peer->packets[is_video] + 2);
  }
  ck_abort_msg ("%s", fault);
  return NULL;
}

GST_START_TEST (test_streams)
{
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");
  g_autoptr (GstStructure) ours = NULL;
  g_autoptr (GstStructure) theirs = NULL;

  fail_unless (pair != NULL, "elements are missing");
  peer_add_source (&pair->offerer, "audio", NULL);
  peer_add_source (&pair->answerer, "video", "vp9");
  peer_pair_play (pair);
  peer_wait_sources (&pair->offerer);
  peer_wait_sources (&pair->answerer);
  peer_pair_negotiate (pair, &pair->offerer, NULL);
  peer_pair_negotiate (pair, &pair->answerer, NULL);
  peer_pair_wait_connected (pair);
  ours = wait_complete (&pair->offerer, TRUE);
  theirs = wait_complete (&pair->answerer, FALSE);
  check_stream (ours, GST_WEBRTC_STATS_OUTBOUND_RTP, "audio", "audio/OPUS", "0");
  check_stream (ours, GST_WEBRTC_STATS_REMOTE_INBOUND_RTP, "audio", "audio/OPUS", NULL);
  check_stream (ours, GST_WEBRTC_STATS_INBOUND_RTP, "video", "video/VP9", "1");
  check_stream (theirs, GST_WEBRTC_STATS_OUTBOUND_RTP, "video", "video/VP9", "1");
  check_stream (theirs, GST_WEBRTC_STATS_INBOUND_RTP, "audio", "audio/OPUS", "0");
  peer_pair_free (pair);
}
GST_END_TEST;

static Suite *
stats_suite (void)
{
  Suite *suite = suite_create ("rtcbin stats");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 60);
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, test_streams);
  return suite;
}

GST_CHECK_MAIN (stats);
