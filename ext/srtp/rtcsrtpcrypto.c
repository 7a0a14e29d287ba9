/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The OpenSSL back end of libsrtp2, process-wide. A cipher keeps one EVP context with its key
 * scheduled; a packet only sets a new IV. The HMAC keeps the hash states after the inner and outer
 * pad (RFC 2104 §4), so that a packet costs no key set-up. Contexts that libsrtp made with its
 * own ciphers before go on with those.
 */
/* EVP_MAC is 15 % slower than the hash itself for packets; SHA1_* is deprecated but stays. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "rtcsrtpcrypto.h"
#include "rtcsrtpvectors.h"

#include <gst/rtc/rtcslowpath.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/sha.h>
#include <srtp2/auth.h>
#include <srtp2/cipher.h>
#include <string.h>

#define SALT_LENGTH 14
#define AEAD_SALT_LENGTH 12
#define GCM_IV_LENGTH 12
#define BLOCK_LENGTH 16

/* The state of one cipher, as libsrtp's `state`. */
typedef struct {
  EVP_CIPHER_CTX *context;
  const EVP_CIPHER *cipher;
  guint tag_length;
  guint8 salt[BLOCK_LENGTH];
  gboolean has_direction; /* the context has had an IV, and works in @direction */
  srtp_cipher_direction_t direction;
} Cipher;

typedef struct {
  SHA_CTX inner, outer, work;
} Hmac;

static const srtp_cipher_type_t icm_128, icm_256, gcm_128, gcm_256;
static const srtp_auth_type_t hmac_sha1;

/* EVP_aes_...() is looked up again at each key; the fetched object is kept for the process. */
static EVP_CIPHER *ctr_128_cipher, *ctr_256_cipher, *gcm_128_cipher, *gcm_256_cipher;

static srtp_err_status_t
cipher_new (srtp_cipher_pointer_t *out, const srtp_cipher_type_t *type, const EVP_CIPHER *evp,
    int key_length, int tag_length)
{
  Cipher *state = g_new0 (Cipher, 1);
  srtp_cipher_t *cipher = g_new0 (srtp_cipher_t, 1);

  state->context = EVP_CIPHER_CTX_new ();
  state->cipher = evp;
  state->tag_length = tag_length;
  cipher->state = state;
  cipher->type = type;
  cipher->algorithm = type->id;
  cipher->key_len = key_length;
  *out = cipher;
  return srtp_err_status_ok;
}

static srtp_err_status_t
cipher_free (srtp_cipher_pointer_t cipher)
{
  Cipher *state = cipher->state;

  EVP_CIPHER_CTX_free (state->context);
  OPENSSL_cleanse (state, sizeof *state);
  g_free (state);
  g_free (cipher);
  return srtp_err_status_ok;
}

static srtp_err_status_t
icm_128_alloc (srtp_cipher_pointer_t *out, int key_length, int tag_length)
{
  if (key_length != SRTP_AES_ICM_128_KEY_LEN_WSALT)
    return srtp_err_status_bad_param;
  return cipher_new (out, &icm_128, ctr_128_cipher, key_length, 0);
}

static srtp_err_status_t
icm_256_alloc (srtp_cipher_pointer_t *out, int key_length, int tag_length)
{
  if (key_length != SRTP_AES_ICM_256_KEY_LEN_WSALT)
    return srtp_err_status_bad_param;
  return cipher_new (out, &icm_256, ctr_256_cipher, key_length, 0);
}

static srtp_err_status_t
icm_init (void *data, const uint8_t *key)
{
  Cipher *state = data;
  gsize key_length = EVP_CIPHER_get_key_length (state->cipher);

  memset (state->salt, 0, sizeof state->salt);
  memcpy (state->salt, key + key_length, SALT_LENGTH);
  if (EVP_EncryptInit_ex (state->context, state->cipher, NULL, key, NULL) != 1)
    return srtp_err_status_init_fail;
  return srtp_err_status_ok;
}

/* RFC 3711 §4.1.1: IV = (k_s * 2^16) XOR (SSRC * 2^64) XOR (i * 2^16); libsrtp gives the last two.
 */
