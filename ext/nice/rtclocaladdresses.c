/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Local addresses, see the header. */
#include "rtclocaladdresses.h"

#include <gst/rtc/gstrtcerror.h>
#include <gst/rtc/rtcnetworkwatch.h>

static void
append_scope (GPtrArray *addresses, const struct ifaddrs *interfaces, RtcAddressScope scope)
{
  for (const struct ifaddrs *i = interfaces; i != NULL; i = i->ifa_next) {
    NiceAddress *address;

    if (rtc_address_scope (i) != scope || addresses->len == RTC_MAX_LOCAL_ADDRESSES)
      continue;
    address = nice_address_new ();
    nice_address_set_from_sockaddr (address, i->ifa_addr);
    nice_address_set_port (address, 0);
    g_ptr_array_add (addresses, address);
  }
}

static gboolean
append_wanted (GPtrArray *addresses, const gchar *const *wanted, GError **error)
{
  for (; *wanted != NULL; wanted++) {
    NiceAddress *address = nice_address_new ();

    g_ptr_array_add (addresses, address);
    if (!nice_address_set_from_string (address, *wanted)) {
      g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_ARGUMENT,
          "\"%s\" in local-addresses is not an IP address", *wanted);
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
rtc_local_addresses_list (const gchar *const *wanted, GPtrArray **out_addresses, GError **error)
{
  g_autoptr (GPtrArray) addresses =
      g_ptr_array_new_with_free_func ((GDestroyNotify) nice_address_free);
  struct ifaddrs *interfaces = NULL;

  if (wanted != NULL) {
    if (!append_wanted (addresses, wanted, error))
      return FALSE;
  } else if (getifaddrs (&interfaces) == 0) {
    append_scope (addresses, interfaces, RTC_ADDRESS_WIDE);
    if (addresses->len == 0)
      append_scope (addresses, interfaces, RTC_ADDRESS_LOOPBACK);
    freeifaddrs (interfaces);
  }
  if (addresses->len == 0) {
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_NETWORK,
        "No network interface is up: there is no address to receive packets on");
    return FALSE;
  }
  *out_addresses = g_steal_pointer (&addresses);
  return TRUE;
}

gboolean
rtc_local_addresses_is_near (const NiceAddress *remote, const GPtrArray *local_addresses)
{
  for (guint i = 0; i < local_addresses->len; i++)
    if (nice_address_equal_no_port (remote, g_ptr_array_index (local_addresses, i)))
      return TRUE;
  /* libnice counts loopback, RFC 1918, link-local and unique local addresses as private. */
  return nice_address_is_private (remote);
}
