/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The channel table of one association (RFC 8831 §6, RFC 8832 §6). A stream number belongs to at
 * most one channel. It is taken from the moment it is chosen until both directions of the stream
 * are reset; streams that are reset without having a channel (a bad OPEN) are remembered until
 * then, so that their numbers are not used too early. The owner executes the queued actions.
 */
#include "datachannel/rtcchannels.h"

#include <string.h>

#include "datachannel/rtcdcep.h"

/* RFC 8832 §5.1 and W3C webrtc-pc §6.2: 65535 is not a stream number. */
#define STREAM_COUNT_LIMIT 65535

struct _RtcChannel {
  RtcChannelInit init;
  RtcChannelState state;
  gint id;
  gboolean is_confirmed; /* the ACK or any other message came */
  gpointer user_data;
};

struct _RtcChannels {
  GPtrArray *channels;   /* all, until released, in the order of creation */
  GHashTable *by_stream; /* stream -> RtcChannel, until both directions are reset */
  GHashTable *resetting; /* set of streams that are being reset and have no channel */
  GQueue actions;
  gboolean has_role;
  gboolean is_client;
  gboolean is_connected;
  gboolean has_ended;
  guint max_streams;
  guint64 dropped_messages;
};

static void
channel_free (RtcChannel *channel)
{
  rtc_channel_init_clear (&channel->init);
  g_free (channel);
}

void
rtc_channel_action_clear (RtcChannelAction *action)
{
  g_clear_pointer (&action->data, g_bytes_unref);
  g_clear_error (&action->error);
}

static void
action_free (RtcChannelAction *action)
{
  rtc_channel_action_clear (action);
  g_free (action);
}

RtcChannels *
rtc_channels_new (void)
{
  RtcChannels *channels = g_new0 (RtcChannels, 1);

  channels->channels = g_ptr_array_new_with_free_func ((GDestroyNotify) channel_free);
  channels->by_stream = g_hash_table_new (NULL, NULL);
  channels->resetting = g_hash_table_new (NULL, NULL);
  g_queue_init (&channels->actions);
  channels->max_streams = STREAM_COUNT_LIMIT;
  return channels;
}

void
rtc_channels_free (RtcChannels *channels)
{
  if (channels == NULL)
    return;
  g_queue_clear_full (&channels->actions, (GDestroyNotify) action_free);
  g_hash_table_unref (channels->by_stream);
  g_hash_table_unref (channels->resetting);
  g_ptr_array_unref (channels->channels);
  g_free (channels);
}

gboolean
rtc_channels_poll (RtcChannels *channels, RtcChannelAction *out_action)
{
  g_autofree RtcChannelAction *action = g_queue_pop_head (&channels->actions);

  if (action == NULL)
    return FALSE;
  *out_action = *action;
  return TRUE;
}

static RtcChannelAction *
add_action (RtcChannels *channels, RtcChannelActionType type, RtcChannel *channel, guint16 stream)
{
  RtcChannelAction *action = g_new0 (RtcChannelAction, 1);

  action->type = type;
  action->channel = channel;
  action->stream = stream;
  g_queue_push_tail (&channels->actions, action);
  return action;
}

static void
add_dcep (RtcChannels *channels, RtcChannel *channel, GBytes *message)
{
  RtcChannelAction *action = add_action (channels, RTC_CHANNEL_ACTION_SEND, channel, channel->id);

  action->ppid = RTC_PPID_DCEP;
  action->data = message;
}

static RtcChannel *
find_channel (RtcChannels *channels, guint stream)
{
  return g_hash_table_lookup (channels->by_stream, GUINT_TO_POINTER (stream));
}

static gboolean
stream_is_taken (RtcChannels *channels, guint stream)
{
  return g_hash_table_contains (channels->by_stream, GUINT_TO_POINTER (stream)) ||
      g_hash_table_contains (channels->resetting, GUINT_TO_POINTER (stream));
}

/* RFC 8832 §6: "the side acting as the DTLS client MUST use streams with even stream identifiers,
 * and the side acting as the DTLS server MUST use [...] odd stream identifiers." */
static gint
choose_stream (RtcChannels *channels)
{
  for (guint stream = channels->is_client ? 0 : 1; stream < channels->max_streams; stream += 2) {
    if (!stream_is_taken (channels, stream))
      return stream;
  }
  return -1;
}

static void
close_channel (RtcChannels *channels, RtcChannel *channel, const GError *reason)
{
  RtcChannelAction *action;

  if (channel->state == RTC_CHANNEL_CLOSED)
    return;
  if (channel->id >= 0 && find_channel (channels, channel->id) == channel)
    g_hash_table_remove (channels->by_stream, GINT_TO_POINTER (channel->id));
  channel->state = RTC_CHANNEL_CLOSED;
  action = add_action (channels, RTC_CHANNEL_ACTION_CLOSED, channel, MAX (channel->id, 0));
  action->error = reason != NULL ? g_error_copy (reason) : NULL;
}

