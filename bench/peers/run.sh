#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Reeve beside prometheus-process-exporter on one machine, in one run, scrape by scrape in turn.
#   bench/peers/run.sh [--json] [--processes N] [--scrapes N] [--rounds N] [--build DIR] [--plain]
# --plain asks for bodies without gzip; without it both are asked as Prometheus asks. Needs curl; installs the peer with
# apt-get when it is missing and this account may. Exit status: 0 unless something could not be measured.
set -eu

. "$(dirname "$0")/common.sh"
json=0 plain=0 processes=2000 scrapes=20 rounds=3
take_options "processes scrapes rounds build" "json plain" "$@"
encoding=gzip
[ $plain = 0 ] || encoding=identity

reeve=$build/bin/reeve idle=$build/tests/programs/idle_children
[ -x "$reeve" ] && [ -x "$idle" ] || die "build first: cmake --preset linux -DREEVE_TESTS=ON && ninja -C $build reeve idle_children plugin_process-watch"
command -v curl >/dev/null || die "curl is missing"
peer=$(command -v prometheus-process-exporter || true)
if [ -z "$peer" ]; then
  apt-get install -y --no-install-recommends prometheus-process-exporter >&2 || die "cannot install prometheus-process-exporter"
  peer=$(command -v prometheus-process-exporter) || die "prometheus-process-exporter is not there"
fi

work=$(mktemp -d)
pids=
finish() {
  trap - EXIT INT TERM HUP
  for pid in $pids; do kill "$pid" 2>/dev/null || true; done
  exec 9>&- 2>/dev/null || true # the idle processes end with their input
  for pid in $pids; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

mkfifo "$work/idle"
"$idle" "$processes" <"$work/idle" >"$work/idle.out" 2>&1 &
pids=$!
exec 9>"$work/idle"
wait_for 60 grep -q ready "$work/idle.out" || die "could not start $processes idle processes: $(cat "$work/idle.out")"

# What each is configured to: a series per process or per name, and the same kinds of values.
peer_config() { # MODE
  case $1 in
    process) template='{{.Comm}}:{{.PID}}' ;;
    group) template='{{.Comm}}' ;;
  esac
  printf 'process_names:\n  - name: "%s"\n    cmdline: [".+"]\n' "$template"
}
# A scrape finds every value too old and waits for one fresh tick; no timer runs one in between.
reeve_config() { # MODE
  cat <<END
[agent]
instance = "bench-$$-$1"
plugin_dir = "$build/plugins"
[http]
listen = "127.0.0.1:0"
[scrape]
max_age = "0s"
refresh_deadline = "1m"
[plugin.process-watch]
interval = "1d"
deadline = "1m"
END
  [ "$1" = group ] || printf 'per_process = true\nmax_per_process = 100000\n'
}

# Each start_* sets pid_NAME and port_NAME.
start_peer() { # NAME MODE FLAGS...
  peer_config "$2" >"$work/$1.yml"
  name=$1; shift 2
  for _ in 1 2 3 4 5 6 7 8; do
    port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
    if curl -s -o /dev/null "http://127.0.0.1:$port/"; then continue; fi
    "$peer" -config.path "$work/$name.yml" -web.listen-address "127.0.0.1:$port" "$@" >"$work/$name.log" 2>&1 9>&- &
    pid=$!
    # Nobody answered there before, and it exits when the port is taken.
    if wait_for 20 sh -c "! kill -0 $pid 2>/dev/null || curl -fs -o /dev/null http://127.0.0.1:$port/" && kill -0 $pid 2>/dev/null; then
      pids="$pids $pid"
      eval "pid_$name=$pid port_$name=$port"
      return
    fi
    kill $pid 2>/dev/null || true
    wait $pid 2>/dev/null || true
  done
  die "the peer did not start: $(cat "$work/$name.log")"
}
reeve_port() { sed -n 's/.*listening .*address="\{0,1\}127\.0\.0\.1:\([0-9][0-9]*\).*/\1/p' "$work/$1.log" | head -1; }
start_reeve() { # NAME MODE
  reeve_config "$2" >"$work/$1.toml"
  "$reeve" run --config "$work/$1.toml" >"$work/$1.log" 2>&1 9>&- &
  pid=$!
  pids="$pids $pid"
  wait_for 20 grep -q 'listening .*address=' "$work/$1.log" || die "Reeve did not start: $(cat "$work/$1.log")"
  port=$(reeve_port "$1")
  wait_for 20 curl -fs -o /dev/null "http://127.0.0.1:$port/-/ready" || die "Reeve did not become ready: $(cat "$work/$1.log")"
  eval "pid_$1=$pid port_$1=$port"
  reeve_version=$(sed -n 's/.*starting \(version=[^ ]* revision=[^ ]*\).*/\1/p' "$work/$1.log")
}

