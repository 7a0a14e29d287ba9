/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Everything that descriptions decide, as one value. A description is applied to a copy, the copy
 * replaces the state when all went well, and the difference of the two is the list of changes.
 * A rollback puts the last stable state back (RFC 9429 §4.1.10.2). Owned by the session.
 */
#pragma once

#include "jsep/rtcmedia.h"
#include "jsep/rtcpayloads.h"
#include "jsep/rtcsignaling.h"
#include "jsep/rtctransports.h"

/* One m= line over the session's life (RFC 9429 §5.2.2: it is recycled, never removed). */
typedef struct {
  gchar *mid;
  RtcKind kind;
  RtcTransceiver *transceiver; /* not owned; NULL: data, rejected, unknown */
  gint transport;              /* -1: none */
  gint offered_transport;      /* the one of the local offer that waits for its answer */
  gboolean is_rejected;        /* by the last answer: may be recycled */
} RtcLine;

typedef struct {
  gboolean is_open;
  gboolean is_rejected; /* by the last answer, and not before */
  guint transport;
  guint local_port;
  guint remote_port;
  guint64 max_message_size;
} RtcDataSection;

typedef struct {
  RtcSignalingState signaling;
  gboolean has_role;
  gboolean is_controlling;
  GPtrArray *lines;
  GPtrArray *media;
  GPtrArray *transports;
  guint next_transport;
  RtcDataSection data;
  RtcPayloads *payloads;
  guint next_mid;    /* larger than every number that was a mid */
  GPtrArray *groups; /* of GStrv: as answered */
  RtcDescription *current_local;
  RtcDescription *pending_local;
  RtcDescription *current_remote;
  RtcDescription *pending_remote;
  gboolean is_current_local_offer;
  RtcSdpType local_type;
  RtcSdpType remote_type;
  GPtrArray
      *made; /* owned RtcTransceiver that the peer's offer made, until the session takes them */
} RtcState;

RtcState *rtc_state_new (void);
/* Without the media of stopped transceivers. */
RtcState *rtc_state_copy (const RtcState *state);
void rtc_state_free (RtcState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcState, rtc_state_free)

RtcLine *rtc_state_get_line (const RtcState *state, guint index);
/* The line, made when there is none, empty of what it was used for before when @mid is another. */
RtcLine *rtc_state_use_line (RtcState *state, guint index, const gchar *mid, RtcKind kind);
gint rtc_state_find_mid (const RtcState *state, const gchar *mid);
RtcMedia *rtc_state_find_media (const RtcState *state, const RtcTransceiver *transceiver);
RtcMedia *rtc_state_add_media (RtcState *state, RtcTransceiver *transceiver, guint mline);
RtcTransport *rtc_state_find_transport (const RtcState *state, gint number);
/* The pending description, or else the current one, or NULL. */
RtcDescription *rtc_state_get_local (const RtcState *state);
RtcDescription *rtc_state_get_remote (const RtcState *state);
/* The section of the last description, or NULL. */
RtcSection *rtc_state_get_local_section (const RtcState *state, guint index);
RtcSection *rtc_state_get_remote_section (const RtcState *state, guint index);
