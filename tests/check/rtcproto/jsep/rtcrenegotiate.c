/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Later exchanges: sections come, go and are recycled, directions change, numbers stay. */
#include "pair.h"
#include "sdp/rtccodecs.h"

static void
pair_connect (Pair *pair, const gchar *alice, const gchar *bob)
{
  pair_init (pair);
  pair_add (pair, ALICE, alice);
  pair_add (pair, BOB, bob);
  pair_exchange (pair, ALICE);
}

static const RtcSection *
get_local (Pair *pair, Peer peer, guint mline)
{
  return rtc_description_get_section (rtc_session_get_current_local (pair->sessions[peer]), mline);
}

static void
test_tracks_are_associated (void)
{
  Pair pair;

  pair_connect (&pair, "av", "VaA");
  g_assert_cmpuint (rtc_session_get_transceivers (pair.sessions[BOB])->len, ==, 3);
  /* "a" is not like from addTrack. */
  g_assert_cmpstr (
      rtc_transceiver_get_mid (rtc_session_get_transceivers (pair.sessions[BOB])->pdata[0]), ==,
      "1");
  g_assert_null (
      rtc_transceiver_get_mid (rtc_session_get_transceivers (pair.sessions[BOB])->pdata[1]));
  g_assert_cmpstr (
      rtc_transceiver_get_mid (rtc_session_get_transceivers (pair.sessions[BOB])->pdata[2]), ==,
      "0");
  g_assert_cmpint (get_local (&pair, BOB, 0)->direction, ==, RTC_DIRECTION_SENDRECV);
  g_assert_true (rtc_transceiver_get_send (pair_get (&pair, BOB, 0))->is_active);
  g_assert_true (rtc_session_is_negotiation_needed (pair.sessions[BOB]));
  pair_exchange (&pair, BOB);
  g_assert_cmpuint (rtc_session_get_current_local (pair.sessions[ALICE])->sections->len, ==, 3);
  g_assert_false (rtc_session_is_negotiation_needed (pair.sessions[BOB]));
  pair_clear (&pair);
}

/* What Alice and Bob want of one section, and what comes of it. */
static void
test_directions (void)
{
  Pair pair;

  pair_connect (&pair, "V", "V");
  for (guint alice = 0; alice < 4; alice++) {
    for (guint bob = 0; bob < 4; bob++) {
      RtcDirection ours = 9;
      RtcDirection expected = alice & rtc_direction_reverse (bob);

      rtc_transceiver_set_direction (pair_get (&pair, ALICE, 0), alice);
      rtc_transceiver_set_direction (pair_get (&pair, BOB, 0), bob);
      pair_exchange (&pair, ALICE);
      g_assert_true (rtc_transceiver_get_current_direction (pair_get (&pair, ALICE, 0), &ours));
      g_assert_cmpint (ours, ==, expected);
      g_assert_true (rtc_transceiver_get_current_direction (pair_get (&pair, BOB, 0), &ours));
      g_assert_cmpint (ours, ==, rtc_direction_reverse (expected));
      g_assert_cmpint (rtc_transceiver_get_send (pair_get (&pair, ALICE, 0))->is_active, ==,
          (expected & RTC_DIRECTION_SENDONLY) != 0);
      g_assert_cmpint (rtc_transceiver_get_receive (pair_get (&pair, BOB, 0))->is_active, ==,
          (expected & RTC_DIRECTION_SENDONLY) != 0);
      g_assert_cmpint (get_local (&pair, BOB, 0)->msids->len, ==,
          (rtc_direction_reverse (expected) & RTC_DIRECTION_SENDONLY) != 0);
    }
  }
  pair_clear (&pair);
}

