/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See the header. */
#include "rawsocket.h"

#include <gst/check/gstcheck.h>
#include <string.h>

/* The example of RFC 6455 §1.3. */
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
#define NO_CLOSE_FRAME 1006

/* Byte by byte: what follows the header block is the first frame. */
static gchar *
read_header_block (RawSocket *socket)
{
  GString *text = g_string_new (NULL);
  gchar byte;
  while (strstr (text->str, "\r\n\r\n") == NULL &&
      g_input_stream_read (socket->input, &byte, 1, NULL, NULL) == 1)
    g_string_append_c (text, byte);
  return g_string_free (text, FALSE);
}

guint
raw_socket_open (
    RawSocket *socket, SignallerHarness *harness, const gchar *path, const gchar *headers)
{
  g_autofree gchar *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: localhost\r\n"
                                               "Connection: Upgrade\r\nUpgrade: websocket\r\n%s%s",
      path, headers,
      strstr (headers, "Sec-WebSocket-Version") != NULL ? "\r\n"
                                                        : "Sec-WebSocket-Key: " KEY
                                                          "\r\nSec-WebSocket-Version: 13\r\n\r\n");
  g_autofree gchar *reply = NULL;
  guint status;
  socket->connection = signaller_harness_connect (harness);
  socket->input = g_io_stream_get_input_stream (G_IO_STREAM (socket->connection));
  socket->output = g_io_stream_get_output_stream (G_IO_STREAM (socket->connection));
  g_output_stream_write_all (socket->output, request, strlen (request), NULL, NULL, NULL);
  reply = read_header_block (socket);
  status = g_str_has_prefix (reply, "HTTP/1.1 ") ? (guint) atoi (reply + 9) : 0;
  if (status == 101 && strstr (reply, ACCEPT) == NULL)
    g_error ("the key was not answered: %s", reply);
  return status;
}

void
raw_socket_join (RawSocket *socket, SignallerHarness *harness, const gchar *path, const gchar *id)
{
  g_assert_cmpuint (raw_socket_open (socket, harness, path, ""), ==, 101);
  raw_socket_send_text (socket, id);
}

void
raw_socket_clear (RawSocket *socket)
{
  g_clear_object (&socket->connection);
}

gboolean
raw_socket_send (RawSocket *socket, guint first, const void *bytes, gsize size)
{
  static const guint8 mask[] = { 1, 2, 3, 4 };
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  guint8 header[] = { (guint8) first, 0, 0, 0, 0, 0, (guint8) (size >> 24), (guint8) (size >> 16),
    (guint8) (size >> 8), (guint8) size };
  /* RFC 6455 §5.2: the minimal number of bytes MUST be used to encode the length. */
  guint n_length = size < 126 ? 0 : size <= G_MAXUINT16 ? 2 : 8;
  header[1] = (guint8) (0x80 | (n_length == 0 ? size : n_length == 2 ? 126 : 127));
  g_byte_array_append (frame, header, 2);
  g_byte_array_append (frame, header + sizeof header - n_length, n_length);
  g_byte_array_append (frame, mask, sizeof mask);
  g_byte_array_append (frame, bytes, (guint) size);
  for (gsize i = 0; i < size; i++)
    frame->data[frame->len - size + i] ^= mask[i % 4];
  return g_output_stream_write_all (socket->output, frame->data, frame->len, NULL, NULL, NULL);
}

void
raw_socket_send_text (RawSocket *socket, const gchar *text)
{
  g_assert_true (raw_socket_send (socket, FIN | OPCODE_TEXT, text, strlen (text)));
}

static gboolean
read_all (RawSocket *socket, guint8 *bytes, gsize size)
{
  gsize n_read = 0;
  return g_input_stream_read_all (socket->input, bytes, size, &n_read, NULL, NULL) &&
      n_read == size;
}

gboolean
raw_socket_receive (RawSocket *socket, RawFrame *out_frame)
{
  guint8 header[10];
  guint n_length = 0;
  gsize size;
  if (!read_all (socket, header, 2))
    return FALSE;
  g_assert_cmpuint (header[0] & FIN, ==, FIN);
  /* RFC 6455 §5.1: a server MUST NOT mask. */
  g_assert_cmpuint (header[1] & 0x80, ==, 0);
  size = header[1];
  if (size >= 126)
    n_length = size == 126 ? 2 : 8;
  if (!read_all (socket, header + 2, n_length))
    return FALSE;
  if (n_length > 0)
    size = 0;
  for (guint i = 0; i < n_length; i++)
    size = size << 8 | header[2 + i];
  *out_frame = (RawFrame){ header[0] & 0x0f, g_malloc0 (size + 1), size };
  if (read_all (socket, out_frame->bytes, size))
    return TRUE;
  raw_frame_clear (out_frame);
  return FALSE;
}

void
raw_frame_clear (RawFrame *frame)
{
  g_clear_pointer (&frame->bytes, g_free);
}

gchar *
raw_socket_receive_text (RawSocket *socket)
{
  RawFrame frame = { 0 };
  if (!raw_socket_receive (socket, &frame))
    g_error ("the connection ended, a message was expected");
  if (frame.opcode != OPCODE_TEXT)
    g_error ("frame %u, a text was expected", frame.opcode);
  return (gchar *) frame.bytes;
}

guint
raw_socket_receive_close (RawSocket *socket, gchar **out_reason)
{
  RawFrame frame = { 0 };
  guint code = NO_CLOSE_FRAME;
  while (code == NO_CLOSE_FRAME && raw_socket_receive (socket, &frame)) {
    if (frame.opcode == OPCODE_CLOSE && frame.size >= 2) {
      code = (guint) (frame.bytes[0] << 8 | frame.bytes[1]);
      if (out_reason != NULL)
        *out_reason = g_strdup ((const gchar *) frame.bytes + 2);
      raw_socket_send (socket, FIN | OPCODE_CLOSE, frame.bytes, 2);
    }
    raw_frame_clear (&frame);
  }
  return code;
}
