#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Installs what is missing, builds, and starts the demo. Options go to the demo: --help lists them.
set -eu
here=$(pwd)
cd "$(dirname "$0")/../.."
. tests/packages.sh

# shellcheck disable=SC2046
install_packages $(packages_build) $(packages_run)
build=build
# The log is shown only when something went wrong.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if [ ! -f "$build/build.ninja" ]; then
  echo "Setting up the build"
  meson setup "$build" >"$log" 2>&1 || { cat "$log"; exit 1; }
fi
if ! ninja -C "$build" -n | grep -q 'no work to do'; then
  echo "Building"
fi
ninja -C "$build" >"$log" 2>&1 || { cat "$log"; exit 1; }
rm -f "$log"
trap - EXIT
# What meson devenv sets, but without meson between the demo and ctrl-c.
set +u
eval "$(meson devenv -C "$build" --dump)"
set -u
demo=$PWD/$build/examples/demo/rtc-demo
# Files are written where the command was given, unless --output says otherwise.
cd "$here"
exec "$demo" "$@"
