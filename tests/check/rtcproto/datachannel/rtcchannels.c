/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The channel table: two of them joined by a link that carries messages and resets as SCTP does,
 * in order, and what hostile or confused peers may send to one alone.
 */
#include "datachannel/rtcchannels.h"

#include <string.h>

#include "datachannel/rtcdcep.h"

typedef struct {
  RtcChannels *channels;
  GString *log;            /* one word an action */
  RtcChannel *announced;   /* the last one */
  RtcChannel *closed;      /* the last one */
  gboolean reset_done[64]; /* by us */
  gboolean peer_reset[64];
} Peer;

typedef struct {
  Peer a; /* DTLS client: even */
  Peer b;
} Link;

static void
peer_init (Peer *peer, gboolean is_client, gboolean is_connected)
{
  memset (peer, 0, sizeof *peer);
  peer->channels = rtc_channels_new ();
  peer->log = g_string_new (NULL);
  rtc_channels_set_role (peer->channels, is_client);
  if (is_connected)
    rtc_channels_connected (peer->channels, 1024);
}

static void
peer_clear (Peer *peer)
{
  rtc_channels_free (peer->channels);
  g_string_free (peer->log, TRUE);
}

static void
maybe_closed (Peer *peer, guint16 stream)
{
  if (!peer->reset_done[stream] || !peer->peer_reset[stream])
    return;
  peer->reset_done[stream] = peer->peer_reset[stream] = FALSE;
  rtc_channels_handle_stream_closed (peer->channels, stream);
}

/* What SCTP does with a reset: the other side sees it, our side learns that it is done. */
static void
carry_reset (Peer *from, Peer *to, guint16 stream)
{
  g_string_append_printf (from->log, "reset:%u ", stream);
  from->reset_done[stream] = TRUE;
  if (to != NULL) {
    to->peer_reset[stream] = TRUE;
    if (!to->reset_done[stream])
      rtc_channels_handle_stream_reset (to->channels, stream);
    maybe_closed (to, stream);
  }
  maybe_closed (from, stream);
}

static void
execute (Peer *from, Peer *to, RtcChannelAction *action)
{
  switch (action->type) {
  case RTC_CHANNEL_ACTION_SEND:
    g_string_append_printf (from->log, "send:%u ", action->stream);
    if (to != NULL)
      rtc_channels_handle_message (to->channels, action->stream, action->ppid, action->data);
    break;
  case RTC_CHANNEL_ACTION_RESET:
    carry_reset (from, to, action->stream);
    break;
  case RTC_CHANNEL_ACTION_ANNOUNCED:
    from->announced = action->channel;
    g_string_append_printf (from->log, "announced:%u ", action->stream);
    break;
  case RTC_CHANNEL_ACTION_OPENED:
    g_string_append_printf (from->log, "opened:%u ", action->stream);
    break;
  case RTC_CHANNEL_ACTION_MESSAGE:
    g_string_append_printf (from->log, "%s:%u:%" G_GSIZE_FORMAT " ",
        action->is_string ? "string" : "binary", action->stream, g_bytes_get_size (action->data));
    break;
  case RTC_CHANNEL_ACTION_CLOSING:
    g_string_append_printf (from->log, "closing:%u ", action->stream);
    break;
  case RTC_CHANNEL_ACTION_CLOSED:
    from->closed = action->channel;
    g_string_append_printf (
        from->log, "closed:%u%s ", action->stream, action->error != NULL ? ":error" : "");
    break;
  }
}

static gboolean
turn_one (Peer *from, Peer *to)
{
  RtcChannelAction action;

  if (!rtc_channels_poll (from->channels, &action))
    return FALSE;
  execute (from, to, &action);
  rtc_channel_action_clear (&action);
  return TRUE;
}

static void
run (Link *link)
{
  while (turn_one (&link->a, &link->b) || turn_one (&link->b, &link->a))
    ;
}

static void
run_alone (Peer *peer)
{
  while (turn_one (peer, NULL))
    ;
}

