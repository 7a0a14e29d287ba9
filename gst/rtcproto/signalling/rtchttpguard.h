/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the header block of a request must look like before anything of it is believed: exactly one
 * Host, no Transfer-Encoding, a Content-Length of digits, and sizes within limits. It closes the
 * ways of request smuggling (RFC 9112 §11.2) and of memory exhaustion. One for each request, owned
 * by the HTTP server.
 */
#pragma once

#include <glib.h>

#define RTC_HTTP_MAX_HEADERS 64
#define RTC_HTTP_MAX_HEADER_BYTES (16 * 1024)
#define RTC_HTTP_MAX_HEADER_LINE (8 * 1024)
#define RTC_HTTP_MAX_TARGET 2048

typedef struct {
  guint n_headers;
  gsize header_bytes;
  guint n_hosts;
  guint n_content_lengths;
  guint n_origins;
  gboolean is_over_limit;
  gboolean has_transfer_encoding;
  gboolean has_bad_length;
  guint64 content_length;
  /* Borrowed from the request's headers. */
  const gchar *host;
  const gchar *origin;
} RtcHttpGuard;

/* The status to refuse with and a sentence for the one who asked; status 0 lets it pass. */
typedef struct {
  guint status;
  const gchar *reason;
} RtcHttpRefusal;

/* @guard starts zeroed. @target is the request target as it came. */
void rtc_http_guard_set_target (RtcHttpGuard *guard, const gchar *target);
void rtc_http_guard_add_header (RtcHttpGuard *guard, const gchar *name, const gchar *value);
/* @max_body_bytes: what this route takes; 0 for none. */
RtcHttpRefusal rtc_http_guard_check (const RtcHttpGuard *guard, guint64 max_body_bytes);

/* @host names this machine itself: localhost, a name below it, or an address, with or without a
 * port. A page of a foreign name that resolves to a loopback address (DNS rebinding) does not. */
gboolean rtc_http_host_is_local (const gchar *host);
/* RFC 6454 §6.2: @origin is scheme://host[:port] of the very server that was asked as @host. */
gboolean rtc_http_origin_is_same (const gchar *origin, const gchar *host);
/* RFC 6750 §2.1: @authorization (may be NULL) is "Bearer" and @token; the time that it takes tells
 * nothing about where they differ. */
gboolean rtc_http_token_matches (const gchar *authorization, const gchar *token);
