/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stories of packets that look for their m= section. */
#include "wire/rtcrouter.h"

#include <string.h>

#include "base/rtcbytes.h"

#define MID_ID 4
#define RID_ID 10
#define REPAIRED_RID_ID 11
#define DROPPED (-1)

/* Two video sections 1 and 2 that share payload type 96, and an audio section 0 with 111. */
static RtcRouter *
make_router (void)
{
  RtcRouter *router = rtc_router_new ();

  rtc_router_add_section (router, 0, "a");
  rtc_router_add_section (router, 1, "v1");
  rtc_router_add_section (router, 2, "v2");
  rtc_router_add_pt (router, 0, 111);
  rtc_router_add_pt (router, 1, 96);
  rtc_router_add_pt (router, 1, 97);
  rtc_router_add_pt (router, 2, 96);
  rtc_router_set_extension_ids (router, MID_ID, RID_ID, REPAIRED_RID_ID);
  return router;
}

static void
append_element (GByteArray *elements, guint id, const gchar *value)
{
  if (!value)
    return;
  rtc_bytes_append_u8 (elements, (guint8) (id << 4 | (strlen (value) - 1)));
  g_byte_array_append (elements, (const guint8 *) value, (guint) strlen (value));
}

/* NULL: without this element. */
static GByteArray *
make_packet (guint32 ssrc, guint8 pt, const gchar *mid, const gchar *rid, const gchar *repaired)
{
  GByteArray *packet = g_byte_array_new ();
  g_autoptr (GByteArray) elements = g_byte_array_new ();

  append_element (elements, MID_ID, mid);
  append_element (elements, RID_ID, rid);
  append_element (elements, REPAIRED_RID_ID, repaired);
  while (elements->len % 4)
    rtc_bytes_append_u8 (elements, 0);
  rtc_bytes_append_u8 (packet, elements->len ? 0x90 : 0x80);
  rtc_bytes_append_u8 (packet, pt);
  rtc_bytes_append_u16 (packet, 1);
  rtc_bytes_append_u32 (packet, 1);
  rtc_bytes_append_u32 (packet, ssrc);
  if (elements->len) {
    rtc_bytes_append_u16 (packet, 0xbede);
    rtc_bytes_append_u16 (packet, (guint16) (elements->len / 4));
    g_byte_array_append (packet, elements->data, elements->len);
  }
  return packet;
}

static gint
route (RtcRouter *router, guint32 ssrc, guint8 pt, const gchar *mid)
{
  g_autoptr (GByteArray) packet = make_packet (ssrc, pt, mid, NULL, NULL);
  RtcRoute found;

  if (!rtc_router_route (router, packet->data, packet->len, &found))
    return DROPPED;
  g_assert_cmpuint (found.ssrc, ==, ssrc);
  g_assert_cmpuint (found.pt, ==, pt);
  return (gint) found.section;
}

/* Each row is one packet of one story, in order. */
static const struct {
  const gchar *name;
  guint32 ssrc;
  guint8 pt;
  const gchar *mid;
  gint section;
} packets[] = {
  { "ambiguous payload type, unknown SSRC", 10, 96, NULL, DROPPED },
  { "unique payload type", 11, 97, NULL, 1 },
  { "audio by payload type", 12, 111, NULL, 0 },
  { "mid names the section", 10, 96, "v2", 2 },
  { "its SSRC was learnt", 10, 96, NULL, 2 },
  { "the learnt section lacks the payload type", 10, 97, NULL, DROPPED },
  { "a new mid moves the SSRC", 10, 96, "v1", 1 },
  { "and stays", 10, 97, NULL, 1 },
  { "unknown mid", 10, 96, "zz", DROPPED },
  { "unknown mid taught nothing", 10, 96, NULL, 1 },
  { "mid of a section without the payload type", 13, 111, "v1", DROPPED },
  { "taught nothing either", 13, 111, NULL, 0 },
  { "unknown payload type", 14, 98, NULL, DROPPED },
  { "longer mid", 15, 96, "v11", DROPPED },
  { "announced SSRC", 99, 96, NULL, 2 },
};

static void
test_story (void)
{
  g_autoptr (RtcRouter) router = make_router ();

  rtc_router_add_ssrc (router, 2, 99);
  for (guint i = 0; i < G_N_ELEMENTS (packets); i++) {
    g_test_message ("%s", packets[i].name);
    g_assert_cmpint (
        route (router, packets[i].ssrc, packets[i].pt, packets[i].mid), ==, packets[i].section);
  }
}

