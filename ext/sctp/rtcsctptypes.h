/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The types that an association and its owner share: what it calls, and how it is configured. */
#pragma once

#include <gst/rtc/gstrtcdatatransport.h>
#include <gst/rtc/rtcloop.h>

typedef struct _RtcSctpAssociation RtcSctpAssociation;

/* What the application may have waiting: W3C's bufferedAmount of all streams together. */
#define RTC_SCTP_MAX_BUFFERED_BYTES (16 * 1024 * 1024)

/**
 * RtcSctpAssociationFuncs: called without locks.
 * @push: any thread, one call at a time: packets for the network (transfer full)
 * The others as in GstRtcDataListener, on the loop; @owner is alive during the call.
 */
typedef struct {
  void (*push) (GObject *owner, GstBufferList *list);
  void (*state_changed) (GObject *owner, GstWebRTCSCTPTransportState state);
  void (*message) (GObject *owner, guint16 stream, guint32 ppid, GBytes *data);
  void (*stream_reset) (GObject *owner, guint16 stream);
  void (*stream_closed) (GObject *owner, guint16 stream);
  void (*buffered) (GObject *owner, guint16 stream, guint64 buffered_bytes);
} RtcSctpAssociationFuncs;

typedef struct {
  guint16 local_port;
  guint16 remote_port;
  guint mtu;                 /* bytes of an SCTP packet */
  gboolean verify_checksum;  /* of what arrives */
  guint64 max_message_bytes; /* what the peer takes; 0: no limit */
} RtcSctpAssociationConfig;
