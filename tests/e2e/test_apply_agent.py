"""The agent corrects: what is declared anew, what others change, a second writer with its token, an end amid a part; what comes back twice within a day
is quarantined until a person has looked."""
import json
import signal
import time
import unittest

import jsonschema

import test_agent_page
from agent_world import AgentCase
from test_agent_metrics import CORRECTING, metrics_in
from harness import DOUBLE, TOKEN, manifest, record

OLD = "services:\n  web:\n    image: nginx:1.25\n"
NEW = OLD.replace("1.25", "1.27")
STACK = manifest(file="shop/compose.yaml", more="  adopt: true\n  policy: {mode: correct}\n")
CORRECT = """\
      apply: true
      correct: true
      limits: {{settle: 15s, maxChanges: 5, humanGrace: {grace}}}
  manifests: m
"""


class CorrectingCase(AgentCase):
    schema_of, as_json_schema = test_agent_page.Api.schema_of, test_agent_page.Api.as_json_schema
    grace = "1h"
    seed = {
        "users": [{"username": "admin", "token": TOKEN}, {"username": "anna", "role": "administrator"}],
        "environments": [{"id": 1, "name": "production"}],
        "stacks": [record(7, "shop", OLD)],
    }

    def setUp(self):
        super().setUp()
        self.write("m/shop.yaml", STACK)
        self.write("m/shop/compose.yaml", OLD)
        self.configure_correcting()

    def tearDown(self):
        self.double.own_writes = sum(self.double.written().values())  # the agent is the one that writes
        super().tearDown()

    def configure_correcting(self, grace=None):
        lines = CORRECT.format(grace=grace or self.grace)
        self.configure(interval="1s", change=lambda text: text.replace("  manifests: m\n", lines))

    def trust(self):
        self.check_exit(self.run_mooring("trust", "main", "--yes"), 0)

    def hand(self, text, by):
        """Somebody writes the file at the server."""
        self.updates = max(getattr(self, "updates", 0) + 1, int(time.time()))
        self.control("/stack", {"id": 7, "file": text, "updateDate": self.updates, "updatedBy": by})

    def wait_until(self, what, seconds=60):
        """The agent's plan once `what(plan)` holds."""
        deadline = time.monotonic() + seconds
        while True:
            plans = self.get_json("/v1/plan")["servers"]  # none before the first plan
            if plans and what(plans[0]):
                return plans[0]
            self.assertLess(time.monotonic(), deadline, plans)
            time.sleep(0.2)

    def wait_for_code(self, code, seconds=60):
        def has(plan):
            return any(step["obstacles"] and step["obstacles"][0]["code"] == code for step in plan["steps"])
        return self.wait_until(has, seconds)

    def entries(self):
        return json.loads(self.check_exit(self.run_mooring("log", "--format", "json"), 0).out)["entries"]

    def writes(self):
        return self.double.written()


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class AgentCorrects(CorrectingCase):
    def test_what_is_declared_anew_is_written_once_noted_and_shown(self):
        self.trust()
        agent = self.ready()
        self.assertEqual(self.wait_until(lambda plan: True)["steps"], [])
        self.write("m/shop/compose.yaml", NEW)
        agent.wait_for("corrected")
        plan = self.wait_until(lambda plan: plan["done"] and not plan["steps"])
        self.assertEqual([one["outcome"] for one in plan["done"]], ["done"])
        schema = self.schema_of("/v1/plan")
        jsonschema.validate({"servers": [plan]}, self.as_json_schema(schema))
        self.assertEqual(self.writes(), {"PUT /api/stacks/{}": 1})
        log = self.entries()
        self.check_schema("log", {"apiVersion": "mooring/v1", "kind": "Log", "entries": log})
        self.assertEqual([(one["kind"], one["by"]) for one in log][1:], [("write", "the agent")])
        self.assertEqual(log[1]["write"]["outcome"]["outcome"], "done")
        self.assertNotIn("declaration", json.dumps(log), "what is computed from values stays in the ledger")
        _, _, page = self.ask("/")
        self.assertIn("What was done", page)
        self.assertIn("update: done", page)
        self.assertNotRegex(page, r"<button[^>]*>(?!Find)")
        _, _, metrics = self.ask("/metrics")
        self.assertIn('mooring_corrections_total{server="main",outcome="done"} 1', metrics)
        self.assertIn('mooring_two_writers{server="main"} 0', metrics)
        self.assertLessEqual(CORRECTING, metrics_in(metrics))
        self.check_exit(self.run_mooring("verify"), 0)

    def test_before_it_is_trusted_nothing_is_written_and_the_command_is_shown(self):
        self.write("m/shop/compose.yaml", NEW)
        self.ready()
        plan = self.wait_for_code("not_trusted")
        self.assertEqual(plan["halted"]["code"], "not_trusted")
        self.assertIn("mooring trust main", plan["halted"]["remedy"])
        self.assertIn("mooring trust main", self.ask("/")[2])
        self.assertEqual(self.writes(), {})

    def test_without_correct_in_the_configuration_nothing_is_planned(self):
        self.trust()
        text = (self.folder / "mooring.yaml").read_text()
        self.write("mooring.yaml", text.replace("      correct: true\n", ""))
        self.write("m/shop/compose.yaml", NEW)
        self.ready()
        self.assertEqual(self.get_json("/v1/plan"), {"servers": []})
        time.sleep(2)
        self.assertEqual(self.writes(), {})
        self.assertNotIn("Corrections", self.ask("/")[2])

    def test_what_another_hand_changed_waits_for_its_time(self):
        self.trust()
        agent = self.ready()
        self.hand(NEW, "anna")
        plan = self.wait_for_code("human_grace")
        self.assertEqual(plan["steps"][0]["readiness"], "held")
        schema = self.schema_of("/v1/plan")
        jsonschema.validate({"servers": [plan]}, self.as_json_schema(schema))
        self.assertIn("anna", plan["steps"][0]["obstacles"][0]["message"])
        time.sleep(2)
        self.assertEqual(self.writes(), {})
        self.configure_correcting("1s")
        agent.process.send_signal(signal.SIGHUP)
        agent.wait_for("corrected")
        self.assertEqual(self.writes(), {"PUT /api/stacks/{}": 1})

    def test_a_second_writer_with_its_token_stops_it_until_it_is_trusted_anew(self):
        self.configure_correcting("1s")
        self.trust()
        self.ready()
        time.sleep(1.1)  # later than the trust, in whole seconds
        self.hand(NEW, "admin")
        plan = self.wait_until(lambda plan: plan["halted"])
        self.assertEqual(plan["halted"]["code"], "two_writers")
        self.assertIn("mooring trust main", plan["halted"]["remedy"])
        self.assertIn('mooring_two_writers{server="main"} 1', self.ask("/metrics")[2])
        self.assertEqual(self.writes(), {})
        self.assertEqual([one["kind"] for one in self.entries()], ["trusted", "halted"])
        time.sleep(1.1)
        self.trust()
        self.wait_until(lambda plan: plan["done"])
        self.assertEqual(self.writes(), {"PUT /api/stacks/{}": 1})

    def test_an_end_amid_a_part_is_waited_for_and_its_outcome_noted(self):
        self.trust()
        agent = self.ready()
        self.write("m/shop/compose.yaml", NEW)
        agent.wait_for("correcting")
        self.assertEqual(agent.stop(), 0)
        self.assertEqual([one["write"]["outcome"]["outcome"] for one in self.entries() if one["write"]], ["done"])
        self.assertEqual(self.writes(), {"PUT /api/stacks/{}": 1})

    def test_a_kill_amid_a_part_is_settled_by_reading_at_the_next_start(self):
        self.trust()
        agent = self.ready()
        self.write("m/shop/compose.yaml", NEW)
        deadline = time.monotonic() + 60
        while not self.writes():
            self.assertLess(time.monotonic(), deadline, "nothing is ever written")
            time.sleep(0.05)
        agent.process.kill()
        agent.process.wait()
        self.assertEqual([one["write"]["outcome"] for one in self.entries() if one["write"]], [None])
        again = self.ready()
        again.wait_for("settled")
        self.assertEqual([one["write"]["outcome"]["outcome"] for one in self.entries() if one["write"]], ["sent"])
        self.assertEqual(self.writes(), {"PUT /api/stacks/{}": 1}, "nothing is sent twice")


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class AgentQuarantines(CorrectingCase):
    """Takes two minutes: the first backoff."""
    grace = "1s"

    def test_a_difference_that_comes_back_twice_is_quarantined_until_a_person_has_looked(self):
        self.trust()
        agent = self.ready()
        self.write("m/shop/compose.yaml", NEW)
        agent.wait_for("corrected")
        self.wait_until(lambda plan: plan["done"] and not plan["steps"])
        self.hand(OLD, "anna")
        self.wait_for_code("backoff")
        self.wait_until(lambda plan: len(plan["done"]) == 2, 120)
        self.wait_until(lambda plan: not plan["steps"])
        self.hand(OLD, "anna")
        plan = self.wait_for_code("quarantined")
        obstacle = plan["steps"][0]["obstacles"][0]
        self.assertIn("services.web.image", obstacle["message"])
        self.assertIn("mooring resume shop", obstacle["remedy"])
        self.assertIn('mooring_stacks_quarantined{server="main"} 1', self.ask("/metrics")[2])
        page = self.ask("/")[2]
        self.assertIn("quarantined", page)
        self.assertIn("mooring resume shop", page)
        self.assertEqual(self.writes(), {"PUT /api/stacks/{}": 2})
        self.assertIn("quarantined", self.run_mooring("plan", "m").out, "it holds for a person's plan, too")
        agent.stop()
        self.ready()
        self.wait_for_code("quarantined")
        self.check_exit(self.run_mooring("resume", "shop", "--yes"), 0)
        self.wait_until(lambda plan: len(plan["done"]) == 3)
        self.assertEqual(self.writes(), {"PUT /api/stacks/{}": 3})


if __name__ == "__main__":
    unittest.main()
