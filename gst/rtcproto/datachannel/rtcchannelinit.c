/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The init values of a channel, and the four priorities of RFC 8831 §6.4. */
#include "datachannel/rtcchannelinit.h"

void
rtc_channel_init_clear (RtcChannelInit *init)
{
  g_free (init->label);
  g_free (init->protocol);
  *init = (RtcChannelInit) RTC_CHANNEL_INIT;
}

guint16
rtc_channel_priority_from_level (guint level)
{
  return RTC_CHANNEL_PRIORITY_VERY_LOW << (CLAMP (level, 1, 4) - 1);
}

guint
rtc_channel_priority_to_level (guint16 priority)
{
  if (priority >= RTC_CHANNEL_PRIORITY_HIGH)
    return 4;
  if (priority >= RTC_CHANNEL_PRIORITY_MEDIUM)
    return 3;
  return priority >= RTC_CHANNEL_PRIORITY_LOW ? 2 : 1;
}
