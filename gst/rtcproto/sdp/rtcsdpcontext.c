/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reader's levels and errors. Lives on the stack of rtc_description_from_text(). */
#include "sdp/rtcsdpcontext.h"

void
rtc_sdp_level_init (RtcSdpLevel *level, RtcSection *section)
{
  *level = (RtcSdpLevel){ 0 };
  level->section = section;
  level->repairs = g_array_new (FALSE, FALSE, sizeof (guint32));
  level->wildcard_feedbacks = g_ptr_array_new_with_free_func (g_free);
}

void
rtc_sdp_level_clear (RtcSdpLevel *level)
{
  g_clear_pointer (&level->section, rtc_section_free);
  g_clear_pointer (&level->repairs, g_array_unref);
  g_clear_pointer (&level->wildcard_feedbacks, g_ptr_array_unref);
  g_clear_pointer (&level->source_msid, rtc_msid_free);
  g_clear_pointer (&level->simulcast, g_free);
}

gboolean
rtc_sdp_context_check_limit (
    RtcSdpContext *context, const GPtrArray *list, guint max, const gchar *what, GError **error)
{
  if (list->len < max)
    return TRUE;
  return rtc_sdp_context_fail (
      context, error, RTC_ERROR_LIMIT, "there are more than %u %s", max, what);
}
