/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Plays the browser for tests of rtcsignaller, with webrtcbin or rtcbin: a data channel "data", an
 * offer that is posted before there is a candidate, and no trickle. A value of the test.
 */
#pragma once

#include <gst/webrtc/webrtc.h>

#include "signallerharness.h"

typedef struct {
  GstElement *pipeline;
  GstElement *peer;
  GstWebRTCDataChannel *channel;
  GMutex lock;
  GCond cond;
  gboolean is_open;
} Browser;

void browser_start (Browser *browser, const gchar *factory);
void browser_stop (Browser *browser);
/* One exchange with POST /doSignaling; (transfer full): the answer. */
gchar *browser_call (Browser *browser, SignallerHarness *harness, gboolean is_restart);
/* FALSE: the data channel did not open in time. */
gboolean browser_wait_open (Browser *browser);
