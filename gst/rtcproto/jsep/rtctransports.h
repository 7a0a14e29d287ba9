/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A transport of the session: one ICE component with DTLS above it (RFC 9429 §3.4, rtcp-mux
 * only), used by one section or by a BUNDLE group. Its attributes are those of the section that
 * owns it: the only one, or the group's tag (RFC 9143 §7).
 */
#pragma once

#include "sdp/rtcdescription.h"

typedef struct {
  guint number; /* never used again in the session */
  guint owner;  /* m= line */
  gchar *local_ufrag;
  gchar *local_pwd;
  gchar *remote_ufrag;
  gchar *remote_pwd;
  gchar *paired_ufrag;     /* the local_ufrag that the remote credentials belong to */
  RtcSetup setup;          /* ours: NONE, ACTIVE or PASSIVE */
  GPtrArray *fingerprints; /* the peer's */
  GPtrArray *local_candidates;
  GPtrArray *remote_candidates;
  gboolean is_local_complete;
  gboolean is_remote_complete;
} RtcTransport;

RtcTransport *rtc_transport_new (guint number, guint owner);
RtcTransport *rtc_transport_copy (const RtcTransport *transport);
void rtc_transport_free (RtcTransport *transport);

/* Both sides' credentials belong together: checks can run. While an own restart waits for its
 * answer, they do not. */
gboolean rtc_transport_is_paired (const RtcTransport *transport);
gboolean rtc_transport_is_remote_restart (
    const RtcTransport *transport, const RtcSection *remote_owner);
/* TRUE when there are none on the transport yet, too. */
gboolean rtc_transport_has_fingerprints (
    const RtcTransport *transport, const GPtrArray *fingerprints);

/* Take over what the owner's section says. */
void rtc_transport_set_local (RtcTransport *transport, const RtcSection *local_owner);
void rtc_transport_set_remote (RtcTransport *transport, const RtcSection *remote_owner);
/* FALSE: known already, or over the limit. */
gboolean rtc_transport_add_candidate (GPtrArray *candidates, const gchar *candidate);
