/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A stranger's description. It is refused with an error, or it is read within the limits; then
 * printing and reading again gives the same text, and its codecs become caps.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sdp/rtccodecs.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_section (const RtcSection *section)
{
  g_assert_cmpuint (section->codecs->len, <=, RTC_SDP_MAX_CODECS);
  g_assert_cmpuint (section->candidates->len, <=, RTC_SDP_MAX_CANDIDATES);
  g_assert_cmpuint (section->extmaps->len, <=, RTC_SDP_MAX_EXTMAPS);
  g_assert_cmpuint (section->sources->len, <=, RTC_SDP_MAX_SSRCS);
  g_assert_cmpuint (section->fingerprints->len, <=, RTC_SDP_MAX_FINGERPRINTS);
  g_assert_cmpuint (section->msids->len, <=, RTC_SDP_MAX_MSIDS);
  g_assert_cmpuint (section->rids->len, <=, RTC_SDP_MAX_RIDS);
  for (guint i = 0; i < section->codecs->len; i++) {
    const RtcCodec *codec = g_ptr_array_index (section->codecs, i);
    g_autoptr (GstCaps) caps = rtc_codec_to_caps (codec, section->kind, section->extmaps);

    g_assert_cmpint (rtc_codec_matches (codec, codec), >=, FALSE);
    g_assert_true (gst_caps_is_fixed (caps));
  }
}

static void
check_fixed_point (const RtcDescription *description)
{
  g_autofree gchar *printed = rtc_description_to_text (description);
  g_autoptr (GError) error = NULL;
  g_autoptr (RtcDescription) again = NULL;
  g_autofree gchar *reprinted = NULL;

  /* What we write for one line of theirs may be more than one: only size may end this. */
  again = rtc_description_from_text (printed, -1, &error);
  if (!again && error->code == RTC_ERROR_LIMIT)
    return;
  g_assert_no_error (error);
  reprinted = rtc_description_to_text (again);
  g_assert_cmpstr (printed, ==, reprinted);
}

/* Without the registry, because it makes so many GQuarks that GLib's table grows, and the old
 * table, which GLib keeps, looks like a leak. */
static void
initialize (void)
{
  if (gst_is_initialized ())
    return;
  g_setenv ("GST_REGISTRY_DISABLE", "yes", TRUE);
  gst_init (NULL, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RtcDescription) description = NULL;

  initialize ();
  description = rtc_description_from_text ((const gchar *) data, (gssize) size, &error);
  g_assert_true (!description == (error != NULL));
  if (!description) {
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    g_assert_cmpuint (strlen (error->message), <, 1024);
    return 0;
  }
  g_assert_cmpuint (description->sections->len, <=, RTC_SDP_MAX_SECTIONS);
  for (guint i = 0; i < description->sections->len; i++)
    check_section (rtc_description_get_section (description, i));
  check_fixed_point (description);
  return 0;
}
