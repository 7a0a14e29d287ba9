/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a setDescription changed, as a list that the caller executes in its order. The session has
 * already changed when the list is handed out; executing it touches transports, pads and signals.
 *
 * The order is always: TRANSPORT_ADDED, ICE_ROLE and LOCAL_ICE of each transport;
 * TRANSCEIVER_ADDED; SEND and RECEIVE; DATA_CLOSED or DATA; TRANSPORT_REMOVED; DTLS, REMOTE_ICE and
 * REMOTE_CANDIDATE of each transport; TRANSCEIVER_STOPPED; SIGNALING_STATE; TRACK_REMOVED;
 * TRACK_ADDED. An implicit rollback's changes come before all of them.
 *
 * A peer's offer changes nothing on the network: its ICE and DTLS parameters and its candidates
 * come with the local answer. Its tracks are added at once (W3C) and may go again with the answer.
 */
#pragma once

#include "sdp/rtcdescription.h"

/* Opaque: one m= section's sender and receiver; owned by the session, lives as long as it. */
typedef struct _RtcTransceiver RtcTransceiver;

/**
 * RtcChangeType:
 * @RTC_CHANGE_TRANSPORT_ADDED: @transport is new: make ICE, DTLS and what is above it
 * @RTC_CHANGE_TRANSPORT_REMOVED: @transport is not used any more (bundled away, rejected, rolled
 *     back): close. Transceivers that moved to another have had their SEND and RECEIVE before
 * @RTC_CHANGE_ICE_ROLE: @is_controlling, of @transport: when it is new, or the role changed
 * @RTC_CHANGE_LOCAL_ICE: @ufrag, @pwd: set them and gather; @is_restart when they replace others:
 *     in an own restart's offer, in the answer to the peer's, and, with the old ones, when an own
 *     restart is rolled back
 * @RTC_CHANGE_REMOTE_ICE: the same of the peer; all its candidates follow. It comes again, without
 *     @is_restart, when local credentials were restored or changed against the same remote ones
 * @RTC_CHANGE_REMOTE_CANDIDATE: @candidate for @transport; NULL: there are no more
 * @RTC_CHANGE_DTLS: @is_client and @fingerprints (array of RtcFingerprint) of the peer: handshake
 *     when ICE is ready. A second one for a transport asks for a new association (the peer has a
 *     new certificate): handshake anew
 * @RTC_CHANGE_TRANSCEIVER_ADDED: a remote description made @transceiver
 * @RTC_CHANGE_SEND: what @transceiver may send changed (codecs, payload types, extensions, on or
 *     off), or, while it is on, the transport did: read rtc_transceiver_get_send(). Codecs may be
 *     known while it is off
 * @RTC_CHANGE_RECEIVE: the same for receiving: routing and payload type maps. New sections of a
 *     local offer receive before the answer is there (RFC 9429 §5.9)
 * @RTC_CHANGE_TRACK_ADDED: the peer sends on @transceiver now (W3C: fire "track")
 * @RTC_CHANGE_TRACK_REMOVED: the peer stopped sending on it
 * @RTC_CHANGE_TRANSCEIVER_STOPPED: rejected or stopped for good, or made by an offer that was
 *     rolled back; it left rtc_session_get_transceivers() and stays valid
 * @RTC_CHANGE_DATA: the data section is negotiated: @transport, @local_port, @remote_port,
 *     @max_message_size
 * @RTC_CHANGE_DATA_CLOSED: it was rejected
 * @RTC_CHANGE_SIGNALING_STATE: the new state is rtc_session_get_signaling_state()
 */
typedef enum {
  RTC_CHANGE_TRANSPORT_ADDED,
  RTC_CHANGE_TRANSPORT_REMOVED,
  RTC_CHANGE_ICE_ROLE,
  RTC_CHANGE_LOCAL_ICE,
  RTC_CHANGE_REMOTE_ICE,
  RTC_CHANGE_REMOTE_CANDIDATE,
  RTC_CHANGE_DTLS,
  RTC_CHANGE_TRANSCEIVER_ADDED,
  RTC_CHANGE_SEND,
  RTC_CHANGE_RECEIVE,
  RTC_CHANGE_TRACK_ADDED,
  RTC_CHANGE_TRACK_REMOVED,
  RTC_CHANGE_TRANSCEIVER_STOPPED,
  RTC_CHANGE_DATA,
  RTC_CHANGE_DATA_CLOSED,
  RTC_CHANGE_SIGNALING_STATE,
} RtcChangeType;

/* Only the fields that the type names are set. A transport is known by its number, which is never
 * used again in the session. */
typedef struct {
  RtcChangeType type;
  guint transport;
  RtcTransceiver *transceiver;
  gboolean is_controlling;
  gboolean is_restart;
  gboolean is_client;
  gchar *ufrag;
  gchar *pwd;
  gchar *candidate;
  GPtrArray *fingerprints;
  guint local_port;
  guint remote_port;
  guint64 max_message_size;
} RtcChange;

RtcChange *rtc_change_new (RtcChangeType type);
void rtc_change_free (RtcChange *change);
const gchar *rtc_change_type_to_string (RtcChangeType type);
