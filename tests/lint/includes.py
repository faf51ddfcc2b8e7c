#!/usr/bin/env python3
"""Checks every #include of agent/ against the table of agent/README.md, which is the floor plan's one source.

A folder includes what its row names, and all of that: no missing arrow and no dead one. Its link line (CMakeLists.txt) is the same row. No arrow
leads up, none runs in a circle, and folders of floor 2 do not know each other. Some headers are for a few folders alone.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
AGENT = ROOT / "agent"
# Who may include a library's headers (design §10, §11). A library that is not named here is free.
ONLY = {
    "<yaml-cpp/": {"yaml"},
    "<yaml.h": {"yaml"},
    "<boost/beast": {"net"},
    "<openssl/": {"net", "base"},
    "<sqlite3.h": {"ledger"},
    "<CLI/": {"cli"},
    "<kainjow/": {"report"},  # one way to HTML, one escaping
    '"net/connection.hpp': {"net", "net_write"},  # could send anything
    '"net_write/': {"net_write", "serve", "portainer_write"},
    '"portainer_write/': {"portainer_write", "apply"},
}
ROW = re.compile(r"^\| `([a-z_]+)` \| (\d) \|.*\| ([^|]*) \|$", re.M)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
LINKED = re.compile(r"mooring_library\((\w+)([^)]*)\)", re.S)


def table():
    """Folder -> (floor, the folders that it includes); `schema` is the folder of that name beside agent/."""
    rows = ROW.findall((AGENT / "README.md").read_text())
    return {folder: (int(floor), set(re.findall(r"[a-z_]+", others))) for folder, floor, others in rows}


def problems_of_plan(plan):
    there = {path.parent.name for path in AGENT.glob("*/CMakeLists.txt")}
    for folder in sorted(there ^ set(plan)):
        yield f"agent/README.md: {folder} stands {'in the table alone' if folder in plan else 'not in the table'}"
    for folder, (floor, others) in plan.items():
        for other in sorted(others & set(plan)):
            if plan[other][0] > floor or (plan[other][0] == floor and floor == 2):
                yield f"agent/README.md: {folder} (floor {floor}) includes {other} (floor {plan[other][0]})"
        if folder in reached(plan, folder):
            yield f"agent/README.md: the arrows from {folder} come back to it"
        linked = LINKED.search((AGENT / folder / "CMakeLists.txt").read_text())
        links = {word[8:] for word in linked.group(2).split() if word.startswith("mooring_")} - {"boost"}
        for other in sorted(links ^ others):
            yield f"agent/{folder}/CMakeLists.txt: {other} is {'linked and not in the row' if other in links else 'in the row and not linked'}"


def reached(plan, folder):
    """Where the arrows lead from a folder, itself only when they come back."""
    seen, todo = set(), [folder]
    while todo:
        for other in plan.get(todo.pop(), (0, set()))[1]:
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen


def includes_of(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = INCLUDE.match(line)
        if found:
            yield f"{path.relative_to(ROOT)}:{number}", found.group(1), found.group(2)


def problems_of_files(plan, files):
    used = {folder: set() for folder in plan}
    for path in files:
        folder = path.relative_to(AGENT).parts[0]
        if folder not in plan:
            continue
        for where, mark, target in includes_of(path):
            other = "schema" if target == "embedded_schemas.hpp" else target.split("/")[0] if mark == '"' else ""
            if other != folder and (other in plan or other == "schema"):
                used[folder].add(other)
                if other not in plan[folder][1]:
                    yield f"{where}: {folder} may not include {target}"
            for start, folders in ONLY.items():
                if (mark + target).startswith(start) and folder not in folders:
                    yield f"{where}: only {', '.join(sorted(folders))} may include {target}"
    for folder, (_, others) in plan.items():
        for other in sorted(others - used[folder]):
            yield f"agent/README.md: {folder} includes nothing of {other}"


def main():
    plan = table()
    files = sorted([*AGENT.rglob("*.hpp"), *AGENT.rglob("*.cpp")])
    found = [*problems_of_plan(plan), *problems_of_files(plan, files)]
    print("\n".join(found) if found else f"includes: {len(files)} files keep to the floor plan of {len(plan)} folders")
    return 1 if found or not plan else 0


sys.exit(main())
