/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Each fast path has a slow one behind it, for systems and packets that it is not for. The variable
 * GST_RTC_SLOW_PATHS forces slow ones, so that tests take both: names separated by commas, or
 * "all". It is read once.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  RTC_SLOW_PATH_CRC32C,      /* "crc32c": the table, not the processor's instruction */
  RTC_SLOW_PATH_GSO,         /* "gso": no trains of packets in one system call */
  RTC_SLOW_PATH_GRO,         /* "gro": packets arrive one by one */
  RTC_SLOW_PATH_STEERING,    /* "steering": packets pass libnice's sockets */
  RTC_SLOW_PATH_RECORDS,     /* "records": DTLS records are copied, not changed in place */
  RTC_SLOW_PATH_SRTP_CRYPTO, /* "srtp-crypto": libsrtp's own ciphers */
  RTC_SLOW_PATH_MEDIA,       /* "media": received media pass every element of rtpbin */
} RtcSlowPath;

gboolean rtc_slow_path_is_forced (RtcSlowPath path);

G_END_DECLS
