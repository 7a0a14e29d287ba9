/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What this process uses, read from /proc (see proc(5)), and the arithmetic of samples. */
#include "bench.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static guint
count_entries (const gchar *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  guint count = 0;

  while (folder != NULL && g_dir_read_name (folder) != NULL)
    count++;
  return count;
}

static guint64
resident_bytes (void)
{
  g_autofree gchar *content = NULL;
  gulong size_pages = 0, resident_pages = 0;

  /* statm: "size resident shared ...", in pages. */
  if (g_file_get_contents ("/proc/self/statm", &content, NULL, NULL))
    sscanf (content, "%lu %lu", &size_pages, &resident_pages);
  return (guint64) resident_pages * sysconf (_SC_PAGESIZE);
}

static gint64
to_us (struct timeval time)
{
  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_usec;
}

void
bench_usage_get (BenchUsage *out_usage)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  out_usage->threads = count_entries ("/proc/self/task");
  out_usage->descriptors = count_entries ("/proc/self/fd");
  out_usage->resident_bytes = resident_bytes ();
  out_usage->cpu_us = to_us (usage.ru_utime) + to_us (usage.ru_stime);
}

void
bench_raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit (RLIMIT_NOFILE, &limit);
  }
}

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  gdouble left = *(const gdouble *) a, right = *(const gdouble *) b;

  return (left > right) - (left < right);
}

gdouble
bench_percentile (GArray *samples, gdouble percent)
{
  guint index;

  if (samples->len == 0)
    return 0;
  g_array_sort (samples, compare_doubles);
  index = (guint) (percent / 100 * (samples->len - 1) + 0.5);
  return g_array_index (samples, gdouble, index);
}
