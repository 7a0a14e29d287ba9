/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtcsimulatedice: an ICE element without sockets, for tests. See gstsimulatedice.c. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_SIMULATED_ICE (gst_simulated_ice_get_type ())
G_DECLARE_FINAL_TYPE (GstSimulatedIce, gst_simulated_ice, GST, SIMULATED_ICE, GstElement)

GST_ELEMENT_REGISTER_DECLARE (rtcsimulatedice);

G_END_DECLS
