"""What stands in deploy/ for Prometheus and Grafana speaks of metrics that a real agent has."""
import json
import re
import shutil
import subprocess
import unittest

import yaml

from agent_world import AgentCase
from harness import DOUBLE, ROOT, TIME_LIMIT, WEB

RULES = ROOT / "deploy/prometheus/mooring-alerts.yaml"
DASHBOARD = ROOT / "deploy/grafana/mooring.json"
# Series that only come to be with their first event.
ON_EVENT = {"mooring_notifications_total", "mooring_corrections_total"}
# Of servers that the agent may correct (test_apply_agent).
CORRECTING = {"mooring_two_writers", "mooring_stacks_quarantined", "mooring_correcting_halted"}


def metrics_in(text):
    return {re.sub(r"_(bucket|count|sum)$", "", name) for name in re.findall(r"\b(?:mooring|process)_[a-z_]+\b", text)}


class Deploy(unittest.TestCase):
    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed: the alert rules are not checked")
    def test_the_alert_rules_do_what_their_tests_say(self):
        for words in [["check", "rules", RULES.name], ["test", "rules", "mooring-alerts.test.yaml"]]:
            result = subprocess.run(["promtool", *words], cwd=RULES.parent, capture_output=True, text=True, timeout=TIME_LIMIT)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_every_alert_has_a_test(self):
        tested = (RULES.parent / "mooring-alerts.test.yaml").read_text()
        for group in yaml.safe_load(RULES.read_text())["groups"]:
            for rule in group["rules"]:
                self.assertIn(f"alertname: {rule['alert']}", tested)


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Exposed(AgentCase):
    def test_dashboard_and_alerts_name_only_metrics_that_there_are(self):
        self.change_file(7, WEB.replace("1.27", "1.25"))
        self.ready()
        text = self.ask("/metrics")[2]
        there = metrics_in(text) | ON_EVENT | CORRECTING
        expressions = [target["expr"] for panel in json.loads(DASHBOARD.read_text())["panels"] for target in panel["targets"]]
        expressions += [rule["expr"] for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]
        self.assertEqual(metrics_in(" ".join(expressions)) - there, set())

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed: the exposition is not checked")
    def test_the_exposition_is_as_prometheus_wants_it(self):
        self.ready()
        result = subprocess.run(["promtool", "check", "metrics"], input=self.ask("/metrics")[2], capture_output=True, text=True,
                                timeout=TIME_LIMIT)
        wrong = [line for line in (result.stdout + result.stderr).splitlines() if line and "mooring_" in line]
        self.assertEqual(wrong, [], result.stdout + result.stderr)


if __name__ == "__main__":
    unittest.main()