cpu_ticks() { sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'; } # utime + stime, counted from the state
status_kib() { awk -v key="$2:" '$1 == key { print $2 }' "/proc/$1/status"; }
accept='application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'

scrape_many() { # NAME COUNT: adds to NAME.cpu (ticks), NAME.times (seconds), one line each
  eval "pid=\$pid_$1 port=\$port_$1"
  before=$(cpu_ticks "$pid")
  i=0
  while [ $i -lt "$2" ]; do
    curl -fsS --max-time 120 -H "Accept: $accept" -H "Accept-Encoding: $encoding" -o "$work/$1.wire" -w '%{time_total}\n' \
      "http://127.0.0.1:$port/metrics" >>"$work/$1.times" || die "a scrape of $1 failed"
    i=$((i + 1))
  done
  after=$(cpu_ticks "$pid")
  echo $((after - before)) >>"$work/$1.cpu"
}

# How many of the idle processes the exporter really reports; the program that started them is one more of that name.
reported() { # NAME MODE
  case $1-$2 in
    peer*-process) grep -c '^namedprocess_namegroup_num_procs{groupname="idle_children:[0-9]*"} 1' "$work/$1.body" ;;
    peer*-group) awk '/^namedprocess_namegroup_num_procs{groupname="idle_children"}/ { print $2 }' "$work/$1.body" ;;
    reeve*-process) grep -c '^reeve_process_threads{.*name="idle_children"' "$work/$1.body" ;;
    reeve*-group) awk '/^reeve_process_group_processes{group="idle_children"}/ { print $2 }' "$work/$1.body" ;;
  esac
}

hertz=$(getconf CLK_TCK)
model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)
cores=$(getconf _NPROCESSORS_ONLN)
kernel=$(uname -sr)
peer_version=$("$peer" -version 2>&1 | head -1)

result_line() { # NAME MODE
  eval "pid=\$pid_$1 port=\$port_$1"
  curl -fsS --compressed "http://127.0.0.1:$port/metrics" -o "$work/$1.body"
  found=$(reported "$1" "$2" || true)
  [ -n "$found" ] && [ "$found" -ge "$processes" ] || die "$1 reports ${found:-none} of $processes processes in mode $2"
  awk -v cpu="$(awk '{ n += $1 } END { print n }' "$work/$1.cpu")" -v hertz="$hertz" -v n="$((scrapes * rounds))" \
    -v wall="$(median "$work/$1.times")" \
    -v rss="$(status_kib "$pid" VmRSS)" -v hwm="$(status_kib "$pid" VmHWM)" -v samples="$(grep -vc '^#' "$work/$1.body")" \
    -v bytes="$(wc -c <"$work/$1.body")" -v wire="$(wc -c <"$work/$1.wire")" -v found="$found" -v who="$1" -v mode="$2" \
    'BEGIN { printf "%s %s %.3f %.3f %d %d %d %d %d %d\n", mode, who, cpu * 1000 / hertz / n, wall * 1000, rss, hwm, samples, bytes, wire, found }' \
    >>"$work/results"
}

stop_one() { # NAME
  eval "pid=\$pid_$1"
  kill "$pid" && wait "$pid" 2>/dev/null || true
}

for mode in process group; do
  # As it comes, the peer also sums up every thread and reads smaps; "peer" without them reads what Reeve reads.
  start_peer peer $mode -gather-smaps=false -threads=false
  start_peer peer_defaults $mode
  start_reeve reeve $mode
  subjects="peer peer_defaults reeve"
  for name in $subjects; do
    scrape_many $name 3 # caches warm, buffers grown
    rm -f "$work/$name.cpu" "$work/$name.times"
  done
  stamp() { curl -fsS "http://127.0.0.1:$port_reeve/metrics" | awk '/^reeve_plugin_last_sample_timestamp_seconds/ { print $2 }'; }
  [ "$(stamp)" != "$(stamp)" ] || die "Reeve answered two scrapes from one tick: the comparison would not be fair"
  round=0
  while [ $round -lt "$rounds" ]; do
    for name in $subjects; do scrape_many $name "$scrapes"; done
    round=$((round + 1))
  done
  for name in $subjects; do
    result_line $name $mode
    stop_one $name
    rm -f "$work/$name".*
  done
done

if [ $json = 1 ]; then
  awk -v model="$model" -v cores="$cores" -v kernel="$kernel" -v peer="$peer_version" -v reeve="$reeve_version" -v encoding="$encoding" \
    -v processes="$processes" -v scrapes="$((scrapes * rounds))" '
    BEGIN {
      printf "{\"cpu\":\"%s\",\"cores\":%d,\"kernel\":\"%s\",\"peer\":\"%s\",\"reeve\":\"%s\",", model, cores, kernel, peer, reeve
      printf "\"idle_processes\":%d,\"scrapes\":%d,\"encoding\":\"%s\",\"results\":[", processes, scrapes, encoding
    }
    { printf "%s{\"mode\":\"%s\",\"who\":\"%s\",\"cpu_ms_per_scrape\":%s,\"wall_ms_median\":%s,\"rss_kib\":%d,\"hwm_kib\":%d,\"samples\":%d,\"bytes\":%d,\"wire_bytes\":%d,\"idle_reported\":%d}",
        (NR > 1 ? "," : ""), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 }
    END { print "]}" }' "$work/results"
  exit 0
fi
echo "$model, $cores cores, $kernel"
echo "peer:  $peer_version"
echo "Reeve: $reeve_version"
echo "$processes idle processes, $((scrapes * rounds)) scrapes each, in turn, Accept-Encoding: $encoding; CPU is user + system of the exporter"
awk '
  function row(a, b, c, d, e, f, g, h, i, j, k) { printf "%-8s %-14s %10s %9s %9s %9s %9s %10s %10s %9s %s\n", a, b, c, d, e, f, g, h, i, j, k }
  BEGIN { row("mode", "who", "cpu ms", "wall ms", "rss KiB", "hwm KiB", "samples", "bytes", "on wire", "reported", "peer/this: cpu, rss") }
  $2 == "peer" { cpu[$1] = $3; rss[$1] = $5 }
  { row($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, ($3 > 0 ? sprintf("%.2f, %.2f", cpu[$1] / $3, rss[$1] / $5) : "-")) }' "$work/results"
