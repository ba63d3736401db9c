#!/usr/bin/env bash
# Runs a Windows program under Debian's Wine: no window, no sound, no log lines, a prefix of its own.
#   scripts/wine.sh PROGRAM.exe [ARGUMENT...]        the program's exit status is this script's
# REEVE_WINE_PREFIX moves the prefix, WINEDEBUG brings Wine's log lines back.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export WINEPREFIX=${REEVE_WINE_PREFIX:-$root/.cache/wine}
export WINEARCH=win64
export WINEDEBUG=${WINEDEBUG:--all}
# Neither the .NET and HTML engines (Wine would offer to download them) nor menu entries on the build machine.
export WINEDLLOVERRIDES=${WINEDLLOVERRIDES:-mscoree,mshtml=;winemenubuilder.exe=d}
unset DISPLAY WAYLAND_DISPLAY

wine=
for candidate in /usr/lib/wine/wine64 wine64 wine; do
  if command -v "$candidate" >/dev/null; then
    wine=$candidate
    break
  fi
done
server=
for candidate in /usr/lib/wine/wineserver64 /usr/lib/wine/wineserver wineserver; do
  if command -v "$candidate" >/dev/null; then
    server=$candidate
    break
  fi
done
if [ -z "$wine" ] || [ -z "$server" ]; then
  echo "wine.sh: Wine is not installed (apt-get install wine wine64)" >&2
  exit 127
fi
export WINELOADER=$wine WINESERVER=$server

# Wine's server and its services outlive the program that started them. Started here, with none of the caller's
# descriptors, they can hold neither a pipe that ctest waits on nor a lock of the caller's.
ensure_server() {
  exec </dev/null >/dev/null 2>&1
  local link fd
  for link in /proc/self/fd/*; do
    fd=${link##*/}
    if [ "$fd" -gt 2 ] && [ "$fd" -ne "$lock" ]; then eval "exec $fd>&-"; fi
  done
  if [ ! -e "$WINEPREFIX/.reeve-ready" ]; then
    # The null driver: programs have windows, which nobody sees.
    "$wine" wineboot --init {lock}>&- && "$wine" reg add 'HKCU\Software\Wine\Drivers' /v Graphics /d null /f {lock}>&- &&
      "$server" --wait {lock}>&- && touch "$WINEPREFIX/.reeve-ready"
  fi
  # Succeeds only where no server was running; its first program brings the services up. It outlasts a gap in which tests
  # of the host run: a program that comes as the server ends hangs, or ends as if it had run.
  if "$server" --persistent=120 {lock}>&-; then
    "$wine" cmd /c exit {lock}>&-
  fi
}

mkdir -p "$WINEPREFIX"
exec {lock}>"$WINEPREFIX/.reeve-lock"
flock "$lock"
(ensure_server) || true # what went wrong shows in the missing file
if [ ! -e "$WINEPREFIX/.reeve-ready" ]; then
  echo "wine.sh: Wine could not set up its prefix $WINEPREFIX" >&2
  exit 126
fi
exec {lock}>&-

exec "$wine" "$@"
