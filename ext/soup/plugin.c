/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plugin rtcsoup: rtcsignaller, rtcwhepsrc, rtcwhipsink. */
#include "config.h"

#include "gstrtcsignaller.h"
#include "gstrtcwhipbase.h"

#include <gst/rtc/gstrtctranslation.h>

static gboolean
plugin_init (GstPlugin *plugin)
{
  gst_rtc_bind_translations ();
  return GST_ELEMENT_REGISTER (rtcsignaller, plugin) && GST_ELEMENT_REGISTER (rtcwhepsrc, plugin) &&
      GST_ELEMENT_REGISTER (rtcwhipsink, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, rtcsoup, "WebRTC signalling over HTTP",
    plugin_init, VERSION, GST_LICENSE, GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
