/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ICE transport of one element, see the header. */
#include "rtcicesession.h"

#include "rtccandidateline.h"
#include "rtcicepath.h"
#include "rtcicestate.h"

#include <gst/rtc/gstrtcerror.h>
#include <gst/rtc/rtcpacketlist.h>

/* How long the previous pair still receives after a restart: the peer may go on sending there until
 * it has selected the new pair too. */
#define RETIRED_TIME (3 * GST_SECOND)
/* Restarts that follow each other faster than that keep no more than these. */
#define MAX_GENERATIONS 3

typedef struct {
  RtcNiceAgent *agent;
  RtcIcePath *path;
  gboolean is_gathering;
  GstClockTime give_up; /* failed when no pair is selected until then */
  GstClockTime end;     /* retired: closed then */
} Generation;

struct _RtcIceSession {
  gint ref_count; /* the owner's and one for each callback under way; only the loop counts */
  RtcLoop *loop;
  RtcIceSender *sender;
  RtcIceListener listener;
  gpointer user_data;
  RtcIceSettings settings;
  GPtrArray *servers; /* RtcIceServer */
  gboolean is_controlling;
  gboolean is_closed;

  GQueue generations;   /* Generation, newest first */
  Generation *carrying; /* the one whose pair packets go on, in generations, or NULL */
  RtcIceCredentials *next_remote;
  /* Candidates for the generation of next_remote; NULL at the end: no more. */
  GPtrArray *next_lines;

  RtcLoopTimer *timer;
  RtcLoopTimer *inbox_timer;
  GstBufferList *inbox; /* what arrived in this turn */
  guint64 packets_received;
  guint64 bytes_received;
  guint64 packets_from_strangers; /* of generations that are gone */
  GstWebRTCICEConnectionState state;
  GstWebRTCICEGatheringState gathering_state;
};

static void
session_unref (RtcIceSession *session)
{
  if (--session->ref_count > 0)
    return;
  rtc_ice_settings_clear (&session->settings);
  g_ptr_array_unref (session->servers);
  g_ptr_array_unref (session->next_lines);
  rtc_ice_credentials_free (session->next_remote);
  gst_buffer_list_unref (session->inbox);
  rtc_loop_unref (session->loop);
  g_free (session);
}

static RtcIceSession *
session_ref (RtcIceSession *session)
{
  session->ref_count++;
  return session;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcIceSession, session_unref)

static Generation *
newest (RtcIceSession *session)
{
  return g_queue_peek_head (&session->generations);
}

static Generation *
find_generation (RtcIceSession *session, RtcNiceAgent *agent)
{
  for (GList *i = session->generations.head; i != NULL; i = i->next)
    if (((Generation *) i->data)->agent == agent)
      return i->data;
  return NULL;
}

static gboolean
has_pair (const Generation *generation)
{
  return rtc_ice_path_get_pair (generation->path) != NULL;
}

static void
point_sender (RtcIceSession *session)
{
  if (session->carrying == NULL)
    rtc_ice_sender_clear (session->sender);
  else
    rtc_ice_path_direct_sender (session->carrying->path, session->sender);
}

static void
close_generation (RtcIceSession *session, Generation *generation)
{
  g_queue_remove (&session->generations, generation);
  if (session->carrying == generation) {
    session->carrying = NULL;
    point_sender (session);
  }
  session->packets_from_strangers += rtc_ice_path_get_strangers (generation->path);
  rtc_ice_path_free (generation->path);
  rtc_nice_agent_close (generation->agent);
  g_free (generation);
}

static RtcIceFacts
collect_facts (RtcIceSession *session)
{
  Generation *carrying = session->carrying;
  Generation *head = newest (session);
  RtcIceFacts facts = { .is_closed = session->is_closed };

  if (head == NULL)
    return facts;
  facts.is_checking = rtc_nice_agent_get_remote (head->agent) != NULL;
  facts.has_given_up = !has_pair (head) && rtc_loop_now (session->loop) >= head->give_up;
  facts.is_restarting = carrying != head;
  facts.is_complete = carrying == head &&
      rtc_nice_agent_get_state (head->agent) == NICE_COMPONENT_STATE_READY &&
      rtc_nice_agent_is_gathered (head->agent) && rtc_nice_agent_has_all_remotes (head->agent);
  facts.has_pair = carrying != NULL;
  facts.is_silent = carrying != NULL && rtc_ice_path_is_silent (carrying->path);
  facts.is_expired = carrying != NULL && rtc_ice_path_is_expired (carrying->path);
  return facts;
}

