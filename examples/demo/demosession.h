/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DemoSession: what one browser gets: a bin with a test picture, a tone and the peer that sends
 * them, two recorders for what the browser sends, and a line of text every few seconds on its data
 * channel. Made, ended and freed on any one thread at a time; see demo.c for the order.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct {
  const gchar *peer;   /* factory name: "rtcbin" */
  const gchar *codec;  /* "vp8" or "vp9" */
  const gchar *output; /* folder */
} DemoConfig;

typedef struct _DemoSession DemoSession;

/* Called on the main thread when the session's files are complete. */
typedef void (*DemoSessionFunc) (DemoSession *session, gpointer user_data);

/* @config is borrowed for the session's life. */
DemoSession *demo_session_new (const DemoConfig *config, const gchar *name, GError **error);
/* (transfer none) */
GstElement *demo_session_get_bin (DemoSession *session);
const gchar *demo_session_get_name (DemoSession *session);

/* A line for the data channel, when it is open. */
void demo_session_send (DemoSession *session, const gchar *text);
/* Main thread. The peer is over; completes the files, calls @func once, and frees the session. */
void demo_session_finish (DemoSession *session, DemoSessionFunc func, gpointer user_data);

G_END_DECLS
