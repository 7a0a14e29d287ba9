/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The socket calls of usrsctp that an association makes, each one a function without state. */
#pragma once

#include <gst/rtc/gstrtcerror.h>

#include "rtcsctppacket.h"
#include "rtcsctpqueue.h"
#include "rtcsctpstack.h"

/* Streams that an association begins with, and at most has, in each direction. */
#define RTC_SCTP_FIRST_STREAMS 64
#define RTC_SCTP_MAX_STREAMS 1024
/* The largest message that is taken from the peer and from the application. */
#define RTC_SCTP_MAX_MESSAGE_BYTES (256 * 1024)

/* @mtu: with the common header; the stack's own is without it. */

/* A socket for @id that is bound and set up; NULL with a GST_RTC_ERROR. */
struct socket *rtc_sctp_socket_open (gpointer id, guint16 local_port, guint mtu, GError **error);
gboolean rtc_sctp_socket_connect (
    struct socket *socket, gpointer id, guint16 remote_port, guint mtu, GError **error);

/* While corked, what is less than a packet waits for more, or for an acknowledgement (Nagle). What
 * waits leaves with the first message after it, not at once. */
void rtc_sctp_socket_cork (struct socket *socket, gboolean is_corked);
/* After how many packets of data the stack answers with a SACK, when nothing is missing. */
void rtc_sctp_socket_set_sack_frequency (struct socket *socket, guint n_packets);
/* How many retransmissions and probes in a row end the association. */
void rtc_sctp_socket_set_max_errors (struct socket *socket, guint n_errors);
/* 0, or the errno of the stack. EWOULDBLOCK: not now. */
gint rtc_sctp_socket_send (struct socket *socket, const RtcSctpMessage *message, GstClockTime now);
gint rtc_sctp_socket_reset_streams (struct socket *socket, const guint16 *streams, guint n_streams);
gint rtc_sctp_socket_add_streams (struct socket *socket, guint16 n_streams);
/* Sends an ABORT chunk; the socket is still to be closed. */
void rtc_sctp_socket_abort (struct socket *socket);
/* FALSE: no association. */
gboolean rtc_sctp_socket_get_status (struct socket *socket, struct sctp_status *out_status);
