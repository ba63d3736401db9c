#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Managed processes beside supervisord and Monit on one machine, in one run, and beside the least that it can take.
#   bench/peers/supervise.sh [--kills N] [--peer-kills N] [--processes N] [--rounds N] [--build DIR]
#                            [--peers "supervisord monit"]
# Installs the peers with apt-get when they are missing and this account may. Exit status: 0 when every claim holds, 1 when
# one does not, 2 when something could not be measured.
set -euo pipefail

. "$(dirname "$0")/common.sh"
die_status=2
kills=200 peer_kills=15 processes=500 rounds=7 peers="supervisord monit"
take_options "kills peer-kills processes rounds peers build" "" "$@"
few=5 children=3 end_after_ms=50 chain=10 # programs that are killed in turn; of the tree; of those that require each other

reeve=$build/bin/reeve watch=$build/bench/supervision_watch program=$build/bench/first_line
[ -x "$reeve" ] && [ -x "$watch" ] && [ -x "$program" ] ||
  die "build first: cmake --preset linux -DREEVE_BENCH=ON && ninja -C $build reeve first_line supervision_watch"
if ! command -v supervisord >/dev/null || ! command -v monit >/dev/null; then
  apt-get install -y --no-install-recommends supervisor monit >&2 || die "cannot install supervisor and monit"
fi

work=$(mktemp -d) daemon=
fifo=$work/lines
mkfifo "$fifo"
exec 7<>"$fifo" # nobody waits for its other end