static void
test_tracks_come_and_go (void)
{
  Pair pair;

  pair_connect (&pair, "V", "");
  g_assert_cmpuint (pair_count_changes (&pair, ALICE, RTC_CHANGE_TRACK_ADDED), ==, 0);
  rtc_transceiver_set_direction (pair_get (&pair, ALICE, 0), RTC_DIRECTION_INACTIVE);
  pair_offer (&pair, ALICE);
  pair_expect_changes (&pair, BOB, "signaling-state track-removed");
  pair_answer (&pair, BOB);
  pair_expect_changes (&pair, BOB, "receive signaling-state");
  rtc_transceiver_set_direction (pair_get (&pair, ALICE, 0), RTC_DIRECTION_SENDRECV);
  rtc_transceiver_set_direction (pair_get (&pair, BOB, 0), RTC_DIRECTION_SENDONLY);
  pair_offer (&pair, ALICE);
  pair_expect_changes (&pair, BOB, "signaling-state track-added");
  pair_answer (&pair, BOB);
  /* Bob does not want to receive. */
  pair_expect_changes (&pair, BOB, "send signaling-state track-removed");
  pair_expect_changes (&pair, ALICE, "receive signaling-state track-added");
  g_assert_cmpuint (rtc_transceiver_get_remote_msids (pair_get (&pair, ALICE, 0))->len, ==, 1);
  pair_clear (&pair);
}

static void
test_nothing_changes (void)
{
  Pair pair;
  guint64 version;

  pair_connect (&pair, "AVd", "AV");
  /* The second offer has real ports where the first had bundle-only sections. */
  pair_exchange (&pair, ALICE);
  version = rtc_session_get_current_local (pair.sessions[ALICE])->session_version;
  pair_exchange (&pair, ALICE);
  pair_expect_changes (&pair, ALICE, "signaling-state");
  pair_expect_changes (&pair, BOB, "signaling-state");
  g_assert_cmpuint (
      rtc_session_get_current_local (pair.sessions[ALICE])->session_version, ==, version);
  pair_exchange (&pair, BOB);
  pair_expect_changes (&pair, ALICE, "signaling-state");
  pair_expect_changes (&pair, BOB, "signaling-state");
  rtc_transceiver_set_direction (pair_get (&pair, ALICE, 0), RTC_DIRECTION_RECVONLY);
  pair_exchange (&pair, ALICE);
  g_assert_cmpuint (
      rtc_session_get_current_local (pair.sessions[ALICE])->session_version, >, version);
  pair_clear (&pair);
}

static void
test_offers_are_actpass_and_roles_stay (void)
{
  Pair pair;

  pair_connect (&pair, "a", "");
  for (guint i = 0; i < 3; i++) {
    Peer offerer = i % 2 ? ALICE : BOB;

    pair_exchange (&pair, offerer);
    g_assert_cmpint (get_local (&pair, offerer, 0)->setup, ==, RTC_SETUP_ACTPASS);
    g_assert_cmpint (get_local (&pair, !offerer, 0)->setup, ==,
        offerer == BOB ? RTC_SETUP_PASSIVE : RTC_SETUP_ACTIVE);
    g_assert_true (rtc_session_is_dtls_client (pair.sessions[BOB], 0));
    g_assert_false (rtc_session_is_dtls_client (pair.sessions[ALICE], 0));
  }
  pair_clear (&pair);
}

