/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtcdtls: two of them over a wire that loses, changes and adds packets. */
#include "dtlslink.h"

#define CONNECTED GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED
#define CONNECTING GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTING
#define FAILED GST_WEBRTC_DTLS_TRANSPORT_STATE_FAILED
#define CLOSED GST_WEBRTC_DTLS_TRANSPORT_STATE_CLOSED

static const guint8 srtp_packet[] = { 0x80, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 'm', 'e', 'd', 'i',
  'a' };

static DtlsLink *
connected_link (void)
{
  DtlsLink *link = dtls_link_new ();

  dtls_link_introduce (link);
  dtls_link_start (link);
  dtls_link_wait_state (link, CLIENT, CONNECTED);
  dtls_link_wait_state (link, SERVER, CONNECTED);
  return link;
}

static void
assert_data (DtlsLink *link, guint peer, guint index, const gchar *text)
{
  GstBuffer *buffer = g_queue_peek_nth (&link->peers[peer].data, index);

  g_assert_nonnull (buffer);
  gst_check_buffer_data (buffer, text, strlen (text));
}

/* Elements of one session show one certificate. */
GST_START_TEST (test_identity)
{
  GstElement *one = gst_element_factory_make ("rtcdtls", NULL);
  GstElement *two = gst_element_factory_make ("rtcdtls", NULL);
  GValue identity = G_VALUE_INIT;
  gchar *before, *copied, *original, *text;

  g_object_get (one, "fingerprint", &original, NULL);
  g_object_get (two, "fingerprint", &before, NULL);
  g_assert_cmpstr (before, !=, original);
  g_object_get_property (G_OBJECT (one), "identity", &identity);
  g_object_set_property (G_OBJECT (two), "identity", &identity);
  g_object_get (two, "fingerprint", &copied, NULL);
  g_assert_cmpstr (copied, ==, original);
  text = g_strdup_value_contents (&identity);
  g_assert_null (strstr (text, "PRIVATE"));
  g_free (text);
  g_free (before);
  g_free (copied);
  g_free (original);
  g_value_unset (&identity);
  gst_object_unref (one);
  gst_object_unref (two);
}
GST_END_TEST;

GST_START_TEST (test_handshake)
{
  DtlsLink *link = connected_link ();

  dtls_link_send_data (link, CLIENT, "from the client");
  dtls_link_send_data (link, SERVER, "from the server");
  dtls_link_wait_data (link, SERVER, 1);
  dtls_link_wait_data (link, CLIENT, 1);
  assert_data (link, SERVER, 0, "from the client");
  assert_data (link, CLIENT, 0, "from the server");

  dtls_link_send_srtp (link, CLIENT, srtp_packet, sizeof srtp_packet);
  dtls_link_wait_srtp (link, SERVER, 1);
  gst_check_buffer_data (
      g_queue_peek_head (&link->peers[SERVER].srtp), srtp_packet, sizeof srtp_packet);
  dtls_link_free (link);
}
GST_END_TEST;

GST_START_TEST (test_keys)
{
  DtlsLink *link = connected_link ();
  GstRtcSrtpKeys *client = link->peers[CLIENT].keys, *server = link->peers[SERVER].keys;
  gsize key, salt;

  g_assert_nonnull (client);
  g_assert_nonnull (server);
  g_assert_cmpint (
      gst_rtc_srtp_keys_get_profile (client), ==, GST_RTC_SRTP_PROFILE_AEAD_AES_128_GCM);
  g_assert_true (
      gst_rtc_srtp_profile_get_lengths (gst_rtc_srtp_keys_get_profile (client), &key, &salt));
  g_assert_cmpmem (gst_rtc_srtp_keys_get_send (client), key + salt,
      gst_rtc_srtp_keys_get_receive (server), key + salt);
  g_assert_cmpmem (gst_rtc_srtp_keys_get_receive (client), key + salt,
      gst_rtc_srtp_keys_get_send (server), key + salt);
  g_assert_cmpint (memcmp (gst_rtc_srtp_keys_get_send (client),
                       gst_rtc_srtp_keys_get_receive (client), key + salt),
      !=, 0);
  dtls_link_free (link);
}
GST_END_TEST;

/* --- the fingerprint gate --- */

