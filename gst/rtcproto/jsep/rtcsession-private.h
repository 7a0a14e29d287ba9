/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The session as this folder sees it: settings, transceivers, the state that descriptions decide,
 * and what createOffer and createAnswer made last.
 */
#pragma once

#include "base/rtcrandom.h"
#include "jsep/rtcstate.h"
#include "jsep/rtctransceiver-private.h"

/* Transceivers that a session makes in its life, those of the peer's offers included. */
#define RTC_SESSION_MAX_TRANSCEIVERS 1024

typedef struct _RtcSession RtcSession;

struct _RtcSession {
  RtcRandom random;
  RtcBundlePolicy policy;
  RtcFingerprint *fingerprint;
  GPtrArray *codecs[2];  /* by RtcKind */
  GPtrArray *extmaps[2]; /* by RtcKind */
  gboolean is_answer_active;
  gboolean has_data;
  gchar *cname;
  guint64 id;

  GPtrArray *transceivers;     /* not owned: in the order of their creation, without stopped ones */
  GPtrArray *all_transceivers; /* owned */
  RtcState *state;
  RtcState *stable; /* what a rollback restores; NULL in stable */

  RtcDescription *last_offer;
  GPtrArray *last_offer_transceivers; /* by section; NULL where there is none */
  RtcDescription *last_answer;
  GPtrArray *ufrags_to_replace; /* W3C [[LocalIceCredentialsToReplace]] */
};

/* (transfer none): what the transceiver offers and answers. */
GPtrArray *rtc_session_get_codecs (const RtcSession *session, const RtcTransceiver *transceiver);
