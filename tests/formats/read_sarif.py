"""The SARIF form: results by rule and level, the run's exit code and counts."""
import collections
import json

from read_json import BLIND, standing


def level(stack):
    return "warning" if stack["verdict"] in BLIND else "note" if stack["verdict"] == "suspended" else "error"


def check(text, truth):
    log = json.loads(text)
    assert log["version"] == "2.1.0"
    run, = log["runs"]
    invocation, = run["invocations"]
    assert invocation["exitCode"] == truth.exit_code
    assert invocation["executionSuccessful"] == (truth.exit_code in (0, 2, 3, 4))
    assert {v: n for v, n in run["properties"]["verdicts"].items() if n} == truth.counts

    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    results = run["results"]
    assert all(result["ruleId"] in rules for result in results)
    of_changes = [r for r in results if r["ruleId"].startswith("drifted/")]
    of_manifests = [r for r in results if r["ruleId"] == "manifest"]
    of_stacks = [r for r in results if r not in of_changes and r not in of_manifests]
    wanted = collections.Counter(d["severity"] for d in truth.diagnostics if d["severity"] != "note")
    assert collections.Counter(r["level"] for r in of_manifests) == wanted, "manifests"
    wanted = collections.Counter((f"drifted/{c['plane']}", "error", c["waived"]) for c in truth.changes())
    assert collections.Counter((r["ruleId"], r["level"], "suppressions" in r) for r in of_changes) == wanted, "changes"
    wanted = collections.Counter((s["verdict"], level(s), standing(s) == "accepted") for s in truth.lone_stacks())
    assert collections.Counter((r["ruleId"], r["level"], "suppressions" in r) for r in of_stacks) == wanted, "stacks"

    prints = [r["partialFingerprints"]["mooringFinding/v1"] for r in results]
    assert len(prints) == len(set(prints)), "two findings share a fingerprint"
    assert len(invocation["toolExecutionNotifications"]) == len(truth.unjudged_servers()) + len(truth.diagnostics)
    for result in results:
        assert all(place["physicalLocation"]["artifactLocation"]["uri"] for place in result["locations"]) and result["locations"]
        message = result["message"]["text"]
        assert "](" not in message and "{0}" not in message, message
