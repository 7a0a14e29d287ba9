/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The properties of rtcsignaller as one value: what they are called, their defaults and limits.
 * Owned by the element and guarded by its object lock. */
#pragma once

#include "client/rtcclientrole.h"
#include "server/rtcsignallerserver.h"

typedef enum {
  GST_RTC_SIGNALLER_ROLE_SERVER,
  GST_RTC_SIGNALLER_ROLE_CLIENT,
} GstRtcSignallerRole;

GType gst_rtc_signaller_role_get_type (void);
GType gst_rtc_signaller_dialect_get_type (void);

typedef struct {
  GstRtcSignallerRole role;
  RtcClientDialect dialect;
  /* Of the server that a client speaks to. */
  gchar *url;
  guint retry_timeout_ms;
  gchar *address;
  guint port;
  gchar *peer;
  GstElement *peer_element;
  gchar *session;
  guint max_sessions;
  guint spare_sessions;
  guint answer_timeout_ms;
  guint gather_timeout_ms;
  guint connect_timeout_ms;
  guint request_timeout_ms;
  guint restart_timeout_ms;
  gboolean auto_restart;
  guint restart_idle_timeout_ms;
  guint restart_max_attempts;
  guint restart_rtt_ms;
  guint restart_loss_percent;
  guint restart_backoff_ms;
  guint idle_timeout_ms;
  guint patches_per_second;
  guint patches_burst;
  gboolean https;
  gchar *tls_certificate;
  gchar *tls_key;
  gchar *page;
  gchar *allowed_origins;
  gchar *token;
  gchar *stun_server;
  gchar *turn_server;
  gchar *ice_servers;
  gchar *ice_servers_url;
  gboolean has_public_status;
  /* The three above in one text; made for the server. */
  gchar *all_ice_servers;
  RtcAdmissionLimits admission;
  RtcAdmissionLimits sockets;
  guint max_message_bytes;
  guint max_rooms;
} RtcSignallerSettings;

/* Ids above this one are the element's own. */
#define RTC_SIGNALLER_SETTINGS_LAST_ID 100

void rtc_signaller_settings_install (GObjectClass *object_class);
void rtc_signaller_settings_init (RtcSignallerSettings *settings);
void rtc_signaller_settings_clear (RtcSignallerSettings *settings);
/* FALSE: not one of them. */
gboolean rtc_signaller_settings_set (RtcSignallerSettings *settings, guint id, const GValue *value);
gboolean rtc_signaller_settings_get (const RtcSignallerSettings *settings, guint id, GValue *value);
/* The server's configuration; its strings are the settings', the certificate is the caller's. */
RtcSignallerServerConfig rtc_signaller_settings_to_config (
    RtcSignallerSettings *settings, GTlsCertificate *certificate);
/* The same for the client role. @url: normalized. */
RtcClientRoleConfig rtc_signaller_settings_to_client_config (
    const RtcSignallerSettings *settings, const gchar *url);
