/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Remote candidates with a name, see the header. */
#include "rtcnicenames.h"

#include "rtccandidateline.h"

#define NAME_TIMEOUT (2 * GST_SECOND)

struct _RtcNiceNames {
  gint ref_count; /* the owner's and one for each query; only the loop counts */
  RtcLoop *loop;
  RtcNiceContext *context; /* until the last answer has come through it */
  RtcLoopTimer *timer;     /* NULL: freed by the owner */
  GCancellable *cancellable;
  RtcNiceNamesFunc found;
  gpointer user_data;
};

typedef struct {
  RtcNiceNames *names;
  NiceCandidate *candidate;
} Query;

static void
names_unref (RtcNiceNames *names)
{
  if (--names->ref_count > 0)
    return;
  g_object_unref (names->cancellable);
  rtc_nice_context_release (names->context);
  rtc_loop_unref (names->loop);
  g_free (names);
}

static void
query_free (Query *query)
{
  nice_candidate_free (query->candidate);
  names_unref (query->names);
  g_free (query);
}

static gboolean
set_address (NiceCandidate *candidate, GInetAddress *address)
{
  g_autofree gchar *text = g_inet_address_to_string (address);
  guint port = nice_address_get_port (&candidate->addr);

  if (!nice_address_set_from_string (&candidate->addr, text))
    return FALSE;
  nice_address_set_port (&candidate->addr, port);
  return rtc_candidate_address_is_usable (&candidate->addr);
}

static void
on_resolved (GObject *resolver, GAsyncResult *result, gpointer data)
{
  Query *query = data;
  RtcNiceNames *names = query->names;
  GList *addresses = g_resolver_lookup_by_name_finish (G_RESOLVER (resolver), result, NULL);

  for (GList *i = addresses; i != NULL && names->timer != NULL; i = i->next)
    if (set_address (query->candidate, i->data)) {
      names->found (query->candidate, names->user_data);
      break;
    }
  g_list_free_full (addresses, g_object_unref);
  query_free (query);
}

static void
on_timeout (gpointer data)
{
  RtcNiceNames *names = data;

  g_cancellable_cancel (names->cancellable);
  g_object_unref (names->cancellable);
  names->cancellable = g_cancellable_new ();
  rtc_nice_context_refresh (names->context);
}

RtcNiceNames *
rtc_nice_names_new (
    RtcLoop *loop, RtcNiceContext *context, RtcNiceNamesFunc found, gpointer user_data)
{
  RtcNiceNames *names = g_new0 (RtcNiceNames, 1);

  names->ref_count = 1;
  names->loop = rtc_loop_ref (loop);
  names->context = rtc_nice_context_ref (context);
  names->timer = rtc_loop_timer_new (loop, on_timeout, names);
  names->cancellable = g_cancellable_new ();
  names->found = found;
  names->user_data = user_data;
  return names;
}

void
rtc_nice_names_free (RtcNiceNames *names)
{
  if (names == NULL)
    return;
  g_clear_pointer (&names->timer, rtc_loop_timer_free);
  g_cancellable_cancel (names->cancellable);
  rtc_nice_context_refresh (names->context);
  names_unref (names);
}

void
rtc_nice_names_resolve (RtcNiceNames *names, NiceCandidate *candidate, const gchar *name)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  GMainContext *context = rtc_nice_context_get (names->context);
  Query *query = g_new0 (Query, 1);

  names->ref_count++;
  query->names = names;
  query->candidate = candidate;
  rtc_loop_timer_set (names->timer, rtc_loop_now (names->loop) + NAME_TIMEOUT);
  g_main_context_push_thread_default (context);
  g_resolver_lookup_by_name_async (resolver, name, names->cancellable, on_resolved, query);
  g_main_context_pop_thread_default (context);
  rtc_nice_context_refresh (names->context);
}
