/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The properties of rtcsignaller in tables: a row is a name, its place in the struct, its limits
 * and its text. Owned by the element. */
#include "rtcsignallersettings.h"

#include <stddef.h>

/* A server frees what a client that is gone has left, a client waits for the network. */
#define CLIENT_RESTART_TIMES 6

#define MEMBER(name) G_STRUCT_OFFSET (RtcSignallerSettings, name)
#define LIMIT(name) (MEMBER (admission) + G_STRUCT_OFFSET (RtcAdmissionLimits, name))
#define SOCKET_LIMIT(name) (MEMBER (sockets) + G_STRUCT_OFFSET (RtcAdmissionLimits, name))
#define AT(settings, offset, type) (*(type *) G_STRUCT_MEMBER_P (settings, offset))

typedef struct {
  const gchar *name;
  glong offset;
  guint minimum;
  guint maximum;
  guint value;
  const gchar *nick;
  const gchar *blurb;
} NumberRow;

typedef struct {
  const gchar *name;
  glong offset;
  const gchar *value;
  const gchar *nick;
  const gchar *blurb;
} TextRow;

static const NumberRow numbers[] = {
  { "port", MEMBER (port), 0, 65535, 8080, "Port",
      "TCP port to listen on; 0 for any free one, which can be read back while listening" },
  { "max-sessions", MEMBER (max_sessions), 1, 100000, 1024, "Maximum of sessions",
      "Sessions at a time; more get status 503" },
  { "spare-sessions", MEMBER (spare_sessions), 0, 1000, 1, "Spare sessions",
      "Peers that are started before a client comes, for session descriptions that are one element "
      "and nothing else; each takes the memory of a session, and counts as none. Not used while "
      "session-requested is connected" },
  { "answer-timeout", MEMBER (answer_timeout_ms), 100, 60000, 10000, "Answer timeout",
      "Milliseconds until an offer without an answer gets status 408" },
  { "gather-timeout", MEMBER (gather_timeout_ms), 0, 60000, 2000, "Gather timeout",
      "Milliseconds that an answer waits for candidates of STUN and TURN servers; a quarter of "
      "that when the peer uses none" },
  { "connect-timeout", MEMBER (connect_timeout_ms), 1000, 600000, 15000, "Connect timeout",
      "Milliseconds after the answer until a session without ICE connection ends; DTLS has twice "
      "that" },
  { "restart-timeout", MEMBER (restart_timeout_ms), 0, 600000, 5000, "Restart timeout",
      "Milliseconds in which a failed session may still be restarted, by a client six times that; "
      "more for clients that are away for longer" },
  { "idle-timeout", MEMBER (idle_timeout_ms), 0, G_MAXUINT, 0, "Idle timeout",
      "Milliseconds without media or messages after which a connected session ends; 0 for never" },
  { "restart-idle-timeout", MEMBER (restart_idle_timeout_ms), 6000, 600000, 10000,
      "Restart idle timeout",
      "Milliseconds without a packet or an answer of the peer after which ICE is restarted" },
  { "restart-max-attempts", MEMBER (restart_max_attempts), 1, 1000, 3, "Maximum of restarts",
      "ICE restarts in a row that may fail, or not help, before they are given up; counted anew "
      "when one has helped, and when the network changes" },
  { "restart-rtt", MEMBER (restart_rtt_ms), 0, 60000, 2000, "Restart round trip",
      "Milliseconds of round trip over which, three times in a row, ICE is restarted; 0 for none" },
  { "restart-loss", MEMBER (restart_loss_percent), 0, 100, 50, "Restart loss",
      "Percent of lost packets over which, three times in a row, ICE is restarted; 0 for none" },
  { "restart-backoff", MEMBER (restart_backoff_ms), 100, 60000, 1000, "Restart back-off",
      "Milliseconds between an ICE restart that failed and the next; doubled each time" },
  { "request-timeout", MEMBER (request_timeout_ms), 100, 600000, 10000, "Request timeout",
      "Milliseconds in which a whole HTTP request, for a client a whole reply, must have come; "
      "three times that for replies of the dialect pbx" },
  { "retry-timeout", MEMBER (retry_timeout_ms), 0, G_MAXUINT, 60000, "Retry timeout",
      "Client: milliseconds in which a server that is busy or not there is asked again; 0 for one "
      "try, 4294967295 for no end" },
  { "max-connections", LIMIT (max_connections), 1, 10000, 64, "Maximum of connections",
      "HTTP connections at a time" },
  { "max-connections-per-address", LIMIT (max_connections_per_address), 1, 10000, 8,
      "Maximum of connections of an address",
      "HTTP connections of one address at a time; not for loopback" },
  { "requests-per-second", LIMIT (requests_per_second), 1, 100000, 20, "Requests per second",
      "HTTP requests of all addresses together in the long run; not for loopback" },
  { "requests-burst", LIMIT (requests_burst), 1, 100000, 80, "Burst of requests",
      "HTTP requests of all addresses at once; not for loopback" },
  { "requests-per-second-per-address", LIMIT (requests_per_second_per_address), 1, 100000, 5,
      "Requests per second of an address",
      "HTTP requests of one address in the long run; not for loopback" },
  { "requests-burst-per-address", LIMIT (requests_burst_per_address), 1, 100000, 20,
      "Burst of requests of an address", "HTTP requests of one address at once; not for loopback" },
  { "max-sockets", SOCKET_LIMIT (max_connections), 1, 100000, 256, "Maximum of WebSockets",
      "WebSockets at a time; more get status 503" },
  { "max-sockets-per-address", SOCKET_LIMIT (max_connections_per_address), 1, 100000, 32,
      "Maximum of WebSockets of an address",
      "WebSockets of one address at a time; not for loopback" },
  { "messages-per-second", SOCKET_LIMIT (requests_per_second_per_address), 1, 1000000, 100,
      "Messages per second",
      "WebSocket messages of one address in the long run, four times as many at once; who sends "
      "more is closed; not for loopback" },
  { "max-message-size", MEMBER (max_message_bytes), 1024, 16 * 1024 * 1024, 128 * 1024,
      "Maximum message size", "Bytes of a WebSocket message; a larger one ends its connection" },
  { "max-rooms", MEMBER (max_rooms), 1, 100000, 64, "Maximum of rooms",
      "Rooms of the message relay at a time" },
  { "offers-per-second", LIMIT (offers_per_second), 1, 100000, 5, "Offers per second",
      "Offers of all addresses together in the long run; not for loopback" },
  { "offers-burst", LIMIT (offers_burst), 1, 100000, 20, "Burst of offers",
      "Offers of all addresses at once; not for loopback" },
  { "offers-per-second-per-address", LIMIT (offers_per_second_per_address), 1, 100000, 1,
      "Offers per second of an address",
      "Offers of one address in the long run; not for loopback" },
  { "offers-burst-per-address", LIMIT (offers_burst_per_address), 1, 100000, 5,
      "Burst of offers of an address", "Offers of one address at once; not for loopback" },
  { "patches-per-second", MEMBER (patches_per_second), 1, 100000, 5, "Patches per second",
      "Candidates and restarts of one session in the long run; not for loopback" },
  { "patches-burst", MEMBER (patches_burst), 1, 100000, 20, "Burst of patches",
      "Candidates and restarts of one session at once; not for loopback" },
};

