/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A server for clients of the JSON API with session ids: /webrtc/offer, /webrtc/ice-candidate,
 * /webrtc/close, and /iceservers with the STUN and TURN servers of a configuration file, of the
 * environment (STUN_SERVER), or of a token service (RESTSEND_TOKEN), which has five seconds.
 *
 *   meson devenv -C build examples/rtc-sdp-server --config rustpbx.toml
 */
#include "example.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define FALLBACK_SERVER "stun:stun.l.google.com:19302"
#define TOKEN_SERVICE "https://restsend.com/api/iceservers"
#define MAIN_GROUP "main"
#define ICE_GROUP "ice_servers"

typedef struct {
  Example *example;
  GKeyFile *file;
  gchar *stun_server; /* that somebody has named; NULL for none */
  gchar *session;
  GString *ice_servers; /* URIs as rtcsignaller takes them */
} Server;

/* --- the file: the part of TOML that such files use --- */

/* TOML's [[ice_servers]], once for each, as groups with numbers; what is before the first group in
 * one of its own. */
static gchar *
to_key_file (const gchar *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *result = g_string_new ("[" MAIN_GROUP "]\n");
  guint n_servers = 0;

  for (guint i = 0; lines[i] != NULL; i++) {
    if (g_str_equal (g_strstrip (lines[i]), "[[" ICE_GROUP "]]"))
      g_string_append_printf (result, "[" ICE_GROUP "%u]\n", n_servers++);
    else
      g_string_append_printf (result, "%s\n", lines[i]);
  }
  return g_string_free (result, FALSE);
}

static gboolean
read_file (Server *server, const gchar *path, GError **error)
{
  g_autofree gchar *text = NULL;
  g_autofree gchar *key_file = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  key_file = to_key_file (text);
  if (g_key_file_load_from_data (server->file, key_file, (gsize) -1, G_KEY_FILE_NONE, error))
    return TRUE;
  g_prefix_error (error, "%s: ", path);
  return FALSE;
}

/* TOML's strings and arrays are those of JSON; a comment may follow. */
static JsonNode *
read_json (gchar *text)
{
  JsonNode *node = json_from_string (text, NULL);
  gchar *comment = node == NULL ? strstr (text, " #") : NULL;

  if (comment == NULL)
    return node;
  *comment = '\0';
  return json_from_string (g_strchomp (text), NULL);
}

/* (transfer full): empty when it is not there; a number is a text, too. */
static GStrv
get_values (Server *server, const gchar *group, const gchar *key)
{
  g_autofree gchar *text = g_key_file_get_value (server->file, group, key, NULL);
  g_autoptr (JsonNode) node = text != NULL ? read_json (text) : NULL;
  g_autoptr (GStrvBuilder) values = g_strv_builder_new ();
  g_autoptr (JsonArray) array = NULL;

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node)) {
    array = json_node_dup_array (node);
  } else {
    array = json_array_new ();
    if (node != NULL)
      json_array_add_element (array, json_node_copy (node));
  }
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);
    if (JSON_NODE_HOLDS_VALUE (element) && json_node_get_value_type (element) == G_TYPE_STRING)
      g_strv_builder_add (values, json_node_get_string (element));
    else if (JSON_NODE_HOLDS_VALUE (element))
      g_strv_builder_add (values, text);
  }
  return g_strv_builder_end (values);
}

static gchar *
get_value (Server *server, const gchar *group, const gchar *key)
{
  g_auto (GStrv) values = get_values (server, group, key);

  return g_strdup (values[0]);
}

/* --- ICE servers --- */

/* "turn:host?transport=udp" and its user, as one URI. */
static void
add_server (Server *server, const gchar *url, const gchar *user, const gchar *password)
{
  const gchar *colon = strchr (url, ':');
  gboolean has_scheme = g_regex_match_simple ("^(stuns?|turns?):", url, 0, 0);
  g_autofree gchar *scheme = has_scheme ? g_strndup (url, colon - url) : g_strdup ("stun");
  const gchar *host = has_scheme ? colon + 1 : url;

  host += strspn (host, "/");
  g_string_append_printf (server->ice_servers, " %s://", scheme);
  if (user != NULL && user[0] != '\0') {
    g_string_append_uri_escaped (server->ice_servers, user, NULL, FALSE);
    g_string_append_c (server->ice_servers, ':');
    g_string_append_uri_escaped (server->ice_servers, password ? password : "", NULL, FALSE);
    g_string_append_c (server->ice_servers, '@');
  }
  g_string_append (server->ice_servers, host);
}

static void
add_group (Server *server, const gchar *group)
{
  g_auto (GStrv) urls = get_values (server, group, "urls");
  g_autofree gchar *user = get_value (server, group, "username");
  g_autofree gchar *password = get_value (server, group, "credential");

  for (guint i = 0; urls[i] != NULL; i++)
    add_server (server, urls[i], user, password);
}

