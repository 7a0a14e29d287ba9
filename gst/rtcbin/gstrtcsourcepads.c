/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The source pads; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrtcsourcepads.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_bin_debug);
#define GST_CAT_DEFAULT gst_rtc_bin_debug

/* Above the number of any m-line. */
#define FIRST_LAYER_PAD 1000

struct _GstRtcSourcePads {
  GstBin *bin; /* not owned */

  GMutex lock; /* for what follows */
  guint next_layer_pad;
  GPtrArray *coming; /* a thread is about to add them to the bin; not owned */
};

GstRtcSourcePads *
gst_rtc_source_pads_new (GstBin *bin)
{
  GstRtcSourcePads *self = g_new0 (GstRtcSourcePads, 1);

  self->bin = bin;
  self->next_layer_pad = FIRST_LAYER_PAD;
  self->coming = g_ptr_array_new ();
  g_mutex_init (&self->lock);
  return self;
}

void
gst_rtc_source_pads_free (GstRtcSourcePads *self)
{
  if (!self)
    return;
  g_ptr_array_unref (self->coming);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* With the lock. (transfer full) (nullable): the pad of the m-line, also when another stream's
 * thread is about to add it. */
static GstPad *
find_pad_locked (GstRtcSourcePads *self, GstRtcTransceiver *transceiver)
{
  GstPad *found = NULL;

  GST_OBJECT_LOCK (self->bin);
  for (GList *item = GST_ELEMENT (self->bin)->srcpads; item && !found; item = item->next)
    if (gst_rtc_bin_pad_get_transceiver (item->data) == transceiver)
      found = gst_object_ref (item->data);
  GST_OBJECT_UNLOCK (self->bin);
  for (guint i = 0; !found && i < self->coming->len; i++)
    if (gst_rtc_bin_pad_get_transceiver (self->coming->pdata[i]) == transceiver)
      found = gst_object_ref (self->coming->pdata[i]);
  return found;
}

/* With the lock. (transfer full): not the bin's yet. */
static GstPad *
make_pad_locked (GstRtcSourcePads *self, GstRtcTransceiver *transceiver, const gchar *rid)
{
  GstPadTemplate *templ = gst_element_get_pad_template (GST_ELEMENT (self->bin), "src_%u");
  g_autofree gchar *name = NULL;
  guint number;

  g_object_get (transceiver, "mlineindex", &number, NULL);
  if (rid)
    number = self->next_layer_pad++;
  name = g_strdup_printf ("src_%u", number);
  return gst_object_ref_sink (gst_rtc_bin_pad_new (name, templ, transceiver));
}

/* RFC 9429 §5.2.2: a rejected section's m-line is used again; the pad of its number goes then. */
static void
remove_old_pad (GstRtcSourcePads *self, const gchar *name)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (GST_ELEMENT (self->bin), name);

  if (!pad)
    return;
  gst_pad_set_active (pad, FALSE);
  gst_element_remove_pad (GST_ELEMENT (self->bin), pad);
}

static void
add_pad (GstRtcSourcePads *self, GstPad *pad, GstRtcTransceiver *transceiver, const gchar *rid)
{
  g_autofree gchar *msid = g_strdup (g_object_get_data (G_OBJECT (transceiver), "rtc-remote-msid"));

  remove_old_pad (self, GST_PAD_NAME (pad));
  gst_rtc_bin_pad_set_msid (GST_RTC_BIN_PAD (pad), msid);
  gst_rtc_bin_pad_set_rid (GST_RTC_BIN_PAD (pad), rid);
  gst_pad_set_active (pad, TRUE);
  gst_element_add_pad (GST_ELEMENT (self->bin), pad);
  g_mutex_lock (&self->lock);
  g_ptr_array_remove_fast (self->coming, pad);
  g_mutex_unlock (&self->lock);
}

GstPad *
gst_rtc_source_pads_take (
    GstRtcSourcePads *self, GstRtcTransceiver *transceiver, const gchar *rid, GstPad *target)
{
  GstPad *pad;
  gboolean is_new;

  g_mutex_lock (&self->lock);
  pad = rid ? NULL : find_pad_locked (self, transceiver);
  is_new = pad == NULL;
  if (is_new) {
    pad = make_pad_locked (self, transceiver, rid);
    g_ptr_array_add (self->coming, pad);
  }
  g_mutex_unlock (&self->lock);
  GST_DEBUG_OBJECT (pad, "%s pad for %" GST_PTR_FORMAT, is_new ? "new" : "known", target);
  gst_ghost_pad_set_target (GST_GHOST_PAD (pad), target);
  if (is_new)
    add_pad (self, pad, transceiver, rid);
  return pad;
}

static gboolean
end_pad (GstElement *element, GstPad *pad, gpointer user_data)
{
  gst_pad_push_event (pad, gst_event_new_eos ());
  return TRUE;
}

void
gst_rtc_source_pads_end (GstRtcSourcePads *self)
{
  gst_element_foreach_src_pad (GST_ELEMENT (self->bin), end_pad, NULL);
}
