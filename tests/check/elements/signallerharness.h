/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A running rtcsignaller and a raw HTTP client, for its tests: what goes over the socket is what
 * the test wrote, byte for byte. */
#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

typedef struct {
  GstElement *pipeline;
  GstElement *signaller;
  GstBus *bus;
  guint port;
  /* Where and from where to connect; NULL for 127.0.0.1. May be set after the start. */
  const gchar *host;
  const gchar *from;
} SignallerHarness;

typedef struct {
  guint status;
  /* How many status lines came. */
  guint n_responses;
  gchar *text;
  const gchar *body;
} Response;

/* FALSE: a factory of @names, NULL-terminated, is not there; prints which. */
gboolean signaller_elements_are_there (const gchar *const *names);

/* @launch: a pipeline with one rtcsignaller, which gets port=0. Started. */
void signaller_harness_start (SignallerHarness *harness, const gchar *launch);
void signaller_harness_stop (SignallerHarness *harness);
/* Waits for the element message @name. */
GstMessage *signaller_harness_wait (SignallerHarness *harness, const gchar *name);
/* The string @field of the next message @name. */
gchar *signaller_harness_wait_field (
    SignallerHarness *harness, const gchar *name, const gchar *field);
/* Until no more than @count sessions' bins are left: they go after the sessions, on other threads.
 * What the bus holds is dropped. */
void signaller_harness_wait_for_bins (SignallerHarness *harness, guint count);

GSocketConnection *signaller_harness_connect (SignallerHarness *harness);
/* Not to the end, as signaller_harness_exchange() does: the connection stays open. */
GSocketConnection *signaller_harness_send (
    SignallerHarness *harness, const gchar *bytes, gsize size);
/* Sends @bytes, reads to the end of the connection. */
Response signaller_harness_exchange (SignallerHarness *harness, const gchar *bytes, gsize size);
Response signaller_harness_read (GIOStream *stream);
Response signaller_harness_get (SignallerHarness *harness, const gchar *path);
Response signaller_harness_post (SignallerHarness *harness, const gchar *path, const gchar *body);
/* POST /doSignaling of an offer whose o= line has @session; @more: more lines. */
Response signaller_harness_offer (
    SignallerHarness *harness, guint session, const gchar *ufrag, const gchar *more);
/* (transfer full): a header's value, NULL without. */
gchar *response_get_header (const Response *response, const gchar *name);
void response_clear (Response *response);
/* Fails the test unless it is @status with @part in its body; clears it. */
void response_check (Response response, guint status, const gchar *part);
