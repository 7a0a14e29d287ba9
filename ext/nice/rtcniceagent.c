/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One generation of ICE over libnice, see the header.
 *
 * libnice emits its signals from whichever thread releases its lock, so also from one that sends;
 * each becomes an Event that is handled on the loop.
 */
#include "rtcniceagent.h"

#include "rtccandidateline.h"
#include "rtclocaladdresses.h"
#include "rtcniceclosing.h"
#include "rtcnicecontext.h"
#include "rtcnicenames.h"
#include "rtcudpsender.h"

#include <gst/rtc/gstrtcerror.h>

#define NEAR_PACING_MS 1
#define FAR_PACING_MS 5
/* The least that libnice takes as idle-timeout. */
#define READY_IDLE_TIMEOUT_MS 50
#define MAX_TURN_SERVERS 8

struct _RtcNiceAgent {
  gint ref_count; /* the owner's, and one for each event or callback under way */
  RtcLoop *loop;
  RtcNiceContext *context;
  NiceAgent *nice;
  guint stream_id;
  NiceComponentState state;

  RtcIceCredentials *local;
  RtcIceCredentials *remote;
  GPtrArray *local_addresses;
  GSList *waiting; /* NiceCandidate, until the remote credentials are known */
  GArray *remotes; /* NiceAddress, signalled or found */
  guint n_remote_lines;
  gboolean has_all_remotes;
  gboolean is_gathered;
  gboolean hides_base;
  GstRtcIceCandidateTypes candidate_types;
  gboolean allows_tcp;
  gboolean has_stun;
  gboolean has_fixed_pacing;
  guint pacing_ms; /* while there is something to check */
  guint n_turn_servers;
  guint receive_buffer_bytes;
  guint send_buffer_bytes;
  gboolean has_local_peer; /* a remote candidate is a loopback address */

  RtcNiceNames *names; /* NULL: no remote candidate had one */

  RtcNiceListener listener;
  gpointer user_data; /* NULL listener functions after close */
  gboolean is_closed;
};

typedef enum {
  EVENT_LOCAL_CANDIDATE,
  EVENT_GATHERED,
  EVENT_STATE,
  EVENT_PAIR,
  EVENT_REMOTE_FOUND,
} EventKind;

typedef struct {
  RtcNiceAgent *agent;
  EventKind kind;
  NiceComponentState state;
  NiceCandidate *local;
  NiceCandidate *remote;
} Event;

static RtcNiceAgent *
agent_ref (RtcNiceAgent *agent)
{
  g_atomic_int_inc (&agent->ref_count);
  return agent;
}

static void
agent_free (gpointer data)
{
  RtcNiceAgent *agent = data;

  g_slist_free_full (agent->waiting, (GDestroyNotify) nice_candidate_free);
  g_array_unref (agent->remotes);
  g_ptr_array_unref (agent->local_addresses);
  if (agent->n_turn_servers > 0)
    rtc_nice_closing_begin (agent->loop, agent->nice, agent->stream_id, agent->context);
  else
    rtc_nice_context_end_agent (agent->context, agent->nice, agent->stream_id);
  rtc_ice_credentials_free (agent->local);
  rtc_ice_credentials_free (agent->remote);
  rtc_loop_unref (agent->loop);
  g_free (agent);
}

static void
nothing (gpointer data)
{
}

/* The last reference of a callback goes while libnice is still on the stack: free it later. */
static void
agent_unref (gpointer data)
{
  RtcNiceAgent *agent = data;

  if (g_atomic_int_dec_and_test (&agent->ref_count))
    rtc_loop_post (agent->loop, nothing, agent, agent_free);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcNiceAgent, agent_unref)

void
rtc_nice_pair_free (RtcNicePair *pair)
{
  if (pair == NULL)
    return;
  g_free (pair->local_line);
  g_free (pair->remote_line);
  g_clear_object (&pair->socket);
  g_free (pair);
}

static void
event_clear (Event *event)
{
  if (event->local != NULL)
    nice_candidate_free (event->local);
  if (event->remote != NULL)
    nice_candidate_free (event->remote);
  agent_unref (event->agent);
}

