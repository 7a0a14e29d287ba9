/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The certificate of an HTTPS signalling server: from PEM files, or made on the spot with OpenSSL
 * (GLib has no generator): ECDSA P-256, self-signed, for localhost and the address listened on. */
#pragma once

#include <gio/gio.h>

/* (transfer full). Without @certificate_file a new one is made; @key_file may be NULL when the key
 * is in the same file. */
GTlsCertificate *rtc_certificate_load (
    const gchar *certificate_file, const gchar *key_file, const gchar *address, GError **error);
