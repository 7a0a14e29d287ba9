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

static const struct {
  const gchar *link;
  /* As GStreamer wants them, separated by spaces. */
  const gchar *uris;
} links[] = {
  { NULL, "" },
  { "", "" },
  { "<stun:s.example>; rel=\"ice-server\"", "stun://s.example" },
  { "<stun:s.example:3478>;rel=ice-server", "stun://s.example:3478" },
  { "<turn:t.example?transport=udp>; rel=\"ice-server\"; username=\"me\"; credential=\"a,b;c\"; "
    "credential-type=\"password\", <stun:s.example>; rel=\"ice-server\"",
      "turn://me:a%2Cb%3Bc@t.example?transport=udp stun://s.example" },
  { "<turns:t.example>; username=\"a\\\"b\"; credential=\"c@d\"; rel=ICE-Server",
      "turns://a%22b:c%40d@t.example" },
  { "<https://a.example/style.css>; rel=stylesheet", "" },
  { "<http://a.example>; rel=\"ice-server\"", "" },
  { "<stun:s.example>; rel=\"alternate\"", "" },
  { "<stun:s.example>", "" },
  { "<stun:s.example", "" },
  { "<stun:s.example>; rel=\"ice-server", "stun://s.example" },
  { "<stun:s.example>; rel", "" },
  { "<>; rel=ice-server", "" },
  { "<turn:me@t.example>; rel=ice-server", "" },
  { "<stun://s.example>; rel=ice-server", "" },
  { "<turn:t.example>; rel=ice-server; username=\"\xff\"; credential=x", "" },
  { ";,;<<>>", "" },
};

static void
test_links (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (links); i++) {
    g_autoptr (GPtrArray) servers = rtc_ice_servers_from_link (links[i].link);
    g_autoptr (GString) uris = g_string_new (NULL);
    for (guint k = 0; k < servers->len; k++) {
      g_autofree gchar *uri = rtc_ice_server_to_uri (g_ptr_array_index (servers, k));
      g_string_append_printf (uris, "%s%s", k > 0 ? " " : "", uri);
    }
    g_test_message ("%s", links[i].link);
    g_assert_cmpstr (uris->str, ==, links[i].uris);
  }
}

static void
test_many_links (void)
{
  g_autoptr (GString) link = g_string_new (NULL);
  g_autoptr (GPtrArray) servers = NULL;
  for (guint i = 0; i < 2 * RTC_ICE_SERVERS_MAX; i++)
    g_string_append (link, "<stun:s.example>; rel=ice-server, ");
  servers = rtc_ice_servers_from_link (link->str);
  g_assert_cmpuint (servers->len, ==, RTC_ICE_SERVERS_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signalling/ice-servers", test_servers);
  g_test_add_func ("/signalling/ice-servers/links", test_links);
  g_test_add_func ("/signalling/ice-servers/many-links", test_many_links);
  return g_test_run ();
}
