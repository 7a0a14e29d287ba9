/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Readers of transport attributes: RFC 8839 (ICE), RFC 8842 and 8122 (DTLS), RFC 8841 (SCTP),
 * RFC 5888 and 9143 (groups), RFC 5761 and 8858 (RTCP multiplexing). One function for each line,
 * found through the table at the end. */
#include "sdp/rtcsdpattributes.h"

#include <string.h>

#include "base/rtctext.h"
#include "wire/rtccandidate.h"

#define MAX_MID_BYTES 255 /* a two-byte header extension element (RFC 8285 §4.3) */

static gboolean
read_group (RtcSdpContext *context, const gchar *value, GError **error)
{
  GPtrArray *groups = context->description->bundle_groups;
  g_auto (GStrv) words = g_strsplit (value, " ", -1);
  g_autoptr (GPtrArray) mids = g_ptr_array_new_with_free_func (g_free);

  if (g_strcmp0 (words[0], "BUNDLE") != 0)
    return TRUE;
  for (guint i = 1; words[i]; i++) {
    if (!*words[i])
      continue;
    if (!rtc_text_is_token (words[i], MAX_MID_BYTES))
      return rtc_sdp_context_fail (
          context, error, RTC_ERROR_SYNTAX, "a mid of the group is not a token");
    if (!rtc_sdp_context_check_limit (context, mids, RTC_SDP_MAX_SECTIONS, "mids", error))
      return FALSE;
    g_ptr_array_add (mids, g_strdup (words[i]));
  }
  if (!rtc_sdp_context_check_limit (context, groups, RTC_SDP_MAX_SECTIONS, "groups", error))
    return FALSE;
  if (mids->len == 0) /* what is left when every section of a group was rejected */
    return TRUE;
  g_ptr_array_add (mids, NULL);
  g_ptr_array_add (groups, g_ptr_array_free (g_steal_pointer (&mids), FALSE));
  return TRUE;
}

static gboolean
read_ice_lite (RtcSdpContext *context, const gchar *value, GError **error)
{
  context->description->is_ice_lite = TRUE;
  return TRUE;
}

static gboolean
read_extmap_allow_mixed (RtcSdpContext *context, const gchar *value, GError **error)
{
  context->level->is_extmap_allow_mixed = TRUE;
  return TRUE;
}

static gboolean
read_mid (RtcSdpContext *context, const gchar *value, GError **error)
{
  if (!*value)
    return rtc_sdp_context_fail (context, error, RTC_ERROR_SYNTAX, "the mid is empty");
  if (!rtc_text_is_token (value, MAX_MID_BYTES))
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the mid is not a token of at most 255 characters");
  /* RFC 5888 §4: an identification tag MUST be unique within the description. */
  if (rtc_description_find_mid (context->description, value) >= 0)
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_INVALID, "another section has this mid too");
  context->level->section->mid = g_strdup (value);
  return TRUE;
}

static gboolean
read_ice_ufrag (RtcSdpContext *context, const gchar *value, GError **error)
{
  /* RFC 8839 §5.4: ice-ufrag-att = "ice-ufrag" ":" 4*256ice-char */
  if (!rtc_text_is_ice_chars (value, 4, 256))
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the ICE ufrag is not 4 to 256 ice-chars");
  context->level->section->ice_ufrag = g_strdup (value);
  return TRUE;
}

static gboolean
read_ice_pwd (RtcSdpContext *context, const gchar *value, GError **error)
{
  /* RFC 8839 §5.4: ice-pwd-att = "ice-pwd" ":" 22*256ice-char */
  if (!rtc_text_is_ice_chars (value, 22, 256))
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the ICE password is not 22 to 256 ice-chars");
  context->level->section->ice_pwd = g_strdup (value);
  return TRUE;
}

static gboolean
read_ice_options (RtcSdpContext *context, const gchar *value, GError **error)
{
  /* RFC 8839 §5.6 separates with spaces, libdatachannel with commas. */
  g_auto (GStrv) options = g_strsplit_set (value, " ,", -1);

  context->level->seen |= RTC_SDP_SEEN_ICE_OPTIONS;
  if (g_strv_contains ((const gchar *const *) options, "trickle"))
    context->level->section->has_trickle = TRUE;
  return TRUE;
}

