/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The media side of a session: rtpbin, the application's pads, and an RTP session for each
 * transport that carries media. Nothing of it exists in a peer with data channels only. Owned by
 * the peer; functions on the session's loop except where said otherwise.
 */
#pragma once

#include "gstrtcpads.h"
#include "gstrtcrtpsession.h"

G_BEGIN_DECLS

typedef struct _GstRtcMedia GstRtcMedia;

typedef struct {
  /* streaming thread: what some sink pad will carry became known or changed */
  void (*caps_changed) (gpointer user_data);
} GstRtcMediaEvents;

GstRtcMedia *gst_rtc_media_new (GstBin *bin, const GstRtcMediaEvents *events, gpointer user_data);
void gst_rtc_media_free (GstRtcMedia *media);

/* Makes rtpbin when there is none yet. (transfer none), NULL when rtpmanager is not installed. */
GstElement *gst_rtc_media_ensure_rtpbin (GstRtcMedia *media);
void gst_rtc_media_set_latency (GstRtcMedia *media, guint latency_ms);
void gst_rtc_media_set_cname (GstRtcMedia *media, const gchar *cname);

/* A sink pad for the bin (transfer full, floating), and its end. */
GstPad *gst_rtc_media_add_sink_pad (
    GstRtcMedia *media, const gchar *name, GstPadTemplate *templ, GstRtcTransceiver *transceiver);
void gst_rtc_media_remove_sink_pad (GstRtcMedia *media, GstPad *pad);
gboolean gst_rtc_media_has_sink_pad (GstRtcMedia *media, GstRtcTransceiver *transceiver);
/* The pad that was @from's belongs to @to. */
void gst_rtc_media_move_sink_pad (
    GstRtcMedia *media, GstRtcTransceiver *from, GstRtcTransceiver *to);
/* (transfer full): what the transceiver's sink pad carries, or NULL when unknown. */
GstCaps *gst_rtc_media_get_send_caps (GstRtcMedia *media, GstRtcTransceiver *transceiver);
/* Whether every sink pad has caps: what it carries is settled. */
gboolean gst_rtc_media_has_all_caps (GstRtcMedia *media);
/* (transfer full) (nullable): the media stream id of its sink pad. */
gchar *gst_rtc_media_get_send_msid (GstRtcMedia *media, GstRtcTransceiver *transceiver);

/* Takes over what was negotiated for the @transceivers (element-type GstRtcTransceiver) of
 * @transport. */
void gst_rtc_media_configure (
    GstRtcMedia *media, GstRtcTransport *transport, GPtrArray *transceivers);
/* DTLS is connected, packets may flow; or the transport has ended. */
void gst_rtc_media_set_connected (
    GstRtcMedia *media, GstRtcTransport *transport, gboolean is_connected);
/* What some sink pad carries changed. */
void gst_rtc_media_update_senders (GstRtcMedia *media);
void gst_rtc_media_remove_transport (GstRtcMedia *media, GstRtcTransport *transport);
/* The pipeline's latency in nanoseconds, for RTCP. */
void gst_rtc_media_set_pipeline_latency (GstRtcMedia *media, GstClockTime latency);
/* The end of the stream on every source pad, so that files behind them are finished. */
void gst_rtc_media_end_source_pads (GstRtcMedia *media);
/* The RTP session of @transport's internal rtpsession object, for statistics (transfer full), or
 * NULL. */
GObject *gst_rtc_media_get_rtp_session (GstRtcMedia *media, guint transport);
/* (transfer full), or NULL. Any thread. */
GstRtcTransceiver *gst_rtc_media_find_source (GstRtcMedia *media, guint transport, guint32 ssrc);
GstCaps *gst_rtc_media_find_caps (GstRtcMedia *media, guint transport, guint pt);

G_END_DECLS
