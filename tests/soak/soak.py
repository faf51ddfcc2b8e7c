"""Many runs with faults at random: nothing leaks, and every verdict can be explained."""
import os
import pathlib
import random
import re
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from agent_world import AgentCase  # noqa: E402
from harness import STACK, TOKEN, WEB  # noqa: E402

SECONDS = float(os.environ.get("MOORING_SOAK_SECONDS", "20"))
SEED = int(os.environ.get("MOORING_SOAK_SEED", random.SystemRandom().randrange(1 << 32)))
WARM = 100  # runs after which memory is measured for the first time
STACKS = 20
OTHER = WEB.replace("1.27", "1.25")


class Soak(AgentCase):
    seed = {
        "users": [{"username": "admin", "token": TOKEN}],
        "environments": [{"id": 1, "name": "production"}],
        "stacks": [{"id": 10 + i, "name": f"stack{i}", "environment": "production", "type": "standalone", "file": WEB,
                    "status": "active"} for i in range(STACKS)],
    }

    def setUp(self):
        super().setUp()
        (self.folder / "m/shop.yaml").unlink()
        for i in range(STACKS):
            self.write(f"m/stack{i}.yaml", STACK.replace("name: shop", f"name: stack{i}"))

    def figure(self, name):
        found = re.search(rf"^{name} (\S+)$", self.ask("/metrics")[2], re.M)
        return float(found.group(1))

    def upset(self, chance):
        """One change of the world."""
        what = chance.choice(["fault", "fault", "calm", "file", "file", "manifest", "token"])
        if what == "fault":
            fault = chance.choice([{"kind": "drop"}, {"kind": "truncate", "bytes": 40}, {"kind": "status", "status": 500},
                                   {"kind": "status", "status": 503}, {"kind": "content_type", "contentType": "text/html"},
                                   {"kind": "latency", "milliseconds": 5}])
            path = chance.choice(["/api/stacks", "/api/endpoints", "/api/users/me", "/api/system/status"])
            self.control("/faults", {**fault, "path": path, "times": chance.randrange(1, 4)})
        elif what == "calm":
            self.control("/faults", None, "DELETE")
        elif what == "file":
            self.change_file(10 + chance.randrange(STACKS), chance.choice([WEB, OTHER]))
        elif what == "manifest":
            self.write("m/shop/compose.yaml", chance.choice([WEB, OTHER, WEB + "# more\n"]))
        else:
            self.write("token", TOKEN + "\n", 0o600)

    def check_explained(self):
        answer = self.get_json("/v1/stacks")
        for stack in answer["stacks"]:
            self.assertNotEqual(stack["verdict"], "missing", f"it was there all the time: {stack}")
            self.assertTrue(stack["rule"] or stack["verdict"] == "unreachable", stack)
            # A token file that cannot be read is said before anything is asked.
            self.assertTrue(stack["evidence"] or stack["verdict"] == "unreachable", stack)
            self.assertTrue(stack["verdict"] == "in_sync" or stack["message"] or stack["changes"], stack)
            if stack["verdict"] in ("denied", "unreachable", "error"):
                self.assertTrue(stack["remedy"], stack)

    def test_nothing_leaks_and_every_verdict_is_explained(self):
        print(f"seed {SEED}, {SECONDS} s", file=sys.stderr)
        chance = random.Random(SEED)
        agent = self.ready()
        runs, memory, descriptors = 1, 0, 0
        end = time.monotonic() + SECONDS
        while time.monotonic() < end or runs <= WARM + 50:
            if runs == WARM:
                memory, descriptors = self.figure("process_resident_memory_bytes"), self.figure("process_open_fds")
            self.upset(chance)
            self.ask("/v1/sync", "POST")
            agent.wait_for("run")
            agent.seen.clear()
            runs += 1
            if runs % 20 == 0:
                self.check_explained()
        self.control("/faults", None, "DELETE")
        self.ask("/v1/sync", "POST")
        agent.wait_for("run")
        after, open_now = self.figure("process_resident_memory_bytes"), self.figure("process_open_fds")
        print(f"{runs} runs; memory {memory / 2**20:.1f} -> {after / 2**20:.1f} MiB; descriptors {descriptors:.0f} -> {open_now:.0f}",
              file=sys.stderr)
        self.assertLessEqual(after, memory * 1.05)
        self.assertLessEqual(open_now, descriptors + 1, "one connection may be open at either time")
        self.assertEqual(agent.stop(), 0)


if __name__ == "__main__":
    unittest.main()
