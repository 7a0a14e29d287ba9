/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See the header. Reads Linux' /proc. */
#include "processfacts.h"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

guint64
process_resident_bytes_now (void)
{
  g_autofree gchar *text = NULL;
  g_auto (GStrv) fields = NULL;
#ifdef __SANITIZE_ADDRESS__
  return 0;
#endif
  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  fields = g_strsplit (text, " ", 3);
  return g_ascii_strtoull (fields[1], NULL, 10) * (guint64) sysconf (_SC_PAGESIZE);
}

guint64
process_resident_bytes (void)
{
  malloc_trim (0);
  return process_resident_bytes_now ();
}

guint64
process_allocated_bytes (void)
{
  struct mallinfo2 info = mallinfo2 ();
  return info.uordblks + info.hblkhd;
}

guint
process_count_descriptors (void)
{
  g_autoptr (GDir) directory = g_dir_open ("/proc/self/fd", 0, NULL);
  guint count = 0;
  while (g_dir_read_name (directory) != NULL)
    count++;
  return count;
}

guint
process_raise_descriptor_limit (void)
{
  struct rlimit limit;
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  return (guint) MIN (limit.rlim_cur, G_MAXUINT);
}
