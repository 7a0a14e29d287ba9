/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See the header. */
#include "sdpcorpus.h"

#include <string.h>

#define SEED 20263

struct _SdpCorpus {
  GPtrArray *texts;
};

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar *const *) a, *(const gchar *const *) b);
}

/* In the order of their names: folders give them in any. */
static void
add_folder (SdpCorpus *corpus, const gchar *folder)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) directory = g_dir_open (folder, 0, &error);
  const gchar *name;
  g_assert_no_error (error);
  while ((name = g_dir_read_name (directory)) != NULL) {
    if (strstr (name, "offer") != NULL)
      g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  }
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++) {
    gchar *text = NULL;
    g_assert_true (g_file_get_contents (names->pdata[i], &text, NULL, NULL));
    g_ptr_array_add (corpus->texts, text);
  }
}

SdpCorpus *
sdp_corpus_new (const gchar *const *folders)
{
  SdpCorpus *corpus = g_new0 (SdpCorpus, 1);
  corpus->texts = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; folders[i] != NULL; i++)
    add_folder (corpus, folders[i]);
  g_assert_cmpuint (corpus->texts->len, >, 0);
  return corpus;
}

void
sdp_corpus_free (SdpCorpus *corpus)
{
  g_ptr_array_unref (corpus->texts);
  g_free (corpus);
}

/* --- what goes wrong --- */

/* @per_mille of the bytes, one at least. */
static void
flip_bytes (GString *text, GRand *rand, guint per_mille)
{
  gsize count = MAX (1, text->len * per_mille / 1000);
  for (gsize i = 0; i < count && text->len > 0; i++)
    text->str[g_rand_int_range (rand, 0, (gint32) text->len)] ^=
        (gchar) (1 << g_rand_int_range (rand, 0, 8));
}

static void
flip_few (GString *text, GRand *rand)
{
  flip_bytes (text, rand, 1);
}

static void
flip_some (GString *text, GRand *rand)
{
  flip_bytes (text, rand, 10);
}

static void
flip_many (GString *text, GRand *rand)
{
  flip_bytes (text, rand, 50);
}

static gchar **
split (const GString *text, guint *out_count)
{
  gchar **lines = g_strsplit (text->str, "\n", -1);
  *out_count = g_strv_length (lines);
  return lines;
}

/* Each line as often as @times says. */
static void
join (GString *text, gchar **lines, const guint8 *times)
{
  g_string_truncate (text, 0);
  for (guint i = 0; lines[i] != NULL; i++) {
    for (guint k = 0; k < times[i]; k++)
      g_string_append_printf (text, "%s%s", lines[i], lines[i + 1] != NULL ? "\n" : "");
  }
}

static void
repeat_lines (GString *text, GRand *rand, guint times)
{
  guint count;
  g_auto (GStrv) lines = split (text, &count);
  g_autofree guint8 *repeats = g_malloc (count + 1);
  guint n_changes = (guint) g_rand_int_range (rand, 1, 5);
  memset (repeats, 1, count + 1);
  for (guint i = 0; i < n_changes; i++)
    repeats[g_rand_int_range (rand, 0, (gint32) count)] = (guint8) times;
  join (text, lines, repeats);
}

static void
drop_lines (GString *text, GRand *rand)
{
  repeat_lines (text, rand, 0);
}

static void
double_lines (GString *text, GRand *rand)
{
  repeat_lines (text, rand, g_rand_int_range (rand, 0, 8) == 0 ? 80 : 2);
}

static void
reorder_lines (GString *text, GRand *rand)
{
  guint count;
  g_auto (GStrv) lines = split (text, &count);
  g_autofree guint8 *once = g_malloc (count + 1);
  memset (once, 1, count + 1);
  for (gint i = g_rand_int_range (rand, 1, 6); i > 0; i--) {
    gint32 a = g_rand_int_range (rand, 0, (gint32) count);
    gint32 b = g_rand_int_range (rand, 0, (gint32) count);
    gchar *line = lines[a];
    lines[a] = lines[b];
    lines[b] = line;
  }
  join (text, lines, once);
}

static void
change_numbers (GString *text, GRand *rand)
{
  static const gchar *const limits[] = { "", "0", "-1", "1", "127", "128", "255", "256", "65535",
    "65536", "2147483647", "2147483648", "4294967295", "4294967296", "9223372036854775807",
    "18446744073709551615", "18446744073709551616", "99999999999999999999999999", "1e9", "0x7f",
    "00000000000000000000000001" };
  for (gint i = g_rand_int_range (rand, 1, 6); i > 0 && text->len > 0; i--) {
    gsize at = (gsize) g_rand_int_range (rand, 0, (gint32) text->len);
    gsize length;
    at += strcspn (text->str + at, "0123456789");
    length = strspn (text->str + at, "0123456789");
    g_string_erase (text, (gssize) at, (gssize) length);
    g_string_insert (
        text, (gssize) at, limits[g_rand_int_range (rand, 0, (gint32) G_N_ELEMENTS (limits))]);
  }
}

static void
break_off (GString *text, GRand *rand)
{
  g_string_truncate (text, (gsize) g_rand_int_range (rand, 0, (gint32) text->len));
}

static const struct {
  const gchar *name;
  void (*func) (GString *text, GRand *rand);
} kinds[] = {
  { "0.1 % of its bytes flipped", flip_few },
  { "1 % of its bytes flipped", flip_some },
  { "5 % of its bytes flipped", flip_many },
  { "lines lost", drop_lines },
  { "lines doubled", double_lines },
  { "lines out of order", reorder_lines },
  { "numbers at their limits", change_numbers },
  { "broken off", break_off },
};

const gchar *
sdp_corpus_describe (guint number)
{
  return kinds[number % G_N_ELEMENTS (kinds)].name;
}

GString *
sdp_corpus_make (const SdpCorpus *corpus, guint number)
{
  GRand *rand = g_rand_new_with_seed (SEED + number);
  guint kind = number % G_N_ELEMENTS (kinds);
  guint seed = number / G_N_ELEMENTS (kinds) % corpus->texts->len;
  GString *text = g_string_new (corpus->texts->pdata[seed]);
  kinds[kind].func (text, rand);
  g_rand_free (rand);
  return text;
}
