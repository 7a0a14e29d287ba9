/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ExampleOptions: the options that all examples have, and what they mean for the elements. */
#pragma once

#include "example.h"

G_BEGIN_DECLS

typedef struct {
  gboolean is_http;
  gboolean is_http_given;
  gchar *http_address;
  guint http_port;
  gboolean is_https;
  gboolean is_dtls_client;
  gchar *input_file;
  gchar *host;
  gint port;
  gchar *stun_server;
} ExampleOptions;

/* "ADDRESS:PORT", either of which may be missing. */
gboolean example_options_parse_address (
    ExampleOptions *options, const gchar *address, GError **error);
/* Initialises GStreamer and its log, too. */
gboolean example_options_parse (
    ExampleOptions *options, const ExampleInfo *info, int *argc, char ***argv, GError **error);
void example_options_clear (ExampleOptions *options);

void example_options_apply (const ExampleOptions *options, GstElement *peer);
/* @page: file in examples/pages, or NULL. */
void example_options_apply_to_signaller (
    const ExampleOptions *options, GstElement *signaller, const gchar *page);

G_END_DECLS
