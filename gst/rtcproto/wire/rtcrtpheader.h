/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The header of an RTP packet (RFC 3550 §5.1) and its extension elements (RFC 8285), read without
 * copying. */
#pragma once

#include "base/rtcbytes.h"

typedef struct {
  guint8 pt;
  gboolean has_marker;
  guint16 sequence;
  guint32 timestamp;
  guint32 ssrc;
  gsize size_bytes;          /* fixed header, CSRCs and extension */
  guint16 extension_profile; /* 0 when there is no extension */
  RtcBytes extension;        /* behind its own four bytes */
} RtcRtpHeader;

/* FALSE, and @out_header untouched: not version 2, or it does not fit. */
gboolean rtc_rtp_header_read (const guint8 *packet, gsize size, RtcRtpHeader *out_header);

/* The element with this id (1 to 14, or to 255 in the two-byte form); FALSE when there is none. */
gboolean rtc_rtp_header_find_extension (
    const RtcRtpHeader *header, guint id, RtcBytes *out_element);
