/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials for clients from elsewhere (W3C webrtc-pc §4.2.4): see rtciceservice.h. */
#include "rtciceservice.h"

#include <gst/gst.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "http/rtchttpclient.h"
#include "signalling/rtcjsontext.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

#define REPLY_LIMIT (5 * GST_SECOND)
/* More clients at a time get the fallback at once. */
#define MAX_WAITING 64
#define MAX_SERVERS 32
#define MAX_URLS 16
#define CLIENT_MARK "{client}"

struct _RtcIceService {
  RtcHttpClient *http;
  gchar *url;
  /* Ask */
  GHashTable *waiting;
};

typedef struct {
  RtcIceService *service;
  RtcHttpRequest *request;
  gchar *fallback;
} Ask;

static void
ask_free (gpointer data)
{
  Ask *ask = data;
  rtc_http_request_unref (ask->request);
  g_free (ask->fallback);
  g_free (ask);
}

/* --- what the service says --- */

static gboolean
is_text (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
      json_node_get_value_type (node) == G_TYPE_STRING;
}

static gboolean
is_urls (JsonNode *node)
{
  JsonArray *array;
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return is_text (node);
  array = json_node_get_array (node);
  if (json_array_get_length (array) == 0 || json_array_get_length (array) > MAX_URLS)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++) {
    if (!is_text (json_array_get_element (array, i)))
      return FALSE;
  }
  return TRUE;
}

static gboolean
copy_server (JsonNode *node, JsonArray *into)
{
  static const gchar *const names[] = { "username", "credential" };
  JsonObject *from = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *urls = from != NULL ? json_object_get_member (from, "urls") : NULL;
  JsonObject *copy;
  if (!is_urls (urls))
    return FALSE;
  copy = json_object_new ();
  json_object_set_member (copy, "urls", json_node_copy (urls));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    JsonNode *member = json_object_get_member (from, names[i]);
    if (is_text (member))
      json_object_set_member (copy, names[i], json_node_copy (member));
  }
  json_array_add_object_element (into, copy);
  return TRUE;
}

/* (transfer full): what a browser understands of @text; NULL when it is no list of servers. */
static gchar *
read_servers (const gchar *text, gsize size)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_ARRAY);
  JsonArray *into = json_array_new ();
  JsonNode *from = rtc_json_check (text, size, NULL) &&
          json_parser_load_from_data (parser, text, (gssize) size, NULL)
      ? json_parser_get_root (parser)
      : NULL;
  JsonArray *array =
      from != NULL && JSON_NODE_HOLDS_ARRAY (from) ? json_node_get_array (from) : NULL;
  gboolean is_good = array != NULL && json_array_get_length (array) <= MAX_SERVERS;

  json_node_take_array (root, into);
  for (guint i = 0; is_good && i < json_array_get_length (array); i++)
    is_good = copy_server (json_array_get_element (array, i), into);
  return is_good ? json_to_string (root, FALSE) : NULL;
}

static void
service_replied (const RtcHttpReply *reply, const GError *error, gpointer user_data)
{
  Ask *ask = user_data;
  g_autofree gchar *servers =
      reply != NULL && reply->status == 200 ? read_servers (reply->body, reply->size) : NULL;
  /* The URL may hold a token. */
  if (servers == NULL)
    GST_WARNING ("no ICE servers from the service (%s), the configured ones serve",
        error != NULL              ? error->message
            : reply->status != 200 ? "it refused"
                                   : "that is no list of servers");
  rtc_http_request_reply_text (
      ask->request, 200, "application/json", servers != NULL ? servers : ask->fallback);
  g_hash_table_remove (ask->service->waiting, ask);
}

/* --- public --- */

gboolean
rtc_ice_service_is_url (const gchar *url)
{
  g_auto (GStrv) parts = g_strsplit (url, CLIENT_MARK, -1);
  g_autofree gchar *filled = g_strjoinv ("client", parts);
  g_autoptr (GUri) uri = g_uri_parse (filled, G_URI_FLAGS_NONE, NULL);
  return uri != NULL && g_uri_get_host (uri) != NULL && g_uri_get_host (uri)[0] != '\0' &&
      (strcmp (g_uri_get_scheme (uri), "http") == 0 ||
          strcmp (g_uri_get_scheme (uri), "https") == 0);
}

RtcIceService *
rtc_ice_service_new (RtcLoop *loop, const gchar *url)
{
  RtcIceService *service = g_new0 (RtcIceService, 1);
  service->http = rtc_http_client_new (loop, NULL, NULL, NULL, NULL);
  service->url = g_strdup (url);
  service->waiting = g_hash_table_new_full (NULL, NULL, ask_free, NULL);
  return service;
}

void
rtc_ice_service_free (RtcIceService *service)
{
  if (service == NULL)
    return;
  rtc_http_client_free (service->http);
  g_hash_table_unref (service->waiting);
  g_free (service->url);
  g_free (service);
}

void
rtc_ice_service_reply (RtcIceService *service, RtcHttpRequest *request, const gchar *fallback)
{
  g_auto (GStrv) parts = g_strsplit (service->url, CLIENT_MARK, -1);
  g_autofree gchar *client =
      g_uri_escape_string (rtc_http_request_get_address (request), NULL, FALSE);
  g_autofree gchar *url = g_strjoinv (client, parts);
  const RtcHttpCall call = {
    .method = "GET", .url = url, .accept = "application/json", .limit = REPLY_LIMIT
  };
  Ask *ask;

  if (g_hash_table_size (service->waiting) >= MAX_WAITING) {
    rtc_http_request_reply_text (request, 200, "application/json", fallback);
    return;
  }
  ask = g_new0 (Ask, 1);
  ask->service = service;
  ask->request = rtc_http_request_ref (request);
  ask->fallback = g_strdup (fallback);
  g_hash_table_add (service->waiting, ask);
  rtc_http_client_send (service->http, &call, service_replied, ask);
}
