/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The log: see examplelog.h. */
#include "examplelog.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
  const gchar *name;
  GstDebugLevel level;
} levels[] = {
  { "ERROR", GST_LEVEL_ERROR },
  { "WARN", GST_LEVEL_WARNING },
  { "INFO", GST_LEVEL_INFO },
  { "DEBUG", GST_LEVEL_DEBUG },
  { "TRACE", GST_LEVEL_TRACE },
};

static const gchar *
get_name (GstDebugLevel level)
{
  for (gsize i = 0; i < G_N_ELEMENTS (levels); i++) {
    if (level <= levels[i].level)
      return levels[i].name;
  }
  return "TRACE";
}

/* In any thread. One fprintf() is one line. */
static void
print_line (GstDebugCategory *category, GstDebugLevel level, const gchar *file,
    const gchar *function, gint line, GObject *object, GstDebugMessage *message, gpointer user_data)
{
  const gchar *slash = strrchr (file, '/');
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree gchar *time = g_date_time_format (now, "%H:%M:%S.%f");

  fprintf (user_data, "%s:%d [%s] %s - %s\n", slash != NULL ? slash + 1 : file, line,
      get_name (level), time, gst_debug_message_get (message));
}

gboolean
example_log_start (const gchar *level, const gchar *file, GError **error)
{
  FILE *output = stderr;
  gsize row = 0;

  for (; level != NULL && row < G_N_ELEMENTS (levels); row++) {
    if (g_ascii_strcasecmp (levels[row].name, level) == 0)
      break;
  }
  if (row == G_N_ELEMENTS (levels)) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--log-level is ERROR, WARN, INFO, DEBUG or TRACE, not %s", level);
    return FALSE;
  }
  if (level == NULL && file == NULL)
    return TRUE;
  if (file != NULL && (output = fopen (file, "w")) == NULL) {
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
        "Cannot write the log to %s: %s", file, g_strerror (errno));
    return FALSE;
  }
  setvbuf (output, NULL, _IOLBF, 0);
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (print_line, output, NULL);
  gst_debug_set_active (TRUE);
  gst_debug_set_threshold_for_name ("rtc*", level != NULL ? levels[row].level : GST_LEVEL_INFO);
  return TRUE;
}
