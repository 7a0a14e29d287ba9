/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtcsrtp: two of them with each other's keys; published vectors; replay, reorder, floods, lengths.
 */
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/rtc/gstrtcsrtpkeys.h>
#include <gst/rtc/rtcpacketlist.h>

#define MAX_KEY 46
#define RTP_SIZE 200

/* One rtcsrtp and a harness on each pair of pads that belong together. */
typedef struct {
  GstElement *element;
  /* wire: sink/src, rtp: rtp_sink/rtp_src, rtcp: rtcp_sink/rtcp_src. A harness pushes into the
   * first and pulls from the second. */
  GstHarness *protect, *unprotect, *rtcp;
} Peer;

static GstRtcSrtpKeys *
make_keys (GstRtcSrtpProfile profile, guint8 send_seed, guint8 receive_seed)
{
  guint8 send[MAX_KEY], receive[MAX_KEY];

  for (guint i = 0; i < MAX_KEY; i++) {
    send[i] = send_seed + 7 * i;
    receive[i] = receive_seed + 7 * i;
  }
  return gst_rtc_srtp_keys_new (profile, send, receive);
}

static void
peer_init (Peer *peer)
{
  peer->element = gst_element_factory_make ("rtcsrtp", NULL);
  g_assert_nonnull (peer->element);
  peer->protect = gst_harness_new_with_element (peer->element, "rtp_sink", "src");
  peer->unprotect = gst_harness_new_with_element (peer->element, "sink", "rtp_src");
  peer->rtcp = gst_harness_new_with_element (peer->element, "rtcp_sink", "rtcp_src");
  gst_harness_set_src_caps_str (peer->protect, "application/x-rtp");
  gst_harness_set_src_caps_str (peer->unprotect, "application/x-srtp-packets");
  gst_harness_set_src_caps_str (peer->rtcp, "application/x-rtcp");
}

static void
peer_clear (Peer *peer)
{
  gst_harness_teardown (peer->rtcp);
  gst_harness_teardown (peer->unprotect);
  gst_harness_teardown (peer->protect);
  gst_object_unref (peer->element);
}

static void
give_keys (Peer *peer, GstRtcSrtpProfile profile, guint8 send_seed, guint8 receive_seed)
{
  g_autoptr (GstRtcSrtpKeys) keys = make_keys (profile, send_seed, receive_seed);

  g_assert_true (gst_harness_push_event (peer->unprotect, gst_rtc_srtp_keys_to_event (keys)));
}

typedef struct {
  Peer a, b;
} Pair;

static void
pair_init (Pair *pair, GstRtcSrtpProfile profile)
{
  peer_init (&pair->a);
  peer_init (&pair->b);
  if (profile == GST_RTC_SRTP_PROFILE_NONE)
    return;
  give_keys (&pair->a, profile, 1, 2);
  give_keys (&pair->b, profile, 2, 1);
}

static void
pair_clear (Pair *pair)
{
  peer_clear (&pair->a);
  peer_clear (&pair->b);
}

static GstBuffer *
new_rtp (guint32 ssrc, guint16 sequence, gsize size)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  for (gsize i = 0; i < size; i++)
    map.data[i] = i;
  map.data[0] = 0x80;
  map.data[1] = 96;
  GST_WRITE_UINT16_BE (map.data + 2, sequence);
  GST_WRITE_UINT32_BE (map.data + 4, 1234);
  GST_WRITE_UINT32_BE (map.data + 8, ssrc);
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

/* A receiver report without blocks, then an application packet as filler. */
static GstBuffer *
new_rtcp (guint32 ssrc)
{
  static const guint8 report[] = { 0x80, 201, 0, 1, 0, 0, 0, 0, 0x80, 204, 0, 2, 0, 0, 0, 0, 't',
    'e', 's', 't' };
  GstBuffer *buffer = gst_buffer_new_memdup (report, sizeof report);
  guint8 bytes[4];

  GST_WRITE_UINT32_BE (bytes, ssrc);
  gst_buffer_fill (buffer, 4, bytes, 4);
  return buffer;
}

static guint64
get_stat (Peer *peer, const gchar *name)
{
  GstStructure *stats;
  guint64 value;

  g_object_get (peer->element, "stats", &stats, NULL);
  g_assert_true (gst_structure_get_uint64 (stats, name, &value));
  gst_structure_free (stats);
  return value;
}

