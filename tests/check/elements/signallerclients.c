/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Clients of a signaller in a process of their own: signallerclients PORT COUNT MESSAGES. Connects
 * COUNT rtcbins one after the other, sends MESSAGES on each of them, and prints "ready", the
 * number, and microseconds from offer to answer: the median and 99 %. A line on its input ends them
 * all; it prints "done" when no message is missing. May be killed at any time.
 */
#include "signallerecho.h"
#include "tests/support/processfacts.h"

#include <stdio.h>
#include <stdlib.h>

static gint
compare_times (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *) a;
  guint y = *(const guint *) b;
  return (x > y) - (x < y);
}

static void
print_ready (const Echo *echoes, guint count)
{
  g_autofree guint *times = g_new (guint, count);
  for (guint i = 0; i < count; i++)
    times[i] = echoes[i].answer_us;
  qsort (times, count, sizeof *times, compare_times);
  printf ("ready %u %u %u\n", count, times[count / 2], times[count * 99 / 100]);
  fflush (stdout);
}

int
main (int argc, char **argv)
{
  SignallerHarness harness = { NULL };
  Echo *echoes;
  guint count;
  guint n_messages;

  gst_init (NULL, NULL);
  if (argc < 4 || !echo_is_possible ())
    return 77;
  process_raise_descriptor_limit ();
  harness.port = (guint) atoi (argv[1]);
  count = (guint) atoi (argv[2]);
  n_messages = (guint) atoi (argv[3]);
  echoes = g_new0 (Echo, count);
  for (guint i = 0; i < count; i++)
    echo_start (&echoes[i], &harness);
  for (guint k = 0; k < n_messages; k++) {
    for (guint i = 0; i < count; i++)
      echo_ping (&echoes[i]);
  }
  print_ready (echoes, count);
  while (getchar () != '\n' && !feof (stdin))
    ;
  for (guint i = 0; i < count; i++) {
    echo_ping (&echoes[i]);
    echo_hang_up (&echoes[i], &harness);
    echo_stop (&echoes[i]);
  }
  printf ("done\n");
  g_free (echoes);
  return 0;
}
