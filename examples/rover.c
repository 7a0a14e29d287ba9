/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rovers that move between networks, in five programs of one. A relay passes messages between an
 * offerer and an answerer, over WebSockets; a server answers many peers over HTTP and talks to all
 * of them. When a link breaks or a network changes, ICE restarts and the channel goes on.
 *
 *   meson devenv -C build examples/rtc-rover relay
 *   meson devenv -C build examples/rtc-rover answerer
 *   meson devenv -C build examples/rtc-rover offerer
 */
#include <glib-unix.h>
#include <gst/webrtc/webrtc.h>
#include <stdio.h>

#define BROADCAST_S 5

typedef enum {
  ROVER_RELAY,
  ROVER_OFFERER,
  ROVER_ANSWERER,
  ROVER_SERVER,
  ROVER_PEER,
} RoverMode;

static const struct {
  const gchar *name;
  /* Those that listen have a port, the others a URL and a dialect. */
  guint port;
  const gchar *url;
  const gchar *dialect;
  /* Created by this side, or NULL. */
  const gchar *channel;
} modes[] = {
  [ROVER_RELAY] = { "relay", 8080 },
  [ROVER_OFFERER] = { "offerer", 0, "ws://127.0.0.1:8080/", "relay", "rover-data" },
  [ROVER_ANSWERER] = { "answerer", 0, "ws://127.0.0.1:8080/", "relay-answerer" },
  [ROVER_SERVER] = { "server", 3000 },
  [ROVER_PEER] = { "peer", 0, "http://127.0.0.1:3000/", "plain", "test" },
};

typedef struct {
  RoverMode mode;
  GMainLoop *loop;
  gchar *address;
  gint port;
  gchar *url;
  gchar *stun_server;
  gboolean ends_on_disconnect;
  int code;
  /* The channels that are open: peers open them on threads of their own. */
  GMutex lock;
  GPtrArray *channels;
} Rover;

/* --- channels, on the peers' threads --- */

static void
on_message (GstWebRTCDataChannel *channel, const gchar *text, Rover *rover)
{
  g_print ("Received: %s\n", text != NULL ? text : "");
  if (rover->mode == ROVER_ANSWERER) {
    g_autofree gchar *echo = g_strconcat ("Echo from Answerer: ", text, NULL);
    g_signal_emit_by_name (channel, "send-string", echo);
  }
}

static void
on_open (GstWebRTCDataChannel *channel, Rover *rover)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree gchar *time = g_date_time_format (now, "%Y-%m-%d %H:%M:%S");
  g_autofree gchar *hello = g_strdup_printf ("Hello from Offerer Rover! (%s)", time);
  g_autofree gchar *label = NULL;

  g_object_get (channel, "label", &label, NULL);
  g_print ("Data channel '%s' open\n", label);
  g_mutex_lock (&rover->lock);
  g_ptr_array_add (rover->channels, g_object_ref (channel));
  g_mutex_unlock (&rover->lock);
  if (rover->mode == ROVER_OFFERER)
    g_signal_emit_by_name (channel, "send-string", hello);
}

static void
on_close (GstWebRTCDataChannel *channel, Rover *rover)
{
  g_mutex_lock (&rover->lock);
  g_ptr_array_remove (rover->channels, channel);
  g_mutex_unlock (&rover->lock);
}

static void
watch_channel (Rover *rover, GstWebRTCDataChannel *channel)
{
  GstWebRTCDataChannelState state;

  g_signal_connect (channel, "on-message-string", G_CALLBACK (on_message), rover);
  g_signal_connect (channel, "on-close", G_CALLBACK (on_close), rover);
  g_object_get (channel, "ready-state", &state, NULL);
  if (state == GST_WEBRTC_DATA_CHANNEL_STATE_OPEN)
    on_open (channel, rover);
  else
    g_signal_connect (channel, "on-open", G_CALLBACK (on_open), rover);
}

static void
on_data_channel (GstElement *peer, GstWebRTCDataChannel *channel, Rover *rover)
{
  watch_channel (rover, channel);
}

/* On the main thread. */
static gboolean
broadcast (gpointer user_data)
{
  Rover *rover = user_data;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree gchar *time = g_date_time_format (now, "%Y-%m-%d %H:%M:%S");
  g_autofree gchar *text = g_strconcat ("Server broadcast at ", time, NULL);

  g_mutex_lock (&rover->lock);
  for (guint i = 0; i < rover->channels->len; i++)
    g_signal_emit_by_name (g_ptr_array_index (rover->channels, i), "send-string", text);
  g_mutex_unlock (&rover->lock);
  return G_SOURCE_CONTINUE;
}

