/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RtcDtlsCertificate: key and certificate by OpenSSL. What is made ahead of need is in
 * rtcdtlsspares.c.
 */
#include "rtcdtlscertificate.h"

#include <gst/rtc/gstrtcerror.h>
#include "wire/rtcfingerprint.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#define SECONDS_PER_DAY (24 * 60 * 60)
/* Clocks of peers differ; W3C's default lifetime is 30 days. */
#define VALID_FROM (-SECONDS_PER_DAY)
#define VALID_UNTIL (30 * SECONDS_PER_DAY)

struct _RtcDtlsCertificate {
  gatomicrefcount ref_count;
  X509 *x509;
  EVP_PKEY *key;
  gchar *fingerprint;
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)

static RtcDtlsCertificate *
certificate_new (X509 *x509, EVP_PKEY *key)
{
  RtcDtlsCertificate *certificate = g_new0 (RtcDtlsCertificate, 1);

  g_atomic_ref_count_init (&certificate->ref_count);
  certificate->x509 = x509;
  certificate->key = key;
  certificate->fingerprint = rtc_dtls_x509_get_fingerprint (x509);
  return certificate;
}

/* The serial number and the name say nothing, so that they tell nothing. */
static gboolean
fill_certificate (X509 *x509, EVP_PKEY *key)
{
  X509_NAME *name = X509_get_subject_name (x509);
  guint8 random[16];
  gchar common_name[2 * 8 + 1];
  guint64 serial;

  if (RAND_bytes (random, sizeof random) != 1)
    return FALSE;
  for (guint i = 0; i < 8; i++)
    g_snprintf (common_name + 2 * i, 3, "%02x", random[i]);
  memcpy (&serial, random + 8, sizeof serial);
  /* RFC 5280 §4.1.2.2: a positive integer. */
  serial = (serial & G_MAXINT64) | 1;
  return X509_set_version (x509, X509_VERSION_3) == 1 &&
      ASN1_INTEGER_set_uint64 (X509_get_serialNumber (x509), serial) == 1 &&
      X509_gmtime_adj (X509_getm_notBefore (x509), VALID_FROM) &&
      X509_gmtime_adj (X509_getm_notAfter (x509), VALID_UNTIL) &&
      X509_NAME_add_entry_by_txt (
          name, "CN", MBSTRING_ASC, (const guint8 *) common_name, -1, -1, 0) == 1 &&
      X509_set_issuer_name (x509, name) == 1 && X509_set_pubkey (x509, key) == 1 &&
      X509_sign (x509, key, EVP_sha256 ()) > 0;
}

/* As an EC_KEY where OpenSSL still has them: such a key enters the certificate as it is. Any other
 * is encoded and decoded again for that by OpenSSL 3, which looks up codecs by name: 0.25 ms of
 * the 0.36 that a certificate takes. */
static EVP_PKEY *
generate_key (void)
{
#ifdef OPENSSL_NO_DEPRECATED_3_0
  return EVP_EC_gen ("P-256");
#else
  g_autoptr (EVP_PKEY) key = EVP_PKEY_new ();
  EC_KEY *pair;

  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  pair = EC_KEY_new_by_curve_name (NID_X9_62_prime256v1);
  if (key != NULL && pair != NULL && EC_KEY_generate_key (pair) == 1 &&
      EVP_PKEY_assign (key, EVP_PKEY_EC, pair) == 1)
    return g_steal_pointer (&key);
  EC_KEY_free (pair);
  G_GNUC_END_IGNORE_DEPRECATIONS
  return NULL;
#endif
}

RtcDtlsCertificate *
rtc_dtls_certificate_generate (void)
{
  g_autoptr (EVP_PKEY) key = generate_key ();
  g_autoptr (X509) x509 = X509_new ();

  if (key == NULL || x509 == NULL || !fill_certificate (x509, key))
    return NULL;
  return certificate_new (g_steal_pointer (&x509), g_steal_pointer (&key));
}

