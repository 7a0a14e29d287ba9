/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unguessable bytes (RFC 8827 wants ICE credentials and SSRCs from a cryptographic source), and a
 * seeded generator (splitmix64) that makes tests repeatable. A value without an owner. */
#include "base/rtcrandom.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

static void
fill_from_system (guint8 *bytes, gsize size, gpointer user_data)
{
  while (size > 0) {
    gssize got = getrandom (bytes, size, 0);

    if (got < 0 && errno != EINTR)
      g_error ("getrandom: %s", g_strerror (errno));
    if (got > 0) {
      bytes += got;
      size -= (gsize) got;
    }
  }
}

static guint64
next_splitmix64 (guint64 *state)
{
  guint64 z = (*state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static void
fill_from_seed (guint8 *bytes, gsize size, gpointer user_data)
{
  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8) (next_splitmix64 (user_data) >> 56);
}

RtcRandom
rtc_random_system (void)
{
  return (RtcRandom){ fill_from_system, NULL };
}

RtcRandom
rtc_random_seeded (guint64 *seed)
{
  return (RtcRandom){ fill_from_seed, seed };
}

void
rtc_random_bytes (RtcRandom random, guint8 *bytes, gsize size)
{
  random.fill (bytes, size, random.user_data);
}

guint32
rtc_random_uint32 (RtcRandom random)
{
  guint32 value;

  rtc_random_bytes (random, (guint8 *) &value, sizeof value);
  return value;
}

guint64
rtc_random_uint64 (RtcRandom random)
{
  guint64 value;

  rtc_random_bytes (random, (guint8 *) &value, sizeof value);
  return value;
}

gchar *
rtc_random_ice_string (RtcRandom random, gsize length)
{
  /* RFC 8839 §5.4: ice-char = ALPHA / DIGIT / "+" / "/": 64 of them, so that no value is favoured
   * by taking the low 6 bits. */
  static const gchar alphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  gchar *string = g_malloc (length + 1);

  rtc_random_bytes (random, (guint8 *) string, length);
  for (gsize i = 0; i < length; i++)
    string[i] = alphabet[(guint8) string[i] & 63];
  string[length] = '\0';
  return string;
}