static const TextRow texts[] = {
  { "address", MEMBER (address), "127.0.0.1", "Address",
      "Address or name to listen on; 0.0.0.0 or :: for all networks" },
  { "url", MEMBER (url), NULL, "URL",
      "Server: what to open in a browser, NULL while not listening; client: the server's URL for "
      "offers" },
  { "peer", MEMBER (peer), NULL, "Peer",
      "Name of the peer element (webrtcbin, rtcbin) in the pipeline; by default the only one" },
  { "session", MEMBER (session), NULL, "Session",
      "Launch description of a bin with one peer element, made for each client" },
  { "tls-certificate", MEMBER (tls_certificate), NULL, "TLS certificate",
      "PEM file with the server's certificate; with https and none a new one is made, kept in "
      "the file where one is named, and made anew a week before its 30 days are over; client: "
      "certificates to trust in place of the system's" },
  { "tls-key", MEMBER (tls_key), NULL, "TLS key",
      "PEM file with the certificate's private key; by default in the certificate's file" },
  { "page", MEMBER (page), NULL, "Page", "HTML file to serve in place of the built-in page" },
  { "allowed-origins", MEMBER (allowed_origins), NULL, "Allowed origins",
      "Origins whose pages may use this server, separated by spaces, or *; always its own" },
  { "token", MEMBER (token), NULL, "Token",
      "What all requests but those for the page must bring as a Bearer token; client: what it "
      "brings, to the origin of its url only" },
  { "stun-server", MEMBER (stun_server), NULL, "STUN server",
      "What clients are told to use: stun://host:port" },
  { "turn-server", MEMBER (turn_server), NULL, "TURN server",
      "What clients are told to use: turn(s)://user:password@host:port" },
  { "ice-servers", MEMBER (ice_servers), NULL, "ICE servers",
      "More STUN and TURN servers for clients, separated by spaces" },
  { "ice-servers-url", MEMBER (ice_servers_url), NULL, "ICE servers URL",
      "http(s) URL that is asked for the ICE servers of each client at GET /iceservers, {client} "
      "in "
      "it is the client's address; when it fails, or takes 5 seconds, the others serve" },
};

