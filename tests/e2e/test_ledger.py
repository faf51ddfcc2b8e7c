"""The ledger as processes see it: `check --ledger`, `verify`, `ledger`; what is remembered across restarts and kill -9."""
import json
import os
import random
import signal
import sqlite3
import time
import unittest

from harness import DOUBLE, TOKEN, WEB, Case, Double, manifest, record

CREATED = 1760000000  # the same in every world: another one would be another record


def declared(name, password=""):
    more = f"  env: {{DB_PASSWORD: {password}}}\n" if password else ""
    return manifest(name, file="compose.yaml", more=more)


def seed(shop=True, access="public"):
    stacks = [record(8, "blog", access="public", creationDate=CREATED)]
    if shop:
        stacks.append(record(7, "shop", access=access, creationDate=CREATED, env={"DB_PASSWORD": "e2e-secret-actual"}))
    return {"users": [{"username": "admin", "token": TOKEN},
                      {"username": "alice", "id": 2, "role": "user", "token": TOKEN + "-alice"}],
            "environments": [{"id": 1, "name": "production", "users": ["alice"]}], "stacks": stacks}


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Ledger(Case):
    def setUp(self):
        super().setUp()
        self.write("m/compose.yaml", WEB)
        self.write("m/shop.yaml", declared("shop", "e2e-secret-actual"))
        self.write("m/blog.yaml", declared("blog"))
        self.write("token", TOKEN + "-alice\n", 0o600)
        self.variables |= {"PORTAINER_API_KEY_FILE": "token", "MOORING_LEDGER": "ledger.db"}
        self.double = None

    def serve(self, data):
        if self.double:
            self.double.close()
        self.double = Double(data, self.folder)
        self.addCleanup(self.double.close)
        self.variables["PORTAINER_URL"] = self.double.url

    def check(self, *words):
        return self.run_mooring("check", "m", *words)

    def verdicts(self, result):
        return {stack["name"]: stack["verdict"] for stack in json.loads(result.out)["stacks"]}

    def told_of_shop(self, result):
        shop = next(stack for stack in json.loads(result.out)["stacks"] if stack["name"] == "shop")
        return shop["verdict"], shop["cause"], shop["exists"]

    def judged(self):
        return self.verdicts(self.check("--format", "json"))

    def test_a_stack_that_was_seen_and_then_hidden_is_denied(self):
        self.serve(seed(access="administrators"))
        self.assertEqual(self.told_of_shop(self.check("--format", "json")), ("denied", "name_taken", None), "without memory only a guess")
        (self.folder / "ledger.db").unlink()
        (self.folder / "ledger.db.key").unlink()
        self.serve(seed())
        self.check_exit(self.check(), 0)
        self.serve(seed(access="administrators"))
        result = self.check("--format", "json")
        self.assertEqual(self.told_of_shop(result), ("denied", "resource_control", True))
        self.assertEqual(result.code, 3)

    def test_a_stack_that_was_seen_and_then_deleted_is_deleted(self):
        self.serve(seed())
        self.check_exit(self.check(), 0)
        self.serve(seed(shop=False))
        result = self.check("--format", "json")
        self.assertEqual(self.verdicts(result), {"blog": "in_sync", "shop": "deleted"})
        self.assertEqual(result.code, 4)

    def test_what_was_remembered_survives_kill_9(self):
        self.serve(seed())
        self.check_exit(self.check(), 0)
        choice = random.Random(7)
        for _ in range(8):
            process = self.start("check", "m")
            time.sleep(choice.uniform(0, 0.08))
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=20)
        self.assertEqual(self.run_mooring("verify").code, 0)
        self.serve(seed(access="administrators"))
        self.assertEqual(self.judged()["shop"], "denied")
        self.serve(seed(shop=False))
        self.assertEqual(self.judged()["shop"], "deleted")
        self.assertIn("Proven: runs 1 to ", self.check_exit(self.run_mooring("verify"), 0).out)

    def test_a_remember_file_becomes_the_ledger(self):
        self.serve(seed())
        del self.variables["MOORING_LEDGER"]
        self.check_exit(self.check("--remember", "memory.json"), 0)
        before = (self.folder / "memory.json").read_bytes()
        self.serve(seed(access="administrators"))
        both = self.check("--remember", "memory.json", "--ledger", "ledger.db", "--format", "json")
        self.assertEqual(self.verdicts(both)["shop"], "denied")
        self.assertIn("memory-taken-over", both.out)
        self.assertEqual((self.folder / "memory.json").read_bytes(), before)
        again = self.check("--remember", "memory.json", "--ledger", "ledger.db", "--format", "json")
        self.assertIn("memory-not-used", again.out)
        self.assertEqual(self.verdicts(again)["shop"], "denied")
        refused = self.check_exit(self.check("--ledger", "memory.json"), 65)
        self.assertIn("memory file of --remember", refused.err)
        self.check_exit(self.run_mooring("ledger", "import", "memory.json", "--ledger", "other.db"), 0)
        self.assertEqual(self.verdicts(self.check("--ledger", "other.db", "--format", "json"))["shop"], "denied")

    def test_verify_names_the_first_broken_run(self):
        self.serve(seed())
        for _ in range(3):
            self.check_exit(self.check(), 0)
        proven = self.check_exit(self.run_mooring("verify"), 0)
        head = proven.out.split()[-1]
        self.assertIn("run 3 of", self.check_exit(self.run_mooring("verify", "--has", head), 0).out)
        self.assertIn("no run has the hash", self.check_exit(self.run_mooring("verify", "--has", "0" * 64), 1).err)
        with sqlite3.connect(self.folder / "ledger.db") as ledger:
            ledger.execute("UPDATE runs SET finished_at = finished_at + 1 WHERE number = 2")
        ledger.close()
        broken = self.check_exit(self.run_mooring("verify"), 1)
        self.assertIn("BROKEN at run 2", broken.out)
        self.assertIn("Runs 1 to 1 before it are proven.", broken.out)

    def test_a_backup_is_restored_by_putting_it_in_place(self):
        self.serve(seed())
        self.check_exit(self.check(), 0)
        self.check_exit(self.run_mooring("ledger", "backup", "backup.db"), 0)
        self.assertIn("is there already", self.check_exit(self.run_mooring("ledger", "backup", "backup.db"), 1).err)
        for name in list(self.folder.glob("ledger.db*")):
            name.unlink()
        os.rename(self.folder / "backup.db", self.folder / "ledger.db")
        self.serve(seed(access="administrators"))
        self.assertEqual(self.judged()["shop"], "denied")
        self.assertIn("Proven: runs 1 to 2", self.check_exit(self.run_mooring("verify"), 0).out)

    def test_a_damaged_ledger_is_set_aside_and_that_is_said_everywhere(self):
        self.serve(seed())
        self.check_exit(self.check(), 0)
        path = self.folder / "ledger.db"
        damaged = path.read_bytes()[:100] + b"x" * 5000
        path.write_bytes(damaged)
        self.assertIn("damaged", self.check_exit(self.run_mooring("verify"), 65).err)
        result = self.check_exit(self.check("--format", "json"), 0)
        self.assertIn("ledger-set-aside", result.out)
        aside = list(self.folder.glob("ledger.db.damaged-*Z"))
        self.assertEqual([one.read_bytes() for one in aside], [damaged])
        self.assertIn("The chain begins anew", self.check_exit(self.run_mooring("verify"), 0).out)

    def test_a_file_that_is_not_a_ledger_is_refused_and_left_alone(self):
        self.serve(seed())
        other = sqlite3.connect(self.folder / "songs.db")
        other.execute("CREATE TABLE songs (title TEXT)")
        other.commit()
        other.close()
        for name, content in [("important.yaml", b"services:\n  web:\n    image: nginx:1.27\n"), ("zeros", bytes(4096)), ("songs.db", None)]:
            if content is not None:
                (self.folder / name).write_bytes(content)
            before = (self.folder / name).read_bytes()
            for words in (["check", "m"], ["verify"], ["ledger", "prune", "--before", "2025-01-01"], ["agent"],
                          ["report", "--from", "2026-01-01", "--to", "2026-02-01"]):
                result = self.check_exit(self.run_mooring(*words, "--ledger", name), 65)
                self.assertIn("cannot be used as a ledger", result.err, words)
            self.assertEqual((self.folder / name).read_bytes(), before)
            self.assertEqual([path.name for path in self.folder.glob(name + "*")], [name])

    def test_verify_in_json(self):
        self.serve(seed())
        for _ in range(2):
            self.check_exit(self.check(), 0)
        result = self.check_exit(self.run_mooring("verify", "--format", "json"), 0)
        whole = json.loads(result.out)
        self.check_schema("verification", whole)
        self.assertEqual((whole["proven"], whole["runs"], whole["memory"]["proven"]), (True, 2, ["main"]))
        found = json.loads(self.check_exit(self.run_mooring("verify", "--format", "json", "--has", whole["head"][:12].upper()), 0).out)
        self.check_schema("verification", found)
        self.assertEqual([run["number"] for run in found["has"]["runs"]], [2])
        with sqlite3.connect(self.folder / "ledger.db") as ledger:
            ledger.execute("UPDATE memory_stacks SET created_at = created_at + 1 WHERE id = 7")
        ledger.close()
        broken = json.loads(self.check_exit(self.run_mooring("verify", "--format", "json"), 1).out)
        self.check_schema("verification", broken)
        self.assertEqual((broken["proven"], broken["brokenRun"], broken["runs"]), (False, 2, 2))
        self.assertIn("the memory of server main", broken["problem"])
        self.assertIn("unknown value", self.check_exit(self.run_mooring("verify", "--format", "html"), 64).err)

    def test_a_hash_is_given_by_its_beginning_and_anything_else_is_refused(self):
        self.serve(seed())
        self.check_exit(self.check(), 0)
        head = json.loads(self.run_mooring("verify", "--format", "json").out)["head"]
        self.assertIn("run 1 of", self.check_exit(self.run_mooring("verify", "--has", head[:8]), 0).out)
        for wrong in ("zzz", head[:7], head + "0", "run 1"):
            self.assertIn("not a hash", self.check_exit(self.run_mooring("verify", "--has", wrong), 64).err)

    def test_a_ledger_that_cannot_be_written_is_an_error_before_anything_is_asked(self):
        self.serve(seed())
        refused = self.check_exit(self.check("--ledger", "no/such/folder/ledger.db"), 1)
        self.assertIn("Give this user the right to write the folder", refused.err)

    def test_retention_prunes_and_leaves_the_chain_provable(self):
        self.serve(seed())
        for _ in range(3):
            self.check_exit(self.check(), 0)
        pruned = self.check_exit(self.run_mooring("ledger", "prune", "--before", "2999-01-01"), 0)
        self.assertIn("2 runs pruned", pruned.out)
        self.assertIn("Runs up to 2", self.check_exit(self.run_mooring("verify"), 0).out)
        self.write("mooring.yaml", "apiVersion: mooring/v1\nkind: Agent\nspec:\n  ledger: ledger.db\n  keep: 400d\n")
        del self.variables["MOORING_LEDGER"]
        self.check_exit(self.check(), 0)
        self.assertIn("Proven: runs 3 to 4", self.check_exit(self.run_mooring("verify"), 0).out)

    def test_a_secret_that_changes_while_it_differs_is_noticed(self):
        self.write("m/shop.yaml", declared("shop", "e2e-secret-desired"))
        for value in ("e2e-secret-actual", "e2e-secret-actual", "e2e-secret-another"):
            data = seed()
            data["stacks"][1]["env"]["DB_PASSWORD"] = value
            self.serve(data)
            self.check_exit(self.check(), 2)
        with sqlite3.connect(self.folder / "ledger.db") as ledger:
            rows = ledger.execute("SELECT spells.first_run, last_run FROM spells JOIN stacks ON id = stack WHERE name = 'shop' "
                                  "ORDER BY spells.first_run").fetchall()
        ledger.close()
        self.assertEqual(rows, [(1, 2), (3, None)])
        for path in self.folder.glob("ledger.db*"):
            self.assertNotIn(b"e2e-secret", path.read_bytes(), path)

    def test_no_secret_is_in_any_file_of_it(self):
        self.write("m/shop.yaml", declared("shop", "e2e-secret-desired"))
        self.serve(seed())
        self.check_exit(self.check(), 2)
        for path in self.folder.glob("ledger.db*"):
            for secret in (TOKEN.encode(), b"e2e-secret-actual", b"e2e-secret-desired"):
                self.assertNotIn(secret, path.read_bytes(), path)


if __name__ == "__main__":
    unittest.main()
