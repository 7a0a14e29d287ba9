/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * BenchSwitch: the sides of a wire and the thread that receives for them. Messages that are no
 * side's wait for the measuring thread. Owned by the scenario.
 */
#pragma once

#include "benchside.h"

G_BEGIN_DECLS

typedef struct _BenchSwitch BenchSwitch;

/* The wire must live longer. */
BenchSwitch *bench_switch_new (BenchWire *wire);
/* After "quit" was sent or received, or when the other end is gone. */
void bench_switch_free (BenchSwitch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchSwitch, bench_switch_free)

/* @side: (transfer full), NULL gives FALSE. Messages for it must not come before. */
gboolean bench_switch_add (BenchSwitch *self, BenchSide *side);
/* (transfer none) */
BenchSide *bench_switch_get (BenchSwitch *self, guint number);

/* The next message of that @type (NULL: of any; transfer full), others are left out; NULL (said
 * why) when it has not come after @timeout_us, a side failed, or the other end is gone. */
JsonObject *bench_switch_wait (BenchSwitch *self, const gchar *type, gint64 timeout_us);

G_END_DECLS
