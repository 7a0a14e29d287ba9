/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RFC 9143 §9.2: tables from MID, SSRC and payload type to m= section, asked in this order; a
 * packet that names its section teaches the SSRC table. One for each transport, owned by it and
 * used on its loop only.
 */
#include "wire/rtcrouter.h"

#include <string.h>

#include "base/rtctext.h"
#include "wire/rtcrtpheader.h"

#define NO_SECTION (-1)
#define SEVERAL_SECTIONS (-2)
#define MAX_SECTIONS 64
#define N_PTS 128

typedef struct {
  guint number;
  gchar *mid;
  gboolean pts[N_PTS];
} Section;

typedef struct {
  guint32 ssrc;
  gint section; /* index, or NO_SECTION while its mid waits to come back */
  gchar *mid;
  gboolean is_announced; /* known from the description and not from packets */
  gboolean is_idle;      /* another one may have its place */
  gchar *rid;
  gchar *repaired_rid;
} Source;

struct _RtcRouter {
  GPtrArray *sections; /* of Section */
  GPtrArray *sources;  /* of Source, at most RTC_ROUTER_MAX_SSRCS */
  Source *last;        /* what the previous packet was of: mostly that of the next, too */
  gint pt_sections[N_PTS];
  guint mid_id;
  guint rid_id;
  guint repaired_rid_id;
};

static void
section_free (Section *section)
{
  g_free (section->mid);
  g_free (section);
}

static void
source_free (Source *source)
{
  g_free (source->mid);
  g_free (source->rid);
  g_free (source->repaired_rid);
  g_free (source);
}

static void
clear_pts (RtcRouter *router)
{
  for (guint pt = 0; pt < N_PTS; pt++)
    router->pt_sections[pt] = NO_SECTION;
}

RtcRouter *
rtc_router_new (void)
{
  RtcRouter *router = g_new0 (RtcRouter, 1);

  router->sections = g_ptr_array_new_with_free_func ((GDestroyNotify) section_free);
  router->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) source_free);
  clear_pts (router);
  return router;
}

void
rtc_router_free (RtcRouter *router)
{
  if (!router)
    return;
  g_clear_pointer (&router->sections, g_ptr_array_unref);
  g_clear_pointer (&router->sources, g_ptr_array_unref);
  g_free (router);
}

void
rtc_router_clear (RtcRouter *router)
{
  for (guint i = router->sources->len; i > 0; i--) {
    Source *source = g_ptr_array_index (router->sources, i - 1);

    source->section = NO_SECTION;
    if (source->is_announced || !source->mid)
      g_ptr_array_remove_index_fast (router->sources, i - 1);
  }
  g_ptr_array_set_size (router->sections, 0);
  router->last = NULL;
  clear_pts (router);
}

static gint
find_section (const RtcRouter *router, guint number)
{
  for (guint i = 0; i < router->sections->len; i++)
    if (((Section *) g_ptr_array_index (router->sections, i))->number == number)
      return (gint) i;
  return NO_SECTION;
}

static gint
find_mid (const RtcRouter *router, const guint8 *mid, gsize size)
{
  for (guint i = 0; i < router->sections->len; i++) {
    const Section *section = g_ptr_array_index (router->sections, i);

    if (section->mid && strlen (section->mid) == size && memcmp (section->mid, mid, size) == 0)
      return (gint) i;
  }
  return NO_SECTION;
}

static Source *
find_source (RtcRouter *router, guint32 ssrc)
{
  if (router->last && router->last->ssrc == ssrc)
    return router->last;
  for (guint i = 0; i < router->sources->len; i++) {
    Source *source = g_ptr_array_index (router->sources, i);

    if (source->ssrc == ssrc)
      return router->last = source;
  }
  return NULL;
}

static gboolean
drop_idle_source (RtcRouter *router)
{
  for (guint i = 0; i < router->sources->len; i++) {
    Source *source = g_ptr_array_index (router->sources, i);

    if (!source->is_idle || source->is_announced)
      continue;
    router->last = NULL;
    g_ptr_array_remove_index_fast (router->sources, i);
    return TRUE;
  }
  return FALSE;
}

/* NULL when the table is full. */
static Source *
obtain_source (RtcRouter *router, guint32 ssrc)
{
  Source *source = find_source (router, ssrc);

  if (source)
    return source;
  if (router->sources->len >= RTC_ROUTER_MAX_SSRCS && !drop_idle_source (router))
    return NULL;
  source = g_new0 (Source, 1);
  source->ssrc = ssrc;
  source->section = NO_SECTION;
  g_ptr_array_add (router->sources, source);
  return router->last = source;
}

