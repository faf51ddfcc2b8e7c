"""`mooring apply` against the stand-in Portainer: who may write, what is asked first, what is noted, and what an interruption leaves."""
import json
import os
import shutil
import signal
import sqlite3
import time
import unittest

from harness import DOUBLE, TOKEN, WEB, record
from terminal import Terminal
from writing_world import WritingCase, stack

SEED = {
    "environments": [{"id": 1, "name": "production"}, {"id": 2, "name": "archive"}],
    "stacks": [record(7, "shop", WEB.replace("1.27", "1.25"), env={"KEPT": "e2e-secret-kept"}), record(8, "blog")],
}
SCOPE = """\
apiVersion: mooring/v1
kind: Scope
spec:
  environments: [production]
  prune: true
"""


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Apply(WritingCase):
    def setUp(self):
        super().setUp()
        self.serve(SEED)
        self.write("m/web/compose.yaml", WEB)
        for name in ("shop", "blog"):
            self.write(f"m/{name}.yaml", stack(name))
        self.run_mooring("check", "m")  # the ledger learns which server this is

    def tearDown(self):
        self.commands_wrote()

    def entries(self):
        """What the log of writes holds, oldest first."""
        with sqlite3.connect(f"file:{self.folder}/state/ledger.db?mode=ro", uri=True) as ledger:
            return [kind for (kind,) in ledger.execute("SELECT kind FROM log ORDER BY number")]

    def test_it_writes_once_notes_it_and_leaves_nothing_to_do(self):
        result = self.check_exit(self.run_mooring("apply", "m", "--yes"), 0)
        self.assertRegex(result.out, r"UPDATE +shop/production +\S*shop\.yaml:1")
        self.assertRegex(result.out, r"\nupdate +shop/production +done\n")
        self.assertTrue(result.out.endswith("exit 0: 1 done, 1 in sync before\n"), result.out)
        self.assertEqual(self.writes(), {"PUT /api/stacks/{}": 1})
        self.assertEqual(self.entries(), ["intent", "outcome"])
        self.check_exit(self.run_mooring("verify"), 0)
        backups = list((self.folder / "state/backups").rglob("record.json"))
        self.assertEqual(len(backups), 1)
        self.assertEqual(os.stat(backups[0]).st_mode & 0o777, 0o600)
        self.assertIn("e2e-secret-kept", backups[0].read_text())
        ledger = b"".join(path.read_bytes() for path in (self.folder / "state").glob("ledger.db*"))
        self.assertNotIn(b"e2e-secret-kept", result.out.encode() + result.err.encode() + ledger)
        again = self.check_exit(self.run_mooring("apply", "m", "--yes"), 0)
        self.assertIn("exit 0: 2 in sync before", again.out)

    def test_the_json_says_what_came_of_each_step_and_nothing_that_moves(self):
        self.write("m/lost.yaml", stack("lost", environment="nowhere"))
        self.check_exit(self.run_mooring("apply", "m", "--format", "json"), 64)  # nobody is asked
        self.check_exit(self.run_mooring("apply", "m", "--yes", "--format", "yaml"), 64)
        result = self.check_exit(self.run_mooring("apply", "m", "--yes", "--format", "json"), 3)
        said = self.check_schema("applied", json.loads(result.out))
        self.assertRegex(result.err, r"\nupdate +shop/production +done\n")
        self.assertNotIn("e2e-secret-kept", result.out + result.err)
        (server,) = said.pop("servers")
        self.assertEqual((server["name"], server["problem"]), ("main", None))
        steps = said.pop("steps")
        blocked = next(one for one in steps if one["name"] == "lost")
        self.assertEqual((blocked["result"], blocked["parts"]), ("blocked", []))
        self.assertTrue(blocked["obstacles"][0]["code"])
        steps.remove(blocked)
        self.assertEqual(steps, [{
            "server": "main", "name": "shop", "environment": "production", "result": "done",
            "parts": [{"action": "update", "outcome": "done", "message": None, "backup": None}], "skipped": None, "obstacles": []}])
        self.assertEqual(said, {"apiVersion": "mooring/v1", "kind": "Applied", "settled": [], "inSync": 1, "nothingToDo": 0, "exitCode": 3})
        first, second = (self.check_exit(self.run_mooring("apply", "m", "--yes", "--format", "json"), 3) for _ in range(2))
        self.assertEqual(first.out, second.out)
        self.assertEqual([one["name"] for one in json.loads(first.out)["steps"]], ["lost"])

    def test_the_json_of_a_write_that_went_wrong_names_its_backup(self):
        self.write("m/web/compose.yaml", WEB + '    command: ["false"]\n')
        result = self.check_exit(self.run_mooring("apply", "m", "shop", "--yes", "--format", "json"), 5)
        (step,) = self.check_schema("applied", json.loads(result.out))["steps"]
        self.assertEqual((step["result"], step["parts"][0]["outcome"]), ("went_wrong", "outage"))
        self.assertIn("state/backups/main/shop-7", step["parts"][0]["backup"])
        self.assertIn("mooring restore", result.err)

    def test_what_no_manifest_declares_goes_once_two_runs_called_it_extra(self):
        self.change_configuration("settle: 15s", "settle: 15s, pruneAfter: 1s")
        self.write("m/scope.yaml", SCOPE)
        self.write("m/cache.yaml", stack("cache"))
        self.check_exit(self.run_mooring("apply", "m", "cache", "--yes"), 0)
        (self.folder / "m/cache.yaml").unlink()
        self.run_mooring("check", "m")
        held = self.check_exit(self.run_mooring("plan", "m", "--max-removes", "1"), 2)
        self.assertRegex(held.out, r"HELD +cache/production[\s\S]*seen_too_shortly: called extra by 1 recorded run since")
        self.run_mooring("check", "m")
        for _ in range(100):
            blocked = self.run_mooring("plan", "m", "cache")
            if "seen_too_shortly" not in blocked.out:
                break
        self.check_exit(blocked, 3)
        self.assertIn("max_removes: nothing is removed unless a number allows it\n               --max-removes 1", blocked.out)
        done = self.check_exit(self.run_mooring("apply", "m", "cache", "--yes", "--max-removes", "1"), 0)
        self.assertRegex(done.out, r"REMOVE +cache/production +\S*scope.yaml:1\n +takes down 1 container\n")
        self.assertRegex(done.out, r"\nremove +cache/production +done\n")
        self.assertEqual(self.writes()["DELETE /api/stacks/{}"], 1)
        self.assertRegex(self.run_mooring("log").out, r"REMOVE +cache/production[\s\S]*backup: state/backups/main/cache-\d+")
        self.check_exit(self.run_mooring("verify"), 0)

    def test_a_backup_brings_a_stack_back_as_it_was(self):
        self.check_exit(self.run_mooring("apply", "m", "--yes"), 0)
        (kept,) = self.backups()
        shown = self.check_exit(self.run_mooring("restore", kept, "m"), 7)
        self.assertRegex(shown.out, r"UPDATE +shop/production +\S*record.json:1\n +services.web.image  nginx:1.27  becomes  nginx:1.25")
        back = self.check_exit(self.run_mooring("restore", kept, "m", "--yes"), 0)
        self.assertRegex(back.out, r"\nupdate +shop/production +done\n")
        self.assertIn("with mooring restore", self.run_mooring("log", "shop").out)
        self.assertNotIn("e2e-secret-kept", shown.out + shown.err + back.out + back.err)
        self.check_exit(self.run_mooring("apply", "m", "--yes"), 0)  # and the manifest again
        self.check_exit(self.run_mooring("restore", kept, "m", "--format", "json"), 64)  # nobody is asked
        said = self.check_exit(self.run_mooring("restore", kept, "m", "--yes", "--format", "json"), 0)
        (step,) = self.check_schema("applied", json.loads(said.out))["steps"]
        self.assertEqual((step["name"], step["result"]), ("shop", "done"))
        self.check_exit(self.run_mooring("verify"), 0)

    def test_a_terminal_is_told_what_is_waited_for_and_since_when(self):
        self.control("/faults", {"kind": "latency", "method": "PUT", "milliseconds": 3000, "times": 1})
        terminal = Terminal(self, "apply", "m", "--yes")
        self.assertTrue(terminal.read_until(r"\n\r?shop/production: update: sent, waiting for the answer, since 20\S+Z\r\n"), terminal.text)
        self.assertTrue(terminal.read_until(r"\x1b\[2K[12] s: shop/production: update: sent, waiting for the answer"), terminal.text)
        self.assertTrue(terminal.read_until(r"\x1b\[2Kupdate +shop/production +done\r\n"), terminal.text)
        self.assertEqual(terminal.finish(), 0, terminal.text)
        self.assertRegex(terminal.text, r"\x1b\[2Kmain  http", "the line of reading is gone")

    def write_what_cannot_be_pulled(self):
        """A write that fails at once keeps a backup as every other; what was said, and the backup."""
        self.write("m/web/compose.yaml", WEB.replace("nginx:1.27", "local/nosuch:1"))
        result = self.check_exit(self.run_mooring("apply", "m", "shop", "--yes"), 5)
        (kept,) = self.backups()
        return result, kept

    def test_what_went_wrong_says_how_to_bring_back_what_was_there(self):
        result, kept = self.write_what_cannot_be_pulled()
        self.assertIn(f"as it was before: mooring restore {kept.relative_to(self.folder)}\n", result.out)
        self.check_exit(self.run_mooring("restore", kept, "m", "--yes"), 0)

    def take_down(self):
        """Mooring's own write ends what ran, and nothing starts it again; the backup of before."""
        self.write("m/web/falls.yaml", WEB.replace("1.27", "1.28") + "    command: ['false']\n")
        self.write("m/shop.yaml", stack(file="web/falls.yaml"))
        result = self.check_exit(self.run_mooring("apply", "m", "shop", "--yes"), 5)
        self.assertRegex(result.out, r"\nupdate +shop/production +outage: web ran before and does not run any more")
        self.assertIn("needs_a_person", self.run_mooring("plan", "m", "shop").out)
        (kept,) = self.backups()
        return kept

    def test_what_its_own_write_took_down_is_put_back_by_its_backup(self):
        kept = self.take_down()
        back = self.check_exit(self.run_mooring("restore", kept, "m", "--yes"), 0)
        self.assertIn("puts back what Mooring's own write took down: web", back.out)
        self.assertRegex(back.out, r"\nupdate +shop/production +done\n")
        self.assertEqual(self.writes(), {"PUT /api/stacks/{}": 2})

    def test_what_somebody_wrote_since_is_for_a_person_and_the_words_say_how(self):
        kept = self.take_down()
        time.sleep(1.1)  # dates are whole seconds
        self.ask("PUT", self.double.url + "/api/stacks/7?endpointId=1",
                 {"StackFileContent": (self.folder / "m/web/falls.yaml").read_text(), "Env": [{"name": "KEPT", "value": "e2e-secret-kept"}]})
        for _ in range(3):  # until its deployment has ended
            self.ask("GET", self.double.url + "/api/stacks")
        blocked = self.check_exit(self.run_mooring("restore", kept, "m", "--yes"), 3)
        said = " ".join(blocked.out.split())
        self.assertIn("needs_a_person", said)
        self.assertIn("open the stack's Editor in Portainer, put the text of", said)

    def test_two_copies_of_a_ledger_share_no_lease_and_the_second_write_is_not_sent(self):
        shutil.copytree(self.folder / "state", self.folder / "copy")
        terminal = Terminal(self, "apply", "m", "shop")
        self.assertTrue(terminal.read_until(r"Type `yes`"), terminal.text)
        self.check_exit(self.run_mooring("apply", "m", "shop", "--yes", "--ledger", "copy/ledger.db"), 0)
        terminal.press(b"yes\n")
        terminal.finish()
        self.assertRegex(terminal.text, r"changed since it was planned")
        self.assertEqual(self.writes(), {"PUT /api/stacks/{}": 1})
        self.assertEqual(self.entries(), [], "nothing was noted in the one that sent nothing")

    def test_what_falls_is_put_back_where_the_manifest_says_so_and_is_said_first(self):
        falls = WEB.replace("1.27", "1.28") + "    command: ['false']\n"
        self.write("m/web/falls.yaml", falls)
        self.write("m/shop.yaml", stack(file="web/falls.yaml") + "  policy: {rollback: auto}\n")
        result = self.check_exit(self.run_mooring("apply", "m", "shop", "--yes"), 5)
        self.assertRegex(result.out, r"\nupdate +shop/production +outage: web ran before and does not run any more")
        self.assertRegex(result.out, r"\nrollback +shop/production +done: what ran before runs again\n")
        self.assertRegex(result.out, r"\n\nOUTAGE +shop/production +what ran was taken down, and put back\nexit 5: ")
        logged = json.loads(self.run_mooring("log", "--format", "json").out)
        self.assertEqual([one["write"]["action"] for one in logged["entries"] if one["write"]], ["update", "rollback"])

    def test_a_backup_of_a_stack_that_is_gone_creates_it_only_if_told_so(self):
        _, kept = self.write_what_cannot_be_pulled()
        self.ask("DELETE", self.double.url + "/api/stacks/7?endpointId=1")
        blocked = self.check_exit(self.run_mooring("restore", kept, "m", "--yes"), 3)
        self.assertIn("--create", blocked.err)
        done = self.check_exit(self.run_mooring("restore", kept, "m", "--create", "--yes"), 0)
        self.assertRegex(done.out, r"\ncreate +shop/production +done\n")

    def test_a_restore_keeps_to_the_freezes_and_the_mode_of_the_manifest(self):
        self.check_exit(self.run_mooring("apply", "m", "--yes"), 0)
        (kept,) = self.backups()
        before = self.writes()
        freeze = "    freeze: [{from: 2020-01-01T00:00:00Z, until: 2199-12-31T00:00:00Z, reason: year end}]\n"
        self.write("m/shop.yaml", stack() + "  policy:\n" + freeze)
        self.assertIn("not_now", self.check_exit(self.run_mooring("restore", kept, "m", "--yes"), 2).out)
        self.write("m/shop.yaml", stack() + "  policy: {mode: report}\n")
        refused = self.check_exit(self.run_mooring("restore", kept, "m", "--yes"), 3)
        self.assertIn("--allow shop=report", refused.err)
        self.assertEqual(self.writes(), before)
        self.write("m/shop.yaml", stack() + "  policy:\n    mode: report\n" + freeze)
        self.check_exit(self.run_mooring("restore", kept, "m", "--yes", "--allow", "shop=report", "--allow", "shop=not-now"), 0)

    def test_a_restore_keeps_to_the_manifest_that_means_the_record_by_its_id(self):
        self.check_exit(self.run_mooring("apply", "m", "--yes"), 0)
        (kept,) = self.backups()
        before = self.writes()
        self.write("m/shop.yaml", stack("storefront") + "  stack: {id: 7}\n  policy: {mode: report}\n")
        refused = self.check_exit(self.run_mooring("restore", kept, "m", "--yes"), 3)
        self.assertIn("m/shop.yaml", refused.err)
        self.assertIn("--allow shop=report", refused.err)
        self.assertEqual(self.writes(), before)

    def test_a_restore_keeps_to_what_any_manifest_of_that_name_says(self):
        self.check_exit(self.run_mooring("apply", "m", "--yes"), 0)
        (kept,) = self.backups()
        before = self.writes()
        another_day = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[(time.gmtime().tm_wday + 3) % 7]
        freeze = "  policy:\n    freeze: [{from: 2020-01-01T00:00:00Z, until: 2199-12-31T00:00:00Z, reason: year end}]\n"
        never = f"  policy:\n    windows: [{{days: [{another_day}], from: '00:00', until: '24:00', timeZone: UTC}}]\n"
        always = "  policy:\n    windows: [{from: '00:00', until: '24:00', timeZone: UTC}]\n"
        cases = {"a freeze": (freeze, ""), "a window that is closed": (never, always), "no window in the other": (never, "")}
        for case, (one, other) in cases.items():
            for production, archive in ((one, other), (other, one)):
                with self.subTest(case=case, production=production):
                    self.write("m/shop.yaml", stack() + production)
                    self.write("m/archived.yaml", stack(environment="archive") + archive)
                    self.assertIn("not_now", self.check_exit(self.run_mooring("restore", kept, "m", "--yes"), 2).out)
        for production, archive in (("report", "manual"), ("manual", "report")):
            self.write("m/shop.yaml", stack() + f"  policy: {{mode: {production}}}\n")
            self.write("m/archived.yaml", stack(environment="archive") + f"  policy: {{mode: {archive}}}\n")
            refused = self.check_exit(self.run_mooring("restore", kept, "m", "--yes"), 3)
            self.assertIn("m/shop.yaml:1" if production == "report" else "m/archived.yaml:1", refused.err)
        self.assertEqual(self.writes(), before)
        self.write("m/shop.yaml", stack() + always)
        self.write("m/archived.yaml", stack(environment="archive"))
        self.check_exit(self.run_mooring("restore", kept, "m", "--yes"), 0)

    def test_a_restored_stack_goes_as_any_other_once_no_manifest_declares_it(self):
        self.change_configuration("settle: 15s", "settle: 15s, pruneAfter: 1s")
        self.write("m/scope.yaml", SCOPE)
        self.write("m/cache.yaml", stack("cache", file="cache/compose.yaml"))
        for image in ("nginx:1.26", "nginx:1.27"):
            self.write("m/cache/compose.yaml", WEB.replace("nginx:1.27", image))
            self.check_exit(self.run_mooring("apply", "m", "cache", "--yes"), 0)
        (kept,) = self.backups()
        self.check_exit(self.run_mooring("restore", kept, "m", "--yes"), 0)
        logged = json.loads(self.run_mooring("log", "cache", "--format", "json").out)["entries"]
        self.assertFalse([one for one in logged if one["write"] and "record.json" in one["write"]["declaredAt"]])
        (self.folder / "m/cache.yaml").unlink()
        for _ in range(2):
            self.run_mooring("check", "m")
        for _ in range(100):
            planned = self.run_mooring("plan", "m", "cache", "--max-removes", "1")
            if "seen_too_shortly" not in planned.out:
                break
        self.assertRegex(self.check_exit(planned, 2).out, r"REMOVE +cache/production ")
        done = self.check_exit(self.run_mooring("apply", "m", "cache", "--yes", "--max-removes", "1"), 0)
        self.assertRegex(done.out, r"\nremove +cache/production +done\n")

    def test_what_is_not_a_backup_or_of_another_server_restores_nothing(self):
        _, kept = self.write_what_cannot_be_pulled()
        self.assertIn("does not hold a backup", self.check_exit(self.run_mooring("restore", "m", "m", "--yes"), 65).err)
        record = (kept / "record.json").read_text()
        (kept / "record.json").write_text(record.replace('"main"', '"other"'))
        self.assertIn("`other`", self.check_exit(self.run_mooring("restore", kept, "m", "--yes"), 65).err)
        instance = json.loads(record)["instanceId"]
        (kept / "record.json").write_text(record.replace(instance, "00000000-0000-4000-8000-000000000000"))
        self.assertIn("other_instance", self.check_exit(self.run_mooring("restore", kept, "m", "--yes"), 3).out)
        self.assertEqual(self.writes(), {"PUT /api/stacks/{}": 1})

    def test_without_anybody_to_ask_the_plan_is_shown_and_nothing_is_written(self):
        result = self.check_exit(self.run_mooring("apply", "m"), 7)
        self.assertIn("UPDATE       shop/production", result.out)
        self.assertIn("--yes", result.err)
        self.assertEqual(self.writes(), {})

    def test_without_a_ledger_nothing_is_written(self):
        self.change_configuration("  ledger: state/ledger.db\n", "")
        self.assertIn("--ledger", self.check_exit(self.run_mooring("apply", "m", "--yes"), 64).err)

    def test_manifests_with_errors_write_nothing(self):
        self.write("m/broken.yaml", "apiVersion: mooring/v1\nkind: Stack\n")
        self.check_exit(self.run_mooring("apply", "m", "--yes"), 65)
        self.assertEqual(self.writes(), {})

    def test_a_mistyped_name_beside_another_writes_neither(self):
        self.write("m/scope.yaml", SCOPE)  # with it, only the server can tell that nothing is called so
        result = self.check_exit(self.run_mooring("apply", "m", "shop", "blgo", "--yes"), 64)
        self.assertIn("no stack `blgo` is declared or listed; did you mean `blog`?", result.err)
        self.assertEqual(self.writes(), {})

    def test_a_configuration_among_the_manifests_is_not_used_to_write(self):
        self.configure(ledger="../state/ledger.db", place="m/mooring.yaml")
        self.write("m/token", TOKEN + "\n", 0o600)
        (self.folder / "mooring.yaml").unlink()
        result = self.check_exit(self.run_mooring("apply", "m", "--config", "m/mooring.yaml", "--yes"), 65)
        self.assertIn("keep it outside", result.err)
        self.assertEqual(self.writes(), {})

    def test_more_than_may_change_needs_a_plan_that_somebody_read(self):
        self.change_configuration("100%", "20%")
        self.write("m/web/compose.yaml", WEB.replace("1.27", "1.28"))
        result = self.check_exit(self.run_mooring("apply", "m", "--yes"), 7)
        self.assertIn("--max-changes 2", result.err)
        self.assertEqual(self.writes(), {})

    def test_a_saved_plan_is_written_as_it_was_read_and_not_once_something_moved(self):
        self.check_exit(self.run_mooring("plan", "m", "--format", "json", "-o", "plan.json"), 2)
        self.write("m/web/compose.yaml", WEB.replace("1.27", "1.29"))
        moved = self.check_exit(self.run_mooring("apply", "m", "--plan", "plan.json"), 6)
        self.assertIn("main shop/production", moved.err)
        self.assertEqual(self.writes(), {})
        self.write("m/web/compose.yaml", WEB)
        self.check_exit(self.run_mooring("apply", "m", "--plan", "plan.json"), 0)
        self.assertEqual(self.writes(), {"PUT /api/stacks/{}": 1})

    def test_a_saved_plan_of_a_create_is_tied_to_all_that_it_makes(self):
        self.write("m/web/new.yaml", WEB)
        self.write("m/fresh.yaml", stack("fresh", file="web/new.yaml") + "  env: {COLOR: {value: green, public: true}}\n")
        self.run_mooring("check", "m")
        self.check_exit(self.run_mooring("plan", "m", "fresh", "--format", "json", "-o", "plan.json"), 2)
        for more in ("    privileged: true\n", "    pid: host\n", "    volumes: ['/:/host']\n", "    ports: ['0.0.0.0:2375:2375']\n"):
            self.write("m/web/new.yaml", WEB + more)
            moved = self.check_exit(self.run_mooring("apply", "m", "fresh", "--plan", "plan.json"), 6)
            self.assertIn("main fresh/production", moved.err)
        self.write("m/web/new.yaml", WEB)
        self.write("m/fresh.yaml", stack("fresh", file="web/new.yaml") + "  env: {COLOR: {value: red, public: true}}\n")
        self.check_exit(self.run_mooring("apply", "m", "fresh", "--plan", "plan.json"), 6)
        self.assertEqual(self.writes(), {})

    def test_a_saved_plan_is_tied_to_what_no_line_has_room_for(self):
        long = "  job:\n    image: nginx:1.27\n    environment:\n" + "".join(f"      VARIABLE_{i}: some ordinary words here\n" for i in range(30))
        self.write("m/web/compose.yaml", WEB + long)
        self.run_mooring("check", "m")
        self.check_exit(self.run_mooring("plan", "m", "shop", "--format", "json", "-o", "plan.json"), 2)
        self.write("m/web/compose.yaml", WEB + long + "    privileged: true\n    volumes: ['/:/host']\n")
        shown = self.check_exit(self.run_mooring("plan", "m", "shop"), 2)
        self.assertIn("privileged: true", shown.out)
        self.assertIn('"source":"/"', shown.out)
        self.check_exit(self.run_mooring("apply", "m", "shop", "--plan", "plan.json"), 6)
        self.assertEqual(self.writes(), {})

    def test_a_file_that_is_not_a_plan_is_said_and_nothing_is_written(self):
        for text in ("", "{}", "[1]", '{"kind": "Plan", "apiVersion": "mooring/v1", "steps": [4]}'):
            self.write("plan.json", text)
            self.check_exit(self.run_mooring("apply", "m", "--plan", "plan.json"), 65)
        self.assertEqual(self.writes(), {})

    def test_a_person_is_asked_and_no_is_no(self):
        for answer in (b"n\n", b"\n", b"yess\n", b"y\n"):
            terminal = Terminal(self, "apply", "m")
            self.assertTrue(terminal.read_until(r"Type `yes`"), terminal.text)  # the first write to a server
            terminal.press(answer)
            self.assertEqual(terminal.finish(), 7, terminal.text)
            self.assertIn("nothing was written", terminal.text)
        self.assertEqual(self.writes(), {})

    def test_ctrl_c_at_the_question_ends_it(self):
        terminal = Terminal(self, "apply", "m")
        self.assertTrue(terminal.read_until(r"Type `yes`"), terminal.text)
        terminal.press(b"\x03")
        self.assertEqual(terminal.finish(), 130, terminal.text)
        self.assertEqual(self.writes(), {})

    def killed_while_the_answer_is_awaited(self, signal_number):
        self.control("/faults", {"kind": "latency", "method": "PUT", "milliseconds": 20000, "times": 1})
        process = self.start("apply", "m", "--yes")
        deadline = time.monotonic() + 60
        while not self.writes() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal_number)
        return self.finish(process)

    def test_a_killed_process_leaves_an_open_intent_that_the_next_one_settles(self):
        self.killed_while_the_answer_is_awaited(signal.SIGKILL)
        self.assertEqual(self.entries(), ["intent"])
        blocked = self.run_mooring("apply", "m", "--yes")  # the stand-in shows it as deploying once
        self.assertIn("mooring resume shop", blocked.out)
        result = self.check_exit(self.run_mooring("apply", "m", "--yes"), 0)
        self.assertRegex(result.out, r"settled +shop +sent")
        self.assertEqual(self.writes(), {"PUT /api/stacks/{}": 1}, "nothing was sent twice")

    def test_sigterm_waits_a_little_and_leaves_the_intent_open(self):
        begun = time.monotonic()
        result = self.check_exit(self.killed_while_the_answer_is_awaited(signal.SIGTERM), 143)
        self.assertLess(time.monotonic() - begun, 19, result.err)
        self.assertIn("what came of a write to shop", result.out)
        self.assertIn("exit 143: ", result.out, "the exit that it says is its own")
        self.assertEqual(self.entries(), ["intent"])

    def test_a_disk_that_takes_no_intent_gets_no_write(self):
        (self.folder / "state/backups").write_text("a file where the folder of backups would be")
        result = self.check_exit(self.run_mooring("apply", "m", "--yes"), 2)
        self.assertIn("skipped: the backup", result.out)
        self.assertEqual(self.writes(), {})

    def test_what_is_only_held_or_left_is_not_nothing_to_do(self):
        self.write("m/shop.yaml", stack() + "  policy:\n    freeze: [{from: 2020-01-01, until: 2099-01-01, reason: closed}]\n")
        result = self.check_exit(self.run_mooring("apply", "m", "--yes"), 2)
        self.assertTrue(result.out.endswith("exit 2: 1 held, 1 in sync before\n"), result.out)

    def test_a_server_that_does_not_answer_is_the_exit_that_is_said(self):
        self.change_configuration(self.double.url, "http://127.0.0.1:9")
        result = self.check_exit(self.run_mooring("apply", "m", "--yes"), 69)
        self.assertIn("exit 69: ", result.out)

    def test_commands_that_read_ask_by_get_alone(self):
        for words in (["check", "m"], ["plan", "m"], ["list"], ["show", "shop"], ["doctor"], ["observe", "m", "-o", "s.json"],
                      ["export", "-o", "out"], ["verify"]):
            self.run_mooring(*words)
            self.assertEqual(self.writes(), {}, words)


if __name__ == "__main__":
    unittest.main()
