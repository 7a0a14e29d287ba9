/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A link's figures out of statistics, row by row. */
#include "peer/rtclinkstats.h"

#define S GST_SECOND
#define NONE GST_CLOCK_TIME_NONE

#define PAIR(sent, discarded)                                                                      \
  "pair=(structure)[webrtc-stats, type=(GstWebRTCStatsType)candidate-pair, "                       \
  "packets-sent=(guint64)" sent ", packets-discarded-on-send=(guint64)" discarded                  \
  ", current-round-trip-time=(double)0.25, idle-time=(double)1.5]"
#define INBOUND(received, lost)                                                                    \
  ", in=(structure)[webrtc-stats, type=(GstWebRTCStatsType)inbound-rtp, "                          \
  "packets-received=(guint64)" received ", packets-lost=(gint64)" lost "]"
#define REMOTE(fraction)                                                                           \
  ", rem=(structure)[webrtc-stats, type=(GstWebRTCStatsType)remote-inbound-rtp, "                  \
  "fraction-lost=(double)" fraction "]"
#define LOCAL(kind)                                                                                \
  ", loc=(structure)[webrtc-stats, type=(GstWebRTCStatsType)local-candidate, "                     \
  "candidate-type=(string)" kind ", address=(string)192.0.2.1]"
#define TRANSPORT                                                                                  \
  ", tra=(structure)[webrtc-stats, type=(GstWebRTCStatsType)transport, "                           \
  "ice-local-username-fragment=(string)abcd]"

typedef struct {
  const gchar *name;
  const gchar *before;
  const gchar *after;
  RtcLinkSample expected;
} Row;

static const Row rows[] = {
  { "nothing", NULL, NULL, { NONE, NONE, -1, FALSE } },
  { "a pair", PAIR ("1", "0"), PAIR ("2", "0"), { S / 4, 3 * S / 2, -1, FALSE } },
  { "lost here", PAIR ("1", "0") INBOUND ("100", "7"), PAIR ("2", "0") INBOUND ("160", "47"),
      { S / 4, 3 * S / 2, 40, FALSE } },
  { "lost there", PAIR ("1", "0"), PAIR ("2", "0") REMOTE ("0.25"),
      { S / 4, 3 * S / 2, 25, FALSE } },
  { "lost more here", PAIR ("1", "0") INBOUND ("100", "0"),
      PAIR ("2", "0") INBOUND ("150", "50") REMOTE ("0.25"), { S / 4, 3 * S / 2, 50, FALSE } },
  { "nothing came", PAIR ("1", "0") INBOUND ("100", "7"), PAIR ("2", "0") INBOUND ("100", "7"),
      { S / 4, 3 * S / 2, -1, FALSE } },
  { "nothing can be sent", PAIR ("5", "1"), PAIR ("5", "3"), { S / 4, 3 * S / 2, -1, TRUE } },
  { "some can be sent", PAIR ("5", "1"), PAIR ("6", "3"), { S / 4, 3 * S / 2, -1, FALSE } },
};

static void
read_stats (RtcLinkStats *stats, const gchar *text)
{
  g_autofree gchar *whole = text != NULL ? g_strconcat ("stats, ", text, ";", NULL) : NULL;
  g_autoptr (GstStructure) structure =
      whole != NULL ? gst_structure_from_string (whole, NULL) : NULL;

  g_assert_true (text == NULL || structure != NULL);
  rtc_link_stats_read (stats, structure);
}

static void
test_compare (gconstpointer data)
{
  const Row *row = data;
  RtcLinkStats before, after;
  RtcLinkSample sample;

  read_stats (&before, row->before);
  read_stats (&after, row->after);
  sample = rtc_link_stats_compare (&before, &after);
  g_assert_cmpuint (sample.round_trip, ==, row->expected.round_trip);
  g_assert_cmpuint (sample.idle, ==, row->expected.idle);
  g_assert_cmpfloat (sample.loss_percent, ==, row->expected.loss_percent);
  g_assert_cmpint (sample.is_send_refused, ==, row->expected.is_send_refused);
  rtc_link_stats_clear (&before);
  rtc_link_stats_clear (&after);
}

/* The address of a host candidate is one of this machine's; that of another kind is not. */
static void
test_pair (void)
{
  RtcLinkStats stats;

  read_stats (&stats, PAIR ("1", "0") LOCAL ("host") TRANSPORT);
  g_assert_cmpstr (stats.address, ==, "192.0.2.1");
  g_assert_cmpstr (stats.ufrag, ==, "abcd");
  rtc_link_stats_clear (&stats);
  read_stats (&stats, PAIR ("1", "0") LOCAL ("srflx"));
  g_assert_null (stats.address);
  g_assert_null (stats.ufrag);
  rtc_link_stats_clear (&stats);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_type_ensure (GST_TYPE_WEBRTC_STATS_TYPE);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/link-stats/compare/%s", rows[i].name);

    g_test_add_data_func (path, &rows[i], test_compare);
  }
  g_test_add_func ("/link-stats/pair", test_pair);
  return g_test_run ();
}
