/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* BenchVirtual: see benchvirtual.h. */
#include "benchvirtual.h"

#include <gst/rtc/gstrtccontext.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include "benchnegotiate.h"
#include "simulatedlink.h"

#define LINK_NAME "bench"
#define BEGIN (1000 * GST_SECOND)
#define OPEN_LIMIT (30 * GST_SECOND)

struct _BenchVirtual {
  RtcLoop *loop;
  RtcSimulatedLink *link;
  GstElement *peers[2];
  GstWebRTCDataChannel *channels[2];
  guint n_open;
};

/* Whose time it is. */
static RtcLoop *virtual_loop;

int gettimeofday (struct timeval *restrict out_time, void *restrict zone);

/* In place of the C library's, for usrsctp. */
int
gettimeofday (struct timeval *restrict out_time, void *restrict zone)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  if (virtual_loop != NULL)
    GST_TIME_TO_TIMESPEC (rtc_loop_now (virtual_loop), now);
  out_time->tv_sec = now.tv_sec;
  out_time->tv_usec = now.tv_nsec / 1000;
  return 0;
}

static void
on_candidate (GstElement *peer, guint line, const gchar *candidate, GstElement *other)
{
  g_signal_emit_by_name (other, "add-ice-candidate", line, candidate);
}

static void
on_deep_element (GstBin *bin, GstBin *parent, GstElement *element, gpointer user_data)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), "link"))
    g_object_set (element, "link", LINK_NAME, NULL);
}

static void
on_open (GstWebRTCDataChannel *channel, BenchVirtual *self)
{
  self->n_open++;
}

static void
on_data_channel (GstElement *peer, GstWebRTCDataChannel *channel, BenchVirtual *self)
{
  self->channels[1] = g_object_ref (channel);
  g_signal_connect (channel, "on-open", G_CALLBACK (on_open), self);
}

static gboolean
add_peer (BenchVirtual *self, const gchar *element, guint end)
{
  g_autoptr (GstContext) context = gst_rtc_loop_context_new (self->loop);
  GstElement *peer = gst_element_factory_make (element, NULL);

  if (peer == NULL ||
      !g_object_class_find_property (G_OBJECT_GET_CLASS (peer), "transport-element")) {
    g_printerr ("%s cannot be put on a simulated network.\n", element);
    gst_clear_object (&peer);
    return FALSE;
  }
  self->peers[end] = gst_object_ref_sink (peer);
  gst_element_set_context (peer, context);
  g_object_set (peer, "transport-element", "rtcsimulatedice", NULL);
  gst_util_set_object_arg (G_OBJECT (peer), "bundle-policy", "max-bundle");
  g_signal_connect (peer, "deep-element-added", G_CALLBACK (on_deep_element), NULL);
  return TRUE;
}

static gboolean
describe (BenchVirtual *self, guint end, const gchar *what)
{
  g_autoptr (GstWebRTCSessionDescription) description =
      bench_create_description (self->peers[end], what, NULL);

  return description != NULL &&
      bench_apply_description (self->peers[end], "set-local-description", description) &&
      bench_apply_description (self->peers[1 - end], "set-remote-description", description);
}

static void
start (BenchVirtual *self)
{
  for (guint i = 0; i < 2; i++) {
    g_signal_connect (
        self->peers[i], "on-ice-candidate", G_CALLBACK (on_candidate), self->peers[1 - i]);
    gst_element_set_state (self->peers[i], GST_STATE_PLAYING);
  }
  g_signal_connect (self->peers[1], "on-data-channel", G_CALLBACK (on_data_channel), self);
  g_signal_emit_by_name (self->peers[0], "create-data-channel", "data", NULL, &self->channels[0]);
  g_signal_connect (self->channels[0], "on-open", G_CALLBACK (on_open), self);
}

static gboolean
wait_open (BenchVirtual *self)
{
  GstClockTime next = rtc_loop_now (self->loop);

  while (self->n_open < 2 && next < BEGIN + OPEN_LIMIT)
    next = rtc_loop_turn (self->loop, next);
  if (self->n_open < 2)
    g_printerr ("The data channel did not open in %u s of virtual time.\n",
        (guint) (OPEN_LIMIT / GST_SECOND));
  return self->n_open == 2;
}

BenchVirtual *
bench_virtual_new (const gchar *element, const gchar *conditions)
{
  g_autoptr (BenchVirtual) self = g_new0 (BenchVirtual, 1);

  gst_object_unref (gst_plugin_load_file (BENCH_SIMULATION_PLUGIN, NULL));
  self->loop = virtual_loop = rtc_loop_new_manual (BEGIN);
  self->link = rtc_simulated_link_get (LINK_NAME);
  rtc_simulated_link_set_seed (self->link, 7);
  rtc_simulated_link_set (self->link, -1, conditions);
  if (!add_peer (self, element, 0) || !add_peer (self, element, 1))
    return NULL;
  start (self);
  if (!describe (self, 0, "offer") || !describe (self, 1, "answer") || !wait_open (self))
    return NULL;
  return g_steal_pointer (&self);
}

void
bench_virtual_free (BenchVirtual *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < 2; i++) {
    if (self->peers[i] != NULL)
      gst_element_set_state (self->peers[i], GST_STATE_NULL);
    g_clear_object (&self->channels[i]);
    gst_clear_object (&self->peers[i]);
  }
  rtc_loop_turn (self->loop, rtc_loop_now (self->loop));
  rtc_simulated_link_unref (self->link);
  virtual_loop = NULL;
  rtc_loop_unref (self->loop);
  g_free (self);
}

GstWebRTCDataChannel *
bench_virtual_get_channel (BenchVirtual *self, guint end)
{
  return self->channels[end];
}

void
bench_virtual_set_conditions (BenchVirtual *self, const gchar *conditions)
{
  rtc_simulated_link_set (self->link, -1, conditions);
}

void
bench_virtual_run (BenchVirtual *self, GstClockTime duration)
{
  GstClockTime end = rtc_loop_now (self->loop) + duration;
  GstClockTime next = rtc_loop_now (self->loop);

  while (next < end)
    next = rtc_loop_turn (self->loop, next);
}
