/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A ghost pad whose target is the peer's pad, or a payloader before that. Which one, the caps event
 * says, before it or a buffer goes on; until then the pad offers both to upstream.
 */
#include "config.h"

#include "gstrtcwhipsinkpad.h"

#include <glib/gi18n-lib.h>

typedef struct {
  /* The caps' name. */
  const gchar *format;
  const gchar *factory;
  /* Properties, as in a launch line. */
  const gchar *settings;
} Payloader;

/* Payload types differ, for a peer that does not choose them itself. Parameter sets with each key
 * frame, since a viewer may come at any time; picture numbers, since some receivers want them. */
static const Payloader payloaders[] = {
  { "video/x-vp8", "rtpvp8pay", "pt=96 picture-id-mode=15-bit" },
  { "video/x-vp9", "rtpvp9pay", "pt=98 picture-id-mode=15-bit" },
  { "video/x-h264", "rtph264pay", "pt=102 config-interval=-1 aggregate-mode=zero-latency" },
  { "video/x-av1", "rtpav1pay", "pt=106" },
  { "audio/x-opus", "rtpopuspay", "pt=111" },
  { "audio/x-mulaw", "rtppcmupay", "pt=0" },
  { "audio/x-alaw", "rtppcmapay", "pt=8" },
};

/* NULL: none is needed. */
static const Payloader *
find_payloader (const GstCaps *caps)
{
  for (gsize i = 0; i < G_N_ELEMENTS (payloaders); i++) {
    if (gst_structure_has_name (gst_caps_get_structure (caps, 0), payloaders[i].format))
      return &payloaders[i];
  }
  return NULL;
}

/* The element behind @pad; (transfer full). */
static GstElement *
get_owner (GstPad *pad)
{
  g_autoptr (GstPad) target = gst_ghost_pad_get_target (GST_GHOST_PAD (pad));
  return target != NULL ? gst_pad_get_parent_element (target) : NULL;
}

static gboolean
is_payloader (GstElement *element)
{
  GstElementFactory *factory = element != NULL ? gst_element_get_factory (element) : NULL;
  for (gsize i = 0; factory != NULL && i < G_N_ELEMENTS (payloaders); i++) {
    if (g_str_equal (GST_OBJECT_NAME (factory), payloaders[i].factory))
      return TRUE;
  }
  return FALSE;
}

/* --- what stands between @pad and the peer --- */

/* (transfer full): the peer's pad; nothing stands before it any more. */
static GstPad *
take_apart (GstBin *bin, GstPad *pad)
{
  GstPad *target = gst_ghost_pad_get_target (GST_GHOST_PAD (pad));
  g_autoptr (GstElement) owner = get_owner (pad);
  g_autoptr (GstPad) inner = NULL;
  g_autoptr (GstPad) source = NULL;
  gst_ghost_pad_set_target (GST_GHOST_PAD (pad), NULL);
  if (!is_payloader (owner))
    return target;
  inner = target;
  source = gst_element_get_static_pad (owner, "src");
  target = gst_pad_get_peer (source);
  gst_element_set_locked_state (owner, TRUE);
  gst_element_set_state (owner, GST_STATE_NULL);
  gst_bin_remove (bin, owner);
  return target;
}

static gboolean
put_payloader (GstBin *bin, GstPad *pad, const Payloader *payloader)
{
  g_autofree gchar *line = g_strdup_printf ("%s %s", payloader->factory, payloader->settings);
  g_autoptr (GError) error = NULL;
  GstElement *element = gst_parse_launch_full (line, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);
  g_autoptr (GstPad) target = NULL;
  g_autoptr (GstPad) sink = NULL;
  g_autoptr (GstPad) source = NULL;
  if (element == NULL) {
    GST_ELEMENT_ERROR (bin, CORE, MISSING_PLUGIN,
        (_ ("Cannot send %s: %s"), payloader->format, error->message), (NULL));
    return FALSE;
  }
  target = take_apart (bin, pad);
  sink = gst_element_get_static_pad (element, "sink");
  source = gst_element_get_static_pad (element, "src");
  gst_bin_add (bin, element);
  gst_pad_link (source, target);
  gst_element_sync_state_with_parent (element);
  return gst_ghost_pad_set_target (GST_GHOST_PAD (pad), sink);
}

