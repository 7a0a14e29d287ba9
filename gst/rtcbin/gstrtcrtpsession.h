/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The RTP session of one transport: its pads of rtpbin, the routing of what arrives (RFC 9143
 * §9.2), retransmission (RFC 4588), and the funnel through which its senders go. Owned by the
 * media object; on the session's loop except where the table answers rtpbin.
 */
#pragma once

#include "gstrtcrtptable.h"
#include "gstrtcsendstage.h"
#include "gstrtctransport.h"

G_BEGIN_DECLS

typedef struct _GstRtcRtpSession GstRtcRtpSession;

/* Makes the session's pads of @rtpbin and links them with @transport's SRTP element.
 * @transceivers (element-type GstRtcTransceiver): those of the transport, now. */
GstRtcRtpSession *gst_rtc_rtp_session_new (
    GstBin *bin, GstElement *rtpbin, GstRtcTransport *transport);
void gst_rtc_rtp_session_free (GstRtcRtpSession *session);

guint gst_rtc_rtp_session_get_id (GstRtcRtpSession *session);
GstRtcRtpTable *gst_rtc_rtp_session_get_table (GstRtcRtpSession *session);
/* Takes over what was negotiated for these transceivers; all that are not in the array are
 * forgotten. Call it before link(). */
void gst_rtc_rtp_session_configure (GstRtcRtpSession *session, GPtrArray *transceivers);
/* Asks rtpbin for its pads, once. rtpbin's request-aux-... signals come during this call. */
void gst_rtc_rtp_session_link (GstRtcRtpSession *session);

/* (transfer full) floating, or NULL when there is nothing to put in: the answer to rtpbin's
 * request-aux-receiver. */
GstElement *gst_rtc_rtp_session_make_aux_receiver (GstRtcRtpSession *session);

/* Joins a stage to the funnel. FALSE: it is joined already. */
gboolean gst_rtc_rtp_session_add_stage (GstRtcRtpSession *session, GstRtcSendStage *stage);
void gst_rtc_rtp_session_remove_stage (GstRtcRtpSession *session, GstRtcSendStage *stage);
/* Tells the session how late the sinks of the pipeline play (nanoseconds), which RTCP's times need.
 */
void gst_rtc_rtp_session_set_latency (GstRtcRtpSession *session, GstClockTime latency);
/* The peer does not send with this SSRC any more; or does, from now on. Any thread. rtpbin's stream
 * of an SSRC that is gone stays, so that it can come back, until another one needs its place. */
void gst_rtc_rtp_session_note_gone (GstRtcRtpSession *session, guint32 ssrc);
void gst_rtc_rtp_session_note_present (GstRtcRtpSession *session, guint32 ssrc);
/* rtpbin made a stream with this jitter buffer, whose thread is to wait while a list of packets
 * arrives. */
void gst_rtc_rtp_session_add_stream (
    GstRtcRtpSession *session, guint32 ssrc, GstElement *jitterbuffer);
/* Packets of @ssrc and @pt may leave at @pad, rtcbin's, as long as its target is @target, rtpbin's.
 * Any thread. */
void gst_rtc_rtp_session_open_outlet (
    GstRtcRtpSession *session, guint32 ssrc, GstPad *pad, GstPad *target, guint pt);
/* Packets that no section takes. */
guint64 gst_rtc_rtp_session_get_dropped (GstRtcRtpSession *session);

G_END_DECLS
