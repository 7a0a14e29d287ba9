/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A session that runs while a test does something else: an rtcbin that sends numbers on an
 * unreliable data channel, and the server's peers, which send back all they get. Nothing is sent
 * twice, so what was lost is missing. A value of the test.
 */
#pragma once

#include <gst/webrtc/webrtc.h>

#include "signallerharness.h"

typedef struct {
  GstElement *pipeline;
  GstElement *peer;
  GstWebRTCDataChannel *channel;
  gchar *session_id;
  GMutex lock;
  GCond cond;
  /* Under the lock. */
  gboolean is_open;
  guint n_back;
  guint n_faults;
  /* The sender's. */
  guint n_sent;
  /* From the offer to the answer. */
  guint answer_us;
} Echo;

/* From now on, all sessions of the server echo. */
void signaller_echo_serve (SignallerHarness *harness);
/* Connected and open when it returns. */
void echo_start (Echo *echo, SignallerHarness *harness);
/* Sends one number and waits until it is back. The round trip's microseconds. */
guint echo_ping (Echo *echo);
/* Ends the session for the server, too. */
void echo_hang_up (Echo *echo, SignallerHarness *harness);
/* Fails when anything was lost, doubled or out of order. */
void echo_stop (Echo *echo);
/* TRUE where all of rtcbin's parts are built; prints what is missing. */
gboolean echo_is_possible (void);
