/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes a self-signed certificate (RFC 5280) for the signalling server with OpenSSL, in memory. The
 * key touches a disk only where the user has named a file to keep it in. */
#include "rtccertificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#define VALID_DAYS 30

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
          name, "CN", MBSTRING_ASC, (const unsigned char *) "rtcsignaller", -1, -1, 0) == 1 &&
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

static GTlsCertificate *
make_certificate (const gchar *address, const gchar *file, GError **error)
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

GTlsCertificate *
rtc_certificate_load (
    const gchar *certificate_file, const gchar *key_file, const gchar *address, GError **error)
{
  if (certificate_file == NULL ||
      (key_file == NULL && !g_file_test (certificate_file, G_FILE_TEST_EXISTS)))
    return make_certificate (address, certificate_file, error);
  if (key_file == NULL)
    return g_tls_certificate_new_from_file (certificate_file, error);
  return g_tls_certificate_new_from_files (certificate_file, key_file, error);
}
