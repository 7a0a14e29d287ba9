/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * usrsctp as this process uses it: started once without threads, its settings, the table of ids
 * that stand for associations, and the timers, which are global to usrsctp and turned by one
 * network loop while there are associations. See docs/design/sctp-threads.md.
 */
#pragma once

#include <gst/rtc/gstrtcerror.h>
#include <gst/rtc/rtcloop.h>
#include <usrsctp.h>

/* Room of an association in bytes: bandwidth times delay cannot be more, 560 Mbit/s at 100 ms. Only
 * what is there is held. What the peer may make us hold is the second one, at most. It cannot begin
 * small and grow: a peer takes it for the window up to which it starts slowly, and goes up by one
 * packet a round trip from there. */
#define RTC_SCTP_SEND_SPACE (12 * 1024 * 1024)
#define RTC_SCTP_RECEIVE_SPACE (8 * 1024 * 1024)
/* Retransmissions in a row that end an association: about 50 s. */
#define RTC_SCTP_MAX_ERRORS 28

/**
 * RtcSctpStackUser: one association, as the stack calls it. All functions run on any thread, some
 * with locks of usrsctp held: they may take a leaf lock and copy, nothing else.
 * @output: a packet to send; its checksum is not filled
 * @received: a message or notification; @data is (transfer full), from malloc
 */
typedef struct {
  void (*output) (gpointer user, guint8 *packet, gsize size);
  void (*received) (
      gpointer user, gpointer data, gsize size, const struct sctp_rcvinfo *info, gint flags);
  gpointer (*ref) (gpointer user);
  void (*unref) (gpointer user);
} RtcSctpStackUser;

/* Starts usrsctp when nobody has. FALSE: other code of this process started it before, whose
 * packets would get mixed up with ours. */
gboolean rtc_sctp_stack_init (const RtcSctpStackUser *functions, GError **error);

/* A fresh id for @user: random, so that what the peer sees of it (in the cookie) says nothing of
 * our memory. It is the address that usrsctp knows the association by. */
gpointer rtc_sctp_stack_add (gpointer user);
/* From here on nothing reaches the user of @id any more. */
void rtc_sctp_stack_remove (gpointer id);

/* Calls of usrsctp for @id by this thread stand between the two; no timer runs meanwhile, and they
 * do not nest. What it calls back for @id goes to
 * @user without a look into the table. The caller keeps @user alive, and @id in the table. */
void rtc_sctp_stack_enter (gpointer id, gpointer user);
void rtc_sctp_stack_leave (void);

/* Turns the timers while @loop has associations; each call is balanced. Any thread. */
void rtc_sctp_stack_hold_timers (RtcLoop *loop);
void rtc_sctp_stack_release_timers (RtcLoop *loop);

/* Before a call that may start a timer: after a second without packets the timers are turned but
 * four times a second. Not between enter and leave. */
void rtc_sctp_stack_wake_timers (void);

/* No timer runs between the two: for calls outside of enter and leave that end an association. */
void rtc_sctp_stack_stop_timers (void);
void rtc_sctp_stack_continue_timers (void);

/* Closes @socket while no timer runs. */
void rtc_sctp_stack_close (struct socket *socket);

gint rtc_sctp_stack_receive (struct socket *socket, union sctp_sockstore address, void *data,
    size_t size, struct sctp_rcvinfo info, int flags, void *id);
