/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A network between two ends in one process; see simulatedlink.h. */

#include "simulatedlink.h"

#include <string.h>

#define DEFAULT_SEED 1

typedef struct {
  GstBuffer *packet;
  GstClockTime arrives_at;
} Flight;

typedef struct {
  GWeakRef owner;
  RtcLoop *loop; /* NULL: not attached */
  RtcLoopFunc wake;
  gchar *local[2]; /* ufrag, pwd */
  gchar *remote[2];
  guint n_remote_candidates;
  RtcSimulatedPath *path; /* of what this end sends */
  GQueue *arriving;       /* of Flight, in the order of arrival */
} End;

struct _RtcSimulatedLink {
  gatomicrefcount ref_count;
  gchar *name;
  GMutex lock; /* protects the rest */
  End ends[2];
};

static GMutex registry_lock;
static GHashTable *registry; /* name -> link (weak), protected by registry_lock */

static void
flight_free (gpointer data)
{
  Flight *flight = data;

  gst_buffer_unref (flight->packet);
  g_free (flight);
}

static void
set_credentials (gchar **credentials, const gchar *ufrag, const gchar *pwd)
{
  g_free (credentials[0]);
  g_free (credentials[1]);
  credentials[0] = g_strdup (ufrag);
  credentials[1] = g_strdup (pwd);
}

static guint32
seed_of_end (guint32 seed, guint end)
{
  return seed * 2 + end;
}

static RtcSimulatedLink *
link_new (const gchar *name)
{
  RtcSimulatedLink *link = g_new0 (RtcSimulatedLink, 1);

  g_atomic_ref_count_init (&link->ref_count);
  link->name = g_strdup (name);
  g_mutex_init (&link->lock);
  for (guint i = 0; i < 2; i++) {
    link->ends[i].path = rtc_simulated_path_new (seed_of_end (DEFAULT_SEED, i));
    link->ends[i].arriving = g_queue_new ();
    g_weak_ref_init (&link->ends[i].owner, NULL);
  }
  return link;
}

RtcSimulatedLink *
rtc_simulated_link_get (const gchar *name)
{
  RtcSimulatedLink *link;

  g_mutex_lock (&registry_lock);
  if (registry == NULL)
    registry = g_hash_table_new (g_str_hash, g_str_equal);
  link = g_hash_table_lookup (registry, name);
  if (link != NULL) {
    g_atomic_ref_count_inc (&link->ref_count);
  } else {
    link = link_new (name);
    g_hash_table_insert (registry, link->name, link);
  }
  g_mutex_unlock (&registry_lock);
  return link;
}

RtcSimulatedLink *
rtc_simulated_link_ref (RtcSimulatedLink *link)
{
  g_atomic_ref_count_inc (&link->ref_count);
  return link;
}

static void
link_free (RtcSimulatedLink *link)
{
  for (guint i = 0; i < 2; i++) {
    End *end = &link->ends[i];

    set_credentials (end->local, NULL, NULL);
    set_credentials (end->remote, NULL, NULL);
    rtc_simulated_path_free (end->path);
    g_queue_free_full (end->arriving, flight_free);
    g_weak_ref_clear (&end->owner);
  }
  g_mutex_clear (&link->lock);
  g_free (link->name);
  g_free (link);
}

void
rtc_simulated_link_unref (RtcSimulatedLink *link)
{
  gboolean is_last;

  if (link == NULL)
    return;
  /* With the registry's lock, so that no one finds it while it goes. */
  g_mutex_lock (&registry_lock);
  is_last = g_atomic_ref_count_dec (&link->ref_count);
  if (is_last)
    g_hash_table_remove (registry, link->name);
  g_mutex_unlock (&registry_lock);
  if (is_last)
    link_free (link);
}

/* Who has to be woken, taken with the lock and used without it. */
typedef struct {
  GstObject *owner;
  RtcLoop *loop;
  RtcLoopFunc wake;
} Waking;

static Waking
prepare_waking (End *end)
{
  if (end->loop == NULL)
    return (Waking){ NULL };
  return (Waking){ g_weak_ref_get (&end->owner), rtc_loop_ref (end->loop), end->wake };
}

/* Posted work is weak: a loop that turns no more must not keep its own elements alive. */
typedef struct {
  GWeakRef owner;
  RtcLoopFunc wake;
} PostedWake;

static void
posted_wake_run (gpointer user_data)
{
  PostedWake *posted = user_data;
  GstObject *owner = g_weak_ref_get (&posted->owner);

  if (owner == NULL)
    return;
  posted->wake (owner);
  gst_object_unref (owner);
}

static void
posted_wake_free (gpointer user_data)
{
  PostedWake *posted = user_data;

  g_weak_ref_clear (&posted->owner);
  g_free (posted);
}

static void
wake (const Waking *waking)
{
  PostedWake *posted;

  if (waking->loop == NULL)
    return;
  if (waking->owner != NULL) {
    posted = g_new0 (PostedWake, 1);
    g_weak_ref_init (&posted->owner, waking->owner);
    posted->wake = waking->wake;
    rtc_loop_post (waking->loop, posted_wake_run, posted, posted_wake_free);
    gst_object_unref (waking->owner);
  }
  rtc_loop_unref (waking->loop);
}