static void
event_free (gpointer data)
{
  event_clear (data);
  g_free (data);
}

static void
add_known_remote (RtcNiceAgent *agent, const NiceAddress *address)
{
  if (agent->remotes->len < 2 * RTC_MAX_REMOTE_CANDIDATES &&
      !rtc_nice_agent_knows_remote (agent, address))
    g_array_append_val (agent->remotes, *address);
}

static void
handle_pair (RtcNiceAgent *agent, Event *event)
{
  RtcNicePair *pair = g_new0 (RtcNicePair, 1);

  pair->local_line = rtc_candidate_line_print (event->local, agent->hides_base);
  pair->remote_line = rtc_candidate_line_print (event->remote, FALSE);
  pair->remote = event->remote->addr;
  pair->priority = event->local->priority;
  if (event->local->transport == NICE_CANDIDATE_TRANSPORT_UDP)
    pair->socket =
        nice_agent_get_selected_socket (agent->nice, agent->stream_id, RTC_NICE_COMPONENT);
  agent->listener.pair_selected (agent, pair, agent->user_data);
}

/* Ta ticks while there is something to check, and then until idle-timeout is over. Each tick counts
 * as Ta of that, as the property is then: with a Ta of the whole time one tick is enough, not one
 * each millisecond. */
static void
rest_checks (RtcNiceAgent *agent)
{
  g_object_set (agent->nice, "idle-timeout", READY_IDLE_TIMEOUT_MS, "stun-pacing-timer",
      READY_IDLE_TIMEOUT_MS, NULL);
}

static void
resume_checks (RtcNiceAgent *agent)
{
  g_object_set (agent->nice, "stun-pacing-timer", agent->pacing_ms, NULL);
}

static void
handle_state (RtcNiceAgent *agent, NiceComponentState state)
{
  agent->state = state;
  if (state == NICE_COMPONENT_STATE_READY)
    rest_checks (agent);
  else
    resume_checks (agent);
  agent->listener.state_changed (agent, agent->user_data);
}

static gboolean
may_be_told (const RtcNiceAgent *agent, const NiceCandidate *candidate)
{
  switch (candidate->type) {
  case NICE_CANDIDATE_TYPE_HOST:
    return (agent->candidate_types & GST_RTC_ICE_CANDIDATE_HOST) != 0;
  case NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE:
    return (agent->candidate_types & GST_RTC_ICE_CANDIDATE_SRFLX) != 0;
  case NICE_CANDIDATE_TYPE_RELAYED:
    return (agent->candidate_types & GST_RTC_ICE_CANDIDATE_RELAY) != 0;
  default:
    return TRUE;
  }
}

static void
handle_local_candidate (RtcNiceAgent *agent, const NiceCandidate *candidate)
{
  g_autofree gchar *line = NULL;

  if (!may_be_told (agent, candidate))
    return;
  line = rtc_candidate_line_print (candidate, agent->hides_base);
  agent->listener.local_candidate (agent, line, agent->user_data);
}

static void
handle_event (gpointer data)
{
  Event *event = data;
  RtcNiceAgent *agent = event->agent;

  if (agent->is_closed)
    return;
  switch (event->kind) {
  case EVENT_LOCAL_CANDIDATE:
    handle_local_candidate (agent, event->local);
    break;
  case EVENT_GATHERED:
    agent->is_gathered = TRUE;
    agent->listener.local_candidate (agent, NULL, agent->user_data);
    break;
  case EVENT_STATE:
    handle_state (agent, event->state);
    break;
  case EVENT_PAIR:
    handle_pair (agent, event);
    break;
  case EVENT_REMOTE_FOUND:
    add_known_remote (agent, &event->remote->addr);
    agent->listener.remote_found (agent, &event->remote->addr, agent->user_data);
    break;
  }
}