static gboolean
read_candidate (RtcSdpContext *context, const gchar *value, GError **error)
{
  GPtrArray *candidates = context->level->section->candidates;
  g_autofree gchar *text = g_strconcat ("candidate:", value, NULL);
  g_autoptr (GError) reason = NULL;
  g_autoptr (RtcCandidate) candidate = rtc_candidate_from_text (text, &reason);

  /* RFC 8839 §5.1 leaves transports and types open for later ones: those are no fault. */
  if (g_error_matches (reason, RTC_ERROR, RTC_ERROR_UNSUPPORTED))
    return TRUE;
  if (!candidate)
    return rtc_sdp_context_fail (context, error, (RtcError) reason->code, "%s", reason->message);
  if (!rtc_sdp_context_check_limit (
          context, candidates, RTC_SDP_MAX_CANDIDATES, "candidates", error))
    return FALSE;
  g_ptr_array_add (candidates, g_strchomp (g_steal_pointer (&text)));
  return TRUE;
}

static gboolean
read_end_of_candidates (RtcSdpContext *context, const gchar *value, GError **error)
{
  context->level->section->is_end_of_candidates = TRUE;
  return TRUE;
}

static gboolean
read_fingerprint (RtcSdpContext *context, const gchar *value, GError **error)
{
  GPtrArray *fingerprints = context->level->section->fingerprints;
  g_autoptr (GError) reason = NULL;
  g_autoptr (RtcFingerprint) fingerprint = rtc_fingerprint_from_text (value, &reason);

  /* A line of a hash that proves nothing still replaces the session's. */
  context->level->seen |= RTC_SDP_SEEN_FINGERPRINT;
  if (g_error_matches (reason, RTC_ERROR, RTC_ERROR_UNSUPPORTED))
    return TRUE;
  if (!fingerprint)
    return rtc_sdp_context_fail (context, error, (RtcError) reason->code, "%s", reason->message);
  if (!rtc_sdp_context_check_limit (
          context, fingerprints, RTC_SDP_MAX_FINGERPRINTS, "fingerprints", error))
    return FALSE;
  g_ptr_array_add (fingerprints, g_steal_pointer (&fingerprint));
  return TRUE;
}

static gboolean
read_setup (RtcSdpContext *context, const gchar *value, GError **error)
{
  for (guint setup = RTC_SETUP_ACTPASS; setup <= RTC_SETUP_PASSIVE; setup++) {
    if (g_str_equal (value, rtc_setup_to_string ((RtcSetup) setup))) {
      context->level->section->setup = (RtcSetup) setup;
      return TRUE;
    }
  }
  /* RFC 8842 §5.2: the value "holdconn" has no meaning for DTLS. */
  return rtc_sdp_context_fail (
      context, error, RTC_ERROR_INVALID, "the setup is not actpass, active or passive");
}

static gboolean
read_sendrecv (RtcSdpContext *context, const gchar *value, GError **error)
{
  context->level->section->direction = RTC_DIRECTION_SENDRECV;
  return TRUE;
}

static gboolean
read_sendonly (RtcSdpContext *context, const gchar *value, GError **error)
{
  context->level->section->direction = RTC_DIRECTION_SENDONLY;
  return TRUE;
}

static gboolean
read_recvonly (RtcSdpContext *context, const gchar *value, GError **error)
{
  context->level->section->direction = RTC_DIRECTION_RECVONLY;
  return TRUE;
}

static gboolean
read_inactive (RtcSdpContext *context, const gchar *value, GError **error)
{
  context->level->section->direction = RTC_DIRECTION_INACTIVE;
  return TRUE;
}

static gboolean
read_bundle_only (RtcSdpContext *context, const gchar *value, GError **error)
{
  /* RFC 9143 §6 defines the attribute for a zero port only. */
  if (context->level->section->port == 0)
    context->level->section->is_bundle_only = TRUE;
  return TRUE;
}

static gboolean
read_rtcp_mux (RtcSdpContext *context, const gchar *value, GError **error)
{
  context->level->section->rtcp_mux = TRUE;
  return TRUE;
}

static gboolean
read_rtcp_mux_only (RtcSdpContext *context, const gchar *value, GError **error)
{
  context->level->section->rtcp_mux_only = TRUE;
  return TRUE;
}

static gboolean
read_rtcp_rsize (RtcSdpContext *context, const gchar *value, GError **error)
{
  context->level->section->rtcp_rsize = TRUE;
  return TRUE;
}

static gboolean
read_sctp_port (RtcSdpContext *context, const gchar *value, GError **error)
{
  guint64 port;

  if (!rtc_text_to_number (value, G_MAXUINT16, &port) || port == 0)
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the SCTP port is not a number from 1 to 65535");
  context->level->section->sctp_port = (guint) port;
  return TRUE;
}

static gboolean
read_max_message_size (RtcSdpContext *context, const gchar *value, GError **error)
{
  if (!rtc_text_to_number (value, G_MAXUINT64, &context->level->section->max_message_size))
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the size is not a number of bytes");
  return TRUE;
}