static void
reset_stream (RtcChannels *channels, guint16 stream)
{
  if (find_channel (channels, stream) == NULL)
    g_hash_table_add (channels->resetting, GUINT_TO_POINTER (stream));
  add_action (channels, RTC_CHANNEL_ACTION_RESET, find_channel (channels, stream), stream);
}

/* Chooses the number when it can be known. FALSE: there is none left. */
static gboolean
assign_stream (RtcChannels *channels, RtcChannel *channel)
{
  if (channel->id >= 0)
    return (guint) channel->id < channels->max_streams;
  if (!channels->has_role)
    return TRUE;
  channel->id = choose_stream (channels);
  if (channel->id < 0)
    return FALSE;
  g_hash_table_insert (channels->by_stream, GINT_TO_POINTER (channel->id), channel);
  return TRUE;
}

static void
open_channel (RtcChannels *channels, RtcChannel *channel)
{
  if (!channels->is_connected || channel->id < 0 || channel->state != RTC_CHANNEL_CONNECTING)
    return;
  if (!channel->init.is_negotiated)
    add_dcep (channels, channel, rtc_dcep_write_open (&channel->init));
  channel->state = RTC_CHANNEL_OPEN;
  add_action (channels, RTC_CHANNEL_ACTION_OPENED, channel, channel->id);
}

static gboolean
check_names (const RtcChannelInit *init, GError **error)
{
  const gchar *names[] = { init->label, init->protocol };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (names[i] == NULL)
      continue;
    if (strlen (names[i]) > RTC_CHANNEL_MAX_LABEL || !g_utf8_validate (names[i], -1, NULL)) {
      g_set_error (error, RTC_ERROR, RTC_ERROR_ARGUMENT,
          "The channel's %s is not UTF-8 or longer than %d bytes", i == 0 ? "label" : "protocol",
          RTC_CHANNEL_MAX_LABEL);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
check_negotiated_id (RtcChannels *channels, gint id, GError **error)
{
  if (id < 0 || (guint) id >= channels->max_streams) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_ARGUMENT,
        "A negotiated channel needs an id from 0 to %u, not %d", channels->max_streams - 1, id);
    return FALSE;
  }
  if (stream_is_taken (channels, id)) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_ARGUMENT, "The channel id %d is in use", id);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_init (RtcChannels *channels, const RtcChannelInit *init, GError **error)
{
  if (init->max_retransmits >= 0 && init->max_lifetime_ms >= 0) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_ARGUMENT,
        "A channel has a limit of retransmissions or of lifetime, not both");
    return FALSE;
  }
  if (channels->has_ended) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_STATE, "The association has ended");
    return FALSE;
  }
  if (g_hash_table_size (channels->by_stream) >= RTC_CHANNELS_MAX ||
      channels->channels->len >= 2 * RTC_CHANNELS_MAX) {
    g_set_error (
        error, RTC_ERROR, RTC_ERROR_LIMIT, "There are %d channels already", RTC_CHANNELS_MAX);
    return FALSE;
  }
  if (init->is_negotiated && !check_negotiated_id (channels, init->id, error))
    return FALSE;
  return check_names (init, error);
}

static RtcChannel *
channel_new (const RtcChannelInit *init, gint id)
{
  RtcChannel *channel = g_new0 (RtcChannel, 1);

  channel->init = *init;
  channel->init.label = g_strdup (init->label != NULL ? init->label : "");
  channel->init.protocol = g_strdup (init->protocol != NULL ? init->protocol : "");
  channel->init.max_retransmits = MAX (init->max_retransmits, -1);
  channel->init.max_lifetime_ms = MAX (init->max_lifetime_ms, -1);
  channel->id = id;
  channel->is_confirmed = init->is_negotiated;
  return channel;
}

RtcChannel *
rtc_channels_create (RtcChannels *channels, const RtcChannelInit *init, GError **error)
{
  RtcChannel *channel;

  if (!check_init (channels, init, error))
    return NULL;
  channel = channel_new (init, init->is_negotiated ? init->id : -1);
  if (channel->id >= 0)
    g_hash_table_insert (channels->by_stream, GINT_TO_POINTER (channel->id), channel);
  if (!assign_stream (channels, channel)) {
    channel_free (channel);
    g_set_error (error, RTC_ERROR, RTC_ERROR_LIMIT, "No stream number is left for a channel");
    return NULL;
  }
  g_ptr_array_add (channels->channels, channel);
  open_channel (channels, channel);
  return channel;
}

