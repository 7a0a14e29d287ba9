/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* BenchReport: see benchreport.h. */
#include "benchreport.h"

#include <math.h>

#define FIGURE_PREFIX "figure"

typedef struct {
  gchar *name;
  gchar *unit;
  BenchDirection direction;
  gdouble *values; /* one an element, NAN where there is none */
} BenchRow;

struct _BenchReport {
  const gchar *const *elements;
  GPtrArray *rows; /* of BenchRow */
};

static void
bench_row_free (BenchRow *row)
{
  g_free (row->name);
  g_free (row->unit);
  g_free (row->values);
  g_free (row);
}

void
bench_print_figure (const gchar *name, const gchar *unit, BenchDirection direction, gdouble value)
{
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];

  g_print (FIGURE_PREFIX "\t%s\t%s\t%s\t%s\n", name, unit,
      direction == BENCH_LOWER_IS_BETTER ? "lower" : "higher",
      g_ascii_dtostr (number, sizeof number, value));
}

BenchReport *
bench_report_new (const gchar *const *elements)
{
  BenchReport *report = g_new0 (BenchReport, 1);

  report->elements = elements;
  report->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) bench_row_free);
  return report;
}

void
bench_report_free (BenchReport *report)
{
  if (report == NULL)
    return;
  g_ptr_array_unref (report->rows);
  g_free (report);
}

static BenchRow *
find_or_add_row (BenchReport *report, gchar **fields)
{
  guint count = g_strv_length ((gchar **) report->elements);
  BenchRow *row;

  for (guint i = 0; i < report->rows->len; i++) {
    row = report->rows->pdata[i];
    if (g_str_equal (row->name, fields[1]))
      return row;
  }
  row = g_new0 (BenchRow, 1);
  row->name = g_strdup (fields[1]);
  row->unit = g_strdup (fields[2]);
  row->direction =
      g_str_equal (fields[3], "lower") ? BENCH_LOWER_IS_BETTER : BENCH_HIGHER_IS_BETTER;
  row->values = g_new (gdouble, count);
  for (guint i = 0; i < count; i++)
    row->values[i] = NAN;
  g_ptr_array_add (report->rows, row);
  return row;
}

void
bench_report_add_output (BenchReport *report, guint element, const gchar *output)
{
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) fields = g_strsplit (lines[i], "\t", -1);
    if (g_strv_length (fields) == 5 && g_str_equal (fields[0], FIGURE_PREFIX))
      find_or_add_row (report, fields)->values[element] = g_ascii_strtod (fields[4], NULL);
  }
}

/* How many times better the last element is than the first; NAN when one has no figure. */
static gdouble
get_ratio (const BenchRow *row, guint count)
{
  gdouble first = row->values[0], last = row->values[count - 1];

  if (count < 2 || isnan (first) || isnan (last))
    return NAN;
  return row->direction == BENCH_LOWER_IS_BETTER ? first / last : last / first;
}

static void
append_number (GString *text, gdouble value)
{
  if (fabs (value) >= 100 || value == 0)
    g_string_append_printf (text, "%.0f", value);
  else
    g_string_append_printf (text, fabs (value) >= 10 ? "%.1f" : "%.2f", value);
}

static void
append_row (GString *text, const BenchRow *row, guint count)
{
  gdouble ratio = get_ratio (row, count);

  g_string_append_printf (
      text, "| %s%s%s |", row->name, row->unit[0] != '\0' ? ", " : "", row->unit);
  for (guint i = 0; i < count; i++) {
    g_string_append_c (text, ' ');
    if (isnan (row->values[i]))
      g_string_append (text, "-");
    else
      append_number (text, row->values[i]);
    g_string_append (text, " |");
  }
  if (count > 1) {
    g_string_append_c (text, ' ');
    if (isfinite (ratio))
      append_number (text, ratio);
    else
      g_string_append (text, "-");
    g_string_append (text, " |");
  }
  g_string_append_c (text, '\n');
}

gchar *
bench_report_to_markdown (BenchReport *report)
{
  guint count = g_strv_length ((gchar **) report->elements);
  GString *text = g_string_new ("| measured |");

  for (guint i = 0; i < count; i++)
    g_string_append_printf (text, " %s |", report->elements[i]);
  g_string_append (text, count > 1 ? " times better |\n|---|" : "\n|---|");
  for (guint i = 0; i < count + (count > 1); i++)
    g_string_append (text, "---:|");
  g_string_append_c (text, '\n');
  for (guint i = 0; i < report->rows->len; i++)
    append_row (text, report->rows->pdata[i], count);
  return g_string_free (text, FALSE);
}

static void
append_json_number (GString *text, const gchar *key, gdouble value)
{
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];

  if (isfinite (value))
    g_string_append_printf (
        text, ", \"%s\": %s", key, g_ascii_dtostr (number, sizeof number, value));
}

/* Names and units are our own words, and element names are plain, so nothing needs an escape. */
gchar *
bench_report_to_json (BenchReport *report)
{
  guint count = g_strv_length ((gchar **) report->elements);
  GString *text = g_string_new ("[\n");

  for (guint i = 0; i < report->rows->len; i++) {
    const BenchRow *row = report->rows->pdata[i];
    g_string_append_printf (text, "  {\"name\": \"%s\", \"unit\": \"%s\", \"better\": \"%s\"",
        row->name, row->unit, row->direction == BENCH_LOWER_IS_BETTER ? "lower" : "higher");
    for (guint j = 0; j < count; j++)
      append_json_number (text, report->elements[j], row->values[j]);
    append_json_number (text, "ratio", get_ratio (row, count));
    g_string_append (text, i + 1 < report->rows->len ? "},\n" : "}\n");
  }
  g_string_append (text, "]\n");
  return g_string_free (text, FALSE);
}
