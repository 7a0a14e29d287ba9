/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What rtcdtls and rtcsrtp cost: CPU time of a handshake (both sides), of a packet of 1200 bytes
 * through both elements of a pair, and heap of an association. Prints, judges nothing.
 */
#include "../check/elements/dtlslink.h"

#include <malloc.h>
#include <time.h>

#define N_LINKS 200
#define N_LISTS 2000
#define LIST_LENGTH 32
#define PACKET_SIZE 1200

static gdouble
cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static gsize
heap_bytes (void)
{
  return mallinfo2 ().uordblks;
}

static GstFlowReturn
discard_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

static GstBufferList *
new_list (guint16 *sequence)
{
  GstBufferList *list = gst_buffer_list_new_sized (LIST_LENGTH);

  for (guint i = 0; i < LIST_LENGTH; i++) {
    guint8 *bytes = g_malloc0 (PACKET_SIZE);

    bytes[0] = 0x80;
    bytes[1] = 96;
    GST_WRITE_UINT16_BE (bytes + 2, (*sequence)++);
    gst_buffer_list_add (list, gst_buffer_new_wrapped (bytes, PACKET_SIZE));
  }
  return list;
}

static gdouble
measure_lists (GstPad *pad)
{
  guint16 sequence = 1;
  gdouble spent = 0;

  for (guint i = 0; i < N_LISTS; i++) {
    GstBufferList *list = new_list (&sequence);
    gdouble before = cpu_us ();

    gst_pad_push_list (pad, list);
    spent += cpu_us () - before;
  }
  return spent / (N_LISTS * LIST_LENGTH);
}

static GstPad *
attach (GstElement *element, const gchar *name, GstPadDirection direction)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, name);
  GstPad *ours = gst_pad_new (NULL, direction);
  GstSegment segment;

  gst_pad_set_active (ours, TRUE);
  if (direction == GST_PAD_SINK) {
    gst_pad_set_chain_list_function (ours, discard_list);
    gst_pad_link (pad, ours);
    return ours;
  }
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_link (ours, pad);
  gst_pad_push_event (ours, gst_event_new_stream_start ("bench"));
  gst_pad_push_event (ours, gst_event_new_segment (&segment));
  return ours;
}

static void
bench_srtp (GstRtcSrtpProfile profile)
{
  guint8 key[64] = { 1, 2, 3 };
  g_autoptr (GstRtcSrtpKeys) keys = gst_rtc_srtp_keys_new (profile, key, key);
  GstElement *send = gst_element_factory_make ("rtcsrtp", NULL);
  GstElement *receive = gst_element_factory_make ("rtcsrtp", NULL);
  g_autoptr (GstPad) sink = attach (receive, "rtp_src", GST_PAD_SINK);
  g_autoptr (GstPad) src = NULL;
  GstStructure *stats;
  guint64 n_received = 0;
  gsize before = heap_bytes ();

  gst_element_link_pads (send, "src", receive, "sink");
  gst_element_set_state (receive, GST_STATE_PLAYING);
  gst_element_set_state (send, GST_STATE_PLAYING);
  src = attach (send, "rtp_sink", GST_PAD_SRC);
  g_object_set (send, "keys", keys, NULL);
  g_object_set (receive, "keys", keys, NULL);
  g_print ("srtp %-28s %.2f us a packet, protect and unprotect\n",
      gst_rtc_srtp_profile_to_string (profile), measure_lists (src));
  g_print ("srtp %-28s %.1f KiB a session (both directions)\n",
      gst_rtc_srtp_profile_to_string (profile), (heap_bytes () - before) / 2048.);
  g_object_get (receive, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, "packets-unprotected", &n_received);
  g_assert_cmpuint (n_received, ==, N_LISTS * LIST_LENGTH);
  gst_structure_free (stats);
  gst_element_set_state (send, GST_STATE_NULL);
  gst_element_set_state (receive, GST_STATE_NULL);
  gst_object_unref (send);
  gst_object_unref (receive);
}

static void
connect_all (RtcLoop *loop, DtlsLink **links)
{
  for (guint i = 0; i < N_LINKS; i++) {
    dtls_link_start (links[i]);
    rtc_loop_turn (loop, GST_SECOND);
    g_assert_cmpint (links[i]->peers[SERVER].state, ==, GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED);
  }
}

static void
bench_data (DtlsLink *link)
{
  DtlsPeer *from = &link->peers[CLIENT], *to = &link->peers[SERVER];
  g_autoptr (GstPad) src = gst_element_get_static_pad (from->dtls, "src");
  g_autoptr (GstPad) sink = gst_element_get_static_pad (to->dtls, "sink");
  g_autoptr (GstPad) data = gst_element_get_static_pad (to->dtls, "data_src");

  gst_pad_unlink (src, from->from_src);
  gst_pad_unlink (to->to_sink, sink);
  gst_pad_link (src, sink);
  gst_pad_set_chain_list_function (to->from_data, discard_list);
  g_print ("dtls data                         %.2f us a packet, encrypt and decrypt\n",
      measure_lists (from->to_data));
  g_assert_cmpuint (
      dtls_link_get_stat (link, SERVER, "data-packets-received"), ==, N_LISTS * LIST_LENGTH);
}

static void
bench_dtls (void)
{
  RtcLoop *loop = rtc_loop_new_manual (GST_SECOND);
  DtlsLink *links[N_LINKS];
  gsize idle;
  gdouble started;

  for (guint i = 0; i < N_LINKS; i++)
    links[i] = dtls_link_new_on (rtc_loop_ref (loop));
  idle = heap_bytes ();
  started = cpu_us ();
  for (guint i = 0; i < N_LINKS; i++)
    dtls_link_introduce (links[i]);
  g_print ("dtls certificate                  %.0f us\n", (cpu_us () - started) / (2 * N_LINKS));
  started = cpu_us ();
  connect_all (loop, links);
  g_print (
      "dtls handshake                    %.0f us, both sides\n", (cpu_us () - started) / N_LINKS);
  g_print ("dtls association                  %.1f KiB a side, with its certificate\n",
      ((gssize) heap_bytes () - (gssize) idle) / 1024. / (2 * N_LINKS));
  bench_data (links[0]);
  for (guint i = 0; i < N_LINKS; i++)
    dtls_link_free (links[i]);
  rtc_loop_unref (loop);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  /* Once for what the libraries set up for the process. */
  bench_srtp (GST_RTC_SRTP_PROFILE_AES128_CM_HMAC_SHA1_80);
  bench_srtp (GST_RTC_SRTP_PROFILE_AES128_CM_HMAC_SHA1_80);
  bench_srtp (GST_RTC_SRTP_PROFILE_AEAD_AES_128_GCM);
  bench_srtp (GST_RTC_SRTP_PROFILE_AEAD_AES_256_GCM);
  bench_dtls ();
  return 0;
}
