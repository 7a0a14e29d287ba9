/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two states compared. That changes come from nowhere else makes a rollback as easy as an answer:
 * it is another pair of states. Pure.
 */
#include "jsep/rtcdiff.h"

static RtcChange *
add (GPtrArray *changes, RtcChangeType type)
{
  RtcChange *change = rtc_change_new (type);

  g_ptr_array_add (changes, change);
  return change;
}

static RtcChange *
add_for_transport (GPtrArray *changes, RtcChangeType type, const RtcTransport *transport)
{
  RtcChange *change = add (changes, type);

  change->transport = transport->number;
  return change;
}

static RtcChange *
add_for_media (GPtrArray *changes, RtcChangeType type, const RtcMedia *media)
{
  RtcChange *change = add (changes, type);

  change->transceiver = media->transceiver;
  return change;
}

static void
diff_local_transport (const RtcState *before, const RtcState *after, const RtcTransport *transport,
    GPtrArray *changes)
{
  const RtcTransport *old = rtc_state_find_transport (before, (gint) transport->number);
  RtcChange *change;

  if (old == NULL)
    add_for_transport (changes, RTC_CHANGE_TRANSPORT_ADDED, transport);
  if (old == NULL || before->is_controlling != after->is_controlling)
    add_for_transport (changes, RTC_CHANGE_ICE_ROLE, transport)->is_controlling =
        after->is_controlling;
  if (old != NULL && g_strcmp0 (old->local_ufrag, transport->local_ufrag) == 0)
    return;
  change = add_for_transport (changes, RTC_CHANGE_LOCAL_ICE, transport);
  change->ufrag = g_strdup (transport->local_ufrag);
  change->pwd = g_strdup (transport->local_pwd);
  change->is_restart = old != NULL;
}

static void
diff_dtls (const RtcTransport *old, const RtcTransport *transport, GPtrArray *changes)
{
  RtcChange *change;

  if (transport->setup == RTC_SETUP_NONE)
    return;
  if (old != NULL && old->setup == transport->setup && old->fingerprints->len > 0 &&
      rtc_transport_has_fingerprints (old, transport->fingerprints))
    return;
  change = add_for_transport (changes, RTC_CHANGE_DTLS, transport);
  change->is_client = transport->setup == RTC_SETUP_ACTIVE;
  change->fingerprints = rtc_fingerprints_copy (transport->fingerprints);
}

/* The credentials of both sides are what an ICE agent checks with: it hears of the peer's when they
 * change, and when ours returned or changed under them (its remote candidates are gone then). */
static gboolean
is_newly_paired (const RtcTransport *old, const RtcTransport *transport)
{
  if (!rtc_transport_is_paired (transport))
    return FALSE;
  return old == NULL || !rtc_transport_is_paired (old) ||
      g_strcmp0 (old->paired_ufrag, transport->paired_ufrag) != 0 ||
      g_strcmp0 (old->remote_ufrag, transport->remote_ufrag) != 0 ||
      g_strcmp0 (old->remote_pwd, transport->remote_pwd) != 0;
}

static void
diff_remote_ice (const RtcTransport *old, const RtcTransport *transport, GPtrArray *changes)
{
  gboolean is_new = is_newly_paired (old, transport);
  RtcChange *change;

  if (!rtc_transport_is_paired (transport))
    return;
  if (is_new) {
    change = add_for_transport (changes, RTC_CHANGE_REMOTE_ICE, transport);
    change->ufrag = g_strdup (transport->remote_ufrag);
    change->pwd = g_strdup (transport->remote_pwd);
    change->is_restart = old != NULL && old->remote_ufrag != NULL &&
        g_strcmp0 (old->remote_ufrag, transport->remote_ufrag) != 0;
  }
  for (guint i = 0; i < transport->remote_candidates->len; i++) {
    const gchar *candidate = transport->remote_candidates->pdata[i];
    if (!is_new &&
        g_ptr_array_find_with_equal_func (old->remote_candidates, candidate, g_str_equal, NULL))
      continue;
    change = add_for_transport (changes, RTC_CHANGE_REMOTE_CANDIDATE, transport);
    change->candidate = g_strdup (candidate);
  }
  if (transport->is_remote_complete && (is_new || !old->is_remote_complete))
    add_for_transport (changes, RTC_CHANGE_REMOTE_CANDIDATE, transport);
}

static gboolean
is_same_parameters (const RtcMediaParameters *a, const RtcMediaParameters *b)
{
  g_autofree gchar *text_a = rtc_media_parameters_to_string (a);
  g_autofree gchar *text_b = rtc_media_parameters_to_string (b);

  return g_str_equal (text_a, text_b);
}