static void
test_setup (void)
{
  static const struct {
    const gchar *offered;
    gboolean is_answer_active;
    RtcSetup expected;
  } rows[] = {
    { "a=setup:actpass", TRUE, RTC_SETUP_ACTIVE },
    { "a=setup:actpass", FALSE, RTC_SETUP_PASSIVE },
    { "a=setup:active", TRUE, RTC_SETUP_PASSIVE },
    { "a=setup:passive", FALSE, RTC_SETUP_ACTIVE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    Pair pair;
    g_autoptr (RtcDescription) offer = NULL;
    g_autoptr (RtcDescription) munged = NULL;

    pair_init (&pair);
    pair_add (&pair, ALICE, "av");
    rtc_session_set_answer_active (pair.sessions[BOB], rows[i].is_answer_active);
    offer = pair_make_offer (&pair, ALICE, FALSE);
    munged = pair_munge (offer, "a=setup:actpass", rows[i].offered);
    pair_set_remote (&pair, BOB, RTC_SDP_OFFER, munged);
    pair_answer (&pair, BOB);
    g_assert_cmpint (get_local (&pair, BOB, 0)->setup, ==, (gint) rows[i].expected);
    g_assert_cmpint (rtc_session_is_dtls_client (pair.sessions[ALICE], 0), ==,
        rows[i].expected == RTC_SETUP_PASSIVE);
    pair_clear (&pair);
  }
}

static void
test_stop_and_recycle (void)
{
  Pair pair;
  RtcTransceiver *stopped;
  RtcTransceiver *peer;

  pair_connect (&pair, "avd", "");
  stopped = pair_get (&pair, ALICE, 1);
  peer = pair_get (&pair, BOB, 1);
  rtc_transceiver_stop (stopped);
  g_assert_true (rtc_session_is_negotiation_needed (pair.sessions[ALICE]));
  pair_exchange (&pair, ALICE);
  pair_expect_changes (&pair, ALICE, "send receive transceiver-stopped signaling-state");
  pair_expect_changes (&pair, BOB, "send receive transceiver-stopped signaling-state");
  g_assert_true (rtc_transceiver_is_stopped (peer));
  g_assert_null (rtc_transceiver_get_mid (stopped));
  g_assert_null (pair_get (&pair, ALICE, 1));
  g_assert_cmpuint (rtc_session_get_transceivers (pair.sessions[BOB])->len, ==, 1);
  g_assert_false (rtc_session_is_negotiation_needed (pair.sessions[ALICE]));
  g_assert_false (rtc_session_is_negotiation_needed (pair.sessions[BOB]));
  /* Its place is taken by another kind, with a mid of its own, and a second one is appended. */
  pair_add (&pair, BOB, "aa");
  pair_exchange (&pair, BOB);
  g_assert_cmpstr (rtc_transceiver_get_mid (pair_get (&pair, ALICE, 1)), ==, "3");
  g_assert_cmpint (rtc_transceiver_get_kind (pair_get (&pair, ALICE, 1)), ==, RTC_KIND_AUDIO);
  g_assert_cmpint (rtc_transceiver_get_mline (pair_get (&pair, ALICE, 3)), ==, 3);
  g_assert_cmpint (rtc_transceiver_get_transport (pair_get (&pair, ALICE, 1)), ==, 0);
  pair_clear (&pair);
}

/* The tag of the group goes: the transport stays with those that shared it. */
static void
test_stop_the_tag (void)
{
  Pair pair;

  pair_connect (&pair, "avd", "");
  rtc_transceiver_stop (pair_get (&pair, ALICE, 0));
  pair_exchange (&pair, ALICE);
  g_assert_cmpuint (pair_count_changes (&pair, ALICE, RTC_CHANGE_TRANSPORT_REMOVED), ==, 0);
  g_assert_cmpuint (pair_count_changes (&pair, BOB, RTC_CHANGE_TRANSPORT_REMOVED), ==, 0);
  g_assert_cmpuint (pair_count_changes (&pair, BOB, RTC_CHANGE_LOCAL_ICE), ==, 0);
  g_assert_cmpint (rtc_transceiver_get_transport (pair_get (&pair, BOB, 1)), ==, 0);
  pair_restart (&pair, BOB);
  g_assert_cmpuint (pair_count_changes (&pair, ALICE, RTC_CHANGE_LOCAL_ICE), ==, 1);
  pair_clear (&pair);
}

static void
test_stop_all (void)
{
  Pair pair;

  pair_connect (&pair, "av", "");
  rtc_transceiver_stop (pair_get (&pair, BOB, 0));
  rtc_transceiver_stop (pair_get (&pair, BOB, 1));
  pair_exchange (&pair, BOB);
  g_assert_cmpuint (pair_count_changes (&pair, ALICE, RTC_CHANGE_TRANSPORT_REMOVED), ==, 1);
  g_assert_cmpuint (pair_count_changes (&pair, ALICE, RTC_CHANGE_TRANSCEIVER_STOPPED), ==, 2);
  pair_add (&pair, ALICE, "d");
  pair_exchange (&pair, ALICE);
  g_assert_cmpuint (rtc_session_get_current_local (pair.sessions[ALICE])->sections->len, ==, 2);
  g_assert_cmpuint (pair_find_change (&pair, BOB, RTC_CHANGE_TRANSPORT_ADDED)->transport, ==, 1);
  g_assert_cmpuint (pair_find_change (&pair, BOB, RTC_CHANGE_DATA)->transport, ==, 1);
  pair_clear (&pair);
}

static void
test_answerer_stops (void)
{
  Pair pair;

  pair_connect (&pair, "av", "");
  pair_offer (&pair, ALICE);
  rtc_transceiver_stop (pair_get (&pair, BOB, 1));
  pair_answer (&pair, BOB);
  g_assert_cmpuint (pair_count_changes (&pair, ALICE, RTC_CHANGE_TRANSCEIVER_STOPPED), ==, 1);
  g_assert_null (pair_get (&pair, ALICE, 1));
  pair_clear (&pair);
}

static void
test_data_later (void)
{
  Pair pair;
  const RtcChange *data;

  pair_connect (&pair, "a", "");
  pair_add (&pair, BOB, "d");
  g_assert_true (rtc_session_is_negotiation_needed (pair.sessions[BOB]));
  pair_exchange (&pair, BOB);
  g_assert_false (rtc_session_is_negotiation_needed (pair.sessions[BOB]));
  pair_expect_changes (&pair, ALICE, "data signaling-state");
  data = pair_find_change (&pair, ALICE, RTC_CHANGE_DATA);
  g_assert_cmpuint (data->transport, ==, 0);
  g_assert_cmpuint (data->local_port, ==, 5000);
  g_assert_cmpuint (data->remote_port, ==, 5000);
  g_assert_cmpuint (data->max_message_size, ==, 262144);
  pair_clear (&pair);
}

/* Bob's answer loses its data section on the way. */
static void
refuse_data (Pair *pair)
{
  g_autoptr (RtcDescription) offer = pair_make_offer (pair, ALICE, FALSE);
  g_autoptr (RtcDescription) answer = NULL;
  g_autoptr (RtcDescription) refusal = NULL;

  pair_set_remote (pair, BOB, RTC_SDP_OFFER, offer);
  answer = pair_make_answer (pair, BOB);
  refusal = pair_munge (answer, "m=application 9", "m=application 0");
  pair_set_remote (pair, ALICE, RTC_SDP_ANSWER, refusal);
}

static void
test_data_rejected (void)
{
  Pair pair;

  pair_init (&pair);
  pair_add (&pair, ALICE, "ad");
  refuse_data (&pair);
  g_assert_cmpuint (pair_count_changes (&pair, ALICE, RTC_CHANGE_DATA_CLOSED), ==, 1);
  g_assert_cmpuint (pair_count_changes (&pair, ALICE, RTC_CHANGE_DATA), ==, 0);
  g_assert_false (rtc_session_is_negotiation_needed (pair.sessions[ALICE]));
  /* A new wish is offered in the place of the refused section, and may be refused again. */
  rtc_session_add_data (pair.sessions[ALICE]);
  g_assert_true (rtc_session_is_negotiation_needed (pair.sessions[ALICE]));
  {
    g_autoptr (RtcDescription) offer = rtc_session_create_offer (pair.sessions[ALICE], FALSE, NULL);
    g_assert_cmpuint (offer->sections->len, ==, 2);
    g_assert_cmpstr (rtc_description_get_section (offer, 1)->mid, ==, "2");
  }
  pair_clear (&pair);
}

/* A wish for data outlives the peer's exchange about something else; a rejected section without a
 * mid keeps the one that it was given. */
static void
test_rejected_for_ever (void)
{
  Pair pair;
  g_autoptr (RtcDescription) offer = NULL;

  pair_connect (&pair, "ad", "");
  offer = pair_make_offer (&pair, ALICE, FALSE);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (RtcDescription) munged =
        pair_munge (offer, "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n",
            "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\na=inactive\r\n");

    g_ptr_array_set_size (munged->bundle_groups, 0);
    pair_set_remote (&pair, BOB, RTC_SDP_OFFER, munged);
    g_clear_pointer (&munged, rtc_description_free);
    munged = pair_make_answer (&pair, BOB);
    g_assert_cmpuint (pair_count_changes (&pair, BOB, RTC_CHANGE_DATA_CLOSED), ==, i == 0);
    g_assert_cmpint (rtc_session_is_negotiation_needed (pair.sessions[BOB]), ==, i > 0);
    rtc_session_add_data (pair.sessions[BOB]);
  }
  pair_clear (&pair);
}