static void
assert_log (Peer *peer, const gchar *expected)
{
  g_assert_cmpstr (peer->log->str, ==, expected);
  g_string_truncate (peer->log, 0);
}

static void
link_init (Link *link)
{
  peer_init (&link->a, TRUE, TRUE);
  peer_init (&link->b, FALSE, TRUE);
}

static void
link_clear (Link *link)
{
  peer_clear (&link->a);
  peer_clear (&link->b);
}

static RtcChannel *
create (Peer *peer, const gchar *label)
{
  RtcChannelInit init = RTC_CHANNEL_INIT;
  g_autoptr (GError) error = NULL;
  RtcChannel *channel;

  init.label = (gchar *) label;
  channel = rtc_channels_create (peer->channels, &init, &error);
  g_assert_no_error (error);
  g_assert_nonnull (channel);
  return channel;
}

static void
feed (Peer *peer, guint16 stream, guint32 ppid, const gchar *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);

  rtc_channels_handle_message (peer->channels, stream, ppid, bytes);
}

static void
test_open_and_close (void)
{
  Link link;
  RtcChannel *channel;

  link_init (&link);
  channel = create (&link.a, "data");
  g_assert_cmpint (rtc_channel_get_id (channel), ==, 0);
  g_assert_true (rtc_channel_must_send_ordered (channel));
  run (&link);
  assert_log (&link.a, "send:0 opened:0 ");
  assert_log (&link.b, "send:0 announced:0 opened:0 ");
  g_assert_cmpstr (rtc_channel_get_init (link.b.announced)->label, ==, "data");
  g_assert_cmpstr (rtc_channel_get_init (link.b.announced)->protocol, ==, "");

  rtc_channel_close (link.b.channels, link.b.announced);
  g_assert_cmpint (rtc_channel_get_state (link.b.announced), ==, RTC_CHANNEL_CLOSING);
  run (&link);
  assert_log (&link.a, "closing:0 reset:0 closed:0 ");
  assert_log (&link.b, "reset:0 closed:0 ");
  g_assert_cmpint (rtc_channel_get_state (channel), ==, RTC_CHANNEL_CLOSED);
  rtc_channel_release (link.a.channels, channel);
  rtc_channel_release (link.b.channels, link.b.announced);
  g_assert_cmpuint (rtc_channels_get_dropped_messages (link.a.channels), ==, 0);
  link_clear (&link);
}

/* Only plain messages of open channels with nothing before them go without an action. */
static void
test_messages_without_actions (void)
{
  Link link;
  RtcChannel *channel;
  gboolean is_string = FALSE;

  link_init (&link);
  channel = create (&link.a, "data");
  g_assert_null (rtc_channels_take_message (link.a.channels, 0, RTC_PPID_STRING, &is_string));
  run (&link);
  assert_log (&link.a, "send:0 opened:0 ");
  g_assert_false (is_string);
  g_assert_true (
      rtc_channels_take_message (link.a.channels, 0, RTC_PPID_STRING, &is_string) == channel);
  g_assert_true (is_string);
  g_assert_true (
      rtc_channels_take_message (link.a.channels, 0, RTC_PPID_BINARY, &is_string) == channel);
  g_assert_false (is_string);
  g_assert_null (rtc_channels_take_message (link.a.channels, 2, RTC_PPID_BINARY, &is_string));
  g_assert_null (rtc_channels_take_message (link.a.channels, 0, RTC_PPID_DCEP, &is_string));
  g_assert_null (rtc_channels_take_message (link.a.channels, 0, RTC_PPID_STRING_EMPTY, &is_string));
  feed (&link.a, 0, RTC_PPID_BINARY, "first", 5);
  g_assert_null (rtc_channels_take_message (link.a.channels, 0, RTC_PPID_BINARY, &is_string));
  run (&link);
  rtc_channel_close (link.a.channels, channel);
  run (&link);
  g_assert_null (rtc_channels_take_message (link.a.channels, 0, RTC_PPID_BINARY, &is_string));
  link_clear (&link);
}

