/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GstRtcSourcePads: rtcbin's source pads. Each m-line has one, `src_` and its number; a stream
 * whose SSRC or payload type changed goes on at the same one, so that what is behind it need not be
 * built again. Layers of a simulcast (RFC 8853) get pads of their own, from `src_1000` on. Owned by
 * the media side; the pads are the bin's.
 */
#pragma once

#include "gstrtcpads.h"

G_BEGIN_DECLS

typedef struct _GstRtcSourcePads GstRtcSourcePads;

GstRtcSourcePads *gst_rtc_source_pads_new (GstBin *bin);
void gst_rtc_source_pads_free (GstRtcSourcePads *pads);

/* (transfer full): the pad for a stream of @transceiver's, with @rid when that is a layer's name.
 * It leads to @target from now on; a new one has been added to the bin. Any thread. */
GstPad *gst_rtc_source_pads_take (
    GstRtcSourcePads *pads, GstRtcTransceiver *transceiver, const gchar *rid, GstPad *target);
/* The end of the stream on every source pad, so that files behind them are finished. */
void gst_rtc_source_pads_end (GstRtcSourcePads *pads);

G_END_DECLS
