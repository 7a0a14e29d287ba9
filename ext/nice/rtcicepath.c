/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way of one generation's packets, see the header. */
#include "rtcicepath.h"

#include "rtccandidateline.h"
#include "rtcconsent.h"
#include "rtcdirectsocket.h"

#include <string.h>

/* Addresses that are the peer's: the pair's and those before it. The oldest is forgotten. */
#define MAX_VALID 8
/* Addresses that may turn out to be the peer's, packets of each, and for how long they are kept. A
 * peer may use a pair before this side has selected it, and a ClientHello that is lost costs
 * longer than a check. */
#define MAX_HELD 4
#define MAX_HELD_PACKETS 64
#define HELD_TIME GST_SECOND

GST_DEBUG_CATEGORY_EXTERN (rtcice_debug);
#define GST_CAT_DEFAULT rtcice_debug

typedef struct {
  RtcSocketAddress from;
  GstBufferList *packets;
  GstClockTime end;
} Held;

struct _RtcIcePath {
  RtcLoop *loop;
  RtcNiceAgent *agent;
  RtcIceSettings settings;
  RtcIcePathListener listener;
  gpointer user_data;

  RtcNicePair *pair;
  RtcSocketAddress remote; /* the pair's */
  RtcDirectSocket *direct; /* NULL: packets go through libnice */
  RtcConsent *consent;     /* with direct */
  gboolean is_checking;    /* the consent checks alone keep the pair alive, libnice's rest */
  RtcSocketAddress valid[MAX_VALID];
  guint n_valid;
  Held held[MAX_HELD];
  guint64 n_strangers;
};

static void
held_clear (Held *held)
{
  g_clear_pointer (&held->packets, gst_buffer_list_unref);
}

static RtcSocketAddress
from_nice_address (const NiceAddress *address)
{
  RtcSocketAddress result;

  memset (&result, 0, sizeof result);
  nice_address_copy_to_sockaddr (address, &result.any);
  return result;
}

static gboolean
is_valid (const RtcIcePath *path, const RtcSocketAddress *address)
{
  for (guint i = 0; i < MIN (path->n_valid, MAX_VALID); i++)
    if (rtc_socket_address_equal (&path->valid[i], address))
      return TRUE;
  return FALSE;
}

static Held *
find_held (RtcIcePath *path, const RtcSocketAddress *from)
{
  for (guint i = 0; i < MAX_HELD; i++)
    if (path->held[i].packets != NULL && rtc_socket_address_equal (&path->held[i].from, from))
      return &path->held[i];
  return NULL;
}

static void
release_held (RtcIcePath *path, const RtcSocketAddress *from)
{
  Held *held = find_held (path, from);
  GstBufferList *inbox;

  if (held == NULL)
    return;
  inbox = path->listener.get_inbox (path->user_data);
  for (guint i = 0; i < gst_buffer_list_length (held->packets); i++)
    gst_buffer_list_add (inbox, gst_buffer_ref (gst_buffer_list_get (held->packets, i)));
  held_clear (held);
}

static void
add_valid (RtcIcePath *path, const RtcSocketAddress *address)
{
  if (!is_valid (path, address))
    path->valid[path->n_valid++ % MAX_VALID] = *address;
  release_held (path, address);
}

static void
send_check (RtcIcePath *path, const RtcSocketAddress *to)
{
  guint8 bytes[RTC_CONSENT_MAX_CHECK_BYTES];
  gsize size = rtc_consent_write_check (path->consent, to, path->pair->priority,
      rtc_nice_agent_is_controlling (path->agent), bytes, rtc_loop_now (path->loop));

  if (size > 0)
    rtc_direct_socket_send_check (path->direct, to, bytes, size);
}

/* A place for packets of @from, which may be the peer's; NULL when there is none. */
static Held *
hold (RtcIcePath *path, const RtcSocketAddress *from)
{
  GstClockTime now = rtc_loop_now (path->loop);
  Held *held = find_held (path, from);

  if (held != NULL && held->end > now)
    return held;
  for (guint i = 0; i < MAX_HELD && held == NULL; i++)
    if (path->held[i].packets == NULL || path->held[i].end <= now)
      held = &path->held[i];
  if (held == NULL)
    return NULL;
  held_clear (held);
  *held = (Held){ *from, gst_buffer_list_new (), now + HELD_TIME };
  return held;
}

static gboolean
is_candidate (RtcIcePath *path, const RtcSocketAddress *from)
{
  NiceAddress address;

  nice_address_init (&address);
  nice_address_set_from_sockaddr (&address, &from->any);
  return rtc_nice_agent_knows_remote (path->agent, &address);
}

static void
note_packet (RtcIcePath *path, gboolean is_from_pair)
{
  if (rtc_consent_note_packet (path->consent, is_from_pair, rtc_loop_now (path->loop)))
    path->listener.deadline_changed (path, path->user_data);
}

