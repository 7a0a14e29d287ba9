/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two sessions driven by a byte code: what applications and peers do, in any order, with texts
 * that are damaged on their way. Each list of changes is executed on a model of the network side,
 * which must make sense at every step: no transport made twice, none used that is not there.
 * After each step payload types are unique in a BUNDLE group and a failure has changed no state.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "jsep/rtcsession.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define MAX_STEPS 256
#define FINGERPRINT                                                                                \
  "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:"                                               \
  "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA"

typedef enum { NO_TRANSPORT, MADE, GATHERING, CONNECTING } TransportState;

typedef struct {
  RtcSession *session;
  GHashTable *transports; /* number -> TransportState */
  RtcDescription *created;
  gchar *sent; /* the last description that it set, as text */
  RtcSdpType sent_type;
} Side;

typedef struct {
  const guint8 *data;
  gsize size;
  Side sides[2];
} Run;

static guint
take (Run *run)
{
  if (run->size == 0)
    return 0;
  run->size--;
  return *run->data++;
}

static TransportState
get_state (Side *side, guint transport)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (side->transports, GUINT_TO_POINTER (transport)));
}

static void
set_state (Side *side, guint transport, TransportState state)
{
  g_hash_table_insert (side->transports, GUINT_TO_POINTER (transport), GUINT_TO_POINTER (state));
}

static void
execute_transport (Side *side, const RtcChange *change)
{
  TransportState state = get_state (side, change->transport);

  switch (change->type) {
  case RTC_CHANGE_TRANSPORT_ADDED:
    g_assert_cmpint (state, ==, NO_TRANSPORT);
    set_state (side, change->transport, MADE);
    break;
  case RTC_CHANGE_TRANSPORT_REMOVED:
    g_assert_cmpint (state, !=, NO_TRANSPORT);
    g_hash_table_remove (side->transports, GUINT_TO_POINTER (change->transport));
    break;
  case RTC_CHANGE_LOCAL_ICE:
    g_assert_cmpint (state, >=, MADE);
    g_assert_cmpint (change->is_restart, ==, state >= GATHERING);
    set_state (side, change->transport, MAX (state, GATHERING));
    break;
  case RTC_CHANGE_REMOTE_ICE:
    g_assert_cmpint (state, >=, GATHERING);
    g_assert_true (change->ufrag != NULL && change->pwd != NULL);
    set_state (side, change->transport, CONNECTING);
    break;
  case RTC_CHANGE_REMOTE_CANDIDATE:
    g_assert_cmpint (state, ==, CONNECTING);
    break;
  case RTC_CHANGE_DTLS:
    g_assert_cmpint (state, >=, GATHERING);
    g_assert_cmpuint (change->fingerprints->len, >, 0);
    break;
  case RTC_CHANGE_DATA:
  case RTC_CHANGE_ICE_ROLE:
    g_assert_cmpint (state, !=, NO_TRANSPORT);
    break;
  default:
    break;
  }
}

static void
execute (Side *side, GPtrArray *changes)
{
  for (guint i = 0; i < changes->len; i++)
    execute_transport (side, changes->pdata[i]);
}

static void
check_group (const RtcDescription *description, gchar **group)
{
  const RtcCodec *codecs[128] = { NULL };

  for (guint i = 0; group[i] != NULL; i++) {
    gint index = rtc_description_find_mid (description, group[i]);
    const RtcSection *section;

    g_assert_cmpint (index, >=, 0);
    section = rtc_description_get_section (description, (guint) index);
    for (guint k = 0; k < section->codecs->len; k++) {
      const RtcCodec *codec = section->codecs->pdata[k];
      g_assert_cmpuint (codec->pt, <, G_N_ELEMENTS (codecs));
      if (codecs[codec->pt] != NULL)
        g_assert_true (rtc_codec_is (codecs[codec->pt], codec->name));
      codecs[codec->pt] = codec;
    }
  }
}

