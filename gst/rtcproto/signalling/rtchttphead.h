/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A request's head, byte by byte, before an HTTP library reads it: lines end with CR LF, each
 * header has a name and a colon, nothing is folded, and the size is within limits. What libraries
 * and proxies read differently (RFC 9112 §11.2) is refused here. A value, owned by the connection.
 */
#pragma once

#include "signalling/rtchttpguard.h"

typedef struct {
  /* The head ends with an empty line; the rest is none of its. */
  gboolean is_done;
  gsize size;
  gsize line_size;
  guint n_headers;
  gboolean has_request_line;
  gboolean has_name;
  /* How much of the name is that of the header which says how much follows, and how many digits its
   * value has. */
  guint n_length_name;
  guint n_digits;
  gboolean is_value_over;
  gchar last;
} RtcHttpHead;

/* @head starts zeroed. The first refusal is the last call. */
RtcHttpRefusal rtc_http_head_read (RtcHttpHead *head, const gchar *bytes, gsize size);
