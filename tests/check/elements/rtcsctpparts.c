/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The pure parts of rtcsctp, compiled into this program: checksum, packet checks, the turns and
 * accounts of the queue, the batch of packets, the window that the peer sees, and
 * packets that are sent again.
 */
#include <string.h>

#include "rtcsctpbatch.h"
#include "rtcsctpcrc32c.h"
#include "rtcsctppacket.h"
#include "rtcsctpqueue.h"
#include "rtcsctprack.h"
#include "rtcsctpwindow.h"

/* RFC 3720 appendix B.4 has the vectors of 32 bytes. */
static void
test_crc32c (void)
{
  guint8 zeros[32] = { 0 }, ones[32], rising[32], falling[32];

  for (guint i = 0; i < 32; i++) {
    ones[i] = 0xff;
    rising[i] = i;
    falling[i] = 31 - i;
  }
  const struct {
    const gchar *name;
    const guint8 *data;
    gsize size;
    guint32 crc;
  } rows[] = {
    { "nothing", zeros, 0, 0 },
    { "123456789", (const guint8 *) "123456789", 9, 0xe3069283 },
    { "zeros", zeros, 32, 0x8a9136aa },
    { "ones", ones, 32, 0x62a8ab43 },
    { "rising", rising, 32, 0x46dd794e },
    { "falling", falling, 32, 0x113fdb5c },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s", rows[i].name);
    g_assert_cmphex (rtc_sctp_crc32c (rows[i].data, rows[i].size), ==, rows[i].crc);
    g_assert_cmphex (rtc_sctp_crc32c_table (rows[i].data, rows[i].size), ==, rows[i].crc);
  }
}

#define HEADER "\x13\x88\x13\x89\0\0\0\1\0\0\0\0" /* 5000 to 5001 */
#define BYTES(s) s, sizeof (s) - 1

static const struct {
  const gchar *name;
  const gchar *packet;
  gsize size;
  RtcSctpPacketVerdict verdict;
  guint max_inbound_streams;
} packets[] = {
  { "cookie ack", BYTES (HEADER "\x0b\0\0\4"), RTC_SCTP_PACKET_GOOD, 0 },
  { "nothing", BYTES (""), RTC_SCTP_PACKET_SHORT, 0 },
  { "header alone", BYTES (HEADER), RTC_SCTP_PACKET_SHORT, 0 },
  { "chunk of length 0", BYTES (HEADER "\x0b\0\0\0"), RTC_SCTP_PACKET_SHORT, 0 },
  { "chunk longer than the packet", BYTES (HEADER "\x0b\0\0\5"), RTC_SCTP_PACKET_SHORT, 0 },
  { "source port", BYTES ("\x13\x89\x13\x89\0\0\0\1\0\0\0\0\x0b\0\0\4"), RTC_SCTP_PACKET_WRONG_PORT,
      0 },
  { "destination port", BYTES ("\x13\x88\x13\x88\0\0\0\1\0\0\0\0\x0b\0\0\4"),
      RTC_SCTP_PACKET_WRONG_PORT, 0 },
  { "init", BYTES (HEADER "\1\0\0\x14\0\0\0\1\0\1\0\0\0\x40\4\0\0\0\0\1"), RTC_SCTP_PACKET_GOOD,
      1024 },
  { "short init", BYTES (HEADER "\1\0\0\x10\0\0\0\1\0\1\0\0\0\x40\4\0"), RTC_SCTP_PACKET_SHORT, 0 },
  { "init ack with IPv4",
      BYTES (HEADER "\2\0\0\x1c\0\0\0\1\0\1\0\0\0\x40\4\0\0\0\0\1\0\5\0\x08\1\2\3\4"),
      RTC_SCTP_PACKET_UNWANTED, 0 },
  { "asconf behind another chunk", BYTES (HEADER "\x0b\0\0\4\xc1\0\0\4"), RTC_SCTP_PACKET_UNWANTED,
      0 },
};

