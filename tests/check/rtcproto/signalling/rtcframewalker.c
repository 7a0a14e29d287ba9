/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames of RFC 6455 §5.7 and others, whole and byte by byte. */
#include "signalling/rtcframewalker.h"

#define MAX_MESSAGE 1000

static const struct {
  const gchar *name;
  const gchar *bytes;
  gsize size;
  /* Zeros that follow, as payload. */
  guint n_more;
  gboolean is_fine;
  guint64 n_messages;
} rows[] = {
  /* From RFC 6455 §5.7. */
  { "Hello", "\x81\x05\x48\x65\x6c\x6c\x6f", 7, 0, TRUE, 1 },
  { "Hello, masked", "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11, 0, TRUE, 1 },
  { "Hel, lo", "\x01\x03\x48\x65\x6c\x80\x02\x6c\x6f", 9, 0, TRUE, 1 },
  { "ping", "\x89\x05\x48\x65\x6c\x6c\x6f", 7, 0, TRUE, 0 },
  { "256 bytes", "\x82\x7e\x01\x00", 4, 256, TRUE, 1 },
  { "65536 bytes", "\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10, 0, FALSE, 0 },
  { "ping between fragments", "\x01\x01\x48\x89\x00\x80\x01\x65", 8, 0, TRUE, 1 },
  { "two messages", "\x81\x00\x82\x01\x61", 5, 0, TRUE, 2 },
  { "half a message", "\x01\x05\x48\x65\x6c\x6c\x6f", 7, 0, TRUE, 0 },
  { "the largest", "\x82\x7e\x03\xe8", 4, 1000, TRUE, 1 },
  { "one more", "\x82\x7e\x03\xe9", 4, 0, FALSE, 0 },
  { "all bits of a length", "\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10, 0, FALSE, 0 },
};

static gboolean
feed (RtcFrameWalker *walker, const guint8 *bytes, gsize size, gsize step)
{
  for (gsize i = 0; i < size; i += step) {
    if (!rtc_frame_walker_feed (walker, bytes + i, MIN (step, size - i)))
      return FALSE;
  }
  return TRUE;
}

static void
test_rows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    for (gsize step = 1; step <= 16; step += 5) {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autofree guint8 *more = g_new0 (guint8, rows[i].n_more + 1);
      RtcFrameWalker walker;
      g_test_message ("%s, steps of %u", rows[i].name, (guint) step);
      g_byte_array_append (bytes, (const guint8 *) rows[i].bytes, (guint) rows[i].size);
      g_byte_array_append (bytes, more, rows[i].n_more);
      rtc_frame_walker_init (&walker, MAX_MESSAGE);
      g_assert_cmpint (feed (&walker, bytes->data, bytes->len, step), ==, rows[i].is_fine);
      g_assert_cmpuint (walker.n_messages, ==, rows[i].n_messages);
    }
  }
}

/* What the reader of single frames does not see: each is small, their sum is not. */
static void
test_fragments (void)
{
  static const guint8 first[] = { 0x01, 100 };
  static const guint8 next[] = { 0x00, 100 };
  static const guint8 payload[100] = { 0 };
  RtcFrameWalker walker;
  guint count = 1;

  rtc_frame_walker_init (&walker, MAX_MESSAGE);
  g_assert_true (rtc_frame_walker_feed (&walker, first, sizeof first));
  g_assert_true (rtc_frame_walker_feed (&walker, payload, sizeof payload));
  while (rtc_frame_walker_feed (&walker, next, sizeof next)) {
    g_assert_true (rtc_frame_walker_feed (&walker, payload, sizeof payload));
    count++;
  }
  g_assert_cmpuint (count, ==, 10);
}

/* Each is answered with a pong that waits for its reader. */
static void
test_pings (void)
{
  static const guint8 frames[] = { 0x89, 0x00, 0x8a, 0x00, 0x89, 0x01, 'a', 0x81, 0x00 };
  RtcFrameWalker walker;
  rtc_frame_walker_init (&walker, MAX_MESSAGE);
  g_assert_true (rtc_frame_walker_feed (&walker, frames, sizeof frames));
  g_assert_cmpuint (walker.n_pings, ==, 2);
  g_assert_cmpuint (walker.n_messages, ==, 1);
}

/* Memory is taken for an empty fragment, too. */
static void
test_empty_fragments (void)
{
  static const guint8 first[] = { 0x01, 0 };
  static const guint8 next[] = { 0x00, 0 };
  RtcFrameWalker walker;
  guint count = 1;

  rtc_frame_walker_init (&walker, MAX_MESSAGE);
  g_assert_true (rtc_frame_walker_feed (&walker, first, sizeof first));
  while (rtc_frame_walker_feed (&walker, next, sizeof next))
    count++;
  g_assert_cmpuint (count, ==, RTC_FRAME_MAX_FRAGMENTS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signalling/frame-walker/rows", test_rows);
  g_test_add_func ("/signalling/frame-walker/fragments", test_fragments);
  g_test_add_func ("/signalling/frame-walker/pings", test_pings);
  g_test_add_func ("/signalling/frame-walker/empty-fragments", test_empty_fragments);
  return g_test_run ();
}
