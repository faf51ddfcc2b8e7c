"""`mooring apply` killed by SIGKILL at a random moment, and run again until it is done or says what blocks it.

Each round has a ledger and a stand-in Portainer of its own. MOORING_KILLS says how many rounds (12), MOORING_KILLS_SEED which is the first (1).
"""
import collections
import concurrent.futures
import contextlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import time
import unittest
import urllib.request

from harness import DOUBLE, MOORING, TOKEN, Case, Double

ROUNDS = int(os.environ.get("MOORING_KILLS", "12"))
FIRST = int(os.environ.get("MOORING_KILLS_SEED", "1"))
SIDE_BY_SIDE = 12  # most of a round is the wait between two looks
KEPT = "e2e-secret-actual"
WEB = "services:\n  web:\n    image: nginx:1.27\n"
OLD = WEB.replace("1.27", "1.25")

# What each kind of round finds on the server under the name `shop`, and what it declares beyond the file. The first two have two parts.
FOUND = {"update": {"file": OLD, "access": "public"}, "create": None, "stop": {"file": WEB, "access": "administrators"}}
DECLARED = {"update": "access: administrators", "create": "access: public", "stop": "state: stopped"}
KINDS = tuple(FOUND)
# What is waited for before the random time begins: nothing; the intent, and the answer is late; at once with the intent, or with an outcome.
AIMS = ("any moment", "late answer", "intent", "late answer", "any moment", "outcome")

STACK = """\
apiVersion: mooring/v1
kind: Stack
metadata: {{name: shop}}
spec:
  environment: production
  compose: {{file: web/compose.yaml}}
  env: {{COLOR: green}}
  envStrict: false
  adopt: true
  {more}
"""
CONFIG = """\
apiVersion: mooring/v1
kind: Agent
spec:
  ledger: state/ledger.db
  servers:
    - name: main
      url: {url}
      credential: {{file: token}}
      apply: true
      limits: {{settle: 15s, maxShare: "100%"}}
"""


def seed_of(kind):
    def stack(number, name, more):
        return {"id": number, "name": name, "environment": "production", "type": "standalone", "status": "active",
                "env": {"KEPT": KEPT, "COLOR": "green"}} | more

    stacks = [stack(31, "bystander", {"file": OLD, "access": "public"})]
    if FOUND[kind]:
        stacks.append(stack(7, "shop", FOUND[kind]))
    return {"users": [{"username": "admin", "token": TOKEN}], "environments": [{"id": 1, "name": "production"}], "stacks": stacks}


