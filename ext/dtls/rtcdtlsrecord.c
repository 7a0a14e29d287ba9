/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RtcDtlsRecordLayer: key block, nonces, replay window. A nonce is never used twice with a key:
 * with GCM the explicit part goes on counting where OpenSSL's stopped, with ChaCha20 it is the
 * record's number, which does the same.
 */
#include "rtcdtlsrecord.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>
#include <string.h>

#define EPOCH 1
#define SEQUENCE_LIMIT (G_GUINT64_CONSTANT (1) << 48)
#define NONCE_LENGTH 12
#define EXPLICIT_NONCE_LENGTH 8
#define AAD_LENGTH 13
#define REPLAY_WINDOW 64
#define MAX_KEY_LENGTH 32
#define MAX_KEY_BLOCK (2 * (MAX_KEY_LENGTH + NONCE_LENGTH))

/* One direction. */
typedef struct {
  EVP_CIPHER_CTX *context;
  guint8 salt[NONCE_LENGTH];
} Keys;

struct _RtcDtlsRecordLayer {
  Keys write, read;
  /* To read again what this side wrote. */
  const EVP_CIPHER *cipher;
  guint8 write_key[MAX_KEY_LENGTH];
  gsize explicit_length;
  guint64 next_sequence, next_nonce;
  /* Bit i: highest - i was seen. */
  guint64 highest, window;
};

typedef struct {
  const EVP_CIPHER *cipher;
  gsize key_length, salt_length;
} Suite;

static gboolean
get_suite (const SSL_CIPHER *cipher, Suite *out_suite)
{
  switch (SSL_CIPHER_get_cipher_nid (cipher)) {
  case NID_aes_128_gcm:
    *out_suite = (Suite){ EVP_aes_128_gcm (), 16, NONCE_LENGTH - EXPLICIT_NONCE_LENGTH };
    return TRUE;
  case NID_aes_256_gcm:
    *out_suite = (Suite){ EVP_aes_256_gcm (), 32, NONCE_LENGTH - EXPLICIT_NONCE_LENGTH };
    return TRUE;
  case NID_chacha20_poly1305:
    *out_suite = (Suite){ EVP_chacha20_poly1305 (), 32, NONCE_LENGTH };
    return TRUE;
  default:
    return FALSE;
  }
}

/* RFC 5246 §6.3: key_block = PRF(SecurityParameters.master_secret, "key expansion",
 * SecurityParameters.server_random + SecurityParameters.client_random) */
static gboolean
derive_key_block (SSL *ssl, guint8 *block, gsize size)
{
  static const gchar label[] = "key expansion";
  guint8 master[SSL_MAX_MASTER_KEY_LENGTH];
  guint8 seed[sizeof label - 1 + 2 * SSL3_RANDOM_SIZE];
  gsize master_length = SSL_SESSION_get_master_key (SSL_get_session (ssl), master, sizeof master);
  const EVP_MD *digest = SSL_CIPHER_get_handshake_digest (SSL_get_current_cipher (ssl));
  EVP_KDF *kdf = EVP_KDF_fetch (NULL, "TLS1-PRF", NULL);
  EVP_KDF_CTX *context = EVP_KDF_CTX_new (kdf);
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_utf8_string (
        OSSL_KDF_PARAM_DIGEST, (gchar *) EVP_MD_get0_name (digest), 0),
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_SECRET, master, master_length),
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_SEED, seed, sizeof seed),
    OSSL_PARAM_construct_end (),
  };
  gboolean is_done;

  memcpy (seed, label, sizeof label - 1);
  SSL_get_server_random (ssl, seed + sizeof label - 1, SSL3_RANDOM_SIZE);
  SSL_get_client_random (ssl, seed + sizeof label - 1 + SSL3_RANDOM_SIZE, SSL3_RANDOM_SIZE);
  is_done = master_length > 0 && EVP_KDF_derive (context, block, size, params) == 1;
  EVP_KDF_CTX_free (context);
  EVP_KDF_free (kdf);
  OPENSSL_cleanse (master, sizeof master);
  return is_done;
}

static gboolean
keys_init (Keys *keys, const Suite *suite, const guint8 *key, const guint8 *salt, int is_encrypt)
{
  keys->context = EVP_CIPHER_CTX_new ();
  memcpy (keys->salt, salt, suite->salt_length);
  return EVP_CipherInit_ex (keys->context, suite->cipher, NULL, key, NULL, is_encrypt) == 1;
}

/* RFC 5246 §6.3: client_write_key, server_write_key, client_write_IV, server_write_IV; an AEAD has
 * no MAC keys. */
