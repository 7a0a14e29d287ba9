/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two rtcsctp elements on one loop without a thread, joined by a link that loses, delays and
 * repeats packets by a seed. Time is virtual and moves only by sctp_sim_step().
 */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/rtc/gstrtccontext.h>
#include <gst/rtc/gstrtcdatatransport.h>
#include <gst/rtc/gstrtcerror.h>

typedef struct _SctpSim SctpSim;
typedef struct _SctpSide SctpSide;

typedef struct {
  guint16 stream;
  guint32 ppid;
  GBytes *data;
} SctpMessage;

struct _SctpSide {
  SctpSim *sim;
  SctpSide *peer;
  GstElement *element;
  GstRtcDataTransport *transport;
  GstPad *from_element; /* sink pad */
  GstPad *to_element;   /* source pad */
  GstWebRTCSCTPTransportState state;
  GQueue messages; /* of SctpMessage, received */
  guint n_messages;
  guint64 n_bytes;
  guint n_resets;
  guint n_closed;
  guint16 last_closed;
  gboolean answers_resets;
  gboolean keeps_messages;
  guint n_buffered; /* calls */
  guint64 last_buffered;
  guint64 packets; /* left this side */
  gsize largest_packet;
  GPtrArray *capture; /* of GBytes: packets that left, when wanted */
  GstBuffer *last_sack;
  gboolean
      is_strict;     /* data never reaches it: its last SACK, with a closed window, is the answer */
  gboolean is_lying; /* its SACKs tell of a window that is open, whatever it is */
};

struct _SctpSim {
  RtcLoop *loop;
  GstClockTime now;
  guint64 seed;
  gdouble loss;
  gdouble duplicate;
  gboolean is_dark; /* nothing arrives */
  GstClockTime delay;
  GstClockTime jitter;
  GQueue wire; /* by time */
  SctpSide a;
  SctpSide b;
};

SctpSim *sctp_sim_new (guint64 seed);
void sctp_sim_free (SctpSim *sim);
/* One point in time: what is due arrives and is handled. */
void sctp_sim_step (SctpSim *sim);
/* Until @done says so; fails the test after @limit of virtual time. */
void sctp_sim_run_until (SctpSim *sim, gboolean (*done) (SctpSim *sim), GstClockTime limit);
void sctp_sim_run_for (SctpSim *sim, GstClockTime duration);
/* Starts both and waits for the connection. */
void sctp_sim_connect (SctpSim *sim);

extern const GstRtcDataReliability sctp_reliable;
gboolean sctp_side_send (SctpSide *side, guint16 stream, gsize size, guint8 fill);
SctpMessage *sctp_side_pop (SctpSide *side);
void sctp_message_free (SctpMessage *message);
guint64 sctp_side_get_stat (SctpSide *side, const gchar *name);
