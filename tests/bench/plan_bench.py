#!/usr/bin/env python3
"""A plan with steps beside the check that it stands on, as whole processes in turn. Prints a row of a Markdown table.

usage: plan_bench.py BIN_FOLDER STACKS STEPS [RUNS]
"""
import json
import pathlib
import re
import statistics
import sys
import tempfile

from bench_world import World, measured, median


def drift(world, steps):
    """So many stacks are declared otherwise, and adopted."""
    manifests = sorted(path for path in (world.folder / "manifests").glob("*.yaml") if not path.name.endswith(".compose.yaml"))
    for path in manifests[:steps]:
        compose = path.with_suffix(".compose.yaml")
        compose.write_text(re.sub(r"(image: [^\s:]+):\S+", r"\1:0.0-bench", compose.read_text(), count=1))
        path.write_text(path.read_text() + "  adopt: true\n")


def main():
    programs, stacks, steps = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    runs = int(sys.argv[4]) if len(sys.argv) > 4 else 5
    with tempfile.TemporaryDirectory() as folder, World(programs, folder, stacks) as world:
        config = world.folder / "mooring.yaml"
        instance = world.double.get("/api/system/status")["InstanceID"]
        config.write_text(config.read_text().replace("      limits:", f"      apply: true\n      instance: {instance}\n      limits:"))
        drift(world, steps)
        check = world.check()
        plan = [str(programs / "mooring"), "plan", "--config", str(config), "--format", "json"]
        measured(check), measured(plan)
        before = sum(world.double.requests().values())
        checks, plans, asked = [], [], []
        for _ in range(runs):
            checks.append(measured(check))
            middle = sum(world.double.requests().values())
            plans.append(measured(plan))
            after = sum(world.double.requests().values())
            asked.append((after - middle) - (middle - before))
            before = after
        made = json.loads(plans[0]["out"])
        to_do = sum(1 for step in made["steps"] if step["readiness"] == "to_do")
        if to_do != steps:
            sys.exit(f"{to_do} steps of {steps} are to be done: {[s['obstacles'] for s in made['steps']][:3]}")
        ratios = [(p["wall"] / c["wall"], p["cpu"] / c["cpu"]) for p, c in zip(plans, checks)]
        print(f"| plan of {stacks} stacks with {steps} steps, {max(asked)} reads more | {median(plans, 'wall'):.2f} s wall, "
              f"{median(plans, 'cpu'):.2f} s CPU, {median(plans, 'rss'):.0f} MiB | {statistics.median(r[0] for r in ratios):.2f} × wall, "
              f"{statistics.median(r[1] for r in ratios):.2f} × CPU of the check |")


main()
