/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * BenchSide: a peer of this process whose other side is behind a wire. It sends and takes the
 * messages "offer", "answer" and "candidate"; "peer" in them numbers the pairs of a wire. Owned by
 * the scenario; used on the thread that receives from the wire.
 */
#pragma once

#include <gst/webrtc/webrtc.h>

#include "benchwire.h"

G_BEGIN_DECLS

typedef struct _BenchSide BenchSide;

/* Adds an @element to @pipeline and starts it; NULL (said why) when there is none. The wire must
 * live longer. */
BenchSide *bench_side_new (GstBin *pipeline, const gchar *element, BenchWire *wire, guint number);
void bench_side_free (BenchSide *side);

/* (transfer none) */
GstElement *bench_side_get_element (BenchSide *side);
guint bench_side_get_number (BenchSide *side);

/* Makes an offer, sends it and applies it. */
gboolean bench_side_offer (BenchSide *side);
/* A message for this side, answered when it is an offer; FALSE when a step failed. */
gboolean bench_side_handle (BenchSide *side, JsonObject *message);

/* Whether @message is one of those above, and for which side. */
gboolean bench_side_is_meant (JsonObject *message, guint *out_number);

G_END_DECLS
