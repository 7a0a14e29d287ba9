/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plugin rtctest: elements that only tests use. It is not installed. */

#include "config.h"

#include "gstsimulatedice.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  return GST_ELEMENT_REGISTER (rtcsimulatedice, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, rtctest, "Elements for the tests of rtc",
    plugin_init, VERSION, "LGPL", GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
