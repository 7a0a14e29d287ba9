/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RtcDtlsBio: OpenSSL's view of the network: it reads the one record that is being handled, and
 * every datagram it writes is added to a list, so that a flight is one push. Owned by a connection.
 */
#pragma once

#include <gst/gst.h>
#include <openssl/bio.h>

typedef struct {
  const guint8 *input;
  gsize input_size;
  GstBufferList *output;
  /* The number of the next record in the clear: retransmissions take some that OpenSSL does not
   * know of, so it is not OpenSSL that counts. */
  guint64 next_sequence;
} RtcDtlsBio;

/* (transfer full): a BIO over @state, which must outlive it. */
BIO *rtc_dtls_bio_new (RtcDtlsBio *state);
/* (transfer full): what was written since, NULL when nothing was. */
GstBufferList *rtc_dtls_bio_take_output (RtcDtlsBio *state);
void rtc_dtls_bio_add_output (RtcDtlsBio *state, GstBuffer *datagram);
