/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two GObjects around a stream of GIO: one that reads and looks (RFC 9112 §5), one that holds both
 * directions together. Owned by libsoup. */
#include "rtchttpstream.h"

#include "signalling/rtchttphead.h"

/* --- the input --- */

#define RTC_TYPE_HTTP_INPUT (rtc_http_input_get_type ())
G_DECLARE_FINAL_TYPE (RtcHttpInput, rtc_http_input, RTC, HTTP_INPUT, GFilterInputStream)

struct _RtcHttpInput {
  GFilterInputStream parent;
  RtcHttpHead head;
  RtcHttpStreamFuncs funcs;
  gpointer user_data;
  gboolean is_refused;
};

static void rtc_http_input_pollable_init (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (RtcHttpInput, rtc_http_input, G_TYPE_FILTER_INPUT_STREAM,
    G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, rtc_http_input_pollable_init))

static GInputStream *
get_base (gpointer self)
{
  return g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (self));
}

/* What was read is what libsoup gets, or nothing of it. After a refusal all that still comes is
 * thrown away: to close at once could reset the connection before the client has read the status.
 */
static gssize
look (RtcHttpInput *self, const void *bytes, gssize size, GError **error)
{
  RtcHttpRefusal refusal;
  if (size <= 0 || self->head.is_done)
    return size;
  if (self->head.size == 0)
    self->funcs.began (self->user_data);
  if (!self->is_refused) {
    refusal = rtc_http_head_read (&self->head, bytes, (gsize) size);
    if (refusal.status == 0)
      return size;
    self->is_refused = TRUE;
    self->funcs.refused (&refusal, self->user_data);
  }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "refused");
  return -1;
}

/* libsoup's server does not block. */
static gssize
rtc_http_input_read (
    GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  return look (RTC_HTTP_INPUT (stream), buffer,
      g_input_stream_read (get_base (stream), buffer, count, cancellable, error), error);
}

static gssize
rtc_http_input_read_nonblocking (
    GPollableInputStream *stream, void *buffer, gsize count, GError **error)
{
  return look (RTC_HTTP_INPUT (stream), buffer,
      g_pollable_input_stream_read_nonblocking (
          G_POLLABLE_INPUT_STREAM (get_base (stream)), buffer, count, NULL, error),
      error);
}

static gboolean
rtc_http_input_can_poll (GPollableInputStream *stream)
{
  return G_IS_POLLABLE_INPUT_STREAM (get_base (stream)) &&
      g_pollable_input_stream_can_poll (G_POLLABLE_INPUT_STREAM (get_base (stream)));
}

static gboolean
rtc_http_input_is_readable (GPollableInputStream *stream)
{
  return g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (get_base (stream)));
}

static GSource *
rtc_http_input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  g_autoptr (GSource) base = g_pollable_input_stream_create_source (
      G_POLLABLE_INPUT_STREAM (get_base (stream)), cancellable);
  return g_pollable_source_new_full (stream, base, cancellable);
}

static void
rtc_http_input_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->can_poll = rtc_http_input_can_poll;
  iface->is_readable = rtc_http_input_is_readable;
  iface->create_source = rtc_http_input_create_source;
  iface->read_nonblocking = rtc_http_input_read_nonblocking;
}

static void
rtc_http_input_class_init (RtcHttpInputClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = rtc_http_input_read;
}

static void
rtc_http_input_init (RtcHttpInput *self)
{
}

/* --- both directions --- */

#define RTC_TYPE_HTTP_STREAM (rtc_http_stream_get_type ())
G_DECLARE_FINAL_TYPE (RtcHttpStream, rtc_http_stream, RTC, HTTP_STREAM, GIOStream)

struct _RtcHttpStream {
  GIOStream parent;
  GIOStream *base;
  RtcHttpInput *input;
};

G_DEFINE_FINAL_TYPE (RtcHttpStream, rtc_http_stream, G_TYPE_IO_STREAM)

static GInputStream *
rtc_http_stream_get_input (GIOStream *stream)
{
  return G_INPUT_STREAM (RTC_HTTP_STREAM (stream)->input);
}

static GOutputStream *
rtc_http_stream_get_output (GIOStream *stream)
{
  return g_io_stream_get_output_stream (RTC_HTTP_STREAM (stream)->base);
}

/* The end of TLS is a record more (RFC 8446 §6.1), and GIO waits until it can be sent. For a client
 * that does not read there is none: the socket is shut first. */
static void
shut_if_stuck (GIOStream *base)
{
  g_autoptr (GIOStream) inner = NULL;
  GSocket *socket;
  if (!G_IS_TLS_CONNECTION (base))
    return;
  g_object_get (base, "base-io-stream", &inner, NULL);
  socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (inner));
  if (!g_socket_is_closed (socket) && g_socket_condition_check (socket, G_IO_OUT) == 0)
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

static gboolean
rtc_http_stream_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  GIOStream *base = RTC_HTTP_STREAM (stream)->base;
  shut_if_stuck (base);
  return g_io_stream_close (base, cancellable, error);
}

static void
base_closed (GObject *base, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  if (g_io_stream_close_finish (G_IO_STREAM (base), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* GIO's own would do it on a thread of its own. */
static void
rtc_http_stream_close_async (GIOStream *stream, int priority, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  shut_if_stuck (RTC_HTTP_STREAM (stream)->base);
  g_io_stream_close_async (RTC_HTTP_STREAM (stream)->base, priority, cancellable, base_closed,
      g_task_new (stream, cancellable, callback, user_data));
}

static gboolean
rtc_http_stream_close_finish (GIOStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
rtc_http_stream_finalize (GObject *object)
{
  RtcHttpStream *self = RTC_HTTP_STREAM (object);
  g_object_unref (self->input);
  g_object_unref (self->base);
  G_OBJECT_CLASS (rtc_http_stream_parent_class)->finalize (object);
}

static void
rtc_http_stream_class_init (RtcHttpStreamClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = rtc_http_stream_finalize;
  stream_class->get_input_stream = rtc_http_stream_get_input;
  stream_class->get_output_stream = rtc_http_stream_get_output;
  stream_class->close_fn = rtc_http_stream_close;
  stream_class->close_async = rtc_http_stream_close_async;
  stream_class->close_finish = rtc_http_stream_close_finish;
}

static void
rtc_http_stream_init (RtcHttpStream *self)
{
}

GIOStream *
rtc_http_stream_new (GIOStream *base, const RtcHttpStreamFuncs *funcs, gpointer user_data)
{
  RtcHttpStream *self = g_object_new (RTC_TYPE_HTTP_STREAM, NULL);
  self->base = g_object_ref (base);
  self->input = g_object_new (RTC_TYPE_HTTP_INPUT, "base-stream",
      g_io_stream_get_input_stream (base), "close-base-stream", FALSE, NULL);
  self->input->funcs = *funcs;
  self->input->user_data = user_data;
  return G_IO_STREAM (self);
}
