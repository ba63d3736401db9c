#!/usr/bin/env bash
# Runs a GoogleTest program under Wine, and fails when it did not run: a Wine whose server ends beneath it leaves with
# status 0 before the program's first line. That is tried once more, since nothing of the program has been seen yet.
#   scripts/wine-test.sh PROGRAM.exe [ARGUMENT...]   the program's exit status is this script's
set -euo pipefail

result=$(mktemp -t reeve-wine-test.XXXXXX)
trap 'rm -f "$result"' EXIT
for attempt in first second; do
  status=0
  # GoogleTest writes this file when all of its tests are over.
  GTEST_OUTPUT=json:Z:$result "$(dirname "${BASH_SOURCE[0]}")/wine.sh" "$@" || status=$?
  if [ $status -ne 0 ] || [ -s "$result" ]; then exit $status; fi
  echo "wine-test.sh: $attempt attempt: status 0, and no test ran" >&2
done
exit 1
