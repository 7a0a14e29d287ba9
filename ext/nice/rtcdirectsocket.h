/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The data path beside libnice: a socket of our own on the address of libnice's. The kernel steers
 * each packet by its first byte (RFC 7983): DTLS, RTP and RTCP come here, STUN and TURN go on to
 * libnice, but for the answers to our own checks, which a mark in the transaction id shows. So
 * libnice keeps ICE while packets arrive in trains (UDP_GRO) and leave in trains (UDP_SEGMENT).
 *
 * RtcIceSession owns it; a sending thread may hold a reference a moment longer. send() is for any
 * thread, all else is for the loop. Design: docs/design/ice-data-path.md.
 */
#pragma once

#include "rtcudpsender.h"

#include <gio/gio.h>
#include <gst/rtc/rtcloop.h>

G_BEGIN_DECLS

typedef struct _RtcDirectSocket RtcDirectSocket;

/**
 * RtcDirectListener:
 * @accept: packets came from @from: the list that they shall be added to, or NULL to drop them
 * @answer: a STUN packet with our mark came
 */
typedef struct {
  GstBufferList *(*accept) (
      RtcDirectSocket *socket, const RtcSocketAddress *from, gpointer user_data);
  void (*answer) (RtcDirectSocket *socket, const RtcSocketAddress *from, const guint8 *bytes,
      gsize size, gpointer user_data);
} RtcDirectListener;

/* NULL with @error: the system does not steer, or a limit is reached. */
RtcDirectSocket *rtc_direct_socket_new (RtcLoop *loop, GSocket *beside, guint receive_buffer_bytes,
    guint send_buffer_bytes, const RtcDirectListener *listener, gpointer user_data, GError **error);
RtcDirectSocket *rtc_direct_socket_ref (RtcDirectSocket *socket);
void rtc_direct_socket_unref (RtcDirectSocket *socket);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcDirectSocket, rtc_direct_socket_unref)

/* What has arrived is still read, then libnice gets all that follows. The descriptor is closed
 * before it returns, callbacks end, and send() does nothing. */
void rtc_direct_socket_close (RtcDirectSocket *socket);

/* The local address is that of @beside. */
gboolean rtc_direct_socket_is_beside (RtcDirectSocket *socket, GSocket *beside);
/* The first word of the transaction id of checks whose answers shall come here. */
guint32 rtc_direct_socket_get_mark (RtcDirectSocket *socket);

/* Any thread; nothing is lost on the way to the kernel up to RTC_UDP_SENDER_MAX_PENDING_BYTES. */
void rtc_direct_socket_send (
    RtcDirectSocket *socket, const RtcSocketAddress *to, GstBufferList *list);
/* The loop. Past what waits, and not counted: for checks, which may be lost. */
void rtc_direct_socket_send_check (
    RtcDirectSocket *socket, const RtcSocketAddress *to, const guint8 *bytes, gsize size);
RtcUdpSenderCounts rtc_direct_socket_get_counts (RtcDirectSocket *socket);

G_END_DECLS
