/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcice: two elements, each with a loop of its own, find each other on this machine and move
 * packets. Real sockets, so each wait has a generous limit, and no time is asserted.
 */
#include <gio/gio.h>
#include <gst/check/gstcheck.h>

#include <gst/rtc/gstrtccontext.h>
#include <gst/rtc/gstrtcerror.h>
#include <gst/rtc/gstrtcice.h>
#include <gst/rtc/rtcloop.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#define LIMIT (20 * G_TIME_SPAN_SECOND)

typedef struct _Peer Peer;

/* One lock and condition for all that the loops report to the test. */
static GMutex lock;
static GCond changed;

struct _Peer {
  const gchar *name;
  Peer *other;
  RtcLoop *loop;
  GstElement *element;
  GstPad *feed;    /* linked to the element's sink */
  GstPad *collect; /* linked to the element's src */
  gboolean holds_candidates;
  /* guarded by lock: */
  GPtrArray *candidates;
  GPtrArray *packets; /* GstBuffer */
  guint n_lists;
  guint n_gathered;
  guint n_selected;
  GstWebRTCICEConnectionState state;
};

typedef struct {
  Peer a;
  Peer b;
} Pair;

typedef enum {
  OP_LOCAL,
  OP_REMOTE,
  OP_GATHER,
  OP_CANDIDATE,
  OP_SERVER,
  OP_CONTROLLING,
  OP_STATS,
} Op;

typedef struct {
  Peer *peer;
  Op op;
  const gchar *first;
  const gchar *second;
  gboolean result;
  GError *error;
  GstStructure *stats;
} Call;

static void
run_call (gpointer data)
{
  Call *call = data;
  GstRtcIce *ice = GST_RTC_ICE (call->peer->element);

  call->result = TRUE;
  switch (call->op) {
  case OP_LOCAL:
    call->result = gst_rtc_ice_set_local_credentials (ice, call->first, call->second, &call->error);
    break;
  case OP_REMOTE:
    call->result =
        gst_rtc_ice_set_remote_credentials (ice, call->first, call->second, &call->error);
    break;
  case OP_GATHER:
    call->result = gst_rtc_ice_gather (ice, &call->error);
    break;
  case OP_CANDIDATE:
    call->result = gst_rtc_ice_add_remote_candidate (ice, call->first, &call->error);
    break;
  case OP_SERVER:
    call->result = gst_rtc_ice_add_server (ice, call->first, &call->error);
    break;
  case OP_CONTROLLING:
    gst_rtc_ice_set_controlling (ice, call->first != NULL);
    break;
  case OP_STATS:
    call->stats = gst_rtc_ice_get_stats (ice);
    break;
  }
}

static gboolean
try_call (Peer *peer, Op op, const gchar *first, const gchar *second, GError **error)
{
  Call call = { peer, op, first, second, FALSE, NULL, NULL };

  rtc_loop_call (peer->loop, run_call, &call);
  if (call.error != NULL)
    g_propagate_error (error, call.error);
  return call.result;
}

static void
do_call (Peer *peer, Op op, const gchar *first, const gchar *second)
{
  GError *error = NULL;

  if (!try_call (peer, op, first, second, &error))
    fail ("%s: %s", peer->name, error != NULL ? error->message : "no error");
}

static GstStructure *
get_stats (Peer *peer)
{
  Call call = { peer, OP_STATS, NULL, NULL, FALSE, NULL, NULL };

  rtc_loop_call (peer->loop, run_call, &call);
  return call.stats;
}

static guint64
get_count (Peer *peer, const gchar *name)
{
  GstStructure *stats = get_stats (peer);
  guint64 value = 0;

  fail_unless (gst_structure_get_uint64 (stats, name, &value), "no %s", name);
  gst_structure_free (stats);
  return value;
}

static void
check_path (Peer *peer, const gchar *path)
{
  GstStructure *stats = get_stats (peer);

  fail_unless_equals_string (gst_structure_get_string (stats, "path"), path);
  gst_structure_free (stats);
}

static void
deliver_candidate (gpointer data)
{
  Call *call = data;

  gst_rtc_ice_add_remote_candidate (GST_RTC_ICE (call->peer->element), call->first, NULL);
}

