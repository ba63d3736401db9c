#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does check_abi.py catch what it is there for? Each case changes a copy of the headers and says what must be found."""
import argparse
import pathlib
import re
import shutil
import sys
import tempfile
import xml.etree.ElementTree as xml

import check_abi

# file, text, its replacement, what a line of the answer must contain; None: nothing may be found.
CASES = {
    "nothing changed": ("plugin.h", "", "", None),
    "a function appended to a sized struct":
        ("plugin.h", "(REEVE_CALL* event)(const reeve_host*, const reeve_event*) REEVE_NX;\n",
         "(REEVE_CALL* event)(const reeve_host*, const reeve_event*) REEVE_NX;\n"
         "  reeve_status(REEVE_CALL* later)(const reeve_host*, uint32_t) REEVE_NX;\n", None),
    "a new struct": ("plugin.h", "typedef struct reeve_str {", "typedef struct reeve_new { uint32_t struct_size, x; } reeve_new;\n"
                     "typedef struct reeve_str {", None),
    "a function inserted": ("plugin.h", "  uint64_t(REEVE_CALL* mono_ns)(const reeve_host*) REEVE_NX;",
                            "  uint64_t(REEVE_CALL* early)(const reeve_host*) REEVE_NX;\n"
                            "  uint64_t(REEVE_CALL* mono_ns)(const reeve_host*) REEVE_NX;", "reeve_host.mono_ns moved from byte 40 to 48"),
    "a member where padding was": ("plugin.h", "  uint32_t struct_size;\n  uint16_t abi_major, abi_minor;\n  const char *agent_name",
                                   "  uint32_t struct_size;\n  uint8_t abi_major, extra; uint16_t abi_minor;\n  const char *agent_name",
                                   "reeve_host.extra was put at byte 5"),
    "a member renamed": ("plugin.h", "int64_t sched_unix_ns;", "int64_t scheduled_ns;", "reeve_call.sched_unix_ns is gone"),
    "two members swapped": ("plugin.h", "  uint64_t cycle;", "  uint64_t interval_ns_;", "reeve_call.cycle is gone"),
    "a type changed": ("plugin.h", "  double value;\n  const reeve_label* labels;", "  int64_t value;\n  const reeve_label* labels;",
                       "reeve_sample.value was double:64"),
    "a parameter changed": ("plugin.h", "(REEVE_CALL* log_level)(const reeve_host*)", "(REEVE_CALL* log_level)(const reeve_host*, int32_t)",
                            "reeve_host.log_level was"),
    "a struct without size or stride grown": ("plugin.h", "  uint32_t len, sym;\n} reeve_label;",
                                             "  uint32_t len, sym;\n  uint64_t more;\n} reeve_label;",
                                             "reeve_label has neither struct_size nor a stride and cannot grow"),
    "an element of a strided array grown": ("process_table.h", "  int64_t start_unix_ns;\n} reeve_process_row;",
                                            "  int64_t start_unix_ns;\n  uint64_t later;\n} reeve_process_row;", None),
    "a sized struct embedded": ("plugin.h", "  reeve_str source; /* this and seq", "  reeve_call inner;\n  reeve_str source; /* this and seq",
                                "embeds reeve_call, which can grow"),
    "an extension's row changed": ("process_table.h", "uint64_t threads;", "uint32_t threads, more;", "reeve_process_row.threads was"),
    "a table's function gone": ("process_table.h", "(REEVE_CALL* want)", "(REEVE_CALL* wish)", "reeve_process_table.want is gone"),
}


def changed_copy(include, folder, file, text, replacement):
    copy = pathlib.Path(folder) / "include"
    shutil.copytree(include, copy)
    for header in copy.glob("reeve/*.h"):
        # The header's own asserts are edited along with it; here the check alone shall judge.
        header.write_text(re.sub(r"^REEVE_(SZ|AT|NO_TAIL)\(.*\);$", "", header.read_text(), flags=re.M))
    target = copy / "reeve" / file
    before = target.read_text()
    if text not in before:
        raise SystemExit(f"{file} no longer has: {text!r}")
    target.write_text(before.replace(text, replacement, 1))
    return copy


def main():
    arguments = argparse.ArgumentParser()
    for name in ("--cc", "--include", "--probe"):
        arguments.add_argument(name, required=True)
    given = arguments.parse_args()
    check_abi.require_tools(given.cc)
    failed = 0
    baseline = check_abi.Layouts(xml.fromstring(check_abi.dump(given.cc, given.include, given.probe)))
    for name, (file, text, replacement, expected) in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            copy = changed_copy(given.include, folder, file, text, replacement)
            probe = pathlib.Path(folder) / "probe.c"
            source = pathlib.Path(given.probe).read_text()
            probe.write_text(source.replace("PROBE(reeve_module);", "PROBE(reeve_module);\n"
                                            + ("PROBE(reeve_new);" if "reeve_new" in replacement else "")))
            found = check_abi.breaks(baseline, check_abi.Layouts(xml.fromstring(check_abi.dump(given.cc, copy, probe))))
        good = not found if expected is None else any(expected in line for line in found)
        failed += not good
        print(f"{'ok  ' if good else 'FAIL'} {name}: {'; '.join(found) or 'no break'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