static void
test_both_close_at_once (void)
{
  Link link;
  RtcChannel *channel;

  link_init (&link);
  channel = create (&link.b, "data");
  g_assert_cmpint (rtc_channel_get_id (channel), ==, 1);
  run (&link);
  assert_log (&link.a, "send:1 announced:1 opened:1 ");
  assert_log (&link.b, "send:1 opened:1 ");
  rtc_channel_close (link.a.channels, link.a.announced);
  rtc_channel_close (link.b.channels, channel);
  rtc_channel_close (link.b.channels, channel);
  run (&link);
  assert_log (&link.a, "reset:1 closed:1 ");
  assert_log (&link.b, "reset:1 closed:1 ");
  link_clear (&link);
}

static void
test_numbers_are_reused (void)
{
  Link link;

  link_init (&link);
  for (guint i = 0; i < 1000; i++) {
    RtcChannel *first = create (&link.a, "first");
    RtcChannel *second = create (&link.a, "second");

    run (&link);
    g_assert_cmpint (rtc_channel_get_id (first), ==, 0);
    g_assert_cmpint (rtc_channel_get_id (second), ==, 2);
    rtc_channel_close (link.a.channels, first);
    rtc_channel_close (link.a.channels, second);
    while (turn_one (&link.a, &link.b) || turn_one (&link.b, &link.a)) {
      if (link.b.closed != NULL)
        rtc_channel_release (link.b.channels, g_steal_pointer (&link.b.closed));
    }
    rtc_channel_release (link.a.channels, first);
    rtc_channel_release (link.a.channels, second);
  }
  link_clear (&link);
}

/* RFC 8832 §6: until the ACK, or data, user messages go in order. */
static void
test_unordered_waits_for_confirmation (void)
{
  RtcChannelInit init = RTC_CHANNEL_INIT;
  Peer peer;
  RtcChannel *with_ack, *with_data;

  peer_init (&peer, TRUE, TRUE);
  init.is_ordered = FALSE;
  with_ack = rtc_channels_create (peer.channels, &init, NULL);
  with_data = rtc_channels_create (peer.channels, &init, NULL);
  run_alone (&peer);
  assert_log (&peer, "send:0 opened:0 send:2 opened:2 ");
  g_assert_true (rtc_channel_must_send_ordered (with_ack));
  g_assert_true (rtc_channel_must_send_ordered (with_data));
  feed (&peer, 0, RTC_PPID_DCEP, "\x02", 1);
  feed (&peer, 2, RTC_PPID_STRING, "hi", 2);
  feed (&peer, 2, RTC_PPID_DCEP, "\x02", 1);
  feed (&peer, 2, RTC_PPID_DCEP, "\x02", 1);
  run_alone (&peer);
  assert_log (&peer, "string:2:2 ");
  g_assert_false (rtc_channel_must_send_ordered (with_ack));
  g_assert_false (rtc_channel_must_send_ordered (with_data));
  peer_clear (&peer);
}

static void
test_wait_for_role_and_connection (void)
{
  Peer peer = { 0 };
  RtcChannelInit init = RTC_CHANNEL_INIT;
  g_autoptr (GError) error = NULL;
  RtcChannel *first, *negotiated, *second, *dropped;

  peer.channels = rtc_channels_new ();
  peer.log = g_string_new (NULL);
  first = create (&peer, "first");
  init.is_negotiated = TRUE;
  init.id = 1;
  negotiated = rtc_channels_create (peer.channels, &init, &error);
  g_assert_no_error (error);
  second = create (&peer, "second");
  dropped = create (&peer, "dropped");
  g_assert_cmpint (rtc_channel_get_id (first), ==, -1);
  rtc_channel_close (peer.channels, dropped);
  rtc_channels_set_role (peer.channels, FALSE);
  g_assert_cmpint (rtc_channel_get_id (first), ==, 3);
  g_assert_cmpint (rtc_channel_get_id (second), ==, 5);
  g_assert_cmpint (rtc_channel_get_id (negotiated), ==, 1);
  run_alone (&peer);
  assert_log (&peer, "closed:0 ");
  rtc_channels_connected (peer.channels, 5);
  run_alone (&peer);
  assert_log (&peer, "send:3 opened:3 opened:1 closed:5:error ");
  g_assert_cmpint (rtc_channel_get_state (second), ==, RTC_CHANNEL_CLOSED);
  peer_clear (&peer);
}

