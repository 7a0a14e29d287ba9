/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The words that the grammars of SDP and ICE share: numbers, tokens, ice-chars. Strict readers:
 * no sign, no space, nothing behind.
 */
#pragma once

#include <glib.h>

/* 1*DIGIT, at most @max: "007" is 7; "", "+7", "7 ", and what is above @max is FALSE. */
gboolean rtc_text_to_number (const gchar *text, guint64 max, guint64 *out_value);
/* RFC 8866 §9 token, 1 to @max_length characters. */
gboolean rtc_text_is_token (const gchar *text, gsize max_length);
/* RFC 8839 §5.1 ice-char, @min_length to @max_length characters. */
gboolean rtc_text_is_ice_chars (const gchar *text, gsize min_length, gsize max_length);
/* RFC 8851 §10 rid-id, 1 to @max_length characters; the bytes need no end. */
gboolean rtc_text_is_rid (const gchar *text, gsize length, gsize max_length);
/* Printable and without a space: what may stand between two separators of a line. */
gboolean rtc_text_is_word (const gchar *text, gsize max_length);
/* (transfer full): what is in front of the first space; @out_rest: what is behind that and further
 * spaces, within @text. */
gchar *rtc_text_take_word (const gchar *text, const gchar **out_rest);
