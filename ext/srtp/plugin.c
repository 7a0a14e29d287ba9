/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plugin rtcsrtp: SRTP with libsrtp2, its ciphers by OpenSSL. */
#include "config.h"

#include "gstrtcsrtp.h"

#include <gst/rtc/gstrtctranslation.h>
#include <openssl/crypto.h>

static gboolean
plugin_init (GstPlugin *plugin)
{
  /* At exit() OpenSSL frees what threads have of it, and a thread that ends just then frees that
   * again. The end of the process frees it anyway. */
  OPENSSL_init_crypto (OPENSSL_INIT_NO_ATEXIT, NULL);
  gst_rtc_bind_translations ();
  return GST_ELEMENT_REGISTER (rtcsrtp, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, rtcsrtp,
    "SRTP and SRTCP for WebRTC sessions", plugin_init, VERSION, GST_LICENSE, GST_PACKAGE_NAME,
    GST_PACKAGE_ORIGIN)