/* Handles the event now when this is the loop, and otherwise soon. Takes the candidates. */
static void
deliver (RtcNiceAgent *agent, EventKind kind, NiceComponentState state, NiceCandidate *local,
    NiceCandidate *remote)
{
  Event event = { agent_ref (agent), kind, state, local, remote };

  if (rtc_loop_is_current (agent->loop)) {
    handle_event (&event);
    event_clear (&event);
  } else {
    rtc_loop_post (agent->loop, handle_event, g_memdup2 (&event, sizeof event), event_free);
  }
}

static void
on_new_candidate (NiceAgent *nice, NiceCandidate *candidate, gpointer data)
{
  deliver (data, EVENT_LOCAL_CANDIDATE, 0, nice_candidate_copy (candidate), NULL);
}

static void
on_gathering_done (NiceAgent *nice, guint stream_id, gpointer data)
{
  deliver (data, EVENT_GATHERED, 0, NULL, NULL);
}

static void
on_component_state (
    NiceAgent *nice, guint stream_id, guint component_id, guint state, gpointer data)
{
  deliver (data, EVENT_STATE, (NiceComponentState) state, NULL, NULL);
}

static void
on_selected_pair (NiceAgent *nice, guint stream_id, guint component_id, NiceCandidate *local,
    NiceCandidate *remote, gpointer data)
{
  deliver (data, EVENT_PAIR, 0, nice_candidate_copy (local), nice_candidate_copy (remote));
}

static void
on_remote_found (NiceAgent *nice, NiceCandidate *candidate, gpointer data)
{
  deliver (data, EVENT_REMOTE_FOUND, 0, NULL, nice_candidate_copy (candidate));
}

static void
on_packet (
    NiceAgent *nice, guint stream_id, guint component_id, guint size, gchar *bytes, gpointer data)
{
  g_autoptr (RtcNiceAgent) agent = agent_ref (data);

  if (!agent->is_closed)
    agent->listener.packet (agent, (const guint8 *) bytes, size, agent->user_data);
}

static void
apply_addresses (RtcNiceAgent *agent, const RtcNiceSettings *settings)
{
  for (guint i = 0; i < agent->local_addresses->len; i++)
    nice_agent_add_local_address (agent->nice, g_ptr_array_index (agent->local_addresses, i));
  if (settings->min_port != 0 || settings->max_port != 0)
    /* libnice takes the lower end 0 for "any port". */
    nice_agent_set_port_range (agent->nice, agent->stream_id, RTC_NICE_COMPONENT,
        MAX (settings->min_port, 1024), settings->max_port != 0 ? settings->max_port : G_MAXUINT16);
}

static void
apply_settings (RtcNiceAgent *agent, const RtcNiceSettings *settings)
{
  agent->has_fixed_pacing = settings->pacing_ms != 0;
  agent->pacing_ms = settings->pacing_ms;
  if (!agent->has_fixed_pacing)
    agent->pacing_ms = settings->servers->len > 0 ? FAR_PACING_MS : NEAR_PACING_MS;
  agent->candidate_types = settings->candidate_types;
  agent->hides_base =
      settings->is_relay_only || (settings->candidate_types & GST_RTC_ICE_CANDIDATE_HOST) == 0;
  agent->allows_tcp = settings->allows_tcp;
  agent->receive_buffer_bytes = settings->receive_buffer_bytes;
  agent->send_buffer_bytes = settings->send_buffer_bytes;
  g_object_set (agent->nice, "upnp", FALSE, "ice-udp", TRUE, "ice-tcp", settings->allows_tcp,
      "controlling-mode", settings->is_controlling, "force-relay", settings->is_relay_only,
      "stun-pacing-timer", agent->pacing_ms, "keepalive-conncheck", TRUE, NULL);
  apply_addresses (agent, settings);
  for (guint i = 0; i < settings->servers->len; i++)
    rtc_nice_agent_add_server (agent, g_ptr_array_index (settings->servers, i));
}

