/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The process-wide side of usrsctp. It cannot be unloaded or split, so there is one of everything
 * here, made once and kept until the process ends.
 */
#include "rtcsctpstack.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

#define TICK_INTERVAL (10 * GST_MSECOND)
/* After so many ticks without a packet the timers that may still run are long ones. */
#define BUSY_TICKS 100
#define IDLE_TICK_INTERVAL (250 * GST_MSECOND)
/* A tick looks at all timers of the process. After 10 s more nothing waits for an answer any more:
 * it would have been sent again every RTO.Max. */
#define RESTING_TICKS (BUSY_TICKS + 40)
#define RESTING_TICK_INTERVAL GST_SECOND
/* After a suspended process or a test that jumps: enough for every timer, without overflow. */
#define MAX_ELAPSED (600 * GST_SECOND)

/* One loop with associations; the first of the list turns the timers. */
typedef struct {
  RtcLoop *loop;
  RtcLoopTimer *timer; /* made and freed on the loop */
  guint users;
} Ticker;

static struct {
  GMutex lock; /* ids */
  GHashTable *ids;
  const RtcSctpStackUser *functions;

  GMutex tickers_lock; /* tickers, last_tick, driver */
  GPtrArray *tickers;
  RtcLoop *driver;
  GstClockTime last_tick;
  guint quiet_ticks;

  gint is_busy; /* atomic: something was sent or received since the last tick */
  gint is_slow; /* atomic: the timers are turned each IDLE_TICK_INTERVAL or less often */

} stack;

/* usrsctp 0.9.5 takes two of its locks in another order when an association ends, by our close or
 * by a packet, than in its retransmission timer: its timers write, all other calls read. Writers
 * first, or a saturated association would keep the timers out. */
static pthread_rwlock_t timers_lock = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;

/* The settings of the process, by performance and by what WebRTC needs (RFC 8831 §5, §6). */
static void
apply_settings (void)
{
  /* Small INIT, and less code that a peer can reach; PR-SCTP and RE-CONFIG are what RFC 8831 §5
   * requires. */
  usrsctp_sysctl_set_sctp_ecn_enable (0);
  usrsctp_sysctl_set_sctp_asconf_enable (0);
  usrsctp_sysctl_set_sctp_auto_asconf (0);
  usrsctp_sysctl_set_sctp_auth_enable (0);
  usrsctp_sysctl_set_sctp_pktdrop_enable (0);
  usrsctp_sysctl_set_sctp_nrsack_enable (0);
  usrsctp_sysctl_set_sctp_pr_enable (1);
  usrsctp_sysctl_set_sctp_reconfig_enable (1);
  /* No answer to packets of no association. */
  usrsctp_sysctl_set_sctp_blackhole (2);

  usrsctp_sysctl_set_sctp_sendspace (RTC_SCTP_SEND_SPACE);
  usrsctp_sysctl_set_sctp_recvspace (RTC_SCTP_RECEIVE_SPACE);
  usrsctp_sysctl_set_sctp_max_chunks_on_queue (16 * 1024);
  usrsctp_sysctl_set_sctp_initial_cwnd (10);
  /* A burst is limited to what a shallow queue on the way holds, and not by the default of 4,
   * which is far below what a batch of acknowledgements allows. */
  usrsctp_sysctl_set_sctp_max_burst_default (32);
  usrsctp_sysctl_set_sctp_use_cwnd_based_maxburst (0);
  usrsctp_sysctl_set_sctp_delayed_sack_time_default (20);
  usrsctp_sysctl_set_sctp_sack_freq_default (2);

  /* The association outlives a path that is dead until ICE has restarted: retransmissions come
   * every RTO.Max, so that data flows soon after, and end after about 50 s. */
  usrsctp_sysctl_set_sctp_rto_initial_default (300);
  usrsctp_sysctl_set_sctp_rto_min_default (200);
  usrsctp_sysctl_set_sctp_rto_max_default (2000);
  usrsctp_sysctl_set_sctp_init_rto_max_default (2000);
  usrsctp_sysctl_set_sctp_init_rtx_max_default (18);
  usrsctp_sysctl_set_sctp_assoc_rtx_max_default (RTC_SCTP_MAX_ERRORS);
  /* No association ends because of one chunk: by default 30 retransmissions of it are enough, even
   * when the peer answers each of them, as it does while its window is closed. */
  usrsctp_sysctl_set_sctp_max_retran_chunk (0);
  /* ICE consent (RFC 7675) watches the path. */
  usrsctp_sysctl_set_sctp_heartbeat_interval_default (0);
}

/* Whose calls this thread makes now. */
static _Thread_local struct {
  gpointer id, user;
} entered;

void
rtc_sctp_stack_enter (gpointer id, gpointer user)
{
  pthread_rwlock_rdlock (&timers_lock);
  entered.id = id;
  entered.user = user;
}

