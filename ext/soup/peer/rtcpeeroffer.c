/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The peer as offerer: its offer out, an answer in (W3C webrtc-pc §4.4, RFC 9429 §5). The other
 * half of a peer driver; on the loop.
 */
#include "rtcpeerdriverparts.h"

#include <string.h>

#include "signalling/rtcofferfacts.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

static void
report_negotiated (RtcPeerDriver *driver, const GError *error)
{
  driver->step = RTC_PEER_STEP_NONE;
  driver->funcs.negotiated (error == NULL ? driver->answer : NULL, error, driver->user_data);
}

void
rtc_peer_offer_roll_back (RtcPeerDriver *driver)
{
  g_autoptr (GstWebRTCSessionDescription) description = NULL;
  GstSDPMessage *empty = NULL;
  gst_sdp_message_new (&empty);
  description = gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_ROLLBACK, empty);
  g_signal_emit_by_name (driver->peer, "set-local-description", description, NULL);
  driver->has_remote = driver->was_negotiated;
}

void
rtc_peer_offer_fail (RtcPeerDriver *driver, RtcError code, const gchar *message)
{
  g_autoptr (GError) error = g_error_new_literal (RTC_ERROR, code, message);
  gboolean is_answer = driver->step == RTC_PEER_STEP_SET_ANSWER;
  if (driver->step > RTC_PEER_STEP_CREATE_OFFER)
    rtc_peer_offer_roll_back (driver);
  driver->step = RTC_PEER_STEP_NONE;
  rtc_loop_timer_set (driver->gather_timer, GST_CLOCK_TIME_NONE);
  if (is_answer)
    report_negotiated (driver, error);
  else
    driver->funcs.offered (NULL, error, driver->user_data);
}

static void
set_offer (RtcPeerDriver *driver, const GstStructure *reply)
{
  g_autoptr (GstWebRTCSessionDescription) offer = NULL;
  if (reply != NULL)
    gst_structure_get (reply, "offer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &offer, NULL);
  if (offer == NULL) {
    rtc_peer_offer_fail (driver, RTC_ERROR_STATE, "the peer made no offer");
    return;
  }
  g_free (driver->offer);
  driver->offer = gst_sdp_message_as_text (offer->sdp);
  g_signal_emit_by_name (driver->peer, "set-local-description", offer,
      rtc_peer_make_promise (driver, RTC_PEER_STEP_SET_OFFER));
}

static void
answer_is_set (RtcPeerDriver *driver)
{
  driver->has_remote = TRUE;
  driver->was_negotiated = TRUE;
  rtc_peer_push_early_candidates (driver);
  report_negotiated (driver, NULL);
}

void
rtc_peer_offer_step_done (RtcPeerDriver *driver, const GstStructure *reply)
{
  if (driver->step == RTC_PEER_STEP_CREATE_OFFER)
    set_offer (driver, reply);
  else if (driver->step == RTC_PEER_STEP_SET_OFFER)
    rtc_peer_gather (driver, RTC_PEER_STEP_GATHER_OFFER);
  else
    answer_is_set (driver);
}

void
rtc_peer_offer_gathered (RtcPeerDriver *driver, gboolean is_complete)
{
  g_autofree gchar *local = rtc_peer_complete_local (driver, driver->offer);
  GString *text = g_string_new (local);
  /* RFC 8840 §4.1.1: there will be more. */
  if (!is_complete)
    g_string_replace (text, "a=end-of-candidates\r\n", "", 0);
  driver->step = RTC_PEER_STEP_HAVE_OFFER;
  driver->is_trickling = TRUE;
  rtc_loop_timer_set (driver->gather_timer, GST_CLOCK_TIME_NONE);
  g_free (driver->offer);
  driver->offer = g_string_free (text, FALSE);
  driver->funcs.offered (driver->offer, NULL, driver->user_data);
}

gboolean
rtc_peer_driver_can_restart (RtcPeerDriver *driver)
{
  return g_signal_lookup ("restart-ice", G_OBJECT_TYPE (driver->peer)) != 0;
}

void
rtc_peer_driver_offer (RtcPeerDriver *driver, gboolean is_restart)
{
  g_autoptr (GstStructure) options = NULL;

  rtc_peer_driver_cancel (driver);
  driver->number++;
  driver->has_remote = FALSE;
  driver->is_trickling = FALSE;
  driver->step = RTC_PEER_STEP_CREATE_OFFER;
  rtc_peer_forget_local (driver);
  if (g_signal_lookup ("create-offer", G_OBJECT_TYPE (driver->peer)) == 0) {
    rtc_peer_offer_fail (driver, RTC_ERROR_STATE, "the peer cannot offer");
    return;
  }
  if (is_restart) {
    rtc_trickle_queue_clear (driver->local_candidates);
    options = gst_structure_new ("options", "ice-restart", G_TYPE_BOOLEAN, TRUE, NULL);
  }
  g_signal_emit_by_name (driver->peer, "create-offer", options,
      rtc_peer_make_promise (driver, RTC_PEER_STEP_CREATE_OFFER));
}

gboolean
rtc_peer_driver_has_offer (const RtcPeerDriver *driver)
{
  return driver->step == RTC_PEER_STEP_HAVE_OFFER;
}

void
rtc_peer_driver_accept (RtcPeerDriver *driver, const gchar *answer)
{
  g_autoptr (GstWebRTCSessionDescription) description = NULL;
  GstSDPMessage *message = NULL;

  g_return_if_fail (driver->step == RTC_PEER_STEP_HAVE_OFFER);
  driver->number++;
  driver->step = RTC_PEER_STEP_SET_ANSWER;
  if (gst_sdp_message_new_from_text (answer, &message) != GST_SDP_OK) {
    rtc_peer_offer_fail (driver, RTC_ERROR_INVALID, "the answer's SDP cannot be read");
    return;
  }
  g_free (driver->answer);
  driver->answer = g_strdup (answer);
  description = gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_ANSWER, message);
  g_signal_emit_by_name (driver->peer, "set-remote-description", description,
      rtc_peer_make_promise (driver, RTC_PEER_STEP_SET_ANSWER));
}
