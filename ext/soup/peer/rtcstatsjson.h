/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reply of get-stats (a structure of structures): what it says, as JSON, and the sums that a
 * server's operator looks at. Pure functions. */
#pragma once

#include <gst/gst.h>

/* (transfer full): an object of objects; {} for NULL. */
gchar *rtc_stats_to_json (const GstStructure *stats);

/* Of a member of that reply. Elements differ in the integer type of a field; 0: it has none. */
gint64 rtc_stats_get_number (const GstStructure *member, const gchar *name);
/* (transfer full): "inbound-rtp" and so on; empty for none. */
gchar *rtc_stats_dup_type (const GstStructure *member);

typedef struct {
  guint64 packets_received;
  guint64 bytes_received;
  guint64 packets_sent;
  guint64 bytes_sent;
  gint64 packets_lost;
  /* Of messages, both ways. */
  guint64 data_bytes;
} RtcStatsSums;

/* Adds what the RTP streams and data channels of @stats (may be NULL) have counted. */
void rtc_stats_add (RtcStatsSums *sums, const GstStructure *stats);
