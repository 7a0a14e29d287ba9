/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which of this machine's addresses an agent binds. Loopback only when nothing else is up: a
 * program on this machine reaches every address of the machine, whatever it has bound itself.
 */
#pragma once

#include <gst/gst.h>
#include <nice/agent.h>

G_BEGIN_DECLS

/* More addresses than this are not bound: each costs a descriptor and checks. */
#define RTC_MAX_LOCAL_ADDRESSES 8

/* @wanted: addresses of the application's choice, or NULL for those of the interfaces that are up.
 * Returns (transfer full) NiceAddress with port 0; FALSE when one of @wanted is not an address. */
gboolean rtc_local_addresses_list (
    const gchar *const *wanted, GPtrArray **out_addresses, GError **error);

/* TRUE when packets to @remote do not leave the site: loopback and private addresses, and those of
 * @local_addresses (NiceAddress). */
gboolean rtc_local_addresses_is_near (const NiceAddress *remote, const GPtrArray *local_addresses);

G_END_DECLS
