"""GitLab's Code Quality report: a finding for each thing that is wrong, with what GitLab needs of it."""
import collections
import json

from read_json import standing


def check(text, truth):
    findings = json.loads(text)
    for one in findings:
        assert one["description"] and one["location"]["path"] and one["location"]["lines"]["begin"] >= 1, one
        assert one["severity"] in ("info", "minor", "major", "critical", "blocker"), one
    prints = [one["fingerprint"] for one in findings]
    assert len(prints) == len(set(prints)), "two findings share a fingerprint"
    wanted = collections.Counter(f"mooring/drifted/{c['plane']}" for c in truth.changes() if not c["waived"])
    wanted.update(f"mooring/{s['verdict']}" for s in truth.lone_stacks() if standing(s) not in ("accepted", "good"))
    wanted.update("mooring/manifest" for d in truth.diagnostics if d["severity"] != "note")
    wanted.update("mooring/server" for _ in truth.unjudged_servers())
    assert collections.Counter(one["check_name"] for one in findings) == +wanted, "findings"
