/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Gives each file of a corpus folder to a fuzz target once, and every prefix of the short ones, so
 * that a corpus is an ordinary test with any compiler. Usage: fuzz_NAME FOLDER
 */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#define PREFIX_LIMIT_BYTES 256

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
run_exact (const gchar *content, gsize size)
{
  /* A copy of exactly this size, so that a read past the end is seen by ASan and valgrind. */
  g_autofree guint8 *copy = g_malloc (size + (size == 0));
  if (size > 0)
    memcpy (copy, content, size);
  LLVMFuzzerTestOneInput (copy, size);
}

static gboolean
replay (const gchar *path)
{
  g_autofree gchar *content = NULL;
  gsize size;
  g_autoptr (GError) error = NULL;

  if (!g_file_get_contents (path, &content, &size, &error)) {
    g_printerr ("%s\n", error->message);
    return FALSE;
  }
  for (gsize prefix = 0; prefix < MIN (size, PREFIX_LIMIT_BYTES); prefix++)
    run_exact (content, prefix);
  run_exact (content, size);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = argc == 2 ? g_dir_open (argv[1], 0, &error) : NULL;
  const gchar *name;
  guint count = 0;

  if (folder == NULL) {
    g_printerr ("%s\n", error != NULL ? error->message : "Usage: fuzz_NAME FOLDER");
    return 1;
  }
  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree gchar *path = g_build_filename (argv[1], name, NULL);
    if (!replay (path))
      return 1;
    count++;
  }
  g_print ("%u files replayed\n", count);
  return count > 0 ? 0 : 1;
}
