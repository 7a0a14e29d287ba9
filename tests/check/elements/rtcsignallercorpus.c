/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Offers that went wrong, posted to rtcsignaller with an rtcbin for each session. Each ends in an
 * answer that can be read or in 4xx with a reason, and a session that runs meanwhile loses nothing.
 * Arguments: how many, then the folders of the offers.
 */
#include "signallerecho.h"
#include "signallerpeer.h"
#include "tests/support/sdpcorpus.h"

#include <gst/check/gstcheck.h>
#include <stdlib.h>
#include <string.h>

#define PINGS_EVERY 10

static guint n_cases;
static const gchar *const *folders;

typedef struct {
  guint n_good;
  guint n_refused;
  GArray *times;
} Results;

static Response
ask (SignallerHarness *harness, const gchar *head, const gchar *body, gsize size)
{
  g_autoptr (GString) request = g_string_new (NULL);
  g_string_printf (
      request, "%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %u\r\n", head, (guint) size);
  g_string_append (request, "Content-Type: application/sdp\r\n\r\n");
  g_string_append_len (request, body, (gssize) size);
  return signaller_harness_exchange (harness, request->str, request->len);
}

/* Three dialects by turns. What is not UTF-8 is not JSON either. */
static Response
post_case (SignallerHarness *harness, const GString *sdp, guint number)
{
  g_autofree gchar *quoted = signaller_peer_quote (sdp->str);
  g_autofree gchar *body = NULL;
  if (number / 8 % 3 == 0 || !g_utf8_validate (sdp->str, -1, NULL))
    return ask (harness, "POST /whip/corpus", sdp->str, sdp->len);
  if (number / 8 % 3 == 1) {
    body = g_strdup_printf ("{\"type\":\"offer\",\"sdp\":\"%s\"}", quoted);
    return ask (harness, "POST /doSignaling", body, strlen (body));
  }
  body = g_strdup_printf (
      "{\"sdp\":{\"type\":\"offer\",\"sdp\":\"%s\"},\"session_id\":\"corpus\"}", quoted);
  return ask (harness, "POST /webrtc/offer", body, strlen (body));
}

static void
check_answer (const Response *response, guint number)
{
  const gchar *start = strstr (response->body, "v=0");
  g_autoptr (GString) text = g_string_new (start);
  GstSDPMessage *message = NULL;
  g_string_replace (text, "\\r\\n", "\r\n", 0);
  if (start == NULL || gst_sdp_message_new_from_text (text->str, &message) != GST_SDP_OK ||
      gst_sdp_message_medias_len (message) == 0)
    g_error ("case %u: %s", number, response->text);
  gst_sdp_message_free (message);
}

static void
close_session (SignallerHarness *harness, const Response *opened)
{
  g_autofree gchar *id = response_get_header (opened, "Session-Id");
  g_autofree gchar *location = response_get_header (opened, "Location");
  g_autofree gchar *head = id != NULL ? g_strconcat ("POST /close?session=", id, NULL)
      : location != NULL              ? g_strconcat ("DELETE ", location, NULL)
                                      : g_strdup ("POST /webrtc/close");
  static const gchar body[] = "{\"session_id\":\"corpus\"}";
  Response response = ask (harness, head, body, location != NULL ? 0 : strlen (body));
  if (response.status != 200 && response.status != 204)
    g_error ("%s: %s", head, response.text);
  response_clear (&response);
}

static void
run_case (SignallerHarness *harness, const SdpCorpus *corpus, guint number, Results *results)
{
  GString *sdp = sdp_corpus_make (corpus, number);
  gint64 start = g_get_monotonic_time ();
  Response response = post_case (harness, sdp, number);
  guint time = (guint) (g_get_monotonic_time () - start);
  g_array_append_val (results->times, time);
  if (response.status == 200 || response.status == 201) {
    results->n_good++;
    check_answer (&response, number);
    close_session (harness, &response);
  } else if (response.status >= 400 && response.status < 500 && response.body[0] != '\0') {
    results->n_refused++;
  } else {
    g_error ("case %u (%s): %s", number, sdp_corpus_describe (number), response.text);
  }
  response_clear (&response);
  g_string_free (sdp, TRUE);
}

static gint
compare_times (gconstpointer a, gconstpointer b)
{
  return (gint) (*(const guint *) a > *(const guint *) b) -
      (gint) (*(const guint *) a < *(const guint *) b);
}

static void
print_results (Results *results)
{
  const guint *times;
  g_array_sort (results->times, compare_times);
  times = (const guint *) results->times->data;
  g_print ("  %u answered, %u refused; median %u us, 99 %% %u us, longest %u us\n", results->n_good,
      results->n_refused, times[n_cases / 2], times[n_cases * 99 / 100], times[n_cases - 1]);
}

GST_START_TEST (test_corpus)
{
  SdpCorpus *corpus = sdp_corpus_new (folders);
  Results results = { 0, 0, g_array_new (FALSE, FALSE, sizeof (guint)) };
  SignallerHarness harness;
  Echo echo;

  signaller_harness_start (&harness, "rtcsignaller session=rtcbin");
  signaller_echo_serve (&harness);
  echo_start (&echo, &harness);
  for (guint i = 0; i < n_cases; i++) {
    run_case (&harness, corpus, i, &results);
    if (i % PINGS_EVERY == 0)
      echo_ping (&echo);
  }
  print_results (&results);
  g_assert_cmpuint (results.n_good, >, n_cases / 20);
  g_assert_cmpuint (results.n_refused, >, n_cases / 20);
  g_print ("  the session that ran: %u messages, %u back\n", echo.n_sent, echo.n_back);
  echo_stop (&echo);
  signaller_harness_stop (&harness);
  g_array_unref (results.times);
  sdp_corpus_free (corpus);
}
GST_END_TEST;

static Suite *
rtcsignaller_corpus_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-corpus");
  TCase *tests = tcase_create ("corpus");
  tcase_set_timeout (tests, 1800);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_corpus);
  return suite;
}

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  g_assert_cmpint (argc, >, 2);
  if (!echo_is_possible ())
    return 77;
  n_cases = (guint) atoi (argv[1]);
  folders = (const gchar *const *) argv + 2;
  return gst_check_run_suite (rtcsignaller_corpus_suite (), "rtcsignaller-corpus", __FILE__);
}
