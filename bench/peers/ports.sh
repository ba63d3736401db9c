#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `reeve port` beside lsof and ss on one machine, in one run, in turn; then port-watch's reading, and the counting of
# descriptors, beside the least that they can cost.
#   bench/peers/ports.sh [--processes N] [--pairs N] [--listeners N] [--rounds N] [--build DIR]
# Needs lsof, ss (iproute2) and as many descriptors as sockets. Exit status: 0 unless something could not be measured.
set -euo pipefail

. "$(dirname "$0")/common.sh"
processes=2000 pairs=10000 listeners=500 rounds=7
take_options "processes pairs listeners rounds build" "" "$@"

reeve=$build/bin/reeve programs=$build/tests/programs bench=$build/bench/socket_table_bench
counts=$build/bench/descriptor_count_bench
[ -x "$reeve" ] && [ -x "$programs/socket_crowd" ] && [ -x "$programs/idle_children" ] && [ -x "$bench" ] && [ -x "$counts" ] ||
  die "build first: cmake --preset linux -DREEVE_TESTS=ON && ninja -C $build"
for tool in lsof ss; do command -v $tool >/dev/null || die "$tool is missing"; done

work=$(mktemp -d)
agent=
finish() {
  trap - EXIT
  [ -z "$agent" ] || kill "$agent" 2>/dev/null || true
  exec 8>&- 9>&- || true # the crowds end with their input
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

mkfifo "$work/idle" "$work/crowd"
"$programs/idle_children" "$processes" <"$work/idle" >"$work/idle.out" &
exec 8>"$work/idle"
"$programs/socket_crowd" "$pairs" "$listeners" <"$work/crowd" >"$work/crowd.out" &
exec 9>"$work/crowd"
wait_for 60 grep -q ready "$work/idle.out" || die "could not start $processes processes"
wait_for 120 grep -q ready "$work/crowd.out" || die "could not open $pairs connections"
port=$(awk '{print $2}' "$work/crowd.out")

TIMEFORMAT='%U %S %R'
measure() { # NAME COMMAND...: appends "cpu-ms wall-ms"
  local name=$1
  shift
  { time "$@" >"$work/output" 2>/dev/null || true; } 2>"$work/time"
  [ -s "$work/output" ] || die "$name printed nothing"
  awk '{print ($1 + $2) * 1000, $3 * 1000}' "$work/time" >>"$work/$name"
}

for _ in $(seq "$rounds"); do
  measure alone "$reeve" port "$port" --instance "none-$$"
  measure lsof lsof -nP -i ":$port"
  measure ss ss -tlnp
done

cat >"$work/reeve.toml" <<END
[agent]
instance = "bench-$$"
plugin_dir = "$build/plugins"
[http]
listen = "127.0.0.1:0"
[plugin.port-watch]
interval = "10s"
END
"$reeve" run --config "$work/reeve.toml" >"$work/agent.log" 2>&1 &
agent=$!
answers() { [ "$("$reeve" port "$port" --instance "bench-$$" 2>/dev/null | wc -l)" -ge 2 ]; }
wait_for 30 answers || die "the agent does not answer: $(cat "$work/agent.log")"
sleep 2 # its first look at all sockets has ended
for _ in $(seq "$rounds"); do
  measure asked "$reeve" port "$port" --instance "bench-$$"
done
kill "$agent"
wait "$agent" || true
agent=

echo "$processes processes, $pairs connections ($((2 * pairs)) sockets), $listeners listeners; medians of $rounds runs in turn"
printf '%-44s %8s %8s\n' command 'CPU ms' 'wall ms'
while read -r name label; do
  printf '%-44s %8.0f %8.0f\n' "$label" "$(median "$work/$name" 1)" "$(median "$work/$name" 2)"
done <<END
alone reeve port N, no agent
asked reeve port N, agent running
lsof lsof -nP -i :N
ss ss -tlnp
END
ratio() { awk -v a="$(median "$work/$1" 1)" -v b="$(median "$work/$2" 1)" 'BEGIN {printf "%.2f\n", b / a}'; }
echo "CPU, lsof : reeve port without an agent = $(ratio alone lsof)"
echo "CPU, ss : reeve port without an agent = $(ratio alone ss)"
echo
echo "One reading with owners beside the least it can cost (one dump and one readlink of every descriptor):"
"$bench" --benchmark_min_time=2 2>/dev/null | grep -E 'Benchmark|dump|table'
echo
echo "The descriptors of every process, counted:"
"$counts" --benchmark_min_time=1 2>/dev/null | grep -E 'Benchmark|count|each'
