/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See the header. Blocking sockets with a generous timeout. */
#include "scriptedserver.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT_SECONDS 20
#define MAX_REQUEST (256 * 1024)

struct _ScriptedServer {
  GSocketListener *listener;
  guint port;
  const ScriptStep *steps;
  ScriptedServer *others[4];
  GThread *thread;
  GMutex lock;
  GCond cond;
  /* Under the lock. */
  guint n_requests;
  gboolean is_released;
};

ScriptedServer *
scripted_server_new (void)
{
  ScriptedServer *server = g_new0 (ScriptedServer, 1);
  g_autoptr (GInetAddress) address = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (address, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;
  g_mutex_init (&server->lock);
  g_cond_init (&server->cond);
  server->listener = g_socket_listener_new ();
  g_socket_listener_add_address (
      server->listener, any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  server->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  return server;
}

guint
scripted_server_get_port (ScriptedServer *server)
{
  return server->port;
}

static gboolean
is_whole (const gchar *text)
{
  const gchar *body = strstr (text, "\r\n\r\n");
  const gchar *length = strstr (text, "Content-Length: ");
  if (body == NULL)
    return FALSE;
  return length == NULL || length > body ||
      strlen (body + 4) >= strtoul (length + strlen ("Content-Length: "), NULL, 10);
}

static gchar *
read_request (GSocketConnection *connection)
{
  GInputStream *stream = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GString *text = g_string_new (NULL);
  gchar buffer[4096];
  while (!is_whole (text->str) && text->len < MAX_REQUEST) {
    gssize size = g_input_stream_read (stream, buffer, sizeof buffer, NULL, NULL);
    if (size <= 0)
      break;
    g_string_append_len (text, buffer, size);
  }
  return g_string_free (text, FALSE);
}

static void
check_request (const gchar *request, const gchar *wanted)
{
  g_auto (GStrv) parts = g_strsplit (wanted, "|", -1);
  for (guint i = 0; parts[i] != NULL; i++) {
    gboolean is_unwanted = parts[i][0] == '!';
    const gchar *part = parts[i] + (is_unwanted ? 1 : 0);
    if ((strstr (request, part) != NULL) == is_unwanted)
      g_error ("'%s' is %s the request:\n%s", part, is_unwanted ? "in" : "not in", request);
  }
}

/* "@1" is the port of the first of the others. */
static gchar *
fill_in (ScriptedServer *server, const gchar *reply)
{
  GString *text = g_string_new (reply);
  for (guint i = 0; i < G_N_ELEMENTS (server->others) && server->others[i] != NULL; i++) {
    g_autofree gchar *name = g_strdup_printf ("@%u", i + 1);
    g_autofree gchar *port = g_strdup_printf ("%u", server->others[i]->port);
    g_string_replace (text, name, port, 0);
  }
  return g_string_free (text, FALSE);
}

static void
write_endlessly (GOutputStream *stream)
{
  g_autofree gchar *block = g_strnfill (65536, 'x');
  const gchar *head = "HTTP/1.1 201 Created\r\nContent-Type: application/sdp\r\n\r\n";
  gboolean is_open = g_output_stream_write_all (stream, head, strlen (head), NULL, NULL, NULL);
  while (is_open)
    is_open = g_output_stream_write_all (stream, block, 65536, NULL, NULL, NULL);
}

static void
wait_for_release (ScriptedServer *server)
{
  g_mutex_lock (&server->lock);
  while (!server->is_released)
    g_cond_wait (&server->cond, &server->lock);
  g_mutex_unlock (&server->lock);
}

static void
note_request (ScriptedServer *server)
{
  g_mutex_lock (&server->lock);
  server->n_requests++;
  g_cond_broadcast (&server->cond);
  g_mutex_unlock (&server->lock);
}

static void
reply (ScriptedServer *server, GSocketConnection *connection, const gchar *text)
{
  GOutputStream *stream = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autofree gchar *filled = NULL;
  gchar byte;
  if (text != NULL && text[0] == '~') {
    wait_for_release (server);
    text++;
  }
  if (text == NULL) {
    g_input_stream_read (
        g_io_stream_get_input_stream (G_IO_STREAM (connection)), &byte, 1, NULL, NULL);
  } else if (strcmp (text, SCRIPT_ENDLESS) == 0) {
    write_endlessly (stream);
  } else {
    filled = fill_in (server, text);
    g_output_stream_write_all (stream, filled, strlen (filled), NULL, NULL, NULL);
  }
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
}

static gpointer
run (gpointer data)
{
  ScriptedServer *server = data;
  for (const ScriptStep *step = server->steps; step->request != NULL; step++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GSocketConnection) connection =
        g_socket_listener_accept (server->listener, NULL, NULL, &error);
    g_autofree gchar *request = NULL;
    g_assert_no_error (error);
    g_socket_set_timeout (g_socket_connection_get_socket (connection), LIMIT_SECONDS);
    request = read_request (connection);
    check_request (request, step->request);
    note_request (server);
    reply (server, connection, step->reply);
  }
  return NULL;
}

void
scripted_server_start (
    ScriptedServer *server, const ScriptStep *steps, ScriptedServer *const *others)
{
  server->steps = steps;
  for (guint i = 0; others != NULL && others[i] != NULL; i++)
    server->others[i] = others[i];
  server->thread = g_thread_new ("scripted-server", run, server);
}

void
scripted_server_wait (ScriptedServer *server, guint step)
{
  gint64 deadline = g_get_monotonic_time () + LIMIT_SECONDS * G_USEC_PER_SEC;
  g_mutex_lock (&server->lock);
  while (server->n_requests < step) {
    if (!g_cond_wait_until (&server->cond, &server->lock, deadline))
      g_error ("request %u did not come", step);
  }
  g_mutex_unlock (&server->lock);
}

void
scripted_server_release (ScriptedServer *server)
{
  g_mutex_lock (&server->lock);
  server->is_released = TRUE;
  g_cond_broadcast (&server->cond);
  g_mutex_unlock (&server->lock);
}

void
scripted_server_finish (ScriptedServer *server)
{
  if (server->thread != NULL)
    g_thread_join (server->thread);
  g_socket_listener_close (server->listener);
  g_object_unref (server->listener);
  g_mutex_clear (&server->lock);
  g_cond_clear (&server->cond);
  g_free (server);
}
