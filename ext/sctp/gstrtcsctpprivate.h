/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The struct of the element and the functions that its files share. */
#pragma once

#include "rtcsctpassociation.h"

typedef struct _GstRtcSctp GstRtcSctp;

struct _GstRtcSctp {
  GstElement parent;

  GstPad *sink;
  GstPad *src;

  /* The object lock protects what follows. */
  RtcLoop *loop;
  RtcSctpAssociation *association;
  RtcSctpAssociationConfig config;
  gboolean is_auto_start;
  GHashTable *stream_pads; /* stream -> GstPad: the src_%u ones */

  /* Threads of sink_%u pads wait here for room, for the connection, or for the end. */
  GMutex room_lock;
  GCond room_cond;
  gboolean is_flushing;

  /* Set before start, used on the loop alone. */
  GstRtcDataListener listener;
  gpointer listener_data;
};

/* (transfer full), NULL outside of PAUSED and PLAYING */
RtcSctpAssociation *gst_rtc_sctp_get_association (GstRtcSctp *self);

/* gstrtcsctpstreams.c: the pads of streams. */
GstPad *gst_rtc_sctp_request_new_pad (
    GstElement *element, GstPadTemplate *templ, const gchar *name, const GstCaps *caps);
void gst_rtc_sctp_release_pad (GstElement *element, GstPad *pad);
/* (transfer full) the src_%u pad of @stream, or NULL */
GstPad *gst_rtc_sctp_find_stream_pad (GstRtcSctp *self, guint16 stream);

GST_DEBUG_CATEGORY_EXTERN (rtc_sctp_debug);
