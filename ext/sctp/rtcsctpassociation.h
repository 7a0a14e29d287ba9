/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One SCTP association over a message interface: packets in and out, messages in and out. The
 * element owns it. Its events and the end of its batches happen on the network loop; sending is for
 * any thread. Its two locks and who calls whom: docs/design/sctp-threads.md.
 */
#pragma once

#include "rtcsctptypes.h"

/* @owner is referenced weakly. */
RtcSctpAssociation *rtc_sctp_association_new (
    GObject *owner, RtcLoop *loop, const RtcSctpAssociationFuncs *functions);
RtcSctpAssociation *rtc_sctp_association_ref (RtcSctpAssociation *association);
void rtc_sctp_association_unref (RtcSctpAssociation *association);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcSctpAssociation, rtc_sctp_association_unref)

gboolean rtc_sctp_association_start (
    RtcSctpAssociation *association, const RtcSctpAssociationConfig *config, GError **error);
/* Any thread. Sends ABORT when the peer knows us, and frees what the stack holds. The state becomes
 * closed; the loop tells so. */
void rtc_sctp_association_close (RtcSctpAssociation *association);

/* Any thread. */
void rtc_sctp_association_receive (RtcSctpAssociation *association, GstBufferList *list);
gboolean rtc_sctp_association_send (RtcSctpAssociation *association, guint16 stream, guint32 ppid,
    GBytes *data, const GstRtcDataReliability *reliability, GError **error);
void rtc_sctp_association_reset_stream (RtcSctpAssociation *association, guint16 stream);
/* Messages of @stream wait while it is paused, and the window that the peer sees becomes smaller by
 * them; the end of the association brings them all. */
void rtc_sctp_association_set_paused (
    RtcSctpAssociation *association, guint16 stream, gboolean is_paused);
guint64 rtc_sctp_association_get_buffered (RtcSctpAssociation *association, guint16 stream);
void rtc_sctp_association_set_max_message (RtcSctpAssociation *association, guint64 size_bytes);
GstWebRTCSCTPTransportState rtc_sctp_association_get_state (RtcSctpAssociation *association);
guint rtc_sctp_association_get_max_streams (RtcSctpAssociation *association);
/* (transfer full) see gst_rtc_data_transport_get_stats() */
GstStructure *rtc_sctp_association_get_stats (RtcSctpAssociation *association);
