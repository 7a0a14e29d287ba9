/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stands between a socket and libsoup's WebSocket code, and lets bytes through unchanged until a
 * message in many fragments, or a flood that is faster than it can be handled, would take memory
 * without bound: libsoup 3.2 bounds neither (CVE-2025-32049). A GConverter for a
 * GConverterInputStream; owned by the WebSocket.
 */
#pragma once

#include <gio/gio.h>

#define RTC_TYPE_FRAME_METER (rtc_frame_meter_get_type ())
G_DECLARE_FINAL_TYPE (RtcFrameMeter, rtc_frame_meter, RTC, FRAME_METER, GObject)

/* Once, before the stream fails. */
typedef void (*RtcFrameMeterFunc) (guint close_code, const gchar *reason, gpointer user_data);

GConverter *rtc_frame_meter_new (
    guint64 max_message_bytes, RtcFrameMeterFunc func, gpointer user_data);
