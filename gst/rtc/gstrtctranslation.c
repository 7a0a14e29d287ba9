/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Binds the text domain that all plugins share; see the header. */
#include "config.h"

#include <gst/rtc/gstrtctranslation.h>

#include <libintl.h>

void
gst_rtc_bind_translations (void)
{
  const gchar *folder = g_getenv ("GST_RTC_LOCALEDIR");

  bindtextdomain (GETTEXT_PACKAGE, folder ? folder : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
}
