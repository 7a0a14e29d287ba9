/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of payload types and header extension ids of a session. Owned by a state; an offer
 * numbers its sections in a copy.
 */
#include "jsep/rtcpayloads.h"

#define MAX_PT 127
/* A one-byte header has 4 bits for the id; 15 is reserved (RFC 8285 §4.2). */
#define MAX_EXTMAP_ID 14

struct _RtcPayloads {
  RtcCodec *codecs[MAX_PT + 1];
  gchar *extmaps[256];
};

RtcPayloads *
rtc_payloads_new (void)
{
  return g_new0 (RtcPayloads, 1);
}

RtcPayloads *
rtc_payloads_copy (const RtcPayloads *payloads)
{
  RtcPayloads *copy = rtc_payloads_new ();

  for (guint i = 0; i <= MAX_PT; i++)
    copy->codecs[i] = payloads->codecs[i] != NULL ? rtc_codec_copy (payloads->codecs[i]) : NULL;
  for (guint i = 0; i < G_N_ELEMENTS (payloads->extmaps); i++)
    copy->extmaps[i] = g_strdup (payloads->extmaps[i]);
  return copy;
}

void
rtc_payloads_free (RtcPayloads *payloads)
{
  if (payloads == NULL)
    return;
  for (guint i = 0; i <= MAX_PT; i++)
    rtc_codec_free (payloads->codecs[i]);
  for (guint i = 0; i < G_N_ELEMENTS (payloads->extmaps); i++)
    g_free (payloads->extmaps[i]);
  g_free (payloads);
}

const RtcCodec *
rtc_payloads_find_codec (const RtcPayloads *payloads, guint pt)
{
  return pt <= MAX_PT ? payloads->codecs[pt] : NULL;
}

const gchar *
rtc_payloads_find_extmap (const RtcPayloads *payloads, guint id)
{
  return id < G_N_ELEMENTS (payloads->extmaps) ? payloads->extmaps[id] : NULL;
}

static void
put_codec (RtcPayloads *payloads, const RtcCodec *codec)
{
  rtc_codec_free (payloads->codecs[codec->pt]);
  payloads->codecs[codec->pt] = rtc_codec_copy (codec);
}

void
rtc_payloads_learn_section (RtcPayloads *payloads, const RtcSection *section)
{
  for (guint i = 0; i < section->codecs->len; i++) {
    const RtcCodec *codec = section->codecs->pdata[i];
    if (codec->pt <= MAX_PT)
      put_codec (payloads, codec);
  }
  for (guint i = 0; i < section->extmaps->len; i++) {
    const RtcExtmap *extmap = section->extmaps->pdata[i];
    if (extmap->id >= G_N_ELEMENTS (payloads->extmaps))
      continue;
    g_free (payloads->extmaps[extmap->id]);
    payloads->extmaps[extmap->id] = g_strdup (extmap->uri);
  }
}

void
rtc_payloads_learn (RtcPayloads *payloads, const RtcDescription *description)
{
  for (guint i = 0; i < description->sections->len; i++) {
    const RtcSection *section = description->sections->pdata[i];
    if (!rtc_section_is_rejected (section))
      rtc_payloads_learn_section (payloads, section);
  }
}

void
rtc_codec_set_apt (RtcCodec *codec, guint apt)
{
  g_autofree gchar *fmtp = g_strdup_printf ("apt=%u", apt);

  if (codec->apt != (gint) apt)
    rtc_codec_set_fmtp (codec, fmtp);
}

/* RFC 5761 §4: 64 to 95 look like RTCP packet types; 35 to 63 are unassigned and come second. */
static gboolean
is_dynamic (guint pt)
{
  return (pt >= 96 && pt <= MAX_PT) || (pt >= 35 && pt <= 63);
}

static gboolean
is_same_use (const RtcCodec *a, const RtcCodec *b)
{
  return rtc_codec_is (a, b->name) && a->clock_rate == b->clock_rate &&
      a->channels == b->channels && a->apt == b->apt && g_strcmp0 (a->fmtp, b->fmtp) == 0;
}

/* The application may leave the payload type to us by giving 0, which is also PCMU's. */
static gboolean
is_suggestion (const RtcCodec *codec)
{
  if (codec->pt == 0)
    return rtc_codec_is (codec, "PCMU") && codec->clock_rate == 8000;
  return is_dynamic (codec->pt) || codec->pt < 35;
}

typedef struct {
  RtcPayloads *payloads;
  const RtcSection *previous;
  gboolean is_taken[MAX_PT + 1]; /* in this section */
} Numbering;

static gint
find_previous (const Numbering *numbering, const RtcCodec *codec)
{
  const GPtrArray *codecs;

  if (numbering->previous == NULL)
    return -1;
  codecs = numbering->previous->codecs;
  for (guint i = 0; i < codecs->len; i++) {
    const RtcCodec *other = codecs->pdata[i];
    if (other->pt <= MAX_PT && !numbering->is_taken[other->pt] &&
        rtc_codec_matches (codec, other) && codec->apt == other->apt)
      return (gint) other->pt;
  }
  return -1;
}

