/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcice through a relay: coturn on loopback, started by the test. Skips (77) without turnserver.
 */
#include "../../support/icepair.h"

#include <glib/gstdio.h>

#include <stdlib.h>
#include <string.h>

#define PORT "47831"

static GSubprocess *relay;
static gchar *folder;

/* Runs until the relay answers, which it does some time after its start. */
static gboolean
relay_answers (void)
{
  /* RFC 8489 §5: a Binding request. */
  static const guint8 request[20] = { 0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1 };
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string ("127.0.0.1", (guint) atoi (PORT));
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  gchar answer[128];

  g_socket_connect (socket, address, NULL, NULL);
  for (guint i = 0; i < 100; i++) {
    g_socket_send (socket, (const gchar *) request, sizeof request, NULL, NULL);
    if (g_socket_condition_timed_wait (
            socket, G_IO_IN, 100 * G_TIME_SPAN_MILLISECOND, NULL, NULL) &&
        g_socket_receive (socket, answer, sizeof answer, NULL, NULL) > 0)
      return TRUE;
    /* Refused: wait as long as an answer would have taken. */
    g_socket_condition_timed_wait (socket, G_IO_PRI, 50 * G_TIME_SPAN_MILLISECOND, NULL, NULL);
  }
  return FALSE;
}

static void
start_relay (void)
{
  static const gchar *config = "listening-ip=127.0.0.1\nrelay-ip=127.0.0.1\nlistening-port=" PORT
                               "\nmin-port=47840\nmax-port=47899\nfingerprint\nlt-cred-mech\n"
                               "user=user:secret\nrealm=example.org\nallow-loopback-peers\nno-cli\n"
                               "no-tls\nno-dtls\ncli-password=unused\n";
  g_autofree gchar *path = NULL;
  g_autofree gchar *database = NULL;
  g_autofree gchar *process_id = NULL;
  g_autoptr (GError) error = NULL;

  folder = g_dir_make_tmp ("rtcice-XXXXXX", NULL);
  path = g_build_filename (folder, "turnserver.conf", NULL);
  database = g_build_filename (folder, "turndb", NULL);
  process_id = g_build_filename (folder, "pid", NULL);
  fail_unless (g_file_set_contents (path, config, -1, NULL));
  relay = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
      &error, "turnserver", "-c", path, "--userdb", database, "--pidfile", process_id, "--log-file",
      "stdout", NULL);
  fail_unless (relay != NULL, "%s", error != NULL ? error->message : "");
  fail_unless (relay_answers ());
}

static void
stop_relay (void)
{
  const gchar *names[] = { "turnserver.conf", "turndb", "pid" };

  g_subprocess_force_exit (relay);
  g_subprocess_wait (relay, NULL, NULL);
  g_clear_object (&relay);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree gchar *path = g_build_filename (folder, names[i], NULL);

    g_remove (path);
  }
  g_rmdir (folder);
  g_clear_pointer (&folder, g_free);
}

typedef struct {
  const gchar *name;
  const gchar *policy_a;
  const gchar *policy_b;
  const gchar *types_a;
  const gchar *query;
} TurnRow;

static const TurnRow rows[] = {
  { "one side relayed", "relay", "all", "host+srflx+relay", "" },
  { "both sides relayed", "relay", "relay", "host+srflx+relay", "" },
  { "over TCP", "relay", "all", "host+srflx+relay", "?transport=tcp" },
  { "relay is the only type", "all", "all", "relay", "" },
  /* The peer learns this side's own address by its checks, but is not told. */
  { "host is no type", "all", "all", "srflx+relay", "" },
};

/* Only relay candidates, and no address of this side in them. */
static void
check_candidates (IcePeer *peer)
{
  fail_unless (peer->candidates->len > 0);
  for (guint i = 0; i < peer->candidates->len; i++) {
    const gchar *line = g_ptr_array_index (peer->candidates, i);

    fail_unless (strstr (line, " typ relay raddr 0.0.0.0 rport 9") != NULL, "%s", line);
  }
}

