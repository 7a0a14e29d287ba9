/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The SSRCs for which rtpbin holds a stream (jitter buffer, pads) in one RTP session, in the order
 * in which they came, and which of them the peer does not send any more. Owned by the RTP session.
 * Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* As many as the router knows. */
#define GST_RTC_STREAM_SET_MAX 64u

typedef struct _GstRtcStreamSet GstRtcStreamSet;

GstRtcStreamSet *gst_rtc_stream_set_new (void);
void gst_rtc_stream_set_free (GstRtcStreamSet *set);

void gst_rtc_stream_set_add (GstRtcStreamSet *set, guint32 ssrc);
void gst_rtc_stream_set_remove (GstRtcStreamSet *set, guint32 ssrc);
gboolean gst_rtc_stream_set_contains (GstRtcStreamSet *set, guint32 ssrc);
gboolean gst_rtc_stream_set_is_full (GstRtcStreamSet *set);
/* The source has ended, or is there again. Nothing happens when the set does not have it. */
void gst_rtc_stream_set_mark (GstRtcStreamSet *set, guint32 ssrc, gboolean has_ended);
/* The oldest one that has ended; FALSE when none has. */
gboolean gst_rtc_stream_set_find_ended (GstRtcStreamSet *set, guint32 *out_ssrc);

G_END_DECLS
