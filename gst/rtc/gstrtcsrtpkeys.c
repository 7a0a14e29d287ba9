/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The SRTP key box: an immutable, reference-counted pair of master keys and salts (RFC 5764
 * §4.2). Its memory is zeroed before it is given back. Its GType has a transform to a string
 * that names the profile only, so that no log or structure dump can print a key.
 */

#include <string.h>

#include <gst/rtc/gstrtcsrtpkeys.h>

#define SRTP_KEYS_EVENT "application/x-rtc-srtp-keys"
/* AES-256-GCM: 32 bytes of key, 12 of salt (RFC 7714 §12). */
#define MAX_KEY_AND_SALT_BYTES 44

struct _GstRtcSrtpKeys {
  gatomicrefcount ref_count;
  GstRtcSrtpProfile profile;
  guint8 send[MAX_KEY_AND_SALT_BYTES];
  guint8 receive[MAX_KEY_AND_SALT_BYTES];
};

typedef struct {
  GstRtcSrtpProfile profile;
  const gchar *name;
  gsize key_length;
  gsize salt_length;
} SrtpProfileInfo;

/* RFC 5764 §4.1.2, RFC 7714 §14.2. */
static const SrtpProfileInfo profiles[] = {
  { GST_RTC_SRTP_PROFILE_AES128_CM_HMAC_SHA1_80, "SRTP_AES128_CM_HMAC_SHA1_80", 16, 14 },
  { GST_RTC_SRTP_PROFILE_AEAD_AES_128_GCM, "SRTP_AEAD_AES_128_GCM", 16, 12 },
  { GST_RTC_SRTP_PROFILE_AEAD_AES_256_GCM, "SRTP_AEAD_AES_256_GCM", 32, 12 },
};

static const SrtpProfileInfo *
find_profile (GstRtcSrtpProfile profile)
{
  for (gsize i = 0; i < G_N_ELEMENTS (profiles); i++) {
    if (profiles[i].profile == profile)
      return &profiles[i];
  }
  return NULL;
}

static void
keys_to_string (const GValue *source, GValue *destination)
{
  const GstRtcSrtpKeys *keys = g_value_get_boxed (source);

  g_value_set_static_string (
      destination, keys != NULL ? gst_rtc_srtp_profile_to_string (keys->profile) : "none");
}

static void
register_transform (GType type)
{
  g_value_register_transform_func (type, G_TYPE_STRING, keys_to_string);
}

G_DEFINE_BOXED_TYPE_WITH_CODE (GstRtcSrtpKeys, gst_rtc_srtp_keys, gst_rtc_srtp_keys_ref,
    gst_rtc_srtp_keys_unref, register_transform (g_define_type_id))

gboolean
gst_rtc_srtp_profile_get_lengths (
    GstRtcSrtpProfile profile, gsize *out_key_length, gsize *out_salt_length)
{
  const SrtpProfileInfo *info = find_profile (profile);

  if (info == NULL)
    return FALSE;
  if (out_key_length != NULL)
    *out_key_length = info->key_length;
  if (out_salt_length != NULL)
    *out_salt_length = info->salt_length;
  return TRUE;
}

const gchar *
gst_rtc_srtp_profile_to_string (GstRtcSrtpProfile profile)
{
  const SrtpProfileInfo *info = find_profile (profile);

  return info != NULL ? info->name : "none";
}

GstRtcSrtpKeys *
gst_rtc_srtp_keys_new (GstRtcSrtpProfile profile, const guint8 *send, const guint8 *receive)
{
  const SrtpProfileInfo *info = find_profile (profile);
  GstRtcSrtpKeys *keys;

  g_return_val_if_fail (info != NULL, NULL);
  g_return_val_if_fail (send != NULL && receive != NULL, NULL);

  keys = g_new0 (GstRtcSrtpKeys, 1);
  g_atomic_ref_count_init (&keys->ref_count);
  keys->profile = profile;
  memcpy (keys->send, send, info->key_length + info->salt_length);
  memcpy (keys->receive, receive, info->key_length + info->salt_length);
  return keys;
}

GstRtcSrtpKeys *
gst_rtc_srtp_keys_ref (GstRtcSrtpKeys *keys)
{
  g_return_val_if_fail (keys != NULL, NULL);

  g_atomic_ref_count_inc (&keys->ref_count);
  return keys;
}

void
gst_rtc_srtp_keys_unref (GstRtcSrtpKeys *keys)
{
  if (keys == NULL || !g_atomic_ref_count_dec (&keys->ref_count))
    return;
  /* Not memset: the compiler may drop a write to memory that is freed next. */
  explicit_bzero (keys, sizeof *keys);
  g_free (keys);
}

GstRtcSrtpProfile
gst_rtc_srtp_keys_get_profile (const GstRtcSrtpKeys *keys)
{
  g_return_val_if_fail (keys != NULL, GST_RTC_SRTP_PROFILE_NONE);

  return keys->profile;
}

const guint8 *
gst_rtc_srtp_keys_get_send (const GstRtcSrtpKeys *keys)
{
  g_return_val_if_fail (keys != NULL, NULL);

  return keys->send;
}

const guint8 *
gst_rtc_srtp_keys_get_receive (const GstRtcSrtpKeys *keys)
{
  g_return_val_if_fail (keys != NULL, NULL);

  return keys->receive;
}

GstEvent *
gst_rtc_srtp_keys_to_event (GstRtcSrtpKeys *keys)
{
  g_return_val_if_fail (keys != NULL, NULL);

  return gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM_STICKY,
      gst_structure_new (SRTP_KEYS_EVENT, "keys", GST_RTC_TYPE_SRTP_KEYS, keys, NULL));
}

GstRtcSrtpKeys *
gst_rtc_srtp_keys_from_event (GstEvent *event)
{
  const GValue *value;

  g_return_val_if_fail (GST_IS_EVENT (event), NULL);

  if (GST_EVENT_TYPE (event) != GST_EVENT_CUSTOM_DOWNSTREAM_STICKY ||
      !gst_event_has_name (event, SRTP_KEYS_EVENT))
    return NULL;
  value = gst_structure_get_value (gst_event_get_structure (event), "keys");
  if (value == NULL || !G_VALUE_HOLDS (value, GST_RTC_TYPE_SRTP_KEYS))
    return NULL;
  return g_value_get_boxed (value);
}