/* Gives waiting channels a number and opens them, in the order of their creation. */
static void
advance_waiting (RtcChannels *channels)
{
  g_autoptr (GError) limit = g_error_new (RTC_ERROR, RTC_ERROR_LIMIT,
      "The association has %u streams, none is left for this channel", channels->max_streams);

  for (guint i = 0; i < channels->channels->len; i++) {
    RtcChannel *channel = g_ptr_array_index (channels->channels, i);

    if (channel->state != RTC_CHANNEL_CONNECTING)
      continue;
    if (assign_stream (channels, channel))
      open_channel (channels, channel);
    else
      close_channel (channels, channel, limit);
  }
}

void
rtc_channels_set_role (RtcChannels *channels, gboolean is_client)
{
  if (channels->has_role)
    return;
  channels->has_role = TRUE;
  channels->is_client = is_client;
  advance_waiting (channels);
}

void
rtc_channels_connected (RtcChannels *channels, guint max_streams)
{
  if (channels->is_connected || channels->has_ended)
    return;
  channels->is_connected = TRUE;
  channels->max_streams = MIN (max_streams, STREAM_COUNT_LIMIT);
  advance_waiting (channels);
}

void
rtc_channels_disconnected (RtcChannels *channels, const GError *reason)
{
  channels->is_connected = FALSE;
  channels->has_ended = TRUE;
  g_hash_table_remove_all (channels->resetting);
  for (guint i = 0; i < channels->channels->len; i++)
    close_channel (channels, g_ptr_array_index (channels->channels, i), reason);
}

/* RFC 8831 §6.7: "Closing of a data channel MUST be signaled by resetting the corresponding
 * outgoing streams". */
static void
begin_close (RtcChannels *channels, RtcChannel *channel)
{
  if (channel->state != RTC_CHANNEL_OPEN)
    return;
  channel->state = RTC_CHANNEL_CLOSING;
  reset_stream (channels, channel->id);
}

/* RFC 8832 §6: a message that does not satisfy the conditions: "the receiver of such a message
 * MUST close the corresponding data channel [...] and MUST NOT send a DATA_CHANNEL_ACK". */
static void
refuse_stream (RtcChannels *channels, guint16 stream)
{
  RtcChannel *channel = find_channel (channels, stream);

  channels->dropped_messages++;
  if (channel != NULL && channel->state == RTC_CHANNEL_OPEN) {
    add_action (channels, RTC_CHANNEL_ACTION_CLOSING, channel, stream);
    begin_close (channels, channel);
  } else if (!stream_is_taken (channels, stream)) {
    reset_stream (channels, stream);
  }
}

static gboolean
peer_may_open (RtcChannels *channels, guint16 stream)
{
  gboolean is_even = (stream & 1) == 0;

  return channels->is_connected && !stream_is_taken (channels, stream) && channels->has_role &&
      is_even != channels->is_client && stream < channels->max_streams &&
      g_hash_table_size (channels->by_stream) < RTC_CHANNELS_MAX &&
      channels->channels->len < 2 * RTC_CHANNELS_MAX;
}

static void
handle_open (RtcChannels *channels, guint16 stream, const RtcChannelInit *init)
{
  RtcChannel *channel;

  if (!peer_may_open (channels, stream)) {
    refuse_stream (channels, stream);
    return;
  }
  channel = channel_new (init, stream);
  channel->init.id = stream;
  channel->is_confirmed = TRUE;
  channel->state = RTC_CHANNEL_OPEN;
  g_hash_table_insert (channels->by_stream, GUINT_TO_POINTER (stream), channel);
  g_ptr_array_add (channels->channels, channel);
  add_dcep (channels, channel, rtc_dcep_write_ack ());
  add_action (channels, RTC_CHANNEL_ACTION_ANNOUNCED, channel, stream);
  add_action (channels, RTC_CHANNEL_ACTION_OPENED, channel, stream);
}

static void
handle_dcep (RtcChannels *channels, guint16 stream, GBytes *data)
{
  g_auto (RtcChannelInit) init = RTC_CHANNEL_INIT;
  RtcChannel *channel = find_channel (channels, stream);

  switch (rtc_dcep_read (data, &init)) {
  case RTC_DCEP_OPEN:
    handle_open (channels, stream, &init);
    break;
  case RTC_DCEP_ACK:
    if (channel != NULL)
      channel->is_confirmed = TRUE;
    else
      channels->dropped_messages++;
    break;
  case RTC_DCEP_INVALID:
    refuse_stream (channels, stream);
    break;
  }
}

static void
deliver (RtcChannels *channels, RtcChannel *channel, gboolean is_string, GBytes *data)
{
  RtcChannelAction *action;

  if (channel == NULL || channel->state != RTC_CHANNEL_OPEN) {
    channels->dropped_messages++;
    return;
  }
  channel->is_confirmed = TRUE;
  action = add_action (channels, RTC_CHANNEL_ACTION_MESSAGE, channel, channel->id);
  action->is_string = is_string;
  action->data = data != NULL ? g_bytes_ref (data) : g_bytes_new_static ("", 0);
}

