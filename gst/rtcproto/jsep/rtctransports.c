/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A transport's attributes, taken over from the sections that own them (RFC 8839, RFC 8842).
 * Owned by a state.
 */
#include "jsep/rtctransports.h"

static gpointer
copy_string (gconstpointer string, gpointer unused)
{
  return g_strdup (string);
}

RtcTransport *
rtc_transport_new (guint number, guint owner)
{
  RtcTransport *transport = g_new0 (RtcTransport, 1);

  transport->number = number;
  transport->owner = owner;
  transport->fingerprints = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_fingerprint_free);
  transport->local_candidates = g_ptr_array_new_with_free_func (g_free);
  transport->remote_candidates = g_ptr_array_new_with_free_func (g_free);
  return transport;
}

RtcTransport *
rtc_transport_copy (const RtcTransport *transport)
{
  RtcTransport *copy = g_new0 (RtcTransport, 1);

  *copy = *transport;
  copy->local_ufrag = g_strdup (transport->local_ufrag);
  copy->local_pwd = g_strdup (transport->local_pwd);
  copy->remote_ufrag = g_strdup (transport->remote_ufrag);
  copy->remote_pwd = g_strdup (transport->remote_pwd);
  copy->paired_ufrag = g_strdup (transport->paired_ufrag);
  copy->fingerprints = rtc_fingerprints_copy (transport->fingerprints);
  copy->local_candidates = g_ptr_array_copy (transport->local_candidates, copy_string, NULL);
  copy->remote_candidates = g_ptr_array_copy (transport->remote_candidates, copy_string, NULL);
  return copy;
}

void
rtc_transport_free (RtcTransport *transport)
{
  if (transport == NULL)
    return;
  g_free (transport->local_ufrag);
  g_free (transport->local_pwd);
  g_free (transport->remote_ufrag);
  g_free (transport->remote_pwd);
  g_free (transport->paired_ufrag);
  g_clear_pointer (&transport->fingerprints, g_ptr_array_unref);
  g_clear_pointer (&transport->local_candidates, g_ptr_array_unref);
  g_clear_pointer (&transport->remote_candidates, g_ptr_array_unref);
  g_free (transport);
}

gboolean
rtc_transport_is_paired (const RtcTransport *transport)
{
  return transport->paired_ufrag != NULL &&
      g_strcmp0 (transport->paired_ufrag, transport->local_ufrag) == 0;
}

/* RFC 8839 §4.4.3.1.1: "To restart ICE, an agent MUST change both the ice-pwd and the ice-ufrag";
 * a peer that changes only one of them is understood, too. */
gboolean
rtc_transport_is_remote_restart (const RtcTransport *transport, const RtcSection *remote_owner)
{
  return transport->remote_ufrag != NULL && remote_owner->ice_ufrag != NULL &&
      (g_strcmp0 (transport->remote_ufrag, remote_owner->ice_ufrag) != 0 ||
          g_strcmp0 (transport->remote_pwd, remote_owner->ice_pwd) != 0);
}

static gboolean
has_fingerprint (const GPtrArray *fingerprints, const RtcFingerprint *wanted)
{
  for (guint i = 0; i < fingerprints->len; i++) {
    const RtcFingerprint *fingerprint = fingerprints->pdata[i];
    if (g_strcmp0 (fingerprint->hash, wanted->hash) == 0 &&
        g_strcmp0 (fingerprint->value, wanted->value) == 0)
      return TRUE;
  }
  return FALSE;
}

gboolean
rtc_transport_has_fingerprints (const RtcTransport *transport, const GPtrArray *fingerprints)
{
  if (transport->fingerprints->len == 0)
    return TRUE;
  if (transport->fingerprints->len != fingerprints->len)
    return FALSE;
  for (guint i = 0; i < fingerprints->len; i++) {
    if (!has_fingerprint (transport->fingerprints, fingerprints->pdata[i]))
      return FALSE;
  }
  return TRUE;
}

static void
replace_string (gchar **string, const gchar *value)
{
  if (g_strcmp0 (*string, value) == 0)
    return;
  g_free (*string);
  *string = g_strdup (value);
}

gboolean
rtc_transport_add_candidate (GPtrArray *candidates, const gchar *candidate)
{
  if (candidates->len >= RTC_SDP_MAX_CANDIDATES ||
      g_ptr_array_find_with_equal_func (candidates, candidate, g_str_equal, NULL))
    return FALSE;
  g_ptr_array_add (candidates, g_strdup (candidate));
  return TRUE;
}

static void
add_candidates (GPtrArray *candidates, const GPtrArray *more)
{
  for (guint i = 0; i < more->len; i++)
    rtc_transport_add_candidate (candidates, more->pdata[i]);
}

void
rtc_transport_set_local (RtcTransport *transport, const RtcSection *local_owner)
{
  if (g_strcmp0 (transport->local_ufrag, local_owner->ice_ufrag) != 0) {
    g_ptr_array_set_size (transport->local_candidates, 0);
    transport->is_local_complete = FALSE;
  }
  replace_string (&transport->local_ufrag, local_owner->ice_ufrag);
  replace_string (&transport->local_pwd, local_owner->ice_pwd);
  add_candidates (transport->local_candidates, local_owner->candidates);
  transport->is_local_complete |= local_owner->is_end_of_candidates;
}

void
rtc_transport_set_remote (RtcTransport *transport, const RtcSection *remote_owner)
{
  if (rtc_transport_is_remote_restart (transport, remote_owner)) {
    g_ptr_array_set_size (transport->remote_candidates, 0);
    transport->is_remote_complete = FALSE;
  }
  replace_string (&transport->remote_ufrag, remote_owner->ice_ufrag);
  replace_string (&transport->remote_pwd, remote_owner->ice_pwd);
  replace_string (&transport->paired_ufrag, transport->local_ufrag);
  add_candidates (transport->remote_candidates, remote_owner->candidates);
  transport->is_remote_complete |= remote_owner->is_end_of_candidates;
  if (remote_owner->fingerprints->len == 0)
    return;
  g_ptr_array_unref (transport->fingerprints);
  transport->fingerprints = rtc_fingerprints_copy (remote_owner->fingerprints);
}
