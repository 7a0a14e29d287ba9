/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A channel table under a hostile peer. The input is a row of records: stream (1 byte), kind
 * (1 byte: PPID or a reset), length (1 byte), message. Whatever comes, the limits hold.
 */
#include <stdint.h>

#include "datachannel/rtcchannels.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
drain (RtcChannels *channels)
{
  RtcChannelAction action;

  while (rtc_channels_poll (channels, &action)) {
    if (action.type == RTC_CHANNEL_ACTION_CLOSED)
      rtc_channel_release (channels, action.channel);
    rtc_channel_action_clear (&action);
  }
}

static void
handle_record (RtcChannels *channels, guint8 stream, guint8 kind, GBytes *message)
{
  switch (kind) {
  case 0:
    rtc_channels_handle_stream_reset (channels, stream);
    break;
  case 1:
    rtc_channels_handle_stream_closed (channels, stream);
    break;
  default:
    rtc_channels_handle_message (channels, stream, kind, message);
  }
  drain (channels);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  RtcChannelInit init = RTC_CHANNEL_INIT;
  RtcChannels *channels = rtc_channels_new ();

  rtc_channels_set_role (channels, TRUE);
  rtc_channels_connected (channels, 128);
  rtc_channels_create (channels, &init, NULL);
  while (size >= 3) {
    gsize length = MIN (data[2], size - 3);
    g_autoptr (GBytes) message = g_bytes_new (data + 3, length);

    handle_record (channels, data[0], data[1], message);
    data += 3 + length;
    size -= 3 + length;
  }
  rtc_channels_disconnected (channels, NULL);
  drain (channels);
  rtc_channels_free (channels);
  return 0;
}