static void
test_disconnected (void)
{
  g_autoptr (GError) reason = g_error_new (RTC_ERROR, RTC_ERROR_STATE, "gone");
  g_autoptr (GError) error = NULL;
  RtcChannelInit init = RTC_CHANNEL_INIT;
  Peer peer;
  RtcChannel *channel;

  peer_init (&peer, TRUE, TRUE);
  channel = create (&peer, "data");
  rtc_channels_disconnected (peer.channels, reason);
  run_alone (&peer);
  assert_log (&peer, "send:0 opened:0 closed:0:error ");
  rtc_channel_close (peer.channels, channel);
  rtc_channels_handle_stream_reset (peer.channels, 0);
  run_alone (&peer);
  g_assert_null (rtc_channels_create (peer.channels, &init, &error));
  g_assert_error (error, RTC_ERROR, RTC_ERROR_STATE);
  peer_clear (&peer);
}

static void
test_negotiated (void)
{
  RtcChannelInit init = RTC_CHANNEL_INIT;
  Link link;
  RtcChannel *a, *b;

  link_init (&link);
  init.is_negotiated = TRUE;
  init.id = 7;
  init.is_ordered = FALSE;
  a = rtc_channels_create (link.a.channels, &init, NULL);
  b = rtc_channels_create (link.b.channels, &init, NULL);
  run (&link);
  assert_log (&link.a, "opened:7 ");
  assert_log (&link.b, "opened:7 ");
  g_assert_false (rtc_channel_must_send_ordered (a));
  rtc_channel_close (link.b.channels, b);
  run (&link);
  assert_log (&link.a, "closing:7 reset:7 closed:7 ");
  assert_log (&link.b, "reset:7 closed:7 ");
  link_clear (&link);
}

static const struct {
  const gchar *name;
  RtcChannelInit init;
  RtcError code;
} bad_inits[] = {
  { "both limits", { .max_retransmits = 0, .max_lifetime_ms = 0, .id = -1 }, RTC_ERROR_ARGUMENT },
  { "negotiated without id",
      { .max_retransmits = -1, .max_lifetime_ms = -1, .is_negotiated = TRUE, .id = -1 },
      RTC_ERROR_ARGUMENT },
  { "negotiated over the limit",
      { .max_retransmits = -1, .max_lifetime_ms = -1, .is_negotiated = TRUE, .id = 1024 },
      RTC_ERROR_ARGUMENT },
  { "negotiated twice",
      { .max_retransmits = -1, .max_lifetime_ms = -1, .is_negotiated = TRUE, .id = 0 },
      RTC_ERROR_ARGUMENT },
  { "label is not UTF-8",
      { .label = (gchar *) "\xff", .max_retransmits = -1, .max_lifetime_ms = -1, .id = -1 },
      RTC_ERROR_ARGUMENT },
};

static void
test_bad_init (void)
{
  g_autofree gchar *long_label = g_strnfill (RTC_CHANNEL_MAX_LABEL + 1, 'x');
  RtcChannelInit init = RTC_CHANNEL_INIT;
  g_autoptr (GError) long_error = NULL;
  Peer peer;

  peer_init (&peer, TRUE, TRUE);
  create (&peer, "takes 0");
  for (guint i = 0; i < G_N_ELEMENTS (bad_inits); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", bad_inits[i].name);
    g_assert_null (rtc_channels_create (peer.channels, &bad_inits[i].init, &error));
    g_assert_error (error, RTC_ERROR, (gint) bad_inits[i].code);
  }
  init.label = long_label;
  g_assert_null (rtc_channels_create (peer.channels, &init, &long_error));
  g_assert_error (long_error, RTC_ERROR, RTC_ERROR_ARGUMENT);
  long_label[RTC_CHANNEL_MAX_LABEL] = '\0';
  g_assert_nonnull (rtc_channels_create (peer.channels, &init, NULL));
  peer_clear (&peer);
}

