/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The link of a client session: whom a WebSocket reaches is sent an offer that restarts ICE; who
 * cannot be reached has to restart himself, and trouble is only told.
 */
#include "rtcclientsession.h"
#include "rtcclientsessionprivate.h"

/* What a client gets to restart by itself before it is sent an offer that does. */
#define LINK_PATIENCE GST_SECOND

static void
link_restart (gpointer user_data)
{
  rtc_client_session_want_offer (user_data, TRUE);
}

static void
link_told (const RtcLinkNews *news, gpointer user_data)
{
  RtcClientSession *session = user_data;
  if (session->funcs.link != NULL)
    session->funcs.link (session, news, session->user_data);
}

gboolean
rtc_client_session_can_push (const RtcClientSession *session)
{
  return rtc_client_session_has_channel (session) && !session->has_lost_channel;
}

static void
start_link (RtcClientSession *session)
{
  static const RtcLinkWatchFuncs funcs = { link_restart, link_told };
  RtcLinkLimits limits = session->limits.link;
  limits.is_automatic = limits.is_automatic && rtc_client_session_can_push (session);
  limits.patience = LINK_PATIENCE;
  /* It is the clients that move: all sessions of a server at once for a bridge of containers? */
  limits.follows_addresses = FALSE;
  session->link = rtc_link_watch_new (session->loop, session->driver, &limits, &funcs, session);
  if (!rtc_client_session_can_push (session))
    rtc_link_watch_set_ice_state (session->link, GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED);
}

void
rtc_client_session_watch_link (RtcClientSession *session, GstWebRTCICEConnectionState state)
{
  gboolean is_bad = state == GST_WEBRTC_ICE_CONNECTION_STATE_DISCONNECTED ||
      state == GST_WEBRTC_ICE_CONNECTION_STATE_FAILED;
  if (session->link == NULL && (is_bad || rtc_client_session_can_push (session)))
    start_link (session);
  rtc_link_watch_set_ice_state (session->link, state);
  if (!is_bad && !rtc_client_session_can_push (session))
    g_clear_pointer (&session->link, rtc_link_watch_free);
}

void
rtc_client_session_lose_channel (RtcClientSession *session)
{
  session->has_lost_channel = TRUE;
  g_clear_pointer (&session->link, rtc_link_watch_free);
}

void
rtc_client_session_regain_channel (RtcClientSession *session)
{
  GstWebRTCICEConnectionState state = GST_WEBRTC_ICE_CONNECTION_STATE_NEW;
  session->has_lost_channel = FALSE;
  if (!session->is_answered || session->driver == NULL || session->is_ended)
    return;
  g_object_get (rtc_peer_driver_get_peer (session->driver), "ice-connection-state", &state, NULL);
  rtc_client_session_watch_link (session, state);
}

void
rtc_client_session_network_changed (
    RtcClientSession *session, const gchar *const *before, const gchar *const *after)
{
  rtc_link_watch_network_changed (session->link, before, after);
}