/* RFC 9143: what a number means stays, and is the same in the whole group. */
static void
test_numbers_stay (void)
{
  Pair pair;
  g_autofree gchar *before = NULL;
  g_autoptr (GPtrArray) vp9 = rtc_codecs_default (RTC_KIND_VIDEO, "VP9,AV1", NULL);
  const RtcSection *section;
  const RtcCodec *codec;

  pair_connect (&pair, "av", "AV");
  before = rtc_media_parameters_to_string (rtc_transceiver_get_send (pair_get (&pair, ALICE, 1)));
  pair_add (&pair, BOB, "va");
  pair_exchange (&pair, BOB);
  /* Of the two new ones only. */
  g_assert_cmpuint (pair_count_changes (&pair, ALICE, RTC_CHANGE_SEND), ==, 2);
  section = get_local (&pair, BOB, 2);
  for (guint i = 0; i < section->codecs->len; i++) {
    const RtcCodec *other = section->codecs->pdata[i];
    const RtcCodec *same = rtc_section_find_codec (get_local (&pair, BOB, 1), other->pt);
    g_assert_nonnull (same);
    g_assert_cmpstr (same->name, ==, other->name);
  }
  /* Preferences leave out and reorder, but renumber nothing. */
  rtc_transceiver_set_codec_preferences (pair_get (&pair, ALICE, 1), vp9);
  pair_exchange (&pair, ALICE);
  codec = rtc_transceiver_get_send (pair_get (&pair, ALICE, 1))->codecs->pdata[0];
  g_assert_cmpstr (codec->name, ==, "VP9");
  g_assert_cmpuint (codec->pt, ==, 98);
  g_assert_cmpuint (rtc_transceiver_get_send (pair_get (&pair, ALICE, 1))->codecs->len, ==, 4);
  rtc_transceiver_set_codec_preferences (pair_get (&pair, ALICE, 1), NULL);
  pair_exchange (&pair, ALICE);
  {
    g_autofree gchar *after =
        rtc_media_parameters_to_string (rtc_transceiver_get_send (pair_get (&pair, ALICE, 1)));
    g_assert_cmpstr (before, ==, after);
  }
  pair_clear (&pair);
}

