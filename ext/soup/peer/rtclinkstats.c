/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A link's figures out of W3C statistics, see the header. Owned by RtcLinkWatch. */
#include "rtclinkstats.h"

#include <string.h>

#include "rtcstatsjson.h"

static GstClockTime
get_time (const GstStructure *structure, const gchar *name)
{
  gdouble seconds;
  if (!gst_structure_get_double (structure, name, &seconds) || seconds < 0)
    return GST_CLOCK_TIME_NONE;
  return (GstClockTime) (seconds * GST_SECOND);
}

static void
read_candidate (RtcLinkStats *stats, const GstStructure *candidate)
{
  /* Of the others it is the address that somebody else sees. */
  if (g_strcmp0 (gst_structure_get_string (candidate, "candidate-type"), "host") != 0)
    return;
  g_free (stats->address);
  stats->address = g_strdup (gst_structure_get_string (candidate, "address"));
}

static void
read_pair (RtcLinkStats *stats, const GstStructure *pair)
{
  stats->round_trip = get_time (pair, "current-round-trip-time");
  stats->idle = get_time (pair, "idle-time");
  stats->n_sent = (guint64) rtc_stats_get_number (pair, "packets-sent");
  stats->n_discarded = (guint64) rtc_stats_get_number (pair, "packets-discarded-on-send");
}

static void
read_transport (RtcLinkStats *stats, const GstStructure *transport)
{
  g_free (stats->ufrag);
  stats->ufrag = g_strdup (gst_structure_get_string (transport, "ice-local-username-fragment"));
}

static void
read_inbound (RtcLinkStats *stats, const GstStructure *stream)
{
  stats->n_received += rtc_stats_get_number (stream, "packets-received");
  stats->n_lost += rtc_stats_get_number (stream, "packets-lost");
}

static void
read_remote_inbound (RtcLinkStats *stats, const GstStructure *stream)
{
  gdouble fraction;
  if (gst_structure_get_double (stream, "fraction-lost", &fraction))
    stats->remote_loss_percent = MAX (stats->remote_loss_percent, 100 * fraction);
}

static gboolean
read_member (GQuark name, const GValue *value, gpointer user_data)
{
  static const struct {
    const gchar *type;
    void (*read) (RtcLinkStats *stats, const GstStructure *member);
  } rows[] = {
    { "local-candidate", read_candidate },
    { "candidate-pair", read_pair },
    { "transport", read_transport },
    { "inbound-rtp", read_inbound },
    { "remote-inbound-rtp", read_remote_inbound },
  };
  const GstStructure *member;
  g_autofree gchar *text = NULL;

  if (!GST_VALUE_HOLDS_STRUCTURE (value))
    return TRUE;
  member = gst_value_get_structure (value);
  text = rtc_stats_dup_type (member);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (g_strcmp0 (text, rows[i].type) == 0)
      rows[i].read (user_data, member);
  }
  return TRUE;
}

void
rtc_link_stats_read (RtcLinkStats *stats, const GstStructure *structure)
{
  *stats = (RtcLinkStats){
    .round_trip = GST_CLOCK_TIME_NONE,
    .idle = GST_CLOCK_TIME_NONE,
    .remote_loss_percent = -1,
  };
  if (structure != NULL)
    gst_structure_foreach (structure, read_member, stats);
}

void
rtc_link_stats_clear (RtcLinkStats *stats)
{
  g_clear_pointer (&stats->ufrag, g_free);
  g_clear_pointer (&stats->address, g_free);
}

static gdouble
get_loss_percent (const RtcLinkStats *before, const RtcLinkStats *after)
{
  gint64 n_received = after->n_received - before->n_received;
  gint64 n_lost = after->n_lost - before->n_lost;
  gdouble percent = -1;
  if (n_received > 0 && n_lost >= 0)
    percent = 100.0 * (gdouble) n_lost / (gdouble) (n_received + n_lost);
  return MAX (percent, after->remote_loss_percent);
}

RtcLinkSample
rtc_link_stats_compare (const RtcLinkStats *before, const RtcLinkStats *after)
{
  return (RtcLinkSample){
    .round_trip = after->round_trip,
    .idle = after->idle,
    .loss_percent = get_loss_percent (before, after),
    .is_send_refused = after->n_discarded > before->n_discarded && after->n_sent <= before->n_sent,
  };
}
