#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A real agent for two minutes: 200 processes begin and end a second, each with series of its own, and /metrics is
# scraped five times a second. Prints its resident memory every 10 s. By hand, not in ctest, because it takes its time:
#   cmake --preset linux && ninja -C build/linux reeve reeve_plugins churn && tests/soak/two_minutes.sh [BUILD-FOLDER]
# Fails when the median of the second minute is more than 1 MiB above that of the first. In the second minute 12,000
# processes, 120 ticks and 300 scrapes pass: 1 MiB is 90 bytes for each process, less than what is known of one; and it
# is room for what the allocator has not settled yet in the first minute. Needs curl.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${1:-$root/build/linux}
reeve=$build/bin/reeve churn=$build/tests/programs/churn
bound_kib=1024 minute=60

die() { echo "two_minutes.sh: $*" >&2; exit 1; }
[ -x "$reeve" ] && [ -x "$churn" ] || die "build first; see the lines at the top"
command -v curl >/dev/null || die "curl is missing"

work=$(mktemp -d)
pids=()
finish() {
  trap - EXIT INT TERM
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

cat >"$work/reeve.toml" <<END
[agent]
instance = "soak-$$"
plugin_dir = "$build/plugins"
[http]
listen = "127.0.0.1:0"
[scrape]
max_age = "200ms"
[plugin.process-watch]
interval = "1s"
per_process = true
END
"$reeve" run --config "$work/reeve.toml" >"$work/log" 2>&1 &
agent=$!
pids+=("$agent")

address=
for _ in $(seq 300); do
  address=$(sed -n 's/.*listening.*address=\([0-9.:]*\).*/\1/p' "$work/log" | head -n 1)
  if [ -n "$address" ] && curl -sf -o /dev/null "http://$address/-/ready"; then break; fi
  kill -0 "$agent" 2>/dev/null || { cat "$work/log" >&2; die "the agent ended"; }
  sleep 0.1
done
[ -n "$address" ] || die "the agent does not listen"

"$churn" 200 $((2 * minute + 5)) 500 soak-churn >"$work/churn" &
pids+=($!)
(
  while sleep 0.2; do
    curl -sf --compressed -H 'Accept: application/openmetrics-text;version=1.0.0' -o "$work/page.new" "http://$address/metrics" &&
      mv "$work/page.new" "$work/page" || echo failed >>"$work/failures"
    echo >>"$work/scrapes"
  done
) &
pids+=($!)

resident() { sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$agent/status"; }
# On a machine whose own processes came to be many more, so does what is known of them.
rows() { sed -n 's/^reeve_table_rows{table="processes"} //p' "$work/page" 2>/dev/null || echo 0; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

began=$SECONDS
for ((i = 1; i <= 2 * minute; ++i)); do
  now=$(resident) || die "the agent ended"
  [ -n "$now" ] || die "the agent ended"
  echo "$now" >>"$work/minute$(((i - 1) / minute + 1))"
  if ((i % 10 == 0)); then printf '%4d s  %6d KiB  %6d processes\n' "$i" "$now" "$(rows)"; fi
  while ((SECONDS - began < i)); do sleep 0.05; done
done

first=$(median <"$work/minute1") second=$(median <"$work/minute2")
scrapes=$(wc -l <"$work/scrapes")
failures=$(if [ -e "$work/failures" ]; then wc -l <"$work/failures"; else echo 0; fi)
starts=$(sed -n 's/^reeve_process_group_starts_total{group="soak-churn"} //p' "$work/page")
echo "median: $first KiB in the first minute, $second KiB in the second; bound +$bound_kib KiB"
echo "scrapes: $scrapes, failed: $failures; starts seen: ${starts:-none}"
[ "$failures" -eq 0 ] || die "scrapes failed"
[ "${starts:-0}" -gt $((2 * minute * 100)) ] || die "the agent saw too few of the starts: this was no soak"
[ "$second" -le $((first + bound_kib)) ] || die "resident memory grew by $((second - first)) KiB"
