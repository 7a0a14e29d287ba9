/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ExamplePaste: descriptions by copy and paste, each base64 of its JSON on one line, with all
 * candidates inside. The offer comes from a file or from a prompt on stdin, and the answer is
 * printed; an offerer prints the offer and prompts for the answer. Main thread.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _ExamplePaste ExamplePaste;

typedef struct {
  gboolean is_offerer;
  /* DTLS role in an answer. */
  gboolean is_dtls_client;
  /* NULL: stdin. */
  const gchar *file;
} ExamplePasteSettings;

/* Called once when no exchange is possible any more, with a sentence. */
typedef void (*ExamplePasteFailed) (const gchar *reason, gpointer user_data);

/* Starts at once. @settings is copied, its file is borrowed. */
ExamplePaste *example_paste_new (GstElement *peer, const ExamplePasteSettings *settings,
    ExamplePasteFailed failed, gpointer user_data);
void example_paste_free (ExamplePaste *paste);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ExamplePaste, example_paste_free)

G_END_DECLS
