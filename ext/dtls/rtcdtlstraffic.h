/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RtcDtlsTraffic: what goes through an association once it has keys: records out of packets,
 * packets out of records, in place where that can be, and the counts of both. It knows no state;
 * whether something may pass is its connection's affair. Embedded in RtcDtlsConnection.
 */
#pragma once

#include "rtcdtlsfilter.h"
#include "rtcdtlsrecord.h"

#include <gst/gst.h>

typedef struct {
  guint64 packets_sent, bytes_sent, packets_received, bytes_received;
  /* Datagrams or records that were refused, packets of data that were too early or too late. */
  guint64 dropped;
} RtcDtlsCounters;

typedef struct {
  RtcDtlsRecordLayer *layer; /* NULL before the keys are there */
  GstBufferList *output;     /* datagrams to send, NULL: none */
  GstBufferList *data;       /* packets that arrived, NULL: none */
  RtcDtlsCounters counters;
} RtcDtlsTraffic;

void rtc_dtls_traffic_clear (RtcDtlsTraffic *traffic);

/* @datagram: (transfer full) */
void rtc_dtls_traffic_add_output (RtcDtlsTraffic *traffic, GstBuffer *datagram);
/* @packet: (transfer full): counted as received */
void rtc_dtls_traffic_add_data (RtcDtlsTraffic *traffic, GstBuffer *packet);

/* The rest needs the layer. */
void rtc_dtls_traffic_send_alert (RtcDtlsTraffic *traffic, guint8 level, guint8 description);
/* @list: (transfer full); encrypted in place where there is RTC_PACKET_ROOM. */
void rtc_dtls_traffic_send (RtcDtlsTraffic *traffic, GstBufferList *list);
/* Whether a datagram is one record of data, as almost all are. */
gboolean rtc_dtls_traffic_is_data (
    RtcDtlsFilter *filter, const guint8 *bytes, gsize size, RtcDtlsRecord *out_record);
/* Decrypts such a datagram where it lies, and counts it; FALSE: it is as before. */
gboolean rtc_dtls_traffic_open_in_place (
    RtcDtlsTraffic *traffic, RtcDtlsFilter *filter, GstBuffer *datagram);
