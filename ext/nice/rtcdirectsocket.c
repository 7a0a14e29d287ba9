/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The data path beside libnice, see the header. */
#include "rtcdirectsocket.h"

#include <gst/rtc/gstrtcerror.h>
#include <gst/rtc/rtcpacketlist.h>
#include <gst/rtc/rtcslowpath.h>

#include "base/rtcrandom.h"

#include <errno.h>
#include <linux/filter.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* The largest train that arrives at once. */
#define SCRATCH_BYTES RTC_SLAB_LARGE_BYTES
/* A train of at least this size keeps the memory that it was read into; a smaller one is copied,
 * so that a lone packet in a jitter buffer does not hold 64 KiB. */
#define KEEP_BYTES 16384
/* Reads of one wake-up: other sockets of the loop shall have their turn. */
#define MAX_READS 16
/* How soon a full socket is tried again. */
#define RETRY_TIME GST_MSECOND

struct _RtcDirectSocket {
  gint ref_count; /* atomic */
  RtcLoop *loop;
  RtcLoopWatch *watch;
  RtcLoopTimer *retry;
  RtcDirectListener listener;
  gpointer user_data;
  RtcSocketAddress local;
  guint32 mark;

  GMutex lock; /* what follows: senders come from any thread */
  gint fd;     /* -1 after close */
  RtcUdpSender *sender;
  gboolean is_retrying;
};

static void
free_scratch (gpointer slab)
{
  rtc_slab_free (slab);
}

/* One for each loop thread, not for each socket. */
static GPrivate scratch_key = G_PRIVATE_INIT (free_scratch);

static RtcSlab *
get_scratch (void)
{
  RtcSlab *slab = g_private_get (&scratch_key);

  if (slab == NULL) {
    slab = rtc_slab_new (SCRATCH_BYTES);
    g_private_set (&scratch_key, slab);
  }
  return slab;
}

/* RFC 7983 §7: DTLS [20..63] and RTP [128..191] are ours. Of the rest, which begins with STUN
 * [0..3], only what has our mark where STUN has its transaction id. Socket 0 of the group is
 * libnice's, which was there first, and 1 is ours. A read past the end returns 0. */
static gboolean
steer (gint fd, guint32 mark)
{
  struct sock_filter code[] = {
    BPF_STMT (BPF_LD | BPF_B | BPF_ABS, 0),
    BPF_JUMP (BPF_JMP | BPF_JGE | BPF_K, 20, 0, 3),
    BPF_JUMP (BPF_JMP | BPF_JGE | BPF_K, 192, 4, 0),
    BPF_JUMP (BPF_JMP | BPF_JGE | BPF_K, 128, 4, 0),
    BPF_JUMP (BPF_JMP | BPF_JGE | BPF_K, 64, 2, 3),
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, 8),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, mark, 1, 0),
    BPF_STMT (BPF_RET | BPF_K, 0),
    BPF_STMT (BPF_RET | BPF_K, 1),
  };
  struct sock_fprog program = { G_N_ELEMENTS (code), code };

  return setsockopt (fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program) == 0;
}

static void
steer_all_to_libnice (gint fd)
{
  struct sock_filter code[] = { BPF_STMT (BPF_RET | BPF_K, 0) };
  struct sock_fprog program = { G_N_ELEMENTS (code), code };

  if (setsockopt (fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program) < 0)
    g_debug ("steering could not be ended: %s", g_strerror (errno));
}

static gboolean
get_local_address (GSocket *beside, RtcSocketAddress *out_address)
{
  socklen_t length = sizeof *out_address;

  memset (out_address, 0, sizeof *out_address);
  return getsockname (g_socket_get_fd (beside), &out_address->any, &length) == 0;
}

/* libnice ties its socket to the interface of the address. */
static void
copy_interface (gint from, gint to, sa_family_t family)
{
  gint level = family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
  gint option = family == AF_INET6 ? IPV6_UNICAST_IF : IP_UNICAST_IF;
  socklen_t length = sizeof (gint);
  gint index;

  if (getsockopt (from, level, option, &index, &length) == 0)
    setsockopt (to, level, option, &index, sizeof index);
}

