/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which m= section an RTP packet of a BUNDLE group belongs to: the table of RFC 9143 §9.2, learnt
 * from MID extensions, announced SSRCs and payload types. One for each transport.
 */
#pragma once

#include <glib.h>

typedef struct _RtcRouter RtcRouter;

/* SSRCs that are remembered for each direction; a flood replaces nothing and is dropped. */
#define RTC_ROUTER_MAX_SSRCS 64

/* What the packet says of itself beside the section. @rid and @repaired_rid: NULL or owned by the
 * router. */
typedef struct {
  guint section;
  guint32 ssrc;
  guint8 pt;
  const gchar *rid;
  const gchar *repaired_rid;
} RtcRoute;

RtcRouter *rtc_router_new (void);
void rtc_router_free (RtcRouter *router);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcRouter, rtc_router_free)
/* Forget all sections; SSRCs that were learnt from packets are kept while their section's @mid
 * comes back with rtc_router_add_section(). */
void rtc_router_clear (RtcRouter *router);
/* @section is the caller's number (its m= line). */
void rtc_router_add_section (RtcRouter *router, guint section, const gchar *mid);
void rtc_router_add_pt (RtcRouter *router, guint section, guint8 pt);
void rtc_router_add_ssrc (RtcRouter *router, guint section, guint32 ssrc);
/* Its place in the table may be taken: the peer said BYE, or was silent for long. Until somebody
 * needs the place its packets find their section, since a sender that was paused does not name it
 * again. No effect on announced SSRCs. */
void rtc_router_remove_ssrc (RtcRouter *router, guint32 ssrc);
/* Extension ids of the group (RFC 8285), 0 when not negotiated. */
void rtc_router_set_extension_ids (RtcRouter *router, guint mid, guint rid, guint repaired_rid);
/* FALSE: not valid RTP, or no section takes it: drop. */
gboolean rtc_router_route (
    RtcRouter *router, const guint8 *packet, gsize size, RtcRoute *out_route);