static srtp_err_status_t
icm_set_iv (void *data, uint8_t *iv, srtp_cipher_direction_t direction)
{
  Cipher *state = data;
  guint8 counter[BLOCK_LENGTH];

  for (guint i = 0; i < BLOCK_LENGTH; i++)
    counter[i] = state->salt[i] ^ iv[i];
  if (EVP_EncryptInit_ex (state->context, NULL, NULL, NULL, counter) != 1)
    return srtp_err_status_cipher_fail;
  return srtp_err_status_ok;
}

static srtp_err_status_t
icm_crypt (void *data, uint8_t *buffer, unsigned int *length)
{
  Cipher *state = data;
  int written = 0;

  if (EVP_EncryptUpdate (state->context, buffer, &written, buffer, *length) != 1)
    return srtp_err_status_cipher_fail;
  return srtp_err_status_ok;
}

static srtp_err_status_t
gcm_alloc (srtp_cipher_pointer_t *out, const srtp_cipher_type_t *type, const EVP_CIPHER *evp,
    int key_length, int tag_length)
{
  if (tag_length != 8 && tag_length != 16)
    return srtp_err_status_bad_param;
  return cipher_new (out, type, evp, key_length, tag_length);
}

static srtp_err_status_t
gcm_128_alloc (srtp_cipher_pointer_t *out, int key_length, int tag_length)
{
  if (key_length != SRTP_AES_GCM_128_KEY_LEN_WSALT)
    return srtp_err_status_bad_param;
  return gcm_alloc (out, &gcm_128, gcm_128_cipher, key_length, tag_length);
}

static srtp_err_status_t
gcm_256_alloc (srtp_cipher_pointer_t *out, int key_length, int tag_length)
{
  if (key_length != SRTP_AES_GCM_256_KEY_LEN_WSALT)
    return srtp_err_status_bad_param;
  return gcm_alloc (out, &gcm_256, gcm_256_cipher, key_length, tag_length);
}

static srtp_err_status_t
gcm_init (void *data, const uint8_t *key)
{
  Cipher *state = data;

  state->has_direction = FALSE;
  if (EVP_CipherInit_ex (state->context, state->cipher, NULL, key, NULL, 1) != 1)
    return srtp_err_status_init_fail;
  return srtp_err_status_ok;
}

/* EVP_CipherInit_ex() asks OpenSSL 3.0 for the length of the IV by name, past every other name that
 * GCM knows, which takes as long as 300 bytes of encryption. A length of -1 says that this is the
 * whole IV (EVP_EncryptInit(3), EVP_CTRL_AEAD_SET_IV_FIXED). */
static gboolean
gcm_set_next_iv (Cipher *state, uint8_t *iv)
{
  const OSSL_PARAM params[] = {
    OSSL_PARAM_octet_string (OSSL_CIPHER_PARAM_AEAD_TLS1_IV_FIXED, iv, (size_t) -1),
    OSSL_PARAM_END,
  };

  return EVP_CIPHER_CTX_set_params (state->context, params) == 1;
}

/* 12 bytes is the default IV length of GCM, so there is no control call for it. */
static srtp_err_status_t
gcm_set_iv (void *data, uint8_t *iv, srtp_cipher_direction_t direction)
{
  Cipher *state = data;
  int is_encrypt = direction == srtp_direction_encrypt;

  if (direction == srtp_direction_any)
    return srtp_err_status_bad_param;
  if (state->has_direction && state->direction == direction && gcm_set_next_iv (state, iv))
    return srtp_err_status_ok;
  if (EVP_CipherInit_ex (state->context, NULL, NULL, NULL, iv, is_encrypt) != 1)
    return srtp_err_status_cipher_fail;
  state->has_direction = TRUE;
  state->direction = direction;
  return srtp_err_status_ok;
}

static srtp_err_status_t
gcm_set_aad (void *data, const uint8_t *aad, uint32_t aad_length)
{
  Cipher *state = data;
  int written = 0;

  if (EVP_CipherUpdate (state->context, NULL, &written, aad, aad_length) != 1)
    return srtp_err_status_cipher_fail;
  return srtp_err_status_ok;
}

