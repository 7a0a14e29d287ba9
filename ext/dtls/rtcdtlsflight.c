/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtcDtlsFlight: numbering and timing of retransmissions. */
#include "rtcdtlsflight.h"

#include <string.h>

/* RFC 6347 §4.2.4.1 wants 1 s unless something is known of the path; ICE has just measured it, and
 * a lost first flight must not cost a second. */
#define FIRST_INTERVAL (100 * GST_MSECOND)
#define LAST_INTERVAL (2 * GST_SECOND)

void
rtc_dtls_flight_init (RtcDtlsFlight *flight)
{
  flight->datagrams = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);
  flight->interval = FIRST_INTERVAL;
  flight->deadline = GST_CLOCK_TIME_NONE;
}

void
rtc_dtls_flight_clear (RtcDtlsFlight *flight)
{
  g_clear_pointer (&flight->datagrams, g_ptr_array_unref);
  flight->deadline = GST_CLOCK_TIME_NONE;
}

void
rtc_dtls_flight_set (RtcDtlsFlight *flight, GstBufferList *output, GstClockTime now)
{
  g_ptr_array_set_size (flight->datagrams, 0);
  for (guint i = 0; i < gst_buffer_list_length (output); i++)
    g_ptr_array_add (flight->datagrams, gst_buffer_ref (gst_buffer_list_get (output, i)));
  flight->interval = FIRST_INTERVAL;
  flight->deadline = now + flight->interval;
}

void
rtc_dtls_flight_stop (RtcDtlsFlight *flight)
{
  flight->deadline = GST_CLOCK_TIME_NONE;
}

void
rtc_dtls_flight_back_off (RtcDtlsFlight *flight, GstClockTime now)
{
  flight->interval = MIN (2 * flight->interval, LAST_INTERVAL);
  flight->deadline = now + flight->interval;
}

static void
set_sequence (guint8 *header, guint64 sequence)
{
  for (guint i = 0; i < 6; i++)
    header[5 + i] = sequence >> (8 * (5 - i));
}

void
rtc_dtls_renumber (guint8 *bytes, gsize size, guint64 *next_sequence)
{
  RtcDtlsRecord record;

  while (rtc_dtls_record_parse (bytes, size, &record)) {
    if (record.epoch == 0)
      set_sequence (bytes, (*next_sequence)++);
    bytes += record.size;
    size -= record.size;
  }
}

/* @bytes is a copy; the record keeps its size. */
static gboolean
seal_again (RtcDtlsRecordLayer *layer, const RtcDtlsRecord *record, guint8 *bytes)
{
  gsize offset, size;
  g_autofree guint8 *copy = NULL;

  if (layer == NULL || !rtc_dtls_record_layer_open_own (layer, record, bytes, &offset, &size))
    return FALSE;
  copy = g_memdup2 (bytes + offset, size);
  return rtc_dtls_record_layer_seal (layer, record->type, copy, size, bytes) == record->size;
}

static gboolean
renew_encrypted (RtcDtlsRecordLayer *layer, guint8 *bytes, gsize size)
{
  RtcDtlsRecord record;

  while (rtc_dtls_record_parse (bytes, size, &record)) {
    if (record.epoch > 0 && !seal_again (layer, &record, bytes))
      return FALSE;
    bytes += record.size;
    size -= record.size;
  }
  return TRUE;
}

GstBufferList *
rtc_dtls_flight_renew (
    const RtcDtlsFlight *flight, guint64 *next_sequence, RtcDtlsRecordLayer *layer)
{
  g_autoptr (GstBufferList) list = gst_buffer_list_new ();

  for (guint i = 0; i < flight->datagrams->len; i++) {
    GstBuffer *copy = gst_buffer_copy_deep (g_ptr_array_index (flight->datagrams, i));
    GstMapInfo map;
    gboolean is_done;

    gst_buffer_list_add (list, copy);
    gst_buffer_map (copy, &map, GST_MAP_READWRITE);
    rtc_dtls_renumber (map.data, map.size, next_sequence);
    is_done = renew_encrypted (layer, map.data, map.size);
    gst_buffer_unmap (copy, &map);
    if (!is_done)
      return NULL;
  }
  return g_steal_pointer (&list);
}

/* How many records are encrypted; @layer may be NULL. */
static guint
note_encrypted (const RtcDtlsFlight *flight, RtcDtlsRecordLayer *layer)
{
  guint n_encrypted = 0;

  for (guint i = 0; i < flight->datagrams->len; i++) {
    GstMapInfo map;
    RtcDtlsRecord record;
    gsize offset = 0;

    gst_buffer_map (g_ptr_array_index (flight->datagrams, i), &map, GST_MAP_READ);
    for (; rtc_dtls_record_parse (map.data + offset, map.size - offset, &record);
         offset += record.size) {
      if (record.epoch == 0)
        continue;
      n_encrypted++;
      if (layer)
        rtc_dtls_record_layer_note_sent (layer, &record);
    }
    gst_buffer_unmap (g_ptr_array_index (flight->datagrams, i), &map);
  }
  return n_encrypted;
}

gboolean
rtc_dtls_flight_has_encrypted (const RtcDtlsFlight *flight)
{
  return note_encrypted (flight, NULL) > 0;
}

void
rtc_dtls_flight_note_sent (const RtcDtlsFlight *flight, RtcDtlsRecordLayer *layer)
{
  note_encrypted (flight, layer);
}
