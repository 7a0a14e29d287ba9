/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What JSON text of a client must keep before a recursive parser sees it, and the plain texts of
 * errors in the ice-restart dialect. Pure functions. */
#pragma once

#include "base/rtcerror.h"

#define RTC_JSON_MAX_DEPTH 16

/* UTF-8 without NUL, and brackets no deeper than RTC_JSON_MAX_DEPTH. */
gboolean rtc_json_check (const gchar *text, gsize size, GError **error);

/* (transfer full): the body of an error reply: "Bad Request: <detail>", "Request Timeout", ...;
 * empty where the dialect sends no body. @detail may be NULL. */
gchar *rtc_dialect_error_body (guint status, const gchar *detail);