void
rtc_channels_handle_message (RtcChannels *channels, guint16 stream, guint32 ppid, GBytes *data)
{
  RtcChannel *channel = find_channel (channels, stream);

  switch (ppid) {
  case RTC_PPID_DCEP:
    handle_dcep (channels, stream, data);
    break;
  case RTC_PPID_STRING:
  case RTC_PPID_BINARY:
    deliver (channels, channel, ppid == RTC_PPID_STRING, data);
    break;
  case RTC_PPID_STRING_EMPTY:
  case RTC_PPID_BINARY_EMPTY:
    /* RFC 8831 §6.6: the receiver "MUST ignore the SCTP user message and process it as an empty
     * message". */
    deliver (channels, channel, ppid == RTC_PPID_STRING_EMPTY, NULL);
    break;
  default:
    channels->dropped_messages++;
    break;
  }
}

RtcChannel *
rtc_channels_take_message (
    RtcChannels *channels, guint16 stream, guint32 ppid, gboolean *out_is_string)
{
  RtcChannel *channel;

  if ((ppid != RTC_PPID_STRING && ppid != RTC_PPID_BINARY) ||
      !g_queue_is_empty (&channels->actions))
    return NULL;
  channel = find_channel (channels, stream);
  if (channel == NULL || channel->state != RTC_CHANNEL_OPEN)
    return NULL;
  channel->is_confirmed = TRUE;
  *out_is_string = ppid == RTC_PPID_STRING;
  return channel;
}

/* RFC 8831 §6.7: "When one side [...] sees that the incoming stream was reset, it also resets its
 * corresponding outgoing stream." A stream without a channel is answered too: only then is its
 * number free on both sides. */
void
rtc_channels_handle_stream_reset (RtcChannels *channels, guint16 stream)
{
  RtcChannel *channel = find_channel (channels, stream);

  if (channel != NULL && channel->state == RTC_CHANNEL_OPEN) {
    add_action (channels, RTC_CHANNEL_ACTION_CLOSING, channel, stream);
    begin_close (channels, channel);
  } else if (!stream_is_taken (channels, stream)) {
    reset_stream (channels, stream);
  }
}

void
rtc_channels_handle_stream_closed (RtcChannels *channels, guint16 stream)
{
  RtcChannel *channel = find_channel (channels, stream);

  g_hash_table_remove (channels->resetting, GUINT_TO_POINTER (stream));
  if (channel != NULL)
    close_channel (channels, channel, NULL);
}

guint64
rtc_channels_get_dropped_messages (const RtcChannels *channels)
{
  return channels->dropped_messages;
}

void
rtc_channel_pack_message (gboolean is_string, GBytes *data, guint32 *out_ppid, GBytes **out_data)
{
  static const guint8 padding[1] = { 0 };

  if (data != NULL && g_bytes_get_size (data) > 0) {
    *out_ppid = is_string ? RTC_PPID_STRING : RTC_PPID_BINARY;
    *out_data = g_bytes_ref (data);
    return;
  }
  /* RFC 8831 §6.6: "SCTP does not support the sending of empty user messages. Therefore, if an
   * empty message has to be sent, the appropriate PPID [...] is used, and the SCTP user message of
   * one zero byte is sent." */
  *out_ppid = is_string ? RTC_PPID_STRING_EMPTY : RTC_PPID_BINARY_EMPTY;
  *out_data = g_bytes_new_static (padding, sizeof padding);
}

void
rtc_channel_close (RtcChannels *channels, RtcChannel *channel)
{
  if (channel->state == RTC_CHANNEL_CONNECTING)
    close_channel (channels, channel, NULL);
  else
    begin_close (channels, channel);
}

void
rtc_channel_release (RtcChannels *channels, RtcChannel *channel)
{
  g_return_if_fail (channel->state == RTC_CHANNEL_CLOSED);
  g_ptr_array_remove (channels->channels, channel);
}

const RtcChannelInit *
rtc_channel_get_init (const RtcChannel *channel)
{
  return &channel->init;
}

RtcChannelState
rtc_channel_get_state (const RtcChannel *channel)
{
  return channel->state;
}

gint
rtc_channel_get_id (const RtcChannel *channel)
{
  return channel->id;
}

gboolean
rtc_channel_must_send_ordered (const RtcChannel *channel)
{
  return channel->init.is_ordered || !channel->is_confirmed;
}

void
rtc_channel_set_user_data (RtcChannel *channel, gpointer user_data)
{
  channel->user_data = user_data;
}

gpointer
rtc_channel_get_user_data (const RtcChannel *channel)
{
  return channel->user_data;
}