static void
free_delivery (gpointer data)
{
  Call *call = data;

  g_free ((gchar *) call->first);
  g_free (call);
}

/* What signalling would do: the line goes to the other side's loop. */
static void
trickle (Peer *to, const gchar *line)
{
  Call *call = g_new0 (Call, 1);

  call->peer = to;
  call->first = g_strdup (line);
  rtc_loop_post (to->loop, deliver_candidate, call, free_delivery);
}

static void
on_local_candidate (GstElement *element, const gchar *line, Peer *peer)
{
  fail_unless (rtc_loop_is_current (peer->loop));
  g_mutex_lock (&lock);
  if (line != NULL)
    g_ptr_array_add (peer->candidates, g_strdup (line));
  else
    peer->n_gathered++;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
  if (!peer->holds_candidates && peer->other != NULL)
    trickle (peer->other, line);
}

static void
on_selected_pair (GstElement *element, const gchar *local, const gchar *remote, Peer *peer)
{
  fail_unless (rtc_loop_is_current (peer->loop));
  fail_unless (g_str_has_prefix (local, "candidate:"));
  fail_unless (g_str_has_prefix (remote, "candidate:"));
  g_mutex_lock (&lock);
  peer->n_selected++;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
}

static void
on_state (GstElement *element, GParamSpec *spec, Peer *peer)
{
  GstWebRTCICEConnectionState state;

  g_object_get (element, "state", &state, NULL);
  g_mutex_lock (&lock);
  peer->state = state;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
}

static GstFlowReturn
collect_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  Peer *peer = gst_pad_get_element_private (pad);

  fail_unless (rtc_loop_is_current (peer->loop));
  g_mutex_lock (&lock);
  peer->n_lists++;
  for (guint i = 0; i < gst_buffer_list_length (list); i++)
    g_ptr_array_add (peer->packets, gst_buffer_ref (gst_buffer_list_get (list, i)));
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

static gboolean
collect_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  gst_event_unref (event);
  return TRUE;
}

static void
make_pads (Peer *peer)
{
  GstPad *sink = gst_element_get_static_pad (peer->element, "sink");
  GstPad *src = gst_element_get_static_pad (peer->element, "src");
  GstSegment segment;

  peer->feed = gst_pad_new ("feed", GST_PAD_SRC);
  peer->collect = gst_pad_new ("collect", GST_PAD_SINK);
  gst_pad_set_element_private (peer->collect, peer);
  gst_pad_set_chain_list_function (peer->collect, collect_list);
  gst_pad_set_event_function (peer->collect, collect_event);
  fail_unless_equals_int (gst_pad_link (peer->feed, sink), GST_PAD_LINK_OK);
  fail_unless_equals_int (gst_pad_link (src, peer->collect), GST_PAD_LINK_OK);
  gst_pad_set_active (peer->feed, TRUE);
  gst_pad_set_active (peer->collect, TRUE);
  gst_pad_push_event (peer->feed, gst_event_new_stream_start (peer->name));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (peer->feed, gst_event_new_segment (&segment));
  gst_object_unref (sink);
  gst_object_unref (src);
}

static void
peer_init (Peer *peer, const gchar *name, Peer *other)
{
  static const gchar *const loopback[] = { "127.0.0.1", NULL };
  GstContext *context;

  memset (peer, 0, sizeof *peer);
  peer->name = name;
  peer->other = other;
  peer->loop = rtc_loop_new (name);
  peer->candidates = g_ptr_array_new_with_free_func (g_free);
  peer->packets = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);
  peer->element = gst_element_factory_make ("rtcice", name);
  fail_unless (peer->element != NULL);
  context = gst_rtc_loop_context_new (peer->loop);
  gst_element_set_context (peer->element, context);
  gst_context_unref (context);
  g_object_set (peer->element, "local-addresses", loopback, NULL);
  g_signal_connect (peer->element, "local-candidate", G_CALLBACK (on_local_candidate), peer);
  g_signal_connect (peer->element, "selected-pair", G_CALLBACK (on_selected_pair), peer);
  g_signal_connect (peer->element, "notify::state", G_CALLBACK (on_state), peer);
}