static srtp_err_status_t
gcm_encrypt (void *data, uint8_t *buffer, unsigned int *length)
{
  Cipher *state = data;
  int written = 0;

  if (EVP_EncryptUpdate (state->context, buffer, &written, buffer, *length) != 1)
    return srtp_err_status_cipher_fail;
  return srtp_err_status_ok;
}

static gboolean
gcm_read_tag (Cipher *state, uint8_t *tag)
{
  OSSL_PARAM params[] = {
    OSSL_PARAM_octet_string (OSSL_CIPHER_PARAM_AEAD_TAG, tag, state->tag_length),
    OSSL_PARAM_END,
  };

  return EVP_CIPHER_CTX_get_params (state->context, params) == 1;
}

static gboolean
gcm_expect_tag (Cipher *state, uint8_t *tag)
{
  const OSSL_PARAM params[] = {
    OSSL_PARAM_octet_string (OSSL_CIPHER_PARAM_AEAD_TAG, tag, state->tag_length),
    OSSL_PARAM_END,
  };

  return EVP_CIPHER_CTX_set_params (state->context, params) == 1;
}

static srtp_err_status_t
gcm_get_tag (void *data, uint8_t *tag, uint32_t *length)
{
  Cipher *state = data;
  int written = 0;
  guint8 unused[BLOCK_LENGTH];

  if (EVP_EncryptFinal_ex (state->context, unused, &written) != 1 || !gcm_read_tag (state, tag))
    return srtp_err_status_algo_fail;
  *length = state->tag_length;
  return srtp_err_status_ok;
}

static srtp_err_status_t
gcm_decrypt (void *data, uint8_t *buffer, unsigned int *length)
{
  Cipher *state = data;
  guint8 unused[BLOCK_LENGTH];
  int text_length, written = 0;

  if (*length < state->tag_length)
    return srtp_err_status_bad_param;
  text_length = *length - state->tag_length;
  if (!gcm_expect_tag (state, buffer + text_length) ||
      EVP_DecryptUpdate (state->context, buffer, &written, buffer, text_length) != 1)
    return srtp_err_status_cipher_fail;
  if (EVP_DecryptFinal_ex (state->context, unused, &written) != 1)
    return srtp_err_status_auth_fail;
  *length = text_length;
  return srtp_err_status_ok;
}

static srtp_err_status_t
hmac_alloc (srtp_auth_pointer_t *out, int key_length, int tag_length)
{
  srtp_auth_t *auth;

  /* RFC 2104 §3: a longer key is hashed first; RFC 3711 keys are 20 bytes. */
  if (key_length < 0 || key_length > SHA_CBLOCK || tag_length < 0 || tag_length > SHA_DIGEST_LENGTH)
    return srtp_err_status_bad_param;
  auth = g_new0 (srtp_auth_t, 1);
  auth->type = &hmac_sha1;
  auth->state = g_new0 (Hmac, 1);
  auth->key_len = key_length;
  auth->out_len = tag_length;
  *out = auth;
  return srtp_err_status_ok;
}

static srtp_err_status_t
hmac_free (srtp_auth_pointer_t auth)
{
  OPENSSL_cleanse (auth->state, sizeof (Hmac));
  g_free (auth->state);
  g_free (auth);
  return srtp_err_status_ok;
}

static srtp_err_status_t
hmac_start (void *data)
{
  Hmac *state = data;

  state->work = state->inner;
  return srtp_err_status_ok;
}

static void
hmac_absorb_pad (SHA_CTX *context, const guint8 *key, gsize key_length, guint8 pad)
{
  guint8 block[SHA_CBLOCK];

  memset (block, pad, sizeof block);
  for (gsize i = 0; i < key_length; i++)
    block[i] ^= key[i];
  SHA1_Init (context);
  SHA1_Update (context, block, sizeof block);
  OPENSSL_cleanse (block, sizeof block);
}

static srtp_err_status_t
hmac_init (void *data, const uint8_t *key, int key_length)
{
  Hmac *state = data;

  hmac_absorb_pad (&state->inner, key, key_length, 0x36);
  hmac_absorb_pad (&state->outer, key, key_length, 0x5c);
  return hmac_start (state);
}

