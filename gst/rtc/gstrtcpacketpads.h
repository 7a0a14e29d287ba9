/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The pads between the elements of one transport: packets in lists, no events that pass through
 * (each direction lives as long as the session, whatever ends beside it), caps from the template.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Both add the pad to @element under the template's name; (transfer none). */

/* @chain_list takes single buffers too, as a list of one. Events are swallowed until the caller
 * sets a function of its own. */
GstPad *gst_rtc_packet_sink_pad_add (
    GstElement *element, GstStaticPadTemplate *static_template, GstPadChainListFunction chain_list);
/* Pushes its initial events when it is activated. */
GstPad *gst_rtc_packet_src_pad_add (GstElement *element, GstStaticPadTemplate *static_template);
/* Pushes now what the pad's first packet would push ahead of itself: for pads that several threads
 * push to, of which the second would overtake the events that the first still pushes. */
void gst_rtc_packet_src_pad_push_events (GstPad *pad);
/* What comes in at one of the two goes out at the other, or comes from there: events and queries
 * that ask for a pad's internal links find @other, a pad of the same element, or none for NULL. */
void gst_rtc_packet_pad_lead_to (GstPad *pad, GstPad *other);
/* The network is behind @pad: around it a query would never end, so it has no internal links, and a
 * source pad answers the latency query itself. @is_live: packets that wait are worth nothing. */
void gst_rtc_packet_pad_end (GstPad *pad, gboolean is_live);

G_END_DECLS