static GstBufferList *
on_accept (RtcDirectSocket *socket, const RtcSocketAddress *from, gpointer data)
{
  RtcIcePath *path = data;
  Held *held;

  if (rtc_socket_address_equal (from, &path->remote) || is_valid (path, from)) {
    note_packet (path, rtc_socket_address_equal (from, &path->remote));
    return path->listener.get_inbox (path->user_data);
  }
  held = is_candidate (path, from) ? hold (path, from) : NULL;
  if (held == NULL || gst_buffer_list_length (held->packets) >= MAX_HELD_PACKETS) {
    path->n_strangers++;
    return NULL;
  }
  send_check (path, from);
  return held->packets;
}

/* RFC 8445 §7.3.1.3: an address that only a check has shown is a peer-reflexive candidate. Its
 * foundation is "an arbitrary value, different from the foundations of all other remote
 * candidates". */
static gchar *
print_reflexive (const NiceAddress *address, guint32 priority)
{
  NiceCandidate *candidate = nice_candidate_new (NICE_CANDIDATE_TYPE_PEER_REFLEXIVE);
  gchar *line;

  candidate->transport = NICE_CANDIDATE_TRANSPORT_UDP;
  candidate->addr = *address;
  candidate->base_addr = *address;
  candidate->component_id = 1;
  candidate->priority = priority;
  g_strlcpy (candidate->foundation, "moved", sizeof candidate->foundation);
  line = rtc_candidate_line_print (candidate, TRUE);
  nice_candidate_free (candidate);
  return line;
}

/* The peer has answered from @to and does not at the pair's address: its NAT, or the peer itself,
 * has another one now. libnice keeps the pair of highest priority and would stay. */
static void
move (RtcIcePath *path, const RtcSocketAddress *to)
{
  RtcNicePair *pair = path->pair;

  path->remote = *to;
  nice_address_set_from_sockaddr (&pair->remote, &to->any);
  g_free (pair->remote_line);
  pair->remote_line = print_reflexive (&pair->remote, pair->priority);
  rtc_consent_start (path->consent, to, rtc_loop_now (path->loop));
  send_check (path, to);
  path->listener.moved (path, path->user_data);
}

/* Two kinds of checks of one pair would tell nothing more. libnice answers the peer's checks all
 * the same. */
static void
set_checking (RtcIcePath *path, gboolean is_checking)
{
  if (path->is_checking == is_checking)
    return;
  path->is_checking = is_checking;
  rtc_nice_agent_set_keepalive (path->agent, !is_checking);
}

static void
on_answer (RtcDirectSocket *socket, const RtcSocketAddress *from, const guint8 *bytes, gsize size,
    gpointer data)
{
  RtcIcePath *path = data;
  GstClockTime now = rtc_loop_now (path->loop);

  if (rtc_consent_read_answer (path->consent, from, bytes, size, now) != RTC_CONSENT_GRANTED)
    return;
  add_valid (path, from);
  if (rtc_consent_is_proven (path->consent))
    set_checking (path, TRUE);
  if (!rtc_socket_address_equal (from, &path->remote) &&
      rtc_consent_is_unanswered (path->consent, now))
    move (path, from);
}

RtcIcePath *
rtc_ice_path_new (RtcLoop *loop, RtcNiceAgent *agent, const RtcIceSettings *settings,
    const RtcIcePathListener *listener, gpointer user_data)
{
  RtcIcePath *path = g_new0 (RtcIcePath, 1);

  path->loop = rtc_loop_ref (loop);
  path->agent = agent;
  rtc_ice_settings_copy (settings, &path->settings);
  path->listener = *listener;
  path->user_data = user_data;
  return path;
}

static void
close_direct (RtcIcePath *path)
{
  if (path->direct == NULL)
    return;
  set_checking (path, FALSE);
  rtc_direct_socket_close (path->direct);
  g_clear_pointer (&path->direct, rtc_direct_socket_unref);
  g_clear_pointer (&path->consent, rtc_consent_free);
}

void
rtc_ice_path_free (RtcIcePath *path)
{
  if (path == NULL)
    return;
  close_direct (path);
  for (guint i = 0; i < MAX_HELD; i++)
    held_clear (&path->held[i]);
  rtc_nice_pair_free (path->pair);
  rtc_ice_settings_clear (&path->settings);
  rtc_loop_unref (path->loop);
  g_free (path);
}

static void
open_direct (RtcIcePath *path)
{
  static const RtcDirectListener listener = { on_accept, on_answer };
  g_autoptr (GError) error = NULL;

  if (path->direct != NULL && path->pair->socket != NULL &&
      rtc_direct_socket_is_beside (path->direct, path->pair->socket))
    return;
  close_direct (path);
  if (path->pair->socket == NULL || path->settings.path == GST_RTC_ICE_PATH_AGENT)
    return;
  path->direct =
      rtc_direct_socket_new (path->loop, path->pair->socket, path->settings.receive_buffer_bytes,
          path->settings.send_buffer_bytes, &listener, path, &error);
  if (path->direct == NULL) {
    GST_WARNING ("%s; packets have to go through libnice, which is slower", error->message);
    return;
  }
  path->consent = rtc_consent_new (rtc_nice_agent_get_local (path->agent),
      rtc_nice_agent_get_remote (path->agent), rtc_direct_socket_get_mark (path->direct),
      rtc_random_system ());
}

