#!/usr/bin/env python3
"""A full check beside a bare loader, as whole processes in turn. Prints rows of a Markdown table.

usage: check_bench.py BIN_FOLDER STACKS [RUNS]
"""
import pathlib
import statistics
import sys
import tempfile

from bench_world import ENVIRONMENTS, TOKEN, World, measured, median

CONCURRENCY = 8


def report(label, check, loader, stacks):
    ratios = [(c["wall"] / l["wall"], c["cpu"] / l["cpu"]) for c, l in zip(check, loader)]
    print(f"| full check of {stacks} stacks, {label} | {median(check, 'wall'):.2f} s wall, {median(check, 'cpu'):.2f} s CPU, "
          f"{median(check, 'rss'):.0f} MiB | {statistics.median(r[0] for r in ratios):.2f} × wall, "
          f"{statistics.median(r[1] for r in ratios):.2f} × CPU of the bare loader |")


def in_turn(check, load, runs):
    """Both once for warmth, then each `runs` times, one after the other."""
    measured(load), measured(check)
    checks, loads = [], []
    for _ in range(runs):
        checks.append(measured(check))
        loads.append(measured(load))
    if any(row["code"] for row in checks):
        sys.exit("the check did not end in sync:\n" + checks[0]["out"][:2000])
    return checks, loads


def main():
    programs, stacks = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with tempfile.TemporaryDirectory() as folder, World(programs, folder, stacks) as world:
        host, port = world.double.url.removeprefix("http://").rsplit(":", 1)
        load = [str(programs / "bare-loader"), host, port, TOKEN, str(stacks), str(ENVIRONMENTS), str(CONCURRENCY)]
        report("files read", *in_turn(world.check(), load, runs), stacks)
        remember = world.check("--remember", str(world.folder / "memory.json"))
        measured(remember)
        before = world.double.requests()
        checks, loads = in_turn(remember, load, runs)
        files = "GET /api/stacks/{}/file"
        if world.double.requests()[files] - before[files] != stacks * (runs + 1):  # the loader's
            sys.exit("a check of what had not changed read files")
        report("nothing changed", checks, loads, stacks)
        world.double.slow_down(1)
        report("files read, 1 ms an answer", *in_turn(world.check(), load, runs), stacks)
        report("nothing changed, 1 ms an answer", *in_turn(remember, load, runs), stacks)


main()