static GstWebRTCICEGatheringState
derive_gathering (RtcIceSession *session)
{
  Generation *head = newest (session);

  if (head == NULL || !head->is_gathering)
    return GST_WEBRTC_ICE_GATHERING_STATE_NEW;
  return rtc_nice_agent_is_gathered (head->agent) ? GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE
                                                  : GST_WEBRTC_ICE_GATHERING_STATE_GATHERING;
}

static GstClockTime
earliest_deadline (RtcIceSession *session)
{
  GstClockTime now = rtc_loop_now (session->loop);
  GstClockTime earliest = GST_CLOCK_TIME_NONE;

  for (GList *i = session->generations.head; i != NULL; i = i->next) {
    Generation *generation = i->data;

    earliest = MIN (earliest, generation->end);
    if (!has_pair (generation) && generation->give_up > now)
      earliest = MIN (earliest, generation->give_up);
    if (generation == session->carrying)
      earliest = MIN (earliest, rtc_ice_path_get_deadline (generation->path));
  }
  return earliest;
}

/* After anything that may have changed: the timer, then the state, which calls out. */
static void
update (RtcIceSession *session)
{
  RtcIceFacts facts = collect_facts (session);
  GstWebRTCICEConnectionState state = rtc_ice_state_derive (&facts);
  GstWebRTCICEGatheringState gathering_state = derive_gathering (session);

  if (!session->is_closed)
    rtc_loop_timer_set (session->timer, earliest_deadline (session));
  if (facts.is_expired)
    point_sender (session);
  if (state == session->state && gathering_state == session->gathering_state)
    return;
  session->state = state;
  session->gathering_state = gathering_state;
  session->listener.changed (session->user_data);
}

static void
on_timer (gpointer data)
{
  g_autoptr (RtcIceSession) session = session_ref (data);
  GstClockTime now = rtc_loop_now (session->loop);
  GList *next;

  for (GList *i = session->generations.head; i != NULL; i = next) {
    Generation *generation = i->data;

    next = i->next;
    if (generation->end <= now)
      close_generation (session, generation);
  }
  if (session->carrying != NULL)
    rtc_ice_path_handle_deadline (session->carrying->path);
  update (session);
}

static void
retire (RtcIceSession *session, Generation *generation)
{
  generation->end = rtc_loop_now (session->loop) + RETIRED_TIME;
  while (session->generations.length > MAX_GENERATIONS)
    close_generation (session, g_queue_peek_tail (&session->generations));
}

static void
on_local_candidate (RtcNiceAgent *agent, const gchar *line, gpointer data)
{
  g_autoptr (RtcIceSession) session = session_ref (data);
  Generation *head = newest (session);

  if (head == NULL || head->agent != agent)
    return;
  session->listener.local_candidate (line, session->user_data);
  if (!session->is_closed)
    update (session);
}

static void
on_state_changed (RtcNiceAgent *agent, gpointer data)
{
  g_autoptr (RtcIceSession) session = session_ref (data);

  update (session);
}

static void
on_pair_selected (RtcNiceAgent *agent, RtcNicePair *pair, gpointer data)
{
  g_autoptr (RtcIceSession) session = session_ref (data);
  Generation *generation = find_generation (session, agent);
  Generation *previous = session->carrying;

  if (generation == NULL || generation->end != GST_CLOCK_TIME_NONE) {
    rtc_nice_pair_free (pair);
    return;
  }
  rtc_ice_path_select (generation->path, pair);
  session->carrying = generation;
  point_sender (session);
  if (previous != NULL && previous != generation)
    retire (session, previous);
  session->listener.pair_selected (pair->local_line, pair->remote_line, session->user_data);
  if (!session->is_closed)
    update (session);
}

static void
on_remote_found (RtcNiceAgent *agent, const NiceAddress *address, gpointer data)
{
  RtcIceSession *session = data;
  Generation *generation = find_generation (session, agent);

  if (generation != NULL)
    rtc_ice_path_validate (generation->path, address);
}

