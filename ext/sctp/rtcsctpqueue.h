/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What one association has still to send: a queue of messages a stream, served in turns, so that
 * a full stream does not hold up the others; and the account of every byte that was accepted and
 * is not on the network yet. Pure; its owner, the association, locks it.
 *
 * For each stream: buffered = bytes in the queue here + bytes in the stack that no packet carried.
 */
#pragma once

#include <gst/rtc/gstrtcdatatransport.h>

typedef struct {
  GList link; /* in one of its stream's queues */
  guint16 stream;
  guint32 ppid;
  guint32 context; /* its name in the stack's notifications */
  GBytes *data;    /* NULL once the stack has it */
  GstRtcDataReliability reliability;
  GstClockTime expires; /* in the loop's time; NONE without max_lifetime_ms */
  guint64 unsent_bytes; /* no packet carried them yet */
  gboolean is_begun;    /* a packet carried its first bytes */
} RtcSctpMessage;

/* The reset of a stream, each direction by itself. */
typedef struct {
  guint16 id;
  GQueue messages; /* of RtcSctpMessage: waiting here */
  GQueue in_stack; /* of RtcSctpMessage: the stack has them, not all of their bytes are sent */
  guint64 buffered_bytes;
  gboolean is_ready;   /* in the queue's turn list */
  gboolean is_blocked; /* in the list of those that the stack refused */
  gboolean is_noted;   /* in the list of those whose buffered bytes fell */
  gboolean is_closing; /* reset_stream() was called: nothing more is accepted */
  gboolean is_out_requested;
  gboolean is_out_done;
  gboolean is_in_done;
  /* The peer used the number again before it confirmed our reset: the confirmation belongs to the
   * past when it comes. */
  gboolean is_confirmation_late;
} RtcSctpStream;

typedef struct {
  GHashTable *streams; /* id -> RtcSctpStream */
  GQueue ready;        /* of RtcSctpStream: those with messages, next one first */
  GQueue blocked;      /* of RtcSctpStream */
  GArray *noted;       /* of guint16 */
  guint64 buffered_bytes;
  guint64 stack_bytes;
  guint messages;       /* waiting here */
  guint stack_messages; /* in the stack, not all of their bytes are sent */
  guint32 last_context;
} RtcSctpQueue;

void rtc_sctp_queue_init (RtcSctpQueue *queue);
void rtc_sctp_queue_clear (RtcSctpQueue *queue);

RtcSctpStream *rtc_sctp_queue_find (RtcSctpQueue *queue, guint16 stream);
RtcSctpStream *rtc_sctp_queue_ensure (RtcSctpQueue *queue, guint16 stream);
/* Forgets @stream and what waits on it. */
void rtc_sctp_queue_remove (RtcSctpQueue *queue, RtcSctpStream *stream);

/* @message: stream, ppid, data (transfer none), reliability and expires. */
void rtc_sctp_queue_push (RtcSctpQueue *queue, const RtcSctpMessage *message);
/* The next message by turns, now counted as being in the stack; its data in @out_message is
 * (transfer full). FALSE: there is none. Messages whose lifetime is over at @now are dropped. */
gboolean rtc_sctp_queue_pop (RtcSctpQueue *queue, GstClockTime now, RtcSctpMessage *out_message);
/* The stack did not take @message (data: transfer full): it is the next of its stream again, but
 * its stream waits until rtc_sctp_queue_retry(). */
void rtc_sctp_queue_put_back (RtcSctpQueue *queue, RtcSctpMessage *message);
void rtc_sctp_queue_retry (RtcSctpQueue *queue);

/* A packet carried @bytes of the next message of @stream for the first time. TRUE: it is one that
 * is sent until it arrives. */
gboolean rtc_sctp_queue_sent (
    RtcSctpQueue *queue, guint16 stream, guint64 bytes, gboolean is_first);
/* The stack dropped what was left of a message. */
void rtc_sctp_queue_abandoned (RtcSctpQueue *queue, guint16 stream, guint32 context);
