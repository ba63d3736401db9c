#!/usr/bin/env bash
# Fills the prefix that the Windows cross-build links against (.cache/windows-deps, or $REEVE_WINDOWS_DEPS):
#   - header-only libraries: links to the headers of Debian's packages, each with a small CMake package file
#   - the others: built static with mingw-w64 from Debian's source packages
# Running it again does nothing until this script, the toolchain file, the compiler or a header package changes.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
prefix=${REEVE_WINDOWS_DEPS:-$root/.cache/windows-deps}
work=$root/.cache/windows-deps-work
toolchain=$root/cmake/windows-mingw.cmake
compiler=x86_64-w64-mingw32-g++-posix
log=$work/last.log

say() { echo "windows-deps: $*"; }
die() {
  echo "windows-deps: error: $*" >&2
  exit 1
}
# Runs a command quietly; shows the end of its output when it fails.
quietly() {
  if ! "$@" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    die "failed: $* (whole output: $log)"
  fi
}

for tool in $compiler cmake ninja make dpkg-source apt-get flock; do
  command -v "$tool" >/dev/null ||
    die "$tool is missing; install the packages listed in scripts/windows-packages.txt"
done

mkdir -p "$prefix/include" "$prefix/lib/cmake" "$prefix/stamps" "$work"
exec {lock}>"$work/lock"
flock "$lock"

# --- what is up to date ----------------------------------------------------------------------------------------
base_key=$(cat "${BASH_SOURCE[0]}" "$toolchain" <($compiler -v 2>&1) | sha256sum | cut -c1-16)
is_done() { [ "$(cat "$prefix/stamps/$1" 2>/dev/null)" = "$2" ]; }
set_done() { printf '%s' "$2" >"$prefix/stamps/$1"; }

# --- header-only libraries --------------------------------------------------------------------------------------
# header_package LIBRARY DEBIAN-PACKAGE FOLDER CMAKE-TARGET DEFINITIONS
header_package() {
  local library=$1 package=$2 folder=$3 target=$4 definitions=$5 version
  version=$(dpkg-query -W -f '${Version}' "$package" 2>/dev/null) || die "the package $package is not installed"
  is_done "$library" "$base_key $version" && return
  [ -d "/usr/include/$folder" ] || die "$package has no /usr/include/$folder"
  ln -sfn "/usr/include/$folder" "$prefix/include/$folder"
  version=${version#*:}    # epoch
  version=${version%%-*}   # Debian revision
  version=${version%%[+~]*} # repacking
  mkdir -p "$prefix/lib/cmake/$library"
  cat >"$prefix/lib/cmake/$library/${library}Config.cmake" <<CONFIG
if(NOT TARGET $target)
  add_library($target INTERFACE IMPORTED)
  set_target_properties($target PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "\${CMAKE_CURRENT_LIST_DIR}/../../../include"
    INTERFACE_COMPILE_DEFINITIONS "$definitions")
endif()
CONFIG
  cat >"$prefix/lib/cmake/$library/${library}ConfigVersion.cmake" <<CONFIG
set(PACKAGE_VERSION $version)
if(PACKAGE_FIND_VERSION VERSION_LESS_EQUAL PACKAGE_VERSION)
  set(PACKAGE_VERSION_COMPATIBLE TRUE)
endif()
if(PACKAGE_FIND_VERSION VERSION_EQUAL PACKAGE_VERSION)
  set(PACKAGE_VERSION_EXACT TRUE)
endif()
CONFIG
  say "$library $version: headers linked"
  set_done "$library" "$base_key $(dpkg-query -W -f '${Version}' "$package")"
}

header_package Boost libboost1.81-dev boost Boost::headers ""
header_package CLI11 libcli11-dev CLI CLI11::CLI11 ""
header_package fmt libfmt-dev fmt fmt::fmt-header-only FMT_HEADER_ONLY=1
header_package spdlog libspdlog-dev spdlog spdlog::spdlog_header_only SPDLOG_FMT_EXTERNAL
header_package tomlplusplus libtomlplusplus-dev toml++ tomlplusplus::tomlplusplus TOML_HEADER_ONLY=1

# --- Debian's source packages -----------------------------------------------------------------------------------
# apt works on lists of its own, made from the machine's: same mirrors, same keys, but sources instead of binaries.
# The system's lists stay as they are, and root is not needed.
apt_dir=$work/apt
apt_source() {
  apt-get -qq -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$apt_dir/sources.list.d" \
    -o Dir::State::Lists="$apt_dir/lists" -o Dir::Cache="$apt_dir/cache" -o APT::Sandbox::User="$(id -un)" \
    -o APT::Update::Post-Invoke::= -o APT::Get::Only-Source=true "$@"
}

write_source_lists() {
  local codename etc file name
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  [ -n "$codename" ] || die "/etc/os-release names no VERSION_CODENAME; this script knows Debian"
  etc=$(apt-config shell etc Dir::Etc/d | sed "s/^etc='\(.*\)'$/\1/")
  rm -rf "$apt_dir/sources.list.d"
  mkdir -p "$apt_dir/sources.list.d" "$apt_dir/lists/partial" "$apt_dir/cache/archives/partial"
  for file in "$etc"/sources.list "$etc"/sources.list.d/*.list; do
    [ -r "$file" ] || continue
    name=$(basename "$file" .list)
    # deb [options] URI suite component...
    awk -v codename="$codename" '
      $1 == "deb" {
        line = $0
        gsub(/\[[^]]*\]/, "", line)
        split(line, word)
        if (word[3] ~ "^" codename "($|-updates$|-security$|/updates$)") {
          sub(/deb/, "deb-src")
          sub(/arch=[^] ]*/, "")
          print
        }
      }' "$file" >"$apt_dir/sources.list.d/$name.list"
  done
  for file in "$etc"/sources.list.d/*.sources; do
    [ -r "$file" ] || continue
    # One stanza per blank-line-separated block; a field goes on where a line begins with a blank.
    awk -v codename="$codename" -v RS= -v FS='\n' '
      {
        suites = ""
        types = ""
        field = ""
        off = 0
        out = ""
        for (i = 1; i <= NF; i++) {
          if ($i ~ /^#/) continue
          if ($i !~ /^[ \t]/) {
            field = tolower($i)
            sub(/:.*/, "", field)
          }
          if (field == "suites") suites = suites " " $i
          if (field == "enabled" && tolower($i) ~ /no/) off = 1
          if (field == "types") {
            types = types " " $i
            continue
          }
          if (field == "architectures") continue
          out = out $i "\n"
        }
        if (!off && types ~ /deb/ && suites ~ ("[ \t]" codename "($|[-/ \t])")) print "Types: deb-src\n" out
      }' "$file" >"$apt_dir/sources.list.d/$(basename "$file")"
  done
  find "$apt_dir/sources.list.d" -type f -empty -delete
  [ -n "$(ls -A "$apt_dir/sources.list.d")" ] || die "no Debian mirror for $codename found in $etc"
}

