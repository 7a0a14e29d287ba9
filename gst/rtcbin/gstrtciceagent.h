/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What applications of webrtcbin do with its ICE agent: ports, addresses and servers. Here these
 * are settings of the bin, so this object only passes them on to its properties; streams and
 * candidates cannot be handled through it. Owned by the bin, which it does not keep alive.
 */
#pragma once

#include <gst/webrtc/webrtc.h>

G_BEGIN_DECLS

#define GST_RTC_TYPE_ICE_AGENT (gst_rtc_ice_agent_get_type ())
G_DECLARE_FINAL_TYPE (GstRtcIceAgent, gst_rtc_ice_agent, GST_RTC, ICE_AGENT, GstWebRTCICE)

/* (transfer full); @bin: with the properties of rtcbin */
GstRtcIceAgent *gst_rtc_ice_agent_new (GstElement *bin);

G_END_DECLS
