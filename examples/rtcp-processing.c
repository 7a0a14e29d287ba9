/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Prints what the other peer reports about its streams and ours: each RTCP packet (RFC 3550, RFC
 * 4585) in a line. rtcbin's child "rtpbin" has the RTP sessions that they come to. Camera and
 * microphone go back to the page, so that there are receiver reports, too.
 *
 *   rtc-rtcp-processing
 */
#include "example.h"
#include "exampletrack.h"

#include <gst/rtp/gstrtcpbuffer.h>

static const gchar *
name_feedback (GstRTCPPacket *packet)
{
  gboolean is_payload = gst_rtcp_packet_get_type (packet) == GST_RTCP_TYPE_PSFB;

  switch (gst_rtcp_packet_fb_get_type (packet)) {
  case GST_RTCP_PSFB_TYPE_PLI: /* the same number as a generic NACK */
    return is_payload ? "picture loss indication" : "negative acknowledgement";
  case GST_RTCP_PSFB_TYPE_FIR:
    return is_payload ? "full intra request" : "feedback";
  case GST_RTCP_RTPFB_TYPE_TWCC:
    return is_payload ? "application layer feedback" : "transport-wide congestion control";
  default:
    return "feedback";
  }
}

static void
print_sender (GstRTCPPacket *packet)
{
  guint32 ssrc, rtp_time, n_packets, n_bytes;
  guint64 ntp_time;

  gst_rtcp_packet_sr_get_sender_info (packet, &ssrc, &ntp_time, &rtp_time, &n_packets, &n_bytes);
  g_print ("RTCP sender report of %08x: %u packets and %u bytes sent, RTP time %u\n", ssrc,
      n_packets, n_bytes, rtp_time);
}

static void
print_blocks (GstRTCPPacket *packet)
{
  guint32 ssrc, sequence, jitter, last_report, delay;
  guint8 fraction_lost;
  gint32 n_lost;

  for (guint i = 0; i < gst_rtcp_packet_get_rb_count (packet); i++) {
    gst_rtcp_packet_get_rb (
        packet, i, &ssrc, &fraction_lost, &n_lost, &sequence, &jitter, &last_report, &delay);
    g_print ("RTCP report on %08x: %d lost, %.1f %% since the last one, jitter %u\n", ssrc, n_lost,
        fraction_lost * 100 / 256.0, jitter);
  }
}

static void
print_packet (GstRTCPPacket *packet)
{
  switch (gst_rtcp_packet_get_type (packet)) {
  case GST_RTCP_TYPE_SR:
    print_sender (packet);
    print_blocks (packet);
    break;
  case GST_RTCP_TYPE_RR:
    print_blocks (packet);
    break;
  case GST_RTCP_TYPE_SDES:
    g_print (
        "RTCP source description of %u sources\n", gst_rtcp_packet_sdes_get_item_count (packet));
    break;
  case GST_RTCP_TYPE_BYE:
    g_print ("RTCP goodbye of %08x\n", gst_rtcp_packet_bye_get_nth_ssrc (packet, 0));
    break;
  case GST_RTCP_TYPE_RTPFB:
  case GST_RTCP_TYPE_PSFB:
    g_print (
        "RTCP %s for %08x\n", name_feedback (packet), gst_rtcp_packet_fb_get_media_ssrc (packet));
    break;
  default:
    g_print ("RTCP packet of type %d\n", gst_rtcp_packet_get_type (packet));
  }
}

/* On the session's loop: no waiting here. */
static void
on_receiving_rtcp (GObject *session, GstBuffer *buffer, gpointer user_data)
{
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  GstRTCPPacket packet;

  if (!gst_rtcp_buffer_map (buffer, GST_MAP_READ, &rtcp))
    return;
  for (gboolean is_there = gst_rtcp_buffer_get_first_packet (&rtcp, &packet); is_there;
       is_there = gst_rtcp_packet_move_to_next (&packet))
    print_packet (&packet);
  gst_rtcp_buffer_unmap (&rtcp);
}

/* All media of a bundle share the first session. */
static void
watch_session (GstElement *peer)
{
  g_autoptr (GstElement) rtpbin = gst_bin_get_by_name (GST_BIN (peer), "rtpbin");
  g_autoptr (GObject) session = NULL;

  if (rtpbin != NULL)
    g_signal_emit_by_name (rtpbin, "get-internal-session", 0, &session);
  if (session == NULL || g_object_get_data (session, "is-watched") != NULL)
    return;
  g_object_set_data (session, "is-watched", session);
  g_signal_connect (session, "on-receiving-rtcp", G_CALLBACK (on_receiving_rtcp), NULL);
}

static void
on_new_transceiver (GstElement *peer, GstWebRTCRTPTransceiver *transceiver, gpointer user_data)
{
  ExampleTrack *track = example_track_new (GST_CLOCK_TIME_NONE);
  g_autofree gchar *pad_name = NULL;
  guint line;

  g_object_get (transceiver, "mlineindex", &line, NULL);
  g_object_set_data_full (
      G_OBJECT (transceiver), "track", track, (GDestroyNotify) example_track_free);
  pad_name = g_strdup_printf ("sink_%u", line);
  example_track_give (track, peer, pad_name);
}

static void
on_pad_added (GstElement *peer, GstPad *pad, gpointer user_data)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;
  watch_session (peer);
  g_object_get (pad, "transceiver", &transceiver, NULL);
  example_track_take (g_object_get_data (G_OBJECT (transceiver), "track"), pad);
}

static GstElement *
make_peer (const gchar *id, gpointer user_data, GError **error)
{
  return gst_parse_bin_from_description ("rtcbin", FALSE, error);
}

static void
on_peer (GstElement *peer, gpointer user_data)
{
  g_signal_connect (peer, "on-new-transceiver", G_CALLBACK (on_new_transceiver), NULL);
  g_signal_connect (peer, "pad-added", G_CALLBACK (on_pad_added), NULL);
}

int
main (int argc, char **argv)
{
  const ExampleInfo info = { "- prints each RTCP packet of a browser", NULL, NULL };
  g_autoptr (Example) example = example_new (&info, &argc, &argv);

  example_serve (example, make_peer, NULL);
  example_set_peer_func (example, on_peer, NULL);
  return example_run (example);
}
