#!/usr/bin/env python3
"""`mooring diff --batch` beside what an afternoon gives: a script that loads both files of each pair with libyaml (CSafeLoader) and compares
the maps, on the same pairs, in turn. Prints two rows of a Markdown table: pairs a CPU second, and which reader takes the files.

usage: compare_libyaml.py BIN_FOLDER [PAIRS] [RUNS]
       compare_libyaml.py --script PAIRS_FILE      the script alone: prints how many pairs are equal
"""
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

from bench_world import measured, median
from corpus import pairs


def script(path):
    import yaml
    equal = 0
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            pair = json.loads(line)
            equal += yaml.load(pair["desired"], yaml.CSafeLoader) == yaml.load(pair["actual"], yaml.CSafeLoader)
    print(equal)


def main():
    programs = pathlib.Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "pairs.jsonl"
        all_pairs = list(pairs(count))
        path.write_text("".join(json.dumps(pair) + "\n" for pair in all_pairs))
        ours = [str(programs / "mooring"), "diff", "--batch", str(path)]
        theirs = [sys.executable, __file__, "--script", str(path)]
        measured(ours)
        batches, scripts = [], []
        for _ in range(runs):
            batches.append(measured(ours))
            scripts.append(measured(theirs))
        if any(row["code"] not in (0, 2) for row in batches) or any(row["code"] for row in scripts):
            sys.exit("a pair could not be compared")
        ratio = statistics.median(theirs["cpu"] / ours["cpu"] for ours, theirs in zip(batches, scripts))
        size = sum(len((pair["desired"] + pair["actual"]).encode()) for pair in all_pairs) / count / 1024
        print(f"| `diff --batch`, {count} pairs of {size:.1f} KiB | {count / median(batches, 'cpu'):.0f} pairs a CPU second, "
              f"{median(batches, 'rss'):.0f} MiB | {ratio:.1f} × the pairs of a Python script with libyaml |")
        texts = pathlib.Path(folder) / "texts"
        texts.mkdir()
        for pair in all_pairs:
            for side in ("desired", "actual"):
                (texts / f"{pair['id']}.{side}.yaml").write_text(pair[side], encoding="utf-8")
        print(subprocess.run([str(programs / "bench_compare"), "--readers", str(texts)], check=True, text=True,
                             stdout=subprocess.PIPE).stdout, end="")


if sys.argv[1] == "--script":
    script(sys.argv[2])
else:
    main()