/* --- peers --- */

static void
on_ice_state (GstElement *peer, GParamSpec *property, Rover *rover)
{
  static const gchar *const texts[] = {
    [GST_WEBRTC_ICE_CONNECTION_STATE_NEW] = "ICE is starting...",
    [GST_WEBRTC_ICE_CONNECTION_STATE_CHECKING] = "ICE is checking candidates...",
    [GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED] = "ICE Connected! Data channel should open soon.",
    [GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED] = "ICE Completed!",
    [GST_WEBRTC_ICE_CONNECTION_STATE_FAILED] = "ICE Failed",
    [GST_WEBRTC_ICE_CONNECTION_STATE_DISCONNECTED] = "ICE Disconnected",
    [GST_WEBRTC_ICE_CONNECTION_STATE_CLOSED] = "ICE Closed",
  };
  GstWebRTCICEConnectionState state;

  g_object_get (peer, "ice-connection-state", &state, NULL);
  g_print ("%s\n", texts[state]);
  if (state == GST_WEBRTC_ICE_CONNECTION_STATE_DISCONNECTED && rover->ends_on_disconnect)
    g_main_loop_quit (rover->loop);
}

/* A peer that has seen no description. On a worker thread. */
static void
on_session_started (GstElement *signaller, const gchar *id, GstElement *peer, Rover *rover)
{
  const gchar *label = modes[rover->mode].channel;

  /* The same peer comes again when it begins a new connection. */
  if (g_object_get_data (G_OBJECT (peer), "rover") == NULL) {
    g_object_set_data (G_OBJECT (peer), "rover", rover);
    if (rover->stun_server != NULL)
      g_object_set (peer, "stun-server", rover->stun_server, NULL);
    g_signal_connect (peer, "notify::ice-connection-state", G_CALLBACK (on_ice_state), rover);
    g_signal_connect (peer, "on-data-channel", G_CALLBACK (on_data_channel), rover);
  }
  if (label != NULL) {
    g_autoptr (GstWebRTCDataChannel) channel = NULL;
    g_signal_emit_by_name (peer, "create-data-channel", label, NULL, &channel);
    watch_channel (rover, channel);
  }
}

/* --- messages --- */

static void
print_message (const GstStructure *structure)
{
  const gchar *reason = gst_structure_get_string (structure, "reason");

  if (gst_structure_has_name (structure, "rtc-relay-joined"))
    g_print ("Client registered: %s\n", gst_structure_get_string (structure, "client-id"));
  else if (gst_structure_has_name (structure, "rtc-relay-left"))
    g_print ("Client left: %s\n", gst_structure_get_string (structure, "client-id"));
  else if (gst_structure_has_name (structure, "rtc-session-restarted"))
    g_print ("ICE restarted\n");
  else if (g_str_has_prefix (gst_structure_get_name (structure), "rtc-session-") && reason != NULL)
    g_print ("%s\n", reason);
}

