/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plugin rtcsctp: SCTP data channels with usrsctp (RFC 8831, RFC 9260). */
#include "config.h"

#include "gstrtcsctp.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  return GST_ELEMENT_REGISTER (rtcsctp, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, rtcsctp,
    "SCTP associations for WebRTC data channels", plugin_init, VERSION, GST_LICENSE,
    GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
