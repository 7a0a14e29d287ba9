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
  /* Of the last call. */
  gchar *answer;
} Browser;

void browser_start (Browser *browser, const gchar *factory);
void browser_stop (Browser *browser);
/* One exchange with POST /doSignaling. */
void browser_call (Browser *browser, SignallerHarness *harness, gboolean is_restart);
/* Until the server is connected and the data channel open. (transfer full): the session's id. */
gchar *browser_wait_connected (Browser *browser, SignallerHarness *harness);
/* All three. */
gchar *browser_connect (Browser *browser, SignallerHarness *harness, const gchar *factory);