static const RtcSdpAttribute attributes[] = {
  { "group", RTC_SDP_AT_SESSION, 0, read_group },
  { "ice-lite", RTC_SDP_AT_SESSION, 0, read_ice_lite },
  { "extmap-allow-mixed", RTC_SDP_AT_SESSION | RTC_SDP_AT_MEDIA, 0, read_extmap_allow_mixed },
  { "mid", RTC_SDP_AT_SECTION, RTC_SDP_SEEN_MID, read_mid },
  { "ice-ufrag", RTC_SDP_AT_SESSION | RTC_SDP_AT_SECTION, RTC_SDP_SEEN_UFRAG, read_ice_ufrag },
  { "ice-pwd", RTC_SDP_AT_SESSION | RTC_SDP_AT_SECTION, RTC_SDP_SEEN_PWD, read_ice_pwd },
  { "ice-options", RTC_SDP_AT_SESSION | RTC_SDP_AT_SECTION, 0, read_ice_options },
  { "candidate", RTC_SDP_AT_SECTION, 0, read_candidate },
  { "end-of-candidates", RTC_SDP_AT_SESSION | RTC_SDP_AT_SECTION, 0, read_end_of_candidates },
  { "fingerprint", RTC_SDP_AT_SESSION | RTC_SDP_AT_SECTION, 0, read_fingerprint },
  { "setup", RTC_SDP_AT_SESSION | RTC_SDP_AT_SECTION, RTC_SDP_SEEN_SETUP, read_setup },
  { "sendrecv", RTC_SDP_AT_SESSION | RTC_SDP_AT_MEDIA, RTC_SDP_SEEN_DIRECTION, read_sendrecv },
  { "sendonly", RTC_SDP_AT_SESSION | RTC_SDP_AT_MEDIA, RTC_SDP_SEEN_DIRECTION, read_sendonly },
  { "recvonly", RTC_SDP_AT_SESSION | RTC_SDP_AT_MEDIA, RTC_SDP_SEEN_DIRECTION, read_recvonly },
  { "inactive", RTC_SDP_AT_SESSION | RTC_SDP_AT_MEDIA, RTC_SDP_SEEN_DIRECTION, read_inactive },
  { "bundle-only", RTC_SDP_AT_SECTION, 0, read_bundle_only },
  { "rtcp-mux", RTC_SDP_AT_MEDIA, 0, read_rtcp_mux },
  { "rtcp-mux-only", RTC_SDP_AT_MEDIA, 0, read_rtcp_mux_only },
  { "rtcp-rsize", RTC_SDP_AT_MEDIA, 0, read_rtcp_rsize },
  { "sctp-port", RTC_SDP_AT_DATA, RTC_SDP_SEEN_SCTP_PORT, read_sctp_port },
  { "max-message-size", RTC_SDP_AT_DATA, RTC_SDP_SEEN_MAX_MESSAGE_SIZE, read_max_message_size },
};

const RtcSdpAttribute *
rtc_sdp_transport_attribute_find (const gchar *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (attributes); i++)
    if (g_str_equal (name, attributes[i].name))
      return &attributes[i];
  return NULL;
}

static void
inherit_ice (RtcSdpContext *context)
{
  const RtcSection *session = context->session.section;
  RtcSection *section = context->media.section;

  if (!section->ice_ufrag && !section->ice_pwd) {
    section->ice_ufrag = g_strdup (session->ice_ufrag);
    section->ice_pwd = g_strdup (session->ice_pwd);
  }
  if (!(context->media.seen & RTC_SDP_SEEN_ICE_OPTIONS))
    section->has_trickle = session->has_trickle;
  if (session->is_end_of_candidates)
    section->is_end_of_candidates = TRUE;
}

static void
inherit_dtls (RtcSdpContext *context)
{
  const RtcSection *session = context->session.section;
  RtcSection *section = context->media.section;

  if (!(context->media.seen & RTC_SDP_SEEN_FINGERPRINT)) {
    g_ptr_array_unref (section->fingerprints);
    section->fingerprints = rtc_fingerprints_copy (session->fingerprints);
  }
  if (!(context->media.seen & RTC_SDP_SEEN_SETUP))
    section->setup = session->setup;
}

gboolean
rtc_sdp_transport_finish (RtcSdpContext *context, GError **error)
{
  RtcSection *section = context->media.section;

  if (!rtc_section_is_rejected (section)) {
    inherit_ice (context);
    inherit_dtls (context);
    if (!section->ice_ufrag != !section->ice_pwd)
      return rtc_sdp_line_fail (&context->media.media_line, error, RTC_ERROR_INVALID,
          "the section has an ICE ufrag or a password, but not both");
  }
  if (section->kind <= RTC_KIND_VIDEO && !(context->media.seen & RTC_SDP_SEEN_DIRECTION))
    section->direction = context->session.section->direction;
  return TRUE;
}
