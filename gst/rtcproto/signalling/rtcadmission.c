/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Token buckets and connection counts of the HTTP server. Owned by it, used on its loop only. */
#include "signalling/rtcadmission.h"

typedef struct {
  gdouble tokens;
  GstClockTime updated;
} Bucket;

typedef struct {
  guint connections;
  Bucket bucket;
} Address;

struct _RtcAdmission {
  RtcAdmissionLimits limits;
  guint connections;
  Bucket bucket;
  GHashTable *addresses;
};

/* tokens (now) = min (burst, tokens (updated) + rate * (now - updated)) */
static GstClockTime
bucket_take (Bucket *bucket, guint rate_per_second, guint burst, GstClockTime now)
{
  gdouble elapsed;
  if (!GST_CLOCK_TIME_IS_VALID (bucket->updated)) {
    bucket->tokens = burst;
    bucket->updated = now;
  }
  elapsed = (gdouble) (now - bucket->updated) / GST_SECOND;
  bucket->tokens = MIN ((gdouble) burst, bucket->tokens + elapsed * rate_per_second);
  bucket->updated = now;
  if (bucket->tokens < 1.0)
    return (GstClockTime) ((1.0 - bucket->tokens) / rate_per_second * GST_SECOND) + 1;
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
  address->bucket.updated = GST_CLOCK_TIME_NONE;
  g_hash_table_insert (admission->addresses, g_strdup (name), address);
  return address;
}

RtcAdmission *
rtc_admission_new (const RtcAdmissionLimits *limits)
{
  RtcAdmission *admission = g_new0 (RtcAdmission, 1);
  admission->limits = *limits;
  admission->bucket.updated = GST_CLOCK_TIME_NONE;
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
  wait = bucket_take (&get_address (admission, name)->bucket,
      limits->requests_per_second_per_address, limits->requests_burst_per_address, now);
  if (wait != 0)
    return wait;
  return bucket_take (&admission->bucket, limits->requests_per_second, limits->requests_burst, now);
}

guint
rtc_admission_get_connections (const RtcAdmission *admission)
{
  return admission->connections;
}
