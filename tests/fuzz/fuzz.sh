#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# fuzz.sh PROGRAM CORPUS: runs a libFuzzer target for FUZZ_SECONDS (10) seconds. What it finds new
# stays in a scratch folder, what crashes it is kept in the current one.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$1" -max_total_time="${FUZZ_SECONDS:-10}" -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 \
  "$scratch" "$2"