static gboolean
layer_set_keys (RtcDtlsRecordLayer *layer, SSL *ssl, const Suite *suite, gboolean is_client)
{
  guint8 block[MAX_KEY_BLOCK];
  const guint8 *salts = block + 2 * suite->key_length;
  gsize own = is_client ? 0 : 1;
  gboolean is_done = derive_key_block (ssl, block, 2 * (suite->key_length + suite->salt_length)) &&
      keys_init (&layer->write, suite, block + own * suite->key_length,
          salts + own * suite->salt_length, 1) &&
      keys_init (&layer->read, suite, block + (1 - own) * suite->key_length,
          salts + (1 - own) * suite->salt_length, 0);

  memcpy (layer->write_key, block + own * suite->key_length, suite->key_length);
  OPENSSL_cleanse (block, sizeof block);
  return is_done;
}

RtcDtlsRecordLayer *
rtc_dtls_record_layer_new (SSL *ssl, gboolean is_client)
{
  RtcDtlsRecordLayer *layer;
  Suite suite;

  if (!get_suite (SSL_get_current_cipher (ssl), &suite))
    return NULL;
  layer = g_new0 (RtcDtlsRecordLayer, 1);
  layer->cipher = suite.cipher;
  layer->explicit_length = NONCE_LENGTH - suite.salt_length;
  if (!layer_set_keys (layer, ssl, &suite, is_client))
    g_clear_pointer (&layer, rtc_dtls_record_layer_free);
  return layer;
}

void
rtc_dtls_record_layer_free (RtcDtlsRecordLayer *layer)
{
  if (layer == NULL)
    return;
  EVP_CIPHER_CTX_free (layer->write.context);
  EVP_CIPHER_CTX_free (layer->read.context);
  OPENSSL_cleanse (layer, sizeof *layer);
  g_free (layer);
}

gsize
rtc_dtls_record_layer_get_overhead (const RtcDtlsRecordLayer *layer)
{
  return layer->explicit_length + RTC_DTLS_TAG_LENGTH;
}

void
rtc_dtls_record_layer_note_sent (RtcDtlsRecordLayer *layer, const RtcDtlsRecord *record)
{
  if (record->epoch != EPOCH ||
      record->size < RTC_DTLS_RECORD_HEADER_LENGTH + EXPLICIT_NONCE_LENGTH)
    return;
  if (record->sequence >= layer->next_sequence) {
    layer->next_sequence = record->sequence + 1;
    memcpy (
        &layer->next_nonce, record->bytes + RTC_DTLS_RECORD_HEADER_LENGTH, EXPLICIT_NONCE_LENGTH);
    layer->next_nonce = GUINT64_FROM_BE (layer->next_nonce) + 1;
  }
}

static void
write_uint64 (guint8 *bytes, guint64 value)
{
  value = GUINT64_TO_BE (value);
  memcpy (bytes, &value, sizeof value);
}

/* GCM: salt || explicit. ChaCha20 (RFC 7905 §2): IV XOR (0^32 || epoch || sequence_number). */
static void
make_nonce (const RtcDtlsRecordLayer *layer, const Keys *keys, const guint8 *header,
    const guint8 *explicit_nonce, guint8 nonce[NONCE_LENGTH])
{
  memcpy (nonce, keys->salt, NONCE_LENGTH);
  if (layer->explicit_length > 0)
    memcpy (nonce + NONCE_LENGTH - EXPLICIT_NONCE_LENGTH, explicit_nonce, EXPLICIT_NONCE_LENGTH);
  else
    for (guint i = 0; i < 8; i++)
      nonce[NONCE_LENGTH - 8 + i] ^= header[3 + i];
}

/* RFC 5246 §6.2.3.3: additional_data = seq_num + TLSCompressed.type + TLSCompressed.version +
 * TLSCompressed.length; RFC 6347 §4.1.2.1: seq_num is epoch and sequence_number. */
static void
make_aad (const guint8 *header, gsize plaintext_size, guint8 aad[AAD_LENGTH])
{
  memcpy (aad, header + 3, 8);
  memcpy (aad + 8, header, 3);
  aad[11] = plaintext_size >> 8;
  aad[12] = plaintext_size;
}

static void
write_header (RtcDtlsContentType type, guint64 sequence, gsize length, guint8 *out)
{
  write_uint64 (out + 3, (guint64) EPOCH << 48 | sequence);
  out[0] = type;
  /* DTLS 1.2 */
  out[1] = 0xfe;
  out[2] = 0xfd;
  out[11] = length >> 8;
  out[12] = length;
}