static void
check_description (const RtcDescription *description)
{
  for (guint i = 0; description != NULL && i < description->bundle_groups->len; i++)
    check_group (description, description->bundle_groups->pdata[i]);
}

static void
check_transceiver (Side *side, const RtcTransceiver *transceiver)
{
  gint transport = rtc_transceiver_get_transport (transceiver);
  gint mline = rtc_transceiver_get_mline (transceiver);

  g_assert_cmpint (mline, <, RTC_SDP_MAX_SECTIONS);
  if (mline >= 0)
    g_assert_true (rtc_session_find_mline (side->session, (guint) mline) == transceiver);
  if (transport >= 0)
    g_assert_cmpint (get_state (side, (guint) transport), !=, NO_TRANSPORT);
  if (rtc_transceiver_get_send (transceiver)->is_active) {
    g_assert_cmpint (transport, >=, 0);
    g_assert_cmpuint (rtc_transceiver_get_send (transceiver)->codecs->len, >, 0);
  }
}

static void
check (Side *side)
{
  GPtrArray *transceivers = rtc_session_get_transceivers (side->session);

  g_assert_cmpint (
      rtc_session_get_signaling_state (side->session), <=, RTC_SIGNALING_HAVE_REMOTE_PRANSWER);
  for (guint i = 0; i < transceivers->len; i++)
    check_transceiver (side, transceivers->pdata[i]);
  check_description (rtc_session_get_current_local (side->session));
  check_description (rtc_session_get_pending_local (side->session));
  rtc_session_is_negotiation_needed (side->session);
}

static gboolean
set_description (Side *side, gboolean is_local, RtcSdpType type, const RtcDescription *description)
{
  RtcSignalingState before = rtc_session_get_signaling_state (side->session);
  const RtcDescription *pending = rtc_session_get_pending_remote (side->session);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes = is_local
      ? rtc_session_set_local (side->session, type, description, &error)
      : rtc_session_set_remote (side->session, type, description, &error);

  g_assert_true ((changes == NULL) == (error != NULL));
  if (changes != NULL) {
    execute (side, changes);
    return TRUE;
  }
  g_assert_cmpint (before, ==, (gint) rtc_session_get_signaling_state (side->session));
  g_assert_true (pending == rtc_session_get_pending_remote (side->session));
  return FALSE;
}

static void
create (Side *side, gboolean is_offer, gboolean is_restart)
{
  RtcDescription *created = is_offer ? rtc_session_create_offer (side->session, is_restart, NULL)
                                     : rtc_session_create_answer (side->session, NULL);

  if (created == NULL)
    return;
  check_description (created);
  rtc_description_free (side->created);
  side->created = created;
}

static void
set_created (Side *side, RtcSdpType type)
{
  if (side->created == NULL || !set_description (side, TRUE, type, side->created))
    return;
  g_free (side->sent);
  side->sent = rtc_description_to_text (side->created);
  side->sent_type = type;
}

/* One byte of the text may change on its way. */
static void
deliver (Run *run, Side *from, Side *to, gboolean is_damaged)
{
  g_autofree gchar *text = g_strdup (from->sent);
  g_autoptr (RtcDescription) description = NULL;

  if (text == NULL)
    return;
  if (is_damaged) {
    gsize length = strlen (text);
    guint position = take (run) << 8;
    position |= take (run);
    text[position % length] = (gchar) MAX (take (run), 1);
  }
  description = rtc_description_from_text (text, -1, NULL);
  if (description != NULL)
    set_description (to, FALSE, from->sent_type, description);
}

static void
change_transceiver (Run *run, Side *side)
{
  GPtrArray *transceivers = rtc_session_get_transceivers (side->session);
  guint value = take (run);
  RtcTransceiver *transceiver;

  if (transceivers->len == 0)
    return;
  transceiver = transceivers->pdata[(value >> 4) % transceivers->len];
  if (value & 8)
    rtc_transceiver_set_direction (transceiver, value & 3);
  else if (value & 4)
    rtc_transceiver_stop (transceiver);
  else
    rtc_transceiver_set_is_track (transceiver, value & 1);
}

