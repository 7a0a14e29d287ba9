#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# interop.sh SCRIPT ARGUMENT...: runs one interop test; exit code 77 when what it needs is not here.
# RTC_PEER_ELEMENT names the element to test (rtcbin).
set -u
cd "$(dirname "$0")" || exit 99
export RTC_PEER_ELEMENT="${RTC_PEER_ELEMENT:-rtcbin}"

skip ()
{
  echo "skipped: $1"
  exit 77
}

[ -x "${RTC_DEMO:-}" ] || skip "the demo is not built"
command -v node >/dev/null || skip "node is not installed"
[ -d node_modules ] || skip "npm packages are not installed; run npm ci in tests/interop"
for element in rtcsignaller ivfmux "$RTC_PEER_ELEMENT"; do
  gst-inspect-1.0 "$element" >/dev/null 2>&1 || skip "there is no element $element"
done
exec node "$@"
