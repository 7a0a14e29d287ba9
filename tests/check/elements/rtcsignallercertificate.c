/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How long rtcsignaller's own TLS certificate serves: it is made anew a week before its end, and
 * the user's never. The certificates of the past are those that a server made, dated back and
 * signed again with OpenSSL.
 */
#include "signallerharness.h"

#include <gst/check/gstcheck.h>
#include <glib/gstdio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

#include "stubpeer.h"

#define DAY (24 * 3600L)

typedef struct {
  SignallerHarness harness;
  gchar *folder;
  gchar *path;
  gchar *launch;
} Keeper;

static void
keeper_start (Keeper *keeper)
{
  signaller_harness_start (&keeper->harness, keeper->launch);
}

static void
keeper_stop (Keeper *keeper)
{
  signaller_harness_stop (&keeper->harness);
}

/* There is a certificate that a server has made. */
static void
keeper_init (Keeper *keeper)
{
  keeper->folder = g_dir_make_tmp ("rtcsignaller-XXXXXX", NULL);
  keeper->path = g_build_filename (keeper->folder, "server.pem", NULL);
  keeper->launch = g_strdup_printf (
      "rtcsignaller session=stubpeer https=true tls-certificate=\"%s\"", keeper->path);
  keeper_start (keeper);
  keeper_stop (keeper);
}

static void
keeper_clear (Keeper *keeper)
{
  g_unlink (keeper->path);
  g_rmdir (keeper->folder);
  g_free (keeper->folder);
  g_free (keeper->path);
  g_free (keeper->launch);
}

/* The file's certificate now ends in so many seconds; @name: of whom, NULL for what it says. */
static gchar *
keeper_set_end (Keeper *keeper, long seconds, const gchar *name)
{
  BIO *file = BIO_new_file (keeper->path, "r");
  X509 *certificate = PEM_read_bio_X509 (file, NULL, NULL, NULL);
  EVP_PKEY *key = PEM_read_bio_PrivateKey (file, NULL, NULL, NULL);
  X509_NAME *subject = X509_get_subject_name (certificate);
  gchar *text = NULL;
  BIO_free (file);
  g_assert_nonnull (key);
  if (name != NULL) {
    X509_NAME_add_entry_by_txt (
        subject, "O", MBSTRING_ASC, (const unsigned char *) name, -1, -1, 0);
    X509_set_issuer_name (certificate, subject);
  }
  X509_gmtime_adj (X509_getm_notBefore (certificate), seconds - 30 * DAY);
  X509_gmtime_adj (X509_getm_notAfter (certificate), seconds);
  g_assert_cmpint (X509_sign (certificate, key, EVP_sha256 ()), >, 0);
  file = BIO_new_file (keeper->path, "w");
  PEM_write_bio_X509 (file, certificate);
  PEM_write_bio_PrivateKey (file, key, NULL, NULL, 0, NULL, NULL);
  BIO_free (file);
  X509_free (certificate);
  EVP_PKEY_free (key);
  g_assert_true (g_file_get_contents (keeper->path, &text, NULL, NULL));
  return text;
}

static gboolean
accept_any (
    GTlsConnection *tls, GTlsCertificate *certificate, GTlsCertificateFlags errors, gpointer data)
{
  return TRUE;
}

/* (transfer full): what a client sees. */
static GTlsCertificate *
keeper_see (Keeper *keeper)
{
  g_autoptr (GSocketConnection) connection = signaller_harness_connect (&keeper->harness);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection, NULL);
  g_autoptr (GIOStream) tls =
      g_tls_client_connection_new (G_IO_STREAM (connection), G_SOCKET_CONNECTABLE (remote), NULL);
  g_autoptr (GError) error = NULL;
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_any), NULL);
  g_tls_connection_handshake (G_TLS_CONNECTION (tls), NULL, &error);
  g_assert_no_error (error);
  return g_object_ref (g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (tls)));
}

/* What is shown is what the file has, and that is not @old any more and good for a month. */
static void
keeper_check_new (Keeper *keeper, const gchar *old)
{
  g_autoptr (GTlsCertificate) seen = keeper_see (keeper);
  g_autoptr (GTlsCertificate) kept = g_tls_certificate_new_from_file (keeper->path, NULL);
  g_autoptr (GDateTime) end = g_tls_certificate_get_not_valid_after (seen);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree gchar *text = NULL;
  GStatBuf information;
  g_assert_true (g_tls_certificate_is_same (seen, kept));
  g_assert_cmpint (g_date_time_difference (end, now) / G_TIME_SPAN_DAY, >=, 29);
  g_assert_true (g_file_get_contents (keeper->path, &text, NULL, NULL));
  g_assert_cmpstr (text, !=, old);
  g_assert_cmpint (g_stat (keeper->path, &information), ==, 0);
  g_assert_cmpuint (information.st_mode & 0777, ==, 0600);
}

