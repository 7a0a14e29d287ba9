/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The data channels of one session: joins the core's channel table, the data transport and the
 * GObjects that applications hold. Owned by the peer; everything on the session's loop.
 */
#pragma once

#include "gstrtcdatachannel.h"

G_BEGIN_DECLS

typedef struct _GstRtcChannelSet GstRtcChannelSet;

/* @prepare: a channel object was made, nothing has happened on it yet; @announced: the peer made
 * it, it is open right after. */
typedef struct {
  void (*prepare) (GstWebRTCDataChannel *channel, gboolean is_local, gpointer user_data);
  void (*announced) (GstWebRTCDataChannel *channel, gpointer user_data);
} GstRtcChannelSetEvents;

GstRtcChannelSet *gst_rtc_channel_set_new (
    RtcLoop *loop, const GstRtcChannelSetEvents *events, gpointer user_data);
void gst_rtc_channel_set_free (GstRtcChannelSet *set);

/* @options: the fields of webrtcbin's create-data-channel, or NULL. (transfer full) */
GstRtcDataChannel *gst_rtc_channel_set_create (
    GstRtcChannelSet *set, const gchar *label, const GstStructure *options, GError **error);
/* The association to use, and our DTLS role (RFC 8832 §6: the client takes even numbers). */
void gst_rtc_channel_set_set_transport (
    GstRtcChannelSet *set, GstRtcDataTransport *transport, gboolean is_client);
gboolean gst_rtc_channel_set_is_connected (GstRtcChannelSet *set);
/* Closes all channels; @reason may be NULL. */
void gst_rtc_channel_set_close (GstRtcChannelSet *set, const GError *reason);

typedef struct {
  guint opened;
  guint closed;
} GstRtcChannelSetCounts;

void gst_rtc_channel_set_get_counts (GstRtcChannelSet *set, GstRtcChannelSetCounts *out_counts);
/* (transfer full) (element-type GstRtcDataChannel): those that are not closed. */
GPtrArray *gst_rtc_channel_set_list (GstRtcChannelSet *set);

G_END_DECLS
