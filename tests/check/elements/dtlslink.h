/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DtlsLink: two rtcdtls back to back over a wire that a test may cut, on a loop thread of its own.
 * Times are real, since OpenSSL's are; waiting is on a condition with a generous limit.
 */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/rtc/gstrtccontext.h>
#include <gst/rtc/gstrtcerror.h>
#include <gst/rtc/gstrtcsrtpkeys.h>
#include <gst/webrtc/webrtc.h>

typedef struct _DtlsLink DtlsLink;

#define CLIENT 0
#define SERVER 1

typedef struct {
  DtlsLink *link;
  guint index;
  GstElement *dtls;
  /* Test pads that are linked with the element's. */
  GstPad *to_sink, *from_src, *to_srtp, *from_srtp, *to_data, *from_data;
  /* Datagrams on their way to this side. */
  GQueue inbox;
  /* with the link's lock: */
  GstWebRTCDTLSTransportState state;
  guint n_states;
  GError *error;
  GstRtcSrtpKeys *keys;
  GQueue data, srtp;
  guint n_sent;
  gsize bytes_sent;
} DtlsPeer;

/* Whether the wire loses this datagram: @index counts from 1 over both directions. On the loop. */
typedef gboolean (*DtlsLossFunc) (guint from, guint index, GstBuffer *datagram, gpointer user_data);

struct _DtlsLink {
  RtcLoop *loop;
  DtlsPeer peers[2];
  DtlsLossFunc loses;
  gpointer loses_data;
  guint n_datagrams;
  GMutex lock;
  GCond changed;
};

DtlsLink *dtls_link_new (void);
/* @loop (transfer full); a manual one is turned by the caller, who then cannot wait. */
DtlsLink *dtls_link_new_on (RtcLoop *loop);
void dtls_link_free (DtlsLink *link);
/* On the loop, as GObject wants it where notifications matter. */
void dtls_link_set_fingerprints (DtlsLink *link, guint peer, const gchar *const *lines);
/* Gives each side the other's fingerprint. */
void dtls_link_introduce (DtlsLink *link);
void dtls_link_start (DtlsLink *link);
/* Waits; the test fails after 20 s. */
void dtls_link_wait_state (DtlsLink *link, guint peer, GstWebRTCDTLSTransportState state);
void dtls_link_wait_data (DtlsLink *link, guint peer, guint n_packets);
void dtls_link_wait_srtp (DtlsLink *link, guint peer, guint n_packets);
/* Forgets states, errors and packets of before. */
void dtls_link_forget (DtlsLink *link);
/* Everything that is under way on the loop has happened. */
void dtls_link_settle (DtlsLink *link);
/* Lets @bytes arrive at @peer. */
void dtls_link_inject (DtlsLink *link, guint peer, const guint8 *bytes, gsize size);
void dtls_link_send_data (DtlsLink *link, guint peer, const gchar *text);
void dtls_link_send_srtp (DtlsLink *link, guint peer, const guint8 *bytes, gsize size);
gchar *dtls_link_get_fingerprint (DtlsLink *link, guint peer);
guint64 dtls_link_get_stat (DtlsLink *link, guint peer, const gchar *name);
