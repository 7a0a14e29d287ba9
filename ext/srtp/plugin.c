/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plugin rtcsrtp: SRTP with libsrtp2, its ciphers by OpenSSL. */
#include "config.h"

#include "gstrtcsrtp.h"

#include <gst/rtc/gstrtctranslation.h>

static gboolean
plugin_init (GstPlugin *plugin)
{
  gst_rtc_bind_translations ();
  return GST_ELEMENT_REGISTER (rtcsrtp, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, rtcsrtp,
    "SRTP and SRTCP for WebRTC sessions", plugin_init, VERSION, GST_LICENSE, GST_PACKAGE_NAME,
    GST_PACKAGE_ORIGIN)
