#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a newcomer does: an empty Debian 12, a clone, ./run.sh. Prints a PASS line for each thing that held.
#   tests/fresh-clone.sh [--keep]        --keep leaves the system in .cache/fresh-clone for a look
# Needs root, debootstrap, curl and promtool (Debian's package prometheus) and the port 9847. What is cloned is the commit
# that is checked out; what is not committed does not take part. REEVE_DEBIAN_MIRROR names another mirror.
set -eu

die() { echo "FAIL $*" >&2; exit 1; }
pass() { echo "PASS $*"; }

[ "$(id -u)" = 0 ] || { echo "fresh-clone.sh: this needs root, for debootstrap and chroot; run it with sudo" >&2; exit 2; }
for program in debootstrap curl promtool git unshare setsid; do
  command -v $program >/dev/null || { echo "fresh-clone.sh: $program is missing" >&2; exit 2; }
done
# In a mount namespace of its own nothing stays mounted, however this ends.
[ "${REEVE_FRESH_NAMESPACE:-}" = 1 ] || REEVE_FRESH_NAMESPACE=1 exec unshare --mount --propagation private -- "$0" "$@"

root=$(cd "$(dirname "$0")/.." && pwd)
mirror=${REEVE_DEBIAN_MIRROR:-http://deb.debian.org/debian}
system=$root/.cache/fresh-clone
packages=$root/.cache/fresh-clone-packages
url=http://127.0.0.1:9847
keep=${1:-}
runner='' witness=''
work=$(mktemp -d)

end_runner() {
  [ -n "$runner" ] || return 0
  kill -TERM "-$runner" 2>/dev/null || true
  wait "$runner" 2>/dev/null || true
  runner=
}
finish() {
  status=$?
  trap - EXIT INT TERM HUP
  end_runner
  [ -z "$witness" ] || kill "$witness" 2>/dev/null || true
  for folder in dev/pts dev sys proc; do
    umount "$system/$folder" 2>/dev/null || true
  done
  # Never across a mount that would not go.
  [ "$keep" = --keep ] || [ ! -d "$system" ] || rm -rf --one-file-system "$system"
  rm -rf "$work"
  exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

# wait_for SECONDS COMMAND...: until it succeeds, or ./run.sh has ended
wait_for() {
  end=$(($(date +%s) + $1)); shift
  until "$@" >/dev/null 2>&1; do
    [ "$(date +%s)" -lt $end ] || return 1
    [ -z "$runner" ] || kill -0 "$runner" 2>/dev/null || return 1
    sleep 0.05
  done
}

curl -s -o /dev/null "$url/" && die "something already serves $url"
[ ! -d "$system" ] || rm -rf --one-file-system "$system"
mkdir -p "$system" "$packages"
debootstrap --variant=minbase --include=git,ca-certificates --cache-dir="$packages" bookworm "$system" "$mirror" >"$work/debootstrap.log" 2>&1 ||
  die "debootstrap: $(tail -5 "$work/debootstrap.log")"
pass "an empty Debian 12"

# The same way to the network as this machine has: names, certificates, proxies.
cp -L /etc/resolv.conf /etc/hosts "$system/etc/"
[ ! -d /usr/local/share/ca-certificates ] || cp -rL /usr/local/share/ca-certificates "$system/usr/local/share/"
cp -L /etc/ssl/certs/ca-certificates.crt "$system/etc/ssl/certs/ca-certificates.crt"
apt-config dump | grep -iE '^Acquire::(http|https|ftp|Retries)' >"$system/etc/apt/apt.conf.d/80network" || true
cat >"$system/etc/apt/sources.list" <<END
deb $mirror bookworm main
deb $mirror bookworm-updates main
deb $(echo "$mirror" | sed 's#/debian/*$#/debian-security#') bookworm-security main
END
printf '#!/bin/sh\nexit 101\n' >"$system/usr/sbin/policy-rc.d" # packages start no services here
chmod 755 "$system/usr/sbin/policy-rc.d"
mount -t proc proc "$system/proc"
mount -t sysfs -o ro sysfs "$system/sys"
mount --bind /dev "$system/dev"
mount --bind /dev/pts "$system/dev/pts"

git -c safe.directory='*' clone --quiet --no-hardlinks "$root" "$system/srv/reeve" || die "the clone"
pass "a clone of $(git -C "$system/srv/reeve" rev-parse --short HEAD)"

start() {
  # A session of its own, so that stopping reaches whatever ./run.sh started.
  # shellcheck disable=SC2016
  setsid env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} ${no_proxy:+no_proxy="$no_proxy"} \
    chroot "$system" /bin/sh -c 'cd /srv/reeve && exec ./run.sh' >"$work/run.log" 2>&1 </dev/null &
  runner=$!
}
now_ms() { date +%s%3N; }

begin=$(now_ms)
start
wait_for 3600 curl -fs -o /dev/null "$url/metrics" || die "./run.sh did not come to serve $url/metrics: $(tail -30 "$work/run.log")"
pass "./run.sh serves /metrics after $((($(now_ms) - begin) / 1000)) s"

# A process of the machine, outside the chroot, with a name of its own.
name=rvf$$
cp "$(command -v sleep)" "$work/$name"
"$work/$name" 3600 &
witness=$!
sees() { curl -fs "$url/metrics" | grep -q "^reeve_process_group_processes{.*group=\"$name\".*} 1"; }
wait_for 60 sees || die "the metrics do not show the process $name"
pass "the machine's processes are there: $(curl -fs "$url/metrics" | grep -c '^reeve_process_group_processes{') groups"

curl -fs "$url/metrics" >"$work/metrics"
promtool check metrics <"$work/metrics" >"$work/promtool" 2>&1 && [ ! -s "$work/promtool" ] || die "promtool: $(cat "$work/promtool")"
pass "promtool has no complaint about $(grep -vc '^#' "$work/metrics") samples"

end_runner
! curl -s -o /dev/null "$url/" || die "it still serves after it was stopped"
pass "it stops"

begin=$(now_ms)
start
wait_for 600 curl -fs -o /dev/null "$url/metrics" || die "the second start: $(tail -30 "$work/run.log")"
pass "the second start serves after $(($(now_ms) - begin)) ms"
end_runner
! curl -s -o /dev/null "$url/" || die "it still serves after the second stop"
pass "it stops again"
