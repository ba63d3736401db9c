# SPDX-License-Identifier: Apache-2.0
# What the comparisons of this folder share; each sources it first. For any POSIX shell.
# A script says how it is called in its comment from the third line on. `die_status`: its exit status when something could
# not be measured.

root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build/linux
die_status=1

usage() {
  sed -n '3,/^[^#]/s/^# //p' "$0"
  exit 2
}
die() {
  echo "$(basename "$0"): $*" >&2
  exit "$die_status"
}

# take_options VALUES FLAGS ARGUMENTS...: sets the variable NAME for "--NAME VALUE" and to 1 for the flag "--NAME". VALUES and
# FLAGS are the names that there are, with blanks between them; variables have _ for -.
take_options() {
  values=" $1 " flags=" $2 "
  shift 2
  while [ $# -gt 0 ]; do
    case $1 in --?*) option=${1#--} ;; *) usage ;; esac
    variable=$(echo "$option" | tr - _)
    case $values$flags in *" $option "*) ;; *) usage ;; esac
    case $flags in
      *" $option "*) eval "$variable=1" ;;
      *)
        [ $# -gt 1 ] || usage
        eval "$variable=\$2"
        shift
        ;;
    esac
    shift
  done
}

# wait_for SECONDS COMMAND...: until it succeeds; fails when it does not in time
wait_for() {
  give_up_at=$(($(date +%s) + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$(date +%s)" -lt $give_up_at ] || return 1
    sleep 0.05
  done
}

# median FILE [COLUMN]
median() {
  awk -v column="${2:-1}" '{ print $column }' "$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
