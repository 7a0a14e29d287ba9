/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes, lends and removes the peers of rtcsignaller's sessions. Owned by the element. The table
 * is guarded by a lock that is never held while an element is called. */
#include "rtcpeerpool.h"

#include "rtcpeerelement.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

#define CAPS_LIMIT (5 * GST_SECOND)

typedef struct {
  /* In the element's bin: to be removed with the session. NULL for a shared peer. */
  GstElement *bin;
  GstElement *peer;
  /* Under the lock: another thread changes the bin's state. */
  gboolean is_starting;
} Slot;

struct _RtcPeerPool {
  GstBin *home;
  GMutex lock;
  GCond changed;
  /* Under the lock: id -> Slot, how many slots are being emptied, and the shared peer that has
   * served a session. */
  GHashTable *slots;
  guint n_dropping;
  /* The bin of a slot -> its id: every message of a session asks. */
  GHashTable *bins;
  GstElement *used_peer;
  /* Spares: slots that are no session's yet, by their ids, oldest first; how many are being made,
   * and were. */
  GQueue spares;
  guint n_making;
  guint n_spares_made;
  gboolean allows_spares;
};

static void
slot_free (gpointer data)
{
  Slot *slot = data;
  g_clear_object (&slot->bin);
  g_clear_object (&slot->peer);
  g_free (slot);
}

RtcPeerPool *
rtc_peer_pool_new (GstBin *home)
{
  RtcPeerPool *pool = g_new0 (RtcPeerPool, 1);
  pool->home = home;
  g_mutex_init (&pool->lock);
  g_cond_init (&pool->changed);
  pool->slots = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, slot_free);
  pool->bins = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return pool;
}

void
rtc_peer_pool_free (RtcPeerPool *pool)
{
  if (pool == NULL)
    return;
  g_hash_table_unref (pool->slots);
  g_hash_table_unref (pool->bins);
  g_queue_clear_full (&pool->spares, g_free);
  g_clear_object (&pool->used_peer);
  g_cond_clear (&pool->changed);
  g_mutex_clear (&pool->lock);
  g_free (pool);
}

static void
add_slot (RtcPeerPool *pool, const gchar *id, GstElement *bin, GstElement *peer)
{
  Slot *slot = g_new0 (Slot, 1);
  slot->bin = bin != NULL ? gst_object_ref (bin) : NULL;
  slot->peer = peer != NULL ? gst_object_ref (peer) : NULL;
  slot->is_starting = bin != NULL;
  g_mutex_lock (&pool->lock);
  g_hash_table_insert (pool->slots, g_strdup (id), slot);
  if (bin != NULL)
    g_hash_table_insert (pool->bins, bin, g_strdup (id));
  g_mutex_unlock (&pool->lock);
}

/* The slot is still there: whoever drops it waits for this. */
static void
end_start (RtcPeerPool *pool, const gchar *id)
{
  g_mutex_lock (&pool->lock);
  ((Slot *) g_hash_table_lookup (pool->slots, id))->is_starting = FALSE;
  g_cond_broadcast (&pool->changed);
  g_mutex_unlock (&pool->lock);
}

/* Emits the action signal @name and waits for its promise, where it takes one. FALSE: the peer has
 * no such signal, or did not do it. */
static gboolean
ask_peer (GstElement *peer, const gchar *name)
{
  guint signal_id = g_signal_lookup (name, G_OBJECT_TYPE (peer));
  GSignalQuery query;
  GstPromise *promise;
  const GstStructure *reply;
  gboolean is_done;

  if (signal_id == 0)
    return FALSE;
  g_signal_query (signal_id, &query);
  if (query.n_params == 0) {
    g_signal_emit (peer, signal_id, 0);
    return TRUE;
  }
  promise = gst_promise_new ();
  g_signal_emit (peer, signal_id, 0, promise);
  is_done = gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED;
  reply = is_done ? gst_promise_get_reply (promise) : NULL;
  if (reply != NULL && gst_structure_has_field (reply, "error"))
    is_done = FALSE;
  gst_promise_unref (promise);
  return is_done;
}

