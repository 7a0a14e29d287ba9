/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What rtcwhepsrc and rtcwhipsink have in common: a bin with one peer, a client of an HTTP server,
 * and a URI that names it. They add the pads.
 */
#pragma once

#include "client/rtcclientelement.h"

#define GST_TYPE_RTC_WHIP_BASE (gst_rtc_whip_base_get_type ())
G_DECLARE_DERIVABLE_TYPE (GstRtcWhipBase, gst_rtc_whip_base, GST, RTC_WHIP_BASE, GstBin)

struct _GstRtcWhipBaseClass {
  GstBinClass parent_class;
  RtcClientDialect dialect;
  GstURIType uri_type;
  /* NULL-terminated. */
  const gchar *const *protocols;
};

/* The peer element in it; NULL where none is installed. Borrowed. */
GstElement *gst_rtc_whip_base_get_peer (GstRtcWhipBase *self);

#define GST_TYPE_RTC_WHEP_SRC (gst_rtc_whep_src_get_type ())
G_DECLARE_FINAL_TYPE (GstRtcWhepSrc, gst_rtc_whep_src, GST, RTC_WHEP_SRC, GstRtcWhipBase)
GST_ELEMENT_REGISTER_DECLARE (rtcwhepsrc)

#define GST_TYPE_RTC_WHIP_SINK (gst_rtc_whip_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstRtcWhipSink, gst_rtc_whip_sink, GST, RTC_WHIP_SINK, GstRtcWhipBase)
GST_ELEMENT_REGISTER_DECLARE (rtcwhipsink)