lists_ready=
fetch() { # fetch PACKAGE: its source, unpacked and patched, in $work/source/PACKAGE
  if [ -z "$lists_ready" ]; then
    say "reading the mirror's source lists"
    write_source_lists
    quietly apt_source update
    lists_ready=yes
  fi
  local package=$1 folder
  rm -rf "$work/source/$package"
  mkdir -p "$work/source/$package"
  cd "$work/source/$package"
  quietly apt_source source "$package"
  folder=$(find . -mindepth 1 -maxdepth 1 -type d)
  mv "$folder" tree
  cd "$root"
}

# Debian's archive leaves RE2's generated tables out; its own rules make them from the Unicode data package.
prepare_re2() {
  quietly make -C "$1" REBUILD_TABLES=1 re2/perl_groups.cc re2/unicode_casefold.cc re2/unicode_groups.cc
}

launcher=()
if command -v ccache >/dev/null; then
  launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
fi

# library PACKAGE TARGETS INSTALL CMAKE-OPTION...
#   TARGETS  what to build (all by default)
#   INSTALL  "cmake", or a function that copies from the build folder
library() {
  local package=$1 targets=$2 install=$3 build=$work/build/$1 started=$SECONDS
  shift 3
  is_done "$package" "$base_key" && return
  fetch "$package"
  if declare -F "prepare_$package" >/dev/null; then "prepare_$package" "$work/source/$package/tree"; fi
  rm -rf "$build"
  # The source folder has one name whatever its version, so that ccache finds the objects again.
  quietly cmake -G Ninja -S "$work/source/$package/tree" -B "$build" -DCMAKE_TOOLCHAIN_FILE="$toolchain" \
    -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_C_FLAGS_RELEASE="-O2 -DNDEBUG" -DCMAKE_CXX_FLAGS_RELEASE="-O2 -DNDEBUG" -DCMAKE_CXX_STANDARD=17 \
    -DBUILD_SHARED_LIBS=OFF -Wno-dev "${launcher[@]}" "$@"
  # shellcheck disable=SC2086
  quietly ninja -C "$build" $targets
  if [ "$install" = cmake ]; then quietly cmake --install "$build"; else "$install" "$build"; fi
  rm -rf "$build" "$work/source/$package"
  set_done "$package" "$base_key"
  say "$package: built in $((SECONDS - started)) s"
}

install_zlib() {
  install -Dm644 "$1/libzlibstatic.a" "$prefix/lib/libz.a"
  install -Dm644 "$work/source/zlib/tree/zlib.h" "$prefix/include/zlib.h"
  install -Dm644 "$1/zconf.h" "$prefix/include/zconf.h"
}

library zlib zlibstatic install_zlib
library prometheus-cpp all cmake -DENABLE_PULL=OFF -DENABLE_PUSH=OFF -DENABLE_COMPRESSION=OFF -DENABLE_TESTING=OFF \
  -DGENERATE_PKGCONFIG=OFF
library re2 all cmake -DRE2_BUILD_TESTING=OFF
library googletest all cmake -DBUILD_GMOCK=ON
# Its feature checks would run under Wine; the answers for this compiler are known. GIT_VERSION 0.0.0 lets it take
# the version from its own project() line.
library benchmark all cmake -DBENCHMARK_ENABLE_TESTING=OFF -DBENCHMARK_ENABLE_GTEST_TESTS=OFF \
  -DBENCHMARK_INSTALL_DOCS=OFF -DBENCHMARK_ENABLE_WERROR=OFF -DRUN_HAVE_STD_REGEX=0 -DHAVE_STD_REGEX=ON \
  -DRUN_HAVE_STEADY_CLOCK=0 -DHAVE_STEADY_CLOCK=ON -DGIT_VERSION=0.0.0

say "ready in $prefix"
