"""The JSON report, as the measure of the others."""
import collections
import dataclasses
import json

BLIND = {"denied", "not_visible", "orphaned", "unreachable", "pending", "error"}
DRIFT = {"drifted", "missing", "deleted", "extra"}


@dataclasses.dataclass
class Truth:
    exit_code: int
    counts: dict  # verdict -> number, those that occur
    stacks: list
    servers: list
    diagnostics: list

    def standings(self):
        return collections.Counter(map(standing, self.stacks))

    def changes(self):
        return [change for stack in self.stacks for change in stack["changes"]]

    def lone_stacks(self):
        """Those that say more than their changes: neither in sync nor drifted by changes."""
        return [s for s in self.stacks if s["verdict"] != "in_sync" and not (s["verdict"] == "drifted" and s["changes"])]

    def unjudged_servers(self):
        return [server for server in self.servers if server["error"]]


def standing(stack):
    if stack["verdict"] in BLIND:
        return "blind"
    if stack["waived"] or stack["verdict"] == "suspended":
        return "accepted"
    return "drift" if stack["verdict"] in DRIFT else "good"


def read(text):
    report = json.loads(text)
    counts = {verdict: count for verdict, count in report["summary"]["verdicts"].items() if count}
    stacks = report["stacks"]
    assert counts == collections.Counter(stack["verdict"] for stack in stacks), "the summary miscounts"
    for stack in stacks:
        assert all(not c["secret"] or (c["desired"] is None and c["actual"] is None) for c in stack["changes"])
    return Truth(report["exitCode"], counts, stacks, report["run"]["servers"], report["diagnostics"])
