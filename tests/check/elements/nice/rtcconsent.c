/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Consent: our checks against libnice's own STUN, which also makes the answers. */
#include "rtcconsent.h"

#include <stun/stunagent.h>
#include <stun/usages/ice.h>

#include <string.h>

#define MARK 0x11223344u
#define START (1000 * GST_SECOND)

static RtcIceCredentials local = { (gchar *) "locl", (gchar *) "localpasswordlocalpassword" };
static RtcIceCredentials remote = { (gchar *) "remo", (gchar *) "remotepasswordremotepasswd" };
static const RtcSocketAddress peer = { .ip4 = { .sin_family = AF_INET, .sin_port = 1 } };
static const RtcSocketAddress other = { .ip4 = { .sin_family = AF_INET, .sin_port = 2 } };

typedef struct {
  RtcConsent *consent;
  guint64 seed;
  guint8 check[RTC_CONSENT_MAX_CHECK_BYTES];
  gsize check_size;
  guint8 answer[RTC_CONSENT_MAX_CHECK_BYTES];
  gsize answer_size;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->seed = 1;
  fixture->consent = rtc_consent_new (&local, &remote, MARK, rtc_random_seeded (&fixture->seed));
  rtc_consent_start (fixture->consent, &peer, START);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  rtc_consent_free (fixture->consent);
}

static void
write_check (Fixture *fixture, const RtcSocketAddress *to, GstClockTime now)
{
  fixture->check_size =
      rtc_consent_write_check (fixture->consent, to, 99, TRUE, fixture->check, now);
}

static bool
give_password (StunAgent *agent, StunMessage *message, uint8_t *username, uint16_t size,
    uint8_t **password, size_t *password_size, void *data)
{
  g_assert_cmpuint (size, ==, strlen ("remo:locl"));
  g_assert_cmpint (memcmp (username, "remo:locl", size), ==, 0);
  *password = (uint8_t *) data;
  *password_size = strlen (data);
  return true;
}