static RtcCodec *
make_codec (guint pt, const gchar *name, guint clock_rate, const gchar *fmtp)
{
  RtcCodec *codec = rtc_codec_new (pt, name, clock_rate, 0);

  rtc_codec_set_fmtp (codec, fmtp);
  return codec;
}

/* Two transceivers with preferences that suggest the same numbers for different codecs, or none. */
static void
test_numbers_are_unique (void)
{
  Pair pair;
  g_autoptr (GPtrArray) vp8 = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_codec_free);
  g_autoptr (GPtrArray) h264 = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_codec_free);
  gboolean is_used[128] = { FALSE };

  g_ptr_array_add (vp8, make_codec (96, "VP8", 90000, NULL));
  g_ptr_array_add (vp8, make_codec (97, "rtx", 90000, "apt=96"));
  g_ptr_array_add (
      h264, make_codec (0, "H264", 90000, "packetization-mode=1;profile-level-id=42e01f"));
  g_ptr_array_add (h264, make_codec (0, "rtx", 90000, NULL));
  g_ptr_array_add (h264, make_codec (96, "VP9", 90000, "profile-id=0"));
  pair_init (&pair);
  rtc_session_add_transceiver (pair.sessions[ALICE], RTC_KIND_VIDEO, RTC_DIRECTION_SENDONLY, vp8);
  rtc_session_add_transceiver (pair.sessions[ALICE], RTC_KIND_VIDEO, RTC_DIRECTION_SENDONLY, h264);
  pair_exchange (&pair, ALICE);
  for (guint i = 0; i < 2; i++) {
    const GPtrArray *codecs = rtc_transceiver_get_send (pair_get (&pair, ALICE, i))->codecs;
    const RtcCodec *first = codecs->pdata[0];
    const RtcCodec *second = codecs->pdata[1];

    g_assert_cmpuint (codecs->len, ==, 2 + i);
    g_assert_cmpstr (second->name, ==, "rtx");
    g_assert_cmpint (second->apt, ==, (gint) first->pt);
    for (guint k = 0; k < codecs->len; k++) {
      const RtcCodec *codec = codecs->pdata[k];
      g_assert_false (is_used[codec->pt]);
      g_assert_true (codec->pt >= 96);
      is_used[codec->pt] = TRUE;
    }
  }
  pair_clear (&pair);
}

