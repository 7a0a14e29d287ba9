/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The data channels of one association: DCEP (RFC 8832) and the numbers of streams. Pure: messages
 * and resets come in by functions and go out as a list of actions that the caller executes.
 */
#pragma once

#include "base/rtcerror.h"
#include "datachannel/rtcchannelinit.h"

/* RFC 8831 §8 */
#define RTC_PPID_DCEP 50
#define RTC_PPID_STRING 51
#define RTC_PPID_BINARY 53
#define RTC_PPID_STRING_EMPTY 56
#define RTC_PPID_BINARY_EMPTY 57

#define RTC_CHANNELS_MAX 1024
#define RTC_CHANNEL_MAX_LABEL 65535

typedef struct _RtcChannels RtcChannels;
typedef struct _RtcChannel RtcChannel;

/* CLOSING ends, and the number is free again, when both directions of the stream are reset. */
typedef enum {
  RTC_CHANNEL_CONNECTING,
  RTC_CHANNEL_OPEN,
  RTC_CHANNEL_CLOSING,
  RTC_CHANNEL_CLOSED,
} RtcChannelState;

/**
 * RtcChannelActionType:
 * @RTC_CHANNEL_ACTION_SEND: send @data with @ppid on @stream, with the channel's reliability
 *     (DCEP itself: ordered and reliable)
 * @RTC_CHANNEL_ACTION_RESET: reset our side of @stream
 * @RTC_CHANNEL_ACTION_OPENED: @channel is open (one that the peer made: announce it first)
 * @RTC_CHANNEL_ACTION_ANNOUNCED: the peer made @channel
 * @RTC_CHANNEL_ACTION_MESSAGE: deliver @data, a string when @is_string, to @channel
 * @RTC_CHANNEL_ACTION_CLOSING: the peer began to close @channel
 * @RTC_CHANNEL_ACTION_CLOSED: @channel is closed; @error says why when it was not on request
 */
typedef enum {
  RTC_CHANNEL_ACTION_SEND,
  RTC_CHANNEL_ACTION_RESET,
  RTC_CHANNEL_ACTION_ANNOUNCED,
  RTC_CHANNEL_ACTION_OPENED,
  RTC_CHANNEL_ACTION_MESSAGE,
  RTC_CHANNEL_ACTION_CLOSING,
  RTC_CHANNEL_ACTION_CLOSED,
} RtcChannelActionType;

typedef struct {
  RtcChannelActionType type;
  RtcChannel *channel;
  guint16 stream;
  guint32 ppid;
  gboolean is_string;
  GBytes *data;
  GError *error;
} RtcChannelAction;

RtcChannels *rtc_channels_new (void);
void rtc_channels_free (RtcChannels *channels);

/* The next waiting action, in order; FALSE when there is none. Clear it with
 * rtc_channel_action_clear(). */
gboolean rtc_channels_poll (RtcChannels *channels, RtcChannelAction *out_action);
void rtc_channel_action_clear (RtcChannelAction *action);

/* (transfer none): owned by @channels until the caller releases it after CLOSED. A negotiated
 * channel needs @init->id, another one ignores it (W3C webrtc-pc §6.1). RTC_ERROR_ARGUMENT: both
 * limits at once, a name over 65535 bytes or not UTF-8, an id that is missing, out of range or in
 * use; RTC_ERROR_LIMIT: no stream number is left; RTC_ERROR_STATE: the association has ended. */
RtcChannel *rtc_channels_create (RtcChannels *channels, const RtcChannelInit *init, GError **error);
/* The DTLS role is known: ids are chosen (client even, server odd). */
void rtc_channels_set_role (RtcChannels *channels, gboolean is_client);
/* The association is open with this many streams: waiting channels send their OPEN. A channel that
 * this peer made is open from then on: its data may follow OPEN at once (RFC 8832 §6), which saves
 * a round trip; the peer refuses it with a reset, then it closes. */
void rtc_channels_connected (RtcChannels *channels, guint max_streams);
void rtc_channels_disconnected (RtcChannels *channels, const GError *reason);
/* A message on a stream without a channel, one with an unknown PPID, and one that comes after
 * rtc_channel_close() are dropped and counted. The bytes of a string are handed on as they are:
 * they may not be UTF-8 and may have NULs inside. */
void rtc_channels_handle_message (
    RtcChannels *channels, guint16 stream, guint32 ppid, GBytes *data);
/* The same for the usual message, without an action: the channel that a text or binary message is
 * for, when no action waits before it. NULL, and nothing has changed: handle_message() decides. */
RtcChannel *rtc_channels_take_message (
    RtcChannels *channels, guint16 stream, guint32 ppid, gboolean *out_is_string);
void rtc_channels_handle_stream_reset (RtcChannels *channels, guint16 stream);
void rtc_channels_handle_stream_closed (RtcChannels *channels, guint16 stream);

guint64 rtc_channels_get_dropped_messages (const RtcChannels *channels);

/* Any thread, knows no channel. An empty message (NULL too) becomes one padding byte with the EMPTY
 * ppid (RFC 8831 §6.6). @out_data (transfer full). */
void rtc_channel_pack_message (
    gboolean is_string, GBytes *data, guint32 *out_ppid, GBytes **out_data);
void rtc_channel_close (RtcChannels *channels, RtcChannel *channel);
/* After CLOSED: the struct is freed. */
void rtc_channel_release (RtcChannels *channels, RtcChannel *channel);
const RtcChannelInit *rtc_channel_get_init (const RtcChannel *channel);
RtcChannelState rtc_channel_get_state (const RtcChannel *channel);
/* -1 while not chosen. */
gint rtc_channel_get_id (const RtcChannel *channel);
/* RFC 8832 §6: until the ACK or another message has come, user messages "MUST be sent ordered, no
 * matter whether the data channel is ordered or not". */
gboolean rtc_channel_must_send_ordered (const RtcChannel *channel);
void rtc_channel_set_user_data (RtcChannel *channel, gpointer user_data);
gpointer rtc_channel_get_user_data (const RtcChannel *channel);
