/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Batches of UDP packets, see the header. */
#include "rtcudpsender.h"

#include <gst/rtc/rtcpacketlist.h>
#include <gst/rtc/rtcslowpath.h>

#include <errno.h>
#include <netinet/udp.h>
#include <string.h>

/* UDP_MAX_SEGMENTS of Linux before 6.9. */
#define MAX_SEGMENTS 64
/* A train is one IP packet until it is cut: less than 64 KiB with its headers. */
#define MAX_TRAIN_BYTES 65000
/* A network that cannot carry segments of this size has no segmentation at all. */
#define MIN_SEGMENT_LIMIT 576

typedef struct {
  GstBuffer *buffer;
  RtcSocketAddress to;
} Pending;

struct _RtcUdpSender {
  gint fd;
  RtcSendFunc send;
  gsize segment_limit; /* larger packets do not go in trains; 0: none do */
  GArray *pending;     /* Pending, oldest first */
  gsize pending_bytes;
  RtcUdpSenderCounts counts;
};

/* Up to MAX_SEGMENTS packets on their way into one sendmmsg(). */
typedef struct {
  GstBuffer *buffers[MAX_SEGMENTS];
  GstMapInfo maps[MAX_SEGMENTS];
  guint n_packets;
  struct iovec vectors[MAX_SEGMENTS];
  struct mmsghdr messages[MAX_SEGMENTS];
  guint n_messages;
  union {
    struct cmsghdr header;
    guint8 room[CMSG_SPACE (sizeof (guint16))];
  } controls[MAX_SEGMENTS];
} Window;

static void
pending_clear (gpointer data)
{
  gst_buffer_unref (((Pending *) data)->buffer);
}

RtcUdpSender *
rtc_udp_sender_new (gint fd, RtcSendFunc send)
{
  RtcUdpSender *sender = g_new0 (RtcUdpSender, 1);

  sender->fd = fd;
  sender->send = send;
  sender->segment_limit = rtc_slow_path_is_forced (RTC_SLOW_PATH_GSO) ? 0 : G_MAXUINT16;
  sender->pending = g_array_new (FALSE, FALSE, sizeof (Pending));
  g_array_set_clear_func (sender->pending, pending_clear);
  return sender;
}

void
rtc_udp_sender_free (RtcUdpSender *sender)
{
  if (sender == NULL)
    return;
  g_array_unref (sender->pending);
  g_free (sender);
}

static void
set_buffer (gint fd, gint force_option, gint option, guint size_bytes)
{
  gint size = (gint) size_bytes;

  /* Past net.core.rmem_max and wmem_max with CAP_NET_ADMIN, otherwise up to them. */
  if (size > 0 && setsockopt (fd, SOL_SOCKET, force_option, &size, sizeof size) < 0)
    setsockopt (fd, SOL_SOCKET, option, &size, sizeof size);
}

void
rtc_socket_set_buffers (gint fd, guint receive_bytes, guint send_bytes)
{
  set_buffer (fd, SO_RCVBUFFORCE, SO_RCVBUF, receive_bytes);
  set_buffer (fd, SO_SNDBUFFORCE, SO_SNDBUF, send_bytes);
}

void
rtc_socket_leave_interface (gint fd)
{
  gint none = 0;

  /* The one that is not the socket's family fails, which is no matter. */
  if (setsockopt (fd, IPPROTO_IP, IP_UNICAST_IF, &none, sizeof none) < 0)
    setsockopt (fd, IPPROTO_IPV6, IPV6_UNICAST_IF, &none, sizeof none);
}

socklen_t
rtc_socket_address_length (const RtcSocketAddress *address)
{
  return address->any.sa_family == AF_INET6 ? sizeof address->ip6 : sizeof address->ip4;
}

gboolean
rtc_socket_address_equal (const RtcSocketAddress *a, const RtcSocketAddress *b)
{
  if (a->any.sa_family != b->any.sa_family)
    return FALSE;
  if (a->any.sa_family == AF_INET)
    return a->ip4.sin_port == b->ip4.sin_port && a->ip4.sin_addr.s_addr == b->ip4.sin_addr.s_addr;
  return a->ip6.sin6_port == b->ip6.sin6_port &&
      memcmp (&a->ip6.sin6_addr, &b->ip6.sin6_addr, sizeof a->ip6.sin6_addr) == 0;
}

static void
set_segment_size (struct msghdr *message, guint8 *control, gsize size)
{
  guint16 segment_size = (guint16) size;
  struct cmsghdr *header;

  message->msg_control = control;
  message->msg_controllen = CMSG_SPACE (sizeof segment_size);
  header = CMSG_FIRSTHDR (message);
  header->cmsg_level = IPPROTO_UDP;
  header->cmsg_type = UDP_SEGMENT;
  header->cmsg_len = CMSG_LEN (sizeof segment_size);
  memcpy (CMSG_DATA (header), &segment_size, sizeof segment_size);
}

/* How many packets from @first on make one train: equal sizes, and one shorter at the end. */
static guint
train_length (const RtcUdpSender *sender, const Window *window, guint first)
{
  gsize segment_size = window->maps[first].size;
  gsize total = segment_size;
  guint end = first + 1;

  if (segment_size == 0 || segment_size > sender->segment_limit)
    return 1;
  for (; end < window->n_packets; end++) {
    gsize size = window->maps[end].size;

    if (size == 0 || size > segment_size || total + size > MAX_TRAIN_BYTES)
      break;
    total += size;
    if (size < segment_size)
      return end + 1 - first;
  }
  return end - first;
}

