#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Installs what is missing on Debian 12, builds, tests. Ends with one line:
#   N passed, N failed, N skipped
# and a non-zero exit code when something failed.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1
. tests/packages.sh

usage ()
{
  cat <<'HELP'
Usage: sh tests/run.sh [OPTION]...

Without an option: the build with warnings as errors, all its tests, and the
same once more with every external library disabled.

  --quick         only the build and its tests, without browsers and other peers
  --sanitize      also the tests under AddressSanitizer and UBSan (build-asan)
  --leaks         also the element tests under GStreamer's leak tracer
  --soak          also the long tests
  --fuzz SECONDS  also each fuzz target for that many seconds (build-fuzz, clang)
  --no-ext        with --quick: also the build without external libraries
  --bench         also the benchmarks, side by side with webrtcbin
  --no-install    do not look for missing packages
  --help          this text
HELP
}

quick=no sanitize=no leaks=no soak=no fuzz=0 no_ext=yes bench=no install=yes asked_no_ext=no
while [ $# -gt 0 ]; do
  case $1 in
    --quick) quick=yes ;;
    --sanitize) sanitize=yes ;;
    --leaks) leaks=yes ;;
    --soak) soak=yes ;;
    --fuzz)
      shift
      case ${1:-} in
        ''|*[!0-9]*) echo "--fuzz needs a number of seconds" >&2; exit 2 ;;
      esac
      fuzz=$1 ;;
    --no-ext) asked_no_ext=yes ;;
    --bench) bench=yes ;;
    --no-install) install=no ;;
    --help|-h) usage; exit 0 ;;
    *) echo "Unknown option: $1" >&2; usage >&2; exit 2 ;;
  esac
  shift
done
[ $quick = yes ] && [ $asked_no_ext = no ] && no_ext=no

passed=0 failed=0 skipped=0
started=$(date +%s)

say () { printf '\n== %s (%ds)\n' "$1" $(($(date +%s) - started)); }

fail ()
{
  failed=$((failed + 1))
  echo "FAILED: $1"
}

finish ()
{
  printf '\n%d passed, %d failed, %d skipped\n' $passed $failed $skipped
  [ $failed = 0 ]
  exit $?
}

# A command that belongs to the run but is no test: it counts only when it fails.
step ()
{
  name=$1 log=$(mktemp)
  shift
  if "$@" >"$log" 2>&1; then
    rm -f "$log"
    return 0
  fi
  tail -n 60 "$log"
  rm -f "$log"
  fail "$name"
  return 1
}

# build_in FOLDER MESON_OPTION...: configures anew when the folder is fresh or its options changed.
build_in ()
{
  folder=$1
  shift
  if [ -f "$folder/build.ninja" ]; then
    step "configure $folder" meson configure "$folder" "$@" || return 1
  else
    step "configure $folder" meson setup "$folder" "$@" || return 1
  fi
  step "build $folder" ninja -C "$folder"
}

count_results ()
{
  results=$(cat "$@" 2>/dev/null | grep -o '"result": "[A-Z]*"')
  for result in OK EXPECTEDFAIL; do
    passed=$((passed + $(echo "$results" | grep -c "\"$result\"")))
  done
  for result in FAIL TIMEOUT ERROR INTERRUPT UNEXPECTEDPASS; do
    failed=$((failed + $(echo "$results" | grep -c "\"$result\"")))
  done
  skipped=$((skipped + $(echo "$results" | grep -c '"SKIP"')))
}

# test_in FOLDER NAME MESON_TEST_OPTION...: runs the tests and counts each. Meson puts the name of
# the set-up behind the name of the log.
test_in ()
{
  folder=$1 name=$2
  shift 2
  rm -f "$folder/meson-logs/$name"*.json
  meson test -C "$folder" --no-rebuild --print-errorlogs --logbase "$name" "$@"
  code=$?
  before=$failed
  count_results "$folder/meson-logs/$name"*.json
  if [ $code != 0 ] && [ $failed = $before ]; then
    fail "meson test in $folder: exit code $code"
  fi
}

if [ $install = yes ]; then
  say "Packages"
  # shellcheck disable=SC2046
  install_packages $(packages_build) $(packages_run) $(packages_test) ||
    { fail "install packages"; finish; }
  if [ $fuzz != 0 ]; then
    # shellcheck disable=SC2046
    install_packages $(packages_fuzz) || fail "install clang"
  fi
  # Without node the interop tests skip; that is no failure of the project.
  if [ $quick = no ]; then
    { install_node && install_npm tests/interop; } || echo "Some interop tests will be skipped."
  fi
fi

say "Build"
build_in build -Dwerror=true || finish

say "Tests"
if [ $quick = yes ]; then
  test_in build tests --no-suite interop
else
  test_in build tests
fi

if [ $no_ext = yes ]; then
  say "Without external libraries"
  build_in build-no-ext -Dwerror=true -Dnice=disabled -Ddtls=disabled -Dsrtp=disabled \
    -Dsctp=disabled -Dsoup=disabled -Dbench=disabled -Dnls=disabled &&
    test_in build-no-ext no-ext --no-suite interop --no-suite source
fi

if [ $sanitize = yes ]; then
  say "AddressSanitizer and UndefinedBehaviorSanitizer"
  build_in build-asan -Dwerror=true -Db_sanitize=address,undefined -Db_lundef=false \
    -Dbench=disabled &&
    test_in build-asan sanitize --setup sanitize --no-suite interop --no-suite source
fi

if [ $leaks = yes ]; then
  say "Leak tracer"
  test_in build leaks --setup leaks --no-suite interop --no-suite source --no-suite rtcproto
fi

if [ $soak = yes ]; then
  say "Soak"
  test_in build soak --setup soak --suite soak
fi

if [ $fuzz != 0 ]; then
  say "Fuzz, $fuzz seconds each"
  if [ -f build-fuzz/build.ninja ] || step "configure build-fuzz" env CC=clang \
    meson setup build-fuzz -Dfuzzing=true -Db_sanitize=address,undefined -Db_lundef=false \
    -Dbench=disabled -Dexamples=disabled; then
    step "build build-fuzz" ninja -C build-fuzz &&
      FUZZ_SECONDS=$fuzz && export FUZZ_SECONDS &&
      test_in build-fuzz fuzz --suite fuzz --timeout-multiplier 0
  fi
fi

if [ $bench = yes ]; then
  say "Benchmarks"
  meson devenv -C build tests/bench/rtcbench || fail "rtcbench"
fi

finish
