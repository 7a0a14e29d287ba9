/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bin around one transport's elements; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrtctransportbin.h"

struct _GstRtcTransportBin {
  GstBin parent;
};

G_DEFINE_FINAL_TYPE (GstRtcTransportBin, gst_rtc_transport_bin, GST_TYPE_BIN)

static GstStateChangeReturn
gst_rtc_transport_bin_change_state (GstElement *element, GstStateChange transition)
{
  GstElementClass *element_class = g_type_class_peek (GST_TYPE_ELEMENT);

  return element_class->change_state (element, transition);
}

static void
gst_rtc_transport_bin_class_init (GstRtcTransportBinClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  element_class->change_state = gst_rtc_transport_bin_change_state;
  gst_element_class_set_static_metadata (element_class, "RTC transport", "Generic/Bin/Network",
      "ICE, DTLS, SRTP and SCTP of one transport", "The rtc project");
}

static void
gst_rtc_transport_bin_init (GstRtcTransportBin *self)
{
  gst_bin_set_suppressed_flags (GST_BIN (self), GST_ELEMENT_FLAG_SINK | GST_ELEMENT_FLAG_SOURCE);
}

GstBin *
gst_rtc_transport_bin_new (guint id)
{
  g_autofree gchar *name = g_strdup_printf ("transport%u", id);

  return g_object_new (GST_RTC_TYPE_TRANSPORT_BIN, "name", name, NULL);
}
