/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The process's SSL_CTX: what RFC 8827 §6.5 binds every association to. Certificates are put on
 * each SSL, since a context costs 13 KiB and more.
 */
#pragma once

#include <glib.h>
#include <openssl/ssl.h>

/* Whether the association that @user_data stands for takes the peer's certificate. Called while the
 * handshake runs, before anything that depends on it. */
typedef gboolean (*RtcDtlsVerifyFunc) (X509 *certificate, gpointer user_data);

/* (transfer full): an SSL without certificate and BIO. @user_data is SSL_get_app_data(). NULL when
 * OpenSSL cannot. */
SSL *rtc_dtls_context_new_ssl (guint mtu, const gchar *srtp_profiles, gpointer user_data);
/* Must be called once, before the first SSL. */
void rtc_dtls_context_set_verify (RtcDtlsVerifyFunc verify);
