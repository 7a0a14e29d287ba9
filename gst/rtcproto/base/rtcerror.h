/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The protocol core's errors. The message names the line or the attribute and says what is wrong
 * with it; the element that handles the failure turns it into what its users know. */
#pragma once

#include <glib.h>

#define RTC_ERROR (rtc_error_quark ())
GQuark rtc_error_quark (void);

/**
 * RtcError:
 * @RTC_ERROR_SYNTAX: not readable; the message names the line
 * @RTC_ERROR_INVALID: readable, but against a rule that binds (fingerprint missing, ...)
 * @RTC_ERROR_STATE: not in this signalling state
 * @RTC_ERROR_ARGUMENT: the application gave a wrong value
 * @RTC_ERROR_UNSUPPORTED: allowed, but not available here
 * @RTC_ERROR_LIMIT: too large or too many
 */
typedef enum {
  RTC_ERROR_SYNTAX,
  RTC_ERROR_INVALID,
  RTC_ERROR_STATE,
  RTC_ERROR_ARGUMENT,
  RTC_ERROR_UNSUPPORTED,
  RTC_ERROR_LIMIT,
} RtcError;
