/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages on an element's bus, as server, client and link watch post them. Any thread. */
#pragma once

#include <gst/gst.h>

/* An element message @name of @session, with one more text @field, which may be NULL. (transfer
 * full): to be posted, or to get more fields before. */
GstStructure *rtc_post_make (
    const gchar *name, const gchar *session, const gchar *field, const gchar *text);
/* Takes @structure. */
void rtc_post_structure (GstElement *element, GstStructure *structure);
/* The same in words. Takes @text. */
void rtc_post_progress (GstElement *element, GstProgressType type, const gchar *code, gchar *text);
