#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Fails when a C file is not as .clang-format wants it. Another release of clang-format lays out
# some lines in another way, so only Debian 12's decides; without it the test is skipped.
set -u
cd "$1" || exit 99
for tool in clang-format-14 clang-format; do
  if command -v $tool >/dev/null && $tool --version | grep -q 'version 14\.'; then
    find gst ext tests examples -name node_modules -prune -o -name '*.[ch]' -print0 |
      xargs -0 $tool --dry-run -Werror
    exit
  fi
done
echo "clang-format 14 is not here"
exit 77
