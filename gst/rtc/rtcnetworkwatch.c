/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The machine's addresses, see the header. */
#include "rtcnetworkwatch.h"

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gio/gio.h>

/* One change is over when nothing more came for this long, and looked at after the limit in any
 * case. */
#define QUIET_TIME (100 * GST_MSECOND)
#define QUIET_LIMIT GST_SECOND

struct _RtcNetworkWatch {
  gint ref_count; /* the owner's, and one for a call under way; only the loop counts */
  RtcLoop *loop;
  gint fd;
  RtcLoopWatch *watch;
  RtcLoopTimer *timer;
  GstClockTime first_news; /* GST_CLOCK_TIME_NONE: there are none */
  GStrv addresses;
  RtcNetworkWatchFunc func;
  gpointer user_data;
};

RtcAddressScope
rtc_address_scope (const struct ifaddrs *interface)
{
  const struct sockaddr *address = interface->ifa_addr;

  if (address == NULL || (interface->ifa_flags & (IFF_UP | IFF_RUNNING)) != (IFF_UP | IFF_RUNNING))
    return RTC_ADDRESS_NONE;
  if (address->sa_family == AF_INET6) {
    const struct in6_addr *ip6 = &((const struct sockaddr_in6 *) address)->sin6_addr;

    if (IN6_IS_ADDR_LINKLOCAL (ip6))
      return RTC_ADDRESS_NONE;
  } else if (address->sa_family != AF_INET) {
    return RTC_ADDRESS_NONE;
  }
  return (interface->ifa_flags & IFF_LOOPBACK) ? RTC_ADDRESS_LOOPBACK : RTC_ADDRESS_WIDE;
}

static gchar *
print_address (const struct sockaddr *address)
{
  gboolean is_ip6 = address->sa_family == AF_INET6;
  const void *bytes = is_ip6 ? (const void *) &((const struct sockaddr_in6 *) address)->sin6_addr
                             : (const void *) &((const struct sockaddr_in *) address)->sin_addr;
  g_autoptr (GInetAddress) inet =
      g_inet_address_new_from_bytes (bytes, is_ip6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4);

  return g_inet_address_to_string (inet);
}

/* RFC 4862 §5.4: a tentative address "is not considered assigned to an interface": nothing can be
 * bound to it yet. getifaddrs() does not tell, a line of this file does: address, index, prefix
 * length, scope, flags and name. */
static gboolean
is_tentative (const struct sockaddr *address)
{
  const struct sockaddr_in6 *ip6 = (const struct sockaddr_in6 *) address;
  g_autofree gchar *lines = NULL;
  GString *hex;
  const gchar *line;
  guint flags = 0;

  if (address->sa_family != AF_INET6 ||
      !g_file_get_contents ("/proc/thread-self/net/if_inet6", &lines, NULL, NULL))
    return FALSE;
  hex = g_string_new (NULL);
  for (guint i = 0; i < sizeof ip6->sin6_addr; i++)
    g_string_append_printf (hex, "%02x", ip6->sin6_addr.s6_addr[i]);
  line = strstr (lines, hex->str);
  if (line != NULL)
    sscanf (line + hex->len, "%*x %*x %*x %x", &flags);
  g_string_free (hex, TRUE);
  return (flags & IFA_F_TENTATIVE) != 0;
}

static gint
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar *const *) a, *(const gchar *const *) b);
}

GStrv
rtc_network_list_addresses (void)
{
  GPtrArray *list = g_ptr_array_new ();
  struct ifaddrs *interfaces = NULL;

  if (getifaddrs (&interfaces) == 0) {
    for (const struct ifaddrs *i = interfaces; i != NULL; i = i->ifa_next)
      if (rtc_address_scope (i) == RTC_ADDRESS_WIDE && !is_tentative (i->ifa_addr))
        g_ptr_array_add (list, print_address (i->ifa_addr));
    freeifaddrs (interfaces);
  }
  g_ptr_array_sort (list, compare_texts);
  g_ptr_array_add (list, NULL);
  return (GStrv) g_ptr_array_free (list, FALSE);
}

static void
watch_unref (RtcNetworkWatch *watch)
{
  if (--watch->ref_count > 0)
    return;
  g_strfreev (watch->addresses);
  rtc_loop_unref (watch->loop);
  g_free (watch);
}

static void
on_quiet (gpointer data)
{
  RtcNetworkWatch *watch = data;
  g_auto (GStrv) before = watch->addresses;

  watch->first_news = GST_CLOCK_TIME_NONE;
  watch->addresses = rtc_network_list_addresses ();
  if (g_strv_equal ((const gchar *const *) before, (const gchar *const *) watch->addresses))
    return;
  watch->ref_count++;
  watch->func (
      (const gchar *const *) before, (const gchar *const *) watch->addresses, watch->user_data);
  watch_unref (watch);
}

/* What the messages say is not looked at: the list of addresses says it all, also when the kernel
 * had no room for a message (ENOBUFS). */
static void
on_news (gint fd, guint32 events, gpointer data)
{
  RtcNetworkWatch *watch = data;
  GstClockTime now = rtc_loop_now (watch->loop);
  gchar bytes[8192];

  while (recv (fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
    continue;
  if (watch->first_news == GST_CLOCK_TIME_NONE)
    watch->first_news = now;
  rtc_loop_timer_set (watch->timer, MIN (now + QUIET_TIME, watch->first_news + QUIET_LIMIT));
}

static gint
open_netlink (void)
{
  struct sockaddr_nl address = {
    .nl_family = AF_NETLINK,
    .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
  };
  gint fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

  if (fd >= 0 && bind (fd, (struct sockaddr *) &address, sizeof address) < 0) {
    close (fd);
    return -1;
  }
  return fd;
}

RtcNetworkWatch *
rtc_network_watch_new (RtcLoop *loop, RtcNetworkWatchFunc func, gpointer user_data)
{
  RtcNetworkWatch *watch;
  gint fd = open_netlink ();

  if (fd < 0)
    return NULL;
  watch = g_new0 (RtcNetworkWatch, 1);
  watch->ref_count = 1;
  watch->loop = rtc_loop_ref (loop);
  watch->fd = fd;
  watch->func = func;
  watch->user_data = user_data;
  watch->first_news = GST_CLOCK_TIME_NONE;
  watch->addresses = rtc_network_list_addresses ();
  watch->watch = rtc_loop_watch_new (loop, fd, EPOLLIN, on_news, watch);
  watch->timer = rtc_loop_timer_new (loop, on_quiet, watch);
  return watch;
}

void
rtc_network_watch_free (RtcNetworkWatch *watch)
{
  if (watch == NULL)
    return;
  rtc_loop_watch_free (watch->watch);
  rtc_loop_timer_free (watch->timer);
  close (watch->fd);
  watch_unref (watch);
}