static void
diff_parameters (const RtcState *before, const RtcMedia *media, GPtrArray *changes)
{
  const RtcMedia *old = rtc_state_find_media (before, media->transceiver);
  g_autoptr (RtcMedia) blank = rtc_media_new (media->transceiver);
  gboolean is_moved;

  if (old == NULL)
    old = blank;
  is_moved = !media->is_stopped && old->transport != media->transport;
  if ((is_moved && media->send.is_active) || !is_same_parameters (&old->send, &media->send))
    add_for_media (changes, RTC_CHANGE_SEND, media);
  if ((is_moved && media->receive.is_active) ||
      !is_same_parameters (&old->receive, &media->receive))
    add_for_media (changes, RTC_CHANGE_RECEIVE, media);
}

/* A rollback took the section away from a transceiver that lives on: nothing was sent on it. */
static void
diff_dissociated (const RtcState *after, const RtcMedia *old, GPtrArray *changes)
{
  if (old->is_stopped || rtc_state_find_media (after, old->transceiver) != NULL)
    return;
  if (old->receive.codecs->len > 0)
    add_for_media (changes, RTC_CHANGE_RECEIVE, old);
}

static void
diff_data (const RtcDataSection *old, const RtcDataSection *data, GPtrArray *changes)
{
  RtcChange *change;

  if ((old->is_open && !data->is_open) || (!old->is_rejected && data->is_rejected))
    add (changes, RTC_CHANGE_DATA_CLOSED);
  if (!data->is_open)
    return;
  if (old->is_open && old->transport == data->transport && old->local_port == data->local_port &&
      old->remote_port == data->remote_port && old->max_message_size == data->max_message_size)
    return;
  change = add (changes, RTC_CHANGE_DATA);
  change->transport = data->transport;
  change->local_port = data->local_port;
  change->remote_port = data->remote_port;
  change->max_message_size = data->max_message_size;
}

static void
diff_stopped (const RtcState *before, const RtcMedia *media, GPtrArray *changes)
{
  const RtcMedia *old = rtc_state_find_media (before, media->transceiver);

  if (media->is_stopped && (old == NULL || !old->is_stopped))
    add_for_media (changes, RTC_CHANGE_TRANSCEIVER_STOPPED, media);
}

static void
diff_tracks (const RtcState *before, const RtcState *after, GPtrArray *changes)
{
  for (guint i = 0; i < before->media->len; i++) {
    const RtcMedia *old = before->media->pdata[i];
    const RtcMedia *media = rtc_state_find_media (after, old->transceiver);
    if (old->is_track_fired && (media == NULL || !media->is_track_fired))
      add_for_media (changes, RTC_CHANGE_TRACK_REMOVED, old);
  }
  for (guint i = 0; i < after->media->len; i++) {
    const RtcMedia *media = after->media->pdata[i];
    const RtcMedia *old = rtc_state_find_media (before, media->transceiver);
    if (media->is_track_fired && (old == NULL || !old->is_track_fired))
      add_for_media (changes, RTC_CHANGE_TRACK_ADDED, media);
  }
}

static void
diff_media (const RtcState *before, const RtcState *after, GPtrArray *changes)
{
  for (guint i = 0; i < after->made->len; i++)
    add (changes, RTC_CHANGE_TRANSCEIVER_ADDED)->transceiver = after->made->pdata[i];
  for (guint i = 0; i < before->media->len; i++)
    diff_dissociated (after, before->media->pdata[i], changes);
  for (guint i = 0; i < after->media->len; i++)
    diff_parameters (before, after->media->pdata[i], changes);
}

void
rtc_diff (const RtcState *before, const RtcState *after, GPtrArray *changes)
{
  for (guint i = 0; i < after->transports->len; i++)
    diff_local_transport (before, after, after->transports->pdata[i], changes);
  diff_media (before, after, changes);
  diff_data (&before->data, &after->data, changes);
  for (guint i = 0; i < before->transports->len; i++) {
    const RtcTransport *old = before->transports->pdata[i];
    if (rtc_state_find_transport (after, (gint) old->number) == NULL)
      add_for_transport (changes, RTC_CHANGE_TRANSPORT_REMOVED, old);
  }
  for (guint i = 0; i < after->transports->len; i++) {
    const RtcTransport *transport = after->transports->pdata[i];
    const RtcTransport *old = rtc_state_find_transport (before, (gint) transport->number);
    diff_dtls (old, transport, changes);
    diff_remote_ice (old, transport, changes);
  }
  for (guint i = 0; i < after->media->len; i++)
    diff_stopped (before, after->media->pdata[i], changes);
  if (before->signaling != after->signaling)
    add (changes, RTC_CHANGE_SIGNALING_STATE);
  diff_tracks (before, after, changes);
}
