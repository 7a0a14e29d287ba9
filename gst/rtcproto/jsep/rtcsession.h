/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A JSEP session (RFC 9429): offers, answers, transceivers, bundling. Pure: no socket, clock,
 * thread or lock; the caller gives certificates' fingerprints and a source of random bytes, and
 * executes the changes. A description that fails leaves everything as it was.
 */
#pragma once

#include "base/rtcerror.h"
#include "base/rtcrandom.h"
#include "jsep/rtcchange.h"
#include "jsep/rtcsignaling.h"
#include "jsep/rtctransceiver.h"

typedef struct _RtcSession RtcSession;

RtcSession *rtc_session_new (RtcRandom random);
void rtc_session_free (RtcSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcSession, rtc_session_free)

/* Settings; those that a description fixed (policy, fingerprint) cannot change later. */
void rtc_session_set_bundle_policy (RtcSession *session, RtcBundlePolicy policy);
/* Of the certificate that every transport of this session uses: "sha-256", "AB:CD:...". */
void rtc_session_set_fingerprint (RtcSession *session, const gchar *hash, const gchar *value);
/* (transfer none) arrays of RtcCodec for transceivers without preferences; copied. */
void rtc_session_set_codecs (RtcSession *session, RtcKind kind, GPtrArray *codecs);
/* How an answerer answers actpass: TRUE (default) active, FALSE passive. */
void rtc_session_set_answer_active (RtcSession *session, gboolean is_active);
const gchar *rtc_session_get_cname (RtcSession *session);

/* W3C addTransceiver. @codecs (array of RtcCodec, may be NULL): codec preferences. */
RtcTransceiver *rtc_session_add_transceiver (
    RtcSession *session, RtcKind kind, RtcDirection direction, GPtrArray *codecs);
/* (element-type RtcTransceiver) (transfer none), in the order of their creation, without stopped
 * ones (W3C); those stay valid as long as the session. */
GPtrArray *rtc_session_get_transceivers (RtcSession *session);
RtcTransceiver *rtc_session_find_mline (RtcSession *session, guint mline);
/* There is to be a data section (create-data-channel was called). */
void rtc_session_add_data (RtcSession *session);

/* W3C createOffer, createAnswer: (transfer full). They change nothing but remember what they
 * staged (new ICE credentials, payload types), which the local description is checked against. */
RtcDescription *rtc_session_create_offer (
    RtcSession *session, gboolean is_ice_restart, GError **error);
RtcDescription *rtc_session_create_answer (RtcSession *session, GError **error);

/* @description is copied; NULL for ROLLBACK. The result is (transfer full), an array of RtcChange.
 * An implicit rollback of a local offer (W3C: setRemoteDescription of an offer in
 * have-local-offer) is done when @description is an offer: its changes come first. */
GPtrArray *rtc_session_set_local (
    RtcSession *session, RtcSdpType type, const RtcDescription *description, GError **error);
GPtrArray *rtc_session_set_remote (
    RtcSession *session, RtcSdpType type, const RtcDescription *description, GError **error);

/* @mline or @mid (may be NULL) say the section. An error while there is no remote description:
 * the caller keeps early candidates. @candidate NULL or "": the end of them. @out_transport: where
 * to add it; FALSE without error: do nothing (its section is rejected or bundled into another that
 * gets the same candidates; its ufrag is of an older generation; or it belongs to an offer that we
 * have not answered: then it comes as a change with the answer). */
gboolean rtc_session_add_remote_candidate (RtcSession *session, guint mline, const gchar *mid,
    const gchar *candidate, guint *out_transport, GError **error);
/* Writes a gathered candidate into the local descriptions (NULL: the end of them), and says the
 * section to signal it for. FALSE: no section uses @transport. */
gboolean rtc_session_add_local_candidate (RtcSession *session, guint transport,
    const gchar *candidate, guint *out_mline, const gchar **out_mid);

/* Whether @candidate names credentials that no remote description has: it came ahead of its
 * description, as trickled candidates of an ICE restart may, or far behind it. */
gboolean rtc_session_is_candidate_early (RtcSession *session, const gchar *candidate);
/* (transfer none): of the generation that @transport gathers for; NULL when there is none. */
const gchar *rtc_session_get_local_ufrag (RtcSession *session, guint transport);

RtcSignalingState rtc_session_get_signaling_state (RtcSession *session);
/* W3C "check if negotiation is needed"; FALSE outside of stable. */
gboolean rtc_session_is_negotiation_needed (RtcSession *session);
/* The next offer must restart ICE (W3C restartIce()); makes negotiation needed. */
void rtc_session_restart_ice (RtcSession *session);
void rtc_session_close (RtcSession *session);
/* (transfer none), NULL when there is none. */
const RtcDescription *rtc_session_get_current_local (RtcSession *session);
const RtcDescription *rtc_session_get_pending_local (RtcSession *session);
const RtcDescription *rtc_session_get_current_remote (RtcSession *session);
const RtcDescription *rtc_session_get_pending_remote (RtcSession *session);
/* The type of the pending or else current descriptions. */
RtcSdpType rtc_session_get_local_type (RtcSession *session);
RtcSdpType rtc_session_get_remote_type (RtcSession *session);
/* Whether we are the DTLS client of @transport: even SCTP stream numbers (RFC 8832 §6). */
gboolean rtc_session_is_dtls_client (RtcSession *session, guint transport);