static void
test_packet_check (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (packets); i++) {
    RtcSctpPacketInfo info;

    g_test_message ("%s", packets[i].name);
    g_assert_cmpint (rtc_sctp_packet_check (
                         (const guint8 *) packets[i].packet, packets[i].size, 5001, 5000, &info),
        ==, packets[i].verdict);
    g_assert_cmpuint (info.max_inbound_streams, ==, packets[i].max_inbound_streams);
  }
}

static void
test_data_chunks (void)
{
  static const gchar packet[] = HEADER "\3\0\0\4"
                                       "\0\2\0\x12\0\0\0\7\0\5\0\0\0\0\0\x35xy\0\0"
                                       "\0\1\0\x14\0\0\0\x08\0\6\0\0\0\0\0\x35zzzz";
  RtcSctpDataIter iter;
  RtcSctpDataChunk chunk;

  rtc_sctp_data_iter_init (&iter, (const guint8 *) packet, sizeof packet - 1);
  g_assert_true (rtc_sctp_data_iter_next (&iter, &chunk));
  g_assert_cmpuint (chunk.tsn, ==, 7);
  g_assert_cmpuint (chunk.stream, ==, 5);
  g_assert_cmpuint (chunk.size_bytes, ==, 2);
  g_assert_true (chunk.is_first);
  g_assert_true (rtc_sctp_data_iter_next (&iter, &chunk));
  g_assert_cmpuint (chunk.stream, ==, 6);
  g_assert_cmpuint (chunk.size_bytes, ==, 4);
  g_assert_false (chunk.is_first);
  g_assert_false (rtc_sctp_data_iter_next (&iter, &chunk));
  for (gsize size = 0; size < sizeof packet - 1; size++) {
    rtc_sctp_data_iter_init (&iter, (const guint8 *) packet, size);
    while (rtc_sctp_data_iter_next (&iter, &chunk))
      ;
  }
}

static void
push (RtcSctpQueue *queue, guint16 stream, gsize size, GstClockTime expires)
{
  g_autoptr (GBytes) data = g_bytes_new_take (g_malloc0 (size), size);
  RtcSctpMessage message = { .stream = stream,
    .ppid = 53,
    .data = data,
    .reliability = { TRUE, -1, expires == GST_CLOCK_TIME_NONE ? -1 : 1 },
    .expires = expires };

  rtc_sctp_queue_push (queue, &message);
}

static gint
pop (RtcSctpQueue *queue, GstClockTime now, RtcSctpMessage *out_message)
{
  if (!rtc_sctp_queue_pop (queue, now, out_message))
    return -1;
  g_clear_pointer (&out_message->data, g_bytes_unref);
  return out_message->stream;
}

static void
test_queue_takes_turns (void)
{
  RtcSctpQueue queue;
  RtcSctpMessage message;

  rtc_sctp_queue_init (&queue);
  for (guint i = 0; i < 3; i++)
    push (&queue, 1, 100, GST_CLOCK_TIME_NONE);
  push (&queue, 2, 10, GST_CLOCK_TIME_NONE);
  g_assert_cmpint (pop (&queue, 0, &message), ==, 1);
  g_assert_cmpint (pop (&queue, 0, &message), ==, 2);
  g_assert_cmpint (pop (&queue, 0, &message), ==, 1);
  g_assert_cmpuint (queue.buffered_bytes, ==, 310);
  g_assert_cmpuint (queue.stack_bytes, ==, 210);
  rtc_sctp_queue_sent (&queue, 1, 60, TRUE);
  g_assert_cmpuint (rtc_sctp_queue_find (&queue, 1)->buffered_bytes, ==, 240);
  /* The next message begins: what was left of the first is gone. */
  rtc_sctp_queue_sent (&queue, 1, 30, TRUE);
  g_assert_cmpuint (rtc_sctp_queue_find (&queue, 1)->buffered_bytes, ==, 170);
  rtc_sctp_queue_abandoned (&queue, 1, message.context);
  g_assert_cmpuint (rtc_sctp_queue_find (&queue, 1)->buffered_bytes, ==, 100);
  rtc_sctp_queue_abandoned (&queue, 1, message.context);
  g_assert_cmpuint (queue.buffered_bytes, ==, 110);
  g_assert_cmpuint (queue.noted->len, ==, 1);
  rtc_sctp_queue_clear (&queue);
}

