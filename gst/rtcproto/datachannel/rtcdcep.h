/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The two messages of the Data Channel Establishment Protocol, DATA_CHANNEL_OPEN and
 * DATA_CHANNEL_ACK (RFC 8832 §5), between bytes and structs. Plain functions without state.
 */
#pragma once

#include "datachannel/rtcchannelinit.h"

typedef enum {
  RTC_DCEP_INVALID,
  RTC_DCEP_OPEN,
  RTC_DCEP_ACK,
} RtcDcepType;

/* Reads a message with PPID 50. INVALID: unknown type, truncated, lengths that do not add up to
 * the message, an unknown channel type, a label or protocol that is not UTF-8 or has a NUL inside.
 * @out_init is filled for OPEN alone; clear it with rtc_channel_init_clear(). */
RtcDcepType rtc_dcep_read (GBytes *message, RtcChannelInit *out_init);

/* (transfer full) @init has been checked: one limit at most, label and protocol <= 65535 bytes. */
GBytes *rtc_dcep_write_open (const RtcChannelInit *init);
GBytes *rtc_dcep_write_ack (void);