void
rtc_ice_path_select (RtcIcePath *path, RtcNicePair *pair)
{
  rtc_nice_pair_free (path->pair);
  path->pair = pair;
  path->remote = from_nice_address (&pair->remote);
  open_direct (path);
  add_valid (path, &path->remote);
  if (path->direct == NULL)
    return;
  rtc_consent_start (path->consent, &path->remote, rtc_loop_now (path->loop));
  /* At once: the answer proves that steering works, and tells the round trip. */
  send_check (path, &path->remote);
}

const RtcNicePair *
rtc_ice_path_get_pair (RtcIcePath *path)
{
  return path->pair;
}

void
rtc_ice_path_validate (RtcIcePath *path, const NiceAddress *address)
{
  RtcSocketAddress valid = from_nice_address (address);

  add_valid (path, &valid);
  /* The peer may be there now: the answer tells whether packets reach it. */
  if (path->consent != NULL && !rtc_socket_address_equal (&valid, &path->remote))
    send_check (path, &valid);
}

void
rtc_ice_path_note_packet (RtcIcePath *path)
{
  if (path->consent != NULL)
    note_packet (path, TRUE);
}

void
rtc_ice_path_direct_sender (RtcIcePath *path, RtcIceSender *sender)
{
  g_autoptr (NiceAgent) agent = NULL;
  guint stream_id;

  if (path->pair == NULL || rtc_ice_path_is_expired (path)) {
    rtc_ice_sender_clear (sender);
  } else if (path->direct != NULL) {
    rtc_ice_sender_set_direct (sender, path->direct, &path->remote);
  } else if (path->settings.path == GST_RTC_ICE_PATH_DIRECT) {
    rtc_ice_sender_clear (sender);
  } else {
    agent = rtc_nice_agent_ref_libnice (path->agent, &stream_id);
    rtc_ice_sender_set_agent (sender, agent, stream_id);
  }
}

static GstClockTime
get_silent_time (RtcIcePath *path)
{
  return rtc_consent_get_last_sign (path->consent) +
      path->settings.disconnected_timeout_ms * GST_MSECOND;
}

static GstClockTime
get_expiry_time (RtcIcePath *path)
{
  return rtc_consent_get_last_grant (path->consent) +
      path->settings.failed_timeout_ms * GST_MSECOND;
}

GstClockTime
rtc_ice_path_get_deadline (RtcIcePath *path)
{
  GstClockTime deadline;

  if (path->consent == NULL || rtc_ice_path_is_expired (path))
    return GST_CLOCK_TIME_NONE;
  deadline = rtc_consent_get_next_check (path->consent);
  if (!rtc_consent_is_proven (path->consent))
    return deadline;
  if (!rtc_ice_path_is_silent (path))
    deadline = MIN (deadline, get_silent_time (path));
  return MIN (deadline, get_expiry_time (path));
}

/* The pair's address leaves us without an answer: where else may the peer be? */
static void
search_peer (RtcIcePath *path)
{
  for (guint i = 0; i < MIN (path->n_valid, MAX_VALID); i++)
    if (!rtc_socket_address_equal (&path->valid[i], &path->remote))
      send_check (path, &path->valid[i]);
}

void
rtc_ice_path_handle_deadline (RtcIcePath *path)
{
  if (path->consent == NULL || rtc_ice_path_is_expired (path) ||
      rtc_consent_get_next_check (path->consent) > rtc_loop_now (path->loop))
    return;
  if (rtc_consent_has_open_check (path->consent))
    search_peer (path);
  send_check (path, &path->remote);
}

gboolean
rtc_ice_path_is_silent (RtcIcePath *path)
{
  return path->consent != NULL && rtc_consent_is_proven (path->consent) &&
      rtc_loop_now (path->loop) >= get_silent_time (path);
}

gboolean
rtc_ice_path_is_expired (RtcIcePath *path)
{
  if (path->consent != NULL && rtc_consent_is_revoked (path->consent))
    return TRUE;
  /* Without an answer of the peer that came here, libnice's own checks have to tell: it gives up
   * after 50 s. */
  if (path->consent == NULL || !rtc_consent_is_proven (path->consent))
    return rtc_nice_agent_get_state (path->agent) == NICE_COMPONENT_STATE_FAILED;
  return rtc_loop_now (path->loop) >= get_expiry_time (path);
}

const gchar *
rtc_ice_path_get_name (RtcIcePath *path)
{
  return path->direct != NULL ? "direct" : "agent";
}

GstClockTime
rtc_ice_path_get_round_trip (RtcIcePath *path)
{
  return path->consent != NULL ? rtc_consent_get_round_trip (path->consent) : GST_CLOCK_TIME_NONE;
}

GstClockTime
rtc_ice_path_get_idle_time (RtcIcePath *path)
{
  if (path->consent == NULL || !rtc_consent_is_proven (path->consent))
    return GST_CLOCK_TIME_NONE;
  return rtc_loop_now (path->loop) - rtc_consent_get_last_sign (path->consent);
}

guint64
rtc_ice_path_get_strangers (RtcIcePath *path)
{
  return path->n_strangers;
}