static StunValidationStatus
read_check (Fixture *fixture, StunAgent *agent, StunMessage *request, const gchar *password)
{
  static const uint16_t known[] = { STUN_ATTRIBUTE_USERNAME, STUN_ATTRIBUTE_MESSAGE_INTEGRITY,
    STUN_ATTRIBUTE_ERROR_CODE, STUN_ATTRIBUTE_PRIORITY, STUN_ATTRIBUTE_USE_CANDIDATE, 0 };

  stun_agent_init (agent, known, STUN_COMPATIBILITY_RFC5389,
      STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
  return stun_agent_validate (
      agent, request, fixture->check, fixture->check_size, give_password, (void *) password);
}

static void
make_answer (Fixture *fixture, const gchar *password, gint error_code)
{
  StunAgent agent;
  StunMessage request, answer;

  g_assert_cmpint (read_check (fixture, &agent, &request, remote.pwd), ==, STUN_VALIDATION_SUCCESS);
  if (error_code == 0)
    stun_agent_init_response (&agent, &answer, fixture->answer, sizeof fixture->answer, &request);
  else
    stun_agent_init_error (
        &agent, &answer, fixture->answer, sizeof fixture->answer, &request, (StunError) error_code);
  answer.key = (uint8_t *) password;
  answer.key_len = password != NULL ? strlen (password) : 0;
  fixture->answer_size = stun_agent_finish_message (&agent, &answer, NULL, 0);
}

static RtcConsentAnswer
read_answer (Fixture *fixture, const RtcSocketAddress *from, GstClockTime now)
{
  return rtc_consent_read_answer (
      fixture->consent, from, fixture->answer, fixture->answer_size, now);
}

static void
test_check (Fixture *fixture, gconstpointer data)
{
  StunAgent agent;
  StunMessage request;
  uint32_t priority;

  write_check (fixture, &peer, START);
  g_assert_cmpuint (fixture->check_size, >, 0);
  g_assert_cmpuint (GST_READ_UINT32_BE (fixture->check + 8), ==, MARK);
  g_assert_cmpint (read_check (fixture, &agent, &request, remote.pwd), ==, STUN_VALIDATION_SUCCESS);
  g_assert_cmpint (stun_message_find32 (&request, STUN_ATTRIBUTE_PRIORITY, &priority), ==, 0);
  g_assert_cmpuint (priority, ==, 99);
  g_assert_true (stun_message_has_attribute (&request, STUN_ATTRIBUTE_ICE_CONTROLLING));
  g_assert_false (stun_message_has_attribute (&request, STUN_ATTRIBUTE_USE_CANDIDATE));
  g_assert_cmpint (read_check (fixture, &agent, &request, "another password altogether"), ==,
      STUN_VALIDATION_UNAUTHORIZED);
}

static void
test_granted (Fixture *fixture, gconstpointer data)
{
  write_check (fixture, &peer, START);
  g_assert_false (rtc_consent_is_proven (fixture->consent));
  g_assert_cmpuint (rtc_consent_get_round_trip (fixture->consent), ==, GST_CLOCK_TIME_NONE);
  make_answer (fixture, remote.pwd, 0);
  g_assert_cmpint (read_answer (fixture, &peer, START + GST_MSECOND), ==, RTC_CONSENT_GRANTED);
  g_assert_true (rtc_consent_is_proven (fixture->consent));
  g_assert_cmpuint (rtc_consent_get_round_trip (fixture->consent), ==, GST_MSECOND);
  g_assert_cmpuint (rtc_consent_get_last_grant (fixture->consent), ==, START + GST_MSECOND);
  /* RFC 7675 §5.1: not before 4 s. */
  g_assert_cmpuint (
      rtc_consent_get_next_check (fixture->consent), >=, START + 4 * GST_SECOND + GST_MSECOND);
  /* Once is enough. */
  g_assert_cmpint (read_answer (fixture, &peer, START + 2 * GST_MSECOND), ==, RTC_CONSENT_NONE);
}

typedef struct {
  const gchar *name;
  const gchar *password;
  gint error_code;
  RtcConsentAnswer expected;
} AnswerRow;

static const AnswerRow answer_rows[] = {
  { "wrong-password", "wrongpasswordwrongpassword", 0, RTC_CONSENT_NONE },
  { "no-integrity", NULL, 0, RTC_CONSENT_NONE },
  { "unauthorized", NULL, STUN_ERROR_UNAUTHORIZED, RTC_CONSENT_STALE },
  { "bad-request", NULL, STUN_ERROR_BAD_REQUEST, RTC_CONSENT_STALE },
  { "forbidden", "remotepasswordremotepasswd", STUN_ERROR_FORBIDDEN, RTC_CONSENT_REVOKED },
  { "forged-forbidden", NULL, STUN_ERROR_FORBIDDEN, RTC_CONSENT_NONE },
  { "forged-forbidden-wrong-password", "wrongpasswordwrongpassword", STUN_ERROR_FORBIDDEN,
      RTC_CONSENT_NONE },
};

static void
test_answer (Fixture *fixture, gconstpointer data)
{
  const AnswerRow *row = data;

  write_check (fixture, &peer, START);
  make_answer (fixture, row->password, row->error_code);
  g_assert_cmpint (read_answer (fixture, &peer, START + 1), ==, row->expected);
  g_assert_cmpint (
      rtc_consent_is_revoked (fixture->consent), ==, row->expected == RTC_CONSENT_REVOKED);
  g_assert_cmpint (
      rtc_consent_is_proven (fixture->consent), ==, row->expected == RTC_CONSENT_STALE);
}

/* An answer counts only from where the check went, and another address is not the pair. */
static void
test_address (Fixture *fixture, gconstpointer data)
{
  write_check (fixture, &other, START);
  make_answer (fixture, remote.pwd, 0);
  g_assert_cmpint (read_answer (fixture, &peer, START + 1), ==, RTC_CONSENT_NONE);
  g_assert_cmpint (read_answer (fixture, &other, START + 1), ==, RTC_CONSENT_GRANTED);
  g_assert_false (rtc_consent_is_proven (fixture->consent));
}

static void
test_pace (Fixture *fixture, gconstpointer data)
{
  write_check (fixture, &peer, START);
  write_check (fixture, &peer, START + 50 * GST_MSECOND);
  g_assert_cmpuint (fixture->check_size, ==, 0);
  write_check (fixture, &other, START + 50 * GST_MSECOND);
  g_assert_cmpuint (fixture->check_size, >, 0);
  /* Not answered: again after 500 ms. */
  g_assert_cmpuint (rtc_consent_get_next_check (fixture->consent), ==, START + 500 * GST_MSECOND);
}

/* Every byte of an answer counts, and no length leads out of it. */
static void
test_damage (Fixture *fixture, gconstpointer data)
{
  write_check (fixture, &peer, START);
  make_answer (fixture, remote.pwd, 0);
  for (gsize size = 0; size < fixture->answer_size; size++) {
    g_autofree guint8 *cut = g_memdup2 (fixture->answer, size);

    g_assert_cmpint (rtc_consent_read_answer (fixture->consent, &peer, cut, size, START + 1), ==,
        RTC_CONSENT_NONE);
  }
  /* Up to the fingerprint, which says nothing that the integrity does not. */
  for (gsize i = 0; i < fixture->answer_size - 8; i++) {
    fixture->answer[i] ^= 0x40;
    g_assert_cmpint (read_answer (fixture, &peer, START + 1), !=, RTC_CONSENT_GRANTED);
    fixture->answer[i] ^= 0x40;
  }
  g_assert_cmpint (read_answer (fixture, &peer, START + 1), ==, RTC_CONSENT_GRANTED);
}

static void
test_sign (Fixture *fixture, gconstpointer data)
{
  rtc_consent_note_packet (fixture->consent, TRUE, START + GST_SECOND);
  g_assert_cmpuint (rtc_consent_get_last_sign (fixture->consent), ==, START + GST_SECOND);
  g_assert_cmpuint (rtc_consent_get_last_grant (fixture->consent), ==, START);
}

/* A flow that stops is a reason to ask, once; no flow is none. */
static void
test_flow (Fixture *fixture, gconstpointer data)
{
  GstClockTime last = START + 3 * GST_SECOND;

  write_check (fixture, &peer, START);
  make_answer (fixture, remote.pwd, 0);
  read_answer (fixture, &peer, START + GST_MSECOND);
  rtc_consent_note_packet (fixture->consent, TRUE, START + 2 * GST_SECOND);
  g_assert_cmpuint (rtc_consent_get_next_check (fixture->consent), >=, START + 4 * GST_SECOND);
  g_assert_false (rtc_consent_note_packet (fixture->consent, TRUE, last - 20 * GST_MSECOND));
  g_assert_true (rtc_consent_note_packet (fixture->consent, TRUE, last - 10 * GST_MSECOND));
  g_assert_false (rtc_consent_note_packet (fixture->consent, TRUE, last));
  g_assert_cmpuint (rtc_consent_get_next_check (fixture->consent), ==, last + 600 * GST_MSECOND);
  write_check (fixture, &peer, last + 600 * GST_MSECOND);
  g_assert_cmpuint (rtc_consent_get_next_check (fixture->consent), ==, last + 1100 * GST_MSECOND);
  make_answer (fixture, remote.pwd, 0);
  read_answer (fixture, &peer, last + 601 * GST_MSECOND);
  g_assert_cmpuint (rtc_consent_get_next_check (fixture->consent), >=, last + 4601 * GST_MSECOND);
}

/* The pair is left only when it has not answered twice, nor sent anything. */
static void
test_unanswered (Fixture *fixture, gconstpointer data)
{
  GstClockTime asked = START + 4 * GST_SECOND;

  g_assert_false (rtc_consent_has_open_check (fixture->consent));
  write_check (fixture, &peer, asked);
  g_assert_true (rtc_consent_has_open_check (fixture->consent));
  g_assert_false (rtc_consent_is_unanswered (fixture->consent, asked + 400 * GST_MSECOND));
  write_check (fixture, &peer, asked + 500 * GST_MSECOND);
  g_assert_true (rtc_consent_is_unanswered (fixture->consent, asked + 500 * GST_MSECOND));
  rtc_consent_note_packet (fixture->consent, FALSE, asked + 700 * GST_MSECOND);
  g_assert_true (rtc_consent_is_unanswered (fixture->consent, asked + 700 * GST_MSECOND));
  rtc_consent_note_packet (fixture->consent, TRUE, asked + 700 * GST_MSECOND);
  g_assert_false (rtc_consent_is_unanswered (fixture->consent, asked + 700 * GST_MSECOND));
  make_answer (fixture, remote.pwd, 0);
  read_answer (fixture, &peer, asked + 800 * GST_MSECOND);
  g_assert_false (rtc_consent_has_open_check (fixture->consent));
  /* That took 300 ms, so an answer may take its time. */
  write_check (fixture, &peer, asked + GST_SECOND);
  g_assert_false (rtc_consent_is_unanswered (fixture->consent, asked + 1500 * GST_MSECOND));
  g_assert_true (rtc_consent_is_unanswered (fixture->consent, asked + 1600 * GST_MSECOND));
}

/* An hour in which nothing but checks is sent and one packet of ten is lost, each way; the answer
 * takes 100 ms. libnice's consent ends after 57 s of it on average. */
static void
test_lossy_hour (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) chance = g_rand_new_with_seed (GPOINTER_TO_UINT (data));
  GstClockTime end = START + 3600 * GST_SECOND;
  GstClockTime longest = 0;
  guint n_checks = 0;

  for (GstClockTime now = START; now < end; now = rtc_consent_get_next_check (fixture->consent)) {
    longest = MAX (longest, now - rtc_consent_get_last_grant (fixture->consent));
    write_check (fixture, &peer, now);
    g_assert_cmpuint (fixture->check_size, >, 0);
    n_checks++;
    if (g_rand_int_range (chance, 0, 10) == 0 || g_rand_int_range (chance, 0, 10) == 0)
      continue;
    make_answer (fixture, remote.pwd, 0);
    g_assert_cmpint (
        read_answer (fixture, &peer, now + 100 * GST_MSECOND), ==, RTC_CONSENT_GRANTED);
  }
  g_test_message ("%u checks, longest time without consent %" GST_TIME_FORMAT, n_checks,
      GST_TIME_ARGS (longest));
  g_assert_cmpuint (longest, <, 30 * GST_SECOND / 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/consent/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("check", test_check);
  ADD ("granted", test_granted);
  ADD ("address", test_address);
  ADD ("pace", test_pace);
  ADD ("damage", test_damage);
  ADD ("sign", test_sign);
  ADD ("flow", test_flow);
  ADD ("unanswered", test_unanswered);
  for (guint i = 1; i <= 100; i++) {
    g_autofree gchar *path = g_strdup_printf ("/consent/lossy-hour/%u", i);

    g_test_add (path, Fixture, GUINT_TO_POINTER (i), set_up, test_lossy_hour, tear_down);
  }
  for (guint i = 0; i < G_N_ELEMENTS (answer_rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/consent/answer/%s", answer_rows[i].name);

    g_test_add (path, Fixture, &answer_rows[i], set_up, test_answer, tear_down);
  }
  return g_test_run ();
}