static GstElement *
find_peer_in (GstElement *element, GError **error)
{
  guint count = 0;
  g_autoptr (GstElement) peer = NULL;
  if (rtc_peer_is_peer (element))
    return gst_object_ref (element);
  if (GST_IS_BIN (element))
    peer = rtc_peer_find (GST_BIN (element), &count);
  if (count == 1)
    return g_steal_pointer (&peer);
  g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND,
      "a session needs one peer element, there are %u; %s", count,
      count == 0 ? "add an rtcbin" : "name one with the property peer");
  return NULL;
}

/* Its faults and its waiting for data are its own business, not the pipeline's. */
static gboolean
start_bin (RtcPeerPool *pool, const gchar *id, GstElement *bin, GstElement *peer, GError **error)
{
  gboolean is_started;
  if (GST_IS_BIN (bin) && !rtc_peer_is_peer (bin))
    g_object_set (bin, "async-handling", TRUE, NULL);
  add_slot (pool, id, bin, peer);
  is_started = gst_bin_add (pool->home, bin) && gst_element_sync_state_with_parent (bin);
  end_start (pool, id);
  if (!is_started) {
    rtc_peer_pool_drop (pool, id);
    g_set_error_literal (
        error, GST_CORE_ERROR, GST_CORE_ERROR_STATE_CHANGE, "the session's bin does not start");
    return FALSE;
  }
  if (GST_IS_BIN (bin))
    gst_bin_recalculate_latency (GST_BIN (bin));
  rtc_peer_wait_for_caps (peer, CAPS_LIMIT);
  return TRUE;
}

GstElement *
rtc_peer_pool_adopt (RtcPeerPool *pool, const gchar *id, GstElement *element, GError **error)
{
  g_autoptr (GstElement) owned = element;
  g_autoptr (GstElement) peer = find_peer_in (element, error);
  g_autoptr (GstObject) parent = gst_object_get_parent (GST_OBJECT (element));
  if (peer == NULL)
    return NULL;
  if (parent != NULL) {
    add_slot (pool, id, NULL, peer);
    rtc_peer_wait_for_caps (peer, CAPS_LIMIT);
  } else if (!start_bin (pool, id, element, peer, error)) {
    return NULL;
  }
  return g_steal_pointer (&peer);
}

gboolean
rtc_peer_pool_check (const gchar *description, GError **error)
{
  g_autoptr (GstElement) peer = NULL;
  GstElement *bin = gst_parse_bin_from_description_full (
      description, FALSE, NULL, GST_PARSE_FLAG_FATAL_ERRORS, error);
  if (bin == NULL)
    return FALSE;
  gst_object_ref_sink (bin);
  peer = find_peer_in (bin, error);
  gst_object_unref (bin);
  return peer != NULL;
}

/* (transfer full) */
static GstElement *
parse (const gchar *id, const gchar *description, GError **error)
{
  g_autofree gchar *name = g_strdup_printf ("session-%s", id);
  GstElement *bin = gst_parse_bin_from_description_full (
      description, FALSE, NULL, GST_PARSE_FLAG_FATAL_ERRORS, error);
  if (bin == NULL)
    return NULL;
  gst_object_ref_sink (bin);
  gst_object_set_name (GST_OBJECT (bin), name);
  return bin;
}

GstElement *
rtc_peer_pool_make (RtcPeerPool *pool, const gchar *id, const gchar *description, GError **error)
{
  GstElement *bin = parse (id, description, error);
  return bin != NULL ? rtc_peer_pool_adopt (pool, id, bin, error) : NULL;
}

/* --- spares --- */

void
rtc_peer_pool_allow_spares (RtcPeerPool *pool)
{
  g_mutex_lock (&pool->lock);
  pool->allows_spares = TRUE;
  g_mutex_unlock (&pool->lock);
}

/* Under the lock. */
static gboolean
lacks_spares (RtcPeerPool *pool, guint count)
{
  return pool->allows_spares && pool->spares.length + pool->n_making < count;
}

