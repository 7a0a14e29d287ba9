/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which slow paths are forced, see the header. */
#include "rtcslowpath.h"

#include <string.h>

#define ALL "all"

/* In the order of RtcSlowPath. */
static const gchar *const names[] = { "crc32c", "gso", "gro", "steering", "records", "srtp-crypto",
  "media" };

static guint
find_bits (const gchar *word)
{
  if (strcmp (word, ALL) == 0)
    return (1u << G_N_ELEMENTS (names)) - 1;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (word, names[i]) == 0)
      return 1u << i;
  if (*word != '\0')
    g_warning ("GST_RTC_SLOW_PATHS: there is no slow path \"%s\"; there are crc32c, gso, gro, "
               "steering, records, srtp-crypto, media and all",
        word);
  return 0;
}

static gpointer
read_variable (gpointer data)
{
  const gchar *text = g_getenv ("GST_RTC_SLOW_PATHS");
  g_auto (GStrv) words = g_strsplit (text != NULL ? text : "", ",", -1);
  guint bits = 0;

  for (guint i = 0; words[i] != NULL; i++)
    bits |= find_bits (g_strstrip (words[i]));
  return GUINT_TO_POINTER (bits);
}

gboolean
rtc_slow_path_is_forced (RtcSlowPath path)
{
  static GOnce once = G_ONCE_INIT;

  return (GPOINTER_TO_UINT (g_once (&once, read_variable, NULL)) & 1u << path) != 0;
}
