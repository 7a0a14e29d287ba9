/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcbin has what webrtcbin has: every property with its type and access, every signal and action
 * with its parameters, every pad template, and the same on the objects that it hands out.
 */
#include <gst/check/gstcheck.h>
#include <gst/webrtc/webrtc.h>

/* What rtcbin accepts in more cases than webrtcbin, or does not need to be told. */
static GstElement *
make (const gchar *factory)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  fail_unless (element != NULL, "%s is missing", factory);
  return gst_object_ref_sink (element);
}

GST_START_TEST (test_properties)
{
  GstElement *theirs = make ("webrtcbin");
  GstElement *ours = make ("rtcbin");
  guint count;
  GParamSpec **list = g_object_class_list_properties (G_OBJECT_GET_CLASS (theirs), &count);

  for (guint i = 0; i < count; i++) {
    GParamSpec *found = g_object_class_find_property (G_OBJECT_GET_CLASS (ours), list[i]->name);
    GParamFlags access = list[i]->flags & G_PARAM_READWRITE;

    fail_unless (found != NULL, "no property %s", list[i]->name);
    ck_assert_msg (g_type_is_a (found->value_type, list[i]->value_type), "%s is a %s",
        list[i]->name, g_type_name (found->value_type));
    ck_assert_msg ((found->flags & access) == access, "%s: other access", list[i]->name);
  }
  g_free (list);
  gst_object_unref (theirs);
  gst_object_unref (ours);
}
GST_END_TEST;

static void
compare_signal (guint id, GType ours)
{
  GSignalQuery theirs_query, ours_query;
  guint found;

  g_signal_query (id, &theirs_query);
  found = g_signal_lookup (theirs_query.signal_name, ours);
  fail_unless (found != 0, "no signal %s", theirs_query.signal_name);
  g_signal_query (found, &ours_query);
  ck_assert_msg (ours_query.return_type == theirs_query.return_type, "%s returns %s",
      theirs_query.signal_name, g_type_name (ours_query.return_type));
  ck_assert_msg (ours_query.n_params == theirs_query.n_params, "%s has %u parameters",
      theirs_query.signal_name, ours_query.n_params);
  for (guint i = 0; i < ours_query.n_params; i++)
    ck_assert_msg (ours_query.param_types[i] == theirs_query.param_types[i],
        "%s: parameter %u is a %s", theirs_query.signal_name, i,
        g_type_name (ours_query.param_types[i]));
  ck_assert_msg (
      (ours_query.signal_flags & G_SIGNAL_ACTION) == (theirs_query.signal_flags & G_SIGNAL_ACTION),
      "%s: action or not", theirs_query.signal_name);
}

GST_START_TEST (test_signals)
{
  GstElement *theirs = make ("webrtcbin");
  GstElement *ours = make ("rtcbin");
  guint count;
  guint *ids = g_signal_list_ids (G_OBJECT_TYPE (theirs), &count);

  fail_unless (count > 10);
  for (guint i = 0; i < count; i++)
    compare_signal (ids[i], G_OBJECT_TYPE (ours));
  g_free (ids);
  gst_object_unref (theirs);
  gst_object_unref (ours);
}
GST_END_TEST;

GST_START_TEST (test_pads)
{
  static const gchar *const names[] = { "sink_%u", "src_%u" };
  GstElement *theirs = make ("webrtcbin");
  GstElement *ours = make ("rtcbin");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GstPadTemplate *a = gst_element_get_pad_template (theirs, names[i]);
    GstPadTemplate *b = gst_element_get_pad_template (ours, names[i]);

    fail_unless (a && b, "%s", names[i]);
    fail_unless_equals_int (GST_PAD_TEMPLATE_PRESENCE (a), GST_PAD_TEMPLATE_PRESENCE (b));
    fail_unless (gst_caps_is_equal (gst_pad_template_get_caps (a), gst_pad_template_get_caps (b)));
  }
  gst_object_unref (theirs);
  gst_object_unref (ours);
}
GST_END_TEST;

GST_START_TEST (test_transceiver)
{
  GstElement *ours = make ("rtcbin");
  GstCaps *caps = gst_caps_from_string (
      "application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000");
  GstWebRTCRTPTransceiver *transceiver = NULL, *same = NULL;
  GstWebRTCRTPTransceiverDirection direction;
  GstWebRTCFECType fec_type;
  GArray *all = NULL;
  gboolean does_nack;

  gst_element_set_state (ours, GST_STATE_READY);
  g_signal_emit_by_name (
      ours, "add-transceiver", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY, caps, &transceiver);
  fail_unless (GST_IS_WEBRTC_RTP_TRANSCEIVER (transceiver));
  g_object_set (transceiver, "do-nack", FALSE, "fec-type", GST_WEBRTC_FEC_TYPE_ULP_RED, NULL);
  g_object_get (
      transceiver, "do-nack", &does_nack, "fec-type", &fec_type, "direction", &direction, NULL);
  fail_if (does_nack);
  fail_unless_equals_int (fec_type, GST_WEBRTC_FEC_TYPE_ULP_RED);
  fail_unless_equals_int (direction, GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY);
  g_signal_emit_by_name (ours, "get-transceivers", &all);
  fail_unless_equals_int (all->len, 1);
  g_signal_emit_by_name (ours, "get-transceiver", 0, &same);
  fail_unless (same == transceiver);
  g_array_unref (all);
  gst_object_unref (same);
  gst_object_unref (transceiver);
  gst_caps_unref (caps);
  gst_element_set_state (ours, GST_STATE_NULL);
  gst_object_unref (ours);
}
GST_END_TEST;

GST_START_TEST (test_ice_agent)
{
  GstElement *ours = make ("rtcbin");
  GstWebRTCICE *agent = NULL;
  gboolean is_added = FALSE;
  guint min_port;
  gchar **addresses;

  g_object_get (ours, "ice-agent", &agent, NULL);
  fail_unless (GST_IS_WEBRTC_ICE (agent));
  g_object_set (agent, "min-rtp-port", 40000, "max-rtp-port", 40010, NULL);
  g_object_get (ours, "min-port", &min_port, NULL);
  fail_unless_equals_int (min_port, 40000);
  g_signal_emit_by_name (agent, "add-local-ip-address", "127.0.0.1", &is_added);
  fail_unless (is_added);
  g_signal_emit_by_name (agent, "add-local-ip-address", "not an address", &is_added);
  fail_if (is_added);
  g_object_get (ours, "local-addresses", &addresses, NULL);
  fail_unless_equals_int (g_strv_length (addresses), 1);
  ck_assert_str_eq (addresses[0], "127.0.0.1");
  g_strfreev (addresses);
  gst_object_unref (agent);
  gst_object_unref (ours);
}
GST_END_TEST;

static Suite *
compatible_suite (void)
{
  Suite *suite = suite_create ("rtcbin beside webrtcbin");
  TCase *chain = tcase_create ("general");

  suite_add_tcase (suite, chain);
  tcase_add_test (chain, test_properties);
  tcase_add_test (chain, test_signals);
  tcase_add_test (chain, test_pads);
  tcase_add_test (chain, test_transceiver);
  tcase_add_test (chain, test_ice_agent);
  return suite;
}

GST_CHECK_MAIN (compatible);
