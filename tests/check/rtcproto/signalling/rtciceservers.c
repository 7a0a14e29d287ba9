/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ICE servers: URI to JSON and Link header. */
#include "signalling/rtciceservers.h"

static const struct {
  const gchar *uris;
  /* NULL: refused. */
  const gchar *json;
  const gchar *link;
} rows[] = {
  { NULL, "[]", NULL },
  { "  ", "[]", NULL },
  { "stun://stun.example:3478", "[{\"urls\":[\"stun:stun.example:3478\"]}]",
      "<stun:stun.example:3478>; rel=\"ice-server\"" },
  { "turn://me:a%22b@turn.example?transport=tcp stun:s.example",
      "[{\"urls\":[\"turn:turn.example?transport=tcp\"],\"username\":\"me\","
      "\"credential\":\"a\\\"b\"},{\"urls\":[\"stun:s.example\"]}]",
      "<turn:turn.example?transport=tcp>; rel=\"ice-server\"; username=\"me\"; "
      "credential=\"a\\\"b\"; credential-type=\"password\", <stun:s.example>; rel=\"ice-server\"" },
  { "turns://me:a%0d%0ab@t.example",
      "[{\"urls\":[\"turns:t.example\"],\"username\":\"me\","
      "\"credential\":\"a\\u000d\\u000ab\"}]",
      "<turns:t.example>; rel=\"ice-server\"; username=\"me\"; credential=\"ab\"; "
      "credential-type=\"password\"" },
  { "http://stun.example", NULL, NULL },
  { "stun:", NULL, NULL },
  { "stun:a\r\nX:", NULL, NULL },
  { "turn://%ff:x@t.example", NULL, NULL },
};

static void
test_servers (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) servers = rtc_ice_servers_parse (rows[i].uris, &error);
    g_autofree gchar *json = servers != NULL ? rtc_ice_servers_to_json (servers) : NULL;
    g_autofree gchar *link = servers != NULL ? rtc_ice_servers_to_link (servers) : NULL;
    g_test_message ("%s", rows[i].uris);
    g_assert_cmpstr (json, ==, rows[i].json);
    g_assert_cmpstr (link, ==, rows[i].link);
    g_assert_cmpint (error != NULL, ==, rows[i].json == NULL);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signalling/ice-servers", test_servers);
  return g_test_run ();
}