void
rtc_sctp_stack_leave (void)
{
  entered.id = entered.user = NULL;
  pthread_rwlock_unlock (&timers_lock);
}

/* (transfer full) */
static gpointer
find_user (gpointer id)
{
  gpointer user;

  g_mutex_lock (&stack.lock);
  user = g_hash_table_lookup (stack.ids, id);
  if (user != NULL)
    stack.functions->ref (user);
  g_mutex_unlock (&stack.lock);
  return user;
}

static int
handle_output (void *id, void *packet, size_t size, uint8_t tos, uint8_t set_df)
{
  gpointer user;

  if (id == entered.id) {
    stack.functions->output (entered.user, packet, size);
    return 0;
  }
  user = find_user (id);
  if (user == NULL)
    return 0;
  stack.functions->output (user, packet, size);
  stack.functions->unref (user);
  return 0;
}

gint
rtc_sctp_stack_receive (struct socket *socket, union sctp_sockstore address, void *data,
    size_t size, struct sctp_rcvinfo info, int flags, void *id)
{
  gpointer user;

  /* The end of the association comes as a notification too. */
  if (data == NULL)
    return 1;
  if (id == entered.id) {
    stack.functions->received (entered.user, data, size, &info, flags);
    return 1;
  }
  user = find_user (id);
  if (user == NULL) {
    free (data);
    return 1;
  }
  stack.functions->received (user, data, size, &info, flags);
  stack.functions->unref (user);
  return 1;
}

gboolean
rtc_sctp_stack_init (const RtcSctpStackUser *functions, GError **error)
{
  gboolean is_ours;

  g_mutex_lock (&stack.lock);
  /* usrsctp's settings are zero until someone starts it. */
  if (stack.ids == NULL && usrsctp_sysctl_get_sctp_hashtblsize () == 0) {
    usrsctp_init_nothreads (0, handle_output, NULL);
    usrsctp_enable_crc32c_offload ();
    apply_settings ();
    stack.functions = functions;
    stack.ids = g_hash_table_new (NULL, NULL);
    stack.tickers = g_ptr_array_new ();
  }
  is_ours = stack.ids != NULL;
  g_mutex_unlock (&stack.lock);
  if (!is_ours)
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_UNSUPPORTED,
        "Another element of this process (sctpenc, webrtcbin) uses usrsctp already; run the two in "
        "separate processes");
  return is_ours;
}

gpointer
rtc_sctp_stack_add (gpointer user)
{
  guint64 id = 0;

  g_mutex_lock (&stack.lock);
  while (id == 0 || g_hash_table_contains (stack.ids, (gpointer) (guintptr) id)) {
    if (getrandom (&id, sizeof id, 0) != sizeof id)
      id = (guint64) g_random_int () << 32 | g_random_int ();
  }
  g_hash_table_insert (stack.ids, (gpointer) (guintptr) id, user);
  g_mutex_unlock (&stack.lock);
  usrsctp_register_address ((gpointer) (guintptr) id);
  return (gpointer) (guintptr) id;
}

void
rtc_sctp_stack_remove (gpointer id)
{
  g_mutex_lock (&stack.lock);
  g_hash_table_remove (stack.ids, id);
  g_mutex_unlock (&stack.lock);
  usrsctp_deregister_address (id);
}

void
rtc_sctp_stack_stop_timers (void)
{
  pthread_rwlock_rdlock (&timers_lock);
}

void
rtc_sctp_stack_continue_timers (void)
{
  pthread_rwlock_unlock (&timers_lock);
}

void
rtc_sctp_stack_close (struct socket *socket)
{
  rtc_sctp_stack_stop_timers ();
  usrsctp_close (socket);
  rtc_sctp_stack_continue_timers ();
}

/* The whole milliseconds since the last tick of @loop; 0 when @loop has just become the driver. */
static guint
take_elapsed_ms (RtcLoop *loop)
{
  GstClockTime now = rtc_loop_now (loop);
  GstClockTime elapsed;

  if (stack.driver != loop || now < stack.last_tick) {
    stack.driver = loop;
    stack.last_tick = now;
  }
  elapsed = MIN (now - stack.last_tick, MAX_ELAPSED);
  stack.last_tick = now - elapsed % GST_MSECOND;
  return elapsed / GST_MSECOND;
}

static gboolean
is_driver (Ticker *ticker)
{
  return ticker->users > 0 && g_ptr_array_index (stack.tickers, 0) == ticker;
}

static void
handle_timers (guint elapsed_ms)
{
  if (elapsed_ms == 0)
    return;
  pthread_rwlock_wrlock (&timers_lock);
  usrsctp_handle_timers (elapsed_ms);
  pthread_rwlock_unlock (&timers_lock);
}

/* With tickers_lock held. Whoever is busy sets is_busy before he looks at is_slow, here it is the
 * other way round: one of the two sees it. */
