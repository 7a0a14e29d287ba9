/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How the elements of one session find their loop: a GstContext of type GST_RTC_LOOP_CONTEXT that
 * the session's bin sets on its children. An element that got none takes a loop of its own.
 */
#pragma once

#include <gst/rtc/rtcloop.h>

G_BEGIN_DECLS

#define GST_RTC_LOOP_CONTEXT "gst.rtc.Loop"

GstContext *gst_rtc_loop_context_new (RtcLoop *loop);
/* (transfer none): the loop in @context, NULL when it is of another type. */
RtcLoop *gst_rtc_loop_context_get (GstContext *context);
/* (transfer full): the loop that was set on @element by gst_element_set_context(), or else
 * rtc_loop_acquire(). */
RtcLoop *gst_rtc_element_get_loop (GstElement *element);

/* Pushes stream-start, caps (when not NULL) and a time segment on a source pad, so that packets may
 * follow. Call it when the pad is activated. @media_type: for example "application/x-dtls". */
void gst_rtc_pad_push_initial_events (GstPad *pad, const gchar *media_type);

G_END_DECLS