/* A descriptor that shares the address with @beside; -1 and errno otherwise. */
static gint
open_beside (GSocket *beside, const RtcSocketAddress *local, guint32 mark)
{
  gint fd = socket (local->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  gint on = 1;
  gint error;

  if (fd < 0)
    return -1;
  if (rtc_slow_path_is_forced (RTC_SLOW_PATH_STEERING)) {
    close (fd);
    errno = EOPNOTSUPP;
    return -1;
  }
  if (local->any.sa_family == AF_INET6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  copy_interface (g_socket_get_fd (beside), fd, local->any.sa_family);
  if (setsockopt (g_socket_get_fd (beside), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0 &&
      setsockopt (fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0 &&
      bind (fd, &local->any, rtc_socket_address_length (local)) == 0 && steer (fd, mark))
    return fd;
  error = errno;
  close (fd);
  errno = error;
  return -1;
}

/* STUN that the kernel brought here: not within its rules, so the mark is compared again. */
static gboolean
is_answer (RtcDirectSocket *socket, const guint8 *bytes, gsize size)
{
  return size >= 20 && bytes[0] < 4 && GST_READ_UINT32_BE (bytes + 8) == socket->mark;
}

static gboolean
is_packet (const guint8 *bytes)
{
  return (bytes[0] >= 20 && bytes[0] < 64) || (bytes[0] >= 128 && bytes[0] < 192);
}

static gsize
get_segment_size (struct msghdr *message, gsize size)
{
  for (struct cmsghdr *c = CMSG_FIRSTHDR (message); c != NULL; c = CMSG_NXTHDR (message, c)) {
    gint segment_size;

    if (c->cmsg_level != IPPROTO_UDP || c->cmsg_type != UDP_GRO)
      continue;
    memcpy (&segment_size, CMSG_DATA (c), sizeof segment_size);
    if (segment_size > 0)
      return (gsize) segment_size;
  }
  return size;
}

/* The slab that holds what was read: the scratch itself, or a copy of its size. (transfer full) */
static RtcSlab *
take_bytes (RtcSlab *scratch, gsize size)
{
  RtcSlab *slab;

  if (size >= KEEP_BYTES) {
    g_private_set (&scratch_key, NULL);
    return scratch;
  }
  slab = rtc_slab_new (size);
  memcpy (rtc_slab_get_data (slab), rtc_slab_get_data (scratch), size);
  return slab;
}

static void
deliver (RtcDirectSocket *socket, const RtcSocketAddress *from, RtcSlab *scratch, gsize size,
    gsize segment_size)
{
  GstBufferList *list = NULL;
  const guint8 *bytes = rtc_slab_get_data (scratch);
  g_autoptr (RtcSlab) slab = NULL;

  if (is_answer (socket, bytes, size)) {
    socket->listener.answer (socket, from, bytes, MIN (size, segment_size), socket->user_data);
    return;
  }
  list = socket->listener.accept (socket, from, socket->user_data);
  if (list == NULL)
    return;
  slab = take_bytes (scratch, size);
  bytes = rtc_slab_get_data (slab);
  for (gsize offset = 0; offset < size; offset += segment_size)
    if (is_packet (bytes + offset))
      gst_buffer_list_add (list, rtc_slab_slice (slab, offset, MIN (segment_size, size - offset)));
}

/* FALSE: nothing more to read. */
static gboolean
read_once (RtcDirectSocket *socket)
{
  RtcSlab *scratch = get_scratch ();
  struct iovec vector = { rtc_slab_get_data (scratch), SCRATCH_BYTES };
  union {
    struct cmsghdr header;
    guint8 room[CMSG_SPACE (sizeof (gint))];
  } control;
  RtcSocketAddress from;
  struct msghdr message = {
    .msg_name = &from,
    .msg_namelen = sizeof from,
    .msg_iov = &vector,
    .msg_iovlen = 1,
    .msg_control = control.room,
    .msg_controllen = sizeof control.room,
  };
  ssize_t size;

  memset (&from, 0, sizeof from);
  size = recvmsg (socket->fd, &message, MSG_DONTWAIT);
  if (size < 0)
    return errno == EINTR;
  if (size > 0 && (message.msg_flags & MSG_TRUNC) == 0)
    deliver (socket, &from, scratch, (gsize) size, get_segment_size (&message, (gsize) size));
  return TRUE;
}

static void
on_readable (gint fd, guint32 events, gpointer data)
{
  g_autoptr (RtcDirectSocket) socket = rtc_direct_socket_ref (data);

  for (guint i = 0; i < MAX_READS && socket->fd >= 0; i++)
    if (!read_once (socket))
      return;
}

static void
on_retry (gpointer data)
{
  g_autoptr (RtcDirectSocket) socket = rtc_direct_socket_ref (data);

  g_mutex_lock (&socket->lock);
  socket->is_retrying = !rtc_udp_sender_flush (socket->sender);
  if (socket->is_retrying)
    rtc_loop_timer_set (socket->retry, rtc_loop_now (socket->loop) + RETRY_TIME);
  g_mutex_unlock (&socket->lock);
}

static void
arm_retry (gpointer data)
{
  RtcDirectSocket *socket = data;

  if (socket->retry != NULL)
    rtc_loop_timer_set (socket->retry, rtc_loop_now (socket->loop) + RETRY_TIME);
}

static void
unref_socket (gpointer data)
{
  rtc_direct_socket_unref (data);
}

RtcDirectSocket *
rtc_direct_socket_new (RtcLoop *loop, GSocket *beside, guint receive_buffer_bytes,
    guint send_buffer_bytes, const RtcDirectListener *listener, gpointer user_data, GError **error)
{
  guint32 mark = rtc_random_uint32 (rtc_random_system ());
  RtcSocketAddress local;
  RtcDirectSocket *socket;
  gint on = 1;
  gint fd;

  if (!get_local_address (beside, &local) || (fd = open_beside (beside, &local, mark)) < 0) {
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_NETWORK,
        "No socket could be opened beside libnice's: %s", g_strerror (errno));
    return NULL;
  }
  rtc_socket_set_buffers (fd, receive_buffer_bytes, send_buffer_bytes);
  /* Without it packets come one by one: slower, not wrong. */
  if (!rtc_slow_path_is_forced (RTC_SLOW_PATH_GRO))
    setsockopt (fd, IPPROTO_UDP, UDP_GRO, &on, sizeof on);

  socket = g_new0 (RtcDirectSocket, 1);
  socket->ref_count = 1;
  socket->loop = rtc_loop_ref (loop);
  socket->listener = *listener;
  socket->user_data = user_data;
  socket->local = local;
  socket->mark = mark;
  g_mutex_init (&socket->lock);
  socket->fd = fd;
  socket->sender = rtc_udp_sender_new (fd, sendmmsg);
  socket->watch = rtc_loop_watch_new (loop, fd, EPOLLIN, on_readable, socket);
  socket->retry = rtc_loop_timer_new (loop, on_retry, socket);
  return socket;
}

RtcDirectSocket *
rtc_direct_socket_ref (RtcDirectSocket *socket)
{
  g_atomic_int_inc (&socket->ref_count);
  return socket;
}

void
rtc_direct_socket_unref (RtcDirectSocket *socket)
{
  if (!g_atomic_int_dec_and_test (&socket->ref_count))
    return;
  rtc_udp_sender_free (socket->sender);
  g_mutex_clear (&socket->lock);
  rtc_loop_unref (socket->loop);
  g_free (socket);
}

void
rtc_direct_socket_close (RtcDirectSocket *socket)
{
  gint fd = socket->fd;

  if (fd < 0)
    return;
  steer_all_to_libnice (fd);
  while (read_once (socket))
    continue;
  g_clear_pointer (&socket->watch, rtc_loop_watch_free);
  g_clear_pointer (&socket->retry, rtc_loop_timer_free);
  g_mutex_lock (&socket->lock);
  socket->fd = -1;
  g_mutex_unlock (&socket->lock);
  close (fd);
}

gboolean
rtc_direct_socket_is_beside (RtcDirectSocket *socket, GSocket *beside)
{
  RtcSocketAddress local;

  return get_local_address (beside, &local) && rtc_socket_address_equal (&local, &socket->local);
}

guint32
rtc_direct_socket_get_mark (RtcDirectSocket *socket)
{
  return socket->mark;
}

void
rtc_direct_socket_send (RtcDirectSocket *socket, const RtcSocketAddress *to, GstBufferList *list)
{
  gboolean must_arm = FALSE;

  g_mutex_lock (&socket->lock);
  if (socket->fd >= 0 && !rtc_udp_sender_send (socket->sender, to, list) && !socket->is_retrying) {
    socket->is_retrying = TRUE;
    must_arm = TRUE;
  }
  g_mutex_unlock (&socket->lock);
  if (must_arm)
    rtc_loop_post (socket->loop, arm_retry, rtc_direct_socket_ref (socket), unref_socket);
}

void
rtc_direct_socket_send_check (
    RtcDirectSocket *socket, const RtcSocketAddress *to, const guint8 *bytes, gsize size)
{
  if (socket->fd >= 0 &&
      sendto (socket->fd, bytes, size, MSG_DONTWAIT, &to->any, rtc_socket_address_length (to)) < 0)
    g_debug ("a check was not sent: %s", g_strerror (errno));
}

RtcUdpSenderCounts
rtc_direct_socket_get_counts (RtcDirectSocket *socket)
{
  RtcUdpSenderCounts counts;

  g_mutex_lock (&socket->lock);
  counts = *rtc_udp_sender_get_counts (socket->sender);
  g_mutex_unlock (&socket->lock);
  return counts;
}
