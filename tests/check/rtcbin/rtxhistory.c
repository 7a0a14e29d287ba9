/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packets that are kept for retransmission, and the packets that are written from them. */
#include "gstrtcrtxhistory.h"
#include "gstrtcsendpacket.h"

#include <string.h>

static GstBuffer *
new_packet (guint16 sequence, gsize size)
{
  guint8 *bytes = g_malloc0 (size);

  bytes[0] = 0x80;
  bytes[1] = 0x80 | 96;
  GST_WRITE_UINT16_BE (bytes + 2, sequence);
  GST_WRITE_UINT32_BE (bytes + 8, 7);
  for (gsize i = 12; i < size; i++)
    bytes[i] = (guint8) i;
  return gst_buffer_new_wrapped (bytes, size);
}

static void
add (GstRtcRtxHistory *history, guint16 sequence, gsize size, GstClockTime now)
{
  g_autoptr (GstBuffer) packet = new_packet (sequence, size);

  gst_rtc_rtx_history_add (history, sequence, packet, now);
}

static gboolean
has (GstRtcRtxHistory *history, guint16 sequence, GstClockTime now)
{
  g_autoptr (GstBuffer) packet = gst_rtc_rtx_history_get (history, sequence, now);
  guint16 found;

  if (!packet)
    return FALSE;
  g_assert_true (gst_rtc_send_packet_get_sequence (packet, &found));
  g_assert_cmpuint (found, ==, sequence);
  return TRUE;
}

/* @first, @count and @step are what is added, the rest is what must be there afterwards. */
static const struct {
  const gchar *name;
  guint first, count, step;
  gsize size;
  guint n_packets;
  gint present, absent; /* -1: none */
} windows[] = {
  { "few", 10, 5, 1, 100, 5, 10, 15 },
  { "across the wrap", 65530, 12, 1, 100, 12, 65530, 6 },
  { "gaps", 10, 100, 3, 100, 100, 307, 308 },
  { "too many", 0, 3000, 1, 100, 2048, 952, 951 },
  { "too many, across the wrap", 64000, 3000, 1, 100, 2048, 64952, 64951 },
  { "too many bytes", 0, 2000, 1, 4096, 1024, 976, 975 },
  { "a jump begins anew", 0, 2, 5000, 100, 1, 5000, 0 },
};

static void
test_window (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (windows); i++) {
    GstRtcRtxHistory *history = gst_rtc_rtx_history_new ();

    g_test_message ("%s", windows[i].name);
    for (guint k = 0; k < windows[i].count; k++)
      add (history, (guint16) (windows[i].first + k * windows[i].step), windows[i].size, 0);
    g_assert_cmpuint (gst_rtc_rtx_history_get_n_packets (history), ==, windows[i].n_packets);
    g_assert_true (has (history, (guint16) windows[i].present, 0));
    g_assert_false (has (history, (guint16) windows[i].absent, 0));
    gst_rtc_rtx_history_free (history);
  }
}

static void
test_age (void)
{
  GstRtcRtxHistory *history = gst_rtc_rtx_history_new ();

  add (history, 1, 100, 0);
  add (history, 2, 100, GST_RTC_RTX_HISTORY_MAX_AGE);
  g_assert_true (has (history, 1, GST_RTC_RTX_HISTORY_MAX_AGE));
  add (history, 3, 100, GST_RTC_RTX_HISTORY_MAX_AGE + 1);
  g_assert_false (has (history, 1, 2 * GST_RTC_RTX_HISTORY_MAX_AGE));
  g_assert_true (has (history, 2, 2 * GST_RTC_RTX_HISTORY_MAX_AGE));
  gst_rtc_rtx_history_free (history);
}

