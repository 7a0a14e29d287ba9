/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * createOffer: one section for each line of the session, then for each new transceiver (in the
 * place of a rejected line where there is one), then for data (RFC 9429 §5.2.1, §5.2.2).
 */
#include "jsep/rtcoffer.h"

#include "jsep/rtctransceiver.h"
#include "jsep/rtcbundle.h"
#include "jsep/rtcsections.h"

#define SCTP_PORT 5000
#define MAX_MESSAGE_SIZE 262144

typedef struct {
  const RtcSession *session;
  RtcPayloads *payloads;
  RtcDescription *offer;
  GPtrArray *transceivers;
  gboolean has_data;
} Offer;

static RtcSection *
make_data_section (const gchar *mid)
{
  RtcSection *section = rtc_section_new (RTC_KIND_APPLICATION, mid);

  section->sctp_port = SCTP_PORT;
  section->max_message_size = MAX_MESSAGE_SIZE;
  return section;
}

static RtcSection *
make_media_section (
    Offer *offer, const gchar *mid, const RtcTransceiver *transceiver, const RtcSection *previous)
{
  const RtcSession *session = offer->session;
  RtcSection *section = rtc_section_new (transceiver->kind, mid);

  section->direction = transceiver->direction;
  section->rtcp_mux = TRUE;
  section->rtcp_rsize = TRUE;
  g_ptr_array_unref (section->codecs);
  section->codecs = rtc_payloads_number_codecs (
      offer->payloads, rtc_session_get_codecs (session, transceiver), previous);
  g_ptr_array_unref (section->extmaps);
  section->extmaps =
      rtc_payloads_number_extmaps (offer->payloads, session->extmaps[transceiver->kind], previous);
  rtc_section_write_sources (section, session, transceiver);
  return section;
}

/* What a line says now; a rejected one as a stand-in that may be recycled. */
static RtcSection *
make_line_section (Offer *offer, guint index, RtcTransceiver **out_transceiver)
{
  const RtcState *state = offer->session->state;
  const RtcLine *line = rtc_state_get_line (state, index);
  const RtcSection *previous = rtc_state_get_local_section (state, index);

  if (!line->is_rejected && line->kind == RTC_KIND_APPLICATION && line->transport >= 0) {
    offer->has_data = TRUE;
    return make_data_section (line->mid);
  }
  if (!line->is_rejected && line->transceiver != NULL &&
      !rtc_transceiver_is_stopped (line->transceiver)) {
    *out_transceiver = line->transceiver;
    return make_media_section (offer, line->mid, line->transceiver, previous);
  }
  return rtc_section_new_rejected (previous);
}

static void
add_section (Offer *offer, RtcSection *section, RtcTransceiver *transceiver)
{
  g_ptr_array_add (offer->offer->sections, section);
  g_ptr_array_add (offer->transceivers, transceiver);
}

static void
add_lines (Offer *offer)
{
  for (guint i = 0; i < offer->session->state->lines->len; i++) {
    RtcTransceiver *transceiver = NULL;
    RtcSection *section = make_line_section (offer, i, &transceiver);
    add_section (offer, section, transceiver);
  }
}

/* RFC 9429 §5.2.2: "If any m= section was rejected ... and there are new RtpTransceivers ... the
 * m= section MUST be recycled". */
static void
place_section (Offer *offer, RtcSection *section, RtcTransceiver *transceiver)
{
  const RtcState *state = offer->session->state;

  for (guint i = 0; i < state->lines->len; i++) {
    const RtcLine *line = rtc_state_get_line (state, i);
    const RtcSection *old = rtc_description_get_section (offer->offer, i);

    if (!line->is_rejected || !rtc_section_is_rejected (old))
      continue;
    rtc_section_free (offer->offer->sections->pdata[i]);
    offer->offer->sections->pdata[i] = section;
    offer->transceivers->pdata[i] = transceiver;
    return;
  }
  add_section (offer, section, transceiver);
}

