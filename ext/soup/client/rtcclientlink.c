/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The client role watches its link, and the machine's network: a restart is signalled like one that
 * the application asked for. Functions of the client role, on the loop.
 */
#include "rtcclientroleparts.h"

static void
link_restart (gpointer user_data)
{
  RtcClientRole *role = user_data;
  rtc_retry_reset (&role->retry);
  rtc_client_role_begin_restart (role);
}

static void
link_told (const RtcLinkNews *news, gpointer user_data)
{
  RtcClientRole *role = user_data;
  if (role->funcs.link != NULL)
    role->funcs.link (news, role->session, role->user_data);
}

static gboolean
has_gone (const gchar *const *before, const gchar *const *after)
{
  for (; *before != NULL; before++) {
    if (!g_strv_contains (after, *before))
      return TRUE;
  }
  return FALSE;
}

static void
network_changed (const gchar *const *before, const gchar *const *after, gpointer user_data)
{
  RtcClientRole *role = user_data;
  /* A connection from an address that is gone would be waited for in vain. */
  if (has_gone (before, after))
    rtc_http_client_drop_connections (role->http);
  if (role->link != NULL)
    rtc_link_watch_network_changed (role->link, before, after);
  else if (before[0] == NULL && role->phase == RTC_CLIENT_PHASE_WAITING)
    rtc_client_role_begin_restart (role);
}

void
rtc_client_link_watch_network (RtcClientRole *role)
{
  role->network = rtc_network_watch_new (role->loop, network_changed, role);
}

void
rtc_client_link_start (RtcClientRole *role)
{
  static const RtcLinkWatchFuncs funcs = { link_restart, link_told };
  role->link = rtc_link_watch_new (role->loop, role->driver, &role->config.link, &funcs, role);
}

void
rtc_client_link_stop (RtcClientRole *role)
{
  g_clear_pointer (&role->link, rtc_link_watch_free);
}
