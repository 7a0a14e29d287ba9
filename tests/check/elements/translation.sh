#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# translation.sh FOLDER: an element's error comes in the user's language, and in English where there
# is no translation. FOLDER has the catalogues.
set -u
[ -f "$1/de/LC_MESSAGES/gst-rtc-1.0.mo" ] || { echo "skipped: no catalogue was built"; exit 77; }
command -v gst-launch-1.0 >/dev/null || { echo "skipped: gst-launch-1.0 is not installed"; exit 77; }

# glibc looks for no translation in the locale C; any other will do.
export LC_ALL=C.UTF-8 GST_RTC_LOCALEDIR="$1"

expect ()
{
  output=$(LANGUAGE=$1 timeout 30 gst-launch-1.0 fakesrc format=time num-buffers=1 filltype=zero \
    sizetype=fixed sizemax=12 ! video/x-vp8,width=16,height=16 ! ivfmux ! fakesink 2>&1)
  case $output in
    *"$2"*) return 0 ;;
  esac
  printf 'LANGUAGE=%s, no "%s" in:\n%s\n' "$1" "$2" "$output"
  exit 1
}

expect de "Es kam kein Schlüsselbild, die Datei ist leer."
expect nn "No key frame arrived, the file is empty."
