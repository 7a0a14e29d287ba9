/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An rtcsignaller that calls somebody, and its pipeline: verbs for the tests of the client role. A
 * verb that waits fails the test after a generous limit. */
#pragma once

#include <gst/gst.h>

typedef struct {
  GstElement *pipeline;
  /* The one named "c". */
  GstElement *signaller;
  GstBus *bus;
} SignallerClient;

/* @format, @...: a pipeline with an rtcsignaller named "c" in the client role. Not started. */
void signaller_client_make (SignallerClient *client, const gchar *format, ...) G_GNUC_PRINTF (2, 3);
void signaller_client_play (SignallerClient *client);
void signaller_client_stop (SignallerClient *client);
/* (transfer full): the pipeline's element @name. */
GstElement *signaller_client_get (SignallerClient *client, const gchar *name);

/* Until the element message @name, or "error", comes. An error that was not asked for fails the
 * test, and so does a reason, or an error's text, without @text in it; NULL is any. */
void signaller_client_wait (SignallerClient *client, const gchar *name, const gchar *text);
/* The action signal. */
void signaller_client_restart (SignallerClient *client);
