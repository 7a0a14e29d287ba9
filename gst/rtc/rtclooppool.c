/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The loops of the process: a small, fixed number, started when the first session asks and kept
 * until the process ends. The pool owns one reference of each; a loop's other references are its
 * sessions.
 */

#include <sys/resource.h>

#include "rtcloopprivate.h"

GST_DEBUG_CATEGORY_EXTERN (rtc_loop_debug);
#define GST_CAT_DEFAULT rtc_loop_debug

#define DEFAULT_MAX_THREADS 4
#define MAX_THREADS 64

static GMutex pool_lock;
static GPtrArray *pool; /* protected by pool_lock */

/* A thousand sessions need some four thousand descriptors; the usual soft limit is 1024. */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max)
    return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit (RLIMIT_NOFILE, &limit) != 0)
    GST_WARNING ("the limit of open files stays as it is");
}

static guint
count_threads (void)
{
  const gchar *text = g_getenv ("GST_RTC_LOOP_THREADS");
  guint64 count;

  if (text != NULL && g_ascii_string_to_unsigned (text, 10, 1, MAX_THREADS, &count, NULL))
    return (guint) count;
  if (text != NULL)
    GST_WARNING ("GST_RTC_LOOP_THREADS is not a number from 1 to %d", MAX_THREADS);
  return MIN (DEFAULT_MAX_THREADS, g_get_num_processors ());
}

static void
pool_start (void)
{
  guint n_threads = count_threads ();

  raise_descriptor_limit ();
  pool = g_ptr_array_new ();
  for (guint i = 0; i < n_threads; i++) {
    g_autofree gchar *name = g_strdup_printf ("rtc-loop-%u", i);

    g_ptr_array_add (pool, rtc_loop_new (name));
  }
}

RtcLoop *
rtc_loop_acquire (void)
{
  RtcLoop *least_used;

  g_mutex_lock (&pool_lock);
  if (pool == NULL)
    pool_start ();
  least_used = g_ptr_array_index (pool, 0);
  for (guint i = 1; i < pool->len; i++) {
    RtcLoop *loop = g_ptr_array_index (pool, i);

    if (rtc_loop_get_ref_count (loop) < rtc_loop_get_ref_count (least_used))
      least_used = loop;
  }
  rtc_loop_ref (least_used);
  g_mutex_unlock (&pool_lock);
  return least_used;
}
