/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * BenchVirtual: two peers in virtual time. One manual loop turns both, the network between them is
 * simulated (tests/support), and the clock that usrsctp asks is the loop's: what is measured is
 * what windows, timers and congestion control allow, however slow the machine is. One at a time.
 */
#pragma once

#include <gst/webrtc/webrtc.h>

G_BEGIN_DECLS

typedef struct _BenchVirtual BenchVirtual;

/* Connected, with a channel "data" open at both ends; NULL (said why). @conditions: of the network
 * in each direction, see tests/support/simulatedpath.h. */
BenchVirtual *bench_virtual_new (const gchar *element, const gchar *conditions);
void bench_virtual_free (BenchVirtual *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchVirtual, bench_virtual_free)

/* (transfer none): the offerer's and the answerer's end. */
GstWebRTCDataChannel *bench_virtual_get_channel (BenchVirtual *self, guint end);
void bench_virtual_set_conditions (BenchVirtual *self, const gchar *conditions);
/* Turns the loop until @duration has passed. Signals arrive meanwhile, in this thread. */
void bench_virtual_run (BenchVirtual *self, GstClockTime duration);

G_END_DECLS
