/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Between an element and its client role: finds and prepares the peer on a worker thread, turns
 * events into messages on the element's bus, starts and stops. Owned by the element; its functions
 * are for any thread but a loop's, unless they say otherwise.
 */
#pragma once

#include "rtcclientrole.h"
#include "peer/rtcpeerpool.h"

typedef struct _RtcClientElement RtcClientElement;

typedef struct {
  /* (transfer full): a peer that has not offered yet, NULL with @error. Worker thread. */
  GstElement *(*obtain_peer) (GstElement *element, GError **error);
  /* The peer is ready; the place to connect to its signals. Worker thread. May be NULL. */
  void (*peer_ready) (GstElement *element, GstElement *peer);
  /* The peer is not used any more, or will be renewed. Worker thread. */
  void (*drop_peer) (GstElement *element);
  /* A session is there, or is not there any more. On the loop. May be NULL. */
  void (*count) (GstElement *element, gint change);
} RtcClientElementFuncs;

/* NULL: an error message was posted. */
RtcClientElement *rtc_client_element_start (GstElement *element, RtcLoop *loop,
    const RtcClientRoleConfig *config, const RtcClientElementFuncs *funcs);
/* The server is told, which takes two seconds at most. */
void rtc_client_element_stop (RtcClientElement *client);
/* rtc_client_role_restart(). Any thread. */
void rtc_client_element_restart (RtcClientElement *client);
/* The peer has failed for @reason. Any thread. */
void rtc_client_element_fail (RtcClientElement *client, const gchar *reason);
