/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stands between a socket and libsoup's WebSocket code, and lets bytes through unchanged until a
 * message in many fragments, a flood that is faster than it can be handled, or pings whose pongs
 * nobody reads would take memory without bound: libsoup 3.2 bounds none of them (CVE-2025-32049). A
 * GConverter for a GConverterInputStream; owned by the WebSocket.
 */
#pragma once

#include <gio/gio.h>

#define RTC_TYPE_FRAME_METER (rtc_frame_meter_get_type ())
G_DECLARE_FINAL_TYPE (RtcFrameMeter, rtc_frame_meter, RTC, FRAME_METER, GObject)

typedef struct {
  /* Once, before the stream fails. */
  void (*passed) (guint close_code, const gchar *reason, gpointer user_data);
  /* There are pings in what is read now: rtc_frame_meter_forget_pings() when their pongs have gone.
   */
  void (*pinged) (gpointer user_data);
} RtcFrameMeterFuncs;

GConverter *rtc_frame_meter_new (
    guint64 max_message_bytes, const RtcFrameMeterFuncs *funcs, gpointer user_data);
void rtc_frame_meter_forget_pings (RtcFrameMeter *self);
