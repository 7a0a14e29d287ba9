/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the messages of the plugins find their translations (gettext). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For each plugin's init. GST_RTC_LOCALEDIR names another folder than the installed one, such as
 * that of a build. */
void gst_rtc_bind_translations (void);

G_END_DECLS
