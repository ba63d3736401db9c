#!/usr/bin/env bash
# Runs a GoogleTest program under Wine, and fails when it did not run: a Wine whose server ends beneath it leaves before the
# program's first line, with status 0 or another. That is tried once more, since nothing of the program has been seen yet.
#   scripts/wine-test.sh PROGRAM.exe [ARGUMENT...]   the program's exit status is this script's
set -euo pipefail

result=$(mktemp -t reeve-wine-test.XXXXXX)
trap 'rm -f "$result" "$result.output"' EXIT
for attempt in first second; do
  # GoogleTest writes this file when all of its tests are over.
  set +e
  GTEST_OUTPUT=json:Z:$result "$(dirname "${BASH_SOURCE[0]}")/wine.sh" "$@" | tee "$result.output"
  status=${PIPESTATUS[0]}
  set -e
  if [ -s "$result" ]; then exit "$status"; fi
  # It began, and ended before its end.
  if [ "$status" -ne 0 ] && grep -q '^\[' "$result.output"; then exit "$status"; fi
  echo "wine-test.sh: $attempt attempt: status $status, and no test ran" >&2
done
exit 1
