/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a server says to a client in Location, Link and Retry-After: whatever comes, a URL that is
 * taken is http or https, an ICE server that is taken can be read again, and no wait is endless.
 */
#include "signalling/rtcclientpolicy.h"
#include "signalling/rtciceservers.h"
#include "signalling/rtcretry.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
follow (const gchar *location)
{
  static const gchar base[] = "https://a.example/whip/n?x=1";
  g_autofree gchar *url = rtc_client_resolve (base, location, NULL);
  g_autofree gchar *target = rtc_client_redirect (base, 307, location, 0, NULL);
  g_autofree gchar *again = NULL;
  if (url != NULL) {
    g_assert_true (g_str_has_prefix (url, "http://") || g_str_has_prefix (url, "https://"));
    again = rtc_client_normalize_url (url, NULL);
    g_assert_cmpstr (again, ==, url);
    g_assert_true (rtc_client_is_same_origin (url, url));
  }
  g_assert_true (target == NULL || g_str_has_prefix (target, "https://"));
}

static void
read_link (const gchar *link)
{
  g_autoptr (GPtrArray) servers = rtc_ice_servers_from_link (link);
  g_assert_cmpuint (servers->len, <=, RTC_ICE_SERVERS_MAX);
  for (guint i = 0; i < servers->len; i++) {
    g_autofree gchar *uri = rtc_ice_server_to_uri (g_ptr_array_index (servers, i));
    g_autoptr (GPtrArray) again = rtc_ice_servers_parse (uri, NULL);
    g_assert_nonnull (again);
    g_assert_cmpuint (again->len, ==, 1);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree gchar *text = g_strndup ((const gchar *) data, size);
  GstClockTime after = rtc_retry_parse_after (text, 0);
  RtcRetry retry;

  rtc_retry_init (&retry, 10 * GST_SECOND);
  g_assert_true (rtc_retry_next (&retry, after, 0) <= 10 * GST_SECOND ||
      rtc_retry_next (&retry, after, 0) == GST_CLOCK_TIME_NONE);
  read_link (text);
  follow (text);
  return 0;
}