static void
connect_signals (RtcNiceAgent *agent)
{
  g_signal_connect (agent->nice, "new-candidate-full", G_CALLBACK (on_new_candidate), agent);
  g_signal_connect (agent->nice, "candidate-gathering-done", G_CALLBACK (on_gathering_done), agent);
  g_signal_connect (agent->nice, "component-state-changed", G_CALLBACK (on_component_state), agent);
  g_signal_connect (agent->nice, "new-selected-pair-full", G_CALLBACK (on_selected_pair), agent);
  g_signal_connect (agent->nice, "new-remote-candidate-full", G_CALLBACK (on_remote_found), agent);
  nice_agent_attach_recv (agent->nice, agent->stream_id, RTC_NICE_COMPONENT,
      rtc_nice_context_get (agent->context), on_packet, agent);
}

/* TCP candidates and relays bring sockets that come and go with what the peer and the servers do.
 */
static gboolean
opens_sockets_later (const RtcNiceSettings *settings)
{
  if (settings->allows_tcp)
    return TRUE;
  for (guint i = 0; i < settings->servers->len; i++)
    if (((const RtcIceServer *) g_ptr_array_index (settings->servers, i))->username != NULL)
      return TRUE;
  return FALSE;
}

RtcNiceAgent *
rtc_nice_agent_new (RtcLoop *loop, const RtcNiceSettings *settings, const RtcIceCredentials *local,
    const RtcNiceListener *listener, gpointer user_data, GError **error)
{
  NiceAgentOption options = NICE_AGENT_OPTION_ICE_TRICKLE;
  g_autoptr (GPtrArray) addresses = NULL;
  RtcNiceAgent *agent;

  if (!rtc_local_addresses_list (settings->local_addresses, &addresses, error))
    return NULL;
  if (!settings->is_aggressive)
    options |= NICE_AGENT_OPTION_REGULAR_NOMINATION;

  agent = g_new0 (RtcNiceAgent, 1);
  agent->ref_count = 1;
  agent->loop = rtc_loop_ref (loop);
  agent->listener = *listener;
  agent->user_data = user_data;
  agent->local = rtc_ice_credentials_copy (local);
  agent->local_addresses = g_steal_pointer (&addresses);
  agent->remotes = g_array_new (FALSE, FALSE, sizeof (NiceAddress));
  agent->context = rtc_nice_context_acquire (loop, opens_sockets_later (settings));
  agent->nice = nice_agent_new_full (
      rtc_nice_context_get (agent->context), NICE_COMPATIBILITY_RFC5245, options);
  agent->stream_id = nice_agent_add_stream (agent->nice, 1);
  nice_agent_set_local_credentials (agent->nice, agent->stream_id, local->ufrag, local->pwd);
  apply_settings (agent, settings);
  connect_signals (agent);
  return agent;
}

static void
drop_packet (
    NiceAgent *nice, guint stream_id, guint component_id, guint size, gchar *bytes, gpointer data)
{
}

void
rtc_nice_agent_close (RtcNiceAgent *agent)
{
  if (agent == NULL)
    return;
  agent->is_closed = TRUE;
  g_clear_pointer (&agent->names, rtc_nice_names_free);
  g_signal_handlers_disconnect_by_data (agent->nice, agent);
  /* No context would be the application's default one, and without a function nobody would read a
   * relay's last answers, which would keep that one busy for ever. */
  nice_agent_attach_recv (agent->nice, agent->stream_id, RTC_NICE_COMPONENT,
      rtc_nice_context_get (agent->context), drop_packet, NULL);
  if (g_atomic_int_dec_and_test (&agent->ref_count))
    agent_free (agent);
}

const RtcIceCredentials *
rtc_nice_agent_get_local (RtcNiceAgent *agent)
{
  return agent->local;
}

const RtcIceCredentials *
rtc_nice_agent_get_remote (RtcNiceAgent *agent)
{
  return agent->remote;
}

