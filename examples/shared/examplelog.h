/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The log of the examples: what the elements do, a line each in the form
 * "file:line [LEVEL] HH:MM:SS.micros - message". Only the categories of this project.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Nothing when both are NULL. @level: NULL for INFO. @file: NULL for stderr. FALSE: no such level,
 * or the file cannot be written. */
gboolean example_log_start (const gchar *level, const gchar *file, GError **error);

G_END_DECLS
