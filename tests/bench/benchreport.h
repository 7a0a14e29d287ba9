/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * BenchReport: the figures of all elements, as one table. Rows keep the order in which they first
 * came; columns are the elements. Owned by main().
 */
#pragma once

#include "bench.h"

G_BEGIN_DECLS

typedef struct _BenchReport BenchReport;

/* @elements: their names, borrowed for the life of the report. */
BenchReport *bench_report_new (const gchar *const *elements);
void bench_report_free (BenchReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchReport, bench_report_free)

/* Takes the lines that bench_print_figure() wrote; others are left out. */
void bench_report_add_output (BenchReport *report, guint element, const gchar *output);
/* (transfer full) */
gchar *bench_report_to_markdown (BenchReport *report);
gchar *bench_report_to_json (BenchReport *report);

G_END_DECLS
