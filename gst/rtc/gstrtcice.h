/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GstRtcIce: what rtcbin asks of the element that moves a session's packets: one ICE component.
 * rtcice (libnice) implements it; a test or a user with a network of their own puts another
 * element in its place (the property "transport-element" of rtcbin).
 *
 * Such an element has the pads `sink` (packets to send) and `src` (packets that arrived), both
 * application/x-rtc-packets, and pushes lists. All functions are called on the session's loop
 * (gst_rtc_element_get_loop()), and the signals are emitted there; only `sink` may be
 * pushed to from any thread. What arrives on `src` comes only from addresses that ICE validated.
 */
#pragma once

#include <gst/webrtc/webrtc.h>

G_BEGIN_DECLS

/**
 * GstRtcIceCandidateTypes: of local candidates (RFC 8445 §5.1.1)
 * @GST_RTC_ICE_CANDIDATE_HOST: of this machine
 * @GST_RTC_ICE_CANDIDATE_SRFLX: what a STUN or TURN server sees
 * @GST_RTC_ICE_CANDIDATE_RELAY: of a TURN server
 */
typedef enum {
  GST_RTC_ICE_CANDIDATE_HOST = 1 << 0,
  GST_RTC_ICE_CANDIDATE_SRFLX = 1 << 1,
  GST_RTC_ICE_CANDIDATE_RELAY = 1 << 2,
} GstRtcIceCandidateTypes;

#define GST_RTC_ICE_CANDIDATE_ALL                                                                  \
  (GST_RTC_ICE_CANDIDATE_HOST | GST_RTC_ICE_CANDIDATE_SRFLX | GST_RTC_ICE_CANDIDATE_RELAY)

#define GST_RTC_TYPE_ICE_CANDIDATE_TYPES (gst_rtc_ice_candidate_types_get_type ())
GType gst_rtc_ice_candidate_types_get_type (void);

#define GST_RTC_TYPE_ICE (gst_rtc_ice_get_type ())
G_DECLARE_INTERFACE (GstRtcIce, gst_rtc_ice, GST_RTC, ICE, GstElement)

/**
 * GstRtcIceInterface:
 * @set_controlling: RFC 8445 §6.1.1: the agent that sent the first offer controls
 * @set_local_credentials: the first call fixes them; a later call with others restarts ICE
 *     (RFC 8445 §9): checks begin anew, the selected pair goes on carrying packets until a new one
 *     is selected
 * @set_remote_credentials: the peer's; others than before are those of the peer's restart: the
 *     remote candidates are replaced
 * @gather: starts gathering, or after a restart announces the candidates again
 * @add_remote_candidate: a line "candidate:..." without "a="; %NULL is the end of candidates.
 *     Candidates of kinds that are not supported, names that do not resolve and those over the
 *     limit of 64 are dropped silently (RFC 8838 §8.1); %FALSE only for bad syntax
 * @add_server: "stun://host:port", "turn(s)://user:password@host:port?transport=udp|tcp", or the
 *     proxy for TURN over TCP, "http://[user:password@]host[:port]"
 * @get_local_candidates: (transfer full): "candidate:..." strings gathered so far
 * @get_stats: (transfer full): a structure "rtc-ice-stats" with the fields state, role
 *     ("controlling", "controlled"), local-candidate, remote-candidate (strings of the selected
 *     pair), packets-sent, bytes-sent, packets-received, bytes-received (guint64),
 *     packets-dropped (guint64: the system would not send them), round-trip-time (gdouble, seconds,
 *     absent while unknown), idle-time (gdouble, seconds since the last packet or answer of the
 *     peer, absent while silence means nothing), local-ufrag (the credentials of the selected
 *     pair), path ("direct", "agent")
 *
 * Properties that an implementation must have: "state" (GstWebRTCICEConnectionState, readable,
 * notifies), "gathering-state" (GstWebRTCICEGatheringState, readable, notifies),
 * "transport-policy" (GstWebRTCICETransportPolicy), "local-addresses" (GStrv or %NULL = all),
 * "min-port", "max-port" (guint, 0 = any). rtcbin also uses "candidate-types"
 * (GstRtcIceCandidateTypes) of those that have it.
 */
struct _GstRtcIceInterface {
  GTypeInterface parent;

  void (*set_controlling) (GstRtcIce *ice, gboolean is_controlling);
  gboolean (*set_local_credentials) (
      GstRtcIce *ice, const gchar *ufrag, const gchar *pwd, GError **error);
  gboolean (*set_remote_credentials) (
      GstRtcIce *ice, const gchar *ufrag, const gchar *pwd, GError **error);
  gboolean (*gather) (GstRtcIce *ice, GError **error);
  gboolean (*add_remote_candidate) (GstRtcIce *ice, const gchar *candidate, GError **error);
  gboolean (*add_server) (GstRtcIce *ice, const gchar *uri, GError **error);
  GPtrArray *(*get_local_candidates) (GstRtcIce *ice);
  GstStructure *(*get_stats) (GstRtcIce *ice);
};

void gst_rtc_ice_set_controlling (GstRtcIce *ice, gboolean is_controlling);
gboolean gst_rtc_ice_set_local_credentials (
    GstRtcIce *ice, const gchar *ufrag, const gchar *pwd, GError **error);
gboolean gst_rtc_ice_set_remote_credentials (
    GstRtcIce *ice, const gchar *ufrag, const gchar *pwd, GError **error);
gboolean gst_rtc_ice_gather (GstRtcIce *ice, GError **error);
gboolean gst_rtc_ice_add_remote_candidate (GstRtcIce *ice, const gchar *candidate, GError **error);
gboolean gst_rtc_ice_add_server (GstRtcIce *ice, const gchar *uri, GError **error);
GPtrArray *gst_rtc_ice_get_local_candidates (GstRtcIce *ice);
GstStructure *gst_rtc_ice_get_stats (GstRtcIce *ice);

/* For implementations: emit the interface's signals.
 * "local-candidate" (gchararray candidate): one more, or NULL: gathering is complete.
 * "selected-pair" (gchararray local, gchararray remote): packets travel on another pair now. */
void gst_rtc_ice_emit_local_candidate (GstRtcIce *ice, const gchar *candidate);
void gst_rtc_ice_emit_selected_pair (GstRtcIce *ice, const gchar *local, const gchar *remote);

G_END_DECLS
