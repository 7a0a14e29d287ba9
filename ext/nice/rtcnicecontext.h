/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The GMainContext of a NiceAgent, turned by a loop. Agents whose sockets are opened when they
 * gather, and closed when they end, share one with others of their loop: that saves a descriptor
 * and, of agents that wake at the same time, a turn. An agent that opens sockets as it goes (TCP,
 * TURN) has a context of its own. Each agent holds a reference of its context.
 *
 * All functions run on the loop.
 */
#pragma once

#include <gst/rtc/rtcloop.h>
#include <nice/agent.h>

G_BEGIN_DECLS

/* The one component that an agent's stream has (RTP and RTCP share it: RFC 5761). */
#define RTC_NICE_COMPONENT 1

typedef struct _RtcNiceContext RtcNiceContext;

/* (transfer full) One with room for another agent, or a new one. @is_alone: no other agent gets it,
 * and what it polls may change as it goes. */
RtcNiceContext *rtc_nice_context_acquire (RtcLoop *loop, gboolean is_alone);
RtcNiceContext *rtc_nice_context_ref (RtcNiceContext *context);
void rtc_nice_context_release (RtcNiceContext *context);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcNiceContext, rtc_nice_context_release)

GMainContext *rtc_nice_context_get (RtcNiceContext *context);
/* After a call that may have changed sources or deadlines. */
void rtc_nice_context_refresh (RtcNiceContext *context);
/* After an agent has opened sockets. */
void rtc_nice_context_note_sockets (RtcNiceContext *context, NiceAgent *nice, guint stream_id);
/* Takes both: the agent's last reference, and the one that it held. */
void rtc_nice_context_end_agent (RtcNiceContext *context, NiceAgent *nice, guint stream_id);
/* From now on one of its agents opens sockets as it goes. */
void rtc_nice_context_expect_changes (RtcNiceContext *context);

G_END_DECLS