/* Ids: the numbers, then the texts, then these. */
#define FIRST_TEXT (1 + G_N_ELEMENTS (numbers))
#define FIRST_OTHER (FIRST_TEXT + G_N_ELEMENTS (texts))
#define ID_ROLE (FIRST_OTHER + 0)
#define ID_PEER_ELEMENT (FIRST_OTHER + 1)
#define ID_HTTPS (FIRST_OTHER + 2)
#define ID_PUBLIC_STATUS (FIRST_OTHER + 3)
#define ID_DIALECT (FIRST_OTHER + 4)
#define ID_AUTO_RESTART (FIRST_OTHER + 5)

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY)

G_STATIC_ASSERT (FIRST_OTHER + 5 <= RTC_SIGNALLER_SETTINGS_LAST_ID);

GType
gst_rtc_signaller_role_get_type (void)
{
  static const GEnumValue values[] = {
    { GST_RTC_SIGNALLER_ROLE_SERVER, "Listen, serve a page, answer offers", "server" },
    { GST_RTC_SIGNALLER_ROLE_CLIENT, "Send the peer's offer to a server", "client" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;
  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstRtcSignallerRole", values));
  return type;
}

GType
gst_rtc_signaller_dialect_get_type (void)
{
  static const GEnumValue values[] = {
    { RTC_CLIENT_DIALECT_PLAIN, "One JSON offer, one JSON answer (POST /doSignaling)", "plain" },
    { RTC_CLIENT_DIALECT_PBX, "JSON with session ids (POST /webrtc/offer)", "pbx" },
    { RTC_CLIENT_DIALECT_WHIP, "WHIP: publish (RFC 9725)", "whip" },
    { RTC_CLIENT_DIALECT_WHEP, "WHEP: watch", "whep" },
    { RTC_CLIENT_DIALECT_RELAY, "WebSocket: offer to another client of a message relay", "relay" },
    { RTC_CLIENT_DIALECT_RELAY_ANSWERER, "WebSocket: answer another client of a message relay",
        "relay-answerer" },
    { RTC_CLIENT_DIALECT_PAIR, "Two programs that both listen (POST /sdp and /candidate)", "pair" },
    { RTC_CLIENT_DIALECT_PAIR_ANSWERER, "The same, where the other program offers",
        "pair-answerer" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;
  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstRtcSignallerDialect", values));
  return type;
}

void
rtc_signaller_settings_install (GObjectClass *object_class)
{
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_object_class_install_property (object_class, 1 + i,
        g_param_spec_uint (numbers[i].name, numbers[i].nick, numbers[i].blurb, numbers[i].minimum,
            numbers[i].maximum, numbers[i].value, FLAGS));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_object_class_install_property (object_class, FIRST_TEXT + i,
        g_param_spec_string (texts[i].name, texts[i].nick, texts[i].blurb, texts[i].value, FLAGS));
  g_object_class_install_property (object_class, ID_ROLE,
      g_param_spec_enum ("role", "Role", "Which side of the signalling this is",
          gst_rtc_signaller_role_get_type (), GST_RTC_SIGNALLER_ROLE_SERVER, FLAGS));
  g_object_class_install_property (object_class, ID_DIALECT,
      g_param_spec_enum ("dialect", "Dialect",
          "Client: what is spoken to the server at url; a server knows all of them",
          gst_rtc_signaller_dialect_get_type (), RTC_CLIENT_DIALECT_PLAIN, FLAGS));
  g_object_class_install_property (object_class, ID_PEER_ELEMENT,
      g_param_spec_object ("peer-element", "Peer element",
          "The peer element itself, for one that has no name to find it by", GST_TYPE_ELEMENT,
          FLAGS));
  g_object_class_install_property (object_class, ID_HTTPS,
      g_param_spec_boolean ("https", "HTTPS",
          "Serve HTTPS, which browsers ask for before they open a camera for another machine",
          FALSE, FLAGS));
  g_object_class_install_property (object_class, ID_AUTO_RESTART,
      g_param_spec_boolean ("auto-restart", "Automatic restart",
          "Restart ICE when the link is bad or the network has changed, where this side can signal "
          "it; the properties restart-... say when",
          TRUE, FLAGS));
  g_object_class_install_property (object_class, ID_PUBLIC_STATUS,
      g_param_spec_boolean ("public-status", "Public status",
          "Answer /healthz and /metrics to other machines, too", FALSE, FLAGS));
}

void
rtc_signaller_settings_init (RtcSignallerSettings *settings)
{
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    AT (settings, numbers[i].offset, guint) = numbers[i].value;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    AT (settings, texts[i].offset, gchar *) = g_strdup (texts[i].value);
  settings->auto_restart = TRUE;
}

void
rtc_signaller_settings_clear (RtcSignallerSettings *settings)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (&AT (settings, texts[i].offset, gchar *), g_free);
  g_clear_pointer (&settings->all_ice_servers, g_free);
  gst_clear_object (&settings->peer_element);
}

gboolean
rtc_signaller_settings_set (RtcSignallerSettings *settings, guint id, const GValue *value)
{
  if (id >= 1 && id < FIRST_TEXT) {
    AT (settings, numbers[id - 1].offset, guint) = g_value_get_uint (value);
  } else if (id >= FIRST_TEXT && id < FIRST_OTHER) {
    gchar **text = &AT (settings, texts[id - FIRST_TEXT].offset, gchar *);
    g_free (*text);
    *text = g_value_dup_string (value);
  } else if (id == ID_ROLE) {
    settings->role = g_value_get_enum (value);
  } else if (id == ID_DIALECT) {
    settings->dialect = g_value_get_enum (value);
  } else if (id == ID_PEER_ELEMENT) {
    gst_object_replace ((GstObject **) &settings->peer_element, g_value_get_object (value));
  } else if (id == ID_HTTPS) {
    settings->https = g_value_get_boolean (value);
  } else if (id == ID_AUTO_RESTART) {
    settings->auto_restart = g_value_get_boolean (value);
  } else if (id == ID_PUBLIC_STATUS) {
    settings->has_public_status = g_value_get_boolean (value);
  } else {
    return FALSE;
  }
  return TRUE;
}

gboolean
rtc_signaller_settings_get (const RtcSignallerSettings *settings, guint id, GValue *value)
{
  if (id >= 1 && id < FIRST_TEXT)
    g_value_set_uint (value, AT (settings, numbers[id - 1].offset, guint));
  else if (id >= FIRST_TEXT && id < FIRST_OTHER)
    g_value_set_string (value, AT (settings, texts[id - FIRST_TEXT].offset, gchar *));
  else if (id == ID_ROLE)
    g_value_set_enum (value, settings->role);
  else if (id == ID_DIALECT)
    g_value_set_enum (value, settings->dialect);
  else if (id == ID_PEER_ELEMENT)
    g_value_set_object (value, settings->peer_element);
  else if (id == ID_HTTPS)
    g_value_set_boolean (value, settings->https);
  else if (id == ID_AUTO_RESTART)
    g_value_set_boolean (value, settings->auto_restart);
  else if (id == ID_PUBLIC_STATUS)
    g_value_set_boolean (value, settings->has_public_status);
  else
    return FALSE;
  return TRUE;
}

static gchar *
join_ice_servers (const RtcSignallerSettings *settings)
{
  const gchar *const uris[] = { settings->stun_server, settings->turn_server,
    settings->ice_servers };
  GString *text = g_string_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (uris); i++)
    g_string_append_printf (text, "%s ", uris[i] != NULL ? uris[i] : "");
  return g_string_free (text, FALSE);
}

/* One address is limited; all together are, by the number of sockets. */
static RtcAdmissionLimits
make_socket_limits (const RtcSignallerSettings *settings)
{
  RtcAdmissionLimits limits = settings->sockets;
  limits.requests_burst_per_address = 4 * limits.requests_per_second_per_address;
  limits.requests_per_second = G_MAXINT;
  limits.requests_burst = G_MAXINT;
  return limits;
}

static RtcLinkLimits
to_link_limits (const RtcSignallerSettings *settings)
{
  RtcLinkLimits limits = rtc_link_limits_default ();
  limits.is_automatic = settings->auto_restart;
  limits.idle_limit = settings->restart_idle_timeout_ms * GST_MSECOND;
  limits.max_attempts = settings->restart_max_attempts;
  limits.round_trip_limit = settings->restart_rtt_ms * GST_MSECOND;
  limits.loss_limit_percent = settings->restart_loss_percent;
  limits.backoff = settings->restart_backoff_ms * GST_MSECOND;
  return limits;
}

RtcSignallerServerConfig
rtc_signaller_settings_to_config (RtcSignallerSettings *settings, GTlsCertificate *certificate)
{
  GstClockTime answer = settings->answer_timeout_ms * GST_MSECOND;
  GstClockTime connect = settings->connect_timeout_ms * GST_MSECOND;
  g_free (settings->all_ice_servers);
  settings->all_ice_servers = join_ice_servers (settings);
  return (RtcSignallerServerConfig){
    .http = {
      .admission = settings->admission,
      .request_limit = settings->request_timeout_ms * GST_MSECOND,
      .response_limit = answer + settings->request_timeout_ms * GST_MSECOND,
      .allowed_origins = settings->allowed_origins,
      .token = settings->token,
      .certificate = certificate,
      .sockets = make_socket_limits (settings),
      .max_message_bytes = settings->max_message_bytes,
    },
    .session = {
      .answer_limit = answer,
      .gather_limit = settings->gather_timeout_ms * GST_MSECOND,
      .liveness = {
        .ice_limit = connect,
        .connect_limit = 2 * connect,
        .failed_limit = settings->restart_timeout_ms * GST_MSECOND,
      },
      .idle_limit = settings->idle_timeout_ms * GST_MSECOND,
      .patches_per_second = settings->patches_per_second,
      .patches_burst = settings->patches_burst,
      .link = to_link_limits (settings),
    },
    .max_sessions = settings->max_sessions,
    .page = settings->page,
    .ice_servers = settings->all_ice_servers,
    .ice_servers_url = settings->ice_servers_url,
    .has_public_status = settings->has_public_status,
    .rooms = {
      .max_rooms = settings->max_rooms,
      .max_clients_per_room = settings->sockets.max_connections,
    },
  };
}

RtcClientRoleConfig
rtc_signaller_settings_to_client_config (const RtcSignallerSettings *settings, const gchar *url)
{
  GstClockTime connect = settings->connect_timeout_ms * GST_MSECOND;
  GstClockTime retry = settings->retry_timeout_ms * GST_MSECOND;
  return (RtcClientRoleConfig){
    .dialect = settings->dialect,
    .url = url,
    .token = settings->token,
    .trusted = settings->tls_certificate,
    .request_limit = settings->request_timeout_ms * GST_MSECOND,
    .gather_limit = settings->gather_timeout_ms * GST_MSECOND,
    .retry_limit = settings->retry_timeout_ms != G_MAXUINT ? retry : GST_CLOCK_TIME_NONE,
    .liveness = {
      .ice_limit = connect,
      .connect_limit = 2 * connect,
      .failed_limit = CLIENT_RESTART_TIMES * settings->restart_timeout_ms * GST_MSECOND,
    },
    .link = to_link_limits (settings),
  };
}
