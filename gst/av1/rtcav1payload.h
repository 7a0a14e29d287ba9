/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * AV1 in RTP packets, both ways, as "RTP Payload Format For AV1" of the Alliance for Open Media has
 * it. Plain C: no clock, no GObject. A temporal unit is in the low-overhead format (AV1 bitstream
 * specification §5.2), each OBU with its size. An assembler belongs to one depayloader.
 */
#pragma once

#include "base/rtcbytes.h"

G_BEGIN_DECLS

typedef struct _RtcAv1Assembler RtcAv1Assembler;

typedef enum {
  RTC_AV1_MORE,    /* the unit is not complete */
  RTC_AV1_UNIT,    /* a unit is complete */
  RTC_AV1_DAMAGED, /* something was dropped: a key frame is needed */
} RtcAv1Progress;

RtcAv1Assembler *rtc_av1_assembler_new (void);
void rtc_av1_assembler_free (RtcAv1Assembler *self);
/* Forgets what was collected; the next unit may begin with any packet that begins an OBU. */
void rtc_av1_assembler_reset (RtcAv1Assembler *self);

/* The packet's payload. @is_marked: its marker bit; @is_after_gap: packets before it are missing.
 * With RTC_AV1_UNIT, @out_unit (transfer full) begins with a temporal delimiter. */
RtcAv1Progress rtc_av1_assembler_push (RtcAv1Assembler *self, RtcBytes payload, gboolean is_marked,
    gboolean is_after_gap, GByteArray **out_unit);

/* Whether a unit has a sequence header and its first frame is a key frame: §7.5, the first of a
 * coded video sequence. */
gboolean rtc_av1_starts_sequence (RtcBytes unit);

/* Payloads of at most @max_payload bytes (at least RTC_AV1_SMALLEST_PAYLOAD), GBytes in order,
 * which carry @unit. NULL when it is not a row of OBUs with sizes. */
#define RTC_AV1_SMALLEST_PAYLOAD 16
GPtrArray *rtc_av1_packetize (RtcBytes unit, gsize max_payload);

G_END_DECLS