gsize
rtc_dtls_record_layer_seal (RtcDtlsRecordLayer *layer, RtcDtlsContentType type,
    const guint8 *plaintext, gsize size, guint8 *out)
{
  gsize length = size + rtc_dtls_record_layer_get_overhead (layer);
  guint8 *text = out + RTC_DTLS_RECORD_HEADER_LENGTH + layer->explicit_length;
  guint8 nonce[NONCE_LENGTH], aad[AAD_LENGTH];
  EVP_CIPHER_CTX *context = layer->write.context;
  int written = 0;

  if (size > RTC_DTLS_MAX_PLAINTEXT || layer->next_sequence >= SEQUENCE_LIMIT)
    return 0;
  write_header (type, layer->next_sequence++, length, out);
  if (layer->explicit_length > 0)
    write_uint64 (out + RTC_DTLS_RECORD_HEADER_LENGTH, layer->next_nonce++);
  make_nonce (layer, &layer->write, out, out + RTC_DTLS_RECORD_HEADER_LENGTH, nonce);
  make_aad (out, size, aad);
  if (EVP_EncryptInit_ex (context, NULL, NULL, NULL, nonce) != 1 ||
      EVP_EncryptUpdate (context, NULL, &written, aad, AAD_LENGTH) != 1 ||
      EVP_EncryptUpdate (context, text, &written, plaintext, size) != 1 ||
      EVP_EncryptFinal_ex (context, text + size, &written) != 1 ||
      EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_GET_TAG, RTC_DTLS_TAG_LENGTH, text + size) != 1)
    return 0;
  return RTC_DTLS_RECORD_HEADER_LENGTH + length;
}

static gboolean
decrypt (const RtcDtlsRecordLayer *layer, const Keys *keys, const RtcDtlsRecord *record,
    guint8 *bytes, gsize *out_offset, gsize *out_size)
{
  gsize offset = RTC_DTLS_RECORD_HEADER_LENGTH + layer->explicit_length;
  gsize size;
  guint8 nonce[NONCE_LENGTH], aad[AAD_LENGTH];
  EVP_CIPHER_CTX *context = keys->context;
  int written = 0;

  if (record->size < offset + RTC_DTLS_TAG_LENGTH)
    return FALSE;
  size = record->size - offset - RTC_DTLS_TAG_LENGTH;
  make_nonce (layer, keys, bytes, bytes + RTC_DTLS_RECORD_HEADER_LENGTH, nonce);
  make_aad (bytes, size, aad);
  if (EVP_DecryptInit_ex (context, NULL, NULL, NULL, nonce) != 1 ||
      EVP_CIPHER_CTX_ctrl (
          context, EVP_CTRL_AEAD_SET_TAG, RTC_DTLS_TAG_LENGTH, bytes + offset + size) != 1 ||
      EVP_DecryptUpdate (context, NULL, &written, aad, AAD_LENGTH) != 1 ||
      EVP_DecryptUpdate (context, bytes + offset, &written, bytes + offset, size) != 1 ||
      EVP_DecryptFinal_ex (context, bytes + offset + size, &written) != 1)
    return FALSE;
  *out_offset = offset;
  *out_size = size;
  return TRUE;
}

/* RFC 6347 §4.1.2.6. window is 0 as long as nothing was accepted. */
static gboolean
is_replay (const RtcDtlsRecordLayer *layer, guint64 sequence)
{
  if (layer->window == 0 || sequence > layer->highest)
    return FALSE;
  return layer->highest - sequence >= REPLAY_WINDOW ||
      layer->window >> (layer->highest - sequence) & 1;
}

static void
mark_seen (RtcDtlsRecordLayer *layer, guint64 sequence)
{
  if (layer->window != 0 && sequence <= layer->highest) {
    layer->window |= G_GUINT64_CONSTANT (1) << (layer->highest - sequence);
    return;
  }
  if (layer->window == 0 || sequence - layer->highest >= REPLAY_WINDOW)
    layer->window = 0;
  else
    layer->window <<= sequence - layer->highest;
  layer->window |= 1;
  layer->highest = sequence;
}

gboolean
rtc_dtls_record_layer_open (RtcDtlsRecordLayer *layer, const RtcDtlsRecord *record, guint8 *bytes,
    gsize *out_offset, gsize *out_size)
{
  if (record->epoch != EPOCH || is_replay (layer, record->sequence) ||
      !decrypt (layer, &layer->read, record, bytes, out_offset, out_size))
    return FALSE;
  mark_seen (layer, record->sequence);
  return TRUE;
}

gboolean
rtc_dtls_record_layer_open_own (RtcDtlsRecordLayer *layer, const RtcDtlsRecord *record,
    guint8 *bytes, gsize *out_offset, gsize *out_size)
{
  Keys keys = { EVP_CIPHER_CTX_new (), { 0 } };
  gboolean is_done;

  memcpy (keys.salt, layer->write.salt, NONCE_LENGTH);
  is_done = EVP_DecryptInit_ex (keys.context, layer->cipher, NULL, layer->write_key, NULL) == 1 &&
      decrypt (layer, &keys, record, bytes, out_offset, out_size);
  EVP_CIPHER_CTX_free (keys.context);
  return is_done;
}
