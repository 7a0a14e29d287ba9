/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two network namespaces with two veth links between them, each with a loop whose thread lives in
 * it: what is made on that loop has the network of that side. Link N has the addresses 10.77.N.1
 * and 10.77.N.2 of side 0 and 1. Needs root, ip(8), and for a NAT nft(8).
 */
#pragma once

#include <gst/rtc/rtcloop.h>

#define NETWORK_LINKS 2

typedef struct _Networks Networks;

/* FALSE: the system cannot do it; prints why. */
gboolean networks_can_run (void);
/* NULL with @out_why when the system cannot do it. */
Networks *networks_new (gchar **out_why);
/* The namespaces go, with all that is in them. NULL is fine. */
void networks_free (Networks *networks);

/* A test that fails leaves its namespaces behind; those of processes that are gone are deleted. */
void networks_clean_up (void);

/* (transfer none) */
RtcLoop *networks_get_loop (Networks *networks, guint side);
/* (transfer none): for ip(8) */
const gchar *networks_get_name (Networks *networks, guint side);
/* The calling thread, and those that it makes later, move there. */
gboolean networks_enter (Networks *networks, guint side);
/* Runs a command in the namespace of @side; FALSE when it fails. */
gboolean networks_run (Networks *networks, guint side, const gchar *command);
/* That end of link @link goes down or up; the other end loses and gets its carrier. */
void networks_set_link (Networks *networks, guint side, guint link, gboolean is_up);
/* Until both sides can use all links: a carrier takes a moment to be seen. FALSE after 10 s. */
gboolean networks_wait_for_links (Networks *networks);
/* The address of @side on @link becomes 10.77.LINK.HOST, and the old one goes. */
void networks_set_address (Networks *networks, guint side, guint link, guint host);
