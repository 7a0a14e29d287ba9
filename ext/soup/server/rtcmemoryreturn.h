/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * When many sessions have ended, what they took goes back to the system: malloc and, before GLib
 * 2.76, the slice allocator keep it otherwise, for good. Decides when; the server owns it and says
 * how many sessions there are. Lives on the loop, works on a thread of GLib's pool.
 */
#pragma once

#include <gst/rtc/rtcloop.h>

typedef struct _RtcMemoryReturn RtcMemoryReturn;

/* Fewer sessions are not worth a walk through the whole heap. */
#define RTC_MEMORY_RETURN_MIN_SESSIONS 32
/* The slice allocator lets go of what nobody has used for 15 s; and whoever comes back after an
 * outage does it sooner, and is served from what is still there. */
#define RTC_MEMORY_RETURN_DELAY (20 * GST_SECOND)

/* @give_back is called on the loop, and must not block: rtc_memory_give_back(). */
RtcMemoryReturn *rtc_memory_return_new (RtcLoop *loop, void (*give_back) (void));
/* There are @n_sessions now. When half of the most that there were since the last time have ended,
 * and these are RTC_MEMORY_RETURN_MIN_SESSIONS, memory is given back RTC_MEMORY_RETURN_DELAY
 * later, unless as many have come again. */
void rtc_memory_return_note (RtcMemoryReturn *self, guint n_sessions);
/* NULL is fine. */
void rtc_memory_return_free (RtcMemoryReturn *self);

/* Gives back what is free, on another thread. Does nothing where the C library has no
 * malloc_trim(). */
void rtc_memory_give_back (void);
