/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtcsignaller: offer, answer, trickle and restart over HTTP, for webrtcbin and rtcbin. */
#pragma once

#include <gst/gst.h>

#include "client/rtcclientelement.h"
#include "peer/rtcpeerpool.h"
#include "server/rtcrelay.h"
#include "rtcsignallersettings.h"

G_BEGIN_DECLS

#define GST_TYPE_RTC_SIGNALLER (gst_rtc_signaller_get_type ())
G_DECLARE_FINAL_TYPE (GstRtcSignaller, gst_rtc_signaller, GST, RTC_SIGNALLER, GstBin)
/* The one session of a client. */
#define GST_RTC_SIGNALLER_CLIENT_ID "client"

struct _GstRtcSignaller {
  GstBin parent;
  /* Under the object lock. */
  RtcSignallerSettings settings;
  gchar *url;
  guint bound_port;
  guint n_sessions;
  RtcClientElement *client;
  /* From READY to PAUSED and back; the loop itself and state changes may read it without. */
  RtcLoop *loop;
  RtcPeerPool *pool;
  RtcRelay *relay;
  gboolean is_relay;
  /* Written before the server starts. */
  gboolean is_certificate_made;
  /* The loop's alone. */
  RtcSignallerServer *server;
  RtcLoopTimer *refill_timer;
  gboolean is_refilling;
  RtcLoopTimer *certificate_timer;
};

GST_ELEMENT_REGISTER_DECLARE (rtcsignaller);

/* gstrtcsignallersessions.c: the peers of the sessions, made and taken down on worker threads. A
 * @key is a session's, not the id that its client knows. */

/* On a worker thread. (transfer full). @out_is_made: by the application, which also links what the
 * peer receives. */
GstElement *gst_rtc_signaller_obtain_peer (
    GstRtcSignaller *self, const gchar *key, gboolean *out_is_made, GError **error);
/* On the loop: the peer of session @key comes to its server later. */
void gst_rtc_signaller_make_peer (
    GstRtcSignaller *self, const gchar *key, const RtcSignallerPurpose *purpose);
/* Makes the spares that are missing. And, on the loop: soon, but once the answer is out. */
void gst_rtc_signaller_fill_spares (gpointer self);
void gst_rtc_signaller_refill (GstRtcSignaller *self);
void gst_rtc_signaller_drop_peer (GstRtcSignaller *self, const gchar *key, RtcLoop *loop);
/* Any thread: session @id, or the client's only one. */
void gst_rtc_signaller_end_session (GstRtcSignaller *self, const gchar *id, const gchar *reason);
/* Any thread. TRUE: @message is the affair of session @id, and not the pipeline's. */
gboolean gst_rtc_signaller_take_message (
    GstRtcSignaller *self, const gchar *id, GstMessage *message);

/* gstrtcsignallerevents.c: what the server tells, as messages, signals and properties */

extern const RtcSignallerServerFuncs gst_rtc_signaller_server_funcs;
void gst_rtc_signaller_count_sessions (GstRtcSignaller *self, gint change);

/* gstrtcsignallercertificate.c */

/* FALSE: why not is on the bus. NULL without HTTPS. */
gboolean gst_rtc_signaller_load_certificate (
    GstRtcSignaller *self, GTlsCertificate **out_certificate);
/* On the loop, with the server. */
void gst_rtc_signaller_watch_certificate (GstRtcSignaller *self);
void gst_rtc_signaller_unwatch_certificate (GstRtcSignaller *self);

/* gstrtcsignallerstart.c: from READY to PAUSED and back. FALSE: why not is on the bus. */

gboolean gst_rtc_signaller_start (GstRtcSignaller *self);
void gst_rtc_signaller_stop (GstRtcSignaller *self);

G_END_DECLS
