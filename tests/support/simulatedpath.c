/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One direction of a simulated network; see simulatedpath.h. */

#include "simulatedpath.h"

#include <stddef.h>
#include <string.h>

#include <gst/rtc/gstrtcerror.h>

#define FNV_OFFSET G_GUINT64_CONSTANT (0xcbf29ce484222325)
#define FNV_PRIME G_GUINT64_CONSTANT (0x100000001b3)
#define DEFAULT_QUEUE_BYTES (64 * 1024)
/* How long an overtaken packet is held back at least. */
#define REORDER_DELAY (5 * GST_MSECOND)
/* Between the two copies of a packet. */
#define DUPLICATE_DELAY (1 * GST_USECOND)

/* The random numbers of one packet, each in [0, 1). */
enum {
  DRAW_LOSS,
  DRAW_BURST_STATE,
  DRAW_BURST_LOSS,
  DRAW_JITTER,
  DRAW_REORDER,
  DRAW_DUPLICATE,
  DRAW_FLIP,
  DRAW_FLIPPED_BIT,
  N_DRAWS
};

struct _RtcSimulatedPath {
  RtcSimulatedConditions conditions;
  GRand *random;
  gboolean is_in_burst;
  /* When the last bit that was accepted has left the limited rate. */
  GstClockTime busy_until;
  GstClockTime last_arrival;
  guint64 trace;
  RtcSimulatedCounts counts;
};

RtcSimulatedPath *
rtc_simulated_path_new (guint32 seed)
{
  RtcSimulatedPath *path = g_new0 (RtcSimulatedPath, 1);

  path->random = g_rand_new_with_seed (seed);
  path->trace = FNV_OFFSET;
  return path;
}

void
rtc_simulated_path_free (RtcSimulatedPath *path)
{
  if (path == NULL)
    return;
  g_rand_free (path->random);
  g_free (path);
}

void
rtc_simulated_path_set_seed (RtcSimulatedPath *path, guint32 seed)
{
  g_rand_set_seed (path->random, seed);
}

void
rtc_simulated_path_set_conditions (RtcSimulatedPath *path, const RtcSimulatedConditions *conditions)
{
  path->conditions = *conditions;
}

const RtcSimulatedConditions *
rtc_simulated_path_get_conditions (const RtcSimulatedPath *path)
{
  return &path->conditions;
}

static gboolean
happens (const gdouble *draws, guint draw, gdouble percent)
{
  return draws[draw] * 100.0 < percent;
}

static gboolean
is_lost (RtcSimulatedPath *path, const gdouble *draws)
{
  const RtcSimulatedConditions *conditions = &path->conditions;

  if (path->is_in_burst)
    path->is_in_burst = !happens (draws, DRAW_BURST_STATE, conditions->burst_leave_percent);
  else
    path->is_in_burst = happens (draws, DRAW_BURST_STATE, conditions->burst_enter_percent);
  if (path->is_in_burst && happens (draws, DRAW_BURST_LOSS, conditions->burst_loss_percent))
    return TRUE;
  return happens (draws, DRAW_LOSS, conditions->loss_percent);
}

/* When the packet has left the limited rate; FALSE when it does not fit into the queue. */
static gboolean
pass_queue (RtcSimulatedPath *path, gsize size_bytes, GstClockTime now, GstClockTime *out_left_at)
{
  const RtcSimulatedConditions *conditions = &path->conditions;
  guint64 limit = conditions->queue_bytes != 0 ? conditions->queue_bytes : DEFAULT_QUEUE_BYTES;
  GstClockTime start = MAX (now, path->busy_until);

  if (conditions->rate_bps == 0) {
    *out_left_at = now;
    return TRUE;
  }
  if (gst_util_uint64_scale (start - now, conditions->rate_bps, 8 * GST_SECOND) + size_bytes >
      limit)
    return FALSE;
  path->busy_until =
      start + gst_util_uint64_scale (size_bytes * 8, GST_SECOND, conditions->rate_bps);
  *out_left_at = path->busy_until;
  return TRUE;
}

static GstClockTime
arrival_time (RtcSimulatedPath *path, const gdouble *draws, GstClockTime left_at)
{
  const RtcSimulatedConditions *conditions = &path->conditions;
  GstClockTime arrival =
      left_at + conditions->delay + (GstClockTime) (draws[DRAW_JITTER] * conditions->jitter);

  arrival = MAX (arrival, path->last_arrival);
  if (happens (draws, DRAW_REORDER, conditions->reorder_percent)) {
    path->counts.n_reordered++;
    return arrival + MAX (REORDER_DELAY, conditions->delay / 2);
  }
  path->last_arrival = arrival;
  return arrival;
}

static void
trace_add (RtcSimulatedPath *path, guint64 value)
{
  for (guint i = 0; i < 8; i++) {
    path->trace ^= (value >> (i * 8)) & 0xff;
    path->trace *= FNV_PRIME;
  }
}

static void
trace_fate (
    RtcSimulatedPath *path, gsize size_bytes, GstClockTime now, const RtcSimulatedFate *fate)
{
  trace_add (path, size_bytes);
  trace_add (path, fate->n_copies);
  for (guint i = 0; i < fate->n_copies; i++)
    trace_add (path, fate->arrives_at[i] - now);
  trace_add (path, (guint64) fate->flipped_bit);
}

