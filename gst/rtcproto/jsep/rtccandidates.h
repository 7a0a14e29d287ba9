/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Trickled candidates (RFC 8838, RFC 8840): found their section, generation and transport, and
 * written into the descriptions. Each function changes one state; the session calls it for the one
 * that a rollback restores, too.
 */
#pragma once

#include "jsep/rtcstate.h"

typedef struct {
  guint mline;
  const gchar *mid;       /* NULL: @mline says it */
  const gchar *candidate; /* NULL: the end of candidates */
} RtcTrickled;

/* -1 when no section of the remote description is meant. */
gint rtc_candidates_find_section (const RtcDescription *remote, const RtcTrickled *trickled);
/* TRUE: for @out_transport now. FALSE: written down for later, or not wanted. @ufrag: of the
 * candidate's own, or NULL. */
gboolean rtc_candidates_add_remote (
    RtcState *state, const RtcTrickled *trickled, const gchar *ufrag, guint *out_transport);
/* FALSE: no section uses @transport. @out_mline: its owner. */
gboolean rtc_candidates_add_local (
    RtcState *state, guint transport, const gchar *candidate, guint *out_mline);
