/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Servers by URI. */
#include "rtcniceagent.h"

#include <gst/rtc/gstrtcerror.h>

typedef struct {
  const gchar *uri;
  const gchar *host; /* NULL: refused with error */
  guint port;
  const gchar *username;
  const gchar *password;
  gboolean is_tcp;
  gint error;
} Row;

static const Row rows[] = {
  { "stun://stun.example.org:19302", "stun.example.org", 19302, NULL, NULL, FALSE, 0 },
  { "stun:stun.example.org", "stun.example.org", 3478, NULL, NULL, FALSE, 0 },
  { "stun://[2001:db8::1]:7", "2001:db8::1", 7, NULL, NULL, FALSE, 0 },
  { "turn://u:p@192.0.2.1", "192.0.2.1", 3478, "u", "p", FALSE, 0 },
  { "turn://u%40x:p%3a%2f@h:5?transport=tcp", "h", 5, "u@x", "p:/", TRUE, 0 },
  { "http://192.0.2.9", "192.0.2.9", 8080, NULL, NULL, FALSE, 0 },
  { "http://u:p@proxy.example:3128", "proxy.example", 3128, "u", "p", FALSE, 0 },
  { "turn://u:p@h?transport=udp", "h", 3478, "u", "p", FALSE, 0 },
  { "turn://h", NULL, 0, NULL, NULL, FALSE, GST_RTC_ERROR_INVALID_ARGUMENT },
  { "turns://u:p@h", NULL, 0, NULL, NULL, FALSE, GST_RTC_ERROR_UNSUPPORTED },
  { "ftp://h", NULL, 0, NULL, NULL, FALSE, GST_RTC_ERROR_INVALID_ARGUMENT },
  { "stun://", NULL, 0, NULL, NULL, FALSE, GST_RTC_ERROR_INVALID_ARGUMENT },
  { "nonsense", NULL, 0, NULL, NULL, FALSE, GST_RTC_ERROR_INVALID_ARGUMENT },
  { "", NULL, 0, NULL, NULL, FALSE, GST_RTC_ERROR_INVALID_ARGUMENT },
};

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (GError) error = NULL;
  RtcIceServer *server = rtc_ice_server_parse (row->uri, &error);

  if (row->host == NULL) {
    g_assert_null (server);
    g_assert_error (error, GST_RTC_ERROR, row->error);
    return;
  }
  g_assert_no_error (error);
  g_assert_cmpstr (server->host, ==, row->host);
  g_assert_cmpuint (server->port, ==, row->port);
  g_assert_cmpstr (server->username, ==, row->username);
  g_assert_cmpstr (server->password, ==, row->password);
  g_assert_cmpint (server->is_tcp, ==, row->is_tcp);
  g_assert_cmpint (server->is_proxy, ==, g_str_has_prefix (row->uri, "http:"));
  rtc_ice_server_free (server);
}

/* What may hold a password is not repeated in a message. */
static void
test_secret (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (rtc_ice_server_parse ("turns://user:hunter2@h", &error));
  g_assert_null (strstr (error->message, "hunter2"));
  g_clear_error (&error);
  g_assert_null (rtc_ice_server_parse ("turn://user:hunter2@", &error));
  g_assert_null (strstr (error->message, "hunter2"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/ice-server/%u", i);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  g_test_add_func ("/ice-server/secret", test_secret);
  return g_test_run ();
}
