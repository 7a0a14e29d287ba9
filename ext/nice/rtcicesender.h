/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The way out: where packets go now, for the threads that send them. The loop changes the target,
 * any thread sends; a lock guards only the look-up, so a restart never waits for a system call.
 * GstRtcNice owns it, RtcIceSession directs it.
 */
#pragma once

#include "rtcdirectsocket.h"

#include <gst/gst.h>
#include <nice/agent.h>

G_BEGIN_DECLS

/* libnice has none. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NiceAgent, g_object_unref)

typedef struct _RtcIceSender RtcIceSender;

RtcIceSender *rtc_ice_sender_new (void);
void rtc_ice_sender_free (RtcIceSender *sender);

/* The loop: what follows goes through libnice, past it, or nowhere. (transfer none) */
void rtc_ice_sender_set_agent (RtcIceSender *sender, NiceAgent *agent, guint stream_id);
void rtc_ice_sender_set_direct (
    RtcIceSender *sender, RtcDirectSocket *direct, const RtcSocketAddress *to);
void rtc_ice_sender_clear (RtcIceSender *sender);

/* Any thread. Packets that cannot go are dropped and counted: UDP promises no more. */
void rtc_ice_sender_send (RtcIceSender *sender, GstBufferList *list);
RtcUdpSenderCounts rtc_ice_sender_get_counts (RtcIceSender *sender);

G_END_DECLS
