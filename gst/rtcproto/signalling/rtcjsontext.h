/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What JSON text of a client must keep before a recursive parser sees it, and the texts of errors
 * in each dialect. Pure functions. */
#pragma once

#include "base/rtcerror.h"

#define RTC_JSON_MAX_DEPTH 16

/* UTF-8 without NUL, and brackets no deeper than RTC_JSON_MAX_DEPTH. */
gboolean rtc_json_check (const gchar *text, gsize size, GError **error);

/**
 * RtcHttpDialect:
 * @RTC_HTTP_DIALECT_PLAIN: "Bad Request: <detail>", "Request Timeout", ...; nothing where the
 *   ice-restart contract sends nothing
 * @RTC_HTTP_DIALECT_PBX: {"error":"<detail>","code":<status>,"session_id":"<id>"}
 * @RTC_HTTP_DIALECT_PROBLEM: application/problem+json of RFC 9457
 */
typedef enum {
  RTC_HTTP_DIALECT_PLAIN,
  RTC_HTTP_DIALECT_PBX,
  RTC_HTTP_DIALECT_PROBLEM,
} RtcHttpDialect;

/* The reason phrase of @status; NULL for one that the server does not make. */
const gchar *rtc_http_reason (guint status);
const gchar *rtc_dialect_error_type (RtcHttpDialect dialect);
/* (transfer full): the body of an error reply. @detail and @session_id may be NULL. */
gchar *rtc_dialect_error_body (
    RtcHttpDialect dialect, guint status, const gchar *detail, const gchar *session_id);

/* (transfer full): @text as a JSON string, quotes included. */
gchar *rtc_json_quote (const gchar *text);
