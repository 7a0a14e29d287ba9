/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Certificates made ahead. Sessions come one after the other, so the thread that makes them stays
 * for a while when there are enough: to start one for each certificate would cost a third of one,
 * and to join the one before would have a loop wait for a thread that the scheduler has put aside.
 */
#include "rtcdtlsspares.h"

#include <openssl/crypto.h>
#include <unistd.h>

#define N_SPARES 2
/* How long the thread waits for something to do, in microseconds. */
#define LINGER_US (2 * G_USEC_PER_SEC)

static struct {
  GMutex lock;
  /* What follows, under the lock. */
  GCond changed;
  GQueue stock;
  GThread *thread;
  gboolean is_running;
  gboolean is_exiting;
  /* A forked child has no such thread, and the stock is its parent's. */
  pid_t process;
} spares = { .stock = G_QUEUE_INIT };

/* With the lock. FALSE: the thread is to end. */
static gboolean
wait_for_need (void)
{
  gint64 deadline = g_get_monotonic_time () + LINGER_US;

  while (!spares.is_exiting && spares.stock.length >= N_SPARES)
    if (!g_cond_wait_until (&spares.changed, &spares.lock, deadline))
      break;
  return !spares.is_exiting && spares.stock.length < N_SPARES;
}

static gpointer
make_spares (gpointer user_data)
{
  RtcDtlsCertificate *certificate;

  g_mutex_lock (&spares.lock);
  while (wait_for_need ()) {
    g_mutex_unlock (&spares.lock);
    certificate = rtc_dtls_certificate_generate ();
    g_mutex_lock (&spares.lock);
    if (certificate == NULL)
      break;
    g_queue_push_tail (&spares.stock, certificate);
  }
  spares.is_running = FALSE;
  g_mutex_unlock (&spares.lock);
  return NULL;
}

/* With the lock. */
static void
forget_parent (void)
{
  if (spares.process == getpid ())
    return;
  g_queue_clear_full (&spares.stock, (GDestroyNotify) rtc_dtls_certificate_unref);
  spares.process = getpid ();
  spares.is_running = FALSE;
  spares.thread = NULL;
}

/* With the lock. The thread before has nothing left to do but to end. */
static void
start_maker (void)
{
  g_clear_pointer (&spares.thread, g_thread_join);
  spares.is_running = TRUE;
  spares.thread = g_thread_new ("rtc-spare-certs", make_spares, NULL);
}

/* OpenSSL tidies up when the process exits, under the feet of a thread that still uses it, its
 * destructors of thread-local data among that: it is joined, not only told to end. */
static void
join_maker (void)
{
  GThread *thread;

  g_mutex_lock (&spares.lock);
  forget_parent ();
  spares.is_exiting = TRUE;
  g_cond_signal (&spares.changed);
  thread = g_steal_pointer (&spares.thread);
  g_mutex_unlock (&spares.lock);
  if (thread != NULL)
    g_thread_join (thread);
}

/* With the lock. */
static void
ask_for_more (void)
{
  if (spares.is_exiting || spares.stock.length >= N_SPARES)
    return;
  if (spares.is_running)
    g_cond_signal (&spares.changed);
  else
    start_maker ();
}

void
rtc_dtls_spares_prepare (void)
{
  static gsize is_ready;

  if (g_once_init_enter (&is_ready)) {
    OPENSSL_atexit (join_maker);
    g_once_init_leave (&is_ready, 1);
  }
  g_mutex_lock (&spares.lock);
  forget_parent ();
  ask_for_more ();
  g_mutex_unlock (&spares.lock);
}

RtcDtlsCertificate *
rtc_dtls_spares_take (void)
{
  RtcDtlsCertificate *certificate;

  g_mutex_lock (&spares.lock);
  forget_parent ();
  certificate = g_queue_pop_head (&spares.stock);
  ask_for_more ();
  g_mutex_unlock (&spares.lock);
  return certificate != NULL ? certificate : rtc_dtls_certificate_generate ();
}