static void
on_inbox_timer (gpointer data)
{
  g_autoptr (RtcIceSession) session = session_ref (data);
  GstBufferList *list = session->inbox;

  session->inbox = gst_buffer_list_new ();
  session->packets_received += gst_buffer_list_length (list);
  session->bytes_received += gst_buffer_list_calculate_size (list);
  session->listener.packets (list, session->user_data);
}

/* The batch goes up at the end of the turn. */
static GstBufferList *
get_inbox (gpointer data)
{
  RtcIceSession *session = data;

  if (!session->is_closed)
    rtc_loop_timer_set (session->inbox_timer, 0);
  return session->inbox;
}

static void
on_path_deadline (RtcIcePath *path, gpointer data)
{
  RtcIceSession *session = data;

  if (!session->is_closed)
    rtc_loop_timer_set (session->timer, earliest_deadline (session));
}

static void
on_path_moved (RtcIcePath *path, gpointer data)
{
  g_autoptr (RtcIceSession) session = session_ref (data);
  const RtcNicePair *pair = rtc_ice_path_get_pair (path);

  if (session->carrying == NULL || session->carrying->path != path)
    return;
  point_sender (session);
  session->listener.pair_selected (pair->local_line, pair->remote_line, session->user_data);
  if (!session->is_closed)
    update (session);
}

static void
on_packet (RtcNiceAgent *agent, const guint8 *bytes, gsize size, gpointer data)
{
  Generation *generation = find_generation (data, agent);

  gst_buffer_list_add (get_inbox (data), gst_buffer_new_memdup (bytes, size));
  if (generation != NULL)
    rtc_ice_path_note_packet (generation->path);
}

RtcIceSession *
rtc_ice_session_new (
    RtcLoop *loop, RtcIceSender *sender, const RtcIceListener *listener, gpointer user_data)
{
  RtcIceSession *session = g_new0 (RtcIceSession, 1);

  session->ref_count = 1;
  session->loop = rtc_loop_ref (loop);
  session->sender = sender;
  session->listener = *listener;
  session->user_data = user_data;
  session->servers = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_ice_server_free);
  session->next_lines = g_ptr_array_new_with_free_func (g_free);
  session->timer = rtc_loop_timer_new (loop, on_timer, session);
  session->inbox_timer = rtc_loop_timer_new (loop, on_inbox_timer, session);
  session->inbox = gst_buffer_list_new ();
  return session;
}

void
rtc_ice_session_close (RtcIceSession *session)
{
  if (session == NULL)
    return;
  session->is_closed = TRUE;
  rtc_loop_timer_free (session->timer);
  rtc_loop_timer_free (session->inbox_timer);
  while (newest (session) != NULL)
    close_generation (session, newest (session));
  update (session);
  session_unref (session);
}

void
rtc_ice_session_configure (RtcIceSession *session, const RtcIceSettings *settings)
{
  rtc_ice_settings_copy (settings, &session->settings);
}

void
rtc_ice_session_set_controlling (RtcIceSession *session, gboolean is_controlling)
{
  session->is_controlling = is_controlling;
  if (newest (session) != NULL)
    rtc_nice_agent_set_controlling (newest (session)->agent, is_controlling);
}

void
rtc_ice_session_add_server (RtcIceSession *session, const RtcIceServer *server)
{
  RtcIceServer *copy = g_new0 (RtcIceServer, 1);

  copy->host = g_strdup (server->host);
  copy->port = server->port;
  copy->username = g_strdup (server->username);
  copy->password = g_strdup (server->password);
  copy->is_tcp = server->is_tcp;
  copy->is_proxy = server->is_proxy;
  g_ptr_array_add (session->servers, copy);
  if (newest (session) != NULL)
    rtc_nice_agent_add_server (newest (session)->agent, copy);
}

static void
begin_checks (RtcIceSession *session, Generation *generation)
{
  generation->give_up =
      rtc_loop_now (session->loop) + session->settings.failed_timeout_ms * GST_MSECOND;
}

