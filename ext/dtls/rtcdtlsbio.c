/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtcDtlsBio: a datagram BIO without a socket. */
#include "rtcdtlsbio.h"
#include "rtcdtlsflight.h"

void
rtc_dtls_bio_add_output (RtcDtlsBio *state, GstBuffer *datagram)
{
  if (state->output == NULL)
    state->output = gst_buffer_list_new ();
  gst_buffer_list_add (state->output, datagram);
}

GstBufferList *
rtc_dtls_bio_take_output (RtcDtlsBio *state)
{
  return g_steal_pointer (&state->output);
}

static int
bio_write (BIO *bio, const char *data, int length)
{
  RtcDtlsBio *state = BIO_get_data (bio);
  guint8 *copy;

  BIO_clear_retry_flags (bio);
  if (length <= 0)
    return length;
  copy = g_memdup2 (data, length);
  rtc_dtls_renumber (copy, length, &state->next_sequence);
  rtc_dtls_bio_add_output (state, gst_buffer_new_wrapped (copy, length));
  return length;
}

/* A datagram that does not fit is cut, as recv() does. */
static int
bio_read (BIO *bio, char *data, int length)
{
  RtcDtlsBio *state = BIO_get_data (bio);
  gsize size = MIN (state->input_size, (gsize) MAX (length, 0));

  BIO_clear_retry_flags (bio);
  if (size == 0) {
    BIO_set_retry_read (bio);
    return -1;
  }
  memcpy (data, state->input, size);
  state->input = NULL;
  state->input_size = 0;
  return size;
}

static long
bio_ctrl (BIO *bio, int command, long number, void *pointer)
{
  RtcDtlsBio *state = BIO_get_data (bio);

  switch (command) {
  case BIO_CTRL_FLUSH:
    return 1;
  case BIO_CTRL_PENDING:
    return state ? (long) state->input_size : 0;
  default:
    /* The MTU is set, so nothing is answered to questions about it. */
    return 0;
  }
}

static int
bio_create (BIO *bio)
{
  BIO_set_init (bio, 1);
  return 1;
}

static BIO_METHOD *
get_method (void)
{
  static gsize result;

  if (g_once_init_enter (&result)) {
    BIO_METHOD *method = BIO_meth_new (BIO_get_new_index () | BIO_TYPE_SOURCE_SINK, "rtcdtls");

    BIO_meth_set_create (method, bio_create);
    BIO_meth_set_read (method, bio_read);
    BIO_meth_set_write (method, bio_write);
    BIO_meth_set_ctrl (method, bio_ctrl);
    g_once_init_leave (&result, (gsize) method);
  }
  return (BIO_METHOD *) result;
}

BIO *
rtc_dtls_bio_new (RtcDtlsBio *state)
{
  BIO *bio = BIO_new (get_method ());

  BIO_set_data (bio, state);
  return bio;
}
