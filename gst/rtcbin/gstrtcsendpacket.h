/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The packets that leave the session, written from those that the application gives: a copy each,
 * in a block of memory with room for what SRTP appends, with the negotiated payload type and SSRC
 * in it. So nothing behind copies again. Pure functions, any thread.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What was negotiated for one sending pad. */
typedef struct {
  guint32 ssrc;
  guint32 rtx_ssrc;
  guint8 pt;
  guint8 rtx_pt;
  gboolean has_rtx;
} GstRtcSendFormat;

/* (transfer full): packets that are no RTP are left out. @list stays the caller's. */
GstBufferList *gst_rtc_send_packet_copy_list (const GstRtcSendFormat *format, GstBufferList *list);
/* (transfer full), or NULL: no RTP. @packet stays the caller's. */
GstBuffer *gst_rtc_send_packet_copy (const GstRtcSendFormat *format, GstBuffer *packet);
/* RFC 4588 §4: @packet once more, with the retransmission's payload type, SSRC and @sequence, and
 * its own sequence number before the payload. (transfer full), or NULL: no RTP. */
GstBuffer *gst_rtc_send_packet_repeat (
    const GstRtcSendFormat *format, GstBuffer *packet, guint16 sequence);

/* FALSE: shorter than a header. */
gboolean gst_rtc_send_packet_get_sequence (GstBuffer *packet, guint16 *out_sequence);

G_END_DECLS