static GstBuffer *
protect (Pair *pair, GstBuffer *rtp)
{
  g_assert_cmpint (gst_harness_push (pair->a.protect, rtp), ==, GST_FLOW_OK);
  return gst_harness_try_pull (pair->a.protect);
}

static GstBuffer *
unprotect (Pair *pair, GstBuffer *srtp)
{
  g_assert_cmpint (gst_harness_push (pair->b.unprotect, srtp), ==, GST_FLOW_OK);
  return gst_harness_try_pull (pair->b.unprotect);
}

static void
assert_equal (GstBuffer *a, GstBuffer *b)
{
  GstMapInfo map;

  g_assert_nonnull (a);
  g_assert_nonnull (b);
  gst_buffer_map (b, &map, GST_MAP_READ);
  g_assert_cmpuint (gst_buffer_get_size (a), ==, map.size);
  g_assert_cmpint (gst_buffer_memcmp (a, 0, map.data, map.size), ==, 0);
  gst_buffer_unmap (b, &map);
}

static const struct {
  GstRtcSrtpProfile profile;
  gsize rtp_overhead, rtcp_overhead;
} profile_rows[] = {
  { GST_RTC_SRTP_PROFILE_AES128_CM_HMAC_SHA1_80, 10, 14 },
  { GST_RTC_SRTP_PROFILE_AEAD_AES_128_GCM, 16, 20 },
  { GST_RTC_SRTP_PROFILE_AEAD_AES_256_GCM, 16, 20 },
};

GST_START_TEST (test_round_trip)
{
  Pair pair;

  pair_init (&pair, profile_rows[__i__].profile);
  for (guint i = 0; i < 10; i++) {
    g_autoptr (GstBuffer) rtp = new_rtp (7, 65530 + i, RTP_SIZE);
    g_autoptr (GstBuffer) received = NULL;
    GstBuffer *srtp = protect (&pair, gst_buffer_ref (rtp));

    g_assert_cmpuint (gst_buffer_get_size (srtp), ==, RTP_SIZE + profile_rows[__i__].rtp_overhead);
    received = unprotect (&pair, srtp);
    assert_equal (received, rtp);
  }
  g_assert_cmpuint (get_stat (&pair.a, "packets-protected"), ==, 10);
  g_assert_cmpuint (get_stat (&pair.b, "packets-unprotected"), ==, 10);
  g_assert_cmpuint (get_stat (&pair.b, "bytes-unprotected"), ==, 10 * RTP_SIZE);
  pair_clear (&pair);
}
GST_END_TEST;

GST_START_TEST (test_rtcp)
{
  Pair pair;
  g_autoptr (GstBuffer) rtcp = new_rtcp (7);
  g_autoptr (GstBuffer) received = NULL;
  GstBuffer *srtcp;

  pair_init (&pair, profile_rows[__i__].profile);
  gst_harness_push (pair.a.rtcp, gst_buffer_ref (rtcp));
  srtcp = gst_harness_pull (pair.a.protect);
  g_assert_cmpuint (gst_buffer_get_size (srtcp), ==,
      gst_buffer_get_size (rtcp) + profile_rows[__i__].rtcp_overhead);
  gst_harness_push (pair.b.unprotect, gst_buffer_copy_deep (srtcp));
  received = gst_harness_try_pull (pair.b.rtcp);
  assert_equal (received, rtcp);
  gst_harness_push (pair.b.unprotect, srtcp);
  g_assert_null (gst_harness_try_pull (pair.b.rtcp));
  g_assert_cmpuint (get_stat (&pair.b, "receive-replays"), ==, 1);
  pair_clear (&pair);
}
GST_END_TEST;

