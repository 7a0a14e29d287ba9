/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A session as text, for tests that say "nothing changed". Reads the private structs on purpose. */
#include "dump.h"

#include "jsep/rtcsession-private.h"

static void
dump_description (GString *text, const gchar *name, const RtcDescription *description)
{
  g_autofree gchar *sdp = description != NULL ? rtc_description_to_text (description) : NULL;

  g_string_append_printf (text, "%s:\n%s\n", name, sdp != NULL ? sdp : "none");
}

static void
dump_strings (GString *text, const gchar *name, const GPtrArray *strings)
{
  g_string_append_printf (text, " %s", name);
  for (guint i = 0; i < strings->len; i++)
    g_string_append_printf (text, " [%s]", (const gchar *) strings->pdata[i]);
}

static void
dump_transport (GString *text, const RtcTransport *transport)
{
  g_string_append_printf (text, "transport %u owner %u local %s %s remote %s %s paired %s setup %d",
      transport->number, transport->owner, transport->local_ufrag, transport->local_pwd,
      transport->remote_ufrag, transport->remote_pwd, transport->paired_ufrag, transport->setup);
  for (guint i = 0; i < transport->fingerprints->len; i++) {
    const RtcFingerprint *fingerprint = transport->fingerprints->pdata[i];
    g_string_append_printf (text, " %s %s", fingerprint->hash, fingerprint->value);
  }
  dump_strings (text, "local", transport->local_candidates);
  dump_strings (text, "remote", transport->remote_candidates);
  g_string_append_printf (
      text, " complete %d %d\n", transport->is_local_complete, transport->is_remote_complete);
}

static void
dump_media (GString *text, const RtcMedia *media)
{
  g_autofree gchar *send = rtc_media_parameters_to_string (&media->send);
  g_autofree gchar *receive = rtc_media_parameters_to_string (&media->receive);

  g_string_append_printf (text,
      "media %p mid %s mline %d transport %d current %d %d stopped %d track %d\n send %s\n"
      " receive %s\n msids",
      (void *) media->transceiver, media->mid, media->mline, media->transport,
      media->has_current_direction, media->current_direction, media->is_stopped,
      media->is_track_fired, send, receive);
  for (guint i = 0; i < media->remote_msids->len; i++) {
    const RtcMsid *msid = media->remote_msids->pdata[i];
    g_string_append_printf (text, " %s/%s", msid->stream, msid->track);
  }
  g_string_append_c (text, '\n');
}

static void
dump_payloads (GString *text, const RtcPayloads *payloads)
{
  for (guint pt = 0; pt < 128; pt++) {
    const RtcCodec *codec = rtc_payloads_find_codec (payloads, pt);
    if (codec != NULL)
      g_string_append_printf (
          text, "pt %u %s/%u %s\n", pt, codec->name, codec->clock_rate, codec->fmtp);
  }
  for (guint id = 0; id < 256; id++) {
    const gchar *uri = rtc_payloads_find_extmap (payloads, id);
    if (uri != NULL)
      g_string_append_printf (text, "extmap %u %s\n", id, uri);
  }
}

static void
dump_state (GString *text, const RtcState *state)
{
  g_string_append_printf (text,
      "signaling %d role %d %d next %u data %d %d %u %u %u %" G_GUINT64_FORMAT
      " offer %d types %d %d\n",
      state->signaling, state->has_role, state->is_controlling, state->next_transport,
      state->data.is_open, state->data.is_rejected, state->data.transport, state->data.local_port,
      state->data.remote_port, state->data.max_message_size, state->is_current_local_offer,
      state->local_type, state->remote_type);
  for (guint i = 0; i < state->lines->len; i++) {
    const RtcLine *line = state->lines->pdata[i];
    g_string_append_printf (text,
        "line %u mid %s kind %d transceiver %p transport %d %d rejected %d\n", i, line->mid,
        line->kind, (void *) line->transceiver, line->transport, line->offered_transport,
        line->is_rejected);
  }
  for (guint i = 0; i < state->media->len; i++)
    dump_media (text, state->media->pdata[i]);
  for (guint i = 0; i < state->transports->len; i++)
    dump_transport (text, state->transports->pdata[i]);
  dump_payloads (text, state->payloads);
  g_string_append_printf (text, "next mid %u", state->next_mid);
  for (guint i = 0; i < state->groups->len; i++) {
    g_autofree gchar *group = g_strjoinv (" ", state->groups->pdata[i]);
    g_string_append_printf (text, "\ngroup %s", group);
  }
  g_string_append_printf (text, "\nmade %u\n", state->made->len);
  dump_description (text, "current local", state->current_local);
  dump_description (text, "pending local", state->pending_local);
  dump_description (text, "current remote", state->current_remote);
  dump_description (text, "pending remote", state->pending_remote);
}

gchar *
dump_session (RtcSession *session)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < session->all_transceivers->len; i++) {
    const RtcTransceiver *transceiver = session->all_transceivers->pdata[i];
    g_string_append_printf (text, "transceiver %p kind %d direction %d stopping %d stopped %d\n",
        (void *) transceiver, transceiver->kind, transceiver->direction, transceiver->is_stopping,
        transceiver->is_stopped);
    dump_media (text, transceiver->media);
  }
  for (guint i = 0; i < session->transceivers->len; i++)
    g_string_append_printf (text, "listed %p\n", session->transceivers->pdata[i]);
  dump_strings (text, "to replace", session->ufrags_to_replace);
  dump_description (text, "last offer", session->last_offer);
  dump_description (text, "last answer", session->last_answer);
  g_string_append (text, "state\n");
  dump_state (text, session->state);
  if (session->stable != NULL) {
    g_string_append (text, "stable\n");
    dump_state (text, session->stable);
  }
  return g_string_free (text, FALSE);
}