/* RFC 3264 §5.1: the sender uses the receiver's numbers. */
static void
test_each_side_uses_the_others_numbers (void)
{
  Pair pair;
  g_autoptr (RtcDescription) offer = NULL;
  g_autoptr (RtcDescription) answer = NULL;
  g_autoptr (RtcDescription) renumbered = NULL;
  g_autoptr (RtcDescription) munged = NULL;
  const RtcCodec *codec;

  pair_init (&pair);
  pair_add (&pair, ALICE, "a");
  pair_add (&pair, BOB, "A");
  offer = pair_make_offer (&pair, ALICE, FALSE);
  pair_set_remote (&pair, BOB, RTC_SDP_OFFER, offer);
  answer = pair_make_answer (&pair, BOB);
  renumbered = pair_munge (answer, "SAVPF 111", "SAVPF 120");
  g_assert_nonnull (renumbered);
  munged = pair_munge (answer, "111", "120");
  pair_set_remote (&pair, ALICE, RTC_SDP_ANSWER, munged);
  codec = rtc_transceiver_get_send (pair_get (&pair, ALICE, 0))->codecs->pdata[0];
  g_assert_cmpuint (codec->pt, ==, 120);
  codec = rtc_transceiver_get_receive (pair_get (&pair, ALICE, 0))->codecs->pdata[0];
  g_assert_cmpuint (codec->pt, ==, 111);
  pair_clear (&pair);
}

static void
test_sources (void)
{
  Pair pair;
  const RtcSource *source;
  const RtcMsid *msid;

  pair_init (&pair);
  pair_add (&pair, ALICE, "v");
  rtc_transceiver_set_source (
      rtc_session_get_transceivers (pair.sessions[ALICE])->pdata[0], 1111, 2222);
  rtc_transceiver_set_msid (
      rtc_session_get_transceivers (pair.sessions[ALICE])->pdata[0], "stream", "track");
  pair_exchange (&pair, ALICE);
  source = rtc_transceiver_get_receive (pair_get (&pair, BOB, 0))->sources->pdata[0];
  g_assert_cmpuint (source->ssrc, ==, 1111);
  g_assert_cmpuint (source->rtx, ==, 2222);
  g_assert_cmpstr (source->cname, ==, rtc_session_get_cname (pair.sessions[ALICE]));
  source = rtc_transceiver_get_send (pair_get (&pair, ALICE, 0))->sources->pdata[0];
  g_assert_cmpuint (source->ssrc, ==, 1111);
  msid = rtc_transceiver_get_remote_msids (pair_get (&pair, BOB, 0))->pdata[0];
  g_assert_cmpstr (msid->stream, ==, "stream");
  g_assert_cmpstr (msid->track, ==, "track");
  rtc_transceiver_set_msid (pair_get (&pair, ALICE, 0), "other", NULL);
  g_assert_true (rtc_session_is_negotiation_needed (pair.sessions[ALICE]));
  pair_clear (&pair);
}

static void
test_extensions (void)
{
  Pair pair;
  const RtcMediaParameters *send;
  const RtcMediaParameters *receive;

  pair_connect (&pair, "AV", "AV");
  send = rtc_transceiver_get_send (pair_get (&pair, BOB, 1));
  receive = rtc_transceiver_get_receive (pair_get (&pair, ALICE, 1));
  g_assert_cmpuint (send->extmaps->len, ==, 4);
  g_assert_cmpuint (receive->extmaps->len, ==, 4);
  for (guint i = 0; i < send->extmaps->len; i++) {
    const RtcExtmap *sent = send->extmaps->pdata[i];
    const RtcExtmap *received = receive->extmaps->pdata[i];
    g_assert_cmpuint (sent->id, ==, received->id);
    g_assert_cmpstr (sent->uri, ==, received->uri);
  }
  /* Audio levels: both only want to receive them. */
  send = rtc_transceiver_get_send (pair_get (&pair, ALICE, 0));
  g_assert_cmpuint (send->extmaps->len, ==, 2);
  pair_clear (&pair);
}