/* RTP, RTCP and rubbish in one list; order is kept within a kind. */
GST_START_TEST (test_mixed_list)
{
  Pair pair;
  GstBufferList *list = gst_buffer_list_new ();

  pair_init (&pair, GST_RTC_SRTP_PROFILE_AEAD_AES_128_GCM);
  for (guint i = 0; i < 8; i++) {
    gst_buffer_list_add (list, protect (&pair, new_rtp (7, i, RTP_SIZE)));
    gst_harness_push (pair.a.rtcp, new_rtcp (7));
    gst_buffer_list_add (list, gst_harness_pull (pair.a.protect));
    gst_buffer_list_add (list, new_rtp (8, i, RTP_SIZE));
  }
  gst_pad_push_list (pair.b.unprotect->srcpad, list);
  g_assert_cmpuint (gst_harness_buffers_in_queue (pair.b.unprotect), ==, 8);
  g_assert_cmpuint (gst_harness_buffers_in_queue (pair.b.rtcp), ==, 8);
  for (guint i = 0; i < 8; i++) {
    g_autoptr (GstBuffer) received = gst_harness_pull (pair.b.unprotect);
    g_autoptr (GstBuffer) expected = new_rtp (7, i, RTP_SIZE);

    assert_equal (received, expected);
  }
  g_assert_cmpuint (get_stat (&pair.b, "receive-auth-failures"), ==, 8);
  pair_clear (&pair);
}
GST_END_TEST;

/* What an application pushes may be shared and made of several memories; it is not changed. */
GST_START_TEST (test_shared_input)
{
  Pair pair;
  g_autoptr (GstBuffer) rtp = new_rtp (7, 1, RTP_SIZE);
  g_autoptr (GstBuffer) copy = gst_buffer_copy_deep (rtp);
  GstBuffer *split = gst_buffer_copy_region (rtp, GST_BUFFER_COPY_ALL, 0, 12);
  GstBuffer *srtp, *kept;

  pair_init (&pair, GST_RTC_SRTP_PROFILE_AES128_CM_HMAC_SHA1_80);
  split = gst_buffer_append (
      split, gst_buffer_copy_region (rtp, GST_BUFFER_COPY_ALL, 12, RTP_SIZE - 12));
  g_assert_cmpuint (gst_buffer_n_memory (split), ==, 2);
  srtp = protect (&pair, split);
  assert_equal (rtp, copy);

  kept = gst_buffer_ref (srtp);
  {
    g_autoptr (GstBuffer) before = gst_buffer_copy_deep (kept);
    g_autoptr (GstBuffer) received = unprotect (&pair, srtp);

    assert_equal (received, rtp);
    assert_equal (kept, before);
  }
  gst_buffer_unref (kept);
  pair_clear (&pair);
}
GST_END_TEST;

/* A packet with room behind it is protected where it is, unless somebody else has it, too. */
GST_START_TEST (test_in_place)
{
  g_autoptr (RtcSlab) slab = rtc_slab_new (300);
  Pair pair;

  pair_init (&pair, GST_RTC_SRTP_PROFILE_AEAD_AES_128_GCM);
  for (guint16 i = 0; i < 2; i++) {
    gboolean is_shared = i == 1;
    g_autoptr (GstBuffer) original = new_rtp (7, i, 100);
    GstBuffer *packet = rtc_slab_slice_with_room (slab, i * 150, 100, 0, RTC_PACKET_ROOM_AFTER);
    g_autoptr (GstBuffer) sent = NULL;
    g_autoptr (GstBuffer) received = NULL;
    guint8 *place = rtc_slab_get_data (slab) + i * 150;
    GstMapInfo map;

    gst_buffer_extract (original, 0, place, 100);
    if (is_shared)
      gst_buffer_ref (packet);
    sent = protect (&pair, packet);
    g_assert_nonnull (sent);
    gst_buffer_map (sent, &map, GST_MAP_READ);
    g_assert_cmpuint (map.size, ==, 116);
    g_assert_true ((map.data == place) == !is_shared);
    gst_buffer_unmap (sent, &map);
    if (is_shared) {
      g_assert_cmpint (gst_buffer_memcmp (original, 0, place, 100), ==, 0);
      gst_buffer_unref (packet);
    }
    received = unprotect (&pair, g_steal_pointer (&sent));
    g_assert_cmpuint (gst_buffer_get_size (received), ==, 100);
    gst_buffer_map (received, &map, GST_MAP_READ);
    g_assert_cmpint (gst_buffer_memcmp (original, 0, map.data, 100), ==, 0);
    gst_buffer_unmap (received, &map);
  }
  g_assert_cmpuint (get_stat (&pair.a, "packets-protected"), ==, 2);
  pair_clear (&pair);
}
GST_END_TEST