finish() {
  trap - EXIT INT TERM
  stop_supervisor 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

# The three have the same programs p0, p1, ...; after `tree` there is one named tree with children.
names() { seq -f 'p%.0f' 0 $(($1 - 1)); }

reeve_config() { # COUNT CHAIN TREE
  cat <<END
[agent]
instance = "bench-$$"
state_dir = "$work/state"
plugin_dir = "$work"
[http]
listen = "127.0.0.1:0"
[log]
file = "$work/reeve.log"
END
  local previous= i=0
  for name in $(names "$1"); do
    printf '[[process]]\nname = "%s"\ncommand = "%s"\nargs = ["%s", "%s"]\n' "$name" "$program" "$fifo" "$name"
    printf 'give_up_after = 0\nrestart_delay = "1ms"\nrestart_delay_max = "1ms"\nhealthy_after = "1s"\n'
    [ $((i % $2)) = 0 ] || printf 'requires = ["%s"]\n' "$previous"
    previous=$name i=$((i + 1))
  done
  [ "$3" = 0 ] || printf '[[process]]\nname = "tree"\ncommand = "%s"\nargs = ["%s", "tree", "%s", "%s"]\n' \
    "$program" "$fifo" "$children" "$end_after_ms"
}
supervisord_config() {
  cat <<END
[unix_http_server]
file=$work/supervisord.sock
[supervisord]
logfile=$work/supervisord.log
pidfile=$work/supervisord.pid
childlogdir=$work
nodaemon=true
minfds=8192
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://$work/supervisord.sock
END
  for name in $(names "$1"); do
    printf '[program:%s]\ncommand=%s %s %s\nstartsecs=0\nautorestart=true\n' "$name" "$program" "$fifo" "$name"
  done
  [ "$3" = 0 ] || printf '[program:tree]\ncommand=%s %s tree %s %s\nstartsecs=0\n' \
    "$program" "$fifo" "$children" "$end_after_ms"
}
monit_config() { # a cycle of one second is the shortest there is
  cat <<END
set daemon 1
set log $work/monit.log
set pidfile $work/monit.pid
set idfile $work/monit.id
set statefile $work/monit.state
set httpd unixsocket $work/monit.sock allow root:root
END
  local name arguments
  for name in $(names "$1") $([ "$3" = 0 ] || echo tree); do
    arguments="0 0"
    [ "$name" != tree ] || arguments="$children $end_after_ms"
    printf 'check process %s with pidfile %s/%s.pid\n' "$name" "$work" "$name"
    # It waits for the end of what it runs, as for that of a daemon's first process.
    printf '  start program = "/bin/sh -c '"'"'%s %s %s %s %s/%s.pid &'"'"'"\n' "$program" "$fifo" "$name" "$arguments" "$work" "$name"
    printf '  stop program = "/bin/sh -c '"'"'kill $(cat %s/%s.pid)'"'"'"\n' "$work" "$name"
  done
}

# start_supervisor WHO COUNT CHAIN TREE: prints how long it took until all had begun
start_supervisor() {
  supervisor=$1
  rm -rf "$work/list" "$work/daemon" "$work/state" "$work"/*.pid "$work"/monit.{id,state,sock} # what was stopped by hand would stay so
  "$1_config" "$2" "$3" "$4" >"$work/$1.conf"
  chmod 600 "$work/$1.conf"
  case $1 in
  reeve) set -- "$2" "$4" "$reeve" run --config "$work/reeve.conf" ;;
  supervisord) set -- "$2" "$4" "$(command -v supervisord)" -c "$work/supervisord.conf" ;;
  monit) set -- "$2" "$4" "$(command -v monit)" -I -c "$work/monit.conf" ;;
  esac
  local count=$(($1 + $2))
  shift 2
  daemon=yes
  printf '#!/bin/sh\nexec 7>&-\necho $$ >"%s/daemon"\nexec "$@" >"%s/daemon.out" 2>&1\n' "$work" "$work" >"$work/start"
  chmod +x "$work/start"
  "$watch" start "$fifo" "$work/list" "$count" "$work/start" "$@" ||
    die "$supervisor did not start $count programs: $(cat "$work/daemon.out")"
}
stop_command() { # NAME or all
  case $supervisor in
  reeve) echo "$reeve stop $1 --instance bench-$$" ;;
  supervisord) echo "$(command -v supervisorctl) -c $work/supervisord.conf stop $1" ;;
  monit) echo "$(command -v monit) -c $work/monit.conf stop $1" ;;
  esac
}
stop_supervisor() {
  [ -n "$daemon" ] || return 0
  daemon=$(cat "$work/daemon")
  case $supervisor in
  reeve) "$reeve" stop --with-processes --instance "bench-$$" >/dev/null 2>&1 || true ;;
  monit) [ ! -e "$work/list" ] || awk '{print $2}' "$work/list" | xargs -r kill -9 2>/dev/null || true ;;
  esac
  kill "$daemon" 2>/dev/null || true
  wait_for 30 sh -c "! kill -0 $daemon" || die "$supervisor does not end"
  daemon=
}

ratio() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%.2f", b / a}'; }
failed=0
claim() { # TEXT LEFT RIGHT: that LEFT is at most RIGHT
  if awk -v a="$2" -v b="$3" 'BEGIN {exit !(a <= b)}'; then
    echo "PASS  $1"
  else
    echo "FAIL  $1"
    failed=1
  fi
}

# Of a process and those beneath it that are given: ms on a processor, KiB.
cpu_ms() { cat $(printf '/proc/%s/task/*/schedstat ' "$@") 2>/dev/null | awk '{n += $1} END {printf "%.1f", n / 1e6}'; }
rss_kib() { cat $(printf '/proc/%s/status ' "$@") 2>/dev/null | awk '/^VmRSS/ {n += $2} END {print n + 0}'; }
pss_kib() { cat $(printf '/proc/%s/smaps_rollup ' "$@") 2>/dev/null | awk '/^Pss:/ {n += $2} END {print n + 0}'; }
keepers() { pgrep -P "$daemon" -f reeve-keeper | tr '\n' ' ' || true; }

echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(getconf _NPROCESSORS_ONLN) cores, $(uname -sr)"
echo "supervisord $(supervisord --version), $(monit -V | head -1 | sed 's/This is //'), $("$reeve" version | head -1)"
echo

# One killed at a time, and a graceful stop.
"$watch" need "$program" "$fifo" "$rounds" "$children" "$end_after_ms" >"$work/need"
"$watch" limit "$program" "$fifo" $((kills / 2)) >"$work/limit"
for who in reeve $peers; do
  count=$peer_kills
  [ $who != reeve ] || count=$kills
  start_supervisor $who $few 1 0 >/dev/null
  sleep 2
  "$watch" kills "$fifo" "$work/list" "$count" 250 >"$work/$who.kills" || die "$who: a successor did not come"
  stop_supervisor
  for _ in $(seq "$([ $who = reeve ] && echo "$rounds" || echo 3)"); do
    start_supervisor $who 0 1 1 >/dev/null
    sleep 1.5
    "$watch" stop "$work/list" $(stop_command tree) >"$work/stop.out"
    tail -1 "$work/stop.out" >>"$work/$who.stops"
    stop_supervisor
  done
done
"$watch" limit "$program" "$fifo" $((kills / 2)) >>"$work/limit" # half before, half after
limit=$(median "$work/limit")
echo "A program is killed, until the first line of its successor: median of $kills (limit, Reeve) and $peer_kills (others)"
printf '%-14s %10s %10s %10s %10s\n' who 'median ms' 'least' 'most' ': limit'
for who in limit reeve.kills $(for p in $peers; do echo "$p.kills"; done); do
  m=$(median "$work/$who")
  printf '%-14s %10.2f %10.2f %10.2f %10s\n' "${who%.kills}" "$m" "$(sort -n "$work/$who" | head -1)" \
    "$(sort -n "$work/$who" | tail -1)" "$(ratio "$limit" "$m")"
done
echo
need=$(median "$work/need")
echo "A tree of $((children + 1)) is stopped, each takes $end_after_ms ms; of itself it needs $need ms (medians)"
printf '%-14s %12s %18s\n' who 'gone ms' 'command over ms'
for who in reeve $peers; do
  printf '%-14s %12.1f %18.1f\n' $who "$(median "$work/$who.stops" 1)" "$(median "$work/$who.stops" 2)"
done
echo

crowd() { # WHO
  start_supervisor "$1" "$processes" 1 0 >"$work/$1.start"
  sleep 3
  local kept=
  daemon=$(cat "$work/daemon")
  [ "$1" != reeve ] || kept=$(keepers)
  local cpu_start=$(cpu_ms "$daemon" $kept)
  sleep 10
  local cpu_idle=$(awk -v a="$cpu_start" -v b="$(cpu_ms "$daemon" $kept)" 'BEGIN {printf "%.1f", b - a}')
  local rss=$(rss_kib "$daemon") pss=$(pss_kib "$daemon") kept_rss=0 kept_pss=0
  [ -z "$kept" ] || kept_rss=$(rss_kib $kept) kept_pss=$(pss_kib $kept)
  local cpu_before=$(cpu_ms "$daemon")
  "$watch" storm "$fifo" "$work/list" >"$work/$1.storm" || die "$1: not all came again"
  local cpu_storm=$(awk -v a="$cpu_before" -v b="$(cpu_ms "$daemon")" 'BEGIN {printf "%.1f", b - a}')
  sleep 3
  "$watch" stop "$work/list" $(stop_command all) | tail -1 >"$work/$1.stop"
  echo "$rss $pss $kept_rss $kept_pss $cpu_start $cpu_idle $cpu_storm $(rss_kib "$daemon")" >"$work/$1.cost"
  stop_supervisor
}
crowds=reeve
[[ $peers != *supervisord* ]] || crowds+=" supervisord"
for who in $crowds; do crowd $who; done
echo "$processes programs: all started, all killed at once, all stopped; nothing was lost where a number stands"
printf '%-12s %9s %9s %9s %9s\n' who 'start ms' 'storm ms' 'stop ms' 'command'
for who in $crowds; do
  printf '%-12s %9.0f %9.0f %9.0f %9.0f\n' $who "$(cat "$work/$who.start")" "$(cat "$work/$who.storm")" $(cat "$work/$who.stop")
done
printf '%-12s %9s %9s %11s %11s %10s %12s %12s\n' who 'RSS KiB' 'PSS KiB' 'keepers RSS' 'keepers PSS' 'RSS after' 'idle CPU ms' 'storm CPU ms'
for who in $crowds; do
  read -r rss pss kept_rss kept_pss cpu_start cpu_idle cpu_storm rss_after <"$work/$who.cost"
  printf '%-12s %9d %9d %11d %11d %10d %12s %12s\n' $who "$rss" "$pss" "$kept_rss" "$kept_pss" "$rss_after" "$cpu_idle" "$cpu_storm"
done
echo "Idle CPU: of the supervisor and all keepers in 10 s; storm CPU: of the supervisor alone. Each page that keepers share"
echo "counts for each of them in RSS, and once in PSS."
echo

start_supervisor reeve "$processes" $chain 0 >"$work/chains.start"
sleep 3
"$watch" stop "$work/list" $(stop_command all) | tail -1 >"$work/chains.stop"
"$watch" order "$fifo" "$work/list" $chain >"$work/order"
stop_supervisor
read -r early late <"$work/order"
printf 'Reeve, chains of %d that require each other: start %.0f ms, stop %.0f ms\n\n' $chain "$(cat "$work/chains.start")" \
  "$(awk '{print $1}' "$work/chains.stop")"

read -r rss _ <"$work/reeve.cost"
claim "a restart takes at most 3 times the limit" "$(median "$work/reeve.kills")" "$(awk -v l="$limit" 'BEGIN {print 3 * l}')"
claim "a stop takes at most what the tree needs and 10 ms" "$(median "$work/reeve.stops" 1)" "$(awk -v n="$need" 'BEGIN {print n + 10}')"
claim "the agent has at most 30 MB with $processes programs" "$rss" 30000
claim "idle, agent and keepers together use at most 1 % of a processor" "$(awk '{print $6}' "$work/reeve.cost")" 100
claim "none of $processes began before the one it requires" "$early" 0
claim "none of $processes ended after the one it requires" "$late" 0
exit $failed
