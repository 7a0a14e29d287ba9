/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A converter that changes nothing and counts. See the header. */
#include "rtcframemeter.h"

#include <string.h>

#include "signalling/rtcframewalker.h"

/* RFC 6455 §7.4.1 */
#define CLOSE_POLICY 1008
#define CLOSE_TOO_BIG 1009
/* More than any network brings that a page may be served over. */
#define FLOOD_WINDOW (G_TIME_SPAN_SECOND / 10)
#define FLOOD_BYTES (16 * 1024 * 1024)

struct _RtcFrameMeter {
  GObject parent;
  RtcFrameWalker walker;
  RtcFrameMeterFuncs funcs;
  gpointer user_data;
  gint64 window_start;
  gsize window_bytes;
  gboolean is_over;
};

static gboolean
is_flood (RtcFrameMeter *self, gsize size)
{
  gint64 now = g_get_monotonic_time ();
  if (now - self->window_start > FLOOD_WINDOW) {
    self->window_start = now;
    self->window_bytes = 0;
  }
  self->window_bytes += size;
  return self->window_bytes > FLOOD_BYTES;
}

static void
refuse (RtcFrameMeter *self, guint code, const gchar *reason)
{
  if (!self->is_over)
    self->funcs.passed (code, reason, self->user_data);
  self->is_over = TRUE;
}

static GConverterResult
rtc_frame_meter_convert (GConverter *converter, const void *in, gsize in_size, void *out,
    gsize out_size, GConverterFlags flags, gsize *bytes_read, gsize *bytes_written, GError **error)
{
  RtcFrameMeter *self = RTC_FRAME_METER (converter);
  gsize size = MIN (in_size, out_size);

  if (size == 0 && (flags & G_CONVERTER_INPUT_AT_END) != 0)
    return G_CONVERTER_FINISHED;
  if (size == 0) {
    g_set_error_literal (error, G_IO_ERROR,
        in_size == 0 ? G_IO_ERROR_PARTIAL_INPUT : G_IO_ERROR_NO_SPACE, "nothing to do");
    return G_CONVERTER_ERROR;
  }
  if (!self->is_over && !rtc_frame_walker_feed (&self->walker, in, size))
    refuse (self, CLOSE_TOO_BIG, "the message is too large");
  if (is_flood (self, size))
    refuse (self, CLOSE_POLICY, "too many bytes at once");
  if (self->walker.n_pings > RTC_FRAME_MAX_PINGS)
    refuse (self, CLOSE_POLICY, "too many pings whose pongs are not read");
  if (self->is_over) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "a limit was passed");
    return G_CONVERTER_ERROR;
  }
  if (self->walker.n_pings > 0)
    self->funcs.pinged (self->user_data);
  memcpy (out, in, size);
  *bytes_read = size;
  *bytes_written = size;
  return G_CONVERTER_CONVERTED;
}

static void
rtc_frame_meter_reset (GConverter *converter)
{
  RtcFrameMeter *self = RTC_FRAME_METER (converter);
  rtc_frame_walker_init (&self->walker, self->walker.max_message_bytes);
}

static void
converter_init (GConverterIface *iface)
{
  iface->convert = rtc_frame_meter_convert;
  iface->reset = rtc_frame_meter_reset;
}

G_DEFINE_TYPE_WITH_CODE (RtcFrameMeter, rtc_frame_meter, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (G_TYPE_CONVERTER, converter_init))

static void
rtc_frame_meter_class_init (RtcFrameMeterClass *klass)
{
}

static void
rtc_frame_meter_init (RtcFrameMeter *self)
{
}

GConverter *
rtc_frame_meter_new (guint64 max_message_bytes, const RtcFrameMeterFuncs *funcs, gpointer user_data)
{
  RtcFrameMeter *self = g_object_new (RTC_TYPE_FRAME_METER, NULL);
  rtc_frame_walker_init (&self->walker, max_message_bytes);
  self->funcs = *funcs;
  self->user_data = user_data;
  return G_CONVERTER (self);
}

void
rtc_frame_meter_forget_pings (RtcFrameMeter *self)
{
  self->walker.n_pings = 0;
}