static void
unlock_and_wake (RtcSimulatedLink *link)
{
  Waking wakings[2];

  for (guint i = 0; i < 2; i++)
    wakings[i] = prepare_waking (&link->ends[i]);
  g_mutex_unlock (&link->lock);
  for (guint i = 0; i < 2; i++)
    wake (&wakings[i]);
}

void
rtc_simulated_link_set_conditions (
    RtcSimulatedLink *link, gint end, const RtcSimulatedConditions *conditions)
{
  g_mutex_lock (&link->lock);
  for (gint i = 0; i < 2; i++) {
    if (end < 0 || end == i)
      rtc_simulated_path_set_conditions (link->ends[i].path, conditions);
  }
  unlock_and_wake (link);
}

void
rtc_simulated_link_set (RtcSimulatedLink *link, gint end, const gchar *conditions)
{
  g_autoptr (GError) error = NULL;
  RtcSimulatedConditions parsed;

  if (!rtc_simulated_conditions_parse (conditions, &parsed, &error))
    g_error ("%s", error->message);
  rtc_simulated_link_set_conditions (link, end, &parsed);
}

void
rtc_simulated_link_set_seed (RtcSimulatedLink *link, guint32 seed)
{
  g_mutex_lock (&link->lock);
  for (guint i = 0; i < 2; i++)
    rtc_simulated_path_set_seed (link->ends[i].path, seed_of_end (seed, i));
  g_mutex_unlock (&link->lock);
}

void
rtc_simulated_link_set_blackout (RtcSimulatedLink *link, gboolean is_blackout)
{
  g_mutex_lock (&link->lock);
  for (guint i = 0; i < 2; i++) {
    RtcSimulatedConditions conditions = *rtc_simulated_path_get_conditions (link->ends[i].path);

    conditions.is_blackout = is_blackout;
    rtc_simulated_path_set_conditions (link->ends[i].path, &conditions);
  }
  unlock_and_wake (link);
}

guint64
rtc_simulated_link_get_trace (RtcSimulatedLink *link, guint end)
{
  guint64 trace;

  g_mutex_lock (&link->lock);
  trace = rtc_simulated_path_get_trace (link->ends[end].path);
  g_mutex_unlock (&link->lock);
  return trace;
}

RtcSimulatedCounts
rtc_simulated_link_get_counts (RtcSimulatedLink *link, guint end)
{
  RtcSimulatedCounts counts;

  g_mutex_lock (&link->lock);
  counts = rtc_simulated_path_get_counts (link->ends[end].path);
  g_mutex_unlock (&link->lock);
  return counts;
}

gint
rtc_simulated_link_attach (
    RtcSimulatedLink *link, GstObject *owner, RtcLoop *loop, RtcLoopFunc wake_func)
{
  gint found = -1;

  g_mutex_lock (&link->lock);
  for (gint i = 0; i < 2 && found < 0; i++) {
    if (link->ends[i].loop == NULL)
      found = i;
  }
  if (found >= 0) {
    g_weak_ref_set (&link->ends[found].owner, owner);
    link->ends[found].loop = rtc_loop_ref (loop);
    link->ends[found].wake = wake_func;
  }
  unlock_and_wake (link);
  return found;
}

void
rtc_simulated_link_detach (RtcSimulatedLink *link, guint end_index)
{
  End *end = &link->ends[end_index];
  RtcLoop *loop;
  GQueue *dropped;

  g_mutex_lock (&link->lock);
  g_weak_ref_set (&end->owner, NULL);
  loop = g_steal_pointer (&end->loop);
  set_credentials (end->local, NULL, NULL);
  set_credentials (end->remote, NULL, NULL);
  end->n_remote_candidates = 0;
  dropped = end->arriving;
  end->arriving = g_queue_new ();
  unlock_and_wake (link);
  g_queue_free_full (dropped, flight_free);
  rtc_loop_unref (loop);
}

void
rtc_simulated_link_set_local_credentials (
    RtcSimulatedLink *link, guint end, const gchar *ufrag, const gchar *pwd)
{
  g_mutex_lock (&link->lock);
  set_credentials (link->ends[end].local, ufrag, pwd);
  unlock_and_wake (link);
}

void
rtc_simulated_link_set_remote_credentials (
    RtcSimulatedLink *link, guint end, const gchar *ufrag, const gchar *pwd)
{
  g_mutex_lock (&link->lock);
  set_credentials (link->ends[end].remote, ufrag, pwd);
  link->ends[end].n_remote_candidates = 0;
  unlock_and_wake (link);
}

void
rtc_simulated_link_add_remote_candidate (RtcSimulatedLink *link, guint end)
{
  g_mutex_lock (&link->lock);
  link->ends[end].n_remote_candidates++;
  unlock_and_wake (link);
}