static void
test_rids (void)
{
  g_autoptr (RtcRouter) router = make_router ();
  g_autoptr (GByteArray) first = make_packet (5, 96, "v1", "hi", NULL);
  g_autoptr (GByteArray) later = make_packet (5, 96, NULL, NULL, NULL);
  g_autoptr (GByteArray) repair = make_packet (6, 97, "v1", NULL, "hi");
  g_autoptr (GByteArray) garbage = make_packet (7, 97, "v1", "h!", NULL);
  RtcRoute found;

  g_assert_true (rtc_router_route (router, first->data, first->len, &found));
  g_assert_cmpstr (found.rid, ==, "hi");
  g_assert_null (found.repaired_rid);
  g_assert_true (rtc_router_route (router, later->data, later->len, &found));
  g_assert_cmpstr (found.rid, ==, "hi");
  g_assert_true (rtc_router_route (router, repair->data, repair->len, &found));
  g_assert_cmpstr (found.repaired_rid, ==, "hi");
  g_assert_null (found.rid);
  g_assert_true (rtc_router_route (router, garbage->data, garbage->len, &found));
  g_assert_null (found.rid);
}

static void
test_flood (void)
{
  g_autoptr (RtcRouter) router = make_router ();

  for (guint32 ssrc = 1; ssrc <= RTC_ROUTER_MAX_SSRCS; ssrc++)
    g_assert_cmpint (route (router, ssrc, 96, "v1"), ==, 1);
  g_assert_cmpint (route (router, 1000, 96, "v1"), ==, DROPPED);
  g_assert_cmpint (route (router, 1, 96, NULL), ==, 1);
  g_assert_cmpint (route (router, RTC_ROUTER_MAX_SSRCS, 96, NULL), ==, 1);
  rtc_router_remove_ssrc (router, 1);
  g_assert_cmpint (route (router, 1000, 96, "v1"), ==, 1);
  g_assert_cmpint (route (router, 1, 96, "v1"), ==, DROPPED);
}

/* Nobody needs its place, and then it is heard of again. */
static void
test_idle (void)
{
  g_autoptr (RtcRouter) router = make_router ();

  rtc_router_add_ssrc (router, 1, 20);
  rtc_router_remove_ssrc (router, 20);
  rtc_router_remove_ssrc (router, 21);
  for (guint32 ssrc = 100; ssrc < 100 + RTC_ROUTER_MAX_SSRCS - 1; ssrc++)
    g_assert_cmpint (route (router, ssrc, 96, "v1"), ==, 1);
  rtc_router_remove_ssrc (router, 100);
  g_assert_cmpint (route (router, 100, 96, NULL), ==, 1);
  g_assert_cmpint (route (router, 1000, 96, "v1"), ==, DROPPED);
  rtc_router_remove_ssrc (router, 101);
  rtc_router_remove_ssrc (router, 100);
  g_assert_cmpint (route (router, 101, 96, NULL), ==, 1);
  g_assert_cmpint (route (router, 1000, 96, "v1"), ==, 1);
  g_assert_cmpint (route (router, 100, 96, "v1"), ==, DROPPED);
  g_assert_cmpint (route (router, 20, 96, NULL), ==, 1);
}

static void
test_renegotiation (void)
{
  g_autoptr (RtcRouter) router = make_router ();

  rtc_router_add_ssrc (router, 1, 20);
  g_assert_cmpint (route (router, 21, 96, "v2"), ==, 2);
  g_assert_cmpint (route (router, 22, 96, "v1"), ==, 1);
  rtc_router_clear (router);
  g_assert_cmpint (route (router, 21, 96, "v2"), ==, DROPPED);
  rtc_router_add_section (router, 7, "v2");
  rtc_router_add_pt (router, 7, 96);
  rtc_router_add_section (router, 8, "new");
  rtc_router_add_pt (router, 8, 96);
  g_assert_cmpint (route (router, 21, 96, NULL), ==, 7);
  g_assert_cmpint (route (router, 22, 96, NULL), ==, DROPPED);
  g_assert_cmpint (route (router, 20, 96, NULL), ==, DROPPED);
}

static void
test_without_mids (void)
{
  g_autoptr (RtcRouter) router = rtc_router_new ();

  rtc_router_add_section (router, 0, NULL);
  rtc_router_add_pt (router, 0, 96);
  g_assert_cmpint (route (router, 1, 96, NULL), ==, 0);
  rtc_router_clear (router);
  g_assert_cmpint (route (router, 1, 96, NULL), ==, DROPPED);
}

static void
test_every_length (void)
{
  g_autoptr (RtcRouter) router = make_router ();
  g_autoptr (GByteArray) packet = make_packet (5, 96, "v1", "hi", "lo");
  RtcRoute found;

  for (guint size = 0; size < packet->len; size++) {
    g_autofree guint8 *copy = g_memdup2 (packet->data, size);

    g_assert_false (rtc_router_route (router, copy, size, &found));
  }
  g_assert_true (rtc_router_route (router, packet->data, packet->len, &found));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/router/story", test_story);
  g_test_add_func ("/router/rids", test_rids);
  g_test_add_func ("/router/flood", test_flood);
  g_test_add_func ("/router/idle", test_idle);
  g_test_add_func ("/router/renegotiation", test_renegotiation);
  g_test_add_func ("/router/without-mids", test_without_mids);
  g_test_add_func ("/router/every-length", test_every_length);
  return g_test_run ();
}