static gboolean
is_loopback (const NiceAddress *address)
{
  if (nice_address_ip_version (address) == 4)
    return g_ntohl (address->s.ip4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
  return IN6_IS_ADDR_LOOPBACK (&address->s.ip6.sin6_addr);
}

/* libnice's sockets carry packets too: always until a pair is selected. */
static void
tune_sockets (RtcNiceAgent *agent)
{
  g_autoptr (GPtrArray) sockets =
      nice_agent_get_sockets (agent->nice, agent->stream_id, RTC_NICE_COMPONENT);

  for (guint i = 0; sockets != NULL && i < sockets->len; i++) {
    gint fd = g_socket_get_fd (g_ptr_array_index (sockets, i));

    rtc_socket_set_buffers (fd, agent->receive_buffer_bytes, agent->send_buffer_bytes);
    if (agent->has_local_peer)
      rtc_socket_leave_interface (fd);
  }
}

static void
use_candidate (RtcNiceAgent *agent, NiceCandidate *candidate)
{
  GSList *list = g_slist_prepend (NULL, candidate);

  candidate->stream_id = agent->stream_id;
  if (!agent->has_fixed_pacing &&
      !rtc_local_addresses_is_near (&candidate->addr, agent->local_addresses))
    agent->pacing_ms = FAR_PACING_MS;
  resume_checks (agent);
  if (!agent->has_local_peer && is_loopback (&candidate->addr)) {
    agent->has_local_peer = TRUE;
    tune_sockets (agent);
  }
  nice_agent_set_remote_candidates (agent->nice, agent->stream_id, RTC_NICE_COMPONENT, list);
  g_slist_free (list);
}

static void
add_candidate (RtcNiceAgent *agent, NiceCandidate *candidate)
{
  add_known_remote (agent, &candidate->addr);
  if (agent->remote == NULL) {
    agent->waiting = g_slist_append (agent->waiting, candidate);
    return;
  }
  use_candidate (agent, candidate);
  nice_candidate_free (candidate);
  rtc_nice_context_refresh (agent->context);
}

void
rtc_nice_agent_set_remote (RtcNiceAgent *agent, const RtcIceCredentials *remote)
{
  g_return_if_fail (agent->remote == NULL);

  agent->remote = rtc_ice_credentials_copy (remote);
  nice_agent_set_remote_credentials (agent->nice, agent->stream_id, remote->ufrag, remote->pwd);
  for (GSList *i = agent->waiting; i != NULL; i = i->next)
    use_candidate (agent, i->data);
  g_slist_free_full (g_steal_pointer (&agent->waiting), (GDestroyNotify) nice_candidate_free);
  rtc_nice_context_refresh (agent->context);
}

void
rtc_nice_agent_set_controlling (RtcNiceAgent *agent, gboolean is_controlling)
{
  g_object_set (agent->nice, "controlling-mode", is_controlling, NULL);
}

gboolean
rtc_nice_agent_is_controlling (RtcNiceAgent *agent)
{
  gboolean is_controlling;

  g_object_get (agent->nice, "controlling-mode", &is_controlling, NULL);
  return is_controlling;
}

void
rtc_nice_agent_set_keepalive (RtcNiceAgent *agent, gboolean is_on)
{
  g_object_set (agent->nice, "keepalive-conncheck", is_on, NULL);
}

static void
set_proxy (RtcNiceAgent *agent, const RtcIceServer *server)
{
  g_object_set (agent->nice, "proxy-type", NICE_PROXY_TYPE_HTTP, "proxy-ip", server->host,
      "proxy-port", server->port, "proxy-username", server->username, "proxy-password",
      server->password, NULL);
}

void
rtc_nice_agent_add_server (RtcNiceAgent *agent, const RtcIceServer *server)
{
  if (server->is_proxy) {
    set_proxy (agent, server);
  } else if (server->username == NULL) {
    /* libnice asks one STUN server. */
    if (!agent->has_stun)
      g_object_set (
          agent->nice, "stun-server", server->host, "stun-server-port", server->port, NULL);
    agent->has_stun = TRUE;
  } else if (agent->n_turn_servers < MAX_TURN_SERVERS) {
    nice_agent_set_relay_info (agent->nice, agent->stream_id, RTC_NICE_COMPONENT, server->host,
        server->port, server->username, server->password,
        server->is_tcp ? NICE_RELAY_TYPE_TURN_TCP : NICE_RELAY_TYPE_TURN_UDP);
    agent->n_turn_servers++;
    rtc_nice_context_expect_changes (agent->context);
  }
  rtc_nice_context_refresh (agent->context);
}

gboolean
rtc_nice_agent_gather (RtcNiceAgent *agent, GError **error)
{
  g_autoptr (RtcNiceAgent) reference = agent_ref (agent);

  if (!nice_agent_gather_candidates (agent->nice, agent->stream_id)) {
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_NETWORK,
        "No port could be opened on any local address; look at the properties local-addresses, "
        "min-port and max-port");
    return FALSE;
  }
  /* The candidates were told meanwhile, and whoever heard of them may have ended all this. */
  if (!agent->is_closed) {
    tune_sockets (agent);
    rtc_nice_context_note_sockets (agent->context, agent->nice, agent->stream_id);
  }
  return TRUE;
}