static void
deliver (RtcSimulatedPath *path, gsize size_bytes, const gdouble *draws, RtcSimulatedFate *fate)
{
  fate->n_copies = 1;
  if (happens (draws, DRAW_DUPLICATE, path->conditions.duplicate_percent)) {
    fate->n_copies = 2;
    fate->arrives_at[1] = fate->arrives_at[0] + DUPLICATE_DELAY;
    path->counts.n_duplicated++;
  }
  if (size_bytes > 0 && happens (draws, DRAW_FLIP, path->conditions.bit_flip_percent)) {
    fate->flipped_bit = (gint64) (draws[DRAW_FLIPPED_BIT] * (gdouble) (size_bytes * 8));
    path->counts.n_flipped++;
  }
  path->counts.n_delivered += fate->n_copies;
}

void
rtc_simulated_path_decide (
    RtcSimulatedPath *path, gsize size_bytes, GstClockTime now, RtcSimulatedFate *out_fate)
{
  RtcSimulatedFate fate = { .flipped_bit = -1 };
  gdouble draws[N_DRAWS];
  GstClockTime left_at;

  for (guint i = 0; i < N_DRAWS; i++)
    draws[i] = g_rand_double (path->random);

  path->counts.n_sent++;
  if (path->conditions.is_blackout) {
    path->counts.n_blacked_out++;
  } else if (!pass_queue (path, size_bytes, now, &left_at)) {
    path->counts.n_queue_full++;
  } else if (is_lost (path, draws)) {
    path->counts.n_lost++;
  } else {
    fate.arrives_at[0] = arrival_time (path, draws, left_at);
    deliver (path, size_bytes, draws, &fate);
  }
  trace_fate (path, size_bytes, now, &fate);
  *out_fate = fate;
}

guint64
rtc_simulated_path_get_trace (const RtcSimulatedPath *path)
{
  return path->trace;
}

RtcSimulatedCounts
rtc_simulated_path_get_counts (const RtcSimulatedPath *path)
{
  return path->counts;
}

typedef enum { VALUE_PERCENT, VALUE_MILLISECONDS, VALUE_NUMBER, VALUE_BOOLEAN } ValueKind;

static const struct {
  const gchar *name;
  ValueKind kind;
  gsize offset;
} settings[] = {
  { "loss", VALUE_PERCENT, offsetof (RtcSimulatedConditions, loss_percent) },
  { "burst-enter", VALUE_PERCENT, offsetof (RtcSimulatedConditions, burst_enter_percent) },
  { "burst-leave", VALUE_PERCENT, offsetof (RtcSimulatedConditions, burst_leave_percent) },
  { "burst-loss", VALUE_PERCENT, offsetof (RtcSimulatedConditions, burst_loss_percent) },
  { "reorder", VALUE_PERCENT, offsetof (RtcSimulatedConditions, reorder_percent) },
  { "duplicate", VALUE_PERCENT, offsetof (RtcSimulatedConditions, duplicate_percent) },
  { "bit-flip", VALUE_PERCENT, offsetof (RtcSimulatedConditions, bit_flip_percent) },
  { "delay", VALUE_MILLISECONDS, offsetof (RtcSimulatedConditions, delay) },
  { "jitter", VALUE_MILLISECONDS, offsetof (RtcSimulatedConditions, jitter) },
  { "rate", VALUE_NUMBER, offsetof (RtcSimulatedConditions, rate_bps) },
  { "queue", VALUE_NUMBER, offsetof (RtcSimulatedConditions, queue_bytes) },
  { "blackout", VALUE_BOOLEAN, offsetof (RtcSimulatedConditions, is_blackout) },
};

/* FALSE when the value is outside of what its kind allows. */
static gboolean
store_value (RtcSimulatedConditions *conditions, gsize setting, gdouble value)
{
  gpointer field = (guint8 *) conditions + settings[setting].offset;
  static const gdouble limits[] = { 100.0, 1e6, 1e12, 1.0 };

  if (!(value >= 0.0 && value <= limits[settings[setting].kind]))
    return FALSE;
  switch (settings[setting].kind) {
  case VALUE_PERCENT:
    *(gdouble *) field = value;
    break;
  case VALUE_MILLISECONDS:
    *(GstClockTime *) field = (GstClockTime) (value * GST_MSECOND);
    break;
  case VALUE_NUMBER:
    *(guint64 *) field = (guint64) value;
    break;
  case VALUE_BOOLEAN:
    *(gboolean *) field = value != 0.0;
    break;
  }
  return TRUE;
}

static gboolean
parse_setting (RtcSimulatedConditions *conditions, const gchar *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "=", 2);
  gchar *end;
  gdouble value;

  if (parts[0] == NULL || parts[1] == NULL)
    return FALSE;
  value = g_ascii_strtod (parts[1], &end);
  if (end == parts[1] || *end != '\0')
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++) {
    if (g_str_equal (g_strstrip (parts[0]), settings[i].name))
      return store_value (conditions, i, value);
  }
  return FALSE;
}

gboolean
rtc_simulated_conditions_parse (
    const gchar *text, RtcSimulatedConditions *out_conditions, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  RtcSimulatedConditions conditions = { .burst_loss_percent = 100.0 };

  for (guint i = 0; parts[i] != NULL; i++) {
    if (*g_strstrip (parts[i]) == '\0')
      continue;
    if (!parse_setting (&conditions, parts[i])) {
      g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_SYNTAX,
          "\"%s\" is not a condition of a simulated link", parts[i]);
      return FALSE;
    }
  }
  *out_conditions = conditions;
  return TRUE;
}