static gboolean
put_nothing (GstBin *bin, GstPad *pad)
{
  g_autoptr (GstElement) owner = get_owner (pad);
  g_autoptr (GstPad) target = NULL;
  if (!is_payloader (owner))
    return TRUE;
  target = take_apart (bin, pad);
  return gst_ghost_pad_set_target (GST_GHOST_PAD (pad), target);
}

static gboolean
has_payloader (GstPad *pad, const Payloader *payloader)
{
  g_autoptr (GstElement) owner = get_owner (pad);
  GstElementFactory *factory = owner != NULL ? gst_element_get_factory (owner) : NULL;
  return factory != NULL && g_str_equal (GST_OBJECT_NAME (factory), payloader->factory);
}

static GstPadProbeReturn
event_comes (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstBin *bin = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  const Payloader *payloader;
  gboolean is_done;
  GstCaps *caps;
  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;
  gst_event_parse_caps (event, &caps);
  payloader = find_payloader (caps);
  if (payloader == NULL)
    is_done = put_nothing (bin, pad);
  else
    is_done = has_payloader (pad, payloader) || put_payloader (bin, pad, payloader);
  return is_done ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

/* --- negotiation before the caps event --- */

/* (transfer full): RTP as the peer takes it, and what payloaders that are installed take. */
static GstCaps *
list_caps (GstPad *pad)
{
  g_autoptr (GstPad) target = gst_ghost_pad_get_target (GST_GHOST_PAD (pad));
  GstCaps *caps = target != NULL ? gst_pad_query_caps (target, NULL) : gst_caps_new_empty ();
  for (gsize i = 0; i < G_N_ELEMENTS (payloaders); i++) {
    g_autoptr (GstElementFactory) factory = gst_element_factory_find (payloaders[i].factory);
    const GList *item =
        factory != NULL ? gst_element_factory_get_static_pad_templates (factory) : NULL;
    for (; item != NULL; item = item->next) {
      GstStaticPadTemplate *pad_template = item->data;
      if (pad_template->direction == GST_PAD_SINK)
        caps = gst_caps_merge (caps, gst_static_pad_template_get_caps (pad_template));
    }
  }
  return caps;
}

static gboolean
answer_caps (GstPad *pad, GstQuery *query)
{
  g_autoptr (GstCaps) caps = list_caps (pad);
  g_autoptr (GstCaps) common = NULL;
  GstCaps *filter;
  gst_query_parse_caps (query, &filter);
  common = filter != NULL ? gst_caps_intersect_full (filter, caps, GST_CAPS_INTERSECT_FIRST)
                          : gst_caps_ref (caps);
  gst_query_set_caps_result (query, common);
  return TRUE;
}

static gboolean
answer_accept_caps (GstPad *pad, GstQuery *query)
{
  g_autoptr (GstCaps) caps = list_caps (pad);
  GstCaps *asked;
  gst_query_parse_accept_caps (query, &asked);
  gst_query_set_accept_caps_result (query, gst_caps_is_subset (asked, caps));
  return TRUE;
}

static gboolean
answer_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (!gst_pad_has_current_caps (pad)) {
    if (GST_QUERY_TYPE (query) == GST_QUERY_CAPS)
      return answer_caps (pad, query);
    if (GST_QUERY_TYPE (query) == GST_QUERY_ACCEPT_CAPS)
      return answer_accept_caps (pad, query);
  }
  return gst_pad_query_default (pad, parent, query);
}

/* --- for the element --- */

GstPad *
gst_rtc_whip_sink_pad_new (GstBin *bin, GstPad *target, GstPadTemplate *pad_template)
{
  GstPad *pad = gst_ghost_pad_new_from_template (GST_PAD_NAME (target), target, pad_template);
  gst_pad_set_query_function (pad, answer_query);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, event_comes, bin, NULL);
  return pad;
}

GstPad *
gst_rtc_whip_sink_pad_release (GstBin *bin, GstPad *pad)
{
  return take_apart (bin, pad);
}
