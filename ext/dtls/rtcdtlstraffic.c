/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What goes through an association; see the header. */
#include "rtcdtlstraffic.h"

#include <gst/rtc/rtcpacketlist.h>
#include <gst/rtc/rtcslowpath.h>

#define ALERT_LENGTH 2

void
rtc_dtls_traffic_clear (RtcDtlsTraffic *traffic)
{
  rtc_dtls_record_layer_free (traffic->layer);
  g_clear_pointer (&traffic->output, gst_buffer_list_unref);
  g_clear_pointer (&traffic->data, gst_buffer_list_unref);
}

static void
add_buffer (GstBufferList **list, GstBuffer *buffer)
{
  if (*list == NULL)
    *list = gst_buffer_list_new ();
  gst_buffer_list_add (*list, buffer);
}

void
rtc_dtls_traffic_add_output (RtcDtlsTraffic *traffic, GstBuffer *datagram)
{
  add_buffer (&traffic->output, datagram);
}

static void
count_received (RtcDtlsTraffic *traffic, gsize size)
{
  traffic->counters.packets_received++;
  traffic->counters.bytes_received += size;
}

void
rtc_dtls_traffic_add_data (RtcDtlsTraffic *traffic, GstBuffer *packet)
{
  count_received (traffic, gst_buffer_get_size (packet));
  add_buffer (&traffic->data, packet);
}

void
rtc_dtls_traffic_send_alert (RtcDtlsTraffic *traffic, guint8 level, guint8 description)
{
  const guint8 alert[ALERT_LENGTH] = { level, description };
  guint8 record[ALERT_LENGTH + RTC_DTLS_MAX_RECORD_OVERHEAD];
  gsize size =
      rtc_dtls_record_layer_seal (traffic->layer, RTC_DTLS_ALERT, alert, sizeof alert, record);

  if (size > 0)
    add_buffer (&traffic->output, gst_buffer_new_memdup (record, size));
}

gboolean
rtc_dtls_traffic_is_data (
    RtcDtlsFilter *filter, const guint8 *bytes, gsize size, RtcDtlsRecord *out_record)
{
  return rtc_dtls_record_parse (bytes, size, out_record) && out_record->size == size &&
      out_record->type == RTC_DTLS_APPLICATION_DATA && rtc_dtls_filter_accepts (filter, out_record);
}

gboolean
rtc_dtls_traffic_open_in_place (RtcDtlsTraffic *traffic, RtcDtlsFilter *filter, GstBuffer *datagram)
{
  GstMemory *memory = rtc_packet_peek_sole_memory (datagram);
  RtcDtlsRecord record;
  GstMapInfo map;
  gsize offset, size;
  gboolean is_data;

  if (memory == NULL || rtc_slow_path_is_forced (RTC_SLOW_PATH_RECORDS) ||
      !rtc_packet_memory_map (memory, &map))
    return FALSE;
  is_data = rtc_dtls_traffic_is_data (filter, map.data, map.size, &record) &&
      rtc_dtls_record_layer_open (traffic->layer, &record, map.data, &offset, &size);
  rtc_packet_memory_unmap (&map);
  if (!is_data)
    return FALSE;
  count_received (traffic, size);
  rtc_packet_memory_trim (memory, offset, size);
  return TRUE;
}

static gsize
seal_packet (RtcDtlsTraffic *traffic, GstBuffer *packet, guint8 *out)
{
  GstMapInfo map;
  gsize size = 0;

  if (gst_buffer_map (packet, &map, GST_MAP_READ)) {
    if (map.size > 0)
      size = rtc_dtls_record_layer_seal (
          traffic->layer, RTC_DTLS_APPLICATION_DATA, map.data, map.size, out);
    gst_buffer_unmap (packet, &map);
  }
  if (size == 0) {
    traffic->counters.dropped++;
    return 0;
  }
  traffic->counters.packets_sent++;
  traffic->counters.bytes_sent += gst_buffer_get_size (packet);
  return size;
}

/* FALSE: @packet has no room, or could not be sealed, and is as before. */
static gboolean
seal_in_place (RtcDtlsTraffic *traffic, GstBuffer *packet)
{
  gsize before = RTC_DTLS_RECORD_HEADER_LENGTH +
      rtc_dtls_record_layer_get_overhead (traffic->layer) - RTC_DTLS_TAG_LENGTH;
  GstMemory *memory = rtc_packet_peek_sole_memory (packet);
  gsize size = memory != NULL ? memory->size : 0;
  GstMapInfo map;
  gsize sealed = 0;

  if (size == 0 || rtc_slow_path_is_forced (RTC_SLOW_PATH_RECORDS) ||
      !rtc_packet_memory_grow (memory, before, RTC_DTLS_TAG_LENGTH))
    return FALSE;
  if (rtc_packet_memory_map (memory, &map)) {
    sealed = rtc_dtls_record_layer_seal (
        traffic->layer, RTC_DTLS_APPLICATION_DATA, map.data + before, size, map.data);
    rtc_packet_memory_unmap (&map);
  }
  if (sealed == 0) {
    rtc_packet_memory_trim (memory, before, size);
    return FALSE;
  }
  traffic->counters.packets_sent++;
  traffic->counters.bytes_sent += size;
  return TRUE;
}

/* Those of @list from @first on, into new memory. */
static void
seal_copies (RtcDtlsTraffic *traffic, GstBufferList *list, guint first)
{
  guint n_packets = gst_buffer_list_length (list);
  g_autoptr (RtcSlab) slab = rtc_slab_new (
      gst_buffer_list_calculate_size (list) + n_packets * RTC_DTLS_MAX_RECORD_OVERHEAD);
  gsize offset = 0;

  for (guint i = first; i < n_packets; i++) {
    gsize size =
        seal_packet (traffic, gst_buffer_list_get (list, i), rtc_slab_get_data (slab) + offset);

    if (size > 0)
      add_buffer (&traffic->output, rtc_slab_slice (slab, offset, size));
    offset += size;
  }
}

void
rtc_dtls_traffic_send (RtcDtlsTraffic *traffic, GstBufferList *list)
{
  guint n_packets = gst_buffer_list_length (list);
  guint n_sealed = 0;

  while (n_sealed < n_packets && seal_in_place (traffic, gst_buffer_list_get (list, n_sealed)))
    n_sealed++;
  if (n_sealed == n_packets && traffic->output == NULL) {
    traffic->output = list;
    return;
  }
  for (guint i = 0; i < n_sealed; i++)
    add_buffer (&traffic->output, gst_buffer_ref (gst_buffer_list_get (list, i)));
  if (n_sealed < n_packets)
    seal_copies (traffic, list, n_sealed);
  gst_buffer_list_unref (list);
}