/* Tries to get something through @from, which must not arrive. */
static void
assert_gate_is_closed (DtlsLink *link, guint from)
{
  guint n_data = link->peers[1 - from].data.length;

  dtls_link_send_data (link, from, "must not pass");
  dtls_link_send_srtp (link, from, srtp_packet, sizeof srtp_packet);
  dtls_link_settle (link);
  g_assert_cmpuint (link->peers[1 - from].data.length, ==, n_data);
  g_assert_cmpuint (link->peers[1 - from].srtp.length, ==, 0);
  g_assert_cmpuint (dtls_link_get_stat (link, from, "srtp-packets-sent"), ==, 0);
  g_assert_cmpuint (dtls_link_get_stat (link, from, "srtp-dropped"), >, 0);
}

static const gchar wrong_fingerprint[] =
    "sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:"
    "CC:DD:EE:FF";

static const struct {
  const gchar *name;
  guint victim;
  const gchar *const lines[3];
} wrong_rows[] = {
  { "client sees a wrong one", CLIENT, { wrong_fingerprint } },
  { "server sees a wrong one", SERVER, { wrong_fingerprint } },
  { "only sha-1 is announced", CLIENT,
      { "sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33" } },
  { "an empty list", SERVER, { NULL } },
  { "two wrong ones", SERVER, { wrong_fingerprint, "sha-256 AA" } },
};

GST_START_TEST (test_wrong_fingerprint)
{
  guint victim = wrong_rows[__i__].victim;
  DtlsLink *link = dtls_link_new ();

  g_test_message ("%s", wrong_rows[__i__].name);
  dtls_link_introduce (link);
  dtls_link_set_fingerprints (link, victim, wrong_rows[__i__].lines);
  dtls_link_start (link);
  dtls_link_wait_state (link, victim, FAILED);
  g_assert_error (link->peers[victim].error, GST_RTC_ERROR, GST_RTC_ERROR_FINGERPRINT);
  g_assert_null (link->peers[victim].keys);
  assert_gate_is_closed (link, victim);
  assert_gate_is_closed (link, 1 - victim);
  dtls_link_free (link);
}
GST_END_TEST;

/* A client whose server is not yet verified may be connected and send; nothing is delivered. */
GST_START_TEST (test_late_fingerprint)
{
  guint late = __i__;
  DtlsLink *link = dtls_link_new ();
  g_autofree gchar *fingerprint = NULL;
  const gchar *lines[] = { NULL, NULL };

  dtls_link_introduce (link);
  dtls_link_set_fingerprints (link, late, NULL);
  dtls_link_start (link);
  dtls_link_wait_state (link, 1 - late, CONNECTED);
  dtls_link_wait_state (link, late, CONNECTING);
  dtls_link_settle (link);
  dtls_link_send_data (link, 1 - late, "patience");
  assert_gate_is_closed (link, late);
  g_assert_null (link->peers[late].keys);
  g_assert_cmpuint (link->peers[late].data.length, ==, 0);

  lines[0] = fingerprint = dtls_link_get_fingerprint (link, 1 - late);
  dtls_link_set_fingerprints (link, late, lines);
  dtls_link_wait_state (link, late, CONNECTED);
  dtls_link_wait_data (link, late, 1);
  assert_data (link, late, 0, "patience");
  g_assert_nonnull (link->peers[late].keys);
  dtls_link_free (link);
}
GST_END_TEST;

GST_START_TEST (test_late_wrong_fingerprint)
{
  guint late = __i__;
  DtlsLink *link = dtls_link_new ();
  const gchar *lines[] = { wrong_fingerprint, NULL };

  dtls_link_introduce (link);
  dtls_link_set_fingerprints (link, late, NULL);
  dtls_link_start (link);
  dtls_link_wait_state (link, 1 - late, CONNECTED);
  dtls_link_settle (link);
  dtls_link_set_fingerprints (link, late, lines);
  dtls_link_wait_state (link, late, FAILED);
  g_assert_error (link->peers[late].error, GST_RTC_ERROR, GST_RTC_ERROR_FINGERPRINT);
  assert_gate_is_closed (link, late);
  /* The alert is encrypted, so the peer believes it. */
  dtls_link_wait_state (link, 1 - late, FAILED);
  dtls_link_free (link);
}
GST_END_TEST;

GST_START_TEST (test_timeout_without_fingerprint)
{
  DtlsLink *link = dtls_link_new ();

  g_object_set (link->peers[CLIENT].dtls, "handshake-timeout", 60, NULL);
  dtls_link_introduce (link);
  dtls_link_set_fingerprints (link, CLIENT, NULL);
  dtls_link_start (link);
  dtls_link_wait_state (link, CLIENT, FAILED);
  g_assert_error (link->peers[CLIENT].error, GST_RTC_ERROR, GST_RTC_ERROR_FAILED);
  dtls_link_free (link);
}
GST_END_TEST;