static void
add_transceiver (Run *run, Side *side)
{
  guint value = take (run);
  RtcTransceiver *transceiver;

  if (rtc_session_get_transceivers (side->session)->len >= RTC_SDP_MAX_SECTIONS)
    return;
  transceiver = rtc_session_add_transceiver (side->session, value & 1, (value >> 1) & 3, NULL);
  rtc_transceiver_set_is_track (transceiver, (value & 8) != 0);
  rtc_transceiver_set_source (transceiver, value & 16 ? value : 0, 0);
}

static void
add_candidate (Run *run, Side *side)
{
  guint value = take (run);
  guint transport = value >> 4;
  guint mline;
  const gchar *mid;
  g_autofree gchar *candidate =
      g_strdup_printf ("candidate:%u 1 udp %u 192.0.2.1 9 typ host", value, value + 1);

  if (value & 1) {
    rtc_session_add_local_candidate (side->session, transport, candidate, &mline, &mid);
    return;
  }
  if (rtc_session_add_remote_candidate (
          side->session, (value >> 1) & 7, NULL, value & 16 ? candidate : NULL, &transport, NULL))
    g_assert_cmpint (get_state (side, transport), ==, CONNECTING);
}

static void
step (Run *run)
{
  guint code = take (run);
  Side *side = &run->sides[code & 1];
  Side *other = &run->sides[!(code & 1)];

  switch ((code >> 1) % 16) {
  case 0:
    add_transceiver (run, side);
    break;
  case 1:
    rtc_session_add_data (side->session);
    break;
  case 2:
  case 3:
    create (side, TRUE, (code >> 1) % 16 == 3);
    set_created (side, RTC_SDP_OFFER);
    break;
  case 4:
    create (side, FALSE, FALSE);
    set_created (side, RTC_SDP_ANSWER);
    break;
  case 5:
    create (side, FALSE, FALSE);
    set_created (side, RTC_SDP_PRANSWER);
    break;
  case 6:
  case 7:
    deliver (run, side, other, (code >> 1) % 16 == 7);
    break;
  case 8:
    set_description (side, TRUE, RTC_SDP_ROLLBACK, NULL);
    break;
  case 9:
    set_description (side, FALSE, RTC_SDP_ROLLBACK, NULL);
    break;
  case 10:
    change_transceiver (run, side);
    break;
  case 11:
    add_candidate (run, side);
    break;
  case 12:
    rtc_session_restart_ice (side->session);
    break;
  case 13:
    create (side, take (run) & 1, FALSE);
    break;
  case 14:
    set_created (side, take (run) % 3);
    break;
  default:
    if (take (run) == 0xff)
      rtc_session_close (side->session);
    break;
  }
}

static void
side_init (Side *side, guint64 *seed, RtcBundlePolicy policy)
{
  side->session = rtc_session_new (rtc_random_seeded (seed));
  side->transports = g_hash_table_new (NULL, NULL);
  rtc_session_set_fingerprint (side->session, "sha-256", FINGERPRINT);
  rtc_session_set_bundle_policy (side->session, policy);
}

static void
side_clear (Side *side)
{
  rtc_session_free (side->session);
  g_hash_table_unref (side->transports);
  rtc_description_free (side->created);
  g_free (side->sent);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  Run run = { data, size, { { NULL }, { NULL } } };
  guint64 seed = 1;
  guint policies = take (&run);

  for (guint i = 0; i < 2; i++)
    side_init (&run.sides[i], &seed, (policies >> (2 * i)) & 3);
  for (guint i = 0; i < MAX_STEPS && run.size > 0; i++) {
    step (&run);
    check (&run.sides[0]);
    check (&run.sides[1]);
  }
  for (guint i = 0; i < 2; i++)
    side_clear (&run.sides[i]);
  return 0;
}
