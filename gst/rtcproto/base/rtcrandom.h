/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The source of unguessable bytes: the kernel's by default, a seeded one in tests. A value, copied
 * freely. */
#pragma once

#include <glib.h>

typedef struct {
  void (*fill) (guint8 *bytes, gsize size, gpointer user_data);
  gpointer user_data;
} RtcRandom;

/* getrandom(2). */
RtcRandom rtc_random_system (void);
/* Reproducible and guessable: for tests only. */
RtcRandom rtc_random_seeded (guint64 *seed);

void rtc_random_bytes (RtcRandom random, guint8 *bytes, gsize size);
guint32 rtc_random_uint32 (RtcRandom random);
guint64 rtc_random_uint64 (RtcRandom random);
/* (transfer full): @length characters of the ice-char alphabet of RFC 8839 §5.4 (6 bits each). */
gchar *rtc_random_ice_string (RtcRandom random, gsize length);
