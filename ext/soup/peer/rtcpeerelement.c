/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looks at elements and waits for them; see the header. No state, owned by nobody. */
#include "rtcpeerelement.h"

gboolean
rtc_peer_is_peer (GstElement *element)
{
  static const gchar *const names[] = { "create-answer", "create-offer", "set-local-description",
    "set-remote-description", "add-ice-candidate", "on-ice-candidate" };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_signal_lookup (names[i], G_OBJECT_TYPE (element)) == 0)
      return FALSE;
  }
  return TRUE;
}

typedef struct {
  GstElement *found;
  guint count;
} Search;

static gboolean
look_at (const GValue *item, GValue *result, gpointer user_data)
{
  Search *search = user_data;
  GstElement *element = g_value_get_object (item);
  if (!rtc_peer_is_peer (element) ||
      (search->found != NULL &&
          gst_object_has_as_ancestor (GST_OBJECT (element), GST_OBJECT (search->found))))
    return TRUE;
  search->count++;
  if (search->found == NULL)
    search->found = gst_object_ref (element);
  return TRUE;
}

/* Other threads add and remove elements meanwhile: then from the beginning. */
GstElement *
rtc_peer_find (GstBin *bin, guint *out_count)
{
  g_autoptr (GstIterator) iterator = gst_bin_iterate_recurse (bin);
  Search search = { NULL, 0 };

  while (gst_iterator_fold (iterator, look_at, NULL, &search) == GST_ITERATOR_RESYNC) {
    gst_iterator_resync (iterator);
    gst_clear_object (&search.found);
    search.count = 0;
  }
  if (out_count != NULL)
    *out_count = search.count;
  return search.found;
}

/* The pad's thread may still be about to signal when nobody waits any more. */
typedef struct {
  gatomicrefcount refs;
  GMutex lock;
  GCond cond;
} CapsWait;

static void
caps_wait_unref (gpointer data, GClosure *closure)
{
  CapsWait *wait = data;
  if (!g_atomic_ref_count_dec (&wait->refs))
    return;
  g_cond_clear (&wait->cond);
  g_mutex_clear (&wait->lock);
  g_free (wait);
}

static void
caps_changed (GObject *pad, GParamSpec *property, gpointer user_data)
{
  CapsWait *wait = user_data;
  g_mutex_lock (&wait->lock);
  g_cond_signal (&wait->cond);
  g_mutex_unlock (&wait->lock);
}

static void
wait_for_pad (GstPad *pad, gint64 deadline)
{
  CapsWait *wait = g_new0 (CapsWait, 1);
  gulong handler;
  g_atomic_ref_count_init (&wait->refs);
  g_atomic_ref_count_inc (&wait->refs);
  g_mutex_init (&wait->lock);
  g_cond_init (&wait->cond);
  handler = g_signal_connect_data (
      pad, "notify::caps", G_CALLBACK (caps_changed), wait, caps_wait_unref, (GConnectFlags) 0);
  g_mutex_lock (&wait->lock);
  while (!gst_pad_has_current_caps (pad) && g_cond_wait_until (&wait->cond, &wait->lock, deadline))
    ;
  g_mutex_unlock (&wait->lock);
  g_signal_handler_disconnect (pad, handler);
  caps_wait_unref (wait, NULL);
}

/* What stands before @pad may change while its first caps come, and is then waited for. */
static void
wait_for_upstream (GstPad *pad, gint64 deadline)
{
  g_autoptr (GstPad) upstream = gst_pad_get_peer (pad);
  while (upstream != NULL && g_get_monotonic_time () < deadline) {
    g_autoptr (GstPad) now = NULL;
    wait_for_pad (upstream, deadline);
    now = gst_pad_get_peer (pad);
    if (now == upstream)
      return;
    gst_object_replace ((GstObject **) &upstream, GST_OBJECT (now));
  }
}

static void
wait_for_item (const GValue *item, gpointer deadline)
{
  wait_for_upstream (g_value_get_object (item), *(const gint64 *) deadline);
}

void
rtc_peer_wait_for_caps (GstElement *peer, GstClockTime limit)
{
  gint64 deadline = g_get_monotonic_time () + (gint64) GST_TIME_AS_USECONDS (limit);
  g_autoptr (GstIterator) iterator = gst_element_iterate_sink_pads (peer);

  while (gst_iterator_foreach (iterator, wait_for_item, &deadline) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (iterator);
}

gboolean
rtc_peer_has_servers (GstElement *peer)
{
  static const gchar *const names[] = { "stun-server", "turn-server" };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree gchar *value = NULL;
    if (g_object_class_find_property (G_OBJECT_GET_CLASS (peer), names[i]) != NULL)
      g_object_get (peer, names[i], &value, NULL);
    if (value != NULL && value[0] != '\0')
      return TRUE;
  }
  return FALSE;
}
