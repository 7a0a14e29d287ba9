/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plugin rtcav1: AV1 in RTP packets. */

#include "config.h"

#include "gstrtpav1depay.h"
#include "gstrtpav1pay.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  return GST_ELEMENT_REGISTER (rtpav1depay, plugin) && GST_ELEMENT_REGISTER (rtpav1pay, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, rtcav1, "AV1 in RTP packets", plugin_init,
    VERSION, "LGPL", GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