static gboolean
on_bus_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Rover *rover = user_data;
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT) {
    print_message (gst_message_get_structure (message));
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    g_printerr ("%s: %s\n", GST_MESSAGE_SRC_NAME (message), error->message);
    rover->code = 1;
    g_main_loop_quit (rover->loop);
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
on_interrupt (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

/* --- start --- */

static gboolean
find_mode (const gchar *name, RoverMode *out_mode)
{
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    if (g_strcmp0 (modes[i].name, name) != 0)
      continue;
    *out_mode = i;
    return TRUE;
  }
  return FALSE;
}

static gboolean
parse_options (Rover *rover, int *argc, char ***argv)
{
  const GOptionEntry entries[] = {
    { "address", 0, 0, G_OPTION_ARG_STRING, &rover->address,
        "relay, server: where to listen; 0.0.0.0 for all networks (127.0.0.1)", "ADDRESS" },
    { "port", 'p', 0, G_OPTION_ARG_INT, &rover->port,
        "relay, server: TCP port, 0 for any (8080, 3000)", "N" },
    { "url", 'u', 0, G_OPTION_ARG_STRING, &rover->url,
        "The relay's or server's address (ws://127.0.0.1:8080/, http://127.0.0.1:3000/); "
        "ws://HOST:PORT/relay/ROOM for one room of many",
        "URL" },
    { "stun-server", 0, 0, G_OPTION_ARG_STRING, &rover->stun_server,
        "For peers behind a NAT, such as stun://stun.l.google.com:19302", "URI" },
    { "end-on-disconnect", 0, 0, G_OPTION_ARG_NONE, &rover->ends_on_disconnect,
        "End when the link breaks, in place of restarting ICE", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (
      "relay|offerer|answerer|server|peer - rovers that move between networks");
  g_autoptr (GError) error = NULL;
  g_autofree gchar *help = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, argc, argv, &error)) {
    g_printerr ("%s\nTry %s --help\n", error->message, g_get_prgname ());
    return FALSE;
  }
  if (*argc == 2 && find_mode ((*argv)[1], &rover->mode))
    return TRUE;
  help = g_option_context_get_help (context, TRUE, NULL);
  g_printerr ("%s", help);
  return FALSE;
}

static void
make_listening (const Rover *rover, GstElement *signaller)
{
  g_object_set (signaller, "address", rover->address != NULL ? rover->address : "127.0.0.1", "port",
      rover->port >= 0 ? (guint) rover->port : modes[rover->mode].port, NULL);
  if (rover->mode == ROVER_SERVER)
    g_object_set (signaller, "session", "rtcbin", NULL);
}

static void
make_connecting (const Rover *rover, GstElement *pipeline, GstElement *signaller)
{
  gst_bin_add (GST_BIN (pipeline), gst_element_factory_make ("rtcbin", "peer"));
  gst_util_set_object_arg (G_OBJECT (signaller), "role", "client");
  gst_util_set_object_arg (G_OBJECT (signaller), "dialect", modes[rover->mode].dialect);
  g_object_set (signaller, "url", rover->url != NULL ? rover->url : modes[rover->mode].url, "peer",
      "peer", "auto-restart", !rover->ends_on_disconnect, NULL);
}

static void
print_start (const Rover *rover, GstElement *signaller)
{
  g_autofree gchar *url = NULL;
  g_autoptr (GUri) uri = NULL;

  g_object_get (signaller, "url", &url, NULL);
  uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  if (modes[rover->mode].url == NULL)
    g_print ("Server listening on %s:%d\n", g_uri_get_host (uri), g_uri_get_port (uri));
  else
    g_print ("Connecting to %s\n", url);
  g_print ("Press ctrl-c to stop\n");
}

static gboolean
start (Rover *rover, GstElement *pipeline, GstElement *signaller)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_bin_add (GST_BIN (pipeline), signaller);
  if (modes[rover->mode].url == NULL)
    make_listening (rover, signaller);
  else
    make_connecting (rover, pipeline, signaller);
  g_signal_connect (signaller, "session-started", G_CALLBACK (on_session_started), rover);
  gst_bus_add_watch (bus, on_bus_message, rover);
  g_unix_signal_add (SIGINT, on_interrupt, rover->loop);
  if (rover->mode == ROVER_SERVER)
    g_timeout_add_seconds (BROADCAST_S, broadcast, rover);
  if (gst_element_set_state (pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    return FALSE;
  print_start (rover, signaller);
  return TRUE;
}

int
main (int argc, char **argv)
{
  Rover rover = { .port = -1 };
  g_autoptr (GstElement) pipeline = NULL;
  GstElement *signaller;
  int code = 1;

  setvbuf (stdout, NULL, _IOLBF, 0);
  if (!parse_options (&rover, &argc, &argv))
    return 2;
  pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  signaller = gst_element_factory_make ("rtcsignaller", "signaller");
  if (signaller == NULL) {
    g_printerr ("There is no rtcsignaller. Try: meson devenv -C build\n");
    return 1;
  }
  rover.loop = g_main_loop_new (NULL, FALSE);
  rover.channels = g_ptr_array_new_with_free_func (g_object_unref);
  if (start (&rover, pipeline, signaller)) {
    g_main_loop_run (rover.loop);
    code = rover.code;
  }
  /* Why it did not start is still on the bus. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_ptr_array_unref (rover.channels);
  g_main_loop_unref (rover.loop);
  g_free (rover.address);
  g_free (rover.url);
  g_free (rover.stun_server);
  return code;
}