gboolean
rtc_peer_pool_lacks_spares (RtcPeerPool *pool, guint count)
{
  gboolean is_lacking;
  g_mutex_lock (&pool->lock);
  is_lacking = lacks_spares (pool, count);
  g_mutex_unlock (&pool->lock);
  return is_lacking;
}

/* Sources, sinks and files would not wait for a client. */
static gboolean
is_peer_alone (GstElement *bin)
{
  return GST_BIN (bin)->numchildren == 1 &&
      rtc_peer_is_peer (GST_ELEMENT (GST_BIN_CHILDREN (bin)->data));
}

/* FALSE: nor will the next one be. */
static gboolean
make_spare (RtcPeerPool *pool, const gchar *description, const gchar *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) bin = parse (id, description, &error);
  g_autoptr (GstElement) peer = NULL;
  if (bin != NULL && is_peer_alone (bin))
    peer = rtc_peer_pool_adopt (pool, id, gst_object_ref (bin), &error);
  if (peer != NULL)
    ask_peer (peer, "prepare");
  if (peer == NULL)
    GST_INFO ("no spare sessions: %s",
        error != NULL ? error->message : "the description is more than a peer element");
  return peer != NULL;
}

void
rtc_peer_pool_make_spares (RtcPeerPool *pool, const gchar *description, guint count)
{
  g_mutex_lock (&pool->lock);
  while (lacks_spares (pool, count)) {
    gchar *id = g_strdup_printf ("spare-%u", ++pool->n_spares_made);
    gboolean is_made;
    pool->n_making++;
    g_mutex_unlock (&pool->lock);
    is_made = make_spare (pool, description, id);
    g_mutex_lock (&pool->lock);
    pool->n_making--;
    pool->allows_spares &= is_made;
    /* Even where it is not wanted any more: drop_all() finds its slot. */
    if (is_made)
      g_queue_push_tail (&pool->spares, id);
    else
      g_free (id);
  }
  g_cond_broadcast (&pool->changed);
  g_mutex_unlock (&pool->lock);
}

GstElement *
rtc_peer_pool_take_spare (RtcPeerPool *pool, const gchar *id)
{
  GstElement *peer = NULL;
  g_autofree gchar *spare_id = NULL;
  g_autofree gpointer key = NULL;
  gpointer value = NULL;
  g_mutex_lock (&pool->lock);
  spare_id = g_queue_pop_head (&pool->spares);
  if (spare_id != NULL && g_hash_table_steal_extended (pool->slots, spare_id, &key, &value)) {
    Slot *slot = value;
    g_hash_table_insert (pool->slots, g_strdup (id), slot);
    g_hash_table_insert (pool->bins, slot->bin, g_strdup (id));
    peer = gst_object_ref (slot->peer);
  }
  g_mutex_unlock (&pool->lock);
  if (peer != NULL)
    GST_INFO ("session %s takes %s", id, spare_id);
  return peer;
}

/* Under the lock: a slot goes. */
static void
forget_spare (RtcPeerPool *pool, const gchar *id)
{
  GList *link = g_queue_find_custom (&pool->spares, id, (GCompareFunc) g_strcmp0);
  if (link == NULL)
    return;
  g_free (link->data);
  g_queue_delete_link (&pool->spares, link);
}

/* --- the pipeline's peer --- */

static GstBin *
get_top (GstBin *home)
{
  GstObject *top = gst_object_ref (GST_OBJECT (home));
  for (;;) {
    GstObject *parent = gst_object_get_parent (top);
    if (parent == NULL)
      return GST_BIN (top);
    gst_object_unref (top);
    top = parent;
  }
}

static GstElement *
find_shared (RtcPeerPool *pool, const gchar *name, GError **error)
{
  g_autoptr (GstBin) top = get_top (pool->home);
  g_autoptr (GstElement) named = NULL;
  if (name == NULL)
    return find_peer_in (GST_ELEMENT (top), error);
  named = gst_bin_get_by_name (top, name);
  if (named != NULL)
    return find_peer_in (named, error);
  g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND,
      "there is no element \"%s\" in the pipeline", name);
  return NULL;
}

