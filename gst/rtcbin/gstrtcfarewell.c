/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The other side has ended the session: a close_notify on every transport, or a fatal alert, which
 * counts only with the keys of the association (RFC 7675 §5.2: "Consent for sending application
 * data is immediately revoked by receipt of an authenticated message that closes the connection").
 * The transports' associations and channels have closed by then; the states go on by their own
 * rules (W3C webrtc-pc §4.3.3), and nothing can be sent or received until a new session begins.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrtcpeer.h"
#include "gstrtcpeerdata.h"

/* What came before the farewell is still in the jitter buffers. */
void
gst_rtc_peer_end_received (gpointer user_data)
{
  GstRtcPeer *self = user_data;

  gst_rtc_media_end_source_pads (self->media);
}

/* FALSE while a transport is alive, or when there is none. */
static gboolean
are_all_over (GstRtcPeer *self, gboolean *out_is_closed)
{
  *out_is_closed = TRUE;
  for (guint i = 0; i < self->transports->len; i++) {
    GstRtcTransport *transport = g_ptr_array_index (self->transports, i);

    if (!gst_rtc_transport_is_over (transport))
      return FALSE;
    *out_is_closed &=
        gst_rtc_transport_get_dtls_state (transport) == GST_WEBRTC_DTLS_TRANSPORT_STATE_CLOSED;
  }
  return self->transports->len > 0;
}

void
gst_rtc_peer_note_farewell (GstRtcPeer *self)
{
  gboolean is_closed;

  if (self->is_closed || self->is_left || !are_all_over (self, &is_closed))
    return;
  self->is_left = TRUE;
  rtc_loop_timer_set (
      self->farewell_timer, rtc_loop_now (self->loop) + self->settings.latency_ms * GST_MSECOND);
  if (is_closed)
    self->events->left (self->user_data);
}
