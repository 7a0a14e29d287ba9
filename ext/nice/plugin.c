/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plugin rtcnice: the element rtcice. */
#include "config.h"

#include "gstrtcnice.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  return GST_ELEMENT_REGISTER (rtcice, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, rtcnice, "ICE transport over libnice",
    plugin_init, VERSION, GST_LICENSE, GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