/* What came ahead of the generation that it belongs to. */
static void
take_next_remote (RtcIceSession *session, Generation *generation)
{
  g_autoptr (RtcIceCredentials) remote = g_steal_pointer (&session->next_remote);

  if (remote != NULL) {
    rtc_nice_agent_set_remote (generation->agent, remote);
    begin_checks (session, generation);
  }
  for (guint i = 0; i < session->next_lines->len; i++)
    rtc_nice_agent_add_remote_line (generation->agent, g_ptr_array_index (session->next_lines, i));
  g_ptr_array_set_size (session->next_lines, 0);
}

static gboolean
roll_back (RtcIceSession *session, const RtcIceCredentials *local)
{
  Generation *carrying = session->carrying;

  if (carrying == NULL ||
      !rtc_ice_credentials_equal (rtc_nice_agent_get_local (carrying->agent), local))
    return FALSE;
  while (newest (session) != carrying)
    close_generation (session, newest (session));
  update (session);
  return TRUE;
}

gboolean
rtc_ice_session_set_local (RtcIceSession *session, const RtcIceCredentials *local, GError **error)
{
  static const RtcIcePathListener path_listener = { get_inbox, on_path_deadline, on_path_moved };
  static const RtcNiceListener listener = { on_local_candidate, on_state_changed, on_pair_selected,
    on_remote_found, on_packet };
  const RtcIceSettings *settings = &session->settings;
  RtcNiceSettings nice_settings = { (const gchar *const *) settings->local_addresses,
    settings->min_port, settings->max_port, settings->pacing_ms, session->is_controlling,
    settings->transport_policy == GST_WEBRTC_ICE_TRANSPORT_POLICY_RELAY ||
        settings->candidate_types == GST_RTC_ICE_CANDIDATE_RELAY,
    settings->nomination == GST_RTC_ICE_NOMINATION_AGGRESSIVE, settings->ice_tcp,
    settings->receive_buffer_bytes, settings->send_buffer_bytes, settings->candidate_types,
    session->servers };
  Generation *previous = newest (session);
  Generation *generation;
  RtcNiceAgent *agent;

  if (previous != NULL &&
      rtc_ice_credentials_equal (rtc_nice_agent_get_local (previous->agent), local))
    return TRUE;
  if (roll_back (session, local))
    return TRUE;

  agent = rtc_nice_agent_new (session->loop, &nice_settings, local, &listener, session, error);
  if (agent == NULL)
    return FALSE;
  if (previous != NULL && !has_pair (previous))
    close_generation (session, previous);
  generation = g_new0 (Generation, 1);
  generation->agent = agent;
  generation->path = rtc_ice_path_new (session->loop, agent, settings, &path_listener, session);
  generation->give_up = GST_CLOCK_TIME_NONE;
  generation->end = GST_CLOCK_TIME_NONE;
  g_queue_push_head (&session->generations, generation);
  take_next_remote (session, generation);
  update (session);
  return TRUE;
}

void
rtc_ice_session_set_remote (RtcIceSession *session, const RtcIceCredentials *remote)
{
  Generation *head = newest (session);

  if (head != NULL && rtc_nice_agent_get_remote (head->agent) == NULL) {
    rtc_nice_agent_set_remote (head->agent, remote);
    begin_checks (session, head);
    update (session);
    return;
  }
  if (head != NULL && rtc_ice_credentials_equal (rtc_nice_agent_get_remote (head->agent), remote))
    return;
  if (rtc_ice_credentials_equal (session->next_remote, remote))
    return;
  /* Candidates of an earlier restart that never came to be are of no use; those that came before
   * the first credentials are. */
  if (session->next_remote != NULL)
    g_ptr_array_set_size (session->next_lines, 0);
  rtc_ice_credentials_free (session->next_remote);
  session->next_remote = rtc_ice_credentials_copy (remote);
}

gboolean
rtc_ice_session_gather (RtcIceSession *self, GError **error)
{
  g_autoptr (RtcIceSession) session = session_ref (self);
  Generation *head = newest (session);
  g_autoptr (GError) first_error = NULL;

  if (head == NULL) {
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_STATE,
        "The local credentials must be set before gathering");
    return FALSE;
  }
  if (head->is_gathering)
    return TRUE;
  head->is_gathering = TRUE;
  update (session);
  if (session->is_closed || rtc_nice_agent_gather (head->agent, &first_error))
    return TRUE;
  /* A port range that has room for one socket only: the old pair has to go first. */
  while (newest (session) == head && session->generations.length > 1)
    close_generation (session, g_queue_peek_tail (&session->generations));
  if (rtc_nice_agent_gather (head->agent, error))
    return TRUE;
  head->is_gathering = FALSE;
  update (session);
  return FALSE;
}

