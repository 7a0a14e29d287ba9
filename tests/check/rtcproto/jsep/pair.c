/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The harness of two sessions. Random bytes are seeded, so that a test is the same each time. */
#include "pair.h"

static const gchar *const fingerprints[] = {
  "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:"
  "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA",
  "BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:"
  "BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB",
};

void
pair_init (Pair *pair)
{
  *pair = (Pair){ .seed = 1 };
  for (guint i = 0; i < 2; i++) {
    pair->sessions[i] = rtc_session_new (rtc_random_seeded (&pair->seed));
    rtc_session_set_fingerprint (pair->sessions[i], "sha-256", fingerprints[i]);
  }
}

void
pair_clear (Pair *pair)
{
  for (guint i = 0; i < 2; i++) {
    g_clear_pointer (&pair->sessions[i], rtc_session_free);
    g_clear_pointer (&pair->changes[i], g_ptr_array_unref);
  }
}

void
pair_set_policies (Pair *pair, RtcBundlePolicy alice, RtcBundlePolicy bob)
{
  rtc_session_set_bundle_policy (pair->sessions[ALICE], alice);
  rtc_session_set_bundle_policy (pair->sessions[BOB], bob);
}

void
pair_add (Pair *pair, Peer peer, const gchar *sections)
{
  for (; *sections != '\0'; sections++) {
    gchar letter = g_ascii_tolower (*sections);
    RtcTransceiver *transceiver;

    if (letter == 'd') {
      rtc_session_add_data (pair->sessions[peer]);
      continue;
    }
    transceiver = rtc_session_add_transceiver (pair->sessions[peer],
        letter == 'a' ? RTC_KIND_AUDIO : RTC_KIND_VIDEO, RTC_DIRECTION_SENDRECV, NULL);
    rtc_transceiver_set_is_track (transceiver, letter != *sections);
  }
}

RtcTransceiver *
pair_get (Pair *pair, Peer peer, guint mline)
{
  return rtc_session_find_mline (pair->sessions[peer], mline);
}

RtcDescription *
pair_transport (const RtcDescription *description)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = rtc_description_to_text (description);
  RtcDescription *result = rtc_description_from_text (text, -1, &error);

  g_assert_no_error (error);
  g_assert_nonnull (result);
  return result;
}

static void
keep_changes (Pair *pair, Peer peer, GPtrArray *changes, GError *error)
{
  g_assert_no_error (error);
  g_assert_nonnull (changes);
  g_clear_pointer (&pair->changes[peer], g_ptr_array_unref);
  pair->changes[peer] = changes;
}

void
pair_set_local (Pair *pair, Peer peer, RtcSdpType type, const RtcDescription *description)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *changes = rtc_session_set_local (pair->sessions[peer], type, description, &error);

  keep_changes (pair, peer, changes, error);
}

void
pair_set_remote (Pair *pair, Peer peer, RtcSdpType type, const RtcDescription *description)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *changes = rtc_session_set_remote (pair->sessions[peer], type, description, &error);

  keep_changes (pair, peer, changes, error);
}

RtcDescription *
pair_make_offer (Pair *pair, Peer peer, gboolean is_ice_restart)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RtcDescription) offer =
      rtc_session_create_offer (pair->sessions[peer], is_ice_restart, &error);
  RtcDescription *copy;

  g_assert_no_error (error);
  copy = pair_transport (offer);
  pair_set_local (pair, peer, RTC_SDP_OFFER, copy);
  return copy;
}

RtcDescription *
pair_make_answer (Pair *pair, Peer peer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RtcDescription) answer = rtc_session_create_answer (pair->sessions[peer], &error);
  RtcDescription *copy;

  g_assert_no_error (error);
  copy = pair_transport (answer);
  pair_set_local (pair, peer, RTC_SDP_ANSWER, copy);
  return copy;
}

void
pair_offer (Pair *pair, Peer offerer)
{
  g_autoptr (RtcDescription) offer = pair_make_offer (pair, offerer, FALSE);

  pair_set_remote (pair, !offerer, RTC_SDP_OFFER, offer);
}