static void
test_order_and_repetition (void)
{
  GstRtcRtxHistory *history = gst_rtc_rtx_history_new ();

  add (history, 100, 100, 0);
  add (history, 103, 100, 0);
  add (history, 101, 100, 0);
  add (history, 101, 200, 0);
  g_assert_cmpuint (gst_rtc_rtx_history_get_n_packets (history), ==, 3);
  g_assert_true (has (history, 101, 0));
  g_assert_false (has (history, 102, 0));
  g_assert_false (has (history, 101, GST_RTC_RTX_HISTORY_REPEAT_INTERVAL - 1));
  g_assert_true (has (history, 101, GST_RTC_RTX_HISTORY_REPEAT_INTERVAL));
  /* Older than all that is here: the payloader started again. */
  add (history, 50, 100, 0);
  g_assert_cmpuint (gst_rtc_rtx_history_get_n_packets (history), ==, 1);
  gst_rtc_rtx_history_clear (history);
  g_assert_false (has (history, 50, 0));
  gst_rtc_rtx_history_free (history);
}

static void
test_copy (void)
{
  GstRtcSendFormat format = { .ssrc = 0x01020304, .pt = 111 };
  static const guint8 header[] = { 0x80, 0x80 | 111, 0x12, 0x34, 0, 0, 0, 0, 1, 2, 3, 4, 12, 13 };
  g_autoptr (GstBuffer) packet = new_packet (0x1234, sizeof header);
  g_autoptr (GstBuffer) copy = NULL;
  guint8 first[2];

  GST_BUFFER_PTS (packet) = 5;
  copy = gst_rtc_send_packet_copy (&format, packet);
  g_assert_cmpuint (gst_buffer_get_size (copy), ==, sizeof header);
  g_assert_cmpint (gst_buffer_memcmp (copy, 0, header, sizeof header), ==, 0);
  g_assert_cmpuint (GST_BUFFER_PTS (copy), ==, 5);
  gst_buffer_extract (packet, 0, first, sizeof first);
  g_assert_cmpuint (first[1], ==, 0x80 | 96);
}

static void
test_list (void)
{
  GstRtcSendFormat format = { .ssrc = 1, .pt = 97 };
  GstBufferList *list = gst_buffer_list_new ();
  GstBufferList *copies;

  gst_buffer_list_add (list, new_packet (1, 100));
  gst_buffer_list_add (list, gst_buffer_new_allocate (NULL, 11, NULL));
  gst_buffer_list_add (list, gst_buffer_append (new_packet (2, 12), new_packet (3, 50)));
  copies = gst_rtc_send_packet_copy_list (&format, list);
  g_assert_cmpuint (gst_buffer_list_length (copies), ==, 2);
  g_assert_cmpuint (gst_buffer_get_size (gst_buffer_list_get (copies, 0)), ==, 100);
  g_assert_cmpuint (gst_buffer_get_size (gst_buffer_list_get (copies, 1)), ==, 62);
  g_assert_cmpuint (gst_buffer_n_memory (gst_buffer_list_get (copies, 1)), ==, 1);
  gst_buffer_list_unref (copies);
  gst_buffer_list_unref (list);
}

static void
test_repeat (void)
{
  GstRtcSendFormat format = {
    .ssrc = 1, .pt = 96, .has_rtx = TRUE, .rtx_pt = 97, .rtx_ssrc = 0x55
  };
  static const guint8 expected[] = { 0x80, 0x80 | 97, 0xff, 0xee, 0, 0, 0, 0, 0, 0, 0, 0x55, 0x12,
    0x34, 12, 13 };
  g_autoptr (GstBuffer) packet = new_packet (0x1234, 14);
  g_autoptr (GstBuffer) repeated = gst_rtc_send_packet_repeat (&format, packet, 0xffee);
  g_autoptr (GstBuffer) empty = gst_buffer_new ();

  g_assert_cmpuint (gst_buffer_get_size (repeated), ==, sizeof expected);
  g_assert_cmpint (gst_buffer_memcmp (repeated, 0, expected, sizeof expected), ==, 0);
  g_assert_null (gst_rtc_send_packet_repeat (&format, empty, 1));
}

int
main (int argc, char **argv)
{
  gint result;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/rtx-history/window", test_window);
  g_test_add_func ("/rtx-history/age", test_age);
  g_test_add_func ("/rtx-history/order", test_order_and_repetition);
  g_test_add_func ("/send-packet/copy", test_copy);
  g_test_add_func ("/send-packet/list", test_list);
  g_test_add_func ("/send-packet/repeat", test_repeat);
  result = g_test_run ();
  gst_deinit ();
  return result;
}
