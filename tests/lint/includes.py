#!/usr/bin/env python3
"""Checks every #include of agent/ against the floor plan: a folder includes itself and the folders its link line names, directly or through others.

The table is read from the link lines (agent/*/CMakeLists.txt), so that the rule stands in one place; this case adds what CMake cannot see: which
library headers a folder may include, and that no two folders of floor 2 know each other.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
AGENT = ROOT / "agent"
FLOORS = {
    "base": 0, "model": 1, "yaml": 1, "net": 1, "net_write": 1, "manifest": 2, "compose": 2, "portainer": 2, "ledger": 2,
    "drift": 3, "snapshot": 3, "capture": 3, "report": 3, "evidence": 3, "doctor": 3, "serve": 4, "cli": 4, "app": 5,
}
# Who may include a library's headers (design §10, §11). A library that is not named here is free.
ONLY = {
    "yaml-cpp/": {"yaml"},
    "yaml.h": {"yaml"},
    "boost/beast": {"net"},
    "openssl/": {"net", "base"},
    "sqlite3.h": {"ledger"},
    "CLI/": {"cli"},
    "valijson/": {"manifest"},
}
# And who may include a header of ours that could send anything.
ONLY_OURS = {"net/connection.hpp": {"net", "net_write"}, "net_write/": {"net_write", "serve"}}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def links():
    table = {}
    for folder in FLOORS:
        text = (AGENT / folder / "CMakeLists.txt").read_text()
        table[folder] = {word for word in re.findall(r"mooring_([a-z_]+)", text) if word in FLOORS and word != folder}
    return table


def reachable(table, folder, seen=None):
    seen = set() if seen is None else seen
    for other in table[folder]:
        if other not in seen:
            seen.add(other)
            reachable(table, other, seen)
    return seen


def problems_of_links(table):
    for folder, others in table.items():
        for other in sorted(others):
            if FLOORS[other] > FLOORS[folder] or (FLOORS[other] == FLOORS[folder] and FLOORS[folder] == 2):
                yield f"agent/{folder}/CMakeLists.txt: links {other} (floor {FLOORS[other]}) from floor {FLOORS[folder]}"


def problems_of_file(path, allowed):
    folder = path.relative_to(AGENT).parts[0]
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        target = found.group(2)
        where = f"{path.relative_to(ROOT)}:{number}"
        other = target.split("/")[0]
        if found.group(1) == '"' and other in FLOORS and folder in FLOORS and other != folder and other not in allowed[folder]:
            yield f"{where}: {folder} may not include {target}"
        for header, folders in ONLY_OURS.items():
            if target.startswith(header) and folder not in folders:
                yield f"{where}: only {', '.join(sorted(folders))} may include {target}"
        for library, folders in ONLY.items():
            if target.startswith(library) and folder not in folders:
                yield f"{where}: only {', '.join(sorted(folders))} may include <{target}>"


def main():
    table = links()
    allowed = {folder: reachable(table, folder) for folder in table}
    found = list(problems_of_links(table))
    files = sorted([*AGENT.rglob("*.hpp"), *AGENT.rglob("*.cpp")])
    for path in files:
        found.extend(problems_of_file(path, allowed))
    print("\n".join(found) if found else f"includes: {len(files)} files keep to the floor plan")
    return 1 if found else 0


sys.exit(main())
