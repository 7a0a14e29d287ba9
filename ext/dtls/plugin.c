/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plugin rtcdtls: DTLS 1.2 for WebRTC with OpenSSL. */
#include "config.h"

#include "gstrtcdtls.h"

#include <openssl/crypto.h>

static gboolean
plugin_init (GstPlugin *plugin)
{
  /* At exit() OpenSSL frees what threads have of it, and a thread that ends just then frees that
   * again. The end of the process frees it anyway. */
  OPENSSL_init_crypto (OPENSSL_INIT_NO_ATEXIT, NULL);
  return GST_ELEMENT_REGISTER (rtcdtls, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, rtcdtls, "DTLS for WebRTC sessions",
    plugin_init, VERSION, GST_LICENSE, GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
