/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Batches of UDP packets against a kernel that the test plays. */
#include "rtcudpsender.h"

#include <errno.h>
#include <netinet/udp.h>
#include <string.h>

/* What was sent, as packets and as messages. */
static struct {
  GArray *packet_numbers; /* guint16: the first two bytes */
  guint n_messages;
  guint n_trains;
  guint n_calls;
  /* how it behaves: */
  gint error;           /* of every call */
  gint train_error;     /* of a train, as the first message */
  gsize max_train_size; /* segments over it are refused with EINVAL, 0: none */
  guint room;           /* messages taken before EAGAIN */
  guint fail_every;     /* each n-th call: EAGAIN */
} kernel;

static void
kernel_reset (void)
{
  g_clear_pointer (&kernel.packet_numbers, g_array_unref);
  memset (&kernel, 0, sizeof kernel);
  kernel.packet_numbers = g_array_new (FALSE, FALSE, sizeof (guint16));
  kernel.room = G_MAXUINT;
}

static gsize
segment_size (const struct msghdr *message)
{
  guint16 size;

  if (message->msg_controllen == 0)
    return 0;
  memcpy (&size, CMSG_DATA (CMSG_FIRSTHDR (message)), sizeof size);
  return size;
}

static gint
take_message (struct msghdr *message)
{
  gsize size = segment_size (message);

  if (kernel.error != 0)
    return kernel.error;
  if (size > 0 && kernel.train_error != 0)
    return kernel.train_error;
  if (size > 0 && kernel.max_train_size > 0 && size > kernel.max_train_size)
    return EINVAL;
  if (kernel.room == 0)
    return EAGAIN;
  kernel.room--;
  kernel.n_messages++;
  kernel.n_trains += size > 0;
  for (guint i = 0; i < message->msg_iovlen; i++) {
    guint16 number;

    /* The kernel cuts by size, so all but the last must have it. */
    if (size > 0)
      g_assert_true (message->msg_iov[i].iov_len == size ||
          (i + 1 == message->msg_iovlen && message->msg_iov[i].iov_len < size));
    memcpy (&number, message->msg_iov[i].iov_base, sizeof number);
    g_array_append_val (kernel.packet_numbers, number);
  }
  return 0;
}

static int
kernel_send (int fd, struct mmsghdr *messages, unsigned int n_messages, int flags)
{
  g_assert_cmpint (fd, ==, 7);
  g_assert_true (flags & MSG_DONTWAIT);
  if (kernel.fail_every != 0 && ++kernel.n_calls % kernel.fail_every == 0) {
    errno = EAGAIN;
    return -1;
  }
  for (unsigned int i = 0; i < n_messages; i++) {
    gint error = take_message (&messages[i].msg_hdr);

    if (error == 0)
      continue;
    errno = error;
    return i > 0 ? (int) i : -1;
  }
  return (int) n_messages;
}

static const RtcSocketAddress peer = { .ip4 = { .sin_family = AF_INET, .sin_port = 1 } };

/* @sizes: 0 ends them. Packets are numbered from @first on. */
static GstBufferList *
make_list (guint16 first, const gsize *sizes)
{
  GstBufferList *list = gst_buffer_list_new ();

  for (guint i = 0; sizes[i] != 0; i++) {
    guint16 number = (guint16) (first + i);
    guint8 *bytes = g_malloc0 (sizes[i]);

    memcpy (bytes, &number, sizeof number);
    gst_buffer_list_add (list, gst_buffer_new_wrapped (bytes, sizes[i]));
  }
  return list;
}

static GstBufferList *
make_equal_list (guint16 first, guint n_packets, gsize size)
{
  g_autofree gsize *sizes = g_new0 (gsize, n_packets + 1);

  for (guint i = 0; i < n_packets; i++)
    sizes[i] = size;
  return make_list (first, sizes);
}

static void
check_order (guint n_packets)
{
  g_assert_cmpuint (kernel.packet_numbers->len, ==, n_packets);
  for (guint i = 0; i < n_packets; i++)
    g_assert_cmpuint (g_array_index (kernel.packet_numbers, guint16, i), ==, i);
}

