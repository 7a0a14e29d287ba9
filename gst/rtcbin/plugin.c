/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plugin with rtcbin. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrtcbin.h"
#include "gstrtcwebrtctypes.h"

#include <gst/rtc/gstrtctranslation.h>

static gboolean
plugin_init (GstPlugin *plugin)
{
  const gchar *type;

  if (!gst_rtc_webrtc_types_check (&type)) {
    GST_ERROR ("The installed gstreamer-webrtc library has another layout of %s than 1.22's: "
               "rtcbin is not available with it",
        type);
    return FALSE;
  }
  gst_rtc_bind_translations ();
  return GST_ELEMENT_REGISTER (rtcbin, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, rtcbin, "WebRTC peer connection",
    plugin_init, VERSION, GST_LICENSE, GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
