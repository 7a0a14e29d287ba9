/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The element rtcbin (its documentation is in gstrtcbin.c), and what the files of it share: the
 * class, its actions, its pads, and what it reports.
 */
#pragma once

#include "gstrtciceagent.h"
#include "gstrtcpeer.h"

G_BEGIN_DECLS

#define GST_RTC_TYPE_BIN (gst_rtc_bin_get_type ())
G_DECLARE_FINAL_TYPE (GstRtcBin, gst_rtc_bin, GST_RTC, BIN, GstBin)

GST_ELEMENT_REGISTER_DECLARE (rtcbin)

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_bin_debug);

struct _GstRtcBin {
  GstBin parent;

  GMutex lock; /* for making the peer */
  RtcLoop *loop;
  GstRtcPeer *peer;

  /* under the object lock */
  GstRtcPeerSettings settings;
  GstRtcPeerStates states;
  gchar *selected_pair;
  GHashTable *eos_pads; /* sink pads that got EOS */
  guint next_pad;
  GstClockTime latency; /* of the pipeline */
  GstRtcIceAgent *ice_agent;
};

/* The loop and the peer are fixed with the first use. (transfer none) */
GstRtcPeer *gst_rtc_bin_get_peer (GstRtcBin *bin);
RtcLoop *gst_rtc_bin_get_loop (GstRtcBin *bin);

/* gstrtcactions.c: the action signals */
void gst_rtc_bin_install_actions (GObjectClass *klass);
/* (transfer full), or NULL */
GstWebRTCSessionDescription *gst_rtc_bin_dup_description (
    GstRtcBin *bin, GstRtcDescriptionSlot slot);
GstRtcSctpTransport *gst_rtc_bin_dup_sctp_transport (GstRtcBin *bin);
/* Runs the peer's function on the loop and waits. */
void gst_rtc_bin_close_now (GstRtcBin *bin);
void gst_rtc_bin_reopen_now (GstRtcBin *bin);
void gst_rtc_bin_set_ready_now (GstRtcBin *bin);
void gst_rtc_bin_apply_settings (GstRtcBin *bin);

/* gstrtcbinpads.c: pad requests and the end of streams */
GstPad *gst_rtc_bin_request_new_pad (
    GstElement *element, GstPadTemplate *templ, const gchar *name, const GstCaps *caps);
void gst_rtc_bin_release_pad (GstElement *element, GstPad *pad);
gboolean gst_rtc_bin_send_event (GstElement *element, GstEvent *event);
gboolean gst_rtc_bin_query (GstElement *element, GstQuery *query);

/* gstrtcbinevents.c: what the peer tells, as signals, notifications and bus messages */
extern const GstRtcPeerEvents gst_rtc_bin_peer_events;
void gst_rtc_bin_install_signals (GObjectClass *klass);

G_END_DECLS
