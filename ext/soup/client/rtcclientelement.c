/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Work of a client that leaves the loop and comes back, and what it tells the pipeline. Reference
 * counted, because a worker thread may be busy with it when the element stops.
 */
#include "config.h"

#include "rtcclientelement.h"

#include <glib/gi18n-lib.h>

#include "rtcclientpeer.h"
#include "peer/rtcpeerelement.h"
#include "peer/rtcpost.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

struct _RtcClientElement {
  gatomicrefcount refs;
  GstElement *element;
  RtcLoop *loop;
  RtcClientRoleConfig config;
  gchar *url;
  gchar *token;
  gchar *trusted;
  RtcClientElementFuncs funcs;
  /* Worker threads and stop() only; the lock is theirs. */
  GMutex lock;
  GCond cond;
  GstElement *peer;
  guint n_workers;
  gboolean is_stopping;
  gboolean has_left;
  /* The loop's alone. */
  RtcClientRole *role;
  gboolean is_counted;
};

typedef struct {
  RtcClientElement *client;
  GstElement *peer;
  gchar *reason;
  /* RtcIceServer */
  GPtrArray *servers;
} Work;

static RtcClientElement *
client_ref (RtcClientElement *client)
{
  g_atomic_ref_count_inc (&client->refs);
  return client;
}

static void
client_unref (RtcClientElement *client)
{
  if (!g_atomic_ref_count_dec (&client->refs))
    return;
  gst_clear_object (&client->peer);
  rtc_loop_unref (client->loop);
  gst_object_unref (client->element);
  g_mutex_clear (&client->lock);
  g_cond_clear (&client->cond);
  g_free (client->url);
  g_free (client->token);
  g_free (client->trusted);
  g_free (client);
}

static Work *
work_new (RtcClientElement *client)
{
  Work *work = g_new0 (Work, 1);
  work->client = client_ref (client);
  return work;
}

static void
work_free (gpointer data)
{
  Work *work = data;
  gst_clear_object (&work->peer);
  g_clear_pointer (&work->servers, g_ptr_array_unref);
  g_free (work->reason);
  client_unref (work->client);
  g_free (work);
}

/* --- worker threads --- */

/* FALSE: the element stops, and nothing new is begun. */
static gboolean
worker_enter (RtcClientElement *client)
{
  gboolean is_allowed;
  g_mutex_lock (&client->lock);
  is_allowed = !client->is_stopping;
  client->n_workers += is_allowed;
  g_mutex_unlock (&client->lock);
  return is_allowed;
}

static void
worker_leave (RtcClientElement *client)
{
  g_mutex_lock (&client->lock);
  client->n_workers--;
  g_cond_broadcast (&client->cond);
  g_mutex_unlock (&client->lock);
}

static void
deliver_peer (gpointer data)
{
  Work *work = data;
  if (work->client->role == NULL)
    return;
  if (work->peer != NULL)
    rtc_client_role_set_peer (work->client->role, work->peer);
  else
    rtc_client_role_refuse (work->client->role, work->reason);
}

static GstElement *
make_peer (RtcClientElement *client, GError **error)
{
  g_autoptr (GstElement) peer = NULL;
  if (client->peer != NULL) {
    gst_clear_object (&client->peer);
    client->funcs.drop_peer (client->element);
  }
  peer = client->funcs.obtain_peer (client->element, error);
  if (peer == NULL)
    return NULL;
  client->peer = gst_object_ref (peer);
  if (client->funcs.peer_ready != NULL)
    client->funcs.peer_ready (client->element, peer);
  if (!rtc_client_peer_prepare (peer, client->config.dialect, error))
    return NULL;
  return g_steal_pointer (&peer);
}

static void
make_peer_on_worker (GstElement *element, gpointer user_data)
{
  Work *request = user_data;
  Work *result;
  g_autoptr (GError) error = NULL;
  if (!worker_enter (request->client))
    return;
  result = work_new (request->client);
  result->peer = make_peer (request->client, &error);
  if (result->peer == NULL)
    result->reason = g_strdup_printf ("No peer: %s", error->message);
  rtc_loop_post (request->client->loop, deliver_peer, result, work_free);
  worker_leave (request->client);
}