static void
bind_source (RtcRouter *router, Source *source, gint index)
{
  const Section *section = g_ptr_array_index (router->sections, (guint) index);

  source->section = index;
  if (g_strcmp0 (source->mid, section->mid) != 0) {
    g_free (source->mid);
    source->mid = g_strdup (section->mid);
  }
}

void
rtc_router_add_section (RtcRouter *router, guint section, const gchar *mid)
{
  Section *added;

  g_return_if_fail (find_section (router, section) == NO_SECTION);
  g_return_if_fail (router->sections->len < MAX_SECTIONS);
  added = g_new0 (Section, 1);
  added->number = section;
  added->mid = g_strdup (mid);
  g_ptr_array_add (router->sections, added);
  for (guint i = 0; mid && i < router->sources->len; i++) {
    Source *source = g_ptr_array_index (router->sources, i);

    if (source->section == NO_SECTION && g_strcmp0 (source->mid, mid) == 0)
      source->section = (gint) router->sections->len - 1;
  }
}

void
rtc_router_add_pt (RtcRouter *router, guint section, guint8 pt)
{
  gint index = find_section (router, section);

  g_return_if_fail (index != NO_SECTION && pt < N_PTS);
  ((Section *) g_ptr_array_index (router->sections, (guint) index))->pts[pt] = TRUE;
  /* RFC 9143 §9.2: a payload type that several sections use names none of them. */
  if (router->pt_sections[pt] == NO_SECTION)
    router->pt_sections[pt] = index;
  else if (router->pt_sections[pt] != index)
    router->pt_sections[pt] = SEVERAL_SECTIONS;
}

void
rtc_router_add_ssrc (RtcRouter *router, guint section, guint32 ssrc)
{
  gint index = find_section (router, section);
  Source *source;

  g_return_if_fail (index != NO_SECTION);
  source = obtain_source (router, ssrc);
  if (!source)
    return;
  bind_source (router, source, index);
  source->is_announced = TRUE;
}

void
rtc_router_remove_ssrc (RtcRouter *router, guint32 ssrc)
{
  Source *source = find_source (router, ssrc);

  if (source)
    source->is_idle = TRUE;
}

void
rtc_router_set_extension_ids (RtcRouter *router, guint mid, guint rid, guint repaired_rid)
{
  router->mid_id = mid;
  router->rid_id = rid;
  router->repaired_rid_id = repaired_rid;
}

/* A packet's rid stays with its SSRC: senders leave it out as soon as it has arrived. */
static void
keep_rid (const RtcRtpHeader *header, guint id, gchar **rid)
{
  RtcBytes element;

  if (!rtc_rtp_header_find_extension (header, id, &element) ||
      !rtc_text_is_rid ((const gchar *) element.data, element.size, 255))
    return;
  if (*rid && strlen (*rid) == element.size && memcmp (*rid, element.data, element.size) == 0)
    return;
  g_free (*rid);
  *rid = g_strndup ((const gchar *) element.data, element.size);
}

/* The section that the packet's MID or SSRC or payload type names, NO_SECTION for none. */
static gint
choose_section (RtcRouter *router, const RtcRtpHeader *header, const Source *source)
{
  RtcBytes mid;

  /* RFC 9143 §9.2: a packet with a MID that is not in the table is dropped. */
  if (rtc_rtp_header_find_extension (header, router->mid_id, &mid))
    return find_mid (router, mid.data, mid.size);
  if (source && source->section != NO_SECTION)
    return source->section;
  return MAX (router->pt_sections[header->pt], NO_SECTION);
}

gboolean
rtc_router_route (RtcRouter *router, const guint8 *packet, gsize size, RtcRoute *out_route)
{
  RtcRtpHeader header;
  Source *source;
  gint index;

  if (!rtc_rtp_header_read (packet, size, &header))
    return FALSE;
  source = find_source (router, header.ssrc);
  index = choose_section (router, &header, source);
  if (index < 0)
    return FALSE;
  /* RFC 9143 §9.2: also the section must know the payload type. */
  if (!((Section *) g_ptr_array_index (router->sections, (guint) index))->pts[header.pt])
    return FALSE;
  if (!source)
    source = obtain_source (router, header.ssrc);
  if (!source)
    return FALSE;
  if (source->section != index)
    bind_source (router, source, index);
  source->is_idle = FALSE;
  keep_rid (&header, router->rid_id, &source->rid);
  keep_rid (&header, router->repaired_rid_id, &source->repaired_rid);
  *out_route =
      (RtcRoute){ ((Section *) g_ptr_array_index (router->sections, (guint) index))->number,
        header.ssrc, header.pt, source->rid, source->repaired_rid };
  return TRUE;
}