static void
build_messages (const RtcUdpSender *sender, Window *window, guint first, RtcSocketAddress *to)
{
  guint length;

  window->n_messages = 0;
  for (guint i = first; i < window->n_packets; i += length) {
    struct msghdr *message = &window->messages[window->n_messages].msg_hdr;

    memset (message, 0, sizeof *message);
    length = train_length (sender, window, i);
    message->msg_name = to;
    message->msg_namelen = rtc_socket_address_length (to);
    message->msg_iov = &window->vectors[i];
    message->msg_iovlen = length;
    if (length > 1)
      set_segment_size (message, window->controls[window->n_messages].room, window->maps[i].size);
    window->n_messages++;
  }
}

/* The kernel refused a train. EIO: the device below has no checksum offload, so it will never cut
 * one. Otherwise the size did not fit into the path's MTU: smaller ones still may. */
static void
lower_segment_limit (RtcUdpSender *sender, gsize segment_size, gint error)
{
  if (error == EIO || segment_size <= MIN_SEGMENT_LIMIT)
    sender->segment_limit = 0;
  else
    sender->segment_limit = segment_size - 1;
}

static void
count_sent (RtcUdpSender *sender, const Window *window, guint first, guint end)
{
  sender->counts.packets_sent += end - first;
  for (guint i = first; i < end; i++)
    sender->counts.bytes_sent += window->maps[i].size;
}

static guint
count_packets (const Window *window, guint n_messages)
{
  guint n_packets = 0;

  for (guint i = 0; i < n_messages; i++)
    n_packets += (guint) window->messages[i].msg_hdr.msg_iovlen;
  return n_packets;
}

/* Returns how many packets of the window are done with; fewer than all: there is no room now. */
static guint
send_window (RtcUdpSender *sender, Window *window, RtcSocketAddress *to)
{
  guint done = 0;

  while (done < window->n_packets) {
    gint n_sent;

    build_messages (sender, window, done, to);
    n_sent = sender->send (sender->fd, window->messages, window->n_messages, MSG_DONTWAIT);
    if (n_sent > 0) {
      guint end = done + count_packets (window, (guint) n_sent);

      count_sent (sender, window, done, end);
      done = end;
    } else if (errno == EAGAIN || errno == ENOBUFS) {
      break;
    } else if (errno != EINTR) {
      gint error = errno;

      if (window->messages[0].msg_hdr.msg_iovlen > 1) {
        lower_segment_limit (sender, window->maps[done].size, error);
      } else {
        /* No route, or too large: this packet cannot go, the next ones may. */
        sender->counts.packets_dropped++;
        done++;
      }
    }
  }
  return done;
}

static void
map_packet (Window *window, GstBuffer *buffer)
{
  guint i = window->n_packets++;

  window->buffers[i] = buffer;
  if (!rtc_packet_map (buffer, &window->maps[i]))
    memset (&window->maps[i], 0, sizeof window->maps[i]);
  window->vectors[i] = (struct iovec){ window->maps[i].data, window->maps[i].size };
}

static void
unmap_packets (Window *window)
{
  for (guint i = 0; i < window->n_packets; i++)
    if (window->maps[i].memory != NULL)
      rtc_packet_unmap (window->buffers[i], &window->maps[i]);
}

static void
keep (RtcUdpSender *sender, const RtcSocketAddress *to, GstBuffer *buffer)
{
  gsize size = gst_buffer_get_size (buffer);
  Pending pending = { NULL, *to };

  if (sender->pending_bytes + size > RTC_UDP_SENDER_MAX_PENDING_BYTES) {
    sender->counts.packets_dropped++;
    return;
  }
  pending.buffer = gst_buffer_ref (buffer);
  g_array_append_val (sender->pending, pending);
  sender->pending_bytes += size;
  sender->counts.packets_delayed++;
}

gboolean
rtc_udp_sender_send (RtcUdpSender *sender, const RtcSocketAddress *to, GstBufferList *list)
{
  guint length = gst_buffer_list_length (list);
  RtcSocketAddress address = *to;
  guint done = 0;

  while (done < length && sender->pending->len == 0) {
    Window window;
    guint n_sent;

    window.n_packets = 0;
    while (window.n_packets < MAX_SEGMENTS && done + window.n_packets < length)
      map_packet (&window, gst_buffer_list_get (list, done + window.n_packets));
    n_sent = send_window (sender, &window, &address);
    unmap_packets (&window);
    done += n_sent;
    if (n_sent < window.n_packets)
      break;
  }
  for (; done < length; done++)
    keep (sender, to, gst_buffer_list_get (list, done));
  return sender->pending->len == 0;
}

/* The first packets that wait for the same address. */
static void
map_pending (RtcUdpSender *sender, Window *window)
{
  Pending *first = &g_array_index (sender->pending, Pending, 0);

  window->n_packets = 0;
  while (window->n_packets < MAX_SEGMENTS && window->n_packets < sender->pending->len) {
    Pending *pending = &g_array_index (sender->pending, Pending, window->n_packets);

    if (!rtc_socket_address_equal (&pending->to, &first->to))
      break;
    map_packet (window, pending->buffer);
  }
}

gboolean
rtc_udp_sender_flush (RtcUdpSender *sender)
{
  while (sender->pending->len > 0) {
    RtcSocketAddress to = g_array_index (sender->pending, Pending, 0).to;
    Window window;
    guint n_sent;

    map_pending (sender, &window);
    n_sent = send_window (sender, &window, &to);
    for (guint i = 0; i < n_sent; i++)
      sender->pending_bytes -= window.maps[i].size;
    unmap_packets (&window);
    g_array_remove_range (sender->pending, 0, n_sent);
    if (n_sent < window.n_packets)
      return FALSE;
  }
  return TRUE;
}

const RtcUdpSenderCounts *
rtc_udp_sender_get_counts (const RtcUdpSender *sender)
{
  return &sender->counts;
}
