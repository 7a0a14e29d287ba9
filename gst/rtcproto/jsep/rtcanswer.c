/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * createAnswer: for each offered section what both sides can, or a rejection (RFC 9429 §5.3.1,
 * RFC 3264 §6).
 */
#include "jsep/rtcanswer.h"

#include "jsep/rtctransceiver.h"
#include "jsep/rtcbundle.h"
#include "jsep/rtcnegotiate.h"
#include "jsep/rtcsections.h"
#include "sdp/rtccodecs.h"

#define SCTP_PORT 5000
#define MAX_MESSAGE_SIZE 262144

/* RFC 9429 §5.1.2: "any profile in the offer matching one of the following patterns MUST be
 * accepted", and the answer repeats it; RFC 8841 §4.1 for data. */
gboolean
rtc_section_is_protocol_known (const RtcSection *section)
{
  static const gchar *const media[] = { "UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP",
    "TCP/DTLS/RTP/SAVPF", "TCP/DTLS/RTP/SAVP", "RTP/SAVPF", "RTP/SAVP", "RTP/AVPF", "RTP/AVP",
    NULL };
  static const gchar *const data[] = { "UDP/DTLS/SCTP", "TCP/DTLS/SCTP", "DTLS/SCTP", NULL };

  return section->protocol != NULL &&
      g_strv_contains (section->kind == RTC_KIND_APPLICATION ? data : media, section->protocol);
}

/* RFC 9143 §7.1.3: rtcp-mux of a bundled section may be written in the tag's only. */
static gboolean
has_rtcp_mux (const RtcDescription *offer, const RtcSection *section)
{
  const gchar *const *group = rtc_description_find_bundle (offer, section->mid);
  gint tag = group != NULL ? rtc_description_find_mid (offer, group[0]) : -1;

  return section->rtcp_mux || section->rtcp_mux_only ||
      ((section->is_bundle_only || section->ice_ufrag == NULL) && tag >= 0 &&
          (rtc_description_get_section (offer, (guint) tag)->rtcp_mux ||
              rtc_description_get_section (offer, (guint) tag)->kind == RTC_KIND_APPLICATION));
}

/* RFC 9429 §5.3.1: "Otherwise, the media formats on the m= line MUST be generated in the same
 * order as those offered". */
static GPtrArray *
answer_codecs (
    const RtcSession *session, const RtcTransceiver *transceiver, const RtcSection *offered)
{
  g_autoptr (RtcPayloads) scratch = rtc_payloads_new ();
  g_autoptr (GPtrArray) ours =
      rtc_payloads_number_codecs (scratch, rtc_session_get_codecs (session, transceiver), NULL);

  return rtc_negotiate_codecs (ours, offered->codecs, transceiver->preferences != NULL);
}

static RtcSection *
answer_media (
    const RtcSession *session, const RtcTransceiver *transceiver, const RtcSection *offered)
{
  RtcSection *section = rtc_section_new (offered->kind, offered->mid);

  g_free (section->protocol);
  section->protocol = g_strdup (offered->protocol);
  section->direction = rtc_direction_reverse (offered->direction) & transceiver->direction;
  section->rtcp_mux = TRUE;
  section->rtcp_rsize = offered->rtcp_rsize;
  g_ptr_array_unref (section->codecs);
  section->codecs = answer_codecs (session, transceiver, offered);
  g_ptr_array_unref (section->extmaps);
  section->extmaps = rtc_negotiate_extmaps (session->extmaps[transceiver->kind], offered->extmaps);
  if (offered->has_simulcast && (section->direction & RTC_DIRECTION_RECVONLY) &&
      rtc_section_find_extmap (section, RTC_EXTMAP_RID)) {
    g_ptr_array_unref (section->rids);
    section->rids = rtc_negotiate_rids (offered->rids);
    section->has_simulcast = section->rids->len > 0;
  }
  rtc_section_write_sources (section, session, transceiver);
  return section;
}

static RtcSection *
answer_data (const RtcSection *offered)
{
  RtcSection *section = rtc_section_new (RTC_KIND_APPLICATION, offered->mid);

  g_free (section->protocol);
  section->protocol = g_strdup (offered->protocol);
  section->sctp_port = SCTP_PORT;
  section->max_message_size = MAX_MESSAGE_SIZE;
  return section;
}

