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
/* For a pad's iterate-internal-links function: the one pad on the other side, or NULL for none. */
GstIterator *gst_rtc_packet_pad_iterate (GstPad *other);

G_END_DECLS