static void
collect_servers (Server *server)
{
  g_autofree gchar *turn = get_value (server, "webrtc", "turn_server");
  g_autofree gchar *user = get_value (server, "webrtc", "turn_username");
  g_autofree gchar *password = get_value (server, "webrtc", "turn_credential");
  g_auto (GStrv) groups = g_key_file_get_groups (server->file, NULL);

  server->stun_server = g_strdup (g_getenv ("STUN_SERVER"));
  if (server->stun_server == NULL)
    server->stun_server = get_value (server, "webrtc", "stun_server");
  if (server->stun_server != NULL)
    add_server (server, server->stun_server, NULL, NULL);
  if (turn != NULL) {
    g_autofree gchar *url =
        g_str_has_prefix (turn, "turn") ? NULL : g_strconcat ("turn:", turn, NULL);
    add_server (server, url != NULL ? url : turn, user, password);
  }
  for (guint i = 0; groups[i] != NULL; i++)
    if (g_str_has_prefix (groups[i], ICE_GROUP))
      add_group (server, groups[i]);
  if (server->ice_servers->len == 0)
    add_server (server, FALLBACK_SERVER, NULL, NULL);
}

/* --- the server --- */

static gboolean
configure (Server *server, const gchar *service, GError **error)
{
  GstElement *signaller = example_get_signaller (server->example);
  g_autofree gchar *address = get_value (server, MAIN_GROUP, "http_addr");
  const gchar *token = g_getenv ("RESTSEND_TOKEN");
  g_autofree gchar *escaped = token != NULL ? g_uri_escape_string (token, NULL, FALSE) : NULL;
  g_autofree gchar *url = NULL;

  if (address != NULL && !example_set_http_address (server->example, address, error))
    return FALSE;
  if (signaller == NULL)
    return TRUE;
  collect_servers (server);
  if (token != NULL)
    url = g_strdup_printf (
        "%s?token=%s&user=&client={client}", service != NULL ? service : TOKEN_SERVICE, escaped);
  /* The clients are pages of other servers. */
  g_object_set (signaller, "allowed-origins", "*", "ice-servers", server->ice_servers->str,
      "ice-servers-url", url, NULL);
  return TRUE;
}

static GstElement *
make_session (const gchar *id, gpointer user_data, GError **error)
{
  Server *server = user_data;

  g_print ("Session %s\n", id);
  return gst_parse_bin_from_description (
      server->session != NULL ? server->session : "rtcbin", FALSE, error);
}

/* What the peers themselves use: a server that somebody has named, and the range of ports. */
static void
use_peer (GstElement *peer, gpointer user_data)
{
  Server *server = user_data;
  g_autofree gchar *first = get_value (server, MAIN_GROUP, "webrtc_port_start");
  g_autofree gchar *last = get_value (server, MAIN_GROUP, "webrtc_port_end");

  if (first != NULL && last != NULL)
    g_object_set (peer, "min-port", (guint) g_ascii_strtoull (first, NULL, 10), "max-port",
        (guint) g_ascii_strtoull (last, NULL, 10), NULL);
  if (server->stun_server != NULL) {
    const gchar *host =
        server->stun_server + (g_str_has_prefix (server->stun_server, "stun:") ? 5 : 0);
    g_autofree gchar *uri = g_strconcat ("stun://", host + strspn (host, "/"), NULL);
    g_object_set (peer, "stun-server", uri, NULL);
  }
}

int
main (int argc, char **argv)
{
  g_autofree gchar *config = NULL;
  g_autofree gchar *service = NULL;
  Server server = { .file = g_key_file_new (), .ice_servers = g_string_new (NULL) };
  const GOptionEntry options[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &config,
        "File with http_addr, webrtc_port_start, webrtc_port_end, [webrtc] and [[ice_servers]]",
        "FILE" },
    { "session", 0, 0, G_OPTION_ARG_STRING, &server.session,
        "What each client gets, as for gst-launch-1.0 (rtcbin)", "DESCRIPTION" },
    { "token-service", 0, 0, G_OPTION_ARG_STRING, &service,
        "Who gives ICE servers for RESTSEND_TOKEN (" TOKEN_SERVICE ")", "URL" },
    { NULL },
  };
  const ExampleInfo info = {
    .summary = "- answers offers with session ids", .options = options, .http_port = 8080
  };
  g_autoptr (Example) example = example_new (&info, &argc, &argv);
  g_autoptr (GError) error = NULL;
  int code = 1;

  server.example = example;
  example_set_peer_func (example, use_peer, &server);
  example_serve (example, make_session, &server);
  if ((config == NULL || read_file (&server, config, &error)) &&
      configure (&server, service, &error))
    code = example_run (example);
  else
    g_printerr ("%s\n", error->message);
  g_string_free (server.ice_servers, TRUE);
  g_key_file_free (server.file);
  g_free (server.session);
  g_free (server.stun_server);
  return code;
}