static void
use_servers_on_worker (GstElement *element, gpointer user_data)
{
  Work *work = user_data;
  if (!worker_enter (work->client))
    return;
  if (work->client->peer != NULL && !rtc_peer_has_servers (work->client->peer))
    rtc_client_peer_use_servers (work->client->peer, work->servers);
  worker_leave (work->client);
}

/* --- what the role tells, on the loop --- */

static void
post (RtcClientElement *client, const gchar *name, const gchar *session, const gchar *detail)
{
  GstStructure *structure = rtc_post_make (name, session, "reason", detail);
  gst_structure_set (structure, "address", G_TYPE_STRING, client->url, NULL);
  rtc_post_structure (client->element, structure);
}

static void
count (RtcClientElement *client, gboolean is_there)
{
  if (client->is_counted == is_there)
    return;
  client->is_counted = is_there;
  if (client->funcs.count != NULL)
    client->funcs.count (client->element, is_there ? 1 : -1);
}

static void
role_need_peer (gpointer user_data)
{
  RtcClientElement *client = user_data;
  gst_element_call_async (client->element, make_peer_on_worker, work_new (client), work_free);
}

static void
role_happened (
    RtcClientRoleEvent event, const gchar *session, const gchar *detail, gpointer user_data)
{
  static const struct {
    const gchar *message;
    GstProgressType type;
    const gchar *code;
    const gchar *text;
  } rows[] = {
    [RTC_CLIENT_ROLE_STARTED] = { "rtc-session-started", GST_PROGRESS_TYPE_START, "rtc-connect",
        "offer answered" },
    [RTC_CLIENT_ROLE_CONNECTED] = { "rtc-session-connected", GST_PROGRESS_TYPE_COMPLETE,
        "rtc-connect", "connected" },
    [RTC_CLIENT_ROLE_RESTARTED] = { "rtc-session-restarted", GST_PROGRESS_TYPE_COMPLETE,
        "rtc-restart", "ICE restarted" },
    [RTC_CLIENT_ROLE_RESTART_REFUSED] = { "rtc-restart-refused", GST_PROGRESS_TYPE_ERROR,
        "rtc-restart", "no ICE restart" },
    [RTC_CLIENT_ROLE_WAITING] = { "rtc-session-waiting", GST_PROGRESS_TYPE_CONTINUE, "rtc-connect",
        "later" },
    [RTC_CLIENT_ROLE_RECONNECTING] = { "rtc-session-ended", GST_PROGRESS_TYPE_COMPLETE,
        "rtc-session", "connecting anew" },
  };
  RtcClientElement *client = user_data;
  gchar *text;
  if (event == RTC_CLIENT_ROLE_STARTED || event == RTC_CLIENT_ROLE_RECONNECTING)
    count (client, event == RTC_CLIENT_ROLE_STARTED);
  post (client, rows[event].message, session, detail);
  /* The reason may name the server itself. */
  if (detail != NULL && g_str_has_prefix (detail, client->url))
    text = g_strconcat ("Server ", detail, NULL);
  else
    text = g_strconcat (
        "Server ", client->url, ": ", rows[event].text, detail != NULL ? ": " : NULL, detail, NULL);
  rtc_post_progress (client->element, rows[event].type, rows[event].code, text);
}

static void
role_link (const RtcLinkNews *news, const gchar *session, gpointer user_data)
{
  RtcClientElement *client = user_data;
  g_autofree gchar *who = g_strconcat ("Server ", client->url, NULL);
  rtc_link_news_post (news, client->element, who, session);
}

