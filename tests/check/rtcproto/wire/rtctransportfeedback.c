/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Feedback bytes that were worked out from the draft by hand, and what is written is read again. */
#include "wire/rtctransportfeedback.h"

#define HEADER(words) 0x8f, 205, 0, words, 0, 0, 0, 1, 0, 0, 0, 2

/* @packets: a word a packet: its number, and "-" when it did not arrive or the arrival in us. NULL:
 * is refused. */
static const struct {
  const gchar *name;
  guint8 bytes[40];
  gsize size;
  const gchar *packets;
} rows[] = {
  { "run of one", { HEADER (5), 0x12, 0x34, 0, 1, 0, 0, 2, 9, 0x20, 1, 4, 0 }, 24, "4660:129000" },
  { "run of lost ones", { HEADER (5), 0xff, 0xff, 0, 2, 0, 0, 0, 9, 0x00, 2, 0, 0 }, 24,
      "65535:- 0:-" },
  { "vector of one bit", { HEADER (5), 0, 1, 0, 3, 0, 0, 0, 9, 0xa8, 0, 1, 2 }, 24,
      "1:250 2:- 3:750" },
  { "vector of two bits", { HEADER (6), 0, 1, 0, 3, 0, 0, 0, 9, 0xd2, 0, 4, 0xff, 0xfe, 0, 0, 0 },
      28, "1:1000 2:- 3:500" },
  { "two chunks", { HEADER (6), 0, 1, 0, 9, 0, 0, 0, 9, 0x00, 8, 0x20, 1, 5, 0, 0, 0 }, 28,
      "1:- 2:- 3:- 4:- 5:- 6:- 7:- 8:- 9:1250" },
  { "negative reference", { HEADER (5), 0, 1, 0, 1, 0xff, 0xff, 0xff, 9, 0x20, 1, 0, 0 }, 24,
      "1:-64000" },
  { "run is longer than the count", { HEADER (5), 0, 1, 0, 1, 0, 0, 0, 9, 0x20, 9, 0, 0 }, 24,
      "1:0" },
  { "reserved run", { HEADER (5), 0, 1, 0, 1, 0, 0, 0, 9, 0x60, 1, 0, 0 }, 24, NULL },
  { "reserved symbol", { HEADER (5), 0, 1, 0, 1, 0, 0, 0, 9, 0xf0, 0, 0, 0 }, 24, NULL },
  { "run of none", { HEADER (5), 0, 1, 0, 1, 0, 0, 0, 9, 0x20, 0, 0, 0 }, 24, NULL },
  { "no packets", { HEADER (5), 0, 1, 0, 0, 0, 0, 0, 9, 0x20, 0, 0, 0 }, 24, NULL },
  { "missing delta", { HEADER (5), 0, 1, 0, 3, 0, 0, 0, 9, 0x20, 3, 0, 0 }, 24, NULL },
  { "missing half of a delta", { HEADER (5), 0, 1, 0, 2, 0, 0, 0, 9, 0xd8, 0, 0, 0 }, 24, NULL },
  { "missing chunk", { HEADER (5), 0, 1, 0x10, 0, 0, 0, 0, 9, 0, 1, 0, 1 }, 24, NULL },
  { "too many packets", { HEADER (5), 0, 1, 0x20, 1, 0, 0, 0, 9, 0x1f, 0xff, 0x1f, 0xff }, 24,
      NULL },
  { "length too large", { HEADER (6), 0, 1, 0, 1, 0, 0, 0, 9, 0x20, 1, 0, 0 }, 24, NULL },
  { "length too small", { HEADER (4), 0, 1, 0, 1, 0, 0, 0, 9, 0x20, 1, 0, 0 }, 24, NULL },
  { "other format",
      { 0x8e, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0, 1, 0, 0, 0, 9, 0x20, 1, 0, 0 }, 24,
      NULL },
  { "other type",
      { 0x8f, 206, 0, 5, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0, 1, 0, 0, 0, 9, 0x20, 1, 0, 0 }, 24,
      NULL },
  { "other version",
      { 0x4f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0, 1, 0, 0, 0, 9, 0x20, 1, 0, 0 }, 24,
      NULL },
};

static gchar *
print (const RtcTransportFeedback *feedback)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < feedback->packets->len; i++) {
    const RtcTransportFeedbackPacket *packet =
        &g_array_index (feedback->packets, RtcTransportFeedbackPacket, i);

    g_string_append_printf (text, "%s%u:", i ? " " : "", packet->sequence);
    if (packet->is_received)
      g_string_append_printf (text, "%" G_GINT64_FORMAT, packet->arrival_us);
    else
      g_string_append_c (text, '-');
  }
  return g_string_free (text, FALSE);
}

static void
test_read (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (RtcTransportFeedback) feedback =
        rtc_transport_feedback_read (rows[i].bytes, rows[i].size);
    g_autofree gchar *packets = feedback ? print (feedback) : NULL;

    g_test_message ("%s", rows[i].name);
    g_assert_cmpstr (packets, ==, rows[i].packets);
    if (!feedback)
      continue;
    g_assert_cmpuint (feedback->sender_ssrc, ==, 1);
    g_assert_cmpuint (feedback->media_ssrc, ==, 2);
    g_assert_cmpuint (feedback->count, ==, 9);
  }
}