/* --- a bad network --- */

static gboolean
lose_one (guint from, guint index, GstBuffer *datagram, gpointer user_data)
{
  return index == GPOINTER_TO_UINT (user_data);
}

GST_START_TEST (test_lost_datagram)
{
  DtlsLink *link = dtls_link_new ();

  link->loses = lose_one;
  link->loses_data = GUINT_TO_POINTER (__i__);
  dtls_link_introduce (link);
  dtls_link_start (link);
  dtls_link_wait_state (link, CLIENT, CONNECTED);
  dtls_link_wait_state (link, SERVER, CONNECTED);
  g_assert_cmpuint (link->peers[CLIENT].n_states, <=, 2);
  dtls_link_free (link);
}
GST_END_TEST;

static gboolean
lose_half (guint from, guint index, GstBuffer *datagram, gpointer user_data)
{
  guint32 *seed = user_data;

  *seed = *seed * 1103515245 + 12345;
  return *seed >> 16 & 1;
}

GST_START_TEST (test_half_is_lost)
{
  DtlsLink *link = dtls_link_new ();
  guint32 seed = __i__;

  link->loses = lose_half;
  link->loses_data = &seed;
  g_object_set (link->peers[CLIENT].dtls, "mtu", 300, NULL);
  g_object_set (link->peers[SERVER].dtls, "mtu", 300, NULL);
  dtls_link_introduce (link);
  dtls_link_start (link);
  dtls_link_wait_state (link, CLIENT, CONNECTED);
  dtls_link_wait_state (link, SERVER, CONNECTED);
  dtls_link_free (link);
}
GST_END_TEST;

static gboolean
lose_all (guint from, guint index, GstBuffer *datagram, gpointer user_data)
{
  return TRUE;
}

GST_START_TEST (test_no_answer)
{
  DtlsLink *link = dtls_link_new ();

  link->loses = lose_all;
  g_object_set (link->peers[CLIENT].dtls, "handshake-timeout", 500, NULL);
  dtls_link_introduce (link);
  dtls_link_start (link);
  dtls_link_wait_state (link, CLIENT, FAILED);
  g_assert_error (link->peers[CLIENT].error, GST_RTC_ERROR, GST_RTC_ERROR_NETWORK);
  /* At 0, 100 and 300 ms. */
  g_assert_cmpuint (link->peers[CLIENT].n_sent, ==, 3);
  g_assert_cmpuint (link->peers[SERVER].n_sent, ==, 0);
  dtls_link_free (link);
}
GST_END_TEST;

static gboolean
check_size (guint from, guint index, GstBuffer *datagram, gpointer user_data)
{
  g_assert_cmpuint (gst_buffer_get_size (datagram), <=, GPOINTER_TO_UINT (user_data));
  return FALSE;
}

GST_START_TEST (test_mtu)
{
  DtlsLink *link = dtls_link_new ();

  link->loses = check_size;
  link->loses_data = GUINT_TO_POINTER (300);
  g_object_set (link->peers[CLIENT].dtls, "mtu", 300, NULL);
  g_object_set (link->peers[SERVER].dtls, "mtu", 300, NULL);
  dtls_link_introduce (link);
  dtls_link_start (link);
  dtls_link_wait_state (link, CLIENT, CONNECTED);
  dtls_link_free (link);
}
GST_END_TEST;

/* --- hostile packets --- */

typedef struct {
  DtlsLink *link;
  guint from_wanted;
  GPtrArray *datagrams;
} Capture;

static gboolean
capture_all (guint from, guint index, GstBuffer *datagram, gpointer user_data)
{
  Capture *capture = user_data;

  if (from == capture->from_wanted)
    g_ptr_array_add (capture->datagrams, gst_buffer_copy_deep (datagram));
  return FALSE;
}

