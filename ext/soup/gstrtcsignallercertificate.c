/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The TLS certificate of rtcsignaller's server. One that was made here is made anew a week before
 * it expires, at the start and while the server runs; the time that counts is that of the calendar,
 * which may jump and goes on in a sleeping machine, so it is looked at every hour.
 */
#include "config.h"

#include "gstrtcsignaller.h"

#include <glib/gi18n-lib.h>

#include "http/rtccertificate.h"
#include "peer/rtcpost.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

#define LOOK_INTERVAL (3600 * GST_SECOND)

static void
tell_renewed (GstRtcSignaller *self, GTlsCertificate *certificate)
{
  const gchar *file = self->settings.tls_certificate;
  g_autoptr (GDateTime) end = g_tls_certificate_get_not_valid_after (certificate);
  g_autofree gchar *text = end != NULL ? g_date_time_format_iso8601 (end) : NULL;
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self),
          gst_structure_new ("rtc-certificate-renewed", "file", G_TYPE_STRING, file, "not-after",
              G_TYPE_STRING, text, NULL)));
  rtc_post_progress (GST_ELEMENT (self), GST_PROGRESS_TYPE_COMPLETE, "rtc-certificate",
      g_strdup_printf (
          "The TLS certificate was about to expire: made a new one, valid until %s", text));
}

/* What the user has given is his to renew. */
static void
warn_of_end (GstRtcSignaller *self, GTlsCertificate *certificate)
{
  gint64 now = g_get_real_time ();
  if (rtc_certificate_get_rest_to_renewal (certificate, now) > 0)
    return;
  if (rtc_certificate_get_rest (certificate, now) > 0)
    GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS,
        (_ ("The TLS certificate in %s expires within a week: renew it"),
            self->settings.tls_certificate),
        (NULL));
  else
    GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS,
        (_ ("The TLS certificate in %s has expired and clients will refuse it: renew it"),
            self->settings.tls_certificate),
        (NULL));
}

gboolean
gst_rtc_signaller_load_certificate (GstRtcSignaller *self, GTlsCertificate **out_certificate)
{
  const RtcSignallerSettings *settings = &self->settings;
  RtcCertificateOrigin origin;
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = NULL;
  self->is_certificate_made = FALSE;
  if (!settings->https)
    return TRUE;
  certificate = rtc_certificate_load (
      settings->tls_certificate, settings->tls_key, settings->address, &origin, &error);
  if (certificate == NULL) {
    GST_ELEMENT_ERROR (self, RESOURCE, OPEN_READ,
        (_ ("Cannot use the TLS certificate: %s"), error->message), (NULL));
    return FALSE;
  }
  if (origin == RTC_CERTIFICATE_RENEWED)
    tell_renewed (self, certificate);
  if (origin == RTC_CERTIFICATE_FOREIGN)
    warn_of_end (self, certificate);
  self->is_certificate_made = origin != RTC_CERTIFICATE_FOREIGN;
  *out_certificate = g_steal_pointer (&certificate);
  return TRUE;
}

/* --- while the server runs --- */

typedef struct {
  GstRtcSignaller *self;
  /* The one that a new one is made for. */
  GTlsCertificate *old;
  /* NULL: it could not be made. */
  GTlsCertificate *certificate;
} Renewal;

static void
renewal_free (gpointer data)
{
  Renewal *renewal = data;
  g_object_unref (renewal->old);
  g_clear_object (&renewal->certificate);
  g_free (renewal);
}

static void
look_again (GstRtcSignaller *self, GTlsCertificate *certificate)
{
  gint64 rest = rtc_certificate_get_rest_to_renewal (certificate, g_get_real_time ());
  GstClockTime wait = rest > 0 ? MIN ((GstClockTime) rest, LOOK_INTERVAL / 1000) * 1000 : 0;
  rtc_loop_timer_set (self->certificate_timer, rtc_loop_now (self->loop) + wait);
}

/* The server may have been stopped meanwhile, or be another one. */
static void
renew_on_loop (gpointer data)
{
  Renewal *renewal = data;
  GstRtcSignaller *self = renewal->self;
  if (self->server == NULL || self->certificate_timer == NULL ||
      rtc_signaller_server_get_certificate (self->server) != renewal->old)
    return;
  if (renewal->certificate == NULL) {
    rtc_loop_timer_set (self->certificate_timer, rtc_loop_now (self->loop) + LOOK_INTERVAL);
    return;
  }
  rtc_signaller_server_set_certificate (self->server, renewal->certificate);
  look_again (self, renewal->certificate);
  tell_renewed (self, renewal->certificate);
}

static void
renew_on_worker (GstElement *element, gpointer user_data)
{
  GstRtcSignaller *self = GST_RTC_SIGNALLER (element);
  Renewal *renewal = user_data;
  g_autofree gchar *address = NULL;
  g_autofree gchar *file = NULL;
  g_autoptr (RtcLoop) loop = NULL;
  g_autoptr (GError) error = NULL;
  GST_OBJECT_LOCK (self);
  loop = self->loop != NULL ? rtc_loop_ref (self->loop) : NULL;
  address = g_strdup (self->settings.address);
  file = g_strdup (self->settings.tls_certificate);
  GST_OBJECT_UNLOCK (self);
  if (loop == NULL)
    return;
  renewal->certificate = rtc_certificate_make (address, file, &error);
  if (renewal->certificate == NULL)
    GST_ELEMENT_WARNING (self, RESOURCE, WRITE,
        (_ ("The TLS certificate is about to expire and cannot be made anew: %s"), error->message),
        (NULL));
  rtc_loop_call (loop, renew_on_loop, renewal);
}

static void
look (gpointer user_data)
{
  GstRtcSignaller *self = user_data;
  GTlsCertificate *certificate = rtc_signaller_server_get_certificate (self->server);
  Renewal *renewal;
  if (rtc_certificate_get_rest_to_renewal (certificate, g_get_real_time ()) > 0) {
    look_again (self, certificate);
    return;
  }
  renewal = g_new0 (Renewal, 1);
  renewal->self = self;
  renewal->old = g_object_ref (certificate);
  gst_element_call_async (GST_ELEMENT (self), renew_on_worker, renewal, renewal_free);
}

void
gst_rtc_signaller_watch_certificate (GstRtcSignaller *self)
{
  if (!self->is_certificate_made)
    return;
  self->certificate_timer = rtc_loop_timer_new (self->loop, look, self);
  look_again (self, rtc_signaller_server_get_certificate (self->server));
}

void
gst_rtc_signaller_unwatch_certificate (GstRtcSignaller *self)
{
  rtc_loop_timer_free (g_steal_pointer (&self->certificate_timer));
}
