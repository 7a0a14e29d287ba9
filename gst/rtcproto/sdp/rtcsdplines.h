/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The lines of a description (RFC 8866 §5) before anybody looks at what they mean: each is one
 * letter, "=", and printable UTF-8, within the limits. Private to this folder.
 */
#pragma once

#include <glib.h>

#include "base/rtcerror.h"

/* @value: behind the "=", owned by the lines. */
typedef struct {
  guint number; /* from 1 */
  gchar type;
  const gchar *value;
} RtcSdpLine;

typedef struct {
  gchar *text;   /* a copy, cut into strings */
  GArray *lines; /* of RtcSdpLine */
} RtcSdpLines;

/* NULL with an RTC_ERROR: LIMIT for what is too long, SYNTAX otherwise. Lines end with CRLF or LF;
 * empty ones may stand at the end. */
RtcSdpLines *rtc_sdp_lines_new (const gchar *text, gsize length, GError **error);
void rtc_sdp_lines_free (RtcSdpLines *lines);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcSdpLines, rtc_sdp_lines_free)

/* Sets an error `line 14: "a=mid:": REASON`; always FALSE. Passwords and
 * addresses are not shown. */
gboolean rtc_sdp_line_fail (const RtcSdpLine *line, GError **error, RtcError code,
    const gchar *format, ...) G_GNUC_PRINTF (4, 5);
