"""The agent corrects: a difference that comes back twice within a day is quarantined until a person has looked. Takes two minutes: the first backoff."""
import unittest

from harness import DOUBLE
from test_apply_agent import NEW, OLD, CorrectingCase


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class AgentQuarantines(CorrectingCase):
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
