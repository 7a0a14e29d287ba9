/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Published vectors that libsrtp runs against our ciphers when they are put in, apart from the
 * code: RFC 3711 §B.2, RFC 6188 §7.2, the GCM specification's test cases 4 and 16, RFC 2202 §3. */
#pragma once

#include <srtp2/auth.h>
#include <srtp2/cipher.h>

extern const srtp_cipher_test_case_t rtc_srtp_vector_icm_128;
extern const srtp_cipher_test_case_t rtc_srtp_vector_icm_256;
extern const srtp_cipher_test_case_t rtc_srtp_vector_gcm_128;
extern const srtp_cipher_test_case_t rtc_srtp_vector_gcm_256;
extern const srtp_auth_test_case_t rtc_srtp_vector_hmac_sha1;