gboolean
rtc_nice_agent_is_gathered (RtcNiceAgent *agent)
{
  return agent->is_gathered;
}

GPtrArray *
rtc_nice_agent_get_local_lines (RtcNiceAgent *agent)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  GSList *candidates =
      nice_agent_get_local_candidates (agent->nice, agent->stream_id, RTC_NICE_COMPONENT);

  for (GSList *i = candidates; i != NULL; i = i->next) {
    if (may_be_told (agent, i->data))
      g_ptr_array_add (lines, rtc_candidate_line_print (i->data, agent->hides_base));
  }
  g_slist_free_full (candidates, (GDestroyNotify) nice_candidate_free);
  return lines;
}

static void
on_name_found (const NiceCandidate *candidate, gpointer data)
{
  add_candidate (data, nice_candidate_copy (candidate));
}

/* Takes @candidate. */
static void
resolve_name (RtcNiceAgent *agent, NiceCandidate *candidate, const gchar *name)
{
  if (agent->names == NULL)
    agent->names = rtc_nice_names_new (agent->loop, agent->context, on_name_found, agent);
  rtc_nice_names_resolve (agent->names, candidate, name);
}

static void
end_remotes (RtcNiceAgent *agent)
{
  if (agent->has_all_remotes)
    return;
  agent->has_all_remotes = TRUE;
  nice_agent_peer_candidate_gathering_done (agent->nice, agent->stream_id);
  rtc_nice_context_refresh (agent->context);
}

gboolean
rtc_nice_agent_add_remote_line (RtcNiceAgent *agent, const gchar *line)
{
  NiceCandidate *candidate = NULL;
  g_autofree gchar *name = NULL;
  RtcCandidateVerdict verdict;

  if (line == NULL) {
    end_remotes (agent);
    return TRUE;
  }
  verdict = rtc_candidate_line_parse (line, agent->allows_tcp, &candidate, &name);
  if (verdict == RTC_CANDIDATE_BAD || verdict == RTC_CANDIDATE_DROP)
    return verdict == RTC_CANDIDATE_DROP;
  if (agent->n_remote_lines == RTC_MAX_REMOTE_CANDIDATES) {
    nice_candidate_free (candidate);
    return TRUE;
  }
  agent->n_remote_lines++;
  if (verdict == RTC_CANDIDATE_RESOLVE)
    resolve_name (agent, candidate, name);
  else
    add_candidate (agent, candidate);
  return TRUE;
}

gboolean
rtc_nice_agent_has_all_remotes (RtcNiceAgent *agent)
{
  return agent->has_all_remotes;
}

gboolean
rtc_nice_agent_knows_remote (RtcNiceAgent *agent, const NiceAddress *address)
{
  for (guint i = 0; i < agent->remotes->len; i++)
    if (nice_address_equal (&g_array_index (agent->remotes, NiceAddress, i), address))
      return TRUE;
  return FALSE;
}

NiceComponentState
rtc_nice_agent_get_state (RtcNiceAgent *agent)
{
  return agent->state;
}

NiceAgent *
rtc_nice_agent_ref_libnice (RtcNiceAgent *agent, guint *out_stream_id)
{
  *out_stream_id = agent->stream_id;
  return g_object_ref (agent->nice);
}
