/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The struct of an association and the functions that its files share. */
#pragma once

#include "rtcsctpbatch.h"
#include "rtcsctpqueue.h"
#include "rtcsctprack.h"
#include "rtcsctpsocket.h"
#include "rtcsctptypes.h"
#include "rtcsctpwindow.h"

typedef enum {
  RTC_SCTP_EVENT_STATE,
  RTC_SCTP_EVENT_MESSAGE,
  RTC_SCTP_EVENT_STREAM_RESET,
  RTC_SCTP_EVENT_STREAM_CLOSED,
} RtcSctpEventType;

typedef struct {
  RtcSctpEventType type;
  GstWebRTCSCTPTransportState state;
  guint16 stream;
  guint32 ppid;
  GBytes *data;
} RtcSctpEvent;

/* What waits for the owner; @running, @n_run: the loop's alone. */
typedef struct {
  GArray *events;  /* RtcSctpEvent */
  GArray *running; /* those that are being handled, the first @n_run of them are */
  guint n_run;
  GHashTable *paused; /* stream -> GQueue of RtcSctpEvent that wait */
  GQueue resumed;     /* of RtcSctpEvent: they come next */
  gint n_paused;      /* atomic: size of @paused */
  gint has_resumed;   /* atomic */
} RtcSctpDelivery;

struct _RtcSctpAssociation {
  gatomicrefcount ref_count;
  GWeakRef owner;
  RtcLoop *loop;
  const RtcSctpAssociationFuncs *functions;
  RtcLoopTimer *alarm; /* the loop's alone; when it is there, it holds a reference */

  /* Held around calls into usrsctp: socket, id, ports. */
  GMutex stack_lock;
  struct socket *socket;
  gpointer id;
  guint16 local_port;
  guint16 remote_port;
  gboolean verify_checksum;
  gboolean is_acking_rarely;
  gboolean is_patient; /* the peer's window is closed, or no more was acknowledged since */
  guint32 patient_tsn; /* acknowledged by the last SACK */
  gboolean is_corked;  /* small messages wait for more of them to fill a packet */
  /* Atomic: someone left work for the holder of stack_lock. */
  gint work_wanted;

  /* Innermost, taken in usrsctp's callbacks too: everything below. */
  GMutex lock;
  GstWebRTCSCTPTransportState state;
  RtcSctpQueue queue;
  RtcSctpBatch batch;
  RtcSctpDelivery delivery;
  RtcSctpWindow window;
  RtcSctpRack rack;
  guint n_closing; /* streams whose reset is not requested yet */
  guint out_streams;
  guint max_streams;
  guint peer_max_streams; /* as its INIT or INIT ACK said */
  guint needed_streams;
  gboolean is_adding_streams; /* a request is under way */
  guint64 max_message_bytes;
  gboolean has_sent_data;
  guint32 last_tsn; /* the highest that was sent */
  gboolean is_pushing;
  gint64 last_send_us; /* by a thread that is not the loop's */
  gboolean is_turn_posted;
  gboolean is_work_coming; /* the posted turn has not looked at the queue yet */
  gboolean is_turn_wanted; /* another one after this */
  gboolean is_close_wanted;
  guint64 bytes_sent;
  guint64 bytes_received;
  guint64 messages_sent;
  guint64 messages_received;
  guint64 packets_dropped;
};

void rtc_sctp_delivery_init (RtcSctpDelivery *delivery);
void rtc_sctp_delivery_clear (RtcSctpDelivery *delivery);
void rtc_sctp_event_clear (gpointer event);
/* On the loop: hands events on, for the time that one turn may take. */
void rtc_sctp_association_deliver (RtcSctpAssociation *association, GObject *owner);
/* With the lock held, on the loop: there is more. */
gboolean rtc_sctp_association_has_events (const RtcSctpAssociation *association);
/* With the lock held. Valid until the next one is added. */
RtcSctpEvent *rtc_sctp_association_add_event (
    RtcSctpAssociation *association, RtcSctpEventType type, guint16 stream);
/* With the lock held: no more data goes in or out, the loop closes the socket. */
void rtc_sctp_association_end (RtcSctpAssociation *association);
/* With the lock held: both directions of @stream are reset. */
void rtc_sctp_association_finish_reset (RtcSctpAssociation *association, RtcSctpStream *stream);
/* With the lock held: the loop will run rtc_sctp_association_turn(). */
void rtc_sctp_association_post_turn (RtcSctpAssociation *association);

/* With the stack lock held: all that rtc_sctp_association_want_work() is about. */
void rtc_sctp_association_serve (RtcSctpAssociation *association);
/* Without locks: the stack takes what waits, here or in the thread that has it now. */
void rtc_sctp_association_want_work (RtcSctpAssociation *association);
/* With the lock held: the peer is told the window of now; rtcsctpreceive.c. */
void rtc_sctp_association_repeat_sack (RtcSctpAssociation *association);

/* rtcsctprepeat.c. With the lock held: a packet leaves with chunks up to @last_tsn for the first
 * time, or one again. */
void rtc_sctp_association_note_sent (RtcSctpAssociation *association, const guint8 *packet,
    gsize size, guint32 first_tsn, gboolean may_repeat);
void rtc_sctp_association_note_resent (RtcSctpAssociation *association, guint32 tsn);
/* Without locks. */
void rtc_sctp_association_note_sack (
    RtcSctpAssociation *association, const guint8 *packet, const RtcSctpSack *sack);
/* On the loop; any thread. */
void rtc_sctp_association_set_alarm (RtcSctpAssociation *association);
void rtc_sctp_association_stop_alarm (RtcSctpAssociation *association);

/* With the stack lock held: gives the stack what it can take. TRUE: there are streams to reset or
 * to add. */
gboolean rtc_sctp_association_send_waiting (RtcSctpAssociation *association);

/* With the stack lock held: asks for what streams need; rtcsctpstreams.c. */
void rtc_sctp_association_request_resets (RtcSctpAssociation *association);
void rtc_sctp_association_grow_streams (RtcSctpAssociation *association);

/* The stack's callback: a message or a notification. */
void rtc_sctp_association_received (
    gpointer user, gpointer data, gsize size, const struct sctp_rcvinfo *info, gint flags);

GST_DEBUG_CATEGORY_EXTERN (rtc_sctp_debug);