static gboolean
role_ice_servers (GPtrArray *servers, gpointer user_data)
{
  RtcClientElement *client = user_data;
  Work *work;
  /* The worker that sets it is through, or there would be no session. */
  if (client->peer == NULL || rtc_peer_has_servers (client->peer))
    return FALSE;
  work = work_new (client);
  work->servers = g_ptr_array_ref (servers);
  gst_element_call_async (client->element, use_servers_on_worker, work, work_free);
  return TRUE;
}

static void
role_failed (const gchar *reason, gpointer user_data)
{
  RtcClientElement *client = user_data;
  count (client, FALSE);
  GST_ELEMENT_ERROR (client->element, RESOURCE, OPEN_READ_WRITE, ("%s", reason), (NULL));
}

/* --- start and stop --- */

typedef struct {
  RtcClientElement *client;
  GError *error;
} Start;

static void
start_on_loop (gpointer data)
{
  static const RtcClientRoleFuncs funcs = { role_need_peer, role_happened, role_link,
    role_ice_servers, role_failed };
  Start *start = data;
  RtcClientElement *client = start->client;
  client->role = rtc_client_role_new (client->loop, &client->config, &funcs, client, &start->error);
}

RtcClientElement *
rtc_client_element_start (GstElement *element, RtcLoop *loop, const RtcClientRoleConfig *config,
    const RtcClientElementFuncs *funcs)
{
  RtcClientElement *client = g_new0 (RtcClientElement, 1);
  Start start = { client, NULL };
  g_atomic_ref_count_init (&client->refs);
  g_mutex_init (&client->lock);
  g_cond_init (&client->cond);
  client->element = gst_object_ref (element);
  client->loop = rtc_loop_ref (loop);
  client->funcs = *funcs;
  client->config = *config;
  client->config.url = client->url = g_strdup (config->url);
  client->config.token = client->token = g_strdup (config->token);
  client->config.trusted = client->trusted = g_strdup (config->trusted);
  rtc_loop_call (loop, start_on_loop, &start);
  if (start.error == NULL)
    return client;
  GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ,
      (_ ("Cannot read the certificates to trust: %s"), start.error->message), (NULL));
  g_error_free (start.error);
  client_unref (client);
  return NULL;
}

static void
role_left (gpointer data)
{
  RtcClientElement *client = data;
  g_mutex_lock (&client->lock);
  client->has_left = TRUE;
  g_cond_broadcast (&client->cond);
  g_mutex_unlock (&client->lock);
}

static void
leave_on_loop (gpointer data)
{
  RtcClientElement *client = data;
  count (client, FALSE);
  rtc_client_role_leave (client->role, role_left, client);
}

static void
free_on_loop (gpointer data)
{
  RtcClientElement *client = data;
  g_clear_pointer (&client->role, rtc_client_role_free);
}

void
rtc_client_element_stop (RtcClientElement *client)
{
  if (client == NULL)
    return;
  rtc_loop_call (client->loop, leave_on_loop, client);
  g_mutex_lock (&client->lock);
  client->is_stopping = TRUE;
  /* The limit of the last request is its own. */
  while (!client->has_left || client->n_workers > 0)
    g_cond_wait (&client->cond, &client->lock);
  g_mutex_unlock (&client->lock);
  rtc_loop_call (client->loop, free_on_loop, client);
  if (client->peer != NULL)
    client->funcs.drop_peer (client->element);
  gst_clear_object (&client->peer);
  client_unref (client);
}

static void
restart_on_loop (gpointer data)
{
  Work *work = data;
  if (work->client->role != NULL)
    rtc_client_role_restart (work->client->role);
}

void
rtc_client_element_restart (RtcClientElement *client)
{
  rtc_loop_post (client->loop, restart_on_loop, work_new (client), work_free);
}

static void
fail_on_loop (gpointer data)
{
  Work *work = data;
  if (work->client->role != NULL)
    rtc_client_role_refuse (work->client->role, work->reason);
}

void
rtc_client_element_fail (RtcClientElement *client, const gchar *reason)
{
  Work *work = work_new (client);
  work->reason = g_strdup (reason);
  rtc_loop_post (client->loop, fail_on_loop, work, work_free);
}