static void
test_queue_put_back (void)
{
  RtcSctpQueue queue;
  RtcSctpMessage message;

  rtc_sctp_queue_init (&queue);
  push (&queue, 1, 100, GST_CLOCK_TIME_NONE);
  push (&queue, 1, 50, GST_CLOCK_TIME_NONE);
  g_assert_true (rtc_sctp_queue_pop (&queue, 0, &message));
  rtc_sctp_queue_put_back (&queue, &message);
  g_assert_null (message.data);
  g_assert_cmpuint (queue.stack_bytes, ==, 0);
  g_assert_cmpint (pop (&queue, 0, &message), ==, -1);
  rtc_sctp_queue_retry (&queue);
  g_assert_cmpint (pop (&queue, 0, &message), ==, 1);
  g_assert_cmpuint (message.unsent_bytes, ==, 100);
  rtc_sctp_queue_remove (&queue, rtc_sctp_queue_find (&queue, 1));
  g_assert_cmpuint (queue.buffered_bytes, ==, 0);
  g_assert_cmpuint (queue.stack_bytes, ==, 0);
  g_assert_cmpuint (queue.messages, ==, 0);
  rtc_sctp_queue_clear (&queue);
}

static void
test_queue_lifetime (void)
{
  RtcSctpQueue queue;
  RtcSctpMessage message;

  rtc_sctp_queue_init (&queue);
  push (&queue, 1, 100, 10);
  push (&queue, 1, 100, 20);
  push (&queue, 2, 100, GST_CLOCK_TIME_NONE);
  g_assert_cmpint (pop (&queue, 15, &message), ==, 1);
  g_assert_cmpuint (message.expires, ==, 20);
  g_assert_cmpuint (queue.buffered_bytes, ==, 200);
  push (&queue, 1, 100, 30);
  /* Not before the stack has nothing left. */
  g_assert_cmpint (pop (&queue, 15, &message), ==, 2);
  g_assert_cmpint (pop (&queue, 15, &message), ==, -1);
  rtc_sctp_queue_sent (&queue, 1, 100, TRUE);
  rtc_sctp_queue_sent (&queue, 2, 100, TRUE);
  rtc_sctp_queue_retry (&queue);
  g_assert_cmpint (pop (&queue, 15, &message), ==, 1);
  rtc_sctp_queue_clear (&queue);
}

static void
test_batch_drops_superseded_sacks (void)
{
  static const gchar sack[] = HEADER "\3\0\0\x10\0\0\0\1\0\1\0\0\0\0\0\0";
  static const gchar data[] = HEADER "\0\3\0\x14\0\0\0\7\0\5\0\0\0\0\0\x35xyzz";
  RtcSctpBatch batch;
  GstBufferList *list;

  rtc_sctp_batch_init (&batch);
  g_assert_null (rtc_sctp_batch_take (&batch));
  rtc_sctp_batch_add (&batch, (const guint8 *) sack, sizeof sack - 1);
  rtc_sctp_batch_add (&batch, (const guint8 *) data, sizeof data - 1);
  rtc_sctp_batch_add (&batch, (const guint8 *) sack, sizeof sack - 1);
  list = rtc_sctp_batch_take (&batch);
  g_assert_cmpuint (gst_buffer_list_length (list), ==, 2);
  g_assert_cmpuint (gst_buffer_get_size (gst_buffer_list_get (list, 0)), ==, sizeof data - 1);
  gst_buffer_list_unref (list);
  for (guint i = 0; i < 33; i++)
    rtc_sctp_batch_add (&batch, (const guint8 *) sack, sizeof sack - 1);
  list = rtc_sctp_batch_take (&batch);
  g_assert_cmpuint (gst_buffer_list_length (list), ==, 5);
  gst_buffer_list_unref (list);
}

/* COOKIE ACK, a SACK with a gap and a duplicate, and DATA. */
#define SACK_PACKET                                                                                \
  HEADER "\x0b\0\0\4" /* */                                                                        \
         "\3\0\0\x18\0\0\0\x2a\0\x10\0\0\0\1\0\1\0\2\0\3\0\0\0\7"                                  \
         "\0\3\0\x11\0\0\0\1\0\0\0\0\0\0\0\x33x"

