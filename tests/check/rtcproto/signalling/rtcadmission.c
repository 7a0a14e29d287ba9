/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Connection counts and token buckets, with literal times. */
#include "signalling/rtcadmission.h"

static const RtcAdmissionLimits limits = {
  .max_connections = 4,
  .max_connections_per_address = 2,
  .requests_per_second = 4,
  .requests_burst = 6,
  .requests_per_second_per_address = 1,
  .requests_burst_per_address = 3,
};

static void
test_connections (void)
{
  RtcAdmission *admission = rtc_admission_new (&limits);
  g_assert_true (rtc_admission_connected (admission, "a", FALSE));
  g_assert_true (rtc_admission_connected (admission, "a", FALSE));
  g_assert_false (rtc_admission_connected (admission, "a", FALSE));
  /* The limit of an address is not for loopback, the whole limit is. */
  g_assert_true (rtc_admission_connected (admission, "a", TRUE));
  g_assert_true (rtc_admission_connected (admission, "b", FALSE));
  g_assert_false (rtc_admission_connected (admission, "c", TRUE));
  g_assert_cmpuint (rtc_admission_get_connections (admission), ==, 4);
  rtc_admission_disconnected (admission, "b");
  g_assert_true (rtc_admission_connected (admission, "c", FALSE));
  rtc_admission_disconnected (admission, "never");
  g_assert_cmpuint (rtc_admission_get_connections (admission), ==, 4);
  rtc_admission_free (admission);
}

static void
test_rates (void)
{
  RtcAdmission *admission = rtc_admission_new (&limits);
  GstClockTime now = 5 * GST_SECOND;
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (rtc_admission_request (admission, "a", FALSE, now), ==, 0);
  g_assert_cmpuint (rtc_admission_request (admission, "a", FALSE, now), ==, GST_SECOND + 1);
  g_assert_cmpuint (rtc_admission_request (admission, "a", TRUE, now), ==, 0);
  /* The address waits for its own bucket, another one for that of all. */
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (rtc_admission_request (admission, "b", FALSE, now), ==, 0);
  g_assert_cmpuint (rtc_admission_request (admission, "c", FALSE, now), ==, GST_SECOND / 4 + 1);
  now += GST_SECOND;
  g_assert_cmpuint (rtc_admission_request (admission, "a", FALSE, now), ==, 0);
  g_assert_cmpuint (rtc_admission_request (admission, "a", FALSE, now), >, 0);
  rtc_admission_free (admission);
}

/* A flood of addresses is forgotten, the connections are not. */
static void
test_many_addresses (void)
{
  RtcAdmission *admission = rtc_admission_new (&limits);
  g_assert_true (rtc_admission_connected (admission, "kept", FALSE));
  for (guint i = 0; i < 3 * RTC_ADMISSION_MAX_ADDRESSES; i++) {
    g_autofree gchar *name = g_strdup_printf ("address %u", i);
    rtc_admission_request (admission, name, FALSE, i * GST_SECOND);
  }
  g_assert_true (rtc_admission_connected (admission, "kept", FALSE));
  g_assert_false (rtc_admission_connected (admission, "kept", FALSE));
  rtc_admission_free (admission);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signalling/admission/connections", test_connections);
  g_test_add_func ("/signalling/admission/rates", test_rates);
  g_test_add_func ("/signalling/admission/many-addresses", test_many_addresses);
  return g_test_run ();
}