/* Every prefix of every packet of one side, to a fresh peer before, in, and after its handshake. */
GST_START_TEST (test_truncation)
{
  guint victim = __i__;
  g_autoptr (GPtrArray) datagrams =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);
  Capture capture = { NULL, 1 - victim, datagrams };
  DtlsLink *link = dtls_link_new ();

  link->loses = capture_all;
  link->loses_data = &capture;
  dtls_link_introduce (link);
  dtls_link_start (link);
  dtls_link_wait_state (link, CLIENT, CONNECTED);
  dtls_link_wait_state (link, SERVER, CONNECTED);
  dtls_link_send_data (link, 1 - victim, "x");
  dtls_link_wait_data (link, victim, 1);
  link->loses = lose_all;
  for (guint i = 0; i < datagrams->len; i++) {
    GstMapInfo map;

    gst_buffer_map (g_ptr_array_index (datagrams, i), &map, GST_MAP_READ);
    for (gsize size = 1; size < map.size; size += 1 + size / 64)
      dtls_link_inject (link, victim, map.data, size);
    gst_buffer_unmap (g_ptr_array_index (datagrams, i), &map);
  }
  link->loses = NULL;
  g_assert_cmpuint (link->peers[victim].state, ==, CONNECTED);
  g_assert_cmpuint (link->peers[victim].data.length, ==, 1);
  dtls_link_send_data (link, 1 - victim, "still here");
  dtls_link_wait_data (link, victim, 2);
  dtls_link_free (link);
}
GST_END_TEST;

static gboolean
deliver_prefixes_first (guint from, guint index, GstBuffer *datagram, gpointer user_data)
{
  Capture *capture = user_data;
  gsize size = gst_buffer_get_size (datagram);

  for (gsize prefix = 1; from == capture->from_wanted && prefix < size; prefix += 1 + prefix / 64)
    g_queue_push_tail (&capture->link->peers[1 - from].inbox,
        gst_buffer_copy_region (datagram, GST_BUFFER_COPY_ALL, 0, prefix));
  return FALSE;
}

/* The cut packets come before the whole ones: they must not take their place. */
GST_START_TEST (test_truncation_in_handshake)
{
  DtlsLink *link = dtls_link_new ();
  Capture capture = { link, __i__, NULL };

  link->loses = deliver_prefixes_first;
  link->loses_data = &capture;
  dtls_link_introduce (link);
  dtls_link_start (link);
  dtls_link_wait_state (link, CLIENT, CONNECTED);
  dtls_link_wait_state (link, SERVER, CONNECTED);
  dtls_link_free (link);
}
GST_END_TEST;

static const guint8 plaintext_alert[] = { 21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40 };
static const guint8 plaintext_close[] = { 21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0 };
/* Epoch 1, as long as a sealed one, but nobody's keys. */
static const guint8 forged_close[] = { 21, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 1, 9, 0, 26, 0, 1, 0, 0, 0,
  0, 1, 9, 1, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8 };
static const guint8 plaintext_data[] = { 23, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 4, 'e', 'v',
  'i', 'l' };
/* CVE-2026-75806: shorter than nonce and tag. */
static const guint8 short_record[] = { 23, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 1, 9, 0, 4, 'e', 'v', 'i',
  'l' };
static const guint8 short_alert[] = { 21, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 1, 9, 0, 2, 2, 40 };
static const guint8 forged_record[] = { 23, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 1, 9, 0, 32, 1, 2, 3, 4,
  5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8 };
static const guint8 next_epoch[] = { 22, 0xfe, 0xfd, 0, 2, 0, 0, 0, 0, 1, 9, 0, 32, 1, 2, 3, 4, 5,
  6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8 };
static const guint8 heartbeat[] = { 24, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 1, 9, 0, 32, 1, 2, 3, 4, 5, 6,
  7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8 };
/* A new ClientHello, as a spoofer would send it (CVE-2023-49786). */
static const guint8 client_hello[] = { 22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 58, 1, 0, 0, 46,
  0, 0, 0, 0, 0, 0, 0, 46, 0xfe, 0xfd, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4,
  5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 4, 0xc0, 0x2b, 0, 0, 1, 0, 0, 0 };

static const struct {
  const gchar *name;
  const guint8 *bytes;
  gsize size;
} hostile_rows[] = {
  { "plaintext alert", plaintext_alert, sizeof plaintext_alert },
  { "close_notify in the clear", plaintext_close, sizeof plaintext_close },
  { "forged close_notify", forged_close, sizeof forged_close },
  { "application data in the clear", plaintext_data, sizeof plaintext_data },
  { "record shorter than its tag", short_record, sizeof short_record },
  { "encrypted alert without a tag", short_alert, sizeof short_alert },
  { "forged record", forged_record, sizeof forged_record },
  { "record of the next epoch", next_epoch, sizeof next_epoch },
  { "heartbeat", heartbeat, sizeof heartbeat },
  { "ClientHello", client_hello, sizeof client_hello },
};

