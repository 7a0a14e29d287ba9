/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Trickle ICE over a WebSocket: offer and answer travel at once, each candidate when it is found,
 * in both directions. The page shows where they come from: this machine (host), a STUN server
 * (srflx), a TURN server (relay). The program sends the time every three seconds, and may restart
 * ICE by itself, which needs a way to send an offer to a page.
 *
 *   meson devenv -C build examples/rtc-trickle
 *   meson devenv -C build examples/rtc-trickle --enable-host
 *   meson devenv -C build examples/rtc-trickle --enable-srflx --stun-server stun.l.google.com:19302
 */
#include "example.h"

typedef struct {
  Example *example;
  gboolean has_host;
  gboolean has_srflx;
  gboolean has_relay;
  gchar *turn_host;
  gint turn_port;
  gchar *turn_user;
  gchar *turn_realm;
  gchar *turn_uri;
  /* For the property candidate-types: "host+relay". */
  gchar *types;
  gint restart_after_s;
} Trickle;

static void
on_data_channel (GstElement *peer, GstWebRTCDataChannel *channel, gpointer user_data)
{
  example_watch_channel (channel);
  example_tell_time (channel);
}

/* Only the kind is printed: addresses are the user's own affair. */
static void
on_ice_candidate (GstElement *peer, guint line, const gchar *candidate, gpointer user_data)
{
  g_auto (GStrv) words = g_strsplit (candidate, " ", 9);

  if (g_strv_length (words) > 7)
    g_print ("Found a candidate: %s\n", words[7]);
}

/* Each peer, before it sees the offer. */
static void
use_peer (GstElement *peer, gpointer user_data)
{
  Trickle *trickle = user_data;
  gboolean is_added = FALSE;

  g_signal_connect (peer, "on-data-channel", G_CALLBACK (on_data_channel), NULL);
  g_signal_connect (peer, "on-ice-candidate", G_CALLBACK (on_ice_candidate), NULL);
  if (trickle->turn_uri != NULL)
    g_signal_emit_by_name (peer, "add-turn-server", trickle->turn_uri, &is_added);
  if (trickle->types != NULL)
    gst_util_set_object_arg (G_OBJECT (peer), "candidate-types", trickle->types);
}

static gboolean
restart (gpointer user_data)
{
  Trickle *trickle = user_data;
  gboolean is_done = FALSE;

  g_signal_emit_by_name (example_get_signaller (trickle->example), "restart", NULL, &is_done);
  g_print (is_done ? "Restarting ICE\n" : "ICE cannot be restarted now\n");
  return G_SOURCE_CONTINUE;
}

/* FALSE: what was asked for cannot be had. */
static gboolean
read_turn (Trickle *trickle)
{
  gchar *password = trickle->turn_user != NULL ? strchr (trickle->turn_user, '=') : NULL;

  if (!trickle->has_relay)
    return TRUE;
  if (password == NULL) {
    g_printerr ("--enable-relay needs --turn-user USER=PASSWORD.\n");
    return FALSE;
  }
  *password = '\0';
  {
    g_autofree gchar *user = g_uri_escape_string (trickle->turn_user, NULL, FALSE);
    g_autofree gchar *secret = g_uri_escape_string (password + 1, NULL, FALSE);
    trickle->turn_uri = g_strdup_printf ("turn://%s:%s@%s:%d", user, secret,
        trickle->turn_host != NULL ? trickle->turn_host : "127.0.0.1", trickle->turn_port);
  }
  return TRUE;
}

/* Without a switch: all that there are servers for. */
static void
read_types (Trickle *trickle)
{
  GString *types = g_string_new (NULL);

  if (trickle->has_host)
    g_string_append (types, "+host");
  if (trickle->has_srflx)
    g_string_append (types, "+srflx");
  if (trickle->has_relay)
    g_string_append (types, "+relay");
  trickle->types = types->len > 0 ? g_strdup (types->str + 1) : NULL;
  g_string_free (types, TRUE);
}

static gboolean
read_options (Trickle *trickle)
{
  if (trickle->has_srflx && !example_has_stun_server (trickle->example)) {
    g_printerr ("--enable-srflx needs --stun-server HOST:PORT.\n");
    return FALSE;
  }
  read_types (trickle);
  return read_turn (trickle);
}

int
main (int argc, char **argv)
{
  Trickle trickle = { .turn_port = 3478 };
  const GOptionEntry options[] = {
    { "enable-host", 0, 0, G_OPTION_ARG_NONE, &trickle.has_host, "Candidates of this machine",
        NULL },
    { "enable-srflx", 0, 0, G_OPTION_ARG_NONE, &trickle.has_srflx,
        "Candidates that the server of --stun-server finds", NULL },
    { "enable-relay", 0, 0, G_OPTION_ARG_NONE, &trickle.has_relay,
        "Candidates of a TURN server; "
        "without any of these three, all there are servers for",
        NULL },
    { "turn-host", 0, 0, G_OPTION_ARG_STRING, &trickle.turn_host, "The TURN server (127.0.0.1)",
        "HOST" },
    { "turn-port", 0, 0, G_OPTION_ARG_INT, &trickle.turn_port, "Its port (3478)", "N" },
    { "turn-user", 0, 0, G_OPTION_ARG_STRING, &trickle.turn_user, "Name and password there",
        "USER=PASSWORD" },
    { "turn-realm", 0, 0, G_OPTION_ARG_STRING, &trickle.turn_realm,
        "Taken for other programs' sake: the server names its realm itself", "REALM" },
    { "restart-after", 0, 0, G_OPTION_ARG_INT, &trickle.restart_after_s,
        "Restart ICE of all pages every so many seconds, 0 for never (0)", "SECONDS" },
    { NULL },
  };
  const ExampleInfo info = { .summary = "- trickle ICE over a WebSocket",
    .options = options,
    .http_port = 8080,
    .page = "trickle.html" };
  g_autoptr (Example) example = example_new (&info, &argc, &argv);
  int code;

  trickle.example = example;
  if (!read_options (&trickle))
    return 2;
  example_set_peer_func (example, use_peer, &trickle);
  example_serve (example, NULL, NULL);
  if (trickle.restart_after_s > 0)
    g_timeout_add_seconds ((guint) trickle.restart_after_s, restart, &trickle);
  code = example_run (example);
  g_free (trickle.turn_host);
  g_free (trickle.turn_user);
  g_free (trickle.turn_realm);
  g_free (trickle.turn_uri);
  g_free (trickle.types);
  return code;
}
