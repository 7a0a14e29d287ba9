/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Token buckets and connection counts of the HTTP server. Owned by it, used on its loop only. */
#include "signalling/rtcadmission.h"

#include <string.h>

typedef struct {
  guint connections;
  RtcTokenBucket requests;
  RtcTokenBucket offers;
} Address;

struct _RtcAdmission {
  RtcAdmissionLimits limits;
  guint connections;
  RtcTokenBucket requests;
  RtcTokenBucket offers;
  GHashTable *addresses;
};

/* tokens (now) = min (burst, tokens (updated) + rate * (now - updated)) */
GstClockTime
rtc_token_bucket_take (RtcTokenBucket *bucket, guint per_second, guint burst, GstClockTime now)
{
  gdouble elapsed;
  if (!bucket->is_started)
    *bucket = (RtcTokenBucket){ burst, now, TRUE };
  elapsed = (gdouble) (now - bucket->updated) / GST_SECOND;
  bucket->tokens = MIN ((gdouble) burst, bucket->tokens + elapsed * per_second);
  bucket->updated = now;
  if (bucket->tokens < 1.0)
    return (GstClockTime) ((1.0 - bucket->tokens) / per_second * GST_SECOND) + 1;
  bucket->tokens -= 1.0;
  return 0;
}

static gboolean
is_idle (gpointer key, gpointer value, gpointer user_data)
{
  return ((const Address *) value)->connections == 0;
}

static Address *
get_address (RtcAdmission *admission, const gchar *name)
{
  Address *address = g_hash_table_lookup (admission->addresses, name);
  if (address != NULL)
    return address;
  if (g_hash_table_size (admission->addresses) >= RTC_ADMISSION_MAX_ADDRESSES)
    g_hash_table_foreach_remove (admission->addresses, is_idle, NULL);
  address = g_new0 (Address, 1);
  g_hash_table_insert (admission->addresses, g_strdup (name), address);
  return address;
}

RtcAdmission *
rtc_admission_new (const RtcAdmissionLimits *limits)
{
  RtcAdmission *admission = g_new0 (RtcAdmission, 1);
  admission->limits = *limits;
  admission->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return admission;
}

void
rtc_admission_free (RtcAdmission *admission)
{
  if (admission == NULL)
    return;
  g_hash_table_unref (admission->addresses);
  g_free (admission);
}

gboolean
rtc_admission_connected (RtcAdmission *admission, const gchar *name, gboolean is_loopback)
{
  Address *address;
  if (admission->connections >= admission->limits.max_connections)
    return FALSE;
  address = get_address (admission, name);
  if (!is_loopback && address->connections >= admission->limits.max_connections_per_address)
    return FALSE;
  address->connections++;
  admission->connections++;
  return TRUE;
}

void
rtc_admission_disconnected (RtcAdmission *admission, const gchar *name)
{
  Address *address = g_hash_table_lookup (admission->addresses, name);
  if (address == NULL || address->connections == 0)
    return;
  address->connections--;
  admission->connections--;
}

GstClockTime
rtc_admission_request (
    RtcAdmission *admission, const gchar *name, gboolean is_loopback, GstClockTime now)
{
  const RtcAdmissionLimits *limits = &admission->limits;
  GstClockTime wait;
  if (is_loopback)
    return 0;
  wait = rtc_token_bucket_take (&get_address (admission, name)->requests,
      limits->requests_per_second_per_address, limits->requests_burst_per_address, now);
  if (wait != 0)
    return wait;
  return rtc_token_bucket_take (
      &admission->requests, limits->requests_per_second, limits->requests_burst, now);
}

GstClockTime
rtc_admission_offer (
    RtcAdmission *admission, const gchar *name, gboolean is_loopback, GstClockTime now)
{
  const RtcAdmissionLimits *limits = &admission->limits;
  GstClockTime wait;
  if (is_loopback)
    return 0;
  wait = rtc_token_bucket_take (&get_address (admission, name)->offers,
      limits->offers_per_second_per_address, limits->offers_burst_per_address, now);
  if (wait != 0)
    return wait;
  return rtc_token_bucket_take (
      &admission->offers, limits->offers_per_second, limits->offers_burst, now);
}

guint
rtc_admission_get_connections (const RtcAdmission *admission)
{
  return admission->connections;
}

GInetAddress *
rtc_admission_unwrap (GInetAddress *address)
{
  static const guint8 prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
  const guint8 *bytes = g_inet_address_to_bytes (address);
  if (g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6 ||
      memcmp (bytes, prefix, sizeof prefix) != 0)
    return g_object_ref (address);
  return g_inet_address_new_from_bytes (bytes + sizeof prefix, G_SOCKET_FAMILY_IPV4);
}

gchar *
rtc_admission_get_name (GInetAddress *address)
{
  guint8 bytes[16] = { 0 };
  g_autoptr (GInetAddress) network = NULL;
  g_autofree gchar *text = NULL;
  if (g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6 ||
      g_inet_address_get_is_loopback (address))
    return g_inet_address_to_string (address);
  memcpy (bytes, g_inet_address_to_bytes (address), 8);
  network = g_inet_address_new_from_bytes (bytes, G_SOCKET_FAMILY_IPV6);
  text = g_inet_address_to_string (network);
  return g_strconcat (text, "/64", NULL);
}
