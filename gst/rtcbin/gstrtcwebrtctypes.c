/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guard of the layouts that gstrtcwebrtctypes.h declares. */
#include "gstrtcwebrtctypes.h"

static gboolean
has_sizes (GType type, gsize class_size, gsize instance_size)
{
  GTypeQuery query = { 0 };

  g_type_query (type, &query);
  return query.class_size == class_size && query.instance_size == instance_size;
}

gboolean
gst_rtc_webrtc_types_check (const gchar **out_type)
{
  const struct {
    GType type;
    gsize class_size;
    gsize instance_size;
  } expected[] = {
    { GST_TYPE_WEBRTC_DATA_CHANNEL, sizeof (GstWebRTCDataChannelClass),
        sizeof (GstWebRTCDataChannel) },
    { GST_TYPE_WEBRTC_RTP_TRANSCEIVER, sizeof (GstWebRTCRTPTransceiverClass),
        sizeof (GstWebRTCRTPTransceiver) },
    { GST_TYPE_WEBRTC_RTP_SENDER, sizeof (GstWebRTCRTPTransceiverClass),
        sizeof (GstWebRTCRTPSender) },
    { GST_TYPE_WEBRTC_RTP_RECEIVER, sizeof (GstWebRTCRTPTransceiverClass),
        sizeof (GstWebRTCRTPReceiver) },
    { GST_TYPE_WEBRTC_DTLS_TRANSPORT, sizeof (GstWebRTCDTLSTransportClass),
        sizeof (GstWebRTCDTLSTransport) },
    { GST_TYPE_WEBRTC_SCTP_TRANSPORT, sizeof (GstWebRTCSCTPTransportClass),
        sizeof (GstWebRTCSCTPTransport) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    if (!has_sizes (expected[i].type, expected[i].class_size, expected[i].instance_size)) {
      *out_type = g_type_name (expected[i].type);
      return FALSE;
    }
  }
  return TRUE;
}
