/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Settings that cannot work: rtcsignaller, rtcwhepsrc and rtcwhipsink say so when they start, by
 * the property's name, and say what is wanted. No client has to come for that.
 */
#include "stubpeer.h"

#include <gst/check/gstcheck.h>
#include <string.h>

#define LIMIT (20 * GST_SECOND)
#define SERVER "rtcsignaller port=0 "
#define ICE_FORM "stun://HOST:PORT or turn(s)://USER:PASSWORD@HOST:PORT"

typedef struct {
  const gchar *launch;
  /* Parts of the error. */
  const gchar *texts[4];
} Row;

static const Row rows[] = {
  { SERVER "stun-server=foo", { "stun-server: number 1 ", ICE_FORM } },
  { SERVER "turn-server=http://a", { "turn-server: number 1 ", ICE_FORM } },
  { SERVER "ice-servers=\"stun:a b\"", { "ice-servers: number 2 ", ICE_FORM } },
  { SERVER "ice-servers-url=foo", { "ice-servers-url" } },
  { SERVER "address=192.0.2.1", { "192.0.2.1", "port=0" } },
  { SERVER "https=true tls-key=/nonexistent", { "tls-key", "set tls-certificate, too" } },
  { SERVER "https=true tls-certificate=/nonexistent/a.pem", { "/nonexistent/a.pem" } },
  { SERVER "session=\"fakesrc ! nonsense\"", { "property session", "nonsense" } },
  { SERVER "session=\"fakesrc ! fakesink\"", { "property session", "needs one peer element" } },
  { SERVER "session=\"stubpeer stubpeer\"", { "property session", "there are 2" } },
  { SERVER "peer=nobody", { "nobody" } },
  { "rtcsignaller role=client", { "property url" } },
  { "rtcsignaller role=client url=ftp://a/b", { "property url", "http://HOST" } },
  { "rtcsignaller role=client url=http://127.0.0.1:1/",
      { "needs one peer element, there are 0", "rtcbin" } },
  { "stubpeer stubpeer rtcsignaller role=client url=http://127.0.0.1:1/",
      { "needs one peer element, there are 2", "property peer" } },
  { "rtcwhepsrc", { "set the property location" } },
  { "rtcwhepsrc location=foo", { "foo", "location", "http://HOST" } },
  { "rtcwhipsink location=ftp://a/b", { "ftp://a/b", "location", "http://HOST" } },
};

static gchar *
get_error (const gchar *launch, GstMessageType type)
{
  g_autoptr (GError) wrong = NULL;
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstElement *bin = gst_parse_bin_from_description (launch, FALSE, &wrong);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;

  g_assert_no_error (wrong);
  gst_bin_add (GST_BIN (pipeline), bin);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, LIMIT, type);
  if (message == NULL)
    g_error ("%s: nothing is told", launch);
  if (type == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  else
    gst_message_parse_warning (message, &error, NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_bus_set_flushing (bus, TRUE);
  gst_object_unref (pipeline);
  return g_strdup (error->message);
}

GST_START_TEST (test_errors)
{
  const Row *row = &rows[__i__];
  g_autofree gchar *error = get_error (row->launch, GST_MESSAGE_ERROR);
  for (gsize i = 0; i < G_N_ELEMENTS (row->texts) && row->texts[i] != NULL; i++) {
    if (strstr (error, row->texts[i]) == NULL)
      g_error ("%s: '%s' is not in '%s'", row->launch, row->texts[i], error);
  }
}
GST_END_TEST;

/* The file may still come. */
GST_START_TEST (test_missing_page)
{
  g_autofree gchar *warning =
      get_error (SERVER "session=stubpeer page=/nonexistent.html", GST_MESSAGE_WARNING);
  g_assert_nonnull (strstr (warning, "/nonexistent.html"));
}
GST_END_TEST;

static Suite *
rtcsignaller_mistakes_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-mistakes");
  TCase *tests = tcase_create ("mistakes");
  stub_peer_register ();
  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_loop_test (tests, test_errors, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tests, test_missing_page);
  return suite;
}

GST_CHECK_MAIN (rtcsignaller_mistakes);
