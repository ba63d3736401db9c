#!/usr/bin/env bash
# Builds Reeve and runs its tests. On Debian 12 it installs what is missing.
#   ./test.sh                the Linux suite, Release build
#   ./test.sh --windows      also cross-builds and runs the Windows suite under Wine
#   ./test.sh --sanitize     also runs the Linux suite under the address/undefined and the thread sanitizer, and the fuzzers
#                            for 15 s each
#   ./test.sh --tidy         also runs clang-tidy over everything
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

windows=false sanitize=false tidy=false
for argument in "$@"; do
  case "$argument" in
  --windows) windows=true ;;
  --sanitize) sanitize=true ;;
  --tidy) tidy=true ;;
  -h | --help)
    sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
    exit 0
    ;;
  *)
    echo "unknown argument: $argument (try ./test.sh --help)" >&2
    exit 2
    ;;
  esac
done

began=$SECONDS
say() { printf '\n== %s (%d s so far)\n' "$*" $((SECONDS - began)); }
werror=OFF
[ -n "${CI:-}" ] && werror=ON

scripts/install.sh scripts/linux-packages.txt scripts/test-packages.txt
if $windows; then scripts/install.sh scripts/windows-packages.txt; fi

scripts/tidy.sh --format

# Dashboards beside the types that Grafana publishes, where node is installed.
types=tests/dashboards/types
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  echo "left out: $types, because node and npm are not installed"
elif ! (cd $types && npm ci --silent); then
  echo "left out: $types, because npm could not fetch the packages of its package-lock.json"
else
  npm --prefix $types run --silent check
fi

# suite PRESET [CTEST-ARGUMENTS...]
suite() {
  local preset=$1
  shift
  say "$preset: building"
  cmake --preset "$preset" -DREEVE_TESTS=ON "${configure[@]}" >/dev/null
  # Progress without a line per file; everything when it fails.
  if ! ninja -C "build/$preset" --quiet; then
    echo "$preset: the build failed" >&2
    exit 1
  fi
  say "$preset: testing"
  ctest --preset "$preset" -j 2 "$@"
}

configure=(-DREEVE_BENCH=ON -DREEVE_WERROR=$werror)
suite linux
if $sanitize; then
  configure=(-DREEVE_WERROR=$werror)
  export REEVE_PROMETHEUS_SECONDS=15 # a quarter of the hour's scrapes: the Release build has shown the whole
  # Tests labelled "timing" compare speeds or sizes, which mean nothing under a sanitizer.
  echo "left out under the sanitizers: leaks_test, which watches for two minutes what real processes use; theirs would be the"
  echo "sanitizer's own"
  suite asan -LE 'timing|two-minutes'
  echo "left out under the thread sanitizer: prometheus_test, whose sixty scrapes a second beside 200 starts need an agent at"
  echo "full speed, dashboards_test, which asks a server rather than the agent, and leak_detector_score_test and leak_fit_test,"
  echo "which are minutes of arithmetic in one thread; they run in the Release build and under the address sanitizer"
  suite tsan -LE 'timing|two-minutes' -E '^(prometheus_test|dashboards_test|leak_detector_score_test|leak_fit_test)$'
fi
unset REEVE_PROMETHEUS_SECONDS
if $sanitize; then
  say "fuzzers"
  scripts/fuzz.sh 15
fi
if $windows; then
  say "windows-mingw: libraries"
  scripts/windows-deps.sh
  configure=(-DREEVE_WERROR=$werror)
  # When Wine's server ends or dies, the programs that it served hang; only what ran out of time is tried once more.
  suite windows-mingw --repeat after-timeout:2
fi
if $tidy; then
  say "clang-tidy"
  scripts/tidy.sh
fi
say "all suites passed"
