/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The HTTP server: see examplehttp.h. */
#include "examplehttp.h"

#include <libsoup/soup.h>
#include <string.h>

/* More than any description needs. */
#define MAX_BODY (128 * 1024)

struct _ExampleHttp {
  SoupServer *server;
  gchar *page;
  gchar *url;
  ExampleHttpFunc func;
  gpointer user_data;
};

static void
reply (SoupServerMessage *message, guint status, const gchar *type, const gchar *text)
{
  if (text[0] != '\0')
    soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, text, strlen (text));
  soup_server_message_set_status (message, status, NULL);
}

static void
serve_page (ExampleHttp *http, SoupServerMessage *message, const gchar *path)
{
  gboolean is_page = g_str_equal (path, "/") || g_str_equal (path, "/index.html");
  g_autofree gchar *file = NULL;
  g_autofree gchar *text = NULL;

  if (is_page && http->page != NULL)
    file = g_build_filename (EXAMPLE_PAGES, http->page, NULL);
  if (file != NULL && g_file_get_contents (file, &text, NULL, NULL))
    reply (message, SOUP_STATUS_OK, "text/html; charset=utf-8", text);
  else
    reply (message, SOUP_STATUS_NOT_FOUND, "text/plain", is_page ? "Not Found" : "");
}

static void
serve_post (ExampleHttp *http, SoupServerMessage *message, const gchar *path)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autofree gchar *text = g_strndup (body->data, body->length);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *answer = http->func (path, text, http->user_data, &error);
  g_autofree gchar *reason = NULL;

  if (answer != NULL) {
    reply (message, SOUP_STATUS_OK, "application/json", answer);
  } else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)) {
    reply (message, SOUP_STATUS_NOT_FOUND, "text/plain", "");
  } else {
    reason = g_strdup_printf ("Bad Request: %s", error->message);
    reply (message, SOUP_STATUS_BAD_REQUEST, "text/plain", reason);
  }
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
    gpointer http)
{
  const gchar *method = soup_server_message_get_method (message);

  if (g_str_equal (method, "POST"))
    serve_post (http, message, path);
  else if (g_str_equal (method, "GET"))
    serve_page (http, message, path);
  else
    reply (message, SOUP_STATUS_NOT_FOUND, "text/plain", "");
}

static gboolean
listen_at (ExampleHttp *http, const gchar *address, GError **error)
{
  g_autoptr (GSocketConnectable) name = g_network_address_parse (address, 0, error);
  g_autoptr (GSocketAddressEnumerator) all =
      name != NULL ? g_socket_connectable_enumerate (name) : NULL;
  g_autoptr (GSocketAddress) local =
      all != NULL ? g_socket_address_enumerator_next (all, NULL, error) : NULL;
  GSList *uris;

  if (local == NULL || !soup_server_listen (http->server, local, 0, error)) {
    g_prefix_error (
        error, "Cannot listen on %s (choose another port, 0 takes any free one): ", address);
    return FALSE;
  }
  uris = soup_server_get_uris (http->server);
  http->url = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return TRUE;
}

/* Before the body is read. */
static void
on_head (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
    gpointer http)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  gboolean has_length = soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CHUNKED;

  if (has_length && soup_message_headers_get_content_length (headers) <= MAX_BODY)
    return;
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  reply (message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "text/plain", "Content Too Large");
}

ExampleHttp *
example_http_new (const gchar *address, const gchar *page, ExampleHttpFunc func, gpointer user_data,
    GError **error)
{
  g_autoptr (ExampleHttp) http = g_new0 (ExampleHttp, 1);

  http->server = soup_server_new (NULL, NULL);
  http->page = g_strdup (page);
  http->func = func;
  http->user_data = user_data;
  soup_server_add_early_handler (http->server, NULL, on_head, http, NULL);
  soup_server_add_handler (http->server, NULL, on_request, http, NULL);
  return listen_at (http, address, error) ? g_steal_pointer (&http) : NULL;
}

const gchar *
example_http_get_url (ExampleHttp *http)
{
  return http->url;
}

void
example_http_free (ExampleHttp *http)
{
  if (http == NULL)
    return;
  soup_server_disconnect (http->server);
  g_object_unref (http->server);
  g_free (http->page);
  g_free (http->url);
  g_free (http);
}
