#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the fuzzers with clang and runs each for so many seconds, two at once, from its corpus.
#   scripts/fuzz.sh [SECONDS [SUBJECT...]]      60 seconds and all subjects unless told otherwise
# What it finds stays in build/fuzz/found-SUBJECT. Exit status 1: something was found.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=${1:-60}
shift || true
cmake --preset fuzz >/dev/null
ninja -C build/fuzz --quiet fuzzers
[ $# -gt 0 ] || set -- $(cd tests/fuzz && ls ./*_fuzz.cpp | sed 's|./||; s|_fuzz.cpp||')

run() { # SUBJECT
  local grown=build/fuzz/grown-$1 found=build/fuzz/found-$1
  mkdir -p "$grown" "$found"
  if build/fuzz/fuzz/"$1"_fuzz -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=8192 -print_final_stats=1 \
    -artifact_prefix="$found/" "$grown" "tests/fuzz/corpus/$1" >"build/fuzz/$1.log" 2>&1; then
    echo "$1: nothing found in $(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/$1.log") runs, $seconds s"
  else
    tail -40 "build/fuzz/$1.log"
    echo "$1: FOUND something; the input is in $found, the whole output in build/fuzz/$1.log"
    return 1
  fi
}
status=0 running=0
for subject in "$@"; do
  run "$subject" &
  running=$((running + 1))
  if [ $running = 2 ]; then
    wait -n || status=1
    running=1
  fi
done
while [ $running -gt 0 ]; do
  wait -n || status=1
  running=$((running - 1))
done
exit $status
