/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Errors that an application can act on. The message says what is wrong and what to do. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_RTC_ERROR (gst_rtc_error_quark ())
GQuark gst_rtc_error_quark (void);

/**
 * GstRtcError:
 * @GST_RTC_ERROR_FAILED: none of the others
 * @GST_RTC_ERROR_INVALID_STATE: not now: closed, or the signalling state forbids it
 * @GST_RTC_ERROR_INVALID_ARGUMENT: a value that the application gave is wrong
 * @GST_RTC_ERROR_SYNTAX: a description or candidate cannot be read; the message names the line
 * @GST_RTC_ERROR_UNSUPPORTED: understood, but not available here
 * @GST_RTC_ERROR_FINGERPRINT: the peer's certificate is not the one that it announced
 * @GST_RTC_ERROR_LIMIT: more than the configured limit
 * @GST_RTC_ERROR_NETWORK: the network or a server refused
 */
typedef enum {
  GST_RTC_ERROR_FAILED,
  GST_RTC_ERROR_INVALID_STATE,
  GST_RTC_ERROR_INVALID_ARGUMENT,
  GST_RTC_ERROR_SYNTAX,
  GST_RTC_ERROR_UNSUPPORTED,
  GST_RTC_ERROR_FINGERPRINT,
  GST_RTC_ERROR_LIMIT,
  GST_RTC_ERROR_NETWORK,
} GstRtcError;

G_END_DECLS
