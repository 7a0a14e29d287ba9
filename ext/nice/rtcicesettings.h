/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the properties of rtcice say. The element keeps one under its object lock and gives a copy
 * to its session, which reads it when it makes a generation.
 */
#pragma once

#include <gst/rtc/gstrtcice.h>

G_BEGIN_DECLS

/**
 * GstRtcIceNomination:
 * @GST_RTC_ICE_NOMINATION_REGULAR: RFC 8445 §8.1.1: check first, nominate one pair then
 * @GST_RTC_ICE_NOMINATION_AGGRESSIVE: RFC 5245 §8.1.1.2: each check nominates
 */
typedef enum {
  GST_RTC_ICE_NOMINATION_REGULAR,
  GST_RTC_ICE_NOMINATION_AGGRESSIVE,
} GstRtcIceNomination;

GType gst_rtc_ice_nomination_get_type (void);
#define GST_RTC_TYPE_ICE_NOMINATION (gst_rtc_ice_nomination_get_type ())

/**
 * GstRtcIcePath:
 * @GST_RTC_ICE_PATH_AUTO: past libnice where that can be
 * @GST_RTC_ICE_PATH_DIRECT: past libnice, or nowhere
 * @GST_RTC_ICE_PATH_AGENT: through libnice always
 */
typedef enum {
  GST_RTC_ICE_PATH_AUTO,
  GST_RTC_ICE_PATH_DIRECT,
  GST_RTC_ICE_PATH_AGENT,
} GstRtcIcePath;

GType gst_rtc_ice_path_get_type (void);
#define GST_RTC_TYPE_ICE_PATH (gst_rtc_ice_path_get_type ())

typedef struct {
  GstWebRTCICETransportPolicy transport_policy;
  gchar **local_addresses;
  guint min_port;
  guint max_port;
  gboolean ice_tcp;
  GstRtcIceNomination nomination;
  guint pacing_ms;
  guint disconnected_timeout_ms;
  guint failed_timeout_ms;
  GstRtcIcePath path;
  guint receive_buffer_bytes;
  guint send_buffer_bytes;
  GstRtcIceCandidateTypes candidate_types;
} RtcIceSettings;

/* Bytes. What the system gives by default holds 90 packets. */
#define RTC_ICE_DEFAULT_RECEIVE_BUFFER (4 * 1024 * 1024)
#define RTC_ICE_DEFAULT_SEND_BUFFER (2 * 1024 * 1024)

#define RTC_ICE_DEFAULT_DISCONNECTED_TIMEOUT_MS 6500
#define RTC_ICE_DEFAULT_FAILED_TIMEOUT_MS 30000

void rtc_ice_settings_init (RtcIceSettings *settings);
void rtc_ice_settings_copy (const RtcIceSettings *from, RtcIceSettings *to);
void rtc_ice_settings_clear (RtcIceSettings *settings);

/* The properties of the settings, installed from @first_id on in the order of the struct. */
void rtc_ice_settings_install (GObjectClass *object_class, guint first_id);
/* @offset: the property's id - first_id */
void rtc_ice_settings_set (RtcIceSettings *settings, guint offset, const GValue *value);
void rtc_ice_settings_get (const RtcIceSettings *settings, guint offset, GValue *value);

G_END_DECLS
