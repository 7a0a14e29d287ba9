/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One generation of ICE (RFC 8445): one pair of local credentials, one NiceAgent, its
 * sockets and checks. A restart is a new generation beside the old
 * one, so the old pair goes on untouched, answers the peer's consent checks with the old
 * credentials and carries packets until the new generation has selected a pair. RtcIceSession owns
 * the generations.
 *
 * All functions run on the loop; so do the listener's.
 */
#pragma once

#include <gst/rtc/gstrtcice.h>
#include <gst/rtc/rtcloop.h>
#include <nice/agent.h>

G_BEGIN_DECLS

/* Remote candidates over this limit are dropped (RFC 8838 §8.1 leaves the number to us). */
#define RTC_MAX_REMOTE_CANDIDATES 64

typedef struct _RtcNiceAgent RtcNiceAgent;

typedef struct {
  gchar *ufrag;
  gchar *pwd;
} RtcIceCredentials;

RtcIceCredentials *rtc_ice_credentials_new (const gchar *ufrag, const gchar *pwd);
RtcIceCredentials *rtc_ice_credentials_copy (const RtcIceCredentials *credentials);
gboolean rtc_ice_credentials_equal (const RtcIceCredentials *a, const RtcIceCredentials *b);
void rtc_ice_credentials_free (RtcIceCredentials *credentials);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcIceCredentials, rtc_ice_credentials_free)

/* A server as libnice wants it; @username is NULL for STUN. */
typedef struct {
  gchar *host;
  guint port;
  gchar *username;
  gchar *password;
  gboolean is_tcp;
  gboolean is_proxy; /* HTTP, for TURN over TCP */
} RtcIceServer;

/* NULL with @error for what is not "stun:", "turn:" or has no meaning to libnice ("turns:"). */
RtcIceServer *rtc_ice_server_parse (const gchar *uri, GError **error);
void rtc_ice_server_free (RtcIceServer *server);

/**
 * RtcNiceSettings: what the element's properties say, read when an agent is made.
 * @servers: RtcIceServer, (element-type)
 * @pacing_ms: RFC 8445 §14.2 Ta; 0 = automatic, see rtc_nice_agent_new()
 */
typedef struct {
  const gchar *const *local_addresses;
  guint min_port;
  guint max_port;
  guint pacing_ms;
  gboolean is_controlling;
  gboolean is_relay_only;
  gboolean is_aggressive;
  gboolean allows_tcp;
  guint receive_buffer_bytes;
  guint send_buffer_bytes;
  GstRtcIceCandidateTypes candidate_types;
  GPtrArray *servers;
} RtcNiceSettings;

/**
 * RtcNicePair: a selected pair.
 * @socket: the local UDP socket when packets may go past libnice, otherwise NULL
 * @priority: RFC 8445 §7.1.1, for checks of our own on this pair
 */
typedef struct {
  gchar *local_line;
  gchar *remote_line;
  NiceAddress remote;
  GSocket *socket;
  guint32 priority;
} RtcNicePair;

void rtc_nice_pair_free (RtcNicePair *pair);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcNicePair, rtc_nice_pair_free)

/**
 * RtcNiceListener:
 * @local_candidate: one more; NULL: gathering is complete
 * @state_changed: rtc_nice_agent_get_state() says something new
 * @pair_selected: (transfer full) pair
 * @remote_found: a check with the right password came from an address that was not signalled
 * @packet: not STUN, from an address that libnice has validated. Copy it before returning
 */
typedef struct {
  void (*local_candidate) (RtcNiceAgent *agent, const gchar *line, gpointer user_data);
  void (*state_changed) (RtcNiceAgent *agent, gpointer user_data);
  void (*pair_selected) (RtcNiceAgent *agent, RtcNicePair *pair, gpointer user_data);
  void (*remote_found) (RtcNiceAgent *agent, const NiceAddress *address, gpointer user_data);
  void (*packet) (RtcNiceAgent *agent, const guint8 *bytes, gsize size, gpointer user_data);
} RtcNiceListener;

/* With automatic pacing Ta is 1 ms as long as every remote candidate is on this machine or its
 * private network and no server is asked, and otherwise 5 ms, the least that RFC 8445 §14.2 allows
 * on the Internet. NULL with @error when a local address is wrong or no interface is up. */
RtcNiceAgent *rtc_nice_agent_new (RtcLoop *loop, const RtcNiceSettings *settings,
    const RtcIceCredentials *local, const RtcNiceListener *listener, gpointer user_data,
    GError **error);
/* Ends all callbacks; sockets go at once, relay allocations are given back in the background.
 * Frees @agent; inside one of its callbacks only when that returns. NULL is fine. */
void rtc_nice_agent_close (RtcNiceAgent *agent);

const RtcIceCredentials *rtc_nice_agent_get_local (RtcNiceAgent *agent);
/* NULL while the peer's are unknown. */
const RtcIceCredentials *rtc_nice_agent_get_remote (RtcNiceAgent *agent);
void rtc_nice_agent_set_remote (RtcNiceAgent *agent, const RtcIceCredentials *remote);
void rtc_nice_agent_set_controlling (RtcNiceAgent *agent, gboolean is_controlling);
gboolean rtc_nice_agent_is_controlling (RtcNiceAgent *agent);
/* Whether libnice checks the selected pair itself, as it does from the beginning. */
void rtc_nice_agent_set_keepalive (RtcNiceAgent *agent, gboolean is_on);
void rtc_nice_agent_add_server (RtcNiceAgent *agent, const RtcIceServer *server);

gboolean rtc_nice_agent_gather (RtcNiceAgent *agent, GError **error);
gboolean rtc_nice_agent_is_gathered (RtcNiceAgent *agent);
/* (transfer full) */
GPtrArray *rtc_nice_agent_get_local_lines (RtcNiceAgent *agent);

/* FALSE: bad syntax. @line NULL: no more will come. */
gboolean rtc_nice_agent_add_remote_line (RtcNiceAgent *agent, const gchar *line);
gboolean rtc_nice_agent_has_all_remotes (RtcNiceAgent *agent);
/* Is @address one that was signalled, or found by a check? */
gboolean rtc_nice_agent_knows_remote (RtcNiceAgent *agent, const NiceAddress *address);
NiceComponentState rtc_nice_agent_get_state (RtcNiceAgent *agent);

/* What a sending thread needs of it: libnice's own send is safe there. (transfer full) */
NiceAgent *rtc_nice_agent_ref_libnice (RtcNiceAgent *agent, guint *out_stream_id);

G_END_DECLS