static gboolean
has_data_section (const RtcDescription *answer)
{
  for (guint i = 0; i < answer->sections->len; i++) {
    const RtcSection *section = rtc_description_get_section (answer, i);
    if (section->kind == RTC_KIND_APPLICATION && !rtc_section_is_rejected (section))
      return TRUE;
  }
  return FALSE;
}

/* NULL: reject it. */
static RtcSection *
answer_section (const RtcSession *session, const RtcDescription *offer, guint index,
    const RtcDescription *answer)
{
  const RtcSection *offered = rtc_description_get_section (offer, index);
  const RtcLine *line = rtc_state_get_line (session->state, index);
  g_autoptr (RtcSection) section = NULL;

  if (rtc_section_is_rejected (offered) || !rtc_section_is_protocol_known (offered))
    return NULL;
  if (offered->kind == RTC_KIND_APPLICATION)
    return offered->sctp_port == 0 || has_data_section (answer) ? NULL : answer_data (offered);
  if (line->transceiver == NULL || rtc_transceiver_is_stopped (line->transceiver) ||
      !has_rtcp_mux (offer, offered))
    return NULL;
  section = answer_media (session, line->transceiver, offered);
  if (!rtc_negotiate_has_medium (section->codecs))
    return NULL;
  return g_steal_pointer (&section);
}

/* RFC 8842 §5.3, §5.5: what the offer leaves open is ours to say; an association that goes on
 * keeps its roles. */
static RtcSetup
choose_setup (const RtcSession *session, const RtcTransport *transport, const RtcSection *offered)
{
  if (offered->setup == RTC_SETUP_ACTIVE)
    return RTC_SETUP_PASSIVE;
  if (offered->setup == RTC_SETUP_PASSIVE)
    return RTC_SETUP_ACTIVE;
  if (transport != NULL && transport->setup != RTC_SETUP_NONE &&
      rtc_transport_has_fingerprints (transport, offered->fingerprints))
    return transport->setup;
  return session->is_answer_active ? RTC_SETUP_ACTIVE : RTC_SETUP_PASSIVE;
}

static void
add_transports (const RtcSession *session, const RtcDescription *offer, RtcDescription *answer)
{
  const RtcState *state = session->state;
  RtcBundlePlan plan;
  gint transports[RTC_SDP_MAX_SECTIONS];

  rtc_bundle_plan_answer (answer, &plan);
  rtc_bundle_choose (state, &plan, FALSE, transports);
  for (guint i = 0; i < plan.count; i++) {
    const RtcSection *offered = rtc_description_get_section (offer, i);
    RtcSection *section = rtc_description_get_section (answer, i);
    const RtcTransport *transport;

    if (plan.owners[i] != (gint) i)
      continue;
    transport = rtc_state_find_transport (state, transports[i]);
    /* RFC 8839 §4.4.1.1.1: an offer that restarts is answered with new credentials. */
    rtc_section_write_transport (section, session, transport,
        transport != NULL && rtc_transport_is_remote_restart (transport, offered));
    section->setup = choose_setup (session, transport, offered);
  }
  for (guint i = 0; i < plan.count; i++) {
    if (plan.owners[i] >= 0 && plan.owners[i] != (gint) i)
      rtc_section_share_transport (rtc_description_get_section (answer, i),
          rtc_description_get_section (answer, (guint) plan.owners[i]));
  }
}

RtcDescription *
rtc_answer_create (const RtcSession *session)
{
  const RtcDescription *offer = session->state->pending_remote;
  RtcDescription *answer = rtc_description_new ();

  answer->is_extmap_allow_mixed = offer->is_extmap_allow_mixed;
  for (guint i = 0; i < offer->sections->len; i++) {
    RtcSection *section = answer_section (session, offer, i, answer);

    if (section == NULL)
      section = rtc_section_new_rejected (rtc_description_get_section (offer, i));
    g_ptr_array_add (answer->sections, section);
  }
  rtc_bundle_write_answer (session->policy, offer, answer);
  add_transports (session, offer, answer);
  rtc_sections_write_origin (answer, session);
  return answer;
}
