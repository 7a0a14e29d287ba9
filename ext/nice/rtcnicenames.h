/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Remote candidates whose address is a name (mDNS: draft-ietf-mmusic-mdns-ice-candidates).
 * GResolver asks, and its answer comes back through the agent's context. RtcNiceAgent owns one as
 * soon as such a candidate comes. All functions run on the loop, and so does the callback.
 */
#pragma once

#include "rtcnicecontext.h"

#include <nice/agent.h>

G_BEGIN_DECLS

typedef struct _RtcNiceNames RtcNiceNames;

/* @candidate: (transfer none) has the address now */
typedef void (*RtcNiceNamesFunc) (const NiceCandidate *candidate, gpointer user_data);

RtcNiceNames *rtc_nice_names_new (
    RtcLoop *loop, RtcNiceContext *context, RtcNiceNamesFunc found, gpointer user_data);
/* Ends the callbacks. NULL is fine. */
void rtc_nice_names_free (RtcNiceNames *names);
/* @candidate: (transfer full) has the port. A name that nobody knows within 2 s is no error: the
 * peer's own checks will show its address. */
void rtc_nice_names_resolve (RtcNiceNames *names, NiceCandidate *candidate, const gchar *name);

G_END_DECLS
