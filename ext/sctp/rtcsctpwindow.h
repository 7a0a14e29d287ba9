/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The receive window of one association as its peer sees it (RFC 9260 §6.2). usrsctp hands each
 * message over at once and then counts it as read, so the window that it announces tells of
 * incomplete messages only. Here what the application has not taken counts too:
 *
 *   taken = undelivered + what the stack holds
 *   told to the peer = max (0, limit - taken)
 *
 * by writing the window into each SACK that leaves. What a peer sends into a closed window is taken
 * up to half the limit, then hardly, and dropped beyond two whole windows. The limit is the whole
 * window, and a small one while all associations of the process together hold more than their
 * budget. Pure; its owner, the association, locks it.
 */
#pragma once

#include <glib.h>

/* Shared by the associations of the process. */
typedef struct {
  gsize taken_bytes; /* atomic: the sum of them all, in whole steps */
  gsize limit_bytes;
} RtcSctpBudget;

typedef struct {
  RtcSctpBudget *budget;
  gsize full_bytes; /* the window of an association that holds nothing */
  gsize undelivered_bytes;
  gsize stack_bytes;   /* incomplete messages and those out of order, by the last SACK */
  gsize counted_bytes; /* of them in the budget */
  gsize told_bytes;    /* the window in the last SACK */
  GByteArray *sack;    /* the last one as a packet of its own; empty: none yet */
  guint32 cumulative_tsn;
  guint n_refused; /* times that the next TSN was, since it was not */
} RtcSctpWindow;

void rtc_sctp_window_init (RtcSctpWindow *window, RtcSctpBudget *budget, gsize full_bytes);
/* Gives the budget back; init() comes before the next use. */
void rtc_sctp_window_clear (RtcSctpWindow *window);

/* A message waits for the application. */
void rtc_sctp_window_hold (RtcSctpWindow *window, gsize size);
/* The application took so many of them. */
void rtc_sctp_window_release (RtcSctpWindow *window, guint n_messages, gsize size);

/* The socket is closed: the stack holds nothing any more. */
void rtc_sctp_window_close (RtcSctpWindow *window);

/* Writes the window into the SACK of @packet, which leaves now, if it has one. Its checksum is
 * wrong afterwards. */
void rtc_sctp_window_write (RtcSctpWindow *window, guint8 *packet, gsize size);
/* The peer should hear that there is room again. */
gboolean rtc_sctp_window_is_update_due (const RtcSctpWindow *window);
/* The last SACK once more, with the window of now; NULL: none has been sent yet. Valid until the
 * next call. */
const GByteArray *rtc_sctp_window_repeat_sack (RtcSctpWindow *window);
/* More is taken than a peer that respects the window can cause. */
gboolean rtc_sctp_window_is_overrun (const RtcSctpWindow *window);
/* While it is overrun. FALSE: a packet whose first DATA chunk has @tsn is to be dropped, since the
 * peer was told that there is no room. Taken is the next TSN when messages in the stack wait for
 * it, or they would stay, and else each third time that it comes: usrsctp as the sender counts
 * probes of a closed window as errors, answered or not, and some of its users allow for five. */
gboolean rtc_sctp_window_accepts (RtcSctpWindow *window, guint32 tsn);
