/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The error domain of the protocol core; what its codes mean stands in the header. */
#include "base/rtcerror.h"

GQuark
rtc_error_quark (void)
{
  return g_quark_from_static_string ("rtc-error-quark");
}