/* One packet of a list that cannot be protected is left out, the others go. */
GST_START_TEST (test_in_place_list)
{
  g_autoptr (RtcSlab) slab = rtc_slab_new (600);
  GstBufferList *list = gst_buffer_list_new ();
  Pair pair;

  pair_init (&pair, GST_RTC_SRTP_PROFILE_AEAD_AES_128_GCM);
  for (guint16 i = 0; i < 3; i++) {
    g_autoptr (GstBuffer) packet = new_rtp (7, i, 100);

    gst_buffer_extract (packet, 0, rtc_slab_get_data (slab) + i * 150, 100);
    gst_buffer_list_add (
        list, rtc_slab_slice_with_room (slab, i * 150, 100, 0, RTC_PACKET_ROOM_AFTER));
  }
  rtc_slab_get_data (slab)[150] = 0;
  g_assert_cmpint (gst_pad_push_list (pair.a.protect->srcpad, list), ==, GST_FLOW_OK);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstBuffer) received = unprotect (&pair, gst_harness_try_pull (pair.a.protect));

    g_assert_nonnull (received);
  }
  g_assert_cmpuint (get_stat (&pair.a, "packets-protected"), ==, 2);
  g_assert_cmpuint (get_stat (&pair.a, "send-invalid"), ==, 1);
  pair_clear (&pair);
}
GST_END_TEST

GST_START_TEST (test_no_keys)
{
  Pair pair;

  pair_init (&pair, GST_RTC_SRTP_PROFILE_NONE);
  g_assert_null (protect (&pair, new_rtp (7, 1, RTP_SIZE)));
  g_assert_null (unprotect (&pair, new_rtp (7, 1, RTP_SIZE)));
  gst_harness_push (pair.a.rtcp, new_rtcp (7));
  g_assert_cmpuint (gst_harness_buffers_in_queue (pair.a.protect), ==, 0);
  g_assert_cmpuint (get_stat (&pair.a, "send-no-keys"), ==, 2);
  g_assert_cmpuint (get_stat (&pair.b, "receive-no-keys"), ==, 1);
  pair_clear (&pair);
}
GST_END_TEST;

/* The last 1024 packets may come in any order, once each. */
GST_START_TEST (test_replay_and_reorder)
{
  Pair pair;
  GstBuffer *packets[1500];
  guint n_accepted = 0;

  pair_init (&pair, profile_rows[__i__].profile);
  for (guint i = 0; i < G_N_ELEMENTS (packets); i++)
    packets[i] = protect (&pair, new_rtp (7, 1 + i, 40));
  for (gint i = G_N_ELEMENTS (packets) - 1; i >= 0; i--) {
    GstBuffer *received = unprotect (&pair, gst_buffer_copy_deep (packets[i]));

    n_accepted += received != NULL;
    gst_clear_buffer (&received);
  }
  g_assert_cmpuint (n_accepted, ==, 1024);
  for (guint i = 0; i < G_N_ELEMENTS (packets); i++)
    g_assert_null (unprotect (&pair, packets[i]));
  g_assert_cmpuint (get_stat (&pair.b, "receive-replays"), ==, 2 * 1500 - 1024);
  pair_clear (&pair);
}
GST_END_TEST;

/* Equal keys again, as after a relink, do not open the window for a replay; other keys do end the
 * old ones. */
GST_START_TEST (test_keys_again)
{
  GstRtcSrtpProfile profile = GST_RTC_SRTP_PROFILE_AEAD_AES_128_GCM;
  Pair pair;
  GstBuffer *srtp, *received;

  pair_init (&pair, profile);
  srtp = protect (&pair, new_rtp (7, 1, RTP_SIZE));
  received = unprotect (&pair, gst_buffer_copy_deep (srtp));
  g_assert_nonnull (received);
  gst_clear_buffer (&received);
  give_keys (&pair.b, profile, 2, 1);
  g_assert_null (unprotect (&pair, gst_buffer_copy_deep (srtp)));
  g_assert_cmpuint (get_stat (&pair.b, "receive-replays"), ==, 1);

  give_keys (&pair.b, profile, 3, 4);
  g_assert_null (unprotect (&pair, srtp));
  g_assert_cmpuint (get_stat (&pair.b, "receive-auth-failures"), ==, 1);
  g_object_set (pair.a.element, "keys", NULL, NULL);
  g_assert_null (protect (&pair, new_rtp (7, 2, RTP_SIZE)));
  pair_clear (&pair);
}
GST_END_TEST;

/* RTP and RTCP come on threads of their own: when both push for the first time, one would overtake
 * the events that the other one still pushes. So these are through before there can be packets. */
