#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is the plugin ABI only ever appended to?

Every struct of the baseline must still be there, each of its members with the same name, offset and type. New members
start at or past the old end, and only structs that begin with struct_size, or whose arrays carry a stride, may have
them. Neither kind is ever embedded by value. Layouts come from libabigail's abidw; abidiff itself is of no help, because it answers a legal
append and a fatal insertion with the same exit status.

  check_abi.py --cc gcc --include plugin-api/include --probe probe.c --baseline plugin-api/abi/reeve-1.abi
  check_abi.py ... --update     writes the baseline anew; only for a release that froze an append

Exit status 0: nothing but appends. 1: broken, each break on a line of its own. 77: cannot be judged here; says why.
"""
import argparse
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

# Array elements whose container says how far apart they stand.
STRIDED = {"reeve_sample", "reeve_point", "reeve_hist", "reeve_field", "reeve_process_row",
           "reeve_locked_file", "reeve_file_opening", "reeve_lock_holder", "reeve_lock_row", "reeve_file_pattern",
           "reeve_counter_row", "reeve_counter_measure", "reeve_counter_status"}


class Layouts:
    """The structs of one abidw document."""

    def __init__(self, document):
        self.types = {}
        self.structs = {}
        for node in document.iter():
            if node.tag == "parameter" or "id" not in node.attrib or node.get("is-declaration-only") == "yes":
                continue
            self.types.setdefault(node.get("id"), node)
        for node in self.types.values():
            if node.tag == "class-decl" and node.get("is-anonymous") != "yes":
                self.structs[node.get("name")] = self.struct(node)

    def struct(self, node):
        members = []
        for data in node.findall("data-member"):
            variable = data.find("var-decl")
            members.append({"name": variable.get("name"), "offset": int(data.get("layout-offset-in-bits")),
                            "type": self.spell(variable.get("type-id")), "type_id": variable.get("type-id")})
        return {"bits": int(node.get("size-in-bits")), "members": members,
                "grows": node.get("name") in STRIDED or (bool(members) and members[0]["name"] == "struct_size")}

    def spell(self, type_id):
        """A type in words. Structs are named, everything else is spelt out to its base."""
        node = self.types.get(type_id)
        if node is None:
            return "?"
        if node.tag == "type-decl":
            return f"{node.get('name')}:{node.get('size-in-bits', '0')}"
        if node.tag == "typedef-decl":
            return self.spell(node.get("type-id"))
        if node.tag == "qualified-type-def":
            marks = [mark for mark in ("const", "volatile") if node.get(mark) == "yes"]
            return " ".join([self.spell(node.get("type-id"))] + marks)
        if node.tag == "pointer-type-def":
            return self.spell(node.get("type-id")) + "*"
        if node.tag == "array-type-def":
            sizes = "".join(f"[{part.get('length')}]" for part in node.findall("subrange"))
            return self.spell(node.get("type-id")) + sizes
        if node.tag == "function-type":
            parameters = ", ".join(self.spell(p.get("type-id")) for p in node.findall("parameter"))
            return f"{self.spell(node.find('return').get('type-id'))}({parameters})"
        if node.tag == "enum-decl":
            return f"enum {node.get('name')}"
        if node.tag == "union-decl":
            parts = [f"{d.find('var-decl').get('name')}: {self.spell(d.find('var-decl').get('type-id'))}"
                     for d in node.findall("data-member")]
            return "union{" + "; ".join(parts) + "}"
        if node.tag == "class-decl":
            return f"struct {node.get('name')}"
        return node.tag

    def embedded(self, type_id):
        """Names of the structs that stand by value in a member of that type."""
        node = self.types.get(type_id)
        if node is None:
            return []
        if node.tag in ("typedef-decl", "qualified-type-def", "array-type-def"):
            return self.embedded(node.get("type-id"))
        if node.tag == "union-decl":
            return [name for d in node.findall("data-member") for name in self.embedded(d.find("var-decl").get("type-id"))]
        return [node.get("name")] if node.tag == "class-decl" else []


def breaks(old, new):
    out = []
    for name, was in sorted(old.structs.items()):
        now = new.structs.get(name)
        if now is None:
            out.append(f"{name} is gone")
            continue
        members = {m["name"]: m for m in now["members"]}
        for m in was["members"]:
            found = members.pop(m["name"], None)
            if found is None:
                out.append(f"{name}.{m['name']} is gone")
            elif found["offset"] != m["offset"]:
                out.append(f"{name}.{m['name']} moved from byte {m['offset'] // 8} to {found['offset'] // 8}")
            elif found["type"] != m["type"]:
                out.append(f"{name}.{m['name']} was {m['type']} and is {found['type']}")
        for m in members.values():
            if not was["grows"]:
                out.append(f"{name}.{m['name']} was added, but {name} has neither struct_size nor a stride and cannot grow")
            elif m["offset"] < was["bits"]:
                out.append(f"{name}.{m['name']} was put at byte {m['offset'] // 8}, inside the {was['bits'] // 8} bytes of old")
        if not was["grows"] and now["bits"] != was["bits"]:
            out.append(f"{name} was {was['bits'] // 8} bytes and is {now['bits'] // 8}")
        if now["bits"] < was["bits"]:
            out.append(f"{name} shrank")
    for name, now in sorted(new.structs.items()):
        for m in now["members"]:
            for inner in new.embedded(m["type_id"]):
                if new.structs.get(inner, {}).get("grows"):
                    out.append(f"{name}.{m['name']} embeds {inner}, which can grow")
    return out


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def dump(cc, include, probe):
    """abidw's document of the probe library."""
    with tempfile.TemporaryDirectory() as folder:
        library = pathlib.Path(folder) / "libreeve-abi-probe.so"
        subprocess.run([cc, "-std=c11", "-g", "-gdwarf-4", "-O0", "-shared", "-fPIC", f"-I{include}", str(probe), "-o", str(library)],
                       check=True)
        return subprocess.run(["abidw", "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--load-all-types", str(library)],
                              check=True, capture_output=True, text=True).stdout


def require_tools(cc):
    if not shutil.which("abidw"):
        skip("abidw is not installed (Debian: abigail-tools)")
    if not shutil.which(cc):
        skip(f"{cc} is not installed")
    if platform.machine() != "x86_64":
        skip(f"the baseline is of x86_64, this is {platform.machine()}")


def main():
    arguments = argparse.ArgumentParser()
    for name in ("--cc", "--include", "--probe", "--baseline"):
        arguments.add_argument(name, required=True)
    arguments.add_argument("--update", action="store_true")
    given = arguments.parse_args()
    require_tools(given.cc)
    text = dump(given.cc, given.include, given.probe)
    if given.update:
        pathlib.Path(given.baseline).write_text(text)
        return 0
    old, new = Layouts(xml.parse(given.baseline).getroot()), Layouts(xml.fromstring(text))
    found = breaks(old, new)
    for line in found:
        print(line)
    print(f"{len(old.structs)} structs of the baseline, {len(new.structs)} now, {len(found)} breaks")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
