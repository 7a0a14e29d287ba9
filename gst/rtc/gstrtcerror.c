/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The quark of GST_RTC_ERROR. */

#include <gst/rtc/gstrtcerror.h>

G_DEFINE_QUARK (gst - rtc - error - quark, gst_rtc_error)