GST_START_TEST (test_events_before_packets)
{
  GstElement *element = gst_element_factory_make ("rtcsrtp", NULL);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (element, "sink");
  g_autoptr (GstPad) src = gst_element_get_static_pad (element, "src");
  g_autoptr (GstPad) next = gst_object_ref_sink (gst_pad_new ("next", GST_PAD_SINK));
  g_autoptr (GstRtcSrtpKeys) keys = make_keys (GST_RTC_SRTP_PROFILE_AEAD_AES_128_GCM, 1, 2);
  g_autoptr (GstEvent) segment = NULL;

  gst_element_set_state (element, GST_STATE_PAUSED);
  gst_pad_set_active (next, TRUE);
  g_assert_cmpint (gst_pad_link (src, next), ==, GST_PAD_LINK_OK);
  g_assert_null (gst_pad_get_sticky_event (next, GST_EVENT_SEGMENT, 0));
  g_assert_true (gst_pad_send_event (sink, gst_event_new_stream_start ("test")));
  g_assert_true (gst_pad_send_event (sink, gst_rtc_srtp_keys_to_event (keys)));
  segment = gst_pad_get_sticky_event (next, GST_EVENT_SEGMENT, 0);
  g_assert_nonnull (segment);
  gst_pad_unlink (src, next);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_object_unref (element);
}
GST_END_TEST;

GST_START_TEST (test_ssrc_flood)
{
  Pair pair;
  g_autoptr (GstBuffer) known = NULL;

  pair_init (&pair, profile_rows[__i__].profile);
  for (guint ssrc = 1; ssrc <= 1000; ssrc++) {
    GstBuffer *srtp = protect (&pair, new_rtp (ssrc, 1, 40));

    g_assert_true ((srtp != NULL) == (ssrc <= 64));
    gst_clear_buffer (&srtp);
    /* Forged ones take no place. */
    g_assert_null (unprotect (&pair, new_rtp (ssrc, 1, 60)));
  }
  g_assert_cmpuint (get_stat (&pair.a, "send-ssrc-limit"), ==, 1000 - 64);
  g_assert_cmpuint (get_stat (&pair.b, "receive-auth-failures"), ==, 1000);
  known = unprotect (&pair, protect (&pair, new_rtp (64, 2, 40)));
  g_assert_nonnull (known);
  pair_clear (&pair);
}
GST_END_TEST;

/* Every length, of rubbish with an RTP or RTCP header and of a cut packet. */
GST_START_TEST (test_lengths)
{
  Pair pair;
  guint64 counted;

  pair_init (&pair, profile_rows[__i__].profile);
  for (guint type = 0; type < 2; type++) {
    GstBuffer *whole;

    if (type == 0) {
      whole = protect (&pair, new_rtp (7, 1, 1400));
    } else {
      gst_harness_push (pair.a.rtcp, new_rtcp (7));
      whole = gst_harness_pull (pair.a.protect);
    }
    for (gsize size = 1; size <= 1500; size++) {
      GstBuffer *junk = new_rtp (7, 1, MAX (size, 12));

      gst_buffer_memset (junk, 1, type == 0 ? 96 : 200, 1);
      gst_buffer_set_size (junk, size);
      g_assert_null (unprotect (&pair, junk));
      if (size < gst_buffer_get_size (whole))
        g_assert_null (
            unprotect (&pair, gst_buffer_copy_region (whole, GST_BUFFER_COPY_ALL, 0, size)));
    }
    gst_buffer_unref (whole);
  }
  counted = get_stat (&pair.b, "receive-invalid") + get_stat (&pair.b, "receive-auth-failures");
  g_assert_cmpuint (counted, ==,
      3000 + 1400 + profile_rows[__i__].rtp_overhead - 1 + 20 + profile_rows[__i__].rtcp_overhead -
          1);
  g_assert_cmpuint (gst_harness_buffers_in_queue (pair.b.rtcp), ==, 0);
  pair_clear (&pair);
}
GST_END_TEST;

