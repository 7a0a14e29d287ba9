/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A pipeline that needs no signalling of the program's own, until Ctrl-C. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Plays @pipeline until Ctrl-C, its end or an error, and prints what it says of its progress. With
 * @interval_s other than 0, @func is called so often, until then. Returns: the exit code */
int example_pipeline_run (
    GstElement *pipeline, guint interval_s, GSourceFunc func, gpointer user_data);

G_END_DECLS