#define OPEN_MESSAGE "\x03\x00\x01\x00\0\0\0\0\x00\x01\x00\x00x"

static const struct {
  const gchar *name;
  guint16 stream;
  guint32 ppid;
  const gchar *bytes;
  gsize size;
  const gchar *log;
  guint dropped;
} hostile[] = {
  { "open", 5, RTC_PPID_DCEP, OPEN_MESSAGE, 13, "send:5 announced:5 opened:5 ", 0 },
  { "open with our parity", 4, RTC_PPID_DCEP, OPEN_MESSAGE, 13, "reset:4 ", 1 },
  { "open beyond the streams", 1025, RTC_PPID_DCEP, OPEN_MESSAGE, 13, "reset:", 1 },
  { "open on our channel", 0, RTC_PPID_DCEP, OPEN_MESSAGE, 13, "closing:0 reset:0 ", 1 },
  { "truncated open", 5, RTC_PPID_DCEP, OPEN_MESSAGE, 12, "reset:5 ", 1 },
  { "garbage on our channel", 0, RTC_PPID_DCEP, "\xff\xff", 2, "closing:0 reset:0 ", 1 },
  { "garbage on no channel", 9, RTC_PPID_DCEP, "", 0, "reset:9 ", 1 },
  { "ack on no channel", 9, RTC_PPID_DCEP, "\x02", 1, "", 1 },
  { "data on no channel", 9, RTC_PPID_BINARY, "x", 1, "", 1 },
  { "empty data on no channel", 9, RTC_PPID_STRING_EMPTY, "", 1, "", 1 },
  { "partial PPID of old drafts", 0, 54, "x", 1, "", 1 },
  { "PPID 0", 0, 0, "x", 1, "", 1 },
  { "string", 0, RTC_PPID_STRING, "x\0y", 3, "string:0:3 ", 0 },
  { "binary", 0, RTC_PPID_BINARY, "xy", 2, "binary:0:2 ", 0 },
  { "empty string", 0, RTC_PPID_STRING_EMPTY, "\0", 1, "string:0:0 ", 0 },
  { "empty binary", 0, RTC_PPID_BINARY_EMPTY, "junk", 4, "binary:0:0 ", 0 },
};

/* The peer is the DTLS server and we have the channel 0. */
static void
test_hostile_messages (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++) {
    Peer peer;
    RtcChannelAction action;

    g_test_message ("%s", hostile[i].name);
    peer_init (&peer, TRUE, TRUE);
    create (&peer, "ours");
    run_alone (&peer);
    g_string_truncate (peer.log, 0);
    feed (&peer, hostile[i].stream, hostile[i].ppid, hostile[i].bytes, hostile[i].size);
    if (hostile[i].stream >= G_N_ELEMENTS (peer.reset_done)) {
      g_assert_true (rtc_channels_poll (peer.channels, &action));
      g_assert_cmpint (action.type, ==, RTC_CHANNEL_ACTION_RESET);
      g_assert_cmpuint (action.stream, ==, hostile[i].stream);
      g_assert_false (rtc_channels_poll (peer.channels, &action));
    } else {
      run_alone (&peer);
      assert_log (&peer, hostile[i].log);
    }
    g_assert_cmpuint (rtc_channels_get_dropped_messages (peer.channels), ==, hostile[i].dropped);
    peer_clear (&peer);
  }
}

/* A stream that was refused is reset once, and may be opened when both sides have reset it. */
static void
test_refused_stream_is_free_again (void)
{
  Peer peer;

  peer_init (&peer, TRUE, TRUE);
  feed (&peer, 5, RTC_PPID_DCEP, OPEN_MESSAGE, 5);
  feed (&peer, 5, RTC_PPID_DCEP, OPEN_MESSAGE, 13);
  run_alone (&peer);
  assert_log (&peer, "reset:5 ");
  rtc_channels_handle_stream_closed (peer.channels, 5);
  feed (&peer, 5, RTC_PPID_DCEP, OPEN_MESSAGE, 13);
  run_alone (&peer);
  assert_log (&peer, "send:5 announced:5 opened:5 ");
  peer_clear (&peer);
}

