/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CRC32c (RFC 9260 appendix A), which protects every SCTP packet. Stateless; uses the processor's
 * instruction where it has one. */
#pragma once

#include <glib.h>

guint32 rtc_sctp_crc32c (const guint8 *data, gsize size);
/* The same with the table alone, for processors without the instruction. */
guint32 rtc_sctp_crc32c_table (const guint8 *data, gsize size);

/* Computes and stores the checksum of @packet (at least 12 bytes). */
void rtc_sctp_packet_fill_checksum (guint8 *packet, gsize size);
gboolean rtc_sctp_packet_has_valid_checksum (const guint8 *packet, gsize size);
