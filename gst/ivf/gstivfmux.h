/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ivfmux: one VP8, VP9 or AV1 stream into an IVF file. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_IVF_MUX (gst_ivf_mux_get_type ())
G_DECLARE_FINAL_TYPE (GstIvfMux, gst_ivf_mux, GST, IVF_MUX, GstElement)

GST_ELEMENT_REGISTER_DECLARE (ivfmux);

G_END_DECLS
