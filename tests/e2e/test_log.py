"""What people decide about writing, as processes see it: `adopt`, `trust`, `resume`, and `log`, which lists it."""
import hashlib
import json
import os
import pty
import sqlite3
import subprocess
import unittest

import harness
from harness import DOUBLE, MOORING, TIME_LIMIT, TOKEN, WEB, Case, Double, manifest

CREATED = 1760000000
INSTANCE = "11111111-2222-4333-8444-555555555555"
CONFIG = """\
apiVersion: mooring/v1
kind: Agent
spec:
  servers:
    - name: main
      url: {url}
      credential: {{file: token}}
      apply: true
{more}  ledger: ledger.db
"""


def record(number, name, file=WEB, **more):
    return harness.record(number, name, file, **{"creationDate": CREATED + number, **more})


def seed(*stacks, instance=INSTANCE):
    return {"instanceId": instance, "users": [{"username": "admin", "token": TOKEN}, {"username": "alice", "id": 2, "role": "user", "token": TOKEN + "-alice"}],
            "environments": [{"id": 1, "name": "production", "users": ["alice"]}],
            "stacks": list(stacks) or [record(7, "shop", WEB.replace("1.27", "1.25")), record(8, "blog"), record(9, "hidden", access="administrators")]}


class Deciding(Case):
    """A server, manifests and a configuration with a ledger that is not there yet."""

    def setUp(self):
        super().setUp()
        self.double = None
        self.serve()
        self.write("m/web/compose.yaml", WEB)
        for name in ("shop", "blog"):
            self.write(f"m/{name}.yaml", manifest(name))
        self.token()
        self.variables["USER"] = "kim"

    def serve(self, **seeded):
        if self.double:
            self.double.close()
        self.double = Double(seed(*seeded.pop("stacks", ()), **seeded), self.folder)
        self.addCleanup(self.double.close)
        self.configure()

    def configure(self, more=""):
        self.write("mooring.yaml", CONFIG.format(url=self.double.url, more=more))

    def token(self, of=""):
        self.write("token", TOKEN + of + "\n", 0o600)

    def trust(self):
        return self.check_exit(self.run_mooring("trust", "main", "--yes"), 0)

    def entries(self, *words):
        return json.loads(self.check_exit(self.run_mooring("log", "--format", "json", *words), 0).out)["entries"]

    def note(self, kind, **more):
        """Appends an entry as another process would: the chain is one that anybody can recompute."""
        def canonical(value):
            return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

        def digest(text):
            return hashlib.sha256(text.encode()).hexdigest()
        body = canonical({"by": "ann with mooring apply", "stack": {"server": "main", "instanceId": INSTANCE, "environment": 1, "environmentName": "production",
                                                                    "name": "shop", "id": 7, "createdAt": CREATED + 7}, **more})
        with sqlite3.connect(self.folder / "ledger.db") as ledger:
            number, previous = ledger.execute("SELECT max(number), hex(hash) FROM log").fetchone()
            entry = {"number": number + 1, "previous": previous.lower(), "at": 1790000000, "kind": kind, "body": digest(body)}
            ledger.execute("INSERT INTO log VALUES (?, ?, ?, ?, ?)", (number + 1, 1790000000, kind, body, bytes.fromhex(digest(canonical(entry)))))
        ledger.close()
        return number + 1

    def note_intent(self):
        return self.note("intent", intent={"action": "update", "updatedAt": 0, "updatedBy": "", "status": 1, "user": "admin", "userId": 1, "declaredAt": "m/shop.yaml:1",
                                           "changes": ["services.web.image: nginx:1.25 becomes nginx:1.27"], "newest": 0, "sentDate": None, "backup": "backups/shop"})

    def note_outcome(self, intent, outcome, message=""):
        return self.note("outcome", answers=intent, result={"outcome": outcome, "message": message, "id": 7, "createdAt": CREATED + 7, "updatedAt": 0, "updatedBy": ""})

    def answering(self, answer, *words):
        """The same on a terminal, where somebody types `answer`."""
        ours, theirs = pty.openpty()
        os.write(ours, answer.encode())
        try:
            done = subprocess.run([MOORING, *words], cwd=self.folder, env=self.variables, stdin=theirs, stdout=subprocess.PIPE,
                                  stderr=theirs, timeout=TIME_LIMIT, text=True)
        finally:
            os.close(theirs)
        said = b""
        try:
            while part := os.read(ours, 65536):
                said += part
        except OSError:  # so a terminal ends that nobody has open any more
            pass
        os.close(ours)
        return done.returncode, done.stdout, said.decode()


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Adopting(Deciding):
    def test_what_is_adopted_stands_in_the_log(self):
        self.trust()
        result = self.check_exit(self.run_mooring("adopt", "m", "shop", "--yes"), 0)
        self.assertIn("nginx:1.27  ->  nginx:1.25", result.out)
        self.assertIn("Adopted 1 stack.", result.out)
        entry = self.entries()[-1]
        self.assertEqual({key: entry[key] for key in ("kind", "by", "server", "instanceId", "environment", "name", "stackId", "createdAt", "write")},
                         {"kind": "adopted", "by": "kim with mooring adopt", "server": "main", "instanceId": INSTANCE,
                          "environment": {"id": 1, "name": "production"}, "name": "shop", "stackId": 7, "createdAt": "2025-10-09T08:53:27Z", "write": None})

    def test_a_person_is_asked_on_a_terminal_and_no_is_an_answer(self):
        self.trust()
        for answer, code, entries in [("n\n", 7, 1), ("\n", 7, 1), ("y\n", 0, 2)]:
            ended, shown, asked = self.answering(answer, "adopt", "m", "shop")
            self.assertEqual(ended, code, shown + asked)
            self.assertIn("Let Mooring write 1 stack as declared? [y/N]", asked)
            self.assertIn("shop/production", shown)
            self.assertEqual(len(self.entries()), entries)

    def test_nobody_is_asked_without_a_terminal(self):
        self.trust()
        result = self.check_exit(self.run_mooring("adopt", "m", "shop", text="y\n"), 7)
        self.assertIn("--yes", result.err)
        self.assertEqual(len(self.entries()), 1)

    def test_what_is_adopted_already_is_said_and_not_asked(self):
        self.trust()
        self.run_mooring("adopt", "m", "shop", "--yes")
        self.assertIn("adopted already", self.check_exit(self.run_mooring("adopt", "m", "shop"), 0).out)
        self.assertEqual(len(self.entries()), 2)

    def test_a_stack_that_was_made_anew_is_not_the_one_that_was_adopted(self):
        self.trust()
        self.run_mooring("adopt", "m", "shop", "--yes")
        self.serve(stacks=[record(7, "shop", creationDate=CREATED + 1000)])
        self.assertIn("Adopted 1 stack.", self.check_exit(self.run_mooring("adopt", "m", "shop", "--yes"), 0).out)

    def test_what_was_not_read_whole_is_refused_and_the_others_are_adopted(self):
        self.trust()
        for name in ("hidden", "gone"):
            self.write(f"m/{name}.yaml", manifest(name))
        self.token("-alice")
        result = self.check_exit(self.run_mooring("adopt", "m", "hidden", "gone", "--yes"), 3)
        self.assertEqual(result.out.count("Cannot be adopted"), 2, result.out)
        self.assertEqual(len(self.entries()), 1)
        self.token()
        result = self.check_exit(self.run_mooring("adopt", "m", "gone", "blog", "--yes"), 3)
        self.assertIn("there is nothing to adopt", result.out)
        self.assertEqual(self.entries()[-1]["name"], "blog")

    def test_a_record_that_another_manifest_means_is_refused(self):
        self.trust()
        self.write("m/other.yaml", manifest("other") + "  stack: {id: 7}\n")
        result = self.check_exit(self.run_mooring("adopt", "m", "shop", "--yes"), 3)
        self.assertIn("another manifest means the same record", result.out)
        self.assertEqual(len(self.entries()), 1)

    def test_nothing_is_adopted_on_a_server_that_nobody_named(self):
        result = self.check_exit(self.run_mooring("adopt", "m", "shop", "--yes"), 3)
        self.assertIn("first `mooring trust main`", result.out)
        self.assertFalse((self.folder / "ledger.db").exists())

    def test_nothing_is_adopted_on_another_portainer(self):
        self.trust()
        self.serve(instance="99999999-2222-4333-8444-555555555555")
        result = self.check_exit(self.run_mooring("adopt", "m", "shop", "--yes"), 3)
        self.assertIn("another Portainer answers for main", result.out)
        self.configure(more="      instance: 22222222-2222-4333-8444-555555555555\n")
        self.assertIn("the configuration knows 2222", self.check_exit(self.run_mooring("adopt", "m", "shop", "--yes"), 3).out)
        self.configure(more="      instance: 99999999-2222-4333-8444-555555555555\n")
        self.check_exit(self.run_mooring("adopt", "m", "shop", "--yes"), 0)

    def test_what_the_ledger_remembers_names_the_server_too(self):
        self.run_mooring("check", "m", "--ledger", "ledger.db")
        self.check_exit(self.run_mooring("adopt", "m", "shop", "--yes"), 0)

    def test_a_plan_says_what_to_type_until_it_may_be_applied(self):
        def step():
            return json.loads(self.run_mooring("plan", "m", "shop", "--format", "json").out)["steps"][0]
        first = step()
        self.assertEqual(first["readiness"], "blocked")
        self.assertEqual(first["obstacles"][0]["code"], "not_trusted")
        self.trust()
        self.assertEqual(step()["obstacles"][0]["code"], "not_adopted")
        self.run_mooring("adopt", "m", "shop", "--yes")
        self.assertEqual(step()["readiness"], "to_do")
        self.note_intent()
        self.assertEqual(step()["readiness"], "blocked")
        self.run_mooring("resume", "shop", "--yes")
        self.assertEqual(step()["readiness"], "to_do")

    def test_names_are_needed_and_slips_are_found(self):
        self.assertIn("name the stacks", self.check_exit(self.run_mooring("adopt", "m"), 64).err)
        self.assertIn("did you mean `shop`?", self.check_exit(self.run_mooring("adopt", "m", "shpo"), 64).err)
        self.check_exit(self.run_mooring("adopt", "m", "shop", "--environment", "elsewhere"), 3)

    def test_without_a_ledger_the_way_out_is_said(self):
        text = (self.folder / "mooring.yaml").read_text()
        self.write("mooring.yaml", text.replace("  ledger: ledger.db\n", ""))
        result = self.check_exit(self.run_mooring("adopt", "m", "shop", "--yes"), 64)
        self.assertIn("adopt: true", result.err)


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Trusting(Deciding):
    def test_both_are_shown_and_the_answer_is_kept(self):
        ended, shown, asked = self.answering("y\n", "trust", "main")
        self.assertEqual(ended, 0, shown + asked)
        self.assertRegex(shown, r"trusted +none")
        self.assertRegex(shown, rf"answers now +{INSTANCE} +Portainer \d")
        self.assertEqual([(entry["kind"], entry["server"], entry["instanceId"], entry["name"]) for entry in self.entries()],
                         [("trusted", "main", INSTANCE, None)])
        self.assertIn("trusted already", self.check_exit(self.run_mooring("trust", "main"), 0).out)

    def test_another_database_is_said_and_never_trusted_by_itself(self):
        self.trust()
        self.serve(instance="99999999-2222-4333-8444-555555555555")
        result = self.check_exit(self.run_mooring("trust", "main"), 7)
        self.assertIn("another database", result.out)
        self.assertIn("void", result.out)
        self.check_exit(self.run_mooring("trust", "main", "--yes"), 0)
        self.assertEqual(len(self.entries()), 2)

    def test_the_configuration_is_not_overruled(self):
        self.configure(more="      instance: 22222222-2222-4333-8444-555555555555\n")
        result = self.check_exit(self.run_mooring("trust", "main", "--yes"), 3)
        self.assertIn(f"instance: {INSTANCE}", result.err)
        self.assertFalse((self.folder / "ledger.db").exists())

    def test_a_server_that_does_not_answer_is_69_and_one_that_is_not_there_a_slip(self):
        self.assertIn("did you mean `main`?", self.check_exit(self.run_mooring("trust", "mian"), 64).err)
        self.double.close()
        self.check_exit(self.run_mooring("trust", "main", "--yes", "--deadline", "2s"), 69)


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Resuming(Deciding):
    def setUp(self):
        super().setUp()
        self.trust()

    def test_what_keeps_a_stack_is_shown_and_a_person_lets_it_go(self):
        self.note_outcome(self.note_intent(), "unknown", "the connection was cut")
        self.assertIn("Proven: the log of writes, 3 entries.", self.check_exit(self.run_mooring("verify"), 0).out)
        result = self.check_exit(self.run_mooring("resume", "shop"), 7)
        for part in ("UPDATE", "nginx:1.25 becomes nginx:1.27", "unknown: the connection was cut", "backups/shop"):
            self.assertIn(part, result.out)
        self.assertEqual(self.answering("\n", "resume", "shop")[0], 7)
        self.assertEqual(len(self.entries()), 2)
        ended, shown, asked = self.answering("y\n", "resume", "shop")
        self.assertEqual(ended, 0, shown + asked)
        self.assertEqual([(entry["kind"], entry["by"]) for entry in self.entries()][-1], ("resumed", "kim with mooring resume"))
        self.assertEqual(self.entries()[1]["write"]["resumed"], 4)
        self.assertIn("Nothing is quarantined or unsettled of shop", self.check_exit(self.run_mooring("resume", "shop"), 0).out)
        self.check_schema("log", json.loads(self.run_mooring("log", "--format", "json").out))

    def test_an_open_intent_keeps_it_and_another_stack_not(self):
        self.note_intent()
        self.assertIn("open: nobody knows yet; the next apply settles it", self.run_mooring("log").out)
        self.assertIn("Of others: shop.", self.check_exit(self.run_mooring("resume", "blog", "--yes"), 0).out)
        self.check_exit(self.run_mooring("resume", "shop", "--server", "other", "--yes"), 0)
        self.assertTrue(self.entries()[1]["write"]["keeps"])
        self.check_exit(self.run_mooring("resume", "shop", "--yes"), 0)
        self.assertFalse(self.entries()[1]["write"]["keeps"])

    def test_a_write_that_is_being_done_is_not_taken_for_one_that_was_left(self):
        self.note_intent()
        with sqlite3.connect(self.folder / "ledger.db") as ledger:
            ledger.execute("INSERT INTO leases VALUES ('main', 'apply, process 4711', 4000000000)")
        ledger.close()
        self.assertIn("apply, process 4711 is writing to main", self.check_exit(self.run_mooring("resume", "shop", "--yes"), 3).err)
        gone = self.start("version")  # a number that no process has any more
        self.finish(gone)
        place = f" on {os.uname().nodename} ({os.readlink('/proc/self/ns/pid')})"
        with sqlite3.connect(self.folder / "ledger.db") as ledger:
            ledger.execute("UPDATE leases SET holder = ?", (f"mooring apply, process {gone.pid}{place}",))
        ledger.close()
        self.check_exit(self.run_mooring("resume", "shop", "--yes"), 0)

    def test_an_entry_that_nobody_can_read_is_an_error_and_never_a_crash(self):
        self.note("intent", intent={"action": "update"})
        for words in (["log"], ["resume", "shop", "--yes"], ["adopt", "m", "shop", "--yes"]):
            self.assertIn("entry 2 of the log of writes is broken: it cannot be read", self.check_exit(self.run_mooring(*words), 1).err)


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class TheLog(Deciding):
    def test_an_empty_one_says_so(self):
        self.check_exit(self.run_mooring("log"), 65)
        self.run_mooring("check", "m", "--ledger", "ledger.db")
        self.assertEqual(self.check_exit(self.run_mooring("log"), 0).out, "Nothing was written yet.\n")
        self.assertEqual(self.entries(), [])

    def test_it_can_be_narrowed_and_obeys_its_schema(self):
        self.trust()
        self.run_mooring("adopt", "m", "shop", "blog", "--yes")
        self.assertEqual(sorted(entry["name"] for entry in self.entries()[1:]), ["blog", "shop"])
        self.assertEqual([entry["name"] for entry in self.entries("bl*")], ["blog"])
        self.assertEqual(self.entries("--server", "other"), [])
        self.assertEqual(self.entries("--to", "2020-01-01"), [])
        self.check_schema("log", json.loads(self.run_mooring("log", "--format", "json").out))
        text = self.run_mooring("log").out
        self.assertRegex(text, r"(?m)^ +1  20\d\d-\d\d-\d\dT[\d:]+Z  TRUST +main")
        self.assertRegex(text, r"(?m)ADOPT +shop/production +kim with mooring adopt$")

    def test_what_came_of_a_write_stands_below_it_with_its_number(self):
        self.trust()
        intent = self.note_intent()
        answer = self.note_outcome(intent, "not_converged", "web restarts")
        text = self.run_mooring("log").out
        self.assertRegex(text, rf"(?m)^ +{intent}  20.*UPDATE[\s\S]*?^ +{answer}  not converged: web restarts")
        self.assertEqual([entry["number"] for entry in self.entries()], [1, intent], "machines have them as they were")

    def test_whoever_has_no_name_in_the_environment_has_one_all_the_same(self):
        for name in ("USER", "LOGNAME", "SUDO_USER"):
            self.variables.pop(name, None)
        self.trust()
        self.assertRegex(self.entries()[0]["by"], r"^(?!somebody).+ with mooring trust$")

    def test_verify_covers_it_and_a_broken_one_is_not_believed(self):
        self.trust()
        self.run_mooring("adopt", "m", "shop", "--yes")
        self.run_mooring("check", "m", "--ledger", "ledger.db")
        self.assertIn("Proven: the log of writes, 2 entries.", self.check_exit(self.run_mooring("verify"), 0).out)
        self.assertEqual(json.loads(self.run_mooring("verify", "--format", "json").out)["logEntries"], 2)
        with sqlite3.connect(self.folder / "ledger.db") as ledger:
            ledger.execute("UPDATE log SET body = replace(body, 'shop', 'blog') WHERE number = 2")
        ledger.close()
        broken = self.check_exit(self.run_mooring("verify"), 1)
        self.assertIn("BROKEN at entry 2 of the log of writes", broken.out)
        said = self.check_schema("verification", json.loads(self.run_mooring("verify", "--format", "json").out))
        self.assertEqual((said["proven"], said["logEntries"], said["brokenEntry"], said["brokenRun"]), (False, 1, 2, None))
        self.assertIn("entry 2 of the log of writes", self.check_exit(self.run_mooring("log"), 1).err)
        self.check_exit(self.run_mooring("adopt", "m", "shop", "--yes"), 1)

    def test_it_needs_no_right_to_write(self):
        self.trust()
        (self.folder / "ledger.db").chmod(0o400)
        self.assertEqual(len(self.entries()), 1)

    def test_nothing_to_resume_is_said(self):
        self.trust()
        self.assertIn("Nothing is quarantined or unsettled of shop", self.check_exit(self.run_mooring("resume", "shop"), 0).out)
        self.assertEqual(len(self.entries()), 1)

    def test_no_output_and_no_entry_holds_the_token(self):
        self.trust()
        self.write(f"m/{TOKEN}/hidden.yaml", manifest("hidden", file="../web/compose.yaml"))
        self.assertIn("hidden.yaml", self.run_mooring("adopt", "m", "hidden", "--yes").out)
        self.assertEqual(self.entries()[-1]["name"], "hidden")
        with sqlite3.connect(self.folder / "ledger.db") as ledger:
            self.assertNotIn(TOKEN, "\n".join(ledger.iterdump()))


if __name__ == "__main__":
    unittest.main()
