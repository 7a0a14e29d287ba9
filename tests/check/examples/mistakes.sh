#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# mistakes.sh PEER ROVER DEMO [CHANNELS]: the programs that stand alone say what is wrong, and end: a port that
# another program has, and words that mean nothing, also where a description is wanted.
set -u
peer=$1 rover=$2 demo=$3 channels=${4:-}
folder=$(mktemp -d) || exit 1
trap 'kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT

"$peer" --port 0 >"$folder/server" 2>&1 &
server=$!
for i in $(seq 600); do
  port=$(sed -n 's|^Open http://127.0.0.1:\([0-9]*\)/.*|\1|p' "$folder/server")
  [ -n "$port" ] && break
  if ! kill -0 "$server" 2>/dev/null; then
    # Where a plugin is not built there is nothing to try.
    grep -q "no element" "$folder/server" && { cat "$folder/server"; exit 77; }
    break
  fi
  sleep 0.1
done
[ -n "$port" ] || { cat "$folder/server"; echo "the first program does not listen"; exit 1; }

# expect CODE TEXT COMMAND...
expect ()
{
  code=$1 text=$2
  shift 2
  timeout 60 "$@" >"$folder/output" 2>&1 <"$folder/input"
  result=$?
  [ $result -eq "$code" ] && grep -q -- "$text" "$folder/output" && return 0
  printf '%s: %s, wanted %s and "%s" in:\n' "$*" $result "$code" "$text"
  cat "$folder/output"
  exit 1
}

: >"$folder/input"
expect 1 "Cannot listen on 127.0.0.1 port $port" "$peer" --port "$port"
expect 1 "Cannot listen on 127.0.0.1 port $port" "$rover" server --port "$port"
expect 1 "Cannot listen on 127.0.0.1 port $port" "$rover" relay --port "$port"
expect 1 "Cannot listen on 127.0.0.1 port $port" "$demo" --port "$port" --output "$folder"
for program in "$peer" "$rover" "$demo"; do
  expect 2 "[Tt]ry .* --help\|Usage:" "$program" surplus words
  expect 2 "[Tt]ry .* --help" "$program" --nonsense
  expect 0 "Usage:" "$program" --help
done

# No description: nothing, something else, JSON and base64 of something else, and brackets without end.
[ -n "$channels" ] || exit 0
brackets=$(head -c 200000 /dev/zero | tr '\0' '[')
for text in '' '!' hello '{}' '[]' '{"type":"offer"}' '{"type":7,"sdp":[]}' \
  '{"type":"offer","sdp":null}' e30= W10= "$brackets" "{\"a\":$brackets" \
  "$(printf '%s' "$brackets" | base64 -w 0)"; do
  printf '%s\n' "$text" >"$folder/input"
  expect 1 "nothing was pasted" "$channels" --paste
done
