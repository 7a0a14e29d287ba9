/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plugin ivf: writing IVF files. */

#include "config.h"

#include "gstivfmux.h"

#include <gst/rtc/gstrtctranslation.h>

static gboolean
plugin_init (GstPlugin *plugin)
{
  gst_rtc_bind_translations ();
  return GST_ELEMENT_REGISTER (ivfmux, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, ivf, "VP8, VP9 and AV1 into IVF files",
    plugin_init, VERSION, "LGPL", GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