/* A few at a time: the relay's own buffers are small. */
static void
check_slow_transfer (IcePeer *from, IcePeer *to, gsize (*size_of) (guint))
{
  g_ptr_array_set_size (to->packets, 0);
  for (guint i = 0; i < 60; i += 3) {
    ice_send_packets (from, i, 3, size_of);
    ICE_WAIT_FOR (to->packets->len >= i + 3);
  }
  for (guint i = 0; i < 60; i++)
    ice_check_packet (g_ptr_array_index (to->packets, i), i, size_of (i));
}

GST_START_TEST (test_relay)
{
  const TurnRow *row = &rows[__i__];
  g_autofree gchar *uri = g_strconcat ("turn://user:secret@127.0.0.1:" PORT, row->query, NULL);
  IcePair pair;

  GST_INFO ("%s", row->name);
  ice_pair_init (&pair);
  gst_util_set_object_arg (G_OBJECT (pair.a.element), "transport-policy", row->policy_a);
  gst_util_set_object_arg (G_OBJECT (pair.b.element), "transport-policy", row->policy_b);
  gst_util_set_object_arg (G_OBJECT (pair.a.element), "candidate-types", row->types_a);
  ice_do_call (&pair.a, ICE_OP_SERVER, uri, NULL);
  ice_do_call (&pair.b, ICE_OP_SERVER, uri, NULL);
  ice_pair_start (&pair);
  ice_pair_connect (&pair);
  check_slow_transfer (&pair.a, &pair.b, ice_equal_size);
  check_slow_transfer (&pair.b, &pair.a, ice_unequal_size);
  if (!g_str_equal (row->types_a, "srflx+relay"))
    ice_check_path (&pair.a, "agent");
  check_candidates (&pair.a);
  ice_pair_clear (&pair);
}

GST_END_TEST;

static gboolean
end_wait (gpointer is_over)
{
  *(gboolean *) is_over = TRUE;
  return G_SOURCE_REMOVE;
}

/* The relay's last answers come after the end, and are not the application's affair: what its main
 * loop does in a time longer than an agent may take to close, is this test's own timeout. */
GST_START_TEST (test_quiet_end)
{
  gboolean is_over = FALSE;
  guint n_turns = 0;
  IcePair pair;

  ice_pair_init (&pair);
  gst_util_set_object_arg (G_OBJECT (pair.a.element), "transport-policy", "relay");
  ice_do_call (&pair.a, ICE_OP_SERVER, "turn://user:secret@127.0.0.1:" PORT, NULL);
  ice_pair_start (&pair);
  ice_pair_connect (&pair);
  check_slow_transfer (&pair.b, &pair.a, ice_equal_size);
  ice_pair_clear (&pair);
  g_timeout_add (1500, end_wait, &is_over);
  for (; !is_over; n_turns++)
    g_main_context_iteration (NULL, TRUE);
  fail_unless (n_turns < 100, "%u turns of the main loop", n_turns);
}

GST_END_TEST;

static Suite *
rtciceturn_suite (void)
{
  Suite *suite = suite_create ("rtciceturn");
  TCase *relayed = tcase_create ("relay");

  tcase_add_unchecked_fixture (relayed, start_relay, stop_relay);
  suite_add_tcase (suite, relayed);
  tcase_add_loop_test (relayed, test_relay, 0, G_N_ELEMENTS (rows));
  tcase_add_test (relayed, test_quiet_end);
  return suite;
}

int
main (int argc, char **argv)
{
  g_autofree gchar *program = g_find_program_in_path ("turnserver");

  if (program == NULL) {
    g_print ("turnserver (package coturn) is not installed\n");
    return 77;
  }
  gst_check_init (&argc, &argv);
  return gst_check_run_suite (rtciceturn_suite (), "rtciceturn", __FILE__);
}
