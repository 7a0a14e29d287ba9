/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The aggregation header, its OBU elements, and OBUs with and without a size field. Pure functions
 * and the assembler; see the header.
 *
 *     0 1 2 3 4 5 6 7        Z: the first element continues one of the packet before
 *    +-+-+-+-+-+-+-+-+       Y: the last element goes on in the next packet
 *    |Z|Y| W |N|-|-|-|       W: how many elements, the last without length; 0: all have one
 *    +-+-+-+-+-+-+-+-+       N: the first packet of a coded video sequence
 */
#include "rtcav1payload.h"

#define HEADER_Z 0x80
#define HEADER_Y 0x40
#define HEADER_W_SHIFT 4
#define HEADER_N 0x08
#define LARGEST_W 3

#define OBU_FORBIDDEN 0x80
#define OBU_HAS_EXTENSION 0x04
#define OBU_HAS_SIZE 0x02
#define OBU_SEQUENCE_HEADER 1
#define OBU_TEMPORAL_DELIMITER 2
#define OBU_FRAME_HEADER 3
#define OBU_FRAME 6
#define OBU_TILE_LIST 8

/* What a sender can make us collect. */
#define UNIT_LIMIT_BYTES (16 * 1024 * 1024)

/* A length in a packet is below 2^14. */
#define LENGTH_BYTES 2
/* A shorter piece of a fragmented element is not worth its length. */
#define SMALLEST_PIECE_BYTES 8
#define NO_LAYER -1

typedef struct {
  guint8 header[2];
  gsize header_bytes;
  RtcBytes payload;
} Obu;

struct _RtcAv1Assembler {
  GByteArray *unit;
  GByteArray *fragment; /* of an element that goes on; empty: none */
  gboolean is_complete; /* no packet is missing since the last unit's end */
  gboolean is_at_start; /* nothing came before */
};

/* leb128(): at most eight bytes of seven bits (§4.10.5). */
static gboolean
read_leb128 (RtcBytes *bytes, gsize *out_value)
{
  guint64 value = 0;
  guint8 byte;

  for (guint i = 0; i < 8; i++) {
    if (!rtc_bytes_read_u8 (bytes, &byte))
      return FALSE;
    value |= (guint64) (byte & 0x7f) << (i * 7);
    if ((byte & 0x80) != 0)
      continue;
    if (value > G_MAXUINT32)
      return FALSE;
    *out_value = (gsize) value;
    return TRUE;
  }
  return FALSE;
}

static void
append_leb128 (GByteArray *array, gsize value)
{
  do {
    rtc_bytes_append_u8 (array, (guint8) ((value & 0x7f) | (value > 0x7f ? 0x80 : 0)));
    value >>= 7;
  } while (value > 0);
}

static guint
obu_type (const Obu *obu)
{
  return (obu->header[0] >> 3) & 0x0f;
}

/* One OBU from the front. Without a size field it is all that is there. */
static gboolean
read_obu (RtcBytes *bytes, Obu *out_obu)
{
  Obu obu = { .header_bytes = 1 };
  gsize size;

  if (!rtc_bytes_read_u8 (bytes, &obu.header[0]) || (obu.header[0] & OBU_FORBIDDEN) != 0)
    return FALSE;
  if ((obu.header[0] & OBU_HAS_EXTENSION) != 0) {
    obu.header_bytes = 2;
    if (!rtc_bytes_read_u8 (bytes, &obu.header[1]))
      return FALSE;
  }
  size = bytes->size;
  if ((obu.header[0] & OBU_HAS_SIZE) != 0 && !read_leb128 (bytes, &size))
    return FALSE;
  if (!rtc_bytes_read_range (bytes, size, &obu.payload))
    return FALSE;
  *out_obu = obu;
  return TRUE;
}

/* "The temporal delimiter OBU should be removed when transmitting, and MUST be ignored by
 * receivers"; tile lists MUST NOT be transmitted. */
static gboolean
is_carried (const Obu *obu)
{
  return obu_type (obu) != OBU_TEMPORAL_DELIMITER && obu_type (obu) != OBU_TILE_LIST;
}

/* The start of uncompressed_header() (§5.9.2): show_existing_frame 0, frame_type 0. */
static gboolean
is_key_frame (const Obu *obu)
{
  return obu->payload.size > 0 && (obu->payload.data[0] & 0xe0) == 0;
}