static srtp_err_status_t
hmac_update (void *data, const uint8_t *bytes, int length)
{
  Hmac *state = data;

  SHA1_Update (&state->work, bytes, length);
  return srtp_err_status_ok;
}

static srtp_err_status_t
hmac_compute (void *data, const uint8_t *bytes, int length, int tag_length, uint8_t *tag)
{
  Hmac *state = data;
  guint8 digest[SHA_DIGEST_LENGTH];

  if (tag_length > SHA_DIGEST_LENGTH)
    return srtp_err_status_bad_param;
  SHA1_Update (&state->work, bytes, length);
  SHA1_Final (digest, &state->work);
  state->work = state->outer;
  SHA1_Update (&state->work, digest, sizeof digest);
  SHA1_Final (digest, &state->work);
  memcpy (tag, digest, tag_length);
  return srtp_err_status_ok;
}

static const srtp_cipher_type_t icm_128 = { icm_128_alloc, cipher_free, icm_init, NULL, icm_crypt,
  icm_crypt, icm_set_iv, NULL, "AES-128 counter mode by OpenSSL", &rtc_srtp_vector_icm_128,
  SRTP_AES_ICM_128 };
static const srtp_cipher_type_t icm_256 = { icm_256_alloc, cipher_free, icm_init, NULL, icm_crypt,
  icm_crypt, icm_set_iv, NULL, "AES-256 counter mode by OpenSSL", &rtc_srtp_vector_icm_256,
  SRTP_AES_ICM_256 };
static const srtp_cipher_type_t gcm_128 = { gcm_128_alloc, cipher_free, gcm_init, gcm_set_aad,
  gcm_encrypt, gcm_decrypt, gcm_set_iv, gcm_get_tag, "AES-128 GCM by OpenSSL",
  &rtc_srtp_vector_gcm_128, SRTP_AES_GCM_128 };
static const srtp_cipher_type_t gcm_256 = { gcm_256_alloc, cipher_free, gcm_init, gcm_set_aad,
  gcm_encrypt, gcm_decrypt, gcm_set_iv, gcm_get_tag, "AES-256 GCM by OpenSSL",
  &rtc_srtp_vector_gcm_256, SRTP_AES_GCM_256 };
static const srtp_auth_type_t hmac_sha1 = { hmac_alloc, hmac_free, hmac_init, hmac_compute,
  hmac_update, hmac_start, "HMAC-SHA1 by OpenSSL", &rtc_srtp_vector_hmac_sha1, SRTP_HMAC_SHA1 };

static gboolean
crypto_load (void)
{
  ctr_128_cipher = EVP_CIPHER_fetch (NULL, "AES-128-CTR", NULL);
  ctr_256_cipher = EVP_CIPHER_fetch (NULL, "AES-256-CTR", NULL);
  gcm_128_cipher = EVP_CIPHER_fetch (NULL, "AES-128-GCM", NULL);
  gcm_256_cipher = EVP_CIPHER_fetch (NULL, "AES-256-GCM", NULL);
  /* Fails when another plugin has done it before; what is wrong otherwise shows below. */
  srtp_init ();
  if (rtc_slow_path_is_forced (RTC_SLOW_PATH_SRTP_CRYPTO))
    return TRUE;
  return ctr_128_cipher && ctr_256_cipher && gcm_128_cipher && gcm_256_cipher &&
      srtp_replace_cipher_type (&icm_128, SRTP_AES_ICM_128) == srtp_err_status_ok &&
      srtp_replace_cipher_type (&icm_256, SRTP_AES_ICM_256) == srtp_err_status_ok &&
      srtp_replace_cipher_type (&gcm_128, SRTP_AES_GCM_128) == srtp_err_status_ok &&
      srtp_replace_cipher_type (&gcm_256, SRTP_AES_GCM_256) == srtp_err_status_ok &&
      srtp_replace_auth_type (&hmac_sha1, SRTP_HMAC_SHA1) == srtp_err_status_ok;
}

gboolean
rtc_srtp_crypto_init (void)
{
  static gsize result;

  if (g_once_init_enter (&result))
    g_once_init_leave (&result, crypto_load () ? 1 : 2);
  return result == 1;
}
