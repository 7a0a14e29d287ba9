/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GstRtcIce: the calls of the interface, forwarded to the element that implements it, and its two
 * signals.
 */

#include <gst/rtc/gstrtcice.h>

enum { SIGNAL_LOCAL_CANDIDATE, SIGNAL_SELECTED_PAIR, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_INTERFACE (GstRtcIce, gst_rtc_ice, GST_TYPE_ELEMENT)

GType
gst_rtc_ice_candidate_types_get_type (void)
{
  static gsize type = 0;
  static const GFlagsValue values[] = {
    { GST_RTC_ICE_CANDIDATE_HOST, "Of this machine", "host" },
    { GST_RTC_ICE_CANDIDATE_SRFLX, "What a STUN or TURN server sees", "srflx" },
    { GST_RTC_ICE_CANDIDATE_RELAY, "Of a TURN server", "relay" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_flags_register_static ("GstRtcIceCandidateTypes", values));
  return type;
}

static void
gst_rtc_ice_default_init (GstRtcIceInterface *iface)
{
  /**
   * GstRtcIce::local-candidate:
   * @candidate: (nullable): a line "candidate:...", %NULL when gathering is complete
   */
  signals[SIGNAL_LOCAL_CANDIDATE] = g_signal_new ("local-candidate", GST_RTC_TYPE_ICE,
      G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  /**
   * GstRtcIce::selected-pair:
   * @local: the candidate line of our side
   * @remote: the candidate line of the peer's side
   */
  signals[SIGNAL_SELECTED_PAIR] = g_signal_new ("selected-pair", GST_RTC_TYPE_ICE,
      G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

void
gst_rtc_ice_set_controlling (GstRtcIce *ice, gboolean is_controlling)
{
  g_return_if_fail (GST_RTC_IS_ICE (ice));

  GST_RTC_ICE_GET_IFACE (ice)->set_controlling (ice, is_controlling);
}

gboolean
gst_rtc_ice_set_local_credentials (
    GstRtcIce *ice, const gchar *ufrag, const gchar *pwd, GError **error)
{
  g_return_val_if_fail (GST_RTC_IS_ICE (ice), FALSE);
  g_return_val_if_fail (ufrag != NULL && pwd != NULL, FALSE);

  return GST_RTC_ICE_GET_IFACE (ice)->set_local_credentials (ice, ufrag, pwd, error);
}

gboolean
gst_rtc_ice_set_remote_credentials (
    GstRtcIce *ice, const gchar *ufrag, const gchar *pwd, GError **error)
{
  g_return_val_if_fail (GST_RTC_IS_ICE (ice), FALSE);
  g_return_val_if_fail (ufrag != NULL && pwd != NULL, FALSE);

  return GST_RTC_ICE_GET_IFACE (ice)->set_remote_credentials (ice, ufrag, pwd, error);
}

gboolean
gst_rtc_ice_gather (GstRtcIce *ice, GError **error)
{
  g_return_val_if_fail (GST_RTC_IS_ICE (ice), FALSE);

  return GST_RTC_ICE_GET_IFACE (ice)->gather (ice, error);
}

gboolean
gst_rtc_ice_add_remote_candidate (GstRtcIce *ice, const gchar *candidate, GError **error)
{
  g_return_val_if_fail (GST_RTC_IS_ICE (ice), FALSE);

  return GST_RTC_ICE_GET_IFACE (ice)->add_remote_candidate (ice, candidate, error);
}

gboolean
gst_rtc_ice_add_server (GstRtcIce *ice, const gchar *uri, GError **error)
{
  g_return_val_if_fail (GST_RTC_IS_ICE (ice), FALSE);
  g_return_val_if_fail (uri != NULL, FALSE);

  return GST_RTC_ICE_GET_IFACE (ice)->add_server (ice, uri, error);
}

GPtrArray *
gst_rtc_ice_get_local_candidates (GstRtcIce *ice)
{
  g_return_val_if_fail (GST_RTC_IS_ICE (ice), NULL);

  return GST_RTC_ICE_GET_IFACE (ice)->get_local_candidates (ice);
}

GstStructure *
gst_rtc_ice_get_stats (GstRtcIce *ice)
{
  g_return_val_if_fail (GST_RTC_IS_ICE (ice), NULL);

  return GST_RTC_ICE_GET_IFACE (ice)->get_stats (ice);
}

void
gst_rtc_ice_emit_local_candidate (GstRtcIce *ice, const gchar *candidate)
{
  g_return_if_fail (GST_RTC_IS_ICE (ice));

  g_signal_emit (ice, signals[SIGNAL_LOCAL_CANDIDATE], 0, candidate);
}

void
gst_rtc_ice_emit_selected_pair (GstRtcIce *ice, const gchar *local, const gchar *remote)
{
  g_return_if_fail (GST_RTC_IS_ICE (ice));
  g_return_if_fail (local != NULL && remote != NULL);

  g_signal_emit (ice, signals[SIGNAL_SELECTED_PAIR], 0, local, remote);
}