static void
keeper_check_old (Keeper *keeper, const gchar *old)
{
  g_autoptr (GTlsCertificate) seen = keeper_see (keeper);
  g_autoptr (GTlsCertificate) before = g_tls_certificate_new_from_pem (old, -1, NULL);
  g_autofree gchar *text = NULL;
  g_assert_true (g_tls_certificate_is_same (seen, before));
  g_assert_true (g_file_get_contents (keeper->path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, old);
}

/* (transfer full): the first warning there is, waited for; NULL within no time. */
static gchar *
keeper_take_warning (Keeper *keeper, GstClockTime limit)
{
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (keeper->harness.bus, limit, GST_MESSAGE_WARNING);
  g_autoptr (GError) error = NULL;
  if (message == NULL)
    return NULL;
  gst_message_parse_warning (message, &error, NULL);
  return g_strdup (error->message);
}

static const struct {
  const gchar *name;
  long seconds;
  const gchar *owner;
  gboolean is_renewed;
  const gchar *warning;
} rows[] = {
  { "expired", -DAY, NULL, TRUE, NULL },
  { "in its last week", 6 * DAY, NULL, TRUE, NULL },
  { "good", 8 * DAY, NULL, FALSE, NULL },
  { "the user's, expired", -DAY, "a user", FALSE, "has expired" },
  { "the user's, in its last week", 6 * DAY, "a user", FALSE, "expires within a week" },
  { "the user's, good", 8 * DAY, "a user", FALSE, NULL },
};

GST_START_TEST (test_start)
{
  Keeper keeper;
  g_autofree gchar *old = NULL;
  g_autofree gchar *file = NULL;
  g_autofree gchar *warning = NULL;
  GST_INFO ("%s", rows[__i__].name);
  keeper_init (&keeper);
  old = keeper_set_end (&keeper, rows[__i__].seconds, rows[__i__].owner);
  keeper_start (&keeper);
  if (rows[__i__].is_renewed) {
    file = signaller_harness_wait_field (&keeper.harness, "rtc-certificate-renewed", "file");
    g_assert_cmpstr (file, ==, keeper.path);
    keeper_check_new (&keeper, old);
  } else {
    keeper_check_old (&keeper, old);
  }
  warning = keeper_take_warning (&keeper, 0);
  g_assert_cmpint (warning != NULL, ==, rows[__i__].warning != NULL);
  if (warning != NULL)
    g_assert_nonnull (strstr (warning, rows[__i__].warning));
  keeper_stop (&keeper);
  keeper_clear (&keeper);
}
GST_END_TEST;

/* Its last week begins while the server runs. */
GST_START_TEST (test_running)
{
  Keeper keeper;
  g_autofree gchar *old = NULL;
  g_autofree gchar *file = NULL;
  keeper_init (&keeper);
  old = keeper_set_end (&keeper, 7 * DAY + 5, NULL);
  keeper_start (&keeper);
  keeper_check_old (&keeper, old);
  file = signaller_harness_wait_field (&keeper.harness, "rtc-certificate-renewed", "file");
  g_assert_cmpstr (file, ==, keeper.path);
  keeper_check_new (&keeper, old);
  keeper_stop (&keeper);
  keeper_clear (&keeper);
}
GST_END_TEST;

/* What cannot be kept is not used: the old one is good for a week still. */
GST_START_TEST (test_not_kept)
{
  Keeper keeper;
  g_autofree gchar *old = NULL;
  g_autofree gchar *warning = NULL;
  g_autoptr (GTlsCertificate) seen = NULL;
  g_autoptr (GTlsCertificate) before = NULL;
  keeper_init (&keeper);
  old = keeper_set_end (&keeper, 7 * DAY + 5, NULL);
  before = g_tls_certificate_new_from_pem (old, -1, NULL);
  keeper_start (&keeper);
  g_unlink (keeper.path);
  g_rmdir (keeper.folder);
  warning = keeper_take_warning (&keeper, GST_CLOCK_TIME_NONE);
  g_assert_nonnull (strstr (warning, "cannot be made anew"));
  seen = keeper_see (&keeper);
  g_assert_true (g_tls_certificate_is_same (seen, before));
  keeper_stop (&keeper);
  keeper_clear (&keeper);
}
GST_END_TEST;

static Suite *
rtcsignaller_certificate_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-certificate");
  TCase *tests = tcase_create ("certificate");
  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_loop_test (tests, test_start, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tests, test_running);
  tcase_add_test (tests, test_not_kept);
  return suite;
}

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  stub_peer_register ();
  return gst_check_run_suite (
      rtcsignaller_certificate_suite (), "rtcsignaller-certificate", __FILE__);
}