static void
test_find_sack (void)
{
  static const struct {
    const gchar *name;
    const gchar *packet;
    gsize size;
    gboolean has_sack;
  } rows[] = {
    { "behind another chunk", BYTES (SACK_PACKET), TRUE },
    { "cut off", BYTES (HEADER "\3\0\0\x10\0\0\0\1\0\1"), FALSE },
    { "shorter than a SACK", BYTES (HEADER "\3\0\0\x0c\0\0\0\1\0\1\0\0"), FALSE },
    { "gaps that are not there", BYTES (HEADER "\3\0\0\x10\0\0\0\1\0\1\0\0\0\1\0\0"), FALSE },
    { "behind DATA",
        BYTES (HEADER "\0\3\0\x10\0\0\0\1\0\0\0\0\0\0\0\x33\3\0\0\x10\0\0\0\1\0\1\0\0\0\0\0\0"),
        FALSE },
    { "nothing", BYTES (""), FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    RtcSctpSack sack;

    g_test_message ("%s", rows[i].name);
    g_assert_cmpint (
        rtc_sctp_packet_find_sack ((const guint8 *) rows[i].packet, rows[i].size, &sack), ==,
        rows[i].has_sack);
  }
}

/* A SACK of the stack, which thinks that @stack_window is free, leaves. Returns what it then says.
 */
static guint32
send_sack (RtcSctpWindow *window, guint32 stack_window)
{
  static const gchar content[] = SACK_PACKET;
  g_autofree guint8 *packet = g_memdup2 (content, sizeof content - 1);
  RtcSctpSack sack;

  GST_WRITE_UINT32_BE (packet + 24, stack_window);
  rtc_sctp_window_write (window, packet, sizeof content - 1);
  g_assert_true (rtc_sctp_packet_find_sack (packet, sizeof content - 1, &sack));
  g_assert_cmpuint (sack.cumulative_tsn, ==, 42);
  /* The rest is as it was. */
  GST_WRITE_UINT32_BE (packet + 24, 0x00100000);
  g_assert_cmpmem (packet, sizeof content - 1, content, sizeof content - 1);
  return sack.window_bytes;
}

#define FULL (1024 * 1024)

static void
test_window (void)
{
  RtcSctpBudget budget = { .limit_bytes = 16 * FULL };
  RtcSctpWindow window;
  const GByteArray *again;
  RtcSctpSack sack;

  rtc_sctp_window_init (&window, &budget, FULL);
  g_assert_null (rtc_sctp_window_repeat_sack (&window));
  g_assert_false (rtc_sctp_window_is_update_due (&window));
  g_assert_cmpuint (send_sack (&window, FULL), ==, FULL);

  /* 100 messages with what they cost, and what the stack holds. */
  for (guint i = 0; i < 100; i++)
    rtc_sctp_window_hold (&window, 1000);
  g_assert_cmpuint (send_sack (&window, FULL), ==, FULL - 100 * (1000 + 128));
  g_assert_cmpuint (send_sack (&window, FULL - 5000), ==, FULL - 100 * (1000 + 128) - 5000);
  g_assert_cmpuint (budget.taken_bytes, ==, 65536);
  g_assert_cmpuint (send_sack (&window, 200000), <, 100000);
  /* Not a silly window. */
  g_assert_cmpuint (send_sack (&window, 100 * (1000 + 128) + 1000), ==, 0);
  g_assert_false (rtc_sctp_window_is_update_due (&window));
  rtc_sctp_window_release (&window, 10, 10000);
  g_assert_false (rtc_sctp_window_is_update_due (&window));
  g_assert_cmpuint (send_sack (&window, FULL), ==, FULL - 90 * (1000 + 128));

  /* Full, then read: the peer hears of a quarter, with the gaps and without the duplicates. */
  for (guint i = 0; i < 15; i++)
    rtc_sctp_window_hold (&window, 65536);
  g_assert_cmpuint (send_sack (&window, FULL), ==, 0);
  rtc_sctp_window_release (&window, 1, 65536);
  g_assert_false (rtc_sctp_window_is_update_due (&window));
  rtc_sctp_window_release (&window, 14, 14 * 65536);
  g_assert_true (rtc_sctp_window_is_update_due (&window));
  again = rtc_sctp_window_repeat_sack (&window);
  g_assert_cmpuint (again->len, ==, 12 + 20);
  g_assert_true (rtc_sctp_packet_is_sack (again->data, again->len));
  g_assert_true (rtc_sctp_packet_find_sack (again->data, again->len, &sack));
  g_assert_cmpuint (sack.cumulative_tsn, ==, 42);
  g_assert_cmpuint (sack.n_gaps, ==, 1);
  g_assert_cmpuint (sack.window_bytes, ==, FULL - 90 * (1000 + 128));
  g_assert_false (rtc_sctp_window_is_update_due (&window));
  rtc_sctp_window_clear (&window);
  g_assert_cmpuint (budget.taken_bytes, ==, 0);
}

static void
test_window_overrun (void)
{
  RtcSctpBudget budget = { .limit_bytes = 16 * FULL };
  RtcSctpWindow window;

  rtc_sctp_window_init (&window, &budget, FULL);
  g_assert_cmpuint (send_sack (&window, FULL), ==, FULL);
  rtc_sctp_window_hold (&window, FULL + FULL / 2 - 128);
  g_assert_false (rtc_sctp_window_is_overrun (&window));
  rtc_sctp_window_hold (&window, 0);
  g_assert_true (rtc_sctp_window_is_overrun (&window));
  /* Others do not, but of one chunk each third probe comes through. */
  for (guint i = 0; i < 100; i++)
    g_assert_false (rtc_sctp_window_accepts (&window, 100 + i));
  for (guint i = 1; i <= 81; i++)
    g_assert_cmpint (rtc_sctp_window_accepts (&window, 43), ==, i % 3 == 0);
  /* None does when that is too much. */
  for (guint i = 0; i < 4; i++)
    rtc_sctp_window_hold (&window, FULL);
  for (guint i = 0; i < 81; i++)
    g_assert_false (rtc_sctp_window_accepts (&window, 43));
  /* What incomplete messages wait for does. */
  rtc_sctp_window_release (&window, 6, 5 * FULL + FULL / 2 - 128);
  g_assert_cmpuint (send_sack (&window, 0), ==, 0);
  rtc_sctp_window_hold (&window, FULL / 2);
  g_assert_true (rtc_sctp_window_is_overrun (&window));
  g_assert_true (rtc_sctp_window_accepts (&window, 43));
  g_assert_false (rtc_sctp_window_accepts (&window, 44));
  rtc_sctp_window_clear (&window);
}

/* Peers that fill their windows make those of all small, until somebody reads. */
static void
test_window_budget (void)
{
  RtcSctpBudget budget = { .limit_bytes = 4 * FULL };
  RtcSctpWindow windows[8];

  for (guint i = 0; i < 8; i++)
    rtc_sctp_window_init (&windows[i], &budget, FULL);
  for (guint i = 0; i < 5; i++) {
    g_assert_cmpuint (send_sack (&windows[i], FULL), ==, FULL);
    g_assert_cmpuint (send_sack (&windows[i], 4096), <=, 4096);
  }
  g_assert_cmpuint (budget.taken_bytes, >, budget.limit_bytes);
  /* One without anything still has room for what comes out of order, and no more. */
  g_assert_cmpuint (send_sack (&windows[6], FULL), ==, 128 * 1024);
  g_assert_cmpuint (send_sack (&windows[6], FULL - 65536), ==, 65536);
  g_assert_false (rtc_sctp_window_is_overrun (&windows[6]));
  g_assert_true (rtc_sctp_window_is_overrun (&windows[0]));
  g_assert_true (rtc_sctp_window_accepts (&windows[0], 43));
  g_assert_false (rtc_sctp_window_accepts (&windows[0], 44));
  g_assert_false (rtc_sctp_window_is_update_due (&windows[6]));
  /* One association ends, another one's socket is closed while messages still wait. */
  rtc_sctp_window_hold (&windows[1], 1000);
  rtc_sctp_window_clear (&windows[0]);
  rtc_sctp_window_close (&windows[1]);
  g_assert_true (rtc_sctp_window_is_update_due (&windows[6]));
  g_assert_cmpuint (send_sack (&windows[6], FULL), ==, FULL);
  for (guint i = 1; i < 8; i++)
    rtc_sctp_window_clear (&windows[i]);
  g_assert_cmpuint (budget.taken_bytes, ==, 0);
}

/* A packet with SACK and one chunk leaves. */
static void
rack_send (RtcSctpRack *rack, guint32 tsn, GstClockTime now)
{
  static const gchar content[] = SACK_PACKET;

  rtc_sctp_rack_sent (rack, (const guint8 *) content, sizeof content - 1, tsn, tsn, TRUE, now);
}

/* A SACK up to @tsn, with one gap when @end > 0. */
static void
rack_acknowledge (RtcSctpRack *rack, guint32 tsn, guint16 start, guint16 end, GstClockTime now)
{
  guint8 packet[] = HEADER "\3\0\0\x14\0\0\0\0\0\x80\0\0\0\0\0\0\0\0\0\0";
  RtcSctpSack sack;

  GST_WRITE_UINT32_BE (packet + 16, tsn);
  packet[25] = end > 0;
  GST_WRITE_UINT16_BE (packet + 28, start);
  GST_WRITE_UINT16_BE (packet + 30, end);
  g_assert_true (rtc_sctp_packet_find_sack (packet, sizeof packet - 1, &sack));
  rtc_sctp_rack_acknowledged (rack, packet, &sack, now);
}

#define MS(n) ((GstClockTime) (n) *GST_MSECOND)

/* The round trip is 20 ms, known from the first packet. */
static void
rack_begin (RtcSctpRack *rack)
{
  rtc_sctp_rack_init (rack);
  rack_send (rack, 0xffffffff, MS (1));
  g_assert_false (GST_CLOCK_TIME_IS_VALID (rtc_sctp_rack_next_deadline (rack)));
  rack_acknowledge (rack, 0xffffffff, 0, 0, MS (21));
  g_assert_cmpuint (rack->round_trip, ==, MS (20));
  g_assert_cmpuint (rack->n_packets, ==, 0);
}

static void
test_rack_probes (void)
{
  RtcSctpRack rack;
  const GByteArray *packet;

  rack_begin (&rack);
  rack_send (&rack, 0, MS (100));
  g_assert_cmpuint (rtc_sctp_rack_next_deadline (&rack), ==, MS (150));
  g_assert_null (rtc_sctp_rack_take (&rack, MS (149)));
  packet = rtc_sctp_rack_take (&rack, MS (150));
  /* Without its old SACK. */
  g_assert_cmpuint (packet->len, ==, 12 + 17);
  g_assert_cmpuint (packet->data[12], ==, 0);
  g_assert_null (rtc_sctp_rack_take (&rack, MS (150)));
  /* Twice as long for the second one, and then the stack is left alone. */
  g_assert_cmpuint (rtc_sctp_rack_next_deadline (&rack), ==, MS (250));
  g_assert_nonnull (rtc_sctp_rack_take (&rack, MS (250)));
  g_assert_false (GST_CLOCK_TIME_IS_VALID (rtc_sctp_rack_next_deadline (&rack)));
  g_assert_null (rtc_sctp_rack_take (&rack, MS (10000)));
  /* An answer to a packet that was sent again measures nothing. */
  rack_acknowledge (&rack, 0, 0, 0, MS (275));
  g_assert_cmpuint (rack.round_trip, ==, MS (20));
  rtc_sctp_rack_clear (&rack);
}

static void
test_rack_finds_loss (void)
{
  RtcSctpRack rack;

  rack_begin (&rack);
  rack_send (&rack, 0, MS (100));
  rack_send (&rack, 1, MS (110));
  rack_send (&rack, 2, MS (112));
  /* The second one has arrived: the first one is late by more than a quarter round trip. */
  rack_acknowledge (&rack, 0xffffffff, 2, 2, MS (130));
  g_assert_cmpuint (rack.n_packets, ==, 2);
  g_assert_nonnull (rtc_sctp_rack_take (&rack, MS (130)));
  g_assert_null (rtc_sctp_rack_take (&rack, MS (130)));
  /* The third one left later. */
  g_assert_cmpuint (rtc_sctp_rack_next_deadline (&rack), ==, MS (130 + 50));
  rack_acknowledge (&rack, 2, 0, 0, MS (150));
  g_assert_cmpuint (rack.n_packets, ==, 0);

  /* Only out of order: no packet is sent again. */
  rack_send (&rack, 3, MS (200));
  rack_send (&rack, 4, MS (200));
  rack_acknowledge (&rack, 2, 2, 2, MS (220));
  g_assert_null (rtc_sctp_rack_take (&rack, MS (220)));
  rack_acknowledge (&rack, 4, 0, 0, MS (222));
  g_assert_null (rtc_sctp_rack_take (&rack, MS (1000)));
  /* Of one burst the first has arrived: the second one is not late yet. */
  rack_send (&rack, 5, MS (300));
  rack_send (&rack, 6, MS (300));
  rack_acknowledge (&rack, 5, 0, 0, MS (320));
  g_assert_null (rtc_sctp_rack_take (&rack, MS (330)));
  rtc_sctp_rack_clear (&rack);
}

static void
test_rack_leaves_alone (void)
{
  RtcSctpRack rack;

  /* A long flight, until it is over. */
  rack_begin (&rack);
  for (guint32 tsn = 0; tsn < 9; tsn++)
    rack_send (&rack, tsn, MS (100));
  g_assert_cmpuint (rack.n_packets, ==, 0);
  g_assert_false (GST_CLOCK_TIME_IS_VALID (rtc_sctp_rack_next_deadline (&rack)));
  rack_acknowledge (&rack, 7, 0, 0, MS (120));
  rack_send (&rack, 9, MS (120));
  g_assert_cmpuint (rack.n_packets, ==, 0);
  rack_acknowledge (&rack, 9, 0, 0, MS (140));
  rack_send (&rack, 10, MS (140));
  g_assert_cmpuint (rack.n_packets, ==, 1);
  /* A closed window. */
  {
    RtcSctpSack closed = { .cumulative_tsn = 9 };

    rtc_sctp_rack_acknowledged (&rack, NULL, &closed, MS (150));
  }
  g_assert_false (GST_CLOCK_TIME_IS_VALID (rtc_sctp_rack_next_deadline (&rack)));
  rack_acknowledge (&rack, 10, 0, 0, MS (160));
  /* What may not be sent again, and what the stack has just sent again. */
  rtc_sctp_rack_sent (&rack, (const guint8 *) HEADER, 12, 11, 11, FALSE, MS (200));
  g_assert_null (rtc_sctp_rack_take (&rack, MS (10000)));
  rack_acknowledge (&rack, 11, 0, 0, MS (220));
  rack_send (&rack, 12, MS (300));
  rtc_sctp_rack_resent (&rack, 12, MS (340));
  g_assert_cmpuint (rtc_sctp_rack_next_deadline (&rack), ==, MS (390));
  rtc_sctp_rack_clear (&rack);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sctp/crc32c", test_crc32c);
  g_test_add_func ("/sctp/packet-check", test_packet_check);
  g_test_add_func ("/sctp/data-chunks", test_data_chunks);
  g_test_add_func ("/sctp/queue-turns", test_queue_takes_turns);
  g_test_add_func ("/sctp/queue-put-back", test_queue_put_back);
  g_test_add_func ("/sctp/queue-lifetime", test_queue_lifetime);
  g_test_add_func ("/sctp/batch", test_batch_drops_superseded_sacks);
  g_test_add_func ("/sctp/find-sack", test_find_sack);
  g_test_add_func ("/sctp/window", test_window);
  g_test_add_func ("/sctp/window-overrun", test_window_overrun);
  g_test_add_func ("/sctp/window-budget", test_window_budget);
  g_test_add_func ("/sctp/rack-probes", test_rack_probes);
  g_test_add_func ("/sctp/rack-finds-loss", test_rack_finds_loss);
  g_test_add_func ("/sctp/rack-leaves-alone", test_rack_leaves_alone);
  return g_test_run ();
}
