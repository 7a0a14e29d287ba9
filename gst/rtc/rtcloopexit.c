/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The end of the process. exit() runs the destructors of libraries that loops may be using, for
 * example libnice's, which frees an allocation at a TURN server for some seconds after its session.
 * So all loops stop first. From then on whoever calls a loop has it: no other thread is in it.
 */
#include <stdlib.h>
#include <unistd.h>

#include "rtcloopprivate.h"

/* Milliseconds. A loop that waits for the exiting thread would never come. */
#define PARK_TIMEOUT 200

static GMutex registry_lock;
static GPtrArray *registry;    /* with the lock: the loops with a thread, not owned */
static pid_t registry_process; /* a forked child has no loops */
static gint n_parked;

static void
park (gpointer user_data)
{
  RtcLoop *loop = user_data;

  g_atomic_int_set (&loop->is_parked, TRUE);
  g_atomic_int_inc (&n_parked);
  for (;;)
    pause ();
}

static void
park_all (void)
{
  gint n_expected = 0;

  if (getpid () != registry_process)
    return;
  g_mutex_lock (&registry_lock);
  for (guint i = 0; i < registry->len; i++) {
    RtcLoop *loop = g_ptr_array_index (registry, i);

    if (rtc_loop_is_current (loop))
      continue;
    rtc_loop_post (loop, park, loop, NULL);
    n_expected++;
  }
  for (guint i = 0; i < PARK_TIMEOUT && g_atomic_int_get (&n_parked) < n_expected; i++)
    g_usleep (G_USEC_PER_SEC / 1000);
  g_mutex_unlock (&registry_lock);
}

void
rtc_loop_register (RtcLoop *loop)
{
  g_mutex_lock (&registry_lock);
  if (registry == NULL) {
    registry = g_ptr_array_new ();
    registry_process = getpid ();
    atexit (park_all);
  }
  g_ptr_array_add (registry, loop);
  g_mutex_unlock (&registry_lock);
}

void
rtc_loop_unregister (RtcLoop *loop)
{
  g_mutex_lock (&registry_lock);
  if (registry != NULL)
    g_ptr_array_remove_fast (registry, loop);
  g_mutex_unlock (&registry_lock);
}
