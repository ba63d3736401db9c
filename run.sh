#!/usr/bin/env bash
# Builds Reeve and starts it with config/reeve.toml. On Debian 12 it installs what is missing.
#   ./run.sh                 build and run in the foreground; Ctrl+C stops it
#   ./run.sh --build         only build
#   ./run.sh -- ARGUMENTS    build, then `reeve ARGUMENTS` instead of `reeve run`
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

build_only=false
arguments=(run --config config/reeve.toml)
case "${1:-}" in
--build) build_only=true ;;
--)
  shift
  arguments=("$@")
  ;;
-h | --help)
  sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
  exit 0
  ;;
'') ;;
*)
  echo "unknown argument: $1 (try ./run.sh --help)" >&2
  exit 2
  ;;
esac

scripts/install.sh scripts/linux-packages.txt
# Only the agent and its plugins; the tests' programs and libraries are ./test.sh's business.
[ -f build/linux/build.ninja ] || cmake --preset linux -DREEVE_TESTS=OFF -DREEVE_BENCH=OFF >build.log 2>&1 || {
  cat build.log >&2
  exit 1
}
rm -f build.log
if ! ninja -C build/linux -n reeve reeve_plugins | grep -q 'no work to do'; then
  echo "building build/linux/bin/reeve and build/linux/plugins (a few minutes the first time)"
  ninja -C build/linux reeve reeve_plugins
fi
$build_only && exit 0

if [ "${arguments[0]}" = run ]; then
  echo "metrics: http://127.0.0.1:9847/metrics    status: http://127.0.0.1:9847/    stop: Ctrl+C"
fi
exec build/linux/bin/reeve "${arguments[@]}"
