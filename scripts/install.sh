#!/usr/bin/env bash
# install.sh LIST...: installs those Debian packages of the lists that are missing. Does nothing, quickly, when none is.
set -euo pipefail

wanted=$(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$@")
# shellcheck disable=SC2086 # one word per package
missing=$(comm -23 <(sort -u <<<"$wanted") \
  <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null | sed -n 's/^installed //p' | sort -u))
[ -z "$missing" ] && exit 0

echo "installing:" $missing
as_root=
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "these packages are missing and need root to install: $missing" >&2
    exit 1
  }
  as_root=sudo
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { $as_root apt-get update && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y --no-install-recommends $missing; } \
  >"$log" 2>&1 </dev/null; then
  tail -n 30 "$log" >&2
  echo "the packages could not be installed" >&2
  exit 1
fi