/* Headers that promise more CSRCs or extension than the packet has. */
GST_START_TEST (test_bad_headers)
{
  static const struct {
    guint8 first;
    gsize size;
  } rows[] = { { 0x8f, 60 }, { 0x90, 14 }, { 0x9f, 76 }, { 0x90, 40 }, { 0x40, 40 } };
  Pair pair;

  pair_init (&pair, GST_RTC_SRTP_PROFILE_AES128_CM_HMAC_SHA1_80);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstBuffer *rtp = new_rtp (7, 1 + i, rows[i].size);

    gst_buffer_memset (rtp, 0, rows[i].first, 1);
    if (rows[i].size > 16)
      gst_buffer_memset (rtp, 14, 0xff, 2);
    g_assert_null (protect (&pair, gst_buffer_copy_deep (rtp)));
    g_assert_null (unprotect (&pair, rtp));
  }
  g_assert_cmpuint (get_stat (&pair.a, "send-invalid"), ==, G_N_ELEMENTS (rows));
  g_assert_cmpuint (get_stat (&pair.b, "receive-invalid"), ==, G_N_ELEMENTS (rows));
  pair_clear (&pair);
}
GST_END_TEST;

GST_START_TEST (test_bit_flips)
{
  Pair pair;
  g_autoptr (GstBuffer) srtp = NULL;
  gsize n_bits;

  pair_init (&pair, profile_rows[__i__].profile);
  srtp = protect (&pair, new_rtp (7, 1, 60));
  n_bits = 8 * gst_buffer_get_size (srtp);
  for (gsize bit = 0; bit < n_bits; bit++) {
    GstBuffer *flipped = gst_buffer_copy_deep (srtp);
    guint8 byte;

    gst_buffer_extract (flipped, bit / 8, &byte, 1);
    gst_buffer_memset (flipped, bit / 8, byte ^ (1 << bit % 8), 1);
    g_assert_null (unprotect (&pair, flipped));
  }
  g_assert_cmpuint (
      get_stat (&pair.b, "receive-invalid") + get_stat (&pair.b, "receive-auth-failures"), ==,
      n_bits);
  {
    g_autoptr (GstBuffer) received = unprotect (&pair, gst_buffer_copy_deep (srtp));

    g_assert_nonnull (received);
  }
  pair_clear (&pair);
}
GST_END_TEST;

/* --- published vectors --- */

/* RFC 7714 §16.1.1 and §16.2.1 are for session keys, so what is checked end to end here is the
 * whole way from the master key: the packets of libsrtp's own test driver, which others check
 * against. */
static const guint8 vector_key[] = { 0xe1, 0xf9, 0x7a, 0x0d, 0x3e, 0x01, 0x8b, 0xe0, 0xd6, 0x4f,
  0xa3, 0x2c, 0x06, 0xde, 0x41, 0x39, 0x0e, 0xc6, 0x75, 0xad, 0x49, 0x8a, 0xfe, 0xeb, 0xb6, 0x96,
  0x0b, 0x3a, 0xab, 0xe6 };

static const guint8 vector_plain[] = { 0x80, 0x0f, 0x12, 0x34, 0xde, 0xca, 0xfb, 0xad, 0xca, 0xfe,
  0xba, 0xbe, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab,
  0xab, 0xab };

static const guint8 vector_cm[] = { 0x80, 0x0f, 0x12, 0x34, 0xde, 0xca, 0xfb, 0xad, 0xca, 0xfe,
  0xba, 0xbe, 0x4e, 0x55, 0xdc, 0x4c, 0xe7, 0x99, 0x78, 0xd8, 0x8c, 0xa4, 0xd2, 0x15, 0x94, 0x9d,
  0x24, 0x02, 0xb7, 0x8d, 0x6a, 0xcc, 0x99, 0xea, 0x17, 0x9b, 0x8d, 0xbb };

GST_START_TEST (test_vector)
{
  Pair pair;
  g_autoptr (GstRtcSrtpKeys) keys =
      gst_rtc_srtp_keys_new (GST_RTC_SRTP_PROFILE_AES128_CM_HMAC_SHA1_80, vector_key, vector_key);
  g_autoptr (GstBuffer) srtp = NULL;

  pair_init (&pair, GST_RTC_SRTP_PROFILE_NONE);
  g_object_set (pair.a.element, "keys", keys, NULL);
  srtp = protect (&pair, gst_buffer_new_memdup (vector_plain, sizeof vector_plain));
  g_assert_nonnull (srtp);
  gst_check_buffer_data (srtp, vector_cm, sizeof vector_cm);
  pair_clear (&pair);
}
GST_END_TEST;

/* --- GStreamer's own elements, with the same master key --- */