static void
add_new_transceivers (Offer *offer)
{
  const GPtrArray *transceivers = offer->session->transceivers;

  for (guint i = 0; i < transceivers->len; i++) {
    RtcTransceiver *transceiver = transceivers->pdata[i];
    g_autofree gchar *mid = NULL;

    if (rtc_transceiver_is_stopped (transceiver) || transceiver->media->mline >= 0)
      continue;
    mid = rtc_sections_make_mid (offer->session->state, offer->offer);
    place_section (offer, make_media_section (offer, mid, transceiver, NULL), transceiver);
  }
}

static void
add_data (Offer *offer)
{
  g_autofree gchar *mid = NULL;

  if (!offer->session->has_data || offer->has_data)
    return;
  mid = rtc_sections_make_mid (offer->session->state, offer->offer);
  place_section (offer, make_data_section (mid), NULL);
}

static gboolean
is_marked_for_restart (const RtcSession *session, const RtcTransport *transport)
{
  return g_ptr_array_find_with_equal_func (
      session->ufrags_to_replace, transport->local_ufrag, g_str_equal, NULL);
}

/* RFC 9429 §5.2.2: "The "a=setup" ... MUST be actpass", also where an association exists. */
static void
add_transports (Offer *offer, gboolean is_ice_restart)
{
  const RtcState *state = offer->session->state;
  RtcBundlePlan plan;
  gint transports[RTC_SDP_MAX_SECTIONS];

  rtc_bundle_plan_offer (state, offer->offer, &plan);
  rtc_bundle_choose (state, &plan, FALSE, transports);
  for (guint i = 0; i < plan.count; i++) {
    const RtcTransport *transport;

    if (plan.owners[i] != (gint) i)
      continue;
    transport = rtc_state_find_transport (state, transports[i]);
    rtc_section_write_transport (rtc_description_get_section (offer->offer, i), offer->session,
        transport,
        is_ice_restart || (transport != NULL && is_marked_for_restart (offer->session, transport)));
    rtc_description_get_section (offer->offer, i)->setup = RTC_SETUP_ACTPASS;
  }
  for (guint i = 0; i < plan.count; i++) {
    if (plan.owners[i] >= 0 && plan.owners[i] != (gint) i)
      rtc_section_share_transport (rtc_description_get_section (offer->offer, i),
          rtc_description_get_section (offer->offer, (guint) plan.owners[i]));
  }
}

static gboolean
check_sections (const RtcDescription *offer, GError **error)
{
  if (offer->sections->len > RTC_SDP_MAX_SECTIONS) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_LIMIT, "an offer of %u sections; %u are allowed",
        offer->sections->len, RTC_SDP_MAX_SECTIONS);
    return FALSE;
  }
  for (guint i = 0; i < offer->sections->len; i++) {
    const RtcSection *section = rtc_description_get_section (offer, i);

    if (section->kind != RTC_KIND_APPLICATION && !rtc_section_is_rejected (section) &&
        section->codecs->len == 0) {
      g_set_error (error, RTC_ERROR, RTC_ERROR_ARGUMENT,
          "the transceiver of section %u (mid %s) has no codec to offer", i, section->mid);
      return FALSE;
    }
  }
  return TRUE;
}

RtcDescription *
rtc_offer_create (const RtcSession *session, gboolean is_ice_restart, GPtrArray **out_transceivers,
    GError **error)
{
  g_autoptr (RtcDescription) description = rtc_description_new ();
  g_autoptr (RtcPayloads) payloads = rtc_payloads_copy (session->state->payloads);
  g_autoptr (GPtrArray) transceivers = g_ptr_array_new ();
  Offer offer = { session, payloads, description, transceivers, FALSE };

  description->is_extmap_allow_mixed = TRUE;
  add_lines (&offer);
  add_new_transceivers (&offer);
  add_data (&offer);
  if (!check_sections (description, error))
    return NULL;
  rtc_bundle_write_offer (session->policy, session->state, description);
  add_transports (&offer, is_ice_restart);
  rtc_sections_write_origin (description, session);
  *out_transceivers = g_steal_pointer (&transceivers);
  return g_steal_pointer (&description);
}
