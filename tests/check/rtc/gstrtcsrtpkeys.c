/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The key box: lengths, the way through an event, and that nothing prints it. */

#include <string.h>

#include <gst/rtc/gstrtcsrtpkeys.h>

typedef struct {
  const gchar *name;
  GstRtcSrtpProfile profile;
  gboolean is_known;
  gsize key_length;
  gsize salt_length;
} Row;

/* RFC 5764 §4.1.2, RFC 7714 §12 and §14.2. */
static const Row rows[] = {
  { "SRTP_AES128_CM_HMAC_SHA1_80", 0x0001, TRUE, 16, 14 },
  { "SRTP_AEAD_AES_128_GCM", 0x0007, TRUE, 16, 12 },
  { "SRTP_AEAD_AES_256_GCM", 0x0008, TRUE, 32, 12 },
  { "none", 0, FALSE, 99, 99 },
  { "none", 0x0002, FALSE, 99, 99 },
};

static void
test_lengths (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    gsize key_length = 99;
    gsize salt_length = 99;

    g_assert_cmpint (gst_rtc_srtp_profile_get_lengths (rows[i].profile, &key_length, &salt_length),
        ==, rows[i].is_known);
    g_assert_cmpuint (key_length, ==, rows[i].key_length);
    g_assert_cmpuint (salt_length, ==, rows[i].salt_length);
    g_assert_cmpstr (gst_rtc_srtp_profile_to_string (rows[i].profile), ==, rows[i].name);
  }
}

static GstRtcSrtpKeys *
make_keys (void)
{
  /* "k" is 0x6b: easy to look for in what is printed. */
  guint8 send[44];
  guint8 receive[44];

  memset (send, 'k', sizeof send);
  memset (receive, 'K', sizeof receive);
  return gst_rtc_srtp_keys_new (GST_RTC_SRTP_PROFILE_AEAD_AES_256_GCM, send, receive);
}

static void
test_event_carries_the_box (void)
{
  GstRtcSrtpKeys *keys = make_keys ();
  GstEvent *event = gst_rtc_srtp_keys_to_event (keys);
  GstEvent *copy = gst_event_copy (event);
  GstEvent *other = gst_event_new_custom (
      GST_EVENT_CUSTOM_DOWNSTREAM_STICKY, gst_structure_new_empty ("something-else"));

  gst_rtc_srtp_keys_unref (keys);
  g_assert_true (GST_EVENT_IS_STICKY (event));
  g_assert_true (gst_rtc_srtp_keys_from_event (event) == keys);
  gst_event_unref (event);
  keys = gst_rtc_srtp_keys_from_event (copy);
  g_assert_nonnull (keys);
  g_assert_cmpint (gst_rtc_srtp_keys_get_profile (keys), ==, GST_RTC_SRTP_PROFILE_AEAD_AES_256_GCM);
  g_assert_cmpint (gst_rtc_srtp_keys_get_send (keys)[43], ==, 'k');
  g_assert_cmpint (gst_rtc_srtp_keys_get_receive (keys)[43], ==, 'K');
  gst_event_unref (copy);

  g_assert_null (gst_rtc_srtp_keys_from_event (other));
  gst_event_unref (other);
  other = gst_event_new_eos ();
  g_assert_null (gst_rtc_srtp_keys_from_event (other));
  gst_event_unref (other);
}

static void
test_no_print_shows_a_key (void)
{
  g_autoptr (GstRtcSrtpKeys) keys = make_keys ();
  GstEvent *event = gst_rtc_srtp_keys_to_event (keys);
  const GstStructure *structure = gst_event_get_structure (event);
  g_autofree gchar *text = gst_structure_to_string (structure);
  g_autofree gchar *contents =
      g_strdup_value_contents (gst_structure_get_value (structure, "keys"));
  g_autofree gchar *serialized = gst_value_serialize (gst_structure_get_value (structure, "keys"));

  g_assert_nonnull (strstr (text, "SRTP_AEAD_AES_256_GCM"));
  for (const gchar *const *print =
           (const gchar *const[]){ text, contents, serialized ? serialized : "", NULL };
       *print != NULL; print++) {
    g_assert_null (strstr (*print, "kk"));
    g_assert_null (strstr (*print, "6b6b"));
    g_assert_null (strstr (*print, "KK"));
  }
  gst_event_unref (event);
}

int
main (int argc, char **argv)
{
  gint result;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);

  g_test_add_func ("/keys/lengths", test_lengths);
  g_test_add_func ("/keys/event", test_event_carries_the_box);
  g_test_add_func ("/keys/print", test_no_print_shows_a_key);
  result = g_test_run ();
  gst_deinit ();
  return result;
}