static void
test_every_length (void)
{
  for (gsize size = 0; size < rows[0].size; size++) {
    g_autofree guint8 *copy = g_memdup2 (rows[0].bytes, size);

    g_assert_null (rtc_transport_feedback_read (copy, size));
  }
}

static RtcTransportFeedback *
make (guint16 base, const gint64 *arrivals, guint count)
{
  RtcTransportFeedback *feedback = rtc_transport_feedback_new ();

  feedback->sender_ssrc = 1;
  feedback->media_ssrc = 2;
  feedback->count = 9;
  for (guint i = 0; i < count; i++) {
    RtcTransportFeedbackPacket packet = { (guint16) (base + i), arrivals[i] != G_MININT64,
      arrivals[i] };

    g_array_append_val (feedback->packets, packet);
  }
  return feedback;
}

#define LOST G_MININT64

static const struct {
  const gchar *name;
  guint16 base;
  gint64 arrivals[20];
  guint count;
  const gchar *packets; /* NULL: cannot be written */
} writes[] = {
  { "one", 7, { 129000 }, 1, "7:129000" },
  { "rounded down to 250 us", 7, { 129249, 129250 }, 2, "7:129000 8:129250" },
  { "negative", 7, { -1, 0 }, 2, "7:-250 8:0" },
  { "wraps", 65535, { 0, 1000 }, 2, "65535:0 0:1000" },
  { "reordered", 1, { 50000, 10000, LOST, 20000 }, 4, "1:50000 2:10000 3:- 4:20000" },
  { "first is lost", 1, { LOST, 64000000 }, 2, "1:- 2:64000000" },
  { "all are lost", 1, { LOST, LOST, LOST }, 3, "1:- 2:- 3:-" },
  { "run and vector", 1, { 0, 0, 0, 0, 0, 0, 0, 0, LOST, 100000, LOST, 0, LOST, 0, LOST, 0, LOST },
      17, "1:0 2:0 3:0 4:0 5:0 6:0 7:0 8:0 9:- 10:100000 11:- 12:0 13:- 14:0 15:- 16:0 17:-" },
  { "8 s apart", 1, { 0, 8191750 }, 2, "1:0 2:8191750" },
  { "further apart", 1, { 0, 8192000 }, 2, NULL },
  { "none", 1, { 0 }, 0, NULL },
};

static void
test_write (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (writes); i++) {
    g_autoptr (RtcTransportFeedback) feedback =
        make (writes[i].base, writes[i].arrivals, writes[i].count);
    g_autoptr (GBytes) bytes = rtc_transport_feedback_write (feedback);
    g_autoptr (RtcTransportFeedback) again = NULL;
    g_autofree gchar *packets = NULL;
    const guint8 *data;
    gsize size;

    g_test_message ("%s", writes[i].name);
    g_assert_cmpint (bytes != NULL, ==, writes[i].packets != NULL);
    if (!bytes)
      continue;
    data = g_bytes_get_data (bytes, &size);
    again = rtc_transport_feedback_read (data, size);
    packets = print (again);
    g_assert_cmpstr (packets, ==, writes[i].packets);
    g_assert_cmpuint (size % 4, ==, 0);
    g_assert_cmpuint (again->count, ==, 9);
  }
}

static void
test_write_bytes (void)
{
  const gint64 arrivals[] = { 129000 };
  g_autoptr (RtcTransportFeedback) feedback = make (0x1234, arrivals, 1);
  g_autoptr (GBytes) bytes = rtc_transport_feedback_write (feedback);

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), rows[0].bytes, 24);
}

static void
test_gap_and_many (void)
{
  const gint64 arrivals[] = { 0, 0 };
  g_autoptr (RtcTransportFeedback) gap = make (1, arrivals, 2);
  g_autoptr (RtcTransportFeedback) many = rtc_transport_feedback_new ();
  g_autoptr (GBytes) bytes = NULL;

  g_array_index (gap->packets, RtcTransportFeedbackPacket, 1).sequence = 3;
  g_assert_null (rtc_transport_feedback_write (gap));
  for (guint i = 0; i <= RTC_TRANSPORT_FEEDBACK_MAX_PACKETS; i++) {
    RtcTransportFeedbackPacket packet = { (guint16) i, TRUE, 0 };

    g_array_append_val (many->packets, packet);
  }
  g_assert_null (rtc_transport_feedback_write (many));
  g_array_set_size (many->packets, RTC_TRANSPORT_FEEDBACK_MAX_PACKETS);
  bytes = rtc_transport_feedback_write (many);
  g_assert_nonnull (bytes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transport-feedback/read", test_read);
  g_test_add_func ("/transport-feedback/every-length", test_every_length);
  g_test_add_func ("/transport-feedback/write", test_write);
  g_test_add_func ("/transport-feedback/write-bytes", test_write_bytes);
  g_test_add_func ("/transport-feedback/gap-and-many", test_gap_and_many);
  return g_test_run ();
}