static gboolean
keep_line (RtcIceSession *session, const gchar *line)
{
  NiceCandidate *candidate = NULL;
  g_autofree gchar *name = NULL;
  gboolean is_well_formed =
      line == NULL || rtc_candidate_line_parse (line, TRUE, &candidate, &name) != RTC_CANDIDATE_BAD;

  if (candidate != NULL)
    nice_candidate_free (candidate);
  if (is_well_formed && session->next_lines->len <= RTC_MAX_REMOTE_CANDIDATES)
    g_ptr_array_add (session->next_lines, g_strdup (line));
  return is_well_formed;
}

gboolean
rtc_ice_session_add_remote_line (RtcIceSession *session, const gchar *line)
{
  Generation *head = newest (session);
  gboolean is_well_formed;

  if (head == NULL || session->next_remote != NULL)
    return keep_line (session, line);
  is_well_formed = rtc_nice_agent_add_remote_line (head->agent, line);
  update (session);
  return is_well_formed;
}

GPtrArray *
rtc_ice_session_get_local_lines (RtcIceSession *session)
{
  if (newest (session) == NULL)
    return g_ptr_array_new_with_free_func (g_free);
  return rtc_nice_agent_get_local_lines (newest (session)->agent);
}

GstWebRTCICEConnectionState
rtc_ice_session_get_state (RtcIceSession *session)
{
  return session->state;
}

GstWebRTCICEGatheringState
rtc_ice_session_get_gathering_state (RtcIceSession *session)
{
  return session->gathering_state;
}

static guint64
count_strangers (RtcIceSession *session)
{
  guint64 count = session->packets_from_strangers;

  for (GList *i = session->generations.head; i != NULL; i = i->next)
    count += rtc_ice_path_get_strangers (((Generation *) i->data)->path);
  return count;
}

static void
add_seconds (GstStructure *stats, const gchar *name, GstClockTime time)
{
  if (time != GST_CLOCK_TIME_NONE)
    gst_structure_set (stats, name, G_TYPE_DOUBLE, (gdouble) time / GST_SECOND, NULL);
}

static void
add_pair_stats (GstStructure *stats, const Generation *carrying)
{
  RtcIcePath *path = carrying->path;
  const RtcNicePair *pair = rtc_ice_path_get_pair (path);

  gst_structure_set (stats, "local-candidate", G_TYPE_STRING, pair->local_line, "remote-candidate",
      G_TYPE_STRING, pair->remote_line, "path", G_TYPE_STRING, rtc_ice_path_get_name (path),
      "local-ufrag", G_TYPE_STRING, rtc_nice_agent_get_local (carrying->agent)->ufrag, NULL);
  add_seconds (stats, "round-trip-time", rtc_ice_path_get_round_trip (path));
  add_seconds (stats, "idle-time", rtc_ice_path_get_idle_time (path));
}

GstStructure *
rtc_ice_session_get_stats (RtcIceSession *session)
{
  RtcUdpSenderCounts counts = rtc_ice_sender_get_counts (session->sender);
  Generation *head = newest (session);
  gboolean is_controlling =
      head != NULL ? rtc_nice_agent_is_controlling (head->agent) : session->is_controlling;
  GstStructure *stats = gst_structure_new ("rtc-ice-stats", "state",
      GST_TYPE_WEBRTC_ICE_CONNECTION_STATE, session->state, "role", G_TYPE_STRING,
      is_controlling ? "controlling" : "controlled", "packets-sent", G_TYPE_UINT64,
      counts.packets_sent, "bytes-sent", G_TYPE_UINT64, counts.bytes_sent, "packets-received",
      G_TYPE_UINT64, session->packets_received, "bytes-received", G_TYPE_UINT64,
      session->bytes_received, "packets-dropped", G_TYPE_UINT64, counts.packets_dropped,
      "packets-delayed", G_TYPE_UINT64, counts.packets_delayed, "packets-from-strangers",
      G_TYPE_UINT64, count_strangers (session), NULL);

  if (session->carrying != NULL)
    add_pair_stats (stats, session->carrying);
  return stats;
}
