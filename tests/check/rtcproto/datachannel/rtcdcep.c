/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DCEP messages (RFC 8832 §5): known bytes in both directions, and what must be refused. */
#include "datachannel/rtcdcep.h"

#include <string.h>

typedef struct {
  const gchar *name;
  const gchar *bytes;
  gsize size;
  RtcDcepType type;
  gboolean is_ordered;
  gint max_retransmits;
  gint max_lifetime_ms;
  guint16 priority;
  const gchar *label;
  const gchar *protocol;
} Case;

#define BYTES(s) s, sizeof (s) - 1

static const Case cases[] = {
  { "ack", BYTES ("\x02"), RTC_DCEP_ACK },
  { "reliable",
      BYTES ("\x03\x00\x01\x00\0\0\0\0\x00\x04\x00\x00"
             "data"),
      RTC_DCEP_OPEN, TRUE, -1, -1, 256, "data", "" },
  { "unordered", BYTES ("\x03\x80\x00\x80\0\0\0\0\0\0\0\0"), RTC_DCEP_OPEN, FALSE, -1, -1, 128, "",
      "" },
  { "retransmits",
      BYTES ("\x03\x01\x02\x00\0\0\0\x05\x00\x01\x00\x03"
             "axyz"),
      RTC_DCEP_OPEN, TRUE, 5, -1, 512, "a", "xyz" },
  { "unordered retransmits 0",
      BYTES ("\x03\x81\x04\x00\0\0\0\0\0\0\0\x01"
             "p"),
      RTC_DCEP_OPEN, FALSE, 0, -1, 1024, "", "p" },
  { "lifetime", BYTES ("\x03\x02\x01\x00\0\0\x01\xf4\0\0\0\0"), RTC_DCEP_OPEN, TRUE, -1, 500, 256,
      "", "" },
  { "unordered lifetime", BYTES ("\x03\x82\x01\x00\0\0\0\x01\0\0\0\0"), RTC_DCEP_OPEN, FALSE, -1, 1,
      256, "", "" },
  { "limit over G_MAXINT", BYTES ("\x03\x01\x01\x00\xff\xff\xff\xff\0\0\0\0"), RTC_DCEP_OPEN, TRUE,
      G_MAXINT, -1, 256, "", "" },
  { "parameter of a reliable channel is ignored",
      BYTES ("\x03\x00\x01\x00\xff\xff\xff\xff\0\0\0\0"), RTC_DCEP_OPEN, TRUE, -1, -1, 256, "",
      "" },
  { "empty", BYTES (""), RTC_DCEP_INVALID },
  { "unknown type", BYTES ("\x01\x00\x01\x00\0\0\0\0\0\0\0\0"), RTC_DCEP_INVALID },
  { "unknown channel type", BYTES ("\x03\x03\x01\x00\0\0\0\0\0\0\0\0"), RTC_DCEP_INVALID },
  { "label too long for the message",
      BYTES ("\x03\x00\x01\x00\0\0\0\0\x00\x05\x00\x00"
             "data"),
      RTC_DCEP_INVALID },
  { "protocol too long for the message",
      BYTES ("\x03\x00\x01\x00\0\0\0\0\x00\x04\xff\xff"
             "data"),
      RTC_DCEP_INVALID },
  { "bytes behind the message",
      BYTES ("\x03\x00\x01\x00\0\0\0\0\x00\x03\x00\x00"
             "data"),
      RTC_DCEP_INVALID },
  { "label is not UTF-8",
      BYTES ("\x03\x00\x01\x00\0\0\0\0\x00\x02\x00\x00"
             "\xc3\x28"),
      RTC_DCEP_INVALID },
  { "label with a NUL",
      BYTES ("\x03\x00\x01\x00\0\0\0\0\x00\x03\x00\x00"
             "a\0b"),
      RTC_DCEP_INVALID },
};

static void
test_read (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *row = &cases[i];
    g_autoptr (GBytes) message = g_bytes_new (row->bytes, row->size);
    g_auto (RtcChannelInit) init = RTC_CHANNEL_INIT;

    g_test_message ("%s", row->name);
    g_assert_cmpint (rtc_dcep_read (message, &init), ==, row->type);
    if (row->type != RTC_DCEP_OPEN) {
      g_assert_null (init.label);
      continue;
    }
    g_assert_cmpint (init.is_ordered, ==, row->is_ordered);
    g_assert_cmpint (init.max_retransmits, ==, row->max_retransmits);
    g_assert_cmpint (init.max_lifetime_ms, ==, row->max_lifetime_ms);
    g_assert_cmpuint (init.priority, ==, row->priority);
    g_assert_cmpstr (init.label, ==, row->label);
    g_assert_cmpstr (init.protocol, ==, row->protocol);
    g_assert_false (init.is_negotiated);
  }
}

/* What was read is written as the same bytes again, where a peer's choice does not matter. */
static void
test_write (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *row = &cases[i];
    g_autoptr (GBytes) message = g_bytes_new (row->bytes, row->size);
    g_autoptr (GBytes) written = NULL;
    g_auto (RtcChannelInit) init = RTC_CHANNEL_INIT;

    if (row->type != RTC_DCEP_OPEN || memcmp (row->bytes + 4, "\xff\xff\xff\xff", 4) == 0)
      continue;
    g_test_message ("%s", row->name);
    g_assert_cmpint (rtc_dcep_read (message, &init), ==, RTC_DCEP_OPEN);
    written = rtc_dcep_write_open (&init);
    g_assert_true (g_bytes_equal (message, written));
  }
}

static void
test_truncated (void)
{
  const Case *row = &cases[3];

  for (gsize size = 0; size < row->size; size++) {
    g_autoptr (GBytes) message = g_bytes_new (row->bytes, size);
    g_auto (RtcChannelInit) init = RTC_CHANNEL_INIT;

    g_assert_cmpint (rtc_dcep_read (message, &init), ==, RTC_DCEP_INVALID);
  }
}

static void
test_priority (void)
{
  static const struct {
    guint16 priority;
    guint level;
  } rows[] = { { 0, 1 }, { 128, 1 }, { 255, 1 }, { 256, 2 }, { 511, 2 }, { 512, 3 }, { 1023, 3 },
    { 1024, 4 }, { 65535, 4 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (rtc_channel_priority_to_level (rows[i].priority), ==, rows[i].level);
  for (guint level = 1; level <= 4; level++) {
    guint16 priority = rtc_channel_priority_from_level (level);

    g_assert_cmpuint (priority, ==, 64u << level);
    g_assert_cmpuint (rtc_channel_priority_to_level (priority), ==, level);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dcep/read", test_read);
  g_test_add_func ("/dcep/write", test_write);
  g_test_add_func ("/dcep/truncated", test_truncated);
  g_test_add_func ("/dcep/priority", test_priority);
  return g_test_run ();
}