void
pair_answer (Pair *pair, Peer answerer)
{
  g_autoptr (RtcDescription) answer = pair_make_answer (pair, answerer);

  pair_set_remote (pair, !answerer, RTC_SDP_ANSWER, answer);
}

void
pair_exchange (Pair *pair, Peer offerer)
{
  pair_offer (pair, offerer);
  pair_answer (pair, !offerer);
}

void
pair_restart (Pair *pair, Peer offerer)
{
  g_autoptr (RtcDescription) offer = pair_make_offer (pair, offerer, TRUE);

  pair_set_remote (pair, !offerer, RTC_SDP_OFFER, offer);
  pair_answer (pair, !offerer);
}

static void
check_refused (Pair *pair, Peer peer, const gchar *before, GPtrArray *changes, const GError *error,
    RtcError expected)
{
  g_autofree gchar *after = dump_session (pair->sessions[peer]);

  g_assert_null (changes);
  g_assert_error (error, RTC_ERROR, (gint) expected);
  g_assert_cmpstr (before, ==, after);
}

void
pair_refuse_local (
    Pair *pair, Peer peer, RtcSdpType type, const RtcDescription *description, RtcError expected)
{
  g_autofree gchar *before = dump_session (pair->sessions[peer]);
  g_autoptr (GError) error = NULL;
  GPtrArray *changes = rtc_session_set_local (pair->sessions[peer], type, description, &error);

  check_refused (pair, peer, before, changes, error, expected);
}

void
pair_refuse_remote (
    Pair *pair, Peer peer, RtcSdpType type, const RtcDescription *description, RtcError expected)
{
  g_autofree gchar *before = dump_session (pair->sessions[peer]);
  g_autoptr (GError) error = NULL;
  GPtrArray *changes = rtc_session_set_remote (pair->sessions[peer], type, description, &error);

  check_refused (pair, peer, before, changes, error, expected);
}

gchar *
pair_get_changes (Pair *pair, Peer peer)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < pair->changes[peer]->len; i++) {
    const RtcChange *change = pair->changes[peer]->pdata[i];
    g_string_append_printf (
        text, "%s%s", i > 0 ? " " : "", rtc_change_type_to_string (change->type));
  }
  return g_string_free (text, FALSE);
}

guint
pair_count_changes (Pair *pair, Peer peer, RtcChangeType type)
{
  guint count = 0;

  for (guint i = 0; i < pair->changes[peer]->len; i++)
    count += ((const RtcChange *) pair->changes[peer]->pdata[i])->type == type;
  return count;
}

RtcChange *
pair_find_change (Pair *pair, Peer peer, RtcChangeType type)
{
  for (guint i = 0; i < pair->changes[peer]->len; i++) {
    RtcChange *change = pair->changes[peer]->pdata[i];
    if (change->type == type)
      return change;
  }
  return NULL;
}

void
pair_expect_changes (Pair *pair, Peer peer, const gchar *expected)
{
  g_autofree gchar *changes = pair_get_changes (pair, peer);

  g_assert_cmpstr (changes, ==, expected);
}

RtcDescription *
pair_munge (const RtcDescription *description, const gchar *search, const gchar *replace)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = rtc_description_to_text (description);
  g_auto (GStrv) parts = g_strsplit (text, search, -1);
  g_autofree gchar *munged = g_strjoinv (replace, parts);
  RtcDescription *result = rtc_description_from_text (munged, -1, &error);

  g_assert_cmpuint (g_strv_length (parts), >, 1);
  g_assert_no_error (error);
  return result;
}

const gchar *
pair_get_ufrag (Pair *pair, Peer peer, guint mline)
{
  const RtcDescription *local = rtc_session_get_pending_local (pair->sessions[peer]);

  if (local == NULL)
    local = rtc_session_get_current_local (pair->sessions[peer]);
  return rtc_description_get_section (local, mline)->ice_ufrag;
}
