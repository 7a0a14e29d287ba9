/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DemoRecorder: one file that is written while samples come. It is a pipeline of its own, so a
 * session may end at any moment, even by force, and the file is still finished as it should be.
 * Made and finished on the main thread; samples may come from any one thread.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _DemoRecorder DemoRecorder;

/* Called on the main thread when the file is complete, or could not be; frees nothing. */
typedef void (*DemoRecorderFunc) (DemoRecorder *recorder, gpointer user_data);

/* @muxer: what stands between the samples and the file, as in "ivfmux". NULL with @error when an
 * element is missing. */
DemoRecorder *demo_recorder_new (const gchar *muxer, const gchar *path, GError **error);
void demo_recorder_free (DemoRecorder *recorder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DemoRecorder, demo_recorder_free)

/* The file begins with the first sample; without one there is no file. */
void demo_recorder_push (DemoRecorder *recorder, GstSample *sample);
/* No sample may come any more. @func is called once, perhaps before this returns. */
void demo_recorder_finish (DemoRecorder *recorder, DemoRecorderFunc func, gpointer user_data);

G_END_DECLS
