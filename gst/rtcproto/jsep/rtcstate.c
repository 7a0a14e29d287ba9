/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The state that descriptions decide: a value that is copied, changed and put in place of the old
 * one as a whole. Owned by the session, which keeps the last stable one for rollbacks.
 */
#include "jsep/rtcstate.h"

#include "base/rtctext.h"
#include "jsep/rtctransceiver-private.h"

/* A peer's larger number cannot be reached by counting. */
#define MAX_COUNTED_MID 1000000

static RtcLine *
line_new (void)
{
  RtcLine *line = g_new0 (RtcLine, 1);

  line->transport = -1;
  line->offered_transport = -1;
  return line;
}

static void
line_free (RtcLine *line)
{
  g_free (line->mid);
  g_free (line);
}

static gpointer
line_copy (gconstpointer line, gpointer unused)
{
  RtcLine *copy = g_memdup2 (line, sizeof *copy);

  copy->mid = g_strdup (copy->mid);
  return copy;
}

static gpointer
transport_copy (gconstpointer transport, gpointer unused)
{
  return rtc_transport_copy (transport);
}

static gpointer
group_copy (gconstpointer group, gpointer unused)
{
  return g_strdupv ((GStrv) group);
}

RtcState *
rtc_state_new (void)
{
  RtcState *state = g_new0 (RtcState, 1);

  state->lines = g_ptr_array_new_with_free_func ((GDestroyNotify) line_free);
  state->media = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_media_free);
  state->transports = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_transport_free);
  state->payloads = rtc_payloads_new ();
  state->groups = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  state->made = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_transceiver_free);
  return state;
}

static RtcDescription *
copy_description (const RtcDescription *description)
{
  return description != NULL ? rtc_description_copy (description) : NULL;
}

RtcState *
rtc_state_copy (const RtcState *state)
{
  RtcState *copy = g_memdup2 (state, sizeof *state);

  copy->lines = g_ptr_array_copy (state->lines, line_copy, NULL);
  copy->media = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_media_free);
  for (guint i = 0; i < state->media->len; i++) {
    const RtcMedia *media = state->media->pdata[i];
    if (!media->is_stopped)
      g_ptr_array_add (copy->media, rtc_media_copy (media));
  }
  copy->transports = g_ptr_array_copy (state->transports, transport_copy, NULL);
  copy->payloads = rtc_payloads_copy (state->payloads);
  copy->groups = g_ptr_array_copy (state->groups, group_copy, NULL);
  copy->current_local = copy_description (state->current_local);
  copy->pending_local = copy_description (state->pending_local);
  copy->current_remote = copy_description (state->current_remote);
  copy->pending_remote = copy_description (state->pending_remote);
  copy->made = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_transceiver_free);
  return copy;
}

void
rtc_state_free (RtcState *state)
{
  if (state == NULL)
    return;
  g_ptr_array_unref (state->lines);
  g_ptr_array_unref (state->media);
  g_ptr_array_unref (state->transports);
  rtc_payloads_free (state->payloads);
  g_ptr_array_unref (state->groups);
  rtc_description_free (state->current_local);
  rtc_description_free (state->pending_local);
  rtc_description_free (state->current_remote);
  rtc_description_free (state->pending_remote);
  g_ptr_array_unref (state->made);
  g_free (state);
}

RtcLine *
rtc_state_get_line (const RtcState *state, guint index)
{
  return index < state->lines->len ? state->lines->pdata[index] : NULL;
}

/* RFC 9429 §5.2.1 and W3C: a mid is not given to two sections, not even one after the other. Ours
 * are numbers, and so are most peers'. */
static void
count_mid (RtcState *state, const gchar *mid)
{
  guint64 number;

  if (rtc_text_to_number (mid, MAX_COUNTED_MID, &number))
    state->next_mid = MAX (state->next_mid, (guint) number + 1);
}

RtcLine *
rtc_state_use_line (RtcState *state, guint index, const gchar *mid, RtcKind kind)
{
  RtcLine *line;

  while (state->lines->len <= index)
    g_ptr_array_add (state->lines, line_new ());
  line = state->lines->pdata[index];
  if (g_strcmp0 (line->mid, mid) == 0 && line->kind == kind)
    return line;
  line_free (line);
  line = line_new ();
  line->mid = g_strdup (mid);
  line->kind = kind;
  state->lines->pdata[index] = line;
  count_mid (state, mid);
  return line;
}

gint
rtc_state_find_mid (const RtcState *state, const gchar *mid)
{
  for (guint i = 0; i < state->lines->len; i++) {
    const RtcLine *line = state->lines->pdata[i];
    if (g_strcmp0 (line->mid, mid) == 0)
      return (gint) i;
  }
  return -1;
}

RtcMedia *
rtc_state_find_media (const RtcState *state, const RtcTransceiver *transceiver)
{
  for (guint i = 0; i < state->media->len; i++) {
    RtcMedia *media = state->media->pdata[i];
    if (media->transceiver == transceiver)
      return media;
  }
  return NULL;
}

RtcMedia *
rtc_state_add_media (RtcState *state, RtcTransceiver *transceiver, guint mline)
{
  RtcLine *line = rtc_state_get_line (state, mline);
  RtcMedia *media = rtc_media_new (transceiver);

  media->mline = (gint) mline;
  media->mid = g_strdup (line->mid);
  line->transceiver = transceiver;
  g_ptr_array_add (state->media, media);
  return media;
}

RtcTransport *
rtc_state_find_transport (const RtcState *state, gint number)
{
  for (guint i = 0; i < state->transports->len; i++) {
    RtcTransport *transport = state->transports->pdata[i];
    if ((gint) transport->number == number)
      return transport;
  }
  return NULL;
}

RtcDescription *
rtc_state_get_local (const RtcState *state)
{
  return state->pending_local != NULL ? state->pending_local : state->current_local;
}

RtcDescription *
rtc_state_get_remote (const RtcState *state)
{
  return state->pending_remote != NULL ? state->pending_remote : state->current_remote;
}

static RtcSection *
get_section (const RtcDescription *description, guint index)
{
  if (description == NULL || index >= description->sections->len)
    return NULL;
  return description->sections->pdata[index];
}

RtcSection *
rtc_state_get_local_section (const RtcState *state, guint index)
{
  return get_section (rtc_state_get_local (state), index);
}

RtcSection *
rtc_state_get_remote_section (const RtcState *state, guint index)
{
  return get_section (rtc_state_get_remote (state), index);
}