gboolean
rtc_peer_pool_has_shared (RtcPeerPool *pool, const gchar *name, GError **error)
{
  g_autoptr (GstElement) peer = find_shared (pool, name, error);
  return peer != NULL;
}

gboolean
rtc_peer_pool_has_none (RtcPeerPool *pool)
{
  g_autoptr (GstBin) top = get_top (pool->home);
  g_autoptr (GstElement) peer = rtc_peer_find (top, NULL);
  return peer == NULL;
}

/* Under the lock. */
static gboolean
is_taken (RtcPeerPool *pool, GstElement *peer)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, pool->slots);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    if (((Slot *) value)->peer == peer)
      return TRUE;
  }
  return pool->n_dropping > 0;
}

static gboolean
renew (RtcPeerPool *pool, GstElement *peer, GError **error)
{
  gboolean is_used;
  g_mutex_lock (&pool->lock);
  /* The session before has ended, but another thread may still be about to close the peer. */
  while (is_taken (pool, peer))
    g_cond_wait (&pool->changed, &pool->lock);
  is_used = pool->used_peer == peer;
  g_set_object (&pool->used_peer, peer);
  g_mutex_unlock (&pool->lock);
  /* A peer connection that was closed stays closed (W3C webrtc-pc §4.4.2, close()), but an element
   * may know how to begin a new one. */
  if (!is_used || ask_peer (peer, "reset"))
    return TRUE;
  g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY,
      "%s has served its one client; restart the pipeline, or give a session description",
      GST_OBJECT_NAME (peer));
  return FALSE;
}

GstElement *
rtc_peer_pool_share (
    RtcPeerPool *pool, const gchar *id, const gchar *name, GstElement *given, GError **error)
{
  g_autoptr (GstElement) peer =
      given != NULL ? gst_object_ref (given) : find_shared (pool, name, error);
  if (peer == NULL || !renew (pool, peer, error))
    return NULL;
  add_slot (pool, id, NULL, peer);
  rtc_peer_wait_for_caps (peer, CAPS_LIMIT);
  return g_steal_pointer (&peer);
}

static void
sink_unlinked_pad (GstElement *peer, GstPad *pad, gpointer user_data)
{
  g_autoptr (GstObject) parent = gst_object_get_parent (GST_OBJECT (peer));
  g_autoptr (GstPad) sink_pad = NULL;
  GstElement *sink;

  if (parent == NULL || GST_PAD_DIRECTION (pad) != GST_PAD_SRC || gst_pad_is_linked (pad))
    return;
  sink = gst_element_factory_make ("fakesink", NULL);
  if (sink == NULL)
    return;
  g_object_set (sink, "sync", FALSE, "async", FALSE, "enable-last-sample", FALSE, NULL);
  sink_pad = gst_element_get_static_pad (sink, "sink");
  gst_bin_add (GST_BIN (parent), sink);
  gst_element_sync_state_with_parent (sink);
  gst_pad_link (pad, sink_pad);
}

void
rtc_peer_sink_unlinked_pads (GstElement *peer)
{
  static GQuark once = 0;
  if (once == 0)
    once = g_quark_from_static_string ("rtc-signaller-sinks-unlinked-pads");
  if (g_object_get_qdata (G_OBJECT (peer), once) != NULL)
    return;
  g_object_set_qdata (G_OBJECT (peer), once, GINT_TO_POINTER (TRUE));
  g_signal_connect_after (peer, "pad-added", G_CALLBACK (sink_unlinked_pad), NULL);
}

/* Under the lock. A session may end while its bin is being started; stopped first and then started,
 * the bin would run on without an owner. */
static void
wait_for_start (RtcPeerPool *pool, const gchar *id)
{
  const Slot *slot;
  while ((slot = g_hash_table_lookup (pool->slots, id)) != NULL && slot->is_starting)
    g_cond_wait (&pool->changed, &pool->lock);
}

