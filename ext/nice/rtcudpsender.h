/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sends lists of packets on one UDP descriptor with as few system calls as there can be: a run of
 * equal sizes is one datagram train that the kernel cuts (UDP_SEGMENT), and many runs and single
 * packets are one sendmmsg(). What the kernel has no room for now waits here, in order, up to a
 * limit. Takes no lock: RtcDirectSocket owns it and guards it.
 */
#pragma once

#include <gst/gst.h>

#include <netinet/in.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/* Bytes that may wait for room in the socket; packets over it are dropped and counted. */
#define RTC_UDP_SENDER_MAX_PENDING_BYTES (4 * 1024 * 1024)

typedef struct _RtcUdpSender RtcUdpSender;

typedef union {
  struct sockaddr any;
  struct sockaddr_in ip4;
  struct sockaddr_in6 ip6;
} RtcSocketAddress;

/* sendmmsg(), or what stands for it in a test. */
typedef int (*RtcSendFunc) (int fd, struct mmsghdr *messages, unsigned int n_messages, int flags);

typedef struct {
  guint64 packets_sent; /* given to the kernel */
  guint64 bytes_sent;
  guint64 packets_dropped; /* refused by the kernel, or over the limit */
  guint64 packets_delayed; /* had to wait for room first */
} RtcUdpSenderCounts;

/* @fd stays the caller's. */
RtcUdpSender *rtc_udp_sender_new (gint fd, RtcSendFunc send);
void rtc_udp_sender_free (RtcUdpSender *sender);

/* FALSE: some packets wait now: call flush() soon. */
gboolean rtc_udp_sender_send (
    RtcUdpSender *sender, const RtcSocketAddress *to, GstBufferList *list);
/* TRUE: nothing waits any more. */
gboolean rtc_udp_sender_flush (RtcUdpSender *sender);
const RtcUdpSenderCounts *rtc_udp_sender_get_counts (const RtcUdpSender *sender);

/* What the system grants of it; 0: its own choice. */
void rtc_socket_set_buffers (gint fd, guint receive_bytes, guint send_bytes);
/* libnice ties a socket to the interface of its address, from where loopback is out of reach. */
void rtc_socket_leave_interface (gint fd);
socklen_t rtc_socket_address_length (const RtcSocketAddress *address);
/* Same family, host and port. */
gboolean rtc_socket_address_equal (const RtcSocketAddress *a, const RtcSocketAddress *b);

G_END_DECLS
