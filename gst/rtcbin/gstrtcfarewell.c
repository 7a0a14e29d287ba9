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

/* FALSE when there is none. */
static gboolean
are_all_closed (GstRtcPeer *self)
{
  for (guint i = 0; i < self->transports->len; i++)
    if (gst_rtc_transport_get_dtls_state (g_ptr_array_index (self->transports, i)) !=
        GST_WEBRTC_DTLS_TRANSPORT_STATE_CLOSED)
      return FALSE;
  return self->transports->len > 0;
}

void
gst_rtc_peer_note_farewell (GstRtcPeer *self)
{
  if (self->is_closed || self->is_left || !are_all_closed (self))
    return;
  self->is_left = TRUE;
  self->events->left (self->user_data);
}
