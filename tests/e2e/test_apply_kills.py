"""`mooring apply` killed by SIGKILL at a random moment, and run again until it is done or says what blocks it.

Each round has a ledger and a stand-in Portainer of its own; kill_worlds.py has what is written in it. MOORING_KILLS says how many rounds (18),
MOORING_KILLS_SEED which is the first (1). Eighteen strike each kind of write twice; 54 with each aim as well.
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
from kill_worlds import COMMITS, CONFIG, FILE, KEPT, ROUTES, SCOPE, STACK, WEB, WORLDS, repository, seed_of

ROUNDS = int(os.environ.get("MOORING_KILLS", "18"))
FIRST = int(os.environ.get("MOORING_KILLS_SEED", "1"))
SIDE_BY_SIDE = 18  # most of a round is the wait between two looks
KINDS = tuple(WORLDS)
# What is waited for before the random time begins: nothing; the intent of the part, and the answer is late; at once with the intent, or with
# an outcome. The part is the last one of its kind of round, or any.
AIMS = ("any moment", "late answer", "intent", "late answer", "any moment", "outcome")
NEITHER = "judged anew"  # of an outcome that says neither that it was done nor that it was not
# What fell and was not put back before the kill: a service that has ended is a person's to look at, whatever is declared by then.
FELL = "needs_a_person: services.web.containers[shop-web-1].state is exited"
DEPLOY = 15  # seconds: in half of the rounds nothing can be under way any more when it is run again


class Round:
    """One kill and what comes after it. `broken`: the rules that did not hold; `moment`: where the kill struck; `ended`: how the last run ended."""

    def __init__(self, case, seed):
        self.case, self.seed = case, seed
        self.dice = random.Random(seed)
        number, nth = divmod(seed, len(KINDS))
        self.kind, self.aim = KINDS[nth], AIMS[(nth + 5 * number) % len(AIMS)]
        self.world = WORLDS[self.kind]
        self.part = len(self.world.parts) if self.dice.random() < 0.7 else 1  # the one that is aimed at
        self.patient = (number + nth) % 2 == 0
        self.broken, self.moment, self.struck, self.ended, self.unsettled = [], "", "", "", False
        self.folder = case.folder / str(seed)
        case.write(f"{seed}/token", TOKEN + "\n", 0o600)
        self.declare(self.world.wanted, self.world.source, self.world.more)
        case.write(f"{seed}/m/beside/compose.yaml", WEB)
        case.write(f"{seed}/m/beside.yaml", STACK.format(name="beside", source=FILE.replace("web/", "beside/"), more=""))
        (self.folder / "state").mkdir()
        self.double = Double(seed_of(self.world), self.folder)
        case.write(f"{seed}/mooring.yaml", CONFIG.format(url=self.double.url, deploy=f"{DEPLOY}s" if self.patient else "20m"))

    def declare(self, file, source, more):
        self.case.write(f"{self.seed}/m/web/compose.yaml", file)
        self.case.write(f"{self.seed}/m/shop.yaml", STACK.format(name="shop", source=source, more=more))

    def run(self):
        try:
            self.ask(self.double.control + "/repositories", repository())
            self.mooring("check", "m")  # the ledger learns which server this is
            if self.kind == "remove":
                self.drop()
            before = self.undeclared()
            self.apply_and_kill()
            if self.patient:
                time.sleep(DEPLOY + 1)
            if self.world.at_last:
                self.declare(self.world.at_last, self.world.source, self.world.more)
            for _ in range(3):
                result = self.apply()
                if self.is_done(result):
                    break
            self.check(result, before)
        finally:
            self.double.end()
        return self

    def drop(self):
        """The stack is owned, its declaration goes, and two runs call it extra."""
        self.mooring("adopt", "m", "shop", "--yes")
        (self.folder / "m/shop.yaml").unlink()
        self.case.write(f"{self.seed}/m/scope.yaml", SCOPE)
        for _ in range(2):
            self.mooring("check", "m")
            time.sleep(1.1)  # these dates are whole seconds

    def start(self, *words):
        return subprocess.Popen([MOORING, *words], cwd=self.folder, env=self.case.variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def mooring(self, *words):
        return self.case.finish(self.start(*words))

    def apply(self):
        return self.mooring("apply", "m", "--yes", *self.world.words)

    def is_done(self, result):
        """The bystander is in the Scope of the removals, too, and is never removed: nobody owns it."""
        only_the_bystander = self.kind == "remove" and "exit 3: 1 blocked," in result.out and "BLOCKED      bystander/" in result.out
        return result.code == 0 or only_the_bystander

    def apply_and_kill(self):
        if self.aim == "late answer":
            method, path = ROUTES[self.world.parts[self.part - 1]].split(" ")
            prefix, _, suffix = path.partition("{}")
            skipped = [ROUTES[part] for part in self.world.parts[:self.part - 1]].count(f"{method} {path}")
            self.ask(self.double.control + "/faults", {"kind": "latency", "method": method, "path": prefix, "suffix": suffix, "skip": skipped,
                                                       "milliseconds": 4000, "times": 1})
        process = self.start("apply", "m", "--yes", *self.world.words)
        if self.aim == "any moment":
            self.wait_for("outcome", self.part - 1, process)
        else:
            self.wait_for("outcome" if self.aim == "outcome" else "intent", self.part, process)
        if self.aim in ("late answer", "any moment"):
            time.sleep(1.5 * self.dice.random() ** 3)  # most writes are sent within a tenth of a second
        process.kill()
        self.case.finish(process)
        self.ask(self.double.control + "/faults", method="DELETE")
        intents, outcomes, sent = self.counts()
        self.struck = intents[-1] if intents else "none"
        self.moment = "nothing noted" if not intents else "outcome noted" if len(outcomes) == len(intents) else \
            "sent" if sent == len(intents) else "intent noted"

    def wait_for(self, kind, count, process):
        deadline = time.monotonic() + 50
        with contextlib.closing(self.ledger()) as ledger:
            while process.poll() is None and time.monotonic() < deadline:
                if ledger.execute("SELECT count(*) FROM log WHERE kind = ?", (kind,)).fetchone()[0] >= count:
                    return
                time.sleep(0.0005)

    def check(self, result, before):
        intents, outcomes, sent = self.counts()
        self.ended = "in sync" if self.is_done(result) else "blocked" if "mooring resume shop" in result.out else \
            "left to a person" if self.kind == "rollback" and FELL in result.out else f"exit {result.code}"
        denied = sum(outcome in ("refused", "skipped") for outcome in outcomes)
        claimed = sum(outcome in ("done", "sent", "outage") for outcome in outcomes)
        neither = outcomes.count(NEITHER)
        self.check_requests(intents)
        self.rule(claimed <= sent, f"{claimed} writes are said to be done, {sent} were sent")
        self.rule(denied <= len(intents) - sent, f"{denied} writes are said not to be done, {len(intents) - sent} were not sent")
        self.rule(claimed + denied + neither == len(outcomes), f"outcomes {outcomes}, and this server does all that it is sent")
        self.rule(before == self.undeclared(), "what nobody declared was changed")
        self.rule(not self.ended.startswith("exit"), f"{self.ended}\n{result}")
        self.check_stack()
        if len(outcomes) == len(intents):
            self.rule(self.ended in ("in sync", "left to a person"), f"{self.ended} with nothing open")
        else:
            # A create that left nothing is waited for an hour.
            self.rule(not self.patient or intents[-1] == "create", f"{intents} with outcomes {outcomes}, long after the kill")
            self.rule(self.blocks_what_comes_next(), f"{self.ended} with intents {intents}, outcomes {outcomes}")
        self.rule(self.mooring("verify").code == 0, "the ledger does not verify")

    def check_requests(self, intents):
        """No request without an intent of its own, and none for what an earlier one has done already."""
        noted = collections.Counter(ROUTES[action] for action in intents)
        wanted = collections.Counter(ROUTES[part] for part in self.world.parts)
        for route, count in self.double.written().items():
            self.rule(count <= noted[route], f"{count} times {route} for {noted[route]} intents")
            self.rule(count <= wanted[route], f"{count} times {route}, and {wanted[route]} do all there is to do")

    def blocks_what_comes_next(self):
        """A stop and new access leave no date on the record: in sync or not, their intents stay open until none can be under way."""
        other = self.world.source.replace("heads/main", "heads/other").replace("heads/next", "heads/main")
        self.declare(WEB.replace("1.27", "1.28"), other, "state: running" if other == FILE else "allow: [redeploy-git]")
        self.unsettled = True
        return "mooring resume shop" in self.mooring("plan", "m").out

    def check_stack(self):
        stacks = [stack for stack in self.stacks() if stack["Name"] == "shop"]
        may_lack = self.ended == "blocked" if self.kind == "create" else self.kind == "remove"
        self.rule(len(stacks) == 1 or (not stacks and may_lack), f"{len(stacks)} stacks are called shop")
        self.rule(not stacks or self.kind != "remove" or self.ended != "in sync", "it is there, and was to be removed")
        for stack in stacks:
            kept = {pair["name"]: pair["value"] for pair in stack["Env"]}
            self.rule(kept == {"COLOR": "green"} | ({"KEPT": KEPT} if self.world.found else {}), f"variables {sorted(kept)}")
            self.rule(bool(stack.get("GitConfig")) == ("git:" in self.world.source), "its Git source came or went")
            if self.ended == "in sync":
                self.check_done(stack)

    def check_done(self, stack):
        self.rule(self.file(stack) == (self.world.at_last or self.world.wanted), "the file is not the declared one")
        self.rule(stack["Status"] == self.world.status, f"status {stack['Status']}")
        if "access:" in self.world.more:
            public = (stack["ResourceControl"] or {}).get("Public", False)
            self.rule(public == ("access: public" in self.world.more), f"public: {public}")
        if stack.get("GitConfig"):
            reference = stack["GitConfig"]["ReferenceName"]
            self.rule(reference in self.world.source, f"reference {reference}")
            self.rule(stack["GitConfig"]["ConfigHash"] == COMMITS[reference.split("/")[-1]], "another commit is deployed")

    def rule(self, holds, broken):
        if not holds:
            self.broken.append(f"seed {self.seed}, {self.kind}, killed at {self.struck} with {self.moment}: {broken}")

    def ledger(self):
        return sqlite3.connect(f"file:{self.folder}/state/ledger.db?mode=ro", uri=True, timeout=20)

    def counts(self):
        """Actions of the intents, what the outcomes say, how many requests were not only to read."""
        with contextlib.closing(self.ledger()) as ledger:
            log = [(kind, json.loads(body)) for kind, body in ledger.execute("SELECT kind, body FROM log ORDER BY number")]
        intents = [body["intent"]["action"] for kind, body in log if kind == "intent"]
        results = [body["result"] for kind, body in log if kind == "outcome"]
        outcomes = [NEITHER if NEITHER in (one.get("message") or "") else one["outcome"] for one in results]
        return intents, outcomes, sum(self.double.written().values())

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
        told = []
        for what, name in (("", "kind"), ("struck at ", "struck"), ("when ", "moment"), ("then ", "ended")):
            counted = collections.Counter(getattr(one, name) for one in rounds)
            told.append(what + ", ".join(f"{name} {count}" for name, count in sorted(counted.items())))
        left = sum(one.unsettled for one in rounds)
        print(f"kills: {ROUNDS}; {'; '.join(told)}; intents left open {left}; violations {len(broken)}", file=sys.__stdout__, flush=True)
        self.assertFalse(broken, "\n".join(broken))


if __name__ == "__main__":
    unittest.main()
