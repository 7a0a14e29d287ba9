/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes a self-signed certificate (RFC 5280) for the signalling server with OpenSSL, in memory. The
 * key touches a disk only where the user has named a file to keep it in. */
#include "rtccertificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#define VALID_DAYS 30
/* Whoever has to accept a certificate by hand has a week with both. */
#define RENEWAL_DAYS 7
#define COMMON_NAME "rtcsignaller"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_EXTENSION, X509_EXTENSION_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free)

static gboolean
add_extension (X509 *certificate, int nid, const gchar *value)
{
  X509V3_CTX context;
  g_autoptr (X509_EXTENSION) extension = NULL;
  X509V3_set_ctx_nodb (&context);
  X509V3_set_ctx (&context, certificate, certificate, NULL, NULL, 0);
  extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  return extension != NULL && X509_add_ext (certificate, extension, -1) == 1;
}

/* RFC 5280 §4.1.2.2: a positive integer of at most 20 octets. */
static gboolean
set_serial (X509 *certificate)
{
  guint64 serial = 0;
  if (RAND_bytes ((guint8 *) &serial, sizeof serial) != 1)
    return FALSE;
  return ASN1_INTEGER_set_uint64 (X509_get_serialNumber (certificate), serial >> 1 | 1) == 1;
}

static gboolean
fill_certificate (X509 *certificate, EVP_PKEY *key, const gchar *address)
{
  X509_NAME *name = X509_get_subject_name (certificate);
  g_autofree gchar *names = g_strdup_printf ("DNS:localhost,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1,%s%s",
      g_hostname_is_ip_address (address) ? "IP:" : "DNS:", address);

  return X509_set_version (certificate, X509_VERSION_3) == 1 && set_serial (certificate) &&
      X509_gmtime_adj (X509_getm_notBefore (certificate), -3600) != NULL &&
      X509_gmtime_adj (X509_getm_notAfter (certificate), VALID_DAYS * 24 * 3600L) != NULL &&
      X509_set_pubkey (certificate, key) == 1 &&
      X509_NAME_add_entry_by_txt (
          name, "CN", MBSTRING_ASC, (const unsigned char *) COMMON_NAME, -1, -1, 0) == 1 &&
      X509_set_issuer_name (certificate, name) == 1 &&
      add_extension (certificate, NID_basic_constraints, "critical,CA:FALSE") &&
      add_extension (certificate, NID_ext_key_usage, "serverAuth") &&
      add_extension (certificate, NID_subject_alt_name, names) &&
      X509_sign (certificate, key, EVP_sha256 ()) > 0;
}

static gchar *
print_pem (X509 *certificate, EVP_PKEY *key)
{
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());
  char *data = NULL;
  long size;
  if (bio == NULL || PEM_write_bio_X509 (bio, certificate) != 1 ||
      PEM_write_bio_PrivateKey (bio, key, NULL, NULL, 0, NULL, NULL) != 1)
    return NULL;
  size = BIO_get_mem_data (bio, &data);
  return g_strndup (data, size);
}

/* Readable by the user alone. */
static gboolean
keep (const gchar *pem, const gchar *file, GError **error)
{
  return file == NULL ||
      g_file_set_contents_full (file, pem, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

GTlsCertificate *
rtc_certificate_make (const gchar *address, const gchar *file, GError **error)
{
  g_autoptr (EVP_PKEY) key = EVP_EC_gen ("P-256");
  g_autoptr (X509) certificate = X509_new ();
  g_autofree gchar *pem = NULL;
  if (key != NULL && certificate != NULL && fill_certificate (certificate, key, address))
    pem = print_pem (certificate, key);
  if (pem == NULL) {
    g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_MISC, "cannot make a certificate for %s", address);
    return NULL;
  }
  return keep (pem, file, error) ? g_tls_certificate_new_from_pem (pem, -1, error) : NULL;
}

/* Ours has one name, for subject and issuer, and is signed with its own key. */
static gboolean
is_self_made (const gchar *file)
{
  g_autofree gchar *pem = NULL;
  g_autoptr (BIO) bio = NULL;
  g_autoptr (X509) certificate = NULL;
  X509_NAME *subject;
  gchar name[sizeof COMMON_NAME + 1] = "";
  gsize size;
  if (!g_file_get_contents (file, &pem, &size, NULL) || size > G_MAXINT)
    return FALSE;
  bio = BIO_new_mem_buf (pem, (gint) size);
  certificate = bio != NULL ? PEM_read_bio_X509 (bio, NULL, NULL, NULL) : NULL;
  if (certificate == NULL)
    return FALSE;
  subject = X509_get_subject_name (certificate);
  return X509_NAME_entry_count (subject) == 1 &&
      X509_NAME_get_text_by_NID (subject, NID_commonName, name, sizeof name) > 0 &&
      g_str_equal (name, COMMON_NAME) &&
      X509_NAME_cmp (subject, X509_get_issuer_name (certificate)) == 0 &&
      X509_verify (certificate, X509_get0_pubkey (certificate)) == 1;
}

gint64
rtc_certificate_get_rest (GTlsCertificate *certificate, gint64 now)
{
  g_autoptr (GDateTime) end = g_tls_certificate_get_not_valid_after (certificate);
  return end != NULL ? g_date_time_to_unix (end) * G_USEC_PER_SEC - now : G_MAXINT64;
}

gint64
rtc_certificate_get_rest_to_renewal (GTlsCertificate *certificate, gint64 now)
{
  gint64 rest = rtc_certificate_get_rest (certificate, now);
  return rest != G_MAXINT64 ? rest - RENEWAL_DAYS * G_TIME_SPAN_DAY : rest;
}

static GTlsCertificate *
load_from_one_file (
    const gchar *file, const gchar *address, RtcCertificateOrigin *out_origin, GError **error)
{
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (file, error);
  if (certificate == NULL)
    return NULL;
  *out_origin = is_self_made (file) ? RTC_CERTIFICATE_KEPT : RTC_CERTIFICATE_FOREIGN;
  if (*out_origin == RTC_CERTIFICATE_FOREIGN ||
      rtc_certificate_get_rest_to_renewal (certificate, g_get_real_time ()) > 0)
    return g_steal_pointer (&certificate);
  *out_origin = RTC_CERTIFICATE_RENEWED;
  return rtc_certificate_make (address, file, error);
}

GTlsCertificate *
rtc_certificate_load (const gchar *certificate_file, const gchar *key_file, const gchar *address,
    RtcCertificateOrigin *out_origin, GError **error)
{
  if (certificate_file == NULL && key_file != NULL) {
    g_set_error_literal (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
        "tls-key is of no use alone; set tls-certificate, too");
    return NULL;
  }
  if (certificate_file == NULL ||
      (key_file == NULL && !g_file_test (certificate_file, G_FILE_TEST_EXISTS))) {
    *out_origin = RTC_CERTIFICATE_MADE;
    return rtc_certificate_make (address, certificate_file, error);
  }
  if (key_file == NULL)
    return load_from_one_file (certificate_file, address, out_origin, error);
  *out_origin = RTC_CERTIFICATE_FOREIGN;
  return g_tls_certificate_new_from_files (certificate_file, key_file, error);
}
