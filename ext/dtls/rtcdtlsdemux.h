/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of packets told apart (RFC 7983 §7) and taken apart: what arrives for one transport. */
#pragma once

#include <gst/gst.h>

#include "wire/rtcdemux.h"

RtcPacketType rtc_dtls_demux_classify (GstBuffer *buffer);
/* TRUE: SRTP and SRTCP only, the usual list of media. */
gboolean rtc_dtls_demux_is_srtp (GstBufferList *list);
/* The first @n_packets of *list; both (transfer full), *list is NULL when nothing is left. */
GstBufferList *rtc_dtls_demux_split_off (GstBufferList **list, guint n_packets);
/* @second (transfer full, may be NULL) behind @first. */
GstBufferList *rtc_dtls_demux_join (GstBufferList *first, GstBufferList *second);
