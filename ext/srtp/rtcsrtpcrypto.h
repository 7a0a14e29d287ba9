/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ciphers of libsrtp2 by OpenSSL: AES counter mode, AES-GCM and HMAC-SHA1 through libsrtp's own
 * plug-in interface (srtp2/cipher.h, srtp2/auth.h). Debian builds libsrtp2 on NSS, which makes a
 * new PKCS#11 context for every packet: 4.5 times slower, and 110 KiB a session. */
#pragma once

#include <glib.h>

/* Initialises libsrtp and puts the ciphers in, once a process; any thread. libsrtp runs its self
 * tests and ours on each. FALSE: libsrtp itself does not work here. */
gboolean rtc_srtp_crypto_init (void);