typedef struct {
  const gchar *name;
  gsize sizes[12];
  guint n_packets;
  guint n_messages;
  guint n_trains;
} BatchRow;

static const BatchRow batch_rows[] = {
  { "one", { 100 }, 1, 1, 0 },
  { "equal", { 1200, 1200, 1200 }, 3, 1, 1 },
  { "last shorter", { 1200, 1200, 300 }, 3, 1, 1 },
  { "shorter in the middle", { 1200, 300, 1200, 1200 }, 4, 2, 2 },
  { "growing", { 100, 200, 300 }, 3, 3, 0 },
  { "falling", { 300, 200, 100 }, 3, 2, 1 },
  { "mixed", { 100, 100, 1200, 1200, 1200, 50, 60 }, 7, 3, 2 },
  { "more than one IP packet holds", { 20000, 20000, 20000, 20000, 20000 }, 5, 2, 2 },
};

static void
test_batch (gconstpointer data)
{
  const BatchRow *row = data;
  RtcUdpSender *sender = rtc_udp_sender_new (7, kernel_send);
  GstBufferList *list = make_list (0, row->sizes);

  kernel_reset ();
  g_assert_true (rtc_udp_sender_send (sender, &peer, list));
  check_order (row->n_packets);
  g_assert_cmpuint (kernel.n_messages, ==, row->n_messages);
  g_assert_cmpuint (kernel.n_trains, ==, row->n_trains);
  g_assert_cmpuint (rtc_udp_sender_get_counts (sender)->packets_sent, ==, row->n_packets);
  gst_buffer_list_unref (list);
  rtc_udp_sender_free (sender);
}

/* 64 segments at most in a train, whatever the list's length. */
static void
test_long_list (void)
{
  RtcUdpSender *sender = rtc_udp_sender_new (7, kernel_send);
  GstBufferList *list = make_equal_list (0, 200, 100);

  kernel_reset ();
  g_assert_true (rtc_udp_sender_send (sender, &peer, list));
  check_order (200);
  g_assert_cmpuint (kernel.n_trains, ==, 4);
  gst_buffer_list_unref (list);
  rtc_udp_sender_free (sender);
}

/* A device without checksum offload: one refusal, then never a train again. */
static void
test_no_segmentation (void)
{
  RtcUdpSender *sender = rtc_udp_sender_new (7, kernel_send);
  GstBufferList *list = make_equal_list (0, 100, 1200);

  kernel_reset ();
  kernel.train_error = EIO;
  g_assert_true (rtc_udp_sender_send (sender, &peer, list));
  check_order (100);
  g_assert_cmpuint (kernel.n_trains, ==, 0);
  kernel.train_error = 0;
  kernel_reset ();
  g_assert_true (rtc_udp_sender_send (sender, &peer, list));
  g_assert_cmpuint (kernel.n_trains, ==, 0);
  g_assert_cmpuint (rtc_udp_sender_get_counts (sender)->packets_dropped, ==, 0);
  gst_buffer_list_unref (list);
  rtc_udp_sender_free (sender);
}

/* A path with a small MTU: large packets go alone, small ones still in trains. */
static void
test_small_mtu (void)
{
  static const gsize small[] = { 1000, 1000, 1000, 0 };
  RtcUdpSender *sender = rtc_udp_sender_new (7, kernel_send);
  GstBufferList *large_list = make_equal_list (0, 10, 1300);
  GstBufferList *small_list = make_list (10, small);

  kernel_reset ();
  kernel.max_train_size = 1250;
  g_assert_true (rtc_udp_sender_send (sender, &peer, large_list));
  g_assert_cmpuint (kernel.n_trains, ==, 0);
  g_assert_true (rtc_udp_sender_send (sender, &peer, small_list));
  g_assert_cmpuint (kernel.n_trains, ==, 1);
  check_order (13);
  gst_buffer_list_unref (large_list);
  gst_buffer_list_unref (small_list);
  rtc_udp_sender_free (sender);
}