static gboolean
knows (const End *end, const End *other)
{
  return g_strcmp0 (end->remote[0], other->local[0]) == 0 &&
      g_strcmp0 (end->remote[1], other->local[1]) == 0;
}

static gboolean
is_complete (const End *end)
{
  return end->loop != NULL && end->local[0] != NULL && end->remote[0] != NULL;
}

RtcSimulatedPair
rtc_simulated_link_get_pair (RtcSimulatedLink *link)
{
  const End *a = &link->ends[0];
  const End *b = &link->ends[1];
  RtcSimulatedPair pair = RTC_SIMULATED_PAIR_INCOMPLETE;

  g_mutex_lock (&link->lock);
  /* One end with a candidate is enough: the other learns a peer-reflexive one from its checks. */
  if (is_complete (a) && is_complete (b) && a->n_remote_candidates + b->n_remote_candidates > 0)
    pair = knows (a, b) && knows (b, a) ? RTC_SIMULATED_PAIR_RIGHT : RTC_SIMULATED_PAIR_WRONG;
  g_mutex_unlock (&link->lock);
  return pair;
}

gboolean
rtc_simulated_link_is_blacked_out (RtcSimulatedLink *link)
{
  gboolean is_blacked_out;

  g_mutex_lock (&link->lock);
  is_blacked_out = rtc_simulated_path_get_conditions (link->ends[0].path)->is_blackout ||
      rtc_simulated_path_get_conditions (link->ends[1].path)->is_blackout;
  g_mutex_unlock (&link->lock);
  return is_blacked_out;
}

GstClockTime
rtc_simulated_link_get_round_trip (RtcSimulatedLink *link)
{
  GstClockTime round_trip;

  g_mutex_lock (&link->lock);
  round_trip = rtc_simulated_path_get_conditions (link->ends[0].path)->delay +
      rtc_simulated_path_get_conditions (link->ends[1].path)->delay;
  g_mutex_unlock (&link->lock);
  return round_trip;
}

/* Every end gets bytes of its own: what one protects in place must not change under way. */
static GstBuffer *
copy_packet (GstBuffer *packet, gint64 flipped_bit)
{
  GstBuffer *copy = gst_buffer_copy_deep (packet);
  GstMapInfo map;

  if (flipped_bit >= 0 && gst_buffer_map (copy, &map, GST_MAP_READWRITE)) {
    map.data[flipped_bit / 8] ^= (guint8) (1 << (flipped_bit % 8));
    gst_buffer_unmap (copy, &map);
  }
  GST_BUFFER_PTS (copy) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DTS (copy) = GST_CLOCK_TIME_NONE;
  return copy;
}

static void
insert_flight (GQueue *arriving, Flight *flight)
{
  GList *before = g_queue_peek_tail_link (arriving);

  while (before != NULL && ((Flight *) before->data)->arrives_at > flight->arrives_at)
    before = before->prev;
  g_queue_insert_after (arriving, before, flight);
}

void
rtc_simulated_link_send (RtcSimulatedLink *link, guint end, GstBuffer *packet)
{
  End *sender = &link->ends[end];
  End *receiver = &link->ends[1 - end];
  Waking waking = { NULL };
  RtcSimulatedFate fate;

  g_mutex_lock (&link->lock);
  if (sender->loop == NULL) {
    g_mutex_unlock (&link->lock);
    return;
  }
  rtc_simulated_path_decide (
      sender->path, gst_buffer_get_size (packet), rtc_loop_now (sender->loop), &fate);
  for (guint i = 0; i < fate.n_copies && receiver->loop != NULL; i++) {
    Flight *flight = g_new (Flight, 1);

    *flight = (Flight){ copy_packet (packet, fate.flipped_bit), fate.arrives_at[i] };
    insert_flight (receiver->arriving, flight);
    /* Only the first in line changes the receiver's deadline. */
    if (g_queue_peek_head (receiver->arriving) == flight && waking.loop == NULL)
      waking = prepare_waking (receiver);
  }
  g_mutex_unlock (&link->lock);
  wake (&waking);
}

GstClockTime
rtc_simulated_link_next_arrival (RtcSimulatedLink *link, guint end)
{
  GstClockTime arrival = GST_CLOCK_TIME_NONE;
  const Flight *first;

  g_mutex_lock (&link->lock);
  first = g_queue_peek_head (link->ends[end].arriving);
  if (first != NULL)
    arrival = first->arrives_at;
  g_mutex_unlock (&link->lock);
  return arrival;
}

GstBufferList *
rtc_simulated_link_receive (RtcSimulatedLink *link, guint end, GstClockTime now)
{
  GstBufferList *list = gst_buffer_list_new ();
  GQueue *arriving;
  Flight *first;

  g_mutex_lock (&link->lock);
  arriving = link->ends[end].arriving;
  while ((first = g_queue_peek_head (arriving)) != NULL && first->arrives_at <= now) {
    g_queue_pop_head (arriving);
    gst_buffer_list_add (list, first->packet);
    g_free (first);
  }
  g_mutex_unlock (&link->lock);
  return list;
}
