/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a data channel is made with: the fields of DATA_CHANNEL_OPEN (RFC 8832 §5.1) and of W3C's
 * RTCDataChannelInit. A value; its strings are owned. */
#pragma once

#include <glib.h>

/* RFC 8832 §5.1. -1: no limit. */
typedef struct {
  gchar *label;
  gchar *protocol;
  gboolean is_ordered;
  gint max_retransmits;
  gint max_lifetime_ms;
  guint16 priority; /* 128, 256, 512, 1024 (RFC 8831 §6.4) */
  gboolean is_negotiated;
  gint id; /* -1: to be chosen when the DTLS role is known */
} RtcChannelInit;

/* A reliable, ordered channel of low priority, without names. */
#define RTC_CHANNEL_INIT                                                                           \
  {                                                                                                \
    .is_ordered = TRUE, .max_retransmits = -1, .max_lifetime_ms = -1,                              \
    .priority = RTC_CHANNEL_PRIORITY_LOW, .id = -1                                                 \
  }

/* RFC 8831 §6.4 */
#define RTC_CHANNEL_PRIORITY_VERY_LOW 128
#define RTC_CHANNEL_PRIORITY_LOW 256
#define RTC_CHANNEL_PRIORITY_MEDIUM 512
#define RTC_CHANNEL_PRIORITY_HIGH 1024

/* Frees the strings and puts the values of RTC_CHANNEL_INIT back. */
void rtc_channel_init_clear (RtcChannelInit *init);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RtcChannelInit, rtc_channel_init_clear)

/* W3C's four priorities, 1 (very low) to 4 (high), and DCEP's number; a number between the four
 * counts as the highest of them that it reaches. */
guint16 rtc_channel_priority_from_level (guint level);
guint rtc_channel_priority_to_level (guint16 priority);