class Round:
    """One kill and what comes after it. `broken`: the rules that did not hold; `moment`: where the kill struck; `ended`: how the last run ended."""

    def __init__(self, case, seed):
        self.case, self.seed = case, seed
        self.dice = random.Random(seed)
        self.kind = KINDS[seed % len(KINDS)]
        self.aim = AIMS[seed // len(KINDS) % len(AIMS)]
        self.broken, self.moment, self.ended, self.unsettled = [], "", "", False
        self.folder = case.folder / str(seed)
        for name, text in (("m/web/compose.yaml", WEB), ("m/shop.yaml", STACK.format(more=DECLARED[self.kind])), ("token", TOKEN + "\n")):
            case.write(f"{seed}/{name}", text, 0o600)
        (self.folder / "state").mkdir()
        self.double = Double(seed_of(self.kind), self.folder)
        case.write(f"{seed}/mooring.yaml", CONFIG.format(url=self.double.url))

    def run(self):
        try:
            self.mooring("check", "m")  # the ledger learns which server this is
            before = self.undeclared()
            self.apply_and_kill()
            for _ in range(3):
                result = self.mooring("apply", "m", "--yes")
                if result.code == 0:
                    break
            self.check(result, before)
        finally:
            self.double.end()
        return self

    def start(self, *words):
        return subprocess.Popen([MOORING, *words], cwd=self.folder, env=self.case.variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def mooring(self, *words):
        return self.case.finish(self.start(*words))

    def apply_and_kill(self):
        late = self.aim == "late answer"
        for method in ("PUT", "POST") if late else ():
            self.ask(self.double.control + "/faults", {"kind": "latency", "method": method, "milliseconds": 4000, "times": 1})
        process = self.start("apply", "m", "--yes")
        if self.aim != "any moment":
            self.wait_for("outcome" if self.aim == "outcome" else "intent", process)
        if late or self.aim == "any moment":
            time.sleep(1.5 * self.dice.random() ** 3)  # most writes are sent within a tenth of a second
        process.kill()
        self.case.finish(process)
        self.ask(self.double.control + "/faults", method="DELETE")
        intents, outcomes, sent = self.counts()
        self.moment = "nothing noted" if not intents else "outcome noted" if len(outcomes) == intents else \
            "sent" if sent == intents else "intent noted"

    def wait_for(self, kind, process):
        deadline = time.monotonic() + 5
        with contextlib.closing(self.ledger()) as ledger:
            while process.poll() is None and time.monotonic() < deadline:
                if ledger.execute("SELECT count(*) FROM log WHERE kind = ?", (kind,)).fetchone()[0]:
                    return
                time.sleep(0.0005)

    def check(self, result, before):
        intents, outcomes, sent = self.counts()
        self.ended = "in sync" if result.code == 0 else "blocked" if "mooring resume shop" in result.out else f"exit {result.code}"
        claimed = sum(outcome in ("done", "sent") for outcome in outcomes)
        denied = sum(outcome in ("refused", "skipped") for outcome in outcomes)
        after = self.undeclared()
        self.rule(sent <= intents, f"{sent} requests for {intents} intents")
        self.rule(claimed <= sent, f"{claimed} writes are said to be done, {sent} were sent")
        self.rule(denied <= intents - sent, f"{denied} writes are said not to be done, {intents - sent} were not sent")
        self.rule(claimed + denied == len(outcomes), f"outcomes {outcomes}, and this server does all that it is sent")
        self.rule(before == after, "what nobody declared was changed")
        self.rule(self.ended in ("in sync", "blocked"), f"{self.ended}\n{result}")
        if len(outcomes) < intents:
            self.rule(self.blocks_what_comes_next(), f"{self.ended} with {intents} intents, outcomes {outcomes}")
        else:
            self.rule(self.ended == "in sync", f"{self.ended} with nothing open")
        self.rule(self.mooring("verify").code == 0, "the ledger does not verify")
        self.check_stack()

    def blocks_what_comes_next(self):
        """A stop and new access leave no date on the record: in sync or not, their intents stay open until none can be under way."""
        self.case.write(f"{self.seed}/m/shop.yaml", STACK.format(more="state: running"))
        self.case.write(f"{self.seed}/m/web/compose.yaml", WEB.replace("1.27", "1.28"))
        self.unsettled = True
        return "mooring resume shop" in self.mooring("plan", "m").out

    def check_stack(self):
        stacks = [stack for stack in self.stacks() if stack["Name"] == "shop"]
        self.rule(len(stacks) == 1 or (not stacks and self.kind == "create" and self.ended == "blocked"), f"{len(stacks)} stacks are called shop")
        for stack in stacks:
            kept = {pair["name"]: pair["value"] for pair in stack["Env"]}
            self.rule(kept == {"COLOR": "green"} | ({"KEPT": KEPT} if FOUND[self.kind] else {}), f"variables {sorted(kept)}")
            if self.ended == "in sync":
                self.rule(self.file(stack) == WEB, "the file is not the declared one")
                self.rule(stack["Status"] == (2 if self.kind == "stop" else 1), f"status {stack['Status']}")

    def rule(self, holds, broken):
        if not holds:
            self.broken.append(f"seed {self.seed}, {self.kind}, killed with {self.moment}: {broken}")

    def ledger(self):
        return sqlite3.connect(f"file:{self.folder}/state/ledger.db?mode=ro", uri=True, timeout=20)

    def log(self):
        with contextlib.closing(self.ledger()) as ledger:
            return list(ledger.execute("SELECT kind, body FROM log ORDER BY number"))

    def counts(self):
        """Intents, what the outcomes say, requests that were not only to read."""
        log = self.log()
        outcomes = [json.loads(body)["result"]["outcome"] for kind, body in log if kind == "outcome"]
        return sum(kind == "intent" for kind, _ in log), outcomes, sum(self.double.written().values())

    def ask(self, url, body=None, method=None):
        request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), {"X-API-Key": TOKEN}, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def stacks(self):
        return self.ask(self.double.url + "/api/stacks")

    def file(self, stack):
        return self.ask(f"{self.double.url}/api/stacks/{stack['Id']}/file")["StackFileContent"]

    def undeclared(self):
        return [(stack, self.file(stack)) for stack in self.stacks() if stack["Name"] != "shop"]


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Kills(Case):
    def test_a_kill_makes_nothing_happen_twice_and_nothing_is_settled_wrongly(self):
        with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            rounds = list(pool.map(lambda seed: Round(self, seed).run(), range(FIRST, FIRST + ROUNDS)))
        broken = [rule for one in rounds for rule in one.broken]
        counts = [collections.Counter(getattr(one, name) for one in rounds) for name in ("kind", "moment", "ended")]
        told = "; ".join(", ".join(f"{name} {count}" for name, count in sorted(counted.items())) for counted in counts)
        left = sum(one.unsettled for one in rounds)
        print(f"kills: {ROUNDS}; {told}; intents left open {left}; violations {len(broken)}", file=sys.__stdout__, flush=True)
        self.assertEqual(broken, [])


if __name__ == "__main__":
    unittest.main()
