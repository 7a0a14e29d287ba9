/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The addresses of this machine that packets can leave from, and their changes: an interface that
 * comes or goes, a cable, another address from DHCP. From the kernel's rtnetlink(7), gathered until
 * it is quiet for a moment, because one change of a network is many messages. Lives on a loop.
 */
#pragma once

#include <gst/rtc/rtcloop.h>

#include <ifaddrs.h>

G_BEGIN_DECLS

/**
 * RtcAddressScope:
 * @RTC_ADDRESS_NONE: no IP, not up, no carrier, or link-local: a candidate line cannot carry its
 * zone
 * @RTC_ADDRESS_LOOPBACK: reaches this machine
 * @RTC_ADDRESS_WIDE: reaches others
 */
typedef enum {
  RTC_ADDRESS_NONE,
  RTC_ADDRESS_LOOPBACK,
  RTC_ADDRESS_WIDE,
} RtcAddressScope;

RtcAddressScope rtc_address_scope (const struct ifaddrs *interface);

/* (transfer full): the wide addresses of this thread's network namespace as text, sorted. */
GStrv rtc_network_list_addresses (void);

typedef struct _RtcNetworkWatch RtcNetworkWatch;

/* @before, @after: lists as above, which differ. */
typedef void (*RtcNetworkWatchFunc) (
    const gchar *const *before, const gchar *const *after, gpointer user_data);

/* On the loop. NULL when the system does not tell of changes. */
RtcNetworkWatch *rtc_network_watch_new (
    RtcLoop *loop, RtcNetworkWatchFunc func, gpointer user_data);
/* NULL is fine. May be called inside the function. */
void rtc_network_watch_free (RtcNetworkWatch *watch);

G_END_DECLS
