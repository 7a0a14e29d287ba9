/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who may ask how often: token buckets for all clients together and for each address, and the
 * number of open connections. Owned by the HTTP server; time is given in.
 */
#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

/* Addresses that are remembered; with more of them, the ones without a connection are forgotten. */
#define RTC_ADMISSION_MAX_ADDRESSES 1024

typedef struct {
  guint max_connections;
  guint max_connections_per_address;
  guint requests_per_second;
  guint requests_burst;
  guint requests_per_second_per_address;
  guint requests_burst_per_address;
  /* Of those, the ones that open or change a session. */
  guint offers_per_second;
  guint offers_burst;
  guint offers_per_second_per_address;
  guint offers_burst_per_address;
} RtcAdmissionLimits;

/* Starts zeroed, and full. */
typedef struct {
  gdouble tokens;
  GstClockTime updated;
  gboolean is_started;
} RtcTokenBucket;

/* 0: one token was taken; else the time until there will be one. */
GstClockTime rtc_token_bucket_take (
    RtcTokenBucket *bucket, guint per_second, guint burst, GstClockTime now);

typedef struct _RtcAdmission RtcAdmission;

RtcAdmission *rtc_admission_new (const RtcAdmissionLimits *limits);
void rtc_admission_free (RtcAdmission *admission);
/* FALSE: the connection must be closed unheard. A TRUE is given back with _disconnected().
 * @is_loopback: the rates and the limits for each address do not apply. */
gboolean rtc_admission_connected (
    RtcAdmission *admission, const gchar *address, gboolean is_loopback);
void rtc_admission_disconnected (RtcAdmission *admission, const gchar *address);
/* 0: the request may go on; else the time after which to come again (429, Retry-After). */
GstClockTime rtc_admission_request (
    RtcAdmission *admission, const gchar *address, gboolean is_loopback, GstClockTime now);
/* The same for an offer, after that. */
GstClockTime rtc_admission_offer (
    RtcAdmission *admission, const gchar *address, gboolean is_loopback, GstClockTime now);
guint rtc_admission_get_connections (const RtcAdmission *admission);

/* (transfer full): the address itself where a socket of both families has wrapped it (RFC 4291
 * §2.5.5.2). */
GInetAddress *rtc_admission_unwrap (GInetAddress *address);
/* (transfer full): what counts as one address. A site has at least 2^64 of IPv6 (RFC 4291 §2.5.1),
 * so those are one. */
gchar *rtc_admission_get_name (GInetAddress *address);