void
rtc_peer_pool_drop (RtcPeerPool *pool, const gchar *id)
{
  gpointer key = NULL;
  gpointer value = NULL;
  Slot *slot;

  g_mutex_lock (&pool->lock);
  wait_for_start (pool, id);
  g_hash_table_steal_extended (pool->slots, id, &key, &value);
  slot = value;
  if (slot != NULL) {
    forget_spare (pool, id);
    pool->n_dropping++;
  }
  g_mutex_unlock (&pool->lock);
  if (slot == NULL)
    return;
  ask_peer (slot->peer, "close");
  if (slot->bin != NULL) {
    gst_element_set_locked_state (slot->bin, TRUE);
    gst_element_set_state (slot->bin, GST_STATE_NULL);
    gst_bin_remove (pool->home, slot->bin);
  }
  g_mutex_lock (&pool->lock);
  g_hash_table_remove (pool->bins, slot->bin);
  g_mutex_unlock (&pool->lock);
  g_free (key);
  slot_free (slot);
  g_mutex_lock (&pool->lock);
  pool->n_dropping--;
  g_cond_broadcast (&pool->changed);
  g_mutex_unlock (&pool->lock);
}

static gchar *
any_session (RtcPeerPool *pool)
{
  GHashTableIter iter;
  gpointer key = NULL;
  gchar *id = NULL;
  g_mutex_lock (&pool->lock);
  g_hash_table_iter_init (&iter, pool->slots);
  if (g_hash_table_iter_next (&iter, &key, NULL))
    id = g_strdup (key);
  g_mutex_unlock (&pool->lock);
  return id;
}

void
rtc_peer_pool_drop_all (RtcPeerPool *pool)
{
  gchar *id;
  g_mutex_lock (&pool->lock);
  pool->allows_spares = FALSE;
  while (pool->n_making > 0)
    g_cond_wait (&pool->changed, &pool->lock);
  g_mutex_unlock (&pool->lock);
  while ((id = any_session (pool)) != NULL) {
    rtc_peer_pool_drop (pool, id);
    g_free (id);
  }
  g_mutex_lock (&pool->lock);
  /* Others may be in the middle of it. */
  while (pool->n_dropping > 0)
    g_cond_wait (&pool->changed, &pool->lock);
  /* A peer without reset may be a new one after NULL; the others are asked to be one. */
  if (pool->used_peer != NULL && g_signal_lookup ("reset", G_OBJECT_TYPE (pool->used_peer)) == 0)
    g_clear_object (&pool->used_peer);
  g_mutex_unlock (&pool->lock);
}

void
rtc_peer_pool_update_latency (RtcPeerPool *pool, const gchar *id)
{
  g_autoptr (GstElement) bin = NULL;
  Slot *slot;
  g_mutex_lock (&pool->lock);
  slot = g_hash_table_lookup (pool->slots, id);
  if (slot != NULL && slot->bin != NULL)
    bin = gst_object_ref (slot->bin);
  g_mutex_unlock (&pool->lock);
  if (bin != NULL && GST_IS_BIN (bin))
    gst_bin_recalculate_latency (GST_BIN (bin));
}

/* (transfer full): what @object is or lies in, among the children of @home; NULL. */
static GstObject *
find_child (GstBin *home, GstObject *object)
{
  GstObject *child = gst_object_ref (object);
  while (child != NULL) {
    GstObject *parent = gst_object_get_parent (child);
    if (parent == GST_OBJECT (home)) {
      gst_object_unref (parent);
      break;
    }
    gst_object_unref (child);
    child = parent;
  }
  return child;
}

gchar *
rtc_peer_pool_find_session (RtcPeerPool *pool, GstObject *object)
{
  g_autoptr (GstObject) child = object != NULL ? find_child (pool->home, object) : NULL;
  gchar *id;
  if (child == NULL)
    return NULL;
  g_mutex_lock (&pool->lock);
  id = g_strdup (g_hash_table_lookup (pool->bins, child));
  g_mutex_unlock (&pool->lock);
  return id;
}
