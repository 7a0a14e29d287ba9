/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When memory is given back after sessions have ended: a loop that the test turns, and what comes
 * back from malloc and from the slice allocator. */
#include "server/rtcmemoryreturn.h"
#include "tests/support/processfacts.h"

#include <string.h>

GST_DEBUG_CATEGORY (gst_rtc_signaller_debug);

static guint n_given;

static void
count_given (void)
{
  n_given++;
}

typedef struct {
  guint seconds;
  guint n_sessions;
} Step;

typedef struct {
  const gchar *name;
  Step steps[8];
  guint end;
  guint expected;
} Row;

static const Row rows[] = {
  { "all-end", { { 1, 100 }, { 2, 0 } }, 22, 1 },
  { "not-before-the-delay", { { 1, 100 }, { 2, 0 } }, 21, 0 },
  { "once", { { 1, 100 }, { 2, 0 } }, 500, 1 },
  { "few", { { 1, 31 }, { 2, 0 } }, 500, 0 },
  { "just-enough", { { 1, 32 }, { 2, 0 } }, 500, 1 },
  { "less-than-half", { { 1, 1000 }, { 2, 501 } }, 500, 0 },
  { "half", { { 1, 1000 }, { 2, 500 } }, 500, 1 },
  { "they-come-again", { { 1, 100 }, { 2, 0 }, { 10, 90 } }, 500, 0 },
  { "and-end-later", { { 1, 100 }, { 2, 0 }, { 10, 90 }, { 30, 10 } }, 500, 1 },
  { "bit-by-bit", { { 1, 100 }, { 2, 75 }, { 3, 50 }, { 4, 25 }, { 5, 0 } }, 500, 1 },
  { "twice", { { 1, 100 }, { 2, 0 }, { 30, 100 }, { 31, 0 } }, 500, 2 },
  { "few-are-left-of-few", { { 1, 100 }, { 2, 20 }, { 30, 0 } }, 500, 1 },
};

static void
test_when (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (RtcLoop) loop = rtc_loop_new_manual (0);
  RtcMemoryReturn *memory = rtc_memory_return_new (loop, count_given);
  n_given = 0;
  for (guint i = 0; i < G_N_ELEMENTS (row->steps) && row->steps[i].seconds > 0; i++) {
    rtc_loop_turn (loop, row->steps[i].seconds * GST_SECOND);
    rtc_memory_return_note (memory, row->steps[i].n_sessions);
  }
  rtc_loop_turn (loop, row->end * GST_SECOND);
  g_assert_cmpuint (n_given, ==, row->expected);
  rtc_memory_return_free (memory);
}

static void
test_free_before_the_delay (void)
{
  g_autoptr (RtcLoop) loop = rtc_loop_new_manual (0);
  RtcMemoryReturn *memory = rtc_memory_return_new (loop, count_given);
  n_given = 0;
  rtc_memory_return_note (memory, 100);
  rtc_memory_return_note (memory, 0);
  rtc_memory_return_free (memory);
  rtc_loop_turn (loop, 60 * GST_SECOND);
  g_assert_cmpuint (n_given, ==, 0);
  rtc_memory_return_free (NULL);
}

/* --- with the real heap --- */

static GMutex lock;
static GCond changed;
static gboolean is_logged;

static void
on_log (GstDebugCategory *category, GstDebugLevel level, const gchar *file, const gchar *function,
    gint line, GObject *object, GstDebugMessage *message, gpointer user_data)
{
  if (category != gst_rtc_signaller_debug ||
      !g_str_has_prefix (gst_debug_message_get (message), "memory given back"))
    return;
  g_mutex_lock (&lock);
  is_logged = TRUE;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
}

#define MEGABYTE (1024 * 1024)
#define BLOCK 4000
#define N_BLOCKS 8000

/* 32 MB in small blocks, and one block above that keeps the heap's top where it is. */
static gpointer
make_hole (void)
{
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func (g_free);
  gpointer top;
  for (guint i = 0; i < N_BLOCKS; i++)
    g_ptr_array_add (blocks, memset (g_malloc (BLOCK), 1, BLOCK));
  top = g_malloc (BLOCK);
  return top;
}

static void
test_real_heap (void)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  guint64 before = process_resident_bytes_now ();
  g_autofree gpointer top = make_hole ();
  guint64 after = process_resident_bytes_now ();

  if (after < before + 24 * MEGABYTE) {
    g_test_skip ("this malloc gives back by itself, or nothing is known of it");
    return;
  }
  gst_debug_set_threshold_for_name ("rtcsignal", GST_LEVEL_INFO);
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (on_log, NULL, NULL);
  rtc_memory_give_back ();
  g_mutex_lock (&lock);
  while (!is_logged)
    g_assert_true (g_cond_wait_until (&changed, &lock, end));
  g_mutex_unlock (&lock);
  gst_debug_remove_log_function (on_log);
  g_assert_cmpuint (process_resident_bytes_now (), <, before + 8 * MEGABYTE);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  GST_DEBUG_CATEGORY_INIT (gst_rtc_signaller_debug, "rtcsignal", 0, "WebRTC signalling");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/memory-return/when/%s", rows[i].name);
    g_test_add_data_func (path, &rows[i], test_when);
  }
  g_test_add_func ("/memory-return/free-before-the-delay", test_free_before_the_delay);
  g_test_add_func ("/memory-return/real-heap", test_real_heap);
  return g_test_run ();
}