GST_START_TEST (test_hostile_after)
{
  DtlsLink *link = connected_link ();

  for (guint i = 0; i < G_N_ELEMENTS (hostile_rows); i++) {
    guint64 dropped = dtls_link_get_stat (link, __i__, "dropped");
    guint n_sent = link->peers[__i__].n_sent;

    g_test_message ("%s", hostile_rows[i].name);
    dtls_link_inject (link, __i__, hostile_rows[i].bytes, hostile_rows[i].size);
    /* More, when a flight was sent again meanwhile. */
    g_assert_cmpuint (dtls_link_get_stat (link, __i__, "dropped"), >, dropped);
    g_assert_cmpuint (link->peers[__i__].n_sent, ==, n_sent);
  }
  g_assert_cmpuint (link->peers[__i__].data.length, ==, 0);
  g_assert_cmpuint (link->peers[__i__].state, ==, CONNECTED);
  dtls_link_send_data (link, 1 - __i__, "still here");
  dtls_link_wait_data (link, __i__, 1);
  dtls_link_free (link);
}
GST_END_TEST;

/* In the middle of the handshake, to both sides. */
static gboolean
deliver_hostile_first (guint from, guint index, GstBuffer *datagram, gpointer user_data)
{
  DtlsLink *link = user_data;

  for (guint i = 0; i < G_N_ELEMENTS (hostile_rows); i++)
    if (hostile_rows[i].bytes != client_hello)
      g_queue_push_tail (&link->peers[1 - from].inbox,
          gst_buffer_new_memdup (hostile_rows[i].bytes, hostile_rows[i].size));
  return FALSE;
}

GST_START_TEST (test_hostile_during)
{
  DtlsLink *link = dtls_link_new ();

  link->loses = deliver_hostile_first;
  link->loses_data = link;
  dtls_link_introduce (link);
  dtls_link_start (link);
  dtls_link_wait_state (link, CLIENT, CONNECTED);
  dtls_link_wait_state (link, SERVER, CONNECTED);
  g_assert_cmpuint (link->peers[CLIENT].data.length + link->peers[SERVER].data.length, ==, 0);
  dtls_link_free (link);
}
GST_END_TEST;

/* The server missed nothing; the client's repeated packets are not delivered twice. */
static gboolean
duplicate_all (guint from, guint index, GstBuffer *datagram, gpointer user_data)
{
  DtlsLink *link = user_data;

  g_queue_push_tail (&link->peers[1 - from].inbox, gst_buffer_copy_deep (datagram));
  return FALSE;
}

GST_START_TEST (test_duplicates)
{
  DtlsLink *link = dtls_link_new ();

  link->loses = duplicate_all;
  link->loses_data = link;
  dtls_link_introduce (link);
  dtls_link_start (link);
  dtls_link_wait_state (link, CLIENT, CONNECTED);
  dtls_link_wait_state (link, SERVER, CONNECTED);
  for (guint i = 0; i < 100; i++)
    dtls_link_send_data (link, CLIENT, "once");
  dtls_link_wait_data (link, SERVER, 100);
  dtls_link_settle (link);
  g_assert_cmpuint (link->peers[SERVER].data.length, ==, 100);
  dtls_link_free (link);
}
GST_END_TEST;

GST_START_TEST (test_budget)
{
  DtlsLink *link = dtls_link_new ();
  guint64 dropped;

  dtls_link_introduce (link);
  link->loses = lose_all;
  dtls_link_start (link);
  dtls_link_settle (link);
  for (guint i = 0; i < 200; i++)
    dtls_link_inject (link, SERVER, forged_record, sizeof forged_record);
  dropped = dtls_link_get_stat (link, SERVER, "dropped");
  g_assert_cmpuint (dropped, ==, 200 - 64);
  dtls_link_free (link);
}
GST_END_TEST;

/* --- certificates --- */