static void
test_simulcast (void)
{
  Pair pair;
  g_autoptr (RtcDescription) offer = NULL;
  g_autoptr (RtcDescription) munged = NULL;
  const RtcMediaParameters *receive;
  const RtcSection *answered;

  pair_init (&pair);
  pair_add (&pair, ALICE, "v");
  offer = pair_make_offer (&pair, ALICE, FALSE);
  munged = pair_munge (offer, "a=rtcp-rsize\r\n",
      "a=rtcp-rsize\r\na=rid:hi send\r\na=rid:lo send\r\na=simulcast:send hi;lo\r\n");
  pair_set_remote (&pair, BOB, RTC_SDP_OFFER, munged);
  pair_answer (&pair, BOB);
  answered = get_local (&pair, BOB, 0);
  g_assert_true (answered->has_simulcast);
  g_assert_cmpuint (answered->rids->len, ==, 2);
  receive = rtc_transceiver_get_receive (pair_get (&pair, BOB, 0));
  g_assert_cmpuint (receive->rids->len, ==, 2);
  g_assert_cmpstr (((RtcRid *) receive->rids->pdata[0])->id, ==, "hi");
  g_assert_false (((RtcRid *) receive->rids->pdata[0])->is_send);
  pair_clear (&pair);
}

/* Sections that this peer cannot take, in the peer's offer. */
static void
test_rejections (void)
{
  static const struct {
    const gchar *name;
    const gchar *search;
    const gchar *replace;
    const gchar *accepted;
  } rows[] = {
    { "no rtcp-mux", "a=rtcp-mux\r\n", "", "--+" },
    { "unknown kind", "m=video 9 ", "m=text 9 ", "+-+" },
    { "unknown protocol", "m=video 9 UDP/TLS/RTP/SAVPF", "m=video 9 RTP/NEW", "+-+" },
    { "old protocol", "UDP/TLS/RTP/SAVPF", "RTP/SAVPF", "+++" },
    { "no common codec", "opus/48000/2", "SILK/16000", "+++" },
    { "rejected by the offerer", "m=audio 9", "m=audio 0", "-++" },
    { "data over TCP", "UDP/DTLS/SCTP", "TCP/DTLS/SCTP", "+++" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    Pair pair;
    g_autoptr (RtcDescription) offer = NULL;
    g_autoptr (RtcDescription) munged = NULL;

    g_test_message ("%s", rows[i].name);
    pair_init (&pair);
    pair_set_policies (&pair, RTC_BUNDLE_NONE, RTC_BUNDLE_NONE);
    pair_add (&pair, ALICE, "avd");
    offer = pair_make_offer (&pair, ALICE, FALSE);
    munged = pair_munge (offer, rows[i].search, rows[i].replace);
    pair_set_remote (&pair, BOB, RTC_SDP_OFFER, munged);
    {
      g_autoptr (RtcDescription) answer = pair_make_answer (&pair, BOB);
      for (guint k = 0; k < 3; k++)
        g_assert_cmpint (rtc_section_is_rejected (rtc_description_get_section (answer, k)), ==,
            rows[i].accepted[k] == '-');
    }
    pair_clear (&pair);
  }
}

/* RFC 9429 §5.3.1: a peer that groups in several ways. */
static void
test_groups (void)
{
  static const struct {
    const gchar *name;
    RtcBundlePolicy policy;
    const gchar *groups;
    const gchar *accepted;
    guint transports;
  } rows[] = {
    { "two groups, bundle", RTC_BUNDLE_MAX_BUNDLE, "a=group:BUNDLE 0 1\r\na=group:BUNDLE 2 3\r\n",
        "++--", 1 },
    { "two groups, compat", RTC_BUNDLE_MAX_COMPAT, "a=group:BUNDLE 0 1\r\na=group:BUNDLE 2 3\r\n",
        "++++", 2 },
    { "two groups, balanced", RTC_BUNDLE_BALANCED, "a=group:BUNDLE 0 2\r\na=group:BUNDLE 1 3\r\n",
        "++++", 2 },
    { "part of it, compat", RTC_BUNDLE_MAX_COMPAT, "a=group:BUNDLE 1 3\r\n", "++++", 3 },
    { "another tag", RTC_BUNDLE_MAX_BUNDLE, "a=group:BUNDLE 3 2 1 0\r\n", "++++", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    Pair pair;
    g_autoptr (RtcDescription) offer = NULL;
    g_autoptr (RtcDescription) munged = NULL;
    g_autoptr (RtcDescription) answer = NULL;

    g_test_message ("%s", rows[i].name);
    pair_init (&pair);
    pair_set_policies (&pair, RTC_BUNDLE_MAX_COMPAT, rows[i].policy);
    pair_add (&pair, ALICE, "avav");
    offer = pair_make_offer (&pair, ALICE, FALSE);
    munged = pair_munge (offer, "a=group:BUNDLE 0 1 2 3\r\n", rows[i].groups);
    pair_set_remote (&pair, BOB, RTC_SDP_OFFER, munged);
    answer = pair_make_answer (&pair, BOB);
    for (guint k = 0; k < 4; k++)
      g_assert_cmpint (rtc_section_is_rejected (rtc_description_get_section (answer, k)), ==,
          rows[i].accepted[k] == '-');
    g_assert_cmpuint (
        pair_count_changes (&pair, BOB, RTC_CHANGE_TRANSPORT_ADDED), ==, rows[i].transports);
    /* The groups stay in the next offer, from either side. */
    {
      g_autoptr (RtcDescription) next = rtc_session_create_offer (pair.sessions[BOB], FALSE, NULL);
      g_assert_cmpuint (next->bundle_groups->len, ==, answer->bundle_groups->len);
      pair_set_local (&pair, BOB, RTC_SDP_OFFER, next);
      g_assert_cmpuint (pair_count_changes (&pair, BOB, RTC_CHANGE_TRANSPORT_ADDED), ==, 0);
    }
    pair_clear (&pair);
  }
}

int
main (int argc, char **argv)
{
  static const struct {
    const gchar *path;
    void (*test) (void);
  } tests[] = {
    { "/jsep/renegotiate/tracks-are-associated", test_tracks_are_associated },
    { "/jsep/renegotiate/directions", test_directions },
    { "/jsep/renegotiate/tracks-come-and-go", test_tracks_come_and_go },
    { "/jsep/renegotiate/nothing-changes", test_nothing_changes },
    { "/jsep/renegotiate/roles-stay", test_offers_are_actpass_and_roles_stay },
    { "/jsep/renegotiate/setup", test_setup },
    { "/jsep/renegotiate/stop-and-recycle", test_stop_and_recycle },
    { "/jsep/renegotiate/stop-the-tag", test_stop_the_tag },
    { "/jsep/renegotiate/stop-all", test_stop_all },
    { "/jsep/renegotiate/answerer-stops", test_answerer_stops },
    { "/jsep/renegotiate/data-later", test_data_later },
    { "/jsep/renegotiate/data-rejected", test_data_rejected },
    { "/jsep/renegotiate/rejected-for-ever", test_rejected_for_ever },
    { "/jsep/renegotiate/numbers-stay", test_numbers_stay },
    { "/jsep/renegotiate/numbers-are-unique", test_numbers_are_unique },
    { "/jsep/renegotiate/each-others-numbers", test_each_side_uses_the_others_numbers },
    { "/jsep/renegotiate/sources", test_sources },
    { "/jsep/renegotiate/extensions", test_extensions },
    { "/jsep/renegotiate/simulcast", test_simulcast },
    { "/jsep/renegotiate/rejections", test_rejections },
    { "/jsep/renegotiate/groups", test_groups },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_func (tests[i].path, tests[i].test);
  return g_test_run ();
}
