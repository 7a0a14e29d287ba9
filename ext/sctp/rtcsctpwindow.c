/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The window that the peer sees; see the header. */
#include "rtcsctpwindow.h"

#include "rtcsctppacket.h"

/* What a message costs besides its bytes: its event, its GBytes, malloc. */
#define MESSAGE_OVERHEAD_BYTES 128
/* Each third retransmission beyond reserve() is taken. */
#define REFUSALS_OF_A_CHUNK 3
/* While the process is over its budget. Enough for a packet out of order on most ways. */
#define SHARE_BYTES (128 * 1024)
/* Less than this is told as nothing: no silly windows (RFC 9260 §6.1 calls that SWS). */
#define MIN_WINDOW_BYTES 2048
/* The budget is shared by threads, so it is told in steps. */
#define BUDGET_STEP_BYTES (64 * 1024)

static gsize
taken (const RtcSctpWindow *window)
{
  return window->undelivered_bytes + window->stack_bytes;
}

static gsize
limit (const RtcSctpWindow *window)
{
  gsize all = (gsize) g_atomic_pointer_get (&window->budget->taken_bytes);

  return all > window->budget->limit_bytes ? MIN (SHARE_BYTES, window->full_bytes)
                                           : window->full_bytes;
}

/* RFC 9260 §6.1 lets a peer probe a closed window with one chunk at a time. usrsctp probes once a
 * round trip while that is answered, and when it is not, takes it for loss and its congestion
 * window away, so for seconds (1 ms) to minutes (100 ms) probes are taken. */
static gsize
reserve (const RtcSctpWindow *window)
{
  return limit (window) / 2;
}

static gsize
room (const RtcSctpWindow *window)
{
  gsize most = limit (window);
  gsize left = most - MIN (most, taken (window));

  return left < MIN_WINDOW_BYTES ? 0 : left;
}

static void
count (RtcSctpWindow *window)
{
  gsize counted = taken (window) / BUDGET_STEP_BYTES * BUDGET_STEP_BYTES;

  if (counted == window->counted_bytes)
    return;
  g_atomic_pointer_add (
      &window->budget->taken_bytes, (gssize) counted - (gssize) window->counted_bytes);
  window->counted_bytes = counted;
}

void
rtc_sctp_window_init (RtcSctpWindow *window, RtcSctpBudget *budget, gsize full_bytes)
{
  *window = (RtcSctpWindow){ .budget = budget,
    .full_bytes = full_bytes,
    .told_bytes = full_bytes,
    .sack = g_byte_array_new () };
}

void
rtc_sctp_window_close (RtcSctpWindow *window)
{
  window->stack_bytes = 0;
  count (window);
}

void
rtc_sctp_window_clear (RtcSctpWindow *window)
{
  window->undelivered_bytes = 0;
  rtc_sctp_window_close (window);
  g_clear_pointer (&window->sack, g_byte_array_unref);
}

void
rtc_sctp_window_hold (RtcSctpWindow *window, gsize size)
{
  window->undelivered_bytes += size + MESSAGE_OVERHEAD_BYTES;
  count (window);
}

void
rtc_sctp_window_release (RtcSctpWindow *window, guint n_messages, gsize size)
{
  window->undelivered_bytes -= size + (gsize) n_messages * MESSAGE_OVERHEAD_BYTES;
  count (window);
}

void
rtc_sctp_window_write (RtcSctpWindow *window, guint8 *packet, gsize size)
{
  RtcSctpSack sack;

  if (!rtc_sctp_packet_find_sack (packet, size, &sack))
    return;
  window->stack_bytes = window->full_bytes - MIN (window->full_bytes, sack.window_bytes);
  window->cumulative_tsn = sack.cumulative_tsn;
  count (window);
  window->told_bytes = room (window);
  rtc_sctp_packet_set_window (packet + sack.offset, (guint32) window->told_bytes);
  g_byte_array_set_size (window->sack, 0);
  rtc_sctp_packet_append_sack (window->sack, packet, &sack);
}

gboolean
rtc_sctp_window_is_update_due (const RtcSctpWindow *window)
{
  gsize now;

  if (window->told_bytes == window->full_bytes || window->sack->len == 0)
    return FALSE;
  now = room (window);
  return now > window->told_bytes && now - window->told_bytes >= limit (window) / 4;
}

const GByteArray *
rtc_sctp_window_repeat_sack (RtcSctpWindow *window)
{
  if (window->sack->len == 0)
    return NULL;
  window->told_bytes = room (window);
  rtc_sctp_packet_set_window (
      window->sack->data + RTC_SCTP_COMMON_HEADER_BYTES, (guint32) window->told_bytes);
  return window->sack;
}

gboolean
rtc_sctp_window_is_overrun (const RtcSctpWindow *window)
{
  return taken (window) > limit (window) + reserve (window);
}

gboolean
rtc_sctp_window_accepts (RtcSctpWindow *window, guint32 tsn)
{
  if (window->sack->len > 0 && tsn != window->cumulative_tsn + 1)
    return FALSE;
  /* Not the application is behind, but messages are incomplete or out of order. */
  if (window->undelivered_bytes <= limit (window) + reserve (window))
    return TRUE;
  window->n_refused = (window->n_refused + 1) % REFUSALS_OF_A_CHUNK;
  return window->n_refused == 0 && taken (window) <= 2 * window->full_bytes;
}
