/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Descriptions that went wrong on their way: made from real ones by flipped bytes, lines that are
 * lost, doubled or out of order, numbers at their limits, and breaks. The number alone decides what
 * a case is, so a failing one can be made again. Owned by the test.
 */
#pragma once

#include <glib.h>

typedef struct _SdpCorpus SdpCorpus;

/* All files of the folders (NULL-terminated) whose names contain "offer", as seeds. */
SdpCorpus *sdp_corpus_new (const gchar *const *folders);
void sdp_corpus_free (SdpCorpus *corpus);
/* (transfer full): case @number; bytes, with one NUL more behind them. */
GString *sdp_corpus_make (const SdpCorpus *corpus, guint number);
/* What was done to it. */
const gchar *sdp_corpus_describe (guint number);