static GstClockTime
choose_interval (void)
{
  gboolean is_slow;

  if (g_atomic_int_compare_and_exchange (&stack.is_busy, TRUE, FALSE))
    stack.quiet_ticks = 0;
  else
    stack.quiet_ticks = MIN (stack.quiet_ticks + 1, RESTING_TICKS);
  is_slow = stack.quiet_ticks >= BUSY_TICKS;
  g_atomic_int_set (&stack.is_slow, is_slow);
  if (is_slow && g_atomic_int_get (&stack.is_busy)) {
    g_atomic_int_set (&stack.is_slow, FALSE);
    is_slow = FALSE;
  }
  if (!is_slow)
    return TICK_INTERVAL;
  return stack.quiet_ticks == RESTING_TICKS ? RESTING_TICK_INTERVAL : IDLE_TICK_INTERVAL;
}

static void
tick (gpointer data)
{
  Ticker *ticker = data;
  guint elapsed_ms = 0;
  GstClockTime interval = TICK_INTERVAL;
  gboolean is_on;

  g_mutex_lock (&stack.tickers_lock);
  is_on = is_driver (ticker);
  if (is_on) {
    elapsed_ms = take_elapsed_ms (ticker->loop);
    interval = choose_interval ();
  }
  g_mutex_unlock (&stack.tickers_lock);
  if (!is_on)
    return;
  handle_timers (elapsed_ms);
  rtc_loop_timer_set (ticker->timer, rtc_loop_now (ticker->loop) + interval);
}

static void
start_on_loop (gpointer data)
{
  Ticker *ticker = data;
  gboolean is_on;

  g_mutex_lock (&stack.tickers_lock);
  is_on = is_driver (ticker);
  g_mutex_unlock (&stack.tickers_lock);
  if (!is_on)
    return;
  if (ticker->timer == NULL)
    ticker->timer = rtc_loop_timer_new (ticker->loop, tick, ticker);
  tick (ticker);
}

/* A timer that starts now counts from the last tick, so that must be a recent one. */
void
rtc_sctp_stack_wake_timers (void)
{
  guint elapsed_ms = 0;

  if (!g_atomic_int_get (&stack.is_busy))
    g_atomic_int_set (&stack.is_busy, TRUE);
  if (!g_atomic_int_get (&stack.is_slow))
    return;
  g_mutex_lock (&stack.tickers_lock);
  if (g_atomic_int_compare_and_exchange (&stack.is_slow, TRUE, FALSE) && stack.tickers->len > 0) {
    Ticker *ticker = g_ptr_array_index (stack.tickers, 0);

    elapsed_ms = take_elapsed_ms (ticker->loop);
    rtc_loop_post (ticker->loop, start_on_loop, ticker, NULL);
  }
  g_mutex_unlock (&stack.tickers_lock);
  handle_timers (elapsed_ms);
}

/* The ticker is out of the list, nobody else has it. */
static void
free_on_loop (gpointer data)
{
  Ticker *ticker = data;

  rtc_loop_timer_free (ticker->timer);
  rtc_loop_unref (ticker->loop);
  g_free (ticker);
}

static Ticker *
find_ticker (RtcLoop *loop)
{
  for (guint i = 0; i < stack.tickers->len; i++) {
    Ticker *ticker = g_ptr_array_index (stack.tickers, i);

    if (ticker->loop == loop)
      return ticker;
  }
  return NULL;
}

void
rtc_sctp_stack_hold_timers (RtcLoop *loop)
{
  Ticker *ticker;

  g_mutex_lock (&stack.tickers_lock);
  ticker = find_ticker (loop);
  if (ticker == NULL) {
    ticker = g_new0 (Ticker, 1);
    ticker->loop = rtc_loop_ref (loop);
    g_ptr_array_add (stack.tickers, ticker);
  }
  if (ticker->users++ == 0 && is_driver (ticker))
    rtc_loop_post (loop, start_on_loop, ticker, NULL);
  g_mutex_unlock (&stack.tickers_lock);
}

void
rtc_sctp_stack_release_timers (RtcLoop *loop)
{
  Ticker *ticker;

  g_mutex_lock (&stack.tickers_lock);
  ticker = find_ticker (loop);
  if (ticker != NULL && --ticker->users == 0) {
    gboolean was_first = g_ptr_array_index (stack.tickers, 0) == ticker;

    g_ptr_array_remove (stack.tickers, ticker);
    /* What passes without associations is no time of the next one's timers. */
    if (stack.tickers->len == 0)
      stack.driver = NULL;
    rtc_loop_post (loop, free_on_loop, ticker, NULL);
    if (was_first && stack.tickers->len > 0) {
      Ticker *next = g_ptr_array_index (stack.tickers, 0);

      rtc_loop_post (next->loop, start_on_loop, next, NULL);
    }
  }
  g_mutex_unlock (&stack.tickers_lock);
}