static const struct {
  const gchar *cipher, *auth;
  GstRtcSrtpProfile profile;
  gsize key_length;
} interop_rows[] = {
  { "aes-128-icm", "hmac-sha1-80", GST_RTC_SRTP_PROFILE_AES128_CM_HMAC_SHA1_80, 30 },
  { "aes-128-gcm", "null", GST_RTC_SRTP_PROFILE_AEAD_AES_128_GCM, 28 },
  { "aes-256-gcm", "null", GST_RTC_SRTP_PROFILE_AEAD_AES_256_GCM, 44 },
};

static GstHarness *
new_srtpenc (guint row)
{
  g_autofree gchar *line = g_strdup_printf (
      "srtpenc rtp-cipher=%s rtcp-cipher=%s rtp-auth=%s rtcp-auth=%s", interop_rows[row].cipher,
      interop_rows[row].cipher, interop_rows[row].auth, interop_rows[row].auth);
  g_autoptr (GstElement) element = gst_parse_launch (line, NULL);
  GstBuffer *key = gst_buffer_new_allocate (NULL, interop_rows[row].key_length, NULL);
  GstHarness *harness;

  for (guint i = 0; i < interop_rows[row].key_length; i++)
    gst_buffer_memset (key, i, 1 + 7 * i, 1);
  g_object_set (element, "key", key, NULL);
  gst_buffer_unref (key);
  harness = gst_harness_new_with_element (element, "rtp_sink_0", "rtp_src_0");
  gst_harness_set_src_caps_str (harness, "application/x-rtp,ssrc=(uint)7");
  return harness;
}

/* srtpenc makes its session before rtcsrtp puts its ciphers into libsrtp, so that NSS's results are
 * compared with OpenSSL's. */
GST_START_TEST (test_srtpenc)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find ("srtpenc");
  GstHarness *srtpenc;
  Pair pair;

  if (factory == NULL) {
    g_test_message ("skipped: srtpenc is not installed");
    return;
  }
  srtpenc = new_srtpenc (__i__);
  for (guint i = 0; i < 10; i++)
    gst_harness_push (srtpenc, new_rtp (7, i, RTP_SIZE));
  pair_init (&pair, interop_rows[__i__].profile);
  for (guint i = 0; i < 10; i++) {
    g_autoptr (GstBuffer) theirs = gst_harness_pull (srtpenc);
    g_autoptr (GstBuffer) ours = protect (&pair, new_rtp (7, i, RTP_SIZE));
    g_autoptr (GstBuffer) received = unprotect (&pair, gst_buffer_copy_deep (theirs));
    g_autoptr (GstBuffer) expected = new_rtp (7, i, RTP_SIZE);

    assert_equal (ours, theirs);
    assert_equal (received, expected);
  }
  pair_clear (&pair);
  gst_harness_teardown (srtpenc);
}
GST_END_TEST;

static Suite *
rtcsrtp_suite (void)
{
  Suite *suite = suite_create ("rtcsrtp");
  TCase *packets = tcase_create ("packets"), *hostile = tcase_create ("hostile"),
        *vectors = tcase_create ("vectors");
  guint n_profiles = G_N_ELEMENTS (profile_rows);

  suite_add_tcase (suite, packets);
  suite_add_tcase (suite, hostile);
  suite_add_tcase (suite, vectors);
  tcase_add_loop_test (packets, test_round_trip, 0, n_profiles);
  tcase_add_loop_test (packets, test_rtcp, 0, n_profiles);
  tcase_add_test (packets, test_mixed_list);
  tcase_add_test (packets, test_shared_input);
  tcase_add_test (packets, test_in_place);
  tcase_add_test (packets, test_in_place_list);
  tcase_add_test (packets, test_no_keys);
  tcase_add_test (packets, test_keys_again);
  tcase_add_test (packets, test_events_before_packets);
  tcase_add_loop_test (hostile, test_replay_and_reorder, 0, n_profiles);
  tcase_add_loop_test (hostile, test_ssrc_flood, 0, n_profiles);
  tcase_add_loop_test (hostile, test_lengths, 0, n_profiles);
  tcase_add_test (hostile, test_bad_headers);
  tcase_add_loop_test (hostile, test_bit_flips, 0, n_profiles);
  tcase_add_test (vectors, test_vector);
  tcase_add_loop_test (vectors, test_srtpenc, 0, G_N_ELEMENTS (interop_rows));
  return suite;
}

GST_CHECK_MAIN (rtcsrtp);
