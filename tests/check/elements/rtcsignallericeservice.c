/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GET /iceservers with ice-servers-url: what another service says of ICE servers reaches the client
 * in the form of W3C webrtc-pc §4.2.4, or not at all: then the configured ones serve.
 */
#include "scriptedserver.h"
#include "signallerharness.h"

#include <gst/check/gstcheck.h>
#include <string.h>

#define CONFIGURED "[{\"urls\":[\"stun:s.example:3478\"]}]"
#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
#define ASKED "GET /ice?for=127.0.0.1 HTTP/1.1\r\n|Accept: application/json\r\n"

static const struct {
  const gchar *name;
  const gchar *reply;
  const gchar *servers;
} rows[] = {
  { "one", HEAD "[{\"urls\":\"turn:t\",\"username\":\"u\",\"credential\":\"p\"}]",
      "[{\"urls\":\"turn:t\",\"username\":\"u\",\"credential\":\"p\"}]" },
  { "what is not of a server", HEAD "[{\"urls\":[\"stun:a\",\"stun:b\"],\"token\":\"secret\"}]",
      "[{\"urls\":[\"stun:a\",\"stun:b\"]}]" },
  { "none", HEAD "[]", "[]" },
  { "no list", HEAD "{\"urls\":\"stun:a\"}", CONFIGURED },
  { "no JSON", HEAD "hello", CONFIGURED },
  { "empty", HEAD, CONFIGURED },
  { "a number", HEAD "[{\"urls\":[7]}]", CONFIGURED },
  { "no urls", HEAD "[{\"url\":\"stun:a\"}]", CONFIGURED },
  { "refused", "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]",
      CONFIGURED },
  { "without end", SCRIPT_ENDLESS, CONFIGURED },
  { "brackets", NULL, CONFIGURED },
};

GST_START_TEST (test_replies)
{
  g_autofree gchar *brackets = g_strnfill (120 * 1024, '[');
  g_autofree gchar *deep = g_strconcat (HEAD, brackets, NULL);
  const ScriptStep steps[] = { { ASKED, rows[__i__].reply != NULL ? rows[__i__].reply : deep },
    { NULL, NULL } };
  ScriptedServer *service = scripted_server_new ();
  g_autofree gchar *launch =
      g_strdup_printf ("rtcsignaller stun-server=stun://s.example:3478 "
                       "ice-servers-url=\"http://127.0.0.1:%u/ice?for={client}\"",
          scripted_server_get_port (service));
  SignallerHarness harness;
  Response response;

  scripted_server_start (service, steps, NULL);
  signaller_harness_start (&harness, launch);
  response = signaller_harness_get (&harness, "/iceservers");
  g_assert_cmpuint (response.status, ==, 200);
  if (strcmp (response.body, rows[__i__].servers) != 0)
    g_error ("%s: %s", rows[__i__].name, response.body);
  response_clear (&response);
  signaller_harness_stop (&harness);
  scripted_server_finish (service);
}
GST_END_TEST;

static Suite *
rtcsignaller_ice_service_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-ice-service");
  TCase *tests = tcase_create ("replies");
  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_loop_test (tests, test_replies, 0, G_N_ELEMENTS (rows));
  return suite;
}

GST_CHECK_MAIN (rtcsignaller_ice_service);
