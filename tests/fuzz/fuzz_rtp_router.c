/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Packets of a stranger for one router: each is a length byte and as many bytes. A packet that is
 * taken belongs to a section that exists, with one of its payload types.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/rtcbytes.h"
#include "wire/rtcdemux.h"
#include "wire/rtcrouter.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static RtcRouter *
make_router (void)
{
  RtcRouter *router = rtc_router_new ();

  rtc_router_add_section (router, 0, "a");
  rtc_router_add_section (router, 1, "v");
  rtc_router_add_section (router, 2, NULL);
  rtc_router_add_pt (router, 0, 111);
  rtc_router_add_pt (router, 1, 96);
  rtc_router_add_pt (router, 2, 96);
  rtc_router_add_ssrc (router, 2, 7);
  rtc_router_set_extension_ids (router, 1, 2, 3);
  return router;
}

static void
check_packet (RtcRouter *router, const guint8 *packet, gsize size)
{
  RtcRoute found;

  rtc_packet_classify (packet, size);
  rtc_rtcp_is_valid (packet, size, 14);
  if (!rtc_router_route (router, packet, size, &found))
    return;
  g_assert_true (rtc_rtp_is_valid (packet, size));
  g_assert_cmpuint (found.section, <=, 2);
  g_assert_cmpuint (found.pt, ==, found.section == 0 ? 111 : 96);
  if (found.rid)
    g_assert_cmpuint (strlen (found.rid), >, 0);
}

static void
renegotiate (RtcRouter *router)
{
  rtc_router_clear (router);
  rtc_router_add_section (router, 1, "v");
  rtc_router_add_pt (router, 1, 96);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (RtcRouter) router = make_router ();
  RtcBytes rest = rtc_bytes (data, size), packet;
  guint8 length;

  while (rtc_bytes_read_u8 (&rest, &length)) {
    if (!rtc_bytes_read_range (&rest, MIN (length, rest.size), &packet))
      break;
    check_packet (router, packet.data, packet.size);
    if (length == 255)
      renegotiate (router);
  }
  return 0;
}
