/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A NAT router for UDP as a thread of this process, between a peer inside and a peer outside:
 * address-restricted, with a mapping for each socket inside (RFC 4787). It may lose packets at
 * random, lose all, and forget its mappings, so that whoever is inside seems to come from new ports
 * (a rebinding). Needs no privileges.
 */
#pragma once

#include <gio/gio.h>

typedef struct _UdpRouter UdpRouter;

UdpRouter *udp_router_new (guint32 seed);
void udp_router_free (UdpRouter *router);

/* The candidate that a peer inside is to be told for @candidate of the peer outside. NULL: it has
 * no way in (not UDP, not a host of IPv4), and is not to be told. */
gchar *udp_router_route (UdpRouter *router, const gchar *candidate);
void udp_router_rebind (UdpRouter *router);
/* Of all packets, each way on its own. */
void udp_router_set_loss (UdpRouter *router, guint percent);
/* Packets that were passed on, and those that were lost on purpose. */
void udp_router_get_counts (UdpRouter *router, guint64 *out_passed, guint64 *out_lost);
