/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The way of one generation's packets: past libnice through an RtcDirectSocket, or through libnice
 * where that cannot be (TCP, a relay, a system that does not steer). With it goes what must be
 * known of the pair: which addresses are the peer's, and whether the peer still consents.
 * RtcIceSession owns one for each generation; all runs on the loop.
 */
#pragma once

#include "rtcicesender.h"
#include "rtcicesettings.h"
#include "rtcniceagent.h"

G_BEGIN_DECLS

typedef struct _RtcIcePath RtcIcePath;

/**
 * RtcIcePathListener:
 * @get_inbox: the list that arrived packets are to be added to; it is looked at after this turn
 * @deadline_changed: rtc_ice_path_get_deadline() may be earlier than it was
 * @moved: the peer is at another address now, which is the pair's from here on
 */
typedef struct {
  GstBufferList *(*get_inbox) (gpointer user_data);
  void (*deadline_changed) (RtcIcePath *path, gpointer user_data);
  void (*moved) (RtcIcePath *path, gpointer user_data);
} RtcIcePathListener;

/* @agent outlives it. */
RtcIcePath *rtc_ice_path_new (RtcLoop *loop, RtcNiceAgent *agent, const RtcIceSettings *settings,
    const RtcIcePathListener *listener, gpointer user_data);
/* Packets that have arrived are still added to the inbox. NULL is fine. */
void rtc_ice_path_free (RtcIcePath *path);

/* @pair: (transfer full) */
void rtc_ice_path_select (RtcIcePath *path, RtcNicePair *pair);
/* NULL: none was selected yet. */
const RtcNicePair *rtc_ice_path_get_pair (RtcIcePath *path);
/* A check with the right password came from @address. */
void rtc_ice_path_validate (RtcIcePath *path, const NiceAddress *address);
/* libnice has delivered a packet. */
void rtc_ice_path_note_packet (RtcIcePath *path);
void rtc_ice_path_direct_sender (RtcIcePath *path, RtcIceSender *sender);

GstClockTime rtc_ice_path_get_deadline (RtcIcePath *path);
void rtc_ice_path_handle_deadline (RtcIcePath *path);
/* No sign of life for the time of disconnected-timeout. */
gboolean rtc_ice_path_is_silent (RtcIcePath *path);
/* RFC 7675 §5.1: packets must not be sent any more. */
gboolean rtc_ice_path_is_expired (RtcIcePath *path);

/* "direct", "agent" */
const gchar *rtc_ice_path_get_name (RtcIcePath *path);
/* GST_CLOCK_TIME_NONE while unknown */
GstClockTime rtc_ice_path_get_round_trip (RtcIcePath *path);
/* Since the last sign of life; GST_CLOCK_TIME_NONE while silence means nothing. */
GstClockTime rtc_ice_path_get_idle_time (RtcIcePath *path);
/* Packets that were dropped because of where they came from. */
guint64 rtc_ice_path_get_strangers (RtcIcePath *path);

G_END_DECLS
