/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The SSL_CTX of the process: versions, ciphers, groups, limits. */
#include "rtcdtlscontext.h"

/* RFC 8827 §6.5: ECDHE with AES-128-GCM is the one that MUST be there; nothing that is no AEAD. */
#define CIPHERS                                                                                    \
  "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"                                     \
  "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"                                     \
  "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
/* X25519 alone would refuse ECDSA certificates with P-256 in DTLS 1.2. */
#define GROUPS "X25519:P-256:P-384"
#define MAX_CERTIFICATE_BYTES (16 * 1024)
/* OpenSSL's timer goes by the wall clock and cannot be asked to send again before it is over. The
 * connection does that by itself, so OpenSSL's is put out of the way. */
#define NEVER_US G_MAXUINT

static RtcDtlsVerifyFunc verify_func;

void
rtc_dtls_context_set_verify (RtcDtlsVerifyFunc verify)
{
  verify_func = verify;
}

/* No chain is built, no name is read, no revocation is asked: a self-signed certificate is its
 * fingerprint (RFC 8122 §5). */
static int
verify_certificate (X509_STORE_CTX *store, void *unused)
{
  SSL *ssl = X509_STORE_CTX_get_ex_data (store, SSL_get_ex_data_X509_STORE_CTX_idx ());
  STACK_OF (X509) *chain = X509_STORE_CTX_get0_untrusted (store);
  X509 *certificate = X509_STORE_CTX_get0_cert (store);

  if (certificate && sk_X509_num (chain) <= 1 && verify_func (certificate, SSL_get_app_data (ssl)))
    return 1;
  /* Becomes the alert bad_certificate. */
  X509_STORE_CTX_set_error (store, X509_V_ERR_CERT_REJECTED);
  return 0;
}

static unsigned int
next_timeout (SSL *ssl, unsigned int timeout_us)
{
  return NEVER_US;
}

static SSL_CTX *
context_new (void)
{
  SSL_CTX *context = SSL_CTX_new (DTLS_method ());

  if (context == NULL)
    return NULL;
  SSL_CTX_set_options (context,
      SSL_OP_NO_QUERY_MTU | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
          SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode (context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list (context, MAX_CERTIFICATE_BYTES);
  SSL_CTX_set_verify (context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
  SSL_CTX_set_cert_verify_callback (context, verify_certificate, NULL);
  SSL_CTX_set_read_ahead (context, 1);
  if (SSL_CTX_set_min_proto_version (context, DTLS1_2_VERSION) == 1 &&
      SSL_CTX_set_max_proto_version (context, DTLS1_2_VERSION) == 1 &&
      SSL_CTX_set_cipher_list (context, CIPHERS) == 1 &&
      SSL_CTX_set1_groups_list (context, GROUPS) == 1)
    return context;
  SSL_CTX_free (context);
  return NULL;
}

SSL *
rtc_dtls_context_new_ssl (guint mtu, const gchar *srtp_profiles, gpointer user_data)
{
  static gsize context;
  SSL *ssl;

  if (g_once_init_enter (&context)) {
    SSL_CTX *made = context_new ();

    g_once_init_leave (&context, made ? (gsize) made : 1);
  }
  if (context == 1 || (ssl = SSL_new ((SSL_CTX *) context)) == NULL)
    return NULL;
  SSL_set_app_data (ssl, user_data);
  SSL_set_mtu (ssl, mtu);
  DTLS_set_timer_cb (ssl, next_timeout);
  /* This function of OpenSSL returns 0 for success. */
  if (*srtp_profiles != '\0' && SSL_set_tlsext_use_srtp (ssl, srtp_profiles) != 0)
    g_clear_pointer (&ssl, SSL_free);
  return ssl;
}
