#!/usr/bin/env python3
"""Makes a golden case of a snapshot of `mooring observe`, for example one from a bug report; and checks all cases.

  from_snapshot.py SNAPSHOT CASE [FOLDER]   FOLDER/CASE: the snapshot, the report it gives now, manifests to read
  from_snapshot.py --verify [FOLDER]        judges every case again (CTest: golden.snapshots)

FOLDER is tests/golden/snapshots when it is left out.

The report that is written is what Mooring says now: read it, and correct it by hand to what it must say, before it is committed.
MOORING names the program; without it build/release/bin/mooring is used.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = pathlib.Path(__file__).resolve().parent / "snapshots"
MOORING = os.environ.get("MOORING", str(ROOT / "build/release/bin/mooring"))
FORMS = {"expected.txt": "text", "expected.json": "json"}


def judge(snapshot, form):
    """The report on a snapshot, in the name of the version that wrote it: releases must not change every case."""
    plain = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    run = subprocess.run([MOORING, "check", "--snapshot", snapshot.name, "--format", form], capture_output=True, text=True,
                         timeout=60, cwd=snapshot.parent, env=plain)
    if run.stderr:
        raise SystemExit(f"{snapshot}: {run.stderr.strip()}")
    wrote = json.loads(snapshot.read_text())["mooring"]
    report = re.sub(r'("mooring": ?)"[^"]*"', lambda found: found[1] + json.dumps(wrote), run.stdout, count=1)
    return report if form != "json" else json.dumps(json.loads(report), indent=1, ensure_ascii=False) + "\n"


def compose_of(project):
    """What is known of a desired file: its text is in no snapshot."""
    services = {s["name"]: {"image": s["image"] or "unknown"} for s in project["services"]}
    return json.dumps({"services": services}) if services else "services: {}"


def variable_of(variable):
    return {"value": variable["value"], "public": True} if variable["public"] and variable["value"] is not None else {"opaque": True}


def manifest_of(stack, texts):
    spec = {"server": stack["server"], "type": stack["type"]}
    if stack["environment"]:
        spec["environment"] = stack["environment"]["name"] or {"id": stack["environment"]["id"]}
    else:
        spec["environments"] = {k: v for k, v in stack["selector"].items() if v}
    if stack["namespace"]:
        spec["namespace"] = stack["namespace"]
    if stack["git"]:
        spec["git"] = {k: stack["git"][k] for k in ("url", "reference", "path") if stack["git"][k]}
    else:
        spec["compose"] = {"inline": compose_of(texts["desired"] or {"services": []})}
    if stack["env"] is not None:
        spec["env"] = {variable["name"]: variable_of(variable) for variable in stack["env"]}
    if stack["state"]:
        spec["state"] = stack["state"]
    return {"apiVersion": "mooring/v1", "kind": "Stack", "metadata": {"name": stack["name"]}, "spec": spec}


def make(source, name, cases):
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise SystemExit("a case's name is lower-case words with dashes, of the rule it shows")
    folder = cases / name
    if folder.exists():
        raise SystemExit(f"{folder} is there already")
    snapshot = json.loads(source.read_text())
    (folder / "manifests").mkdir(parents=True)
    shutil.copyfile(source, folder / "snapshot.json")
    try:
        for file, form in FORMS.items():
            (folder / file).write_text(judge(folder / "snapshot.json", form))
    except SystemExit:
        shutil.rmtree(folder)
        raise
    documents = [json.dumps(manifest_of(stack, texts), indent=1, ensure_ascii=False)
                 for stack, texts in zip(snapshot["desired"]["stacks"], snapshot["texts"])]
    head = "# What was declared, to be read: secrets are opaque, and of compose files only services and images are known.\n"
    (folder / "manifests" / "declared.yaml").write_text(head + "\n---\n".join(documents) + "\n")
    print(f"{folder}: read expected.txt, and correct it to what it must say")


def verify(folder):
    cases = sorted(path for path in folder.iterdir() if path.is_dir())
    wrong = 0
    for case in cases:
        for file, form in FORMS.items():
            found = judge(case / "snapshot.json", form)
            if found != (case / file).read_text():
                wrong += 1
                print(f"{case.name}/{file} differs; it is now:\n{found}")
    print(f"{len(cases)} snapshots judged, {wrong} reports differ")
    return 1 if wrong or not cases else 0


def main(words):
    if words[:1] == ["--verify"] and len(words) <= 2:
        return verify(pathlib.Path(*words[1:]) if words[1:] else CASES)
    if len(words) not in (2, 3) or words[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 64
    make(pathlib.Path(words[0]), words[1], pathlib.Path(words[2]) if words[2:] else CASES)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