gboolean
rtc_av1_starts_sequence (RtcBytes unit)
{
  gboolean has_sequence_header = FALSE;
  Obu obu;

  while (unit.size > 0 && read_obu (&unit, &obu)) {
    if (obu_type (&obu) == OBU_SEQUENCE_HEADER)
      has_sequence_header = TRUE;
    if (obu_type (&obu) == OBU_FRAME || obu_type (&obu) == OBU_FRAME_HEADER)
      return has_sequence_header && is_key_frame (&obu);
  }
  return FALSE;
}

/* --- packets into units --- */

RtcAv1Assembler *
rtc_av1_assembler_new (void)
{
  RtcAv1Assembler *self = g_new0 (RtcAv1Assembler, 1);

  self->unit = g_byte_array_new ();
  self->fragment = g_byte_array_new ();
  self->is_at_start = TRUE;
  return self;
}

void
rtc_av1_assembler_free (RtcAv1Assembler *self)
{
  if (self == NULL)
    return;
  g_byte_array_unref (self->unit);
  g_byte_array_unref (self->fragment);
  g_free (self);
}

static void
drop_unit (RtcAv1Assembler *self)
{
  g_byte_array_set_size (self->unit, 0);
  g_byte_array_set_size (self->fragment, 0);
  self->is_complete = FALSE;
}

void
rtc_av1_assembler_reset (RtcAv1Assembler *self)
{
  drop_unit (self);
  self->is_at_start = TRUE;
}

/* In the unit each OBU has a size; senders may have kept theirs. */
static gboolean
append_obu (RtcAv1Assembler *self, RtcBytes element)
{
  Obu obu;

  if (!read_obu (&element, &obu))
    return FALSE;
  if (!is_carried (&obu))
    return TRUE;
  if (self->unit->len == 0) {
    rtc_bytes_append_u8 (self->unit, OBU_TEMPORAL_DELIMITER << 3 | OBU_HAS_SIZE);
    rtc_bytes_append_u8 (self->unit, 0);
  }
  obu.header[0] |= OBU_HAS_SIZE;
  g_byte_array_append (self->unit, obu.header, (guint) obu.header_bytes);
  append_leb128 (self->unit, obu.payload.size);
  g_byte_array_append (self->unit, obu.payload.data, (guint) obu.payload.size);
  return self->unit->len <= UNIT_LIMIT_BYTES;
}

/* An element that is whole within its packet is not copied twice. */
static gboolean
take_element (RtcAv1Assembler *self, RtcBytes element, gboolean goes_on)
{
  gboolean is_good;

  if (self->fragment->len == 0 && !goes_on)
    return element.size == 0 || append_obu (self, element);
  g_byte_array_append (self->fragment, element.data, (guint) element.size);
  if (goes_on)
    return self->fragment->len <= UNIT_LIMIT_BYTES;
  is_good = append_obu (self, rtc_bytes (self->fragment->data, self->fragment->len));
  g_byte_array_set_size (self->fragment, 0);
  return is_good;
}

static gboolean
take_payload (RtcAv1Assembler *self, guint8 header, RtcBytes bytes)
{
  guint n_elements = (header >> HEADER_W_SHIFT) & LARGEST_W;
  RtcBytes element;
  gsize size;

  if (((header & HEADER_Z) != 0) != (self->fragment->len > 0))
    return FALSE;
  for (guint i = 1; bytes.size > 0; i++) {
    size = bytes.size;
    if (i != n_elements && !read_leb128 (&bytes, &size))
      return FALSE;
    if (!rtc_bytes_read_range (&bytes, size, &element))
      return FALSE;
    if (!take_element (self, element, (header & HEADER_Y) != 0 && bytes.size == 0))
      return FALSE;
  }
  return TRUE;
}

/* After a loss nothing says whether the packets before this one were of its unit, but N does. */
static gboolean
may_begin (RtcAv1Assembler *self, guint8 header)
{
  return (header & HEADER_Z) == 0 && ((header & HEADER_N) != 0 || self->is_at_start);
}

static RtcAv1Progress
fail (RtcAv1Assembler *self, gboolean is_marked)
{
  drop_unit (self);
  /* Behind a marker a unit begins, whatever became of this one. */
  self->is_complete = is_marked;
  return RTC_AV1_DAMAGED;
}