static gint
find_number (const Numbering *numbering, const RtcCodec *codec)
{
  gint pt = find_previous (numbering, codec);

  if (pt >= 0)
    return pt;
  for (guint i = 0; i <= MAX_PT; i++) {
    const RtcCodec *known = numbering->payloads->codecs[i];
    if (known != NULL && !numbering->is_taken[i] && is_same_use (known, codec))
      return (gint) i;
  }
  if (is_suggestion (codec) && codec->pt <= MAX_PT &&
      numbering->payloads->codecs[codec->pt] == NULL)
    return (gint) codec->pt;
  for (guint i = 96; i != 64; i = i == MAX_PT ? 35 : i + 1) {
    if (numbering->payloads->codecs[i] == NULL)
      return (gint) i;
  }
  return -1;
}

static gboolean
number_codec (Numbering *numbering, RtcCodec *codec)
{
  gint pt = find_number (numbering, codec);

  if (pt < 0)
    return FALSE;
  codec->pt = (guint) pt;
  numbering->is_taken[pt] = TRUE;
  put_codec (numbering->payloads, codec);
  return TRUE;
}

/* The number that what @codec repeats got: by its suggested payload type, or else the codec in
 * front of it. */
static gint
find_repeated (const GPtrArray *wanted, guint index, const gint *numbers)
{
  const RtcCodec *codec = wanted->pdata[index];

  for (guint i = 0; codec->apt > 0 && i < wanted->len; i++) {
    const RtcCodec *other = wanted->pdata[i];
    if (!rtc_codec_is (other, "rtx") && (gint) other->pt == codec->apt)
      return numbers[i];
  }
  for (guint i = index; i > 0; i--) {
    if (!rtc_codec_is (wanted->pdata[i - 1], "rtx"))
      return numbers[i - 1];
  }
  return -1;
}

GPtrArray *
rtc_payloads_number_codecs (
    RtcPayloads *payloads, const GPtrArray *wanted, const RtcSection *previous)
{
  Numbering numbering = { payloads, previous, { FALSE } };
  GPtrArray *codecs = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_codec_free);
  g_autofree gint *numbers = g_new (gint, wanted->len + 1);
  g_autofree RtcCodec **results = g_new0 (RtcCodec *, wanted->len + 1);

  /* Two rounds, since a retransmission needs the number of what it repeats. */
  for (guint round = 0; round < 2; round++) {
    for (guint i = 0; i < wanted->len; i++) {
      g_autoptr (RtcCodec) codec = NULL;
      gboolean is_rtx = rtc_codec_is (wanted->pdata[i], "rtx");
      gint apt = round == 1 && is_rtx ? find_repeated (wanted, i, numbers) : -1;

      if (is_rtx != (round == 1))
        continue;
      numbers[i] = -1;
      codec = rtc_codec_copy (wanted->pdata[i]);
      if (is_rtx && apt < 0)
        continue;
      if (is_rtx)
        rtc_codec_set_apt (codec, (guint) apt);
      if (!number_codec (&numbering, codec))
        continue;
      numbers[i] = (gint) codec->pt;
      results[i] = g_steal_pointer (&codec);
    }
  }
  for (guint i = 0; i < wanted->len; i++) {
    if (results[i] != NULL)
      g_ptr_array_add (codecs, results[i]);
  }
  return codecs;
}

static guint
find_extmap_id (const RtcPayloads *payloads, const RtcExtmap *extmap, const RtcSection *previous)
{
  const RtcExtmap *before = previous ? rtc_section_find_extmap (previous, extmap->uri) : NULL;

  if (before != NULL)
    return before->id;
  for (guint i = 1; i < G_N_ELEMENTS (payloads->extmaps); i++) {
    if (g_strcmp0 (payloads->extmaps[i], extmap->uri) == 0)
      return i;
  }
  if (extmap->id >= 1 && extmap->id <= MAX_EXTMAP_ID && payloads->extmaps[extmap->id] == NULL)
    return extmap->id;
  for (guint i = 1; i <= MAX_EXTMAP_ID; i++) {
    if (payloads->extmaps[i] == NULL)
      return i;
  }
  return 0;
}

GPtrArray *
rtc_payloads_number_extmaps (
    RtcPayloads *payloads, const GPtrArray *wanted, const RtcSection *previous)
{
  GPtrArray *extmaps = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_extmap_free);

  for (guint i = 0; i < wanted->len; i++) {
    const RtcExtmap *extmap = wanted->pdata[i];
    guint id = find_extmap_id (payloads, extmap, previous);

    if (id == 0)
      continue;
    g_free (payloads->extmaps[id]);
    payloads->extmaps[id] = g_strdup (extmap->uri);
    g_ptr_array_add (extmaps, rtc_extmap_new (id, extmap->uri, extmap->direction));
  }
  return extmaps;
}