GST_START_TEST (test_certificate)
{
  const gchar *name = ((const gchar *[]){ "rsa2048", "subject4k", "p384" })[__i__];
  g_autofree gchar *path = g_strdup_printf ("%s/%s.pem", DATA_DIR, name);
  g_autofree gchar *pem = NULL, *seen = NULL, *own = NULL;
  DtlsLink *link = dtls_link_new ();

  g_assert_true (g_file_get_contents (path, &pem, NULL, NULL));
  g_object_set (link->peers[SERVER].dtls, "certificate", pem, NULL);
  dtls_link_introduce (link);
  dtls_link_start (link);
  dtls_link_wait_state (link, CLIENT, CONNECTED);
  dtls_link_wait_state (link, SERVER, CONNECTED);
  g_object_get (link->peers[CLIENT].dtls, "remote-certificate", &seen, NULL);
  g_object_get (link->peers[SERVER].dtls, "certificate", &own, NULL);
  g_assert_cmpstr (seen, ==, own);
  g_assert_null (strstr (own, "PRIVATE KEY"));
  dtls_link_free (link);
}
GST_END_TEST;

/* More than the limit of 16 KiB. */
GST_START_TEST (test_large_certificate)
{
  g_autofree gchar *pem = NULL;
  DtlsLink *link = dtls_link_new ();

  g_assert_true (g_file_get_contents (DATA_DIR "/subject8k.pem", &pem, NULL, NULL));
  g_object_set (link->peers[__i__].dtls, "certificate", pem, NULL);
  dtls_link_introduce (link);
  dtls_link_start (link);
  dtls_link_wait_state (link, 1 - __i__, FAILED);
  g_assert_error (link->peers[1 - __i__].error, GST_RTC_ERROR, GST_RTC_ERROR_FAILED);
  dtls_link_free (link);
}
GST_END_TEST;