static void
test_messages_after_close_are_dropped (void)
{
  Peer peer;
  RtcChannel *channel;

  peer_init (&peer, TRUE, TRUE);
  channel = create (&peer, "data");
  run_alone (&peer);
  rtc_channel_close (peer.channels, channel);
  feed (&peer, 0, RTC_PPID_STRING, "late", 4);
  run_alone (&peer);
  assert_log (&peer, "send:0 opened:0 reset:0 ");
  g_assert_cmpuint (rtc_channels_get_dropped_messages (peer.channels), ==, 1);
  peer_clear (&peer);
}

static void
drain (RtcChannels *channels)
{
  RtcChannelAction action;

  while (rtc_channels_poll (channels, &action))
    rtc_channel_action_clear (&action);
}

/* A peer that opens all it can: 512 streams of its parity among 1024, and no more; a flood of
 * OPENs without the streams fails too. */
static void
test_limits (void)
{
  RtcChannelInit init = RTC_CHANNEL_INIT;
  g_autoptr (GError) error = NULL;
  Peer peer;
  guint ours = 0;

  peer_init (&peer, TRUE, TRUE);
  for (guint stream = 0; stream < 4096; stream++) {
    feed (&peer, stream, RTC_PPID_DCEP, OPEN_MESSAGE, 13);
    drain (peer.channels);
  }
  g_assert_cmpuint (rtc_channels_get_dropped_messages (peer.channels), ==, 4096 - 512);
  for (guint stream = 0; stream < 4096; stream += 2)
    rtc_channels_handle_stream_closed (peer.channels, stream);
  while (rtc_channels_create (peer.channels, &init, &error) != NULL)
    ours++;
  g_assert_error (error, RTC_ERROR, RTC_ERROR_LIMIT);
  g_assert_cmpuint (ours, ==, 512);
  peer_clear (&peer);
}

static void
test_pack (void)
{
  static const struct {
    gboolean is_string;
    const gchar *data;
    guint32 ppid;
    gsize size;
  } rows[] = { { TRUE, "x", RTC_PPID_STRING, 1 }, { FALSE, "xy", RTC_PPID_BINARY, 2 },
    { TRUE, "", RTC_PPID_STRING_EMPTY, 1 }, { FALSE, NULL, RTC_PPID_BINARY_EMPTY, 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    GBytes *data = rows[i].data != NULL ? g_bytes_new (rows[i].data, strlen (rows[i].data)) : NULL;
    g_autoptr (GBytes) packed = NULL;
    guint32 ppid;

    rtc_channel_pack_message (rows[i].is_string, data, &ppid, &packed);
    g_assert_cmpuint (ppid, ==, rows[i].ppid);
    g_assert_cmpuint (g_bytes_get_size (packed), ==, rows[i].size);
    g_clear_pointer (&data, g_bytes_unref);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/channels/open-and-close", test_open_and_close);
  g_test_add_func ("/channels/without-actions", test_messages_without_actions);
  g_test_add_func ("/channels/both-close-at-once", test_both_close_at_once);
  g_test_add_func ("/channels/numbers-are-reused", test_numbers_are_reused);
  g_test_add_func ("/channels/unordered-waits", test_unordered_waits_for_confirmation);
  g_test_add_func ("/channels/wait-for-role", test_wait_for_role_and_connection);
  g_test_add_func ("/channels/disconnected", test_disconnected);
  g_test_add_func ("/channels/negotiated", test_negotiated);
  g_test_add_func ("/channels/bad-init", test_bad_init);
  g_test_add_func ("/channels/hostile-messages", test_hostile_messages);
  g_test_add_func ("/channels/refused-stream", test_refused_stream_is_free_again);
  g_test_add_func ("/channels/late-messages", test_messages_after_close_are_dropped);
  g_test_add_func ("/channels/limits", test_limits);
  g_test_add_func ("/channels/pack", test_pack);
  return g_test_run ();
}