RtcAv1Progress
rtc_av1_assembler_push (RtcAv1Assembler *self, RtcBytes payload, gboolean is_marked,
    gboolean is_after_gap, GByteArray **out_unit)
{
  guint8 header;

  if (is_after_gap)
    drop_unit (self);
  if (!rtc_bytes_read_u8 (&payload, &header))
    return fail (self, is_marked);
  if (!self->is_complete && !may_begin (self, header))
    return fail (self, is_marked);
  self->is_at_start = FALSE;
  self->is_complete = TRUE;
  if (!take_payload (self, header, payload) || (is_marked && self->fragment->len > 0))
    return fail (self, is_marked);
  if (!is_marked || self->unit->len == 0)
    return RTC_AV1_MORE;
  *out_unit = self->unit;
  self->unit = g_byte_array_new ();
  return RTC_AV1_UNIT;
}

/* --- a unit into packets --- */

typedef struct {
  GPtrArray *packets;
  GByteArray *body; /* of the packet being filled, its header first */
  gsize max_payload;
  guint n_elements;  /* in the body */
  guint last_length; /* where the length of its last element is */
  gint layer;        /* the extension byte of the body's OBUs */
} Packer;

static void
begin_packet (Packer *packer, guint8 header)
{
  packer->body = g_byte_array_sized_new ((guint) packer->max_payload);
  rtc_bytes_append_u8 (packer->body, header);
  packer->n_elements = 0;
  packer->layer = NO_LAYER;
}

/* Up to three elements are counted, which saves the length of the last one. */
static void
end_packet (Packer *packer, gboolean goes_on)
{
  GByteArray *body = packer->body;

  if (packer->n_elements <= LARGEST_W) {
    guint n_bytes = 1;

    while ((body->data[packer->last_length + n_bytes - 1] & 0x80) != 0)
      n_bytes++;
    g_byte_array_remove_range (body, packer->last_length, n_bytes);
    body->data[0] |= (guint8) (packer->n_elements << HEADER_W_SHIFT);
  }
  if (goes_on)
    body->data[0] |= HEADER_Y;
  g_ptr_array_add (packer->packets, g_byte_array_free_to_bytes (body));
  begin_packet (packer, goes_on ? HEADER_Z : 0);
}

static gsize
find_room (const Packer *packer)
{
  gsize used = packer->body->len + LENGTH_BYTES;

  return used < packer->max_payload ? packer->max_payload - used : 0;
}

static void
pack_element (Packer *packer, RtcBytes element)
{
  while (element.size > 0) {
    gsize room = find_room (packer);
    gsize size = MIN (element.size, room);

    if (packer->n_elements > 0 && size < MIN (element.size, SMALLEST_PIECE_BYTES)) {
      end_packet (packer, FALSE);
      continue;
    }
    packer->last_length = packer->body->len;
    packer->n_elements++;
    append_leb128 (packer->body, size);
    g_byte_array_append (packer->body, element.data, (guint) size);
    rtc_bytes_skip (&element, size);
    if (element.size > 0)
      end_packet (packer, TRUE);
  }
}

/* "If more than one OBU contained in an RTP packet has an OBU extension header then the values of
 * the temporal_id and spatial_id MUST be the same in all such OBUs". */
static void
pack_obu (Packer *packer, const Obu *obu)
{
  g_autoptr (GByteArray) element = g_byte_array_new ();
  guint8 header = obu->header[0] & (guint8) ~OBU_HAS_SIZE;
  gint layer = obu->header_bytes > 1 ? obu->header[1] : NO_LAYER;

  if (packer->n_elements > 0 && layer != NO_LAYER && packer->layer != NO_LAYER &&
      layer != packer->layer)
    end_packet (packer, FALSE);
  g_byte_array_append (element, &header, 1);
  g_byte_array_append (element, obu->header + 1, (guint) obu->header_bytes - 1);
  g_byte_array_append (element, obu->payload.data, (guint) obu->payload.size);
  pack_element (packer, rtc_bytes (element->data, element->len));
  if (layer != NO_LAYER)
    packer->layer = layer;
}

GPtrArray *
rtc_av1_packetize (RtcBytes unit, gsize max_payload)
{
  g_autoptr (GPtrArray) packets = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  Packer packer = { .packets = packets, .max_payload = MIN (max_payload, 1 << 14) };
  gboolean is_good = max_payload >= RTC_AV1_SMALLEST_PAYLOAD;
  Obu obu;

  begin_packet (&packer, rtc_av1_starts_sequence (unit) ? HEADER_N : 0);
  while (is_good && unit.size > 0) {
    is_good = read_obu (&unit, &obu);
    if (is_good && is_carried (&obu))
      pack_obu (&packer, &obu);
  }
  if (is_good && packer.n_elements > 0)
    end_packet (&packer, FALSE);
  g_byte_array_unref (packer.body);
  return is_good ? g_steal_pointer (&packets) : NULL;
}
