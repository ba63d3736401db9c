#!/usr/bin/env bash
# Checks the format of every source file with clang-format 14 and the product's sources with clang-tidy 14.
#   scripts/tidy.sh [FILE...]     only these files with clang-tidy; needs build/linux to be configured
#   scripts/tidy.sh --format      only the format, which takes a second
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mapfile -t sources < <(git ls-files '*.c' '*.cpp' '*.h' '*.hpp' | grep -v '^tests/fixtures/')
clang-format-14 --dry-run --Werror "${sources[@]}"
echo "clang-format: ${#sources[@]} files are in shape"

[ "${1:-}" = --format ] && exit 0
files=("$@")
if [ ${#files[@]} -eq 0 ]; then
  # What this system compiles; the other system's half is read by its own compiler only.
  mapfile -t files < <(git ls-files 'agent/*.cpp' 'plugins/*.cpp' | grep -v -e '/windows/' -e '_test\.cpp$')
fi
[ -f build/linux/compile_commands.json ] || { echo "configure first: cmake --preset linux" >&2; exit 1; }
printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -n 4 clang-tidy-14 --quiet -p build/linux --extra-arg=-Wno-unknown-warning-option 2>/dev/null
echo "clang-tidy: ${#files[@]} files pass"