GST_START_TEST (test_bad_certificate)
{
  DtlsLink *link = dtls_link_new ();
  gchar *fingerprint;

  g_object_set (link->peers[CLIENT].dtls, "certificate", "no PEM at all", NULL);
  g_object_get (link->peers[CLIENT].dtls, "fingerprint", &fingerprint, NULL);
  g_assert_null (fingerprint);
  dtls_link_start (link);
  dtls_link_settle (link);
  g_assert_error (link->peers[CLIENT].error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (link->peers[CLIENT].n_sent, ==, 0);
  dtls_link_free (link);
}
GST_END_TEST;

/* --- life --- */

GST_START_TEST (test_close)
{
  DtlsLink *link = connected_link ();

  dtls_link_send_data (link, __i__, "last words");
  g_signal_emit_by_name (link->peers[__i__].dtls, "close");
  dtls_link_wait_state (link, __i__, CLOSED);
  dtls_link_wait_state (link, 1 - __i__, CLOSED);
  assert_data (link, 1 - __i__, 0, "last words");
  g_assert_null (link->peers[CLIENT].error);
  g_assert_null (link->peers[SERVER].error);
  assert_gate_is_closed (link, __i__);
  dtls_link_free (link);
}
GST_END_TEST;

/* The client's hello comes before the server was told to start. */
GST_START_TEST (test_early_packets)
{
  DtlsLink *link = dtls_link_new ();

  dtls_link_introduce (link);
  g_signal_emit_by_name (link->peers[CLIENT].dtls, "start");
  dtls_link_settle (link);
  g_assert_cmpuint (link->peers[SERVER].n_sent, ==, 0);
  g_signal_emit_by_name (link->peers[SERVER].dtls, "start");
  dtls_link_wait_state (link, CLIENT, CONNECTED);
  dtls_link_wait_state (link, SERVER, CONNECTED);
  dtls_link_free (link);
}
GST_END_TEST;

static const struct {
  const gchar *client, *server;
  GstRtcSrtpProfile expected;
} profile_rows[] = {
  { "SRTP_AES128_CM_SHA1_80", "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80",
      GST_RTC_SRTP_PROFILE_AES128_CM_HMAC_SHA1_80 },
  { "SRTP_AEAD_AES_256_GCM", "SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM",
      GST_RTC_SRTP_PROFILE_AEAD_AES_256_GCM },
  { "", "SRTP_AEAD_AES_128_GCM", GST_RTC_SRTP_PROFILE_NONE },
};

GST_START_TEST (test_profiles)
{
  DtlsLink *link = dtls_link_new ();

  g_object_set (link->peers[CLIENT].dtls, "srtp-profiles", profile_rows[__i__].client, NULL);
  g_object_set (link->peers[SERVER].dtls, "srtp-profiles", profile_rows[__i__].server, NULL);
  dtls_link_introduce (link);
  dtls_link_start (link);
  dtls_link_wait_state (link, CLIENT, CONNECTED);
  dtls_link_wait_state (link, SERVER, CONNECTED);
  if (profile_rows[__i__].expected == GST_RTC_SRTP_PROFILE_NONE)
    g_assert_null (link->peers[CLIENT].keys);
  else
    g_assert_cmpint (
        gst_rtc_srtp_keys_get_profile (link->peers[CLIENT].keys), ==, profile_rows[__i__].expected);
  dtls_link_free (link);
}
GST_END_TEST;

/* A session that ends in the middle, and one that begins again. */
GST_START_TEST (test_restart_element)
{
  DtlsLink *link = dtls_link_new ();

  for (guint i = 0; i < 20; i++) {
    dtls_link_introduce (link);
    dtls_link_start (link);
    if (i % 2)
      dtls_link_wait_state (link, CLIENT, CONNECTED);
    gst_element_set_state (link->peers[CLIENT].dtls, GST_STATE_NULL);
    gst_element_set_state (link->peers[SERVER].dtls, GST_STATE_NULL);
    dtls_link_settle (link);
    gst_element_set_state (link->peers[CLIENT].dtls, GST_STATE_PLAYING);
    gst_element_set_state (link->peers[SERVER].dtls, GST_STATE_PLAYING);
    dtls_link_forget (link);
  }
  dtls_link_start (link);
  dtls_link_wait_state (link, CLIENT, CONNECTED);
  dtls_link_free (link);
}
GST_END_TEST;

GST_START_TEST (test_unknown_packets)
{
  DtlsLink *link = connected_link ();

  for (guint first = 0; first < 256; first++) {
    guint8 packet[40] = { first, 96 };

    dtls_link_inject (link, CLIENT, packet, sizeof packet);
  }
  g_assert_cmpuint (link->peers[CLIENT].srtp.length, ==, 64);
  g_assert_cmpuint (dtls_link_get_stat (link, CLIENT, "unknown-dropped"), ==, 256 - 64 - 44);
  dtls_link_free (link);
}
GST_END_TEST;

static void
add_gate_tests (TCase *gate)
{
  tcase_add_test (gate, test_identity);
  tcase_add_loop_test (gate, test_wrong_fingerprint, 0, G_N_ELEMENTS (wrong_rows));
  tcase_add_loop_test (gate, test_late_fingerprint, 0, 2);
  tcase_add_loop_test (gate, test_late_wrong_fingerprint, 0, 2);
  tcase_add_test (gate, test_timeout_without_fingerprint);
}

static void
add_network_tests (TCase *network)
{
  tcase_add_loop_test (network, test_lost_datagram, 1, 13);
  tcase_add_loop_test (network, test_half_is_lost, 1, 4);
  tcase_add_test (network, test_no_answer);
  tcase_add_test (network, test_mtu);
  tcase_add_test (network, test_duplicates);
}

static void
add_hostile_tests (TCase *hostile)
{
  tcase_add_loop_test (hostile, test_truncation, 0, 2);
  tcase_add_loop_test (hostile, test_truncation_in_handshake, 0, 2);
  tcase_add_loop_test (hostile, test_hostile_after, 0, 2);
  tcase_add_test (hostile, test_hostile_during);
  tcase_add_test (hostile, test_budget);
  tcase_add_test (hostile, test_unknown_packets);
}

static Suite *
rtcdtls_suite (void)
{
  Suite *suite = suite_create ("rtcdtls");
  TCase *life = tcase_create ("life"), *gate = tcase_create ("gate"),
        *network = tcase_create ("network"), *hostile = tcase_create ("hostile");

  suite_add_tcase (suite, life);
  suite_add_tcase (suite, gate);
  suite_add_tcase (suite, network);
  suite_add_tcase (suite, hostile);
  tcase_add_test (life, test_handshake);
  tcase_add_test (life, test_keys);
  tcase_add_loop_test (life, test_profiles, 0, G_N_ELEMENTS (profile_rows));
  tcase_add_loop_test (life, test_certificate, 0, 3);
  tcase_add_loop_test (life, test_large_certificate, 0, 2);
  tcase_add_test (life, test_bad_certificate);
  tcase_add_loop_test (life, test_close, 0, 2);
  tcase_add_test (life, test_early_packets);
  tcase_add_test (life, test_restart_element);
  add_gate_tests (gate);
  add_network_tests (network);
  add_hostile_tests (hostile);
  return suite;
}

GST_CHECK_MAIN (rtcdtls);
