/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * BenchFlood: a thread that sends messages on a data channel as fast as they go, with 512 KiB to
 * 1 MiB buffered, as the usual flow control does. Owned by the scenario.
 */
#pragma once

#include <gst/webrtc/webrtc.h>

G_BEGIN_DECLS

typedef struct _BenchFlood BenchFlood;

/* Begins at once. @channel is open and stays so until the flood is freed. */
BenchFlood *bench_flood_new (GstWebRTCDataChannel *channel, gsize message_bytes);
void bench_flood_free (BenchFlood *flood);
/* Waits until the thread has ended; returns the bytes that it sent. */
gint64 bench_flood_stop (BenchFlood *flood);

/* Adds the size of each message that arrives on @channel to *@counter (atomic), until the handlers
 * with @counter as their data are disconnected. */
void bench_flood_count (GstWebRTCDataChannel *channel, gint64 *counter);

G_END_DECLS
