#!/usr/bin/env python3
"""The agent at rest and in cycles without change, beside a check with nothing changed. Prints a row of a Markdown table.

usage: agent_bench.py BIN_FOLDER STACKS [CYCLES]
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from bench_world import World, measured, median

AGENT_TOKEN = "bench-agent-token-that-is-no-secret"
TIME_LIMIT = 120  # seconds for one cycle
SETTINGS = ("  ledger: ledger.db\n  agent:\n    interval: 1h\n    jitter: 0s\n    log: {format: json}\n"
            "    listen: {address: \"127.0.0.1:0\", token: {file: agent-token}}\n")


class Agent:
    """The process: cycles on demand, and what the kernel says of it."""

    def __init__(self, world):
        self.process = subprocess.Popen([str(world.programs / "mooring"), "agent", "--config", "mooring.yaml"],
                                        cwd=world.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True)
        self.address = self.wait_for("start")["address"]
        self.wait_for("run")

    def wait_for(self, event):
        deadline = time.monotonic() + TIME_LIMIT
        for line in self.process.stderr:
            said = json.loads(line)
            if said.get("event") == event:
                return said
            if time.monotonic() > deadline:
                break
        sys.exit(f"the agent never said {event}")

    def cycle(self):
        """Asks for a run; its seconds by the agent's own clock."""
        request = urllib.request.Request(self.address + "/v1/sync", b"", {"Authorization": "Bearer " + AGENT_TOKEN})
        urllib.request.urlopen(request, timeout=TIME_LIMIT).close()
        said = self.wait_for("run")
        if said["exit"] != "0":
            sys.exit(f"a cycle did not end in sync: {said}")
        return float(said["seconds"])

    def cpu(self):
        """Seconds so far, all threads."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, name):
        """MiB: VmRSS now, VmHWM at most."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(name + ":"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.stderr.read()
        self.process.wait()
        self.process.stderr.close()


def main():
    programs, stacks = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
    cycles = int(sys.argv[3]) if len(sys.argv) > 3 else 10
    with tempfile.TemporaryDirectory() as folder, World(programs, folder, stacks, SETTINGS) as world:
        world.write("agent-token", AGENT_TOKEN, 0o600)
        with Agent(world) as agent:
            agent.cycle()
            before, cpu = world.double.requests(), agent.cpu()
            walls = [agent.cycle() for _ in range(cycles)]
            cpu, after = (agent.cpu() - cpu) / cycles, world.double.requests()
            time.sleep(1)
            rest, peak = agent.memory("VmRSS"), agent.memory("VmHWM")
        calls = sum(after.values()) - sum(before.values())
        if after["GET /api/stacks/{}/file"] != before["GET /api/stacks/{}/file"]:
            sys.exit("a cycle without change read files")
        remember = world.check("--remember", str(world.folder / "memory.json"))
        measured(remember), measured(remember)
        checks = [measured(remember) for _ in range(cycles)]
    wall = statistics.median(walls)
    print(f"| agent, {stacks} stacks | {rest:.0f} MiB at rest, {peak:.0f} MiB at most | {wall:.3f} s wall, {cpu:.3f} s CPU, "
          f"{calls / cycles:.0f} requests | {wall / median(checks, 'wall'):.2f} × wall, "
          f"{cpu / median(checks, 'cpu'):.2f} × CPU of a check with nothing changed |")


main()
