/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What rtcsignaller's server tells on its loop, as messages, signals and properties. */
#include "config.h"

#include "gstrtcsignaller.h"

#include "peer/rtcpost.h"

static void
post_session_message (GstRtcSignaller *self, const gchar *name, const gchar *key,
    const gchar *field, const gchar *text)
{
  g_autofree gchar *id = rtc_signaller_server_dup_id (key);
  rtc_post_structure (GST_ELEMENT (self), rtc_post_make (name, id, field, text));
}

void
gst_rtc_signaller_count_sessions (GstRtcSignaller *self, gint change)
{
  GST_OBJECT_LOCK (self);
  self->n_sessions += change;
  GST_OBJECT_UNLOCK (self);
  g_object_notify (G_OBJECT (self), "sessions");
}

static void
server_make_peer (const gchar *id, const RtcSignallerPurpose *purpose, gpointer user_data)
{
  gst_rtc_signaller_count_sessions (user_data, 1);
  gst_rtc_signaller_make_peer (user_data, id, purpose);
}

static gchar **
server_list_encodings (const gchar *name, gpointer user_data)
{
  return rtc_relay_list_encodings (((GstRtcSignaller *) user_data)->relay, name);
}

static void
request_key_frames (GstElement *element, gpointer user_data)
{
  rtc_relay_request_key_frames (GST_RTC_SIGNALLER (element)->relay, user_data);
}

static void
server_happened (
    const gchar *id, const gchar *address, RtcClientSessionEvent event, gpointer user_data)
{
  static const struct {
    const gchar *message;
    GstProgressType type;
    const gchar *code;
    const gchar *text;
  } rows[] = {
    [RTC_CLIENT_SESSION_ANSWERED] = { "rtc-session-started", GST_PROGRESS_TYPE_START, "rtc-connect",
        ": offer answered" },
    [RTC_CLIENT_SESSION_CONNECTED] = { "rtc-session-connected", GST_PROGRESS_TYPE_COMPLETE,
        "rtc-connect", ": connected" },
    [RTC_CLIENT_SESSION_RENEGOTIATED] = { "rtc-session-renegotiated", GST_PROGRESS_TYPE_COMPLETE,
        "rtc-renegotiate", ": renegotiated" },
    [RTC_CLIENT_SESSION_RESTARTED] = { "rtc-session-restarted", GST_PROGRESS_TYPE_COMPLETE,
        "rtc-restart", ": ICE restarted" },
  };
  GstRtcSignaller *self = user_data;
  /* The answer is out. */
  if (event == RTC_CLIENT_SESSION_ANSWERED)
    gst_rtc_signaller_refill (self);
  if (event == RTC_CLIENT_SESSION_CONNECTED && self->is_relay)
    gst_element_call_async (GST_ELEMENT (self), request_key_frames, g_strdup (id), g_free);
  post_session_message (self, rows[event].message, id, "address", address);
  rtc_post_progress (GST_ELEMENT (self), rows[event].type, rows[event].code,
      g_strconcat ("Client ", address, rows[event].text, NULL));
}

static void
server_ended (const gchar *key, const gchar *reason, gpointer user_data)
{
  GstRtcSignaller *self = user_data;
  g_autofree gchar *id = rtc_signaller_server_dup_id (key);
  gst_rtc_signaller_count_sessions (self, -1);
  post_session_message (self, "rtc-session-ended", key, "reason", reason);
  rtc_post_progress (GST_ELEMENT (self), GST_PROGRESS_TYPE_COMPLETE, "rtc-session",
      g_strdup_printf ("Session ended: %s", reason));
  g_signal_emit_by_name (self, "session-ended", id, reason);
  gst_rtc_signaller_drop_peer (self, key, self->loop);
  gst_rtc_signaller_refill (self);
}

static void
server_link (const gchar *key, const gchar *address, const RtcLinkNews *news, gpointer user_data)
{
  g_autofree gchar *id = rtc_signaller_server_dup_id (key);
  g_autofree gchar *who = g_strconcat ("Client ", address, NULL);
  rtc_link_news_post (news, user_data, who, id);
}

static void
server_relay_changed (
    const gchar *room, const gchar *id, const gchar *address, gboolean is_there, gpointer user_data)
{
  GstRtcSignaller *self = user_data;
  rtc_post_structure (GST_ELEMENT (self),
      gst_structure_new (is_there ? "rtc-relay-joined" : "rtc-relay-left", "room", G_TYPE_STRING,
          room, "client-id", G_TYPE_STRING, id, "address", G_TYPE_STRING, address, NULL));
}

static void
server_client_message (const gchar *id, const gchar *text, gpointer user_data)
{
  post_session_message (user_data, "rtc-client-message", id, "text", text);
}

const RtcSignallerServerFuncs gst_rtc_signaller_server_funcs = { server_make_peer,
  server_list_encodings, server_happened, server_ended, server_link, server_relay_changed,
  server_client_message };