static void
peer_start (Peer *peer)
{
  make_pads (peer);
  fail_if (gst_element_set_state (peer->element, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE);
}

static void
peer_stop (Peer *peer)
{
  gst_element_set_state (peer->element, GST_STATE_NULL);
}

static void
peer_clear (Peer *peer)
{
  peer_stop (peer);
  gst_object_unref (peer->feed);
  gst_object_unref (peer->collect);
  gst_object_unref (peer->element);
  rtc_loop_unref (peer->loop);
  g_ptr_array_unref (peer->candidates);
  g_ptr_array_unref (peer->packets);
}

static void
pair_init (Pair *pair)
{
  peer_init (&pair->a, "a", &pair->b);
  peer_init (&pair->b, "b", &pair->a);
}

static void
pair_start (Pair *pair)
{
  peer_start (&pair->a);
  peer_start (&pair->b);
}

static void
pair_clear (Pair *pair)
{
  /* First both stop: what one still trickles must find the other alive. */
  peer_stop (&pair->a);
  peer_stop (&pair->b);
  rtc_loop_call (pair->a.loop, (RtcLoopFunc) g_free, NULL);
  rtc_loop_call (pair->b.loop, (RtcLoopFunc) g_free, NULL);
  peer_clear (&pair->a);
  peer_clear (&pair->b);
}

static gboolean
is_connected (Peer *peer)
{
  return peer->state == GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED ||
      peer->state == GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED;
}

#define WAIT_FOR(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 end = g_get_monotonic_time () + LIMIT;                                                  \
    gboolean in_time = TRUE;                                                                       \
                                                                                                   \
    g_mutex_lock (&lock);                                                                          \
    while (in_time && !(condition))                                                                \
      in_time = g_cond_wait_until (&changed, &lock, end);                                          \
    g_mutex_unlock (&lock);                                                                        \
    fail_unless (in_time, "waited too long for: " #condition);                                     \
  }                                                                                                \
  G_STMT_END

/* The n-th generation of a side's credentials. */
static void
credentials (Peer *peer, guint n, gchar **ufrag, gchar **pwd)
{
  *ufrag = g_strdup_printf ("uf%s%05u", peer->name, n);
  *pwd = g_strdup_printf ("password%s%016u", peer->name, n);
}

static void
set_local (Peer *peer, guint n)
{
  g_autofree gchar *ufrag = NULL;
  g_autofree gchar *pwd = NULL;

  credentials (peer, n, &ufrag, &pwd);
  do_call (peer, OP_LOCAL, ufrag, pwd);
}

static void
set_remote (Peer *peer, guint n)
{
  g_autofree gchar *ufrag = NULL;
  g_autofree gchar *pwd = NULL;

  credentials (peer->other, n, &ufrag, &pwd);
  do_call (peer, OP_REMOTE, ufrag, pwd);
}

static void
pair_connect (Pair *pair)
{
  do_call (&pair->a, OP_CONTROLLING, "yes", NULL);
  set_local (&pair->a, 0);
  set_local (&pair->b, 0);
  set_remote (&pair->a, 0);
  set_remote (&pair->b, 0);
  do_call (&pair->a, OP_GATHER, NULL, NULL);
  do_call (&pair->b, OP_GATHER, NULL, NULL);
  WAIT_FOR (is_connected (&pair->a) && is_connected (&pair->b));
}

/* A packet that says which one it is: a first byte in the range of DTLS, then the number, then
 * bytes that follow from both. */
static GstBuffer *
make_packet (guint number, gsize size)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  map.data[0] = (guint8) (20 + number % 44);
  for (gsize i = 1; i < size; i++)
    map.data[i] = (guint8) (i < 5 ? number >> (8 * (i - 1)) : number + i);
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

static void
check_packet (GstBuffer *received, guint number, gsize size)
{
  GstBuffer *expected = make_packet (number, size);
  GstMapInfo map;

  gst_buffer_map (expected, &map, GST_MAP_READ);
  gst_check_buffer_data (received, map.data, map.size);
  fail_unless_equals_int (gst_buffer_n_memory (received), 1);
  gst_buffer_unmap (expected, &map);
  gst_buffer_unref (expected);
}

static gsize
equal_size (guint number)
{
  return 1200;
}

static gsize
unequal_size (guint number)
{
  return 1 + (number * 397) % 1400;
}

static void
send_packets (Peer *from, guint number, guint n_packets, gsize (*size_of) (guint))
{
  GstBufferList *list = gst_buffer_list_new_sized (n_packets);

  for (guint i = 0; i < n_packets; i++)
    gst_buffer_list_add (list, make_packet (number + i, size_of (number + i)));
  fail_unless_equals_int (gst_pad_push_list (from->feed, list), GST_FLOW_OK);
}

/* In lists of growing length, so that none is full and none is the size of a batch. */
static void
check_transfer (Peer *from, Peer *to, gsize (*size_of) (guint))
{
  guint n_sent = 0;

  g_ptr_array_set_size (to->packets, 0);
  for (guint length = 1; length < 100; length += 9) {
    send_packets (from, n_sent, length, size_of);
    n_sent += length;
    WAIT_FOR (to->packets->len >= n_sent);
  }
  fail_unless_equals_int (to->packets->len, n_sent);
  for (guint i = 0; i < n_sent; i++)
    check_packet (g_ptr_array_index (to->packets, i), i, size_of (i));
}

static void
check_both_ways (Pair *pair)
{
  check_transfer (&pair->a, &pair->b, equal_size);
  check_transfer (&pair->b, &pair->a, equal_size);
  check_transfer (&pair->a, &pair->b, unequal_size);
  check_transfer (&pair->b, &pair->a, unequal_size);
}

/* Rows: how the two sides are set up, and which path the packets must take. */
typedef struct {
  const gchar *name;
  const gchar *address;
  const gchar *path_a;
  const gchar *path_b;
  const gchar *nomination;
  const gchar *expected_a;
  const gchar *expected_b;
} ConnectRow;

static const ConnectRow connect_rows[] = {
  { "direct", "127.0.0.1", "auto", "auto", "aggressive", "direct", "direct" },
  { "only direct", "127.0.0.1", "direct", "direct", "aggressive", "direct", "direct" },
  { "agent", "127.0.0.1", "agent", "agent", "aggressive", "agent", "agent" },
  { "direct to agent", "127.0.0.1", "auto", "agent", "aggressive", "direct", "agent" },
  { "regular nomination", "127.0.0.1", "auto", "auto", "regular", "direct", "direct" },
  { "IPv6 direct", "::1", "auto", "auto", "aggressive", "direct", "direct" },
  { "IPv6 agent", "::1", "agent", "agent", "aggressive", "agent", "agent" },
};

static void
peer_configure (Peer *peer, const gchar *address, const gchar *path, const gchar *nomination)
{
  const gchar *const addresses[] = { address, NULL };

  g_object_set (peer->element, "local-addresses", addresses, NULL);
  gst_util_set_object_arg (G_OBJECT (peer->element), "path", path);
  gst_util_set_object_arg (G_OBJECT (peer->element), "nomination", nomination);
}

static gboolean
has_address (const gchar *text)
{
  GInetAddress *inet = g_inet_address_new_from_string (text);
  GSocketAddress *address = g_inet_socket_address_new (inet, 0);
  GSocket *socket = g_socket_new (
      g_inet_address_get_family (inet), G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  gboolean result = socket != NULL && g_socket_bind (socket, address, FALSE, NULL);

  g_object_unref (inet);
  g_object_unref (address);
  g_clear_object (&socket);
  return result;
}

GST_START_TEST (test_connect)
{
  const ConnectRow *row = &connect_rows[__i__];
  Pair pair;

  GST_INFO ("%s", row->name);
  if (!has_address (row->address))
    return;
  pair_init (&pair);
  peer_configure (&pair.a, row->address, row->path_a, row->nomination);
  peer_configure (&pair.b, row->address, row->path_b, row->nomination);
  pair_start (&pair);
  pair_connect (&pair);
  check_both_ways (&pair);
  check_path (&pair.a, row->expected_a);
  check_path (&pair.b, row->expected_b);
  WAIT_FOR (pair.a.state == GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED);
  WAIT_FOR (pair.b.state == GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED);
  fail_unless (get_count (&pair.a, "packets-sent") == get_count (&pair.b, "packets-received"));
  pair_clear (&pair);
}

GST_END_TEST;

/* A restart of a, of b or of both: what signalling would do for the n-th generation. */
typedef enum { RESTART_BY_A, RESTART_BY_B, RESTART_BY_BOTH } Restart;

static void
restart (Pair *pair, Restart kind, guint n)
{
  Peer *offerer = kind == RESTART_BY_B ? &pair->b : &pair->a;
  Peer *answerer = offerer->other;

  set_local (offerer, n);
  do_call (offerer, OP_GATHER, NULL, NULL);
  if (kind == RESTART_BY_BOTH) {
    set_local (answerer, n);
    do_call (answerer, OP_GATHER, NULL, NULL);
    set_remote (answerer, n);
  } else {
    /* The offer is read before the answer is made. */
    set_remote (answerer, n);
    set_local (answerer, n);
    do_call (answerer, OP_GATHER, NULL, NULL);
  }
  set_remote (offerer, n);
}

typedef struct {
  Peer *from;
  gint stop; /* atomic */
  guint n_sent;
} Flow;

/* Sends without end, as fast as the receiver takes the packets. */
static gpointer
run_flow (gpointer data)
{
  Flow *flow = data;
  Peer *to = flow->from->other;

  while (!g_atomic_int_get (&flow->stop)) {
    send_packets (flow->from, flow->n_sent, 10, equal_size);
    flow->n_sent += 10;
    WAIT_FOR (to->packets->len + 200 > flow->n_sent);
  }
  return NULL;
}

static void
check_flow (Flow *flow)
{
  Peer *to = flow->from->other;
  g_autofree guint8 *seen = g_new0 (guint8, flow->n_sent);

  WAIT_FOR (to->packets->len >= flow->n_sent);
  fail_unless_equals_int (to->packets->len, flow->n_sent);
  for (guint i = 0; i < flow->n_sent; i++) {
    guint8 bytes[5];
    guint number;

    gst_buffer_extract (g_ptr_array_index (to->packets, i), 0, bytes, sizeof bytes);
    number = bytes[1] | bytes[2] << 8 | bytes[3] << 16 | (guint) bytes[4] << 24;
    fail_unless (number < flow->n_sent && !seen[number]);
    seen[number] = 1;
    check_packet (g_ptr_array_index (to->packets, i), number, equal_size (number));
  }
}

static void
check_restarts (const gchar *path, guint n_restarts)
{
  Pair pair;
  Flow flows[2] = { { &pair.a, 0, 0 }, { &pair.b, 0, 0 } };
  GThread *threads[2];

  pair_init (&pair);
  peer_configure (&pair.a, "127.0.0.1", path, "aggressive");
  peer_configure (&pair.b, "127.0.0.1", path, "aggressive");
  pair_start (&pair);
  pair_connect (&pair);
  for (guint i = 0; i < 2; i++)
    threads[i] = g_thread_new ("flow", run_flow, &flows[i]);
  for (guint n = 1; n <= n_restarts; n++) {
    guint a_before = pair.a.n_selected;
    guint b_before = pair.b.n_selected;

    restart (&pair, n % 3, n);
    WAIT_FOR (pair.a.n_selected > a_before && pair.b.n_selected > b_before);
    fail_unless (is_connected (&pair.a) && is_connected (&pair.b));
  }
  for (guint i = 0; i < 2; i++) {
    g_atomic_int_set (&flows[i].stop, 1);
    g_thread_join (threads[i]);
    check_flow (&flows[i]);
  }
  pair_clear (&pair);
}

GST_START_TEST (test_restart_while_packets_flow)
{
  check_restarts ("auto", 12);
  check_restarts ("agent", 6);
}

GST_END_TEST;

static Suite *
rtcice_suite (void)
{
  Suite *suite = suite_create ("rtcice");
  TCase *basic = tcase_create ("basic");
  TCase *restarts = tcase_create ("restart");

  suite_add_tcase (suite, basic);
  tcase_add_loop_test (basic, test_connect, 0, G_N_ELEMENTS (connect_rows));
  suite_add_tcase (suite, restarts);
  tcase_add_test (restarts, test_restart_while_packets_flow);
  return suite;
}

GST_CHECK_MAIN (rtcice)