/* What finds no room waits, in order, and later packets wait behind it. */
static void
test_no_room (void)
{
  RtcUdpSender *sender = rtc_udp_sender_new (7, kernel_send);
  GstBufferList *first = make_equal_list (0, 100, 1200);
  GstBufferList *second = make_equal_list (100, 5, 1200);

  kernel_reset ();
  kernel.room = 1;
  g_assert_false (rtc_udp_sender_send (sender, &peer, first));
  g_assert_false (rtc_udp_sender_send (sender, &peer, second));
  g_assert_false (rtc_udp_sender_flush (sender));
  kernel.room = G_MAXUINT;
  g_assert_true (rtc_udp_sender_flush (sender));
  check_order (105);
  g_assert_cmpuint (rtc_udp_sender_get_counts (sender)->packets_dropped, ==, 0);
  g_assert_cmpuint (rtc_udp_sender_get_counts (sender)->packets_sent, ==, 105);
  gst_buffer_list_unref (first);
  gst_buffer_list_unref (second);
  rtc_udp_sender_free (sender);
}

/* Each third call finds no room: nothing is lost or out of order. */
static void
test_often_no_room (void)
{
  RtcUdpSender *sender = rtc_udp_sender_new (7, kernel_send);
  guint16 n_packets = 0;

  kernel_reset ();
  kernel.fail_every = 3;
  for (guint i = 0; i < 50; i++) {
    g_autoptr (GstBufferList) list = make_equal_list (n_packets, 1 + i, 1000);

    n_packets = (guint16) (n_packets + 1 + i);
    rtc_udp_sender_send (sender, &peer, list);
    rtc_udp_sender_flush (sender);
  }
  while (!rtc_udp_sender_flush (sender))
    continue;
  check_order (n_packets);
  g_assert_cmpuint (rtc_udp_sender_get_counts (sender)->packets_dropped, ==, 0);
  rtc_udp_sender_free (sender);
}

/* Without any room at all what waits has a limit. */
static void
test_limit (void)
{
  RtcUdpSender *sender = rtc_udp_sender_new (7, kernel_send);
  g_autoptr (GstBufferList) list = make_equal_list (0, 100, 1024);
  const RtcUdpSenderCounts *counts = rtc_udp_sender_get_counts (sender);

  kernel_reset ();
  kernel.error = ENOBUFS;
  for (guint i = 0; i < 50; i++)
    g_assert_false (rtc_udp_sender_send (sender, &peer, list));
  g_assert_cmpuint (counts->packets_delayed, ==, RTC_UDP_SENDER_MAX_PENDING_BYTES / 1024);
  g_assert_cmpuint (counts->packets_dropped, ==, 5000 - counts->packets_delayed);
  rtc_udp_sender_free (sender);
}

/* A packet that the network refuses takes no other with it. */
static void
test_refused (void)
{
  RtcUdpSender *sender = rtc_udp_sender_new (7, kernel_send);
  g_autoptr (GstBufferList) list = make_equal_list (0, 3, 100);

  kernel_reset ();
  kernel.error = ENETUNREACH;
  g_assert_true (rtc_udp_sender_send (sender, &peer, list));
  g_assert_cmpuint (rtc_udp_sender_get_counts (sender)->packets_dropped, ==, 3);
  rtc_udp_sender_free (sender);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (batch_rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/udp-sender/batch/%s", batch_rows[i].name);

    g_test_add_data_func (path, &batch_rows[i], test_batch);
  }
  g_test_add_func ("/udp-sender/long-list", test_long_list);
  g_test_add_func ("/udp-sender/no-segmentation", test_no_segmentation);
  g_test_add_func ("/udp-sender/small-mtu", test_small_mtu);
  g_test_add_func ("/udp-sender/no-room", test_no_room);
  g_test_add_func ("/udp-sender/often-no-room", test_often_no_room);
  g_test_add_func ("/udp-sender/limit", test_limit);
  g_test_add_func ("/udp-sender/refused", test_refused);
  return g_test_run ();
}