/* A password prompt would block the process: there is none. */
static int
refuse_password (char *buffer, int size, int is_writing, void *user_data)
{
  return -1;
}

RtcDtlsCertificate *
rtc_dtls_certificate_new_from_pem (const gchar *pem, GError **error)
{
  g_autoptr (BIO) certificate_bio = BIO_new_mem_buf (pem, -1);
  g_autoptr (BIO) key_bio = BIO_new_mem_buf (pem, -1);
  g_autoptr (X509) x509 = PEM_read_bio_X509 (certificate_bio, NULL, refuse_password, NULL);
  g_autoptr (EVP_PKEY) key = PEM_read_bio_PrivateKey (key_bio, NULL, refuse_password, NULL);

  if (x509 == NULL || key == NULL) {
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_ARGUMENT,
        "The PEM text has no readable %s; certificate needs both, the key without a password.",
        x509 ? "private key" : "certificate");
    return NULL;
  }
  if (X509_check_private_key (x509, key) != 1) {
    g_set_error_literal (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_ARGUMENT,
        "The private key in the PEM text is not that of the certificate.");
    return NULL;
  }
  return certificate_new (g_steal_pointer (&x509), g_steal_pointer (&key));
}

RtcDtlsCertificate *
rtc_dtls_certificate_ref (RtcDtlsCertificate *certificate)
{
  g_atomic_ref_count_inc (&certificate->ref_count);
  return certificate;
}

void
rtc_dtls_certificate_unref (RtcDtlsCertificate *certificate)
{
  if (!g_atomic_ref_count_dec (&certificate->ref_count))
    return;
  X509_free (certificate->x509);
  EVP_PKEY_free (certificate->key);
  g_free (certificate->fingerprint);
  g_free (certificate);
}

const gchar *
rtc_dtls_certificate_get_fingerprint (const RtcDtlsCertificate *certificate)
{
  return certificate->fingerprint;
}

gchar *
rtc_dtls_certificate_to_pem (const RtcDtlsCertificate *certificate)
{
  return rtc_dtls_x509_to_pem (certificate->x509);
}

gboolean
rtc_dtls_certificate_use (const RtcDtlsCertificate *certificate, SSL *ssl)
{
  return SSL_use_certificate (ssl, certificate->x509) == 1 &&
      SSL_use_PrivateKey (ssl, certificate->key) == 1;
}

gchar *
rtc_dtls_x509_to_pem (X509 *x509)
{
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());
  gchar *text = NULL;
  glong length;

  if (PEM_write_bio_X509 (bio, x509) != 1)
    return NULL;
  length = BIO_get_mem_data (bio, &text);
  return g_strndup (text, length);
}

gboolean
rtc_dtls_x509_matches (X509 *x509, const GPtrArray *fingerprints)
{
  static const gchar *hashes[] = { "sha-256", "sha-384", "sha-512" };
  const EVP_MD *digests[] = { EVP_sha256 (), EVP_sha384 (), EVP_sha512 () };
  gboolean is_match = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (hashes); i++) {
    guint8 bytes[EVP_MAX_MD_SIZE];
    guint size = 0;

    if (X509_digest (x509, digests[i], bytes, &size) == 1)
      is_match |= rtc_fingerprints_match (fingerprints, hashes[i], bytes, size);
  }
  return is_match;
}

gchar *
rtc_dtls_x509_get_fingerprint (X509 *x509)
{
  guint8 bytes[EVP_MAX_MD_SIZE];
  guint size = 0;
  g_autoptr (RtcFingerprint) fingerprint = NULL;

  if (X509_digest (x509, EVP_sha256 (), bytes, &size) != 1)
    return NULL;
  fingerprint = rtc_fingerprint_from_bytes ("sha-256", bytes, size);
  return rtc_fingerprint_to_text (fingerprint);
}

G_DEFINE_BOXED_TYPE (
    RtcDtlsCertificate, rtc_dtls_certificate, rtc_dtls_certificate_ref, rtc_dtls_certificate_unref)
