"""`mooring observe` and `mooring check --snapshot`: judged offline, a snapshot gives what the run gave; it holds no secret."""
import json
import re
import shutil
import subprocess
import sys
import unittest

from harness import DOUBLE, ROOT, SECRETS, TOKEN, Case, Double

VERSIONS = ["2.23.0", "2.33.0-rc1", "2.39.0", "2.43.0"]
DEMO = ROOT / "manifests" / "demo"
WEB = "services:\n  web:\n    image: nginx:1.27\n"
TWINS = "e2e-secret-twins-4711"
UNREAD = "e2e-secret-of-nobody-here"
IN_FILE = "e2e-secret-inside-the-file"
HIDDEN = [*SECRETS, TWINS, UNREAD, IN_FILE]
SEED = {
    "users": [{"username": "admin", "token": TOKEN}, {"username": "alice", "id": 2, "role": "user", "token": TOKEN + "-alice"}],
    "teams": [{"name": "web", "members": ["alice"]}],
    "environments": [{"id": 1, "name": "production", "users": ["alice"]}, {"id": 2, "name": "cluster", "swarm": True}],
    "stacks": [
        {"id": 7, "name": "shop", "environment": "production", "type": "standalone", "access": "public", "status": "active",
         "file": WEB.replace("1.27", "1.25") + f"    environment: {{API_TOKEN: {IN_FILE}}}\n",
         "env": {"DB_PASSWORD": "e2e-secret-actual", "ONE": TWINS, "OTHER": TWINS, "LANG": "de"}},
        {"id": 8, "name": "blog", "environment": "production", "type": "standalone", "file": WEB, "access": "public",
         "env": {"DB_PASSWORD": "e2e-secret-desired"}, "status": "active"},
        {"id": 9, "name": "billing", "environment": "production", "type": "standalone", "file": WEB,
         "access": "administrators", "status": "active", "env": {"KEY": UNREAD}},
        {"id": 10, "name": "jobs", "environment": "cluster", "type": "swarm", "file": WEB, "status": "active"},
    ],
}
STACK = """\
apiVersion: mooring/v1
kind: Stack
metadata: {{name: {name}}}
spec:
  environment: {environment}
  type: {type}
  compose: {{file: web/compose.yaml}}
"""


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Observe(Case):
    maxDiff = None

    def setUp(self):
        super().setUp()
        self.write("mooring.yaml", "apiVersion: mooring/v1\nkind: Agent\nspec: {relistAfter: 10ms}\n")

    def serve(self, seed=SEED, *words):
        double = Double(seed, self.folder, *words)
        self.addCleanup(double.close)
        self.variables |= {"PORTAINER_URL": double.url, "PORTAINER_API_KEY": TOKEN}
        return double

    def declare(self):
        self.write("m/web/compose.yaml", WEB)
        self.write("secrets/twins", TWINS + "\n")
        for name in ("blog", "billing", "gone"):
            self.write(f"m/{name}.yaml", STACK.format(name=name, environment="production", type="standalone"))
        self.write("m/jobs.yaml", STACK.format(name="jobs", environment="cluster", type="swarm"))
        self.write("m/shop.yaml", STACK.format(name="shop", environment="production", type="standalone") +
                   "  env: {DB_PASSWORD: e2e-secret-desired, ONE: {fromEnv: TWINS}, OTHER: {fromEnv: TWINS},\n"
                   "        LANG: {value: en, public: true}, GONE: {fromFile: nowhere}}\n")
        self.variables["TWINS"] = TWINS

    def timeless(self, text):
        """Two runs differ in when they were, and in the id that is made of it."""
        return re.sub(r'"(id|startedAt|finishedAt)": ?"[0-9a-fTZ:-]+"', r'"\1":""', text, count=3)

    def assert_same_offline(self, *words, forget=()):
        observed = self.run_mooring("observe", *words, "-o", "snapshot.json")
        online = self.run_mooring("check", *words, "--format", "json")  # after it: a check writes its memory
        self.assertIn(observed.code, (0, 65), observed)
        kept = (self.folder / "snapshot.json").read_text()
        for secret in HIDDEN:
            self.assertNotIn(secret, kept)
        self.check_schema("snapshot", json.loads(kept))
        saved, self.variables = self.variables, {k: v for k, v in self.variables.items() if not k.startswith(("PORTAINER", "TWINS"))}
        for folder in forget:
            shutil.move(self.folder / folder, self.folder / (folder + ".away"))
        offline = self.run_mooring("check", "--snapshot", "snapshot.json", "--format", "json")
        self.variables = saved
        for folder in forget:
            shutil.move(self.folder / (folder + ".away"), self.folder / folder)
        self.assertEqual(self.timeless(online.out), self.timeless(offline.out))
        self.assertEqual(online.code, offline.code)
        self.assertEqual(offline.err, "")
        return json.loads(offline.out), kept

    def test_each_version_gives_the_same_report_offline_without_token_manifests_and_secrets(self):
        self.declare()
        for version in VERSIONS:
            for token in (TOKEN, TOKEN + "-alice"):
                with self.subTest(version=version, user=token[-5:]):
                    self.serve(SEED, "--version", version)
                    self.variables["PORTAINER_API_KEY"] = token
                    report, _ = self.assert_same_offline("m", forget=("m",))
                    self.assertEqual(report["run"]["servers"][0]["version"], version)

    def test_the_demonstration_with_every_verdict_is_the_same_offline(self):
        double = self.serve(json.loads((DEMO / "seed.json").read_text()))
        demo = self.folder / "demo"
        shutil.copytree(DEMO, demo)
        for token in ("token", "admin-token"):
            self.write(token, (DEMO / "secrets" / token).read_text(), 0o600)
        (self.folder / "memory.json").write_text((DEMO / "memory.json").read_text())
        self.write("memory.json.key", bytes(32), 0o600)
        text = (DEMO / "mooring.yaml.in").read_text().replace("@URL@", double.url).replace("@FOLDER@", str(demo))
        text += "  relistAfter: 10ms\n"
        self.write("mooring.yaml", text.replace("@WORK@", str(self.folder)))
        for name in ("PORTAINER_URL", "PORTAINER_API_KEY"):
            del self.variables[name]
        report, kept = self.assert_same_offline("demo", forget=("demo", "memory.json", "mooring.yaml"))
        self.assertGreater(len({stack["verdict"] for stack in report["stacks"]}), 7)
        for secret in ("blog-demo-password", "shop-demo-password", "ptr_demo"):
            self.assertNotIn(secret, kept)

    def test_equal_secrets_of_one_stack_cannot_be_recognised_as_equal(self):
        self.declare()
        self.serve()
        _, kept = self.assert_same_offline("m")
        document = json.loads(kept)
        shop = next(s for s in document["desired"]["stacks"] if s["name"] == "shop")
        wanted = {v["name"]: v["secret"] for v in shop["env"]}
        listed = next(s for s in document["servers"][0]["stacks"][0]["value"] if s["name"] == "shop")
        found = {v["name"]: v["secret"] for v in listed["env"]}
        self.assertNotEqual(wanted["ONE"], wanted["OTHER"])
        self.assertEqual((wanted["ONE"], wanted["OTHER"]), (found["ONE"], found["OTHER"]), "both are equal to what is declared")
        self.assertNotEqual(wanted["DB_PASSWORD"], found["DB_PASSWORD"])
        # blog has the value that shop declares: the run did not compare the two.
        blog = next(s for s in document["servers"][0]["stacks"][0]["value"] if s["name"] == "blog")
        self.assertNotIn(blog["env"][0]["secret"], [*wanted.values(), *found.values()])

    def test_all_formats_are_the_same_bytes_for_the_same_snapshot(self):
        self.declare()
        self.serve()
        self.run_mooring("observe", "m", "-o", "s.json")
        for kind in ("text", "json", "junit", "sarif", "markdown", "github", "csv"):
            first = self.run_mooring("check", "--snapshot", "s.json", "--format", kind)
            self.assertEqual(first.out, self.run_mooring("check", "--snapshot", "s.json", "--format", kind).out)

    def test_only_and_fail_on_work_offline(self):
        self.declare()
        self.serve()
        self.run_mooring("observe", "m", "-o", "s.json")
        self.check_exit(self.run_mooring("check", "--snapshot", "s.json", "--only", "name=billing"), 0)
        self.check_exit(self.run_mooring("check", "--snapshot", "s.json", "--only", "name=shop", "--fail-on", "missing"), 0)
        self.check_exit(self.run_mooring("check", "--snapshot", "s.json", "--only", "name=shop"), 4)

    def test_a_snapshot_becomes_a_golden_case_by_one_script(self):
        self.declare()
        self.serve()
        self.run_mooring("observe", "m", "-o", "s.json")
        script = [sys.executable, str(ROOT / "tests/golden/from_snapshot.py")]
        run = subprocess.run([*script, "s.json", "a-case", "cases"], cwd=self.folder, capture_output=True, text=True, timeout=60)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("ERROR        shop", (self.folder / "cases/a-case/expected.txt").read_text())
        for path in (self.folder / "cases").rglob("*.*"):
            for secret in HIDDEN:
                self.assertNotIn(secret, path.read_text())
        self.check_exit(self.run_mooring("validate", "cases/a-case/manifests"), 0)
        verify = [*script, "--verify", "cases"]
        self.assertEqual(subprocess.run(verify, cwd=self.folder, capture_output=True, timeout=60).returncode, 0)
        self.write("cases/a-case/expected.txt", "something else")
        self.assertEqual(subprocess.run(verify, cwd=self.folder, capture_output=True, timeout=60).returncode, 1)

    def test_the_snapshot_is_private_and_only_observed(self):
        self.declare()
        self.serve()
        self.write("memory.json", (DEMO / "memory.json").read_text())
        before = (self.folder / "memory.json").read_text()
        self.check_exit(self.run_mooring("observe", "m", "-o", "s.json", "--remember", "memory.json"), 0)
        self.assertEqual((self.folder / "s.json").stat().st_mode & 0o777, 0o600)
        self.assertEqual((self.folder / "memory.json").read_text(), before)

    def test_a_ledger_is_read_and_neither_made_nor_written(self):
        self.declare()
        self.serve()
        self.check_exit(self.run_mooring("observe", "m", "-o", "s.json", "--ledger", "ledger.db"), 0)
        self.assertFalse(list(self.folder.glob("ledger.db*")))
        self.run_mooring("check", "m", "--ledger", "ledger.db")
        before = (self.folder / "ledger.db").read_bytes()
        self.check_exit(self.run_mooring("observe", "m", "-o", "s.json", "--ledger", "ledger.db"), 0)
        self.assertEqual((self.folder / "ledger.db").read_bytes(), before)
        remembered = json.loads((self.folder / "s.json").read_text())["memory"]["servers"]
        self.assertEqual([stack["name"] for stack in remembered["main"]["stacks"]], ["shop", "blog", "billing", "jobs"])
        self.write("ledger.db", "this is no database at all " * 200)
        self.assertIn("it is not a ledger", self.check_exit(self.run_mooring("observe", "m", "-o", "s.json", "--ledger", "ledger.db"), 65).err)
        self.assertFalse(list(self.folder.glob("ledger.db.damaged*")))

    def test_a_damaged_snapshot_is_an_error_with_its_place(self):
        self.declare()
        self.serve()
        self.run_mooring("observe", "m", "-o", "s.json")
        text = (self.folder / "s.json").read_text()
        for change, place in (
                (lambda t: t[:-200], "not JSON at byte"),
                (lambda t: t.replace('"kind": "Snapshot"', '"kind": "Report"'), "kind: not a Snapshot"),
                (lambda t: t.replace('"apiVersion": "mooring/v1"', '"apiVersion": "mooring/v9"'), "apiVersion: this Mooring reads mooring/v1"),
                (lambda t: t.replace('"outcome": "ok"', '"outcome": "fine"', 1), "reply.outcome: unknown word `fine`"),
                (lambda t: t.replace('"equalBytes": true', '"equalBytes": 1', 1), "equalBytes: neither true nor false"),
                (lambda t: t.replace('"startedAt"', '"started"'), "startedAt: missing")):
            changed = change(text)
            self.assertNotEqual(changed, text)
            self.write("damaged.json", changed)
            result = self.check_exit(self.run_mooring("check", "--snapshot", "damaged.json"), 65)
            self.assertIn("damaged.json", result.err)
            self.assertIn(place, result.err)
            self.assertEqual(result.out, "")

    def test_words_that_do_not_go_together_are_usage_errors(self):
        self.write("s.json", "{}")
        self.write("m/a.yaml", "")
        for words in (("--snapshot", "s.json", "m"), ("--snapshot", "s.json", "--show-values"),
                      ("--snapshot", "s.json", "--compose-dir", "x", "--environment", "y")):
            self.check_exit(self.run_mooring("check", *words), 64)
        self.assertIn("-o FILE", self.check_exit(self.run_mooring("observe", "m"), 64).err)

    def test_a_server_that_refuses_or_is_away_makes_a_snapshot_of_just_that(self):
        self.declare()
        self.serve()
        self.variables["PORTAINER_API_KEY"] = "ptr_wrong"
        self.check_exit(self.run_mooring("observe", "m", "-o", "s.json"), 77)
        self.check_exit(self.run_mooring("check", "--snapshot", "s.json"), 77)
        self.variables["PORTAINER_URL"] = "http://127.0.0.1:9"
        self.check_exit(self.run_mooring("observe", "m", "-o", "s.json"), 69)
        self.assertIn("UNREACHABLE", self.check_exit(self.run_mooring("check", "--snapshot", "s.json"), 69).out)


if __name__ == "__main__":
    unittest.main()
