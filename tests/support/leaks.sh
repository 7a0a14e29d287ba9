#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Runs a test under GStreamer's leak tracer and fails it when an object outlived it.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
GST_TRACERS=leaks GST_DEBUG="${GST_DEBUG:+$GST_DEBUG,}GST_TRACER:7" GST_DEBUG_NO_COLOR=1 \
  "$@" 2>"$log"
code=$?
grep -v 'GST_TRACER ' "$log" >&2
if grep ':: object-alive, ' "$log" >&2; then
  echo "These objects outlived the test." >&2
  exit 1
fi
exit $code
