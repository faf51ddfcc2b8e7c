"""`mooring check` against the stand-in Portainer: what is printed, written and returned."""
import json
import os
import signal
import unittest
import urllib.request

from harness import DOUBLE, TOKEN, Case, Double
from terminal import Terminal

WEB = "services:\n  web:\n    image: nginx:1.27\n"
SEED = {
    "users": [{"username": "admin", "token": TOKEN}, {"username": "alice", "id": 2, "role": "user", "token": TOKEN + "-alice"}],
    "environments": [{"id": 1, "name": "production", "users": ["alice"]}],
    "stacks": [
        {"id": 7, "name": "shop", "environment": "production", "type": "standalone", "file": WEB.replace("1.27", "1.25"),
         "env": {"DB_PASSWORD": "e2e-secret-actual"}, "access": "public", "status": "active"},
        {"id": 8, "name": "blog", "environment": "production", "type": "standalone", "file": WEB, "access": "public",
         "status": "active"},
        {"id": 9, "name": "billing", "environment": "production", "type": "standalone", "file": WEB,
         "access": "administrators", "status": "active"},
    ],
}
STACK = """\
apiVersion: mooring/v1
kind: Stack
metadata: {{name: {name}, labels: {{team: {team}}}}}
spec:
  environment: production
  compose: {{file: web/compose.yaml}}
"""


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Check(Case):
    def setUp(self):
        super().setUp()
        self.double = Double(SEED, self.folder)
        self.addCleanup(self.double.close)
        self.write("m/web/compose.yaml", WEB)
        self.write("m/shop.yaml", STACK.format(name="shop", team="web") + "  env: {DB_PASSWORD: e2e-secret-desired}\n")
        self.write("m/blog.yaml", STACK.format(name="blog", team="press"))
        self.write("token", TOKEN + "\n", 0o600)
        self.variables |= {"PORTAINER_URL": self.double.url, "PORTAINER_API_KEY_FILE": "token"}

    def check(self, *words):
        return self.run_mooring("check", "m", *words)

    def test_drift_is_printed_with_both_values_and_ends_in_2(self):
        result = self.check_exit(self.check(), 2)
        self.assertRegex(result.out, r"DRIFTED +shop/production +\S*shop\.yaml:1")
        self.assertRegex(result.out, r"content +services\.web\.image +nginx:1\.27  ->  nginx:1\.25 +\S*compose\.yaml:3")
        self.assertRegex(result.out, r"record +env\.DB_PASSWORD +differs \(secret\)")
        self.assertRegex(result.out, r"in sync +blog/production")
        self.assertTrue(result.out.endswith("exit 2: drift\n"))
        self.assertEqual(result.err, "")

    def test_an_administrators_list_proves_absence(self):
        self.write("m/gone.yaml", STACK.format(name="gone", team="web"))
        result = self.check_exit(self.check(), 2)
        self.assertRegex(result.out, r"MISSING +gone/production")

    def test_a_users_list_proves_nothing(self):
        self.write("m/gone.yaml", STACK.format(name="gone", team="web"))
        self.write("token", TOKEN + "-alice\n", 0o600)
        result = self.check_exit(self.check(), 4)
        self.assertRegex(result.out, r"NOT VISIBLE +gone/production")
        self.assertNotIn("MISSING", result.out)
        self.assertIn("as alice (user, list filtered)", result.out)

    def test_names_choose_stacks_and_the_first_word_may_be_a_folder(self):
        out = self.check_exit(self.check("blog"), 0).out
        self.assertIn("in sync      blog/production", out)
        self.assertNotIn("shop/production", out)
        self.check_exit(self.check("blog", "shop"), 2)
        self.write("mooring.yaml", "apiVersion: mooring/v1\nkind: Agent\nspec:\n  manifests: m\n")
        self.assertNotIn("shop/", self.check_exit(self.run_mooring("check", "blog"), 0).out)
        self.assertNotIn("shop/", self.check_exit(self.run_mooring("check", "./m", "blog"), 0).out)

    def test_a_word_that_is_both_or_neither_is_a_usage_error_before_a_server_is_asked(self):
        self.write("mooring.yaml", "apiVersion: mooring/v1\nkind: Agent\nspec:\n  manifests: m\n")
        (self.folder / "shop").mkdir()
        self.variables["PORTAINER_URL"] = "http://127.0.0.1:9"
        self.assertIn("`shop` is both a folder and a stack: say ./shop", self.check_exit(self.run_mooring("check", "shop"), 64).err)
        self.assertIn("`shpo` is neither a folder nor a declared stack; did you mean `shop`?",
                      self.check_exit(self.run_mooring("check", "shpo"), 64).err)
        self.assertIn("no stack `shpo` is declared", self.check_exit(self.run_mooring("check", "m", "shpo"), 64).err)
        self.assertIn("only the first word can be a folder", self.check_exit(self.run_mooring("check", "m", "a/b"), 64).err)

    def test_fail_on_never_hides_in_silence_what_could_not_be_seen(self):
        self.write("m/billing.yaml", STACK.format(name="billing", team="web"))
        self.write("token", TOKEN + "-alice\n", 0o600)
        result = self.check_exit(self.check("billing", "--fail-on", "drifted,missing"), 0)
        self.assertIn("warning  1 stack could not be seen, and `--fail-on` ignores it", result.out)
        self.assertNotIn("ignores", self.check_exit(self.check("billing"), 3).out)

    def test_files_are_tried_before_a_server_is_asked(self):
        (self.folder / "folder").mkdir()
        self.variables["PORTAINER_URL"] = "http://127.0.0.1:9"
        for file, why in (("nosuch/r.json", "No such file"), ("folder", "it is a folder")):
            result = self.check_exit(self.check("--output", f"json={file}"), 1)
            self.assertIn(f"cannot write {file}: {why}", result.err)
            self.assertEqual(result.out, "")
        self.assertEqual(sorted(p.name for p in self.folder.iterdir() if "r.json" in p.name), [])

    def test_diff_shows_both_files_line_by_line_and_no_secret(self):
        self.write("m/web/compose.yaml", WEB + "    environment:\n      DB_PASSWORD: e2e-secret-desired\n")
        result = self.check_exit(self.check("shop", "--diff"), 2)
        self.assertIn("--- m/web/compose.yaml\n+++ shop/production@", result.out)
        self.assertRegex(result.out, r"-    image: nginx:1\.27\n(-.*\n)*\+    image: nginx:1\.25\n")
        self.assertLess(result.out.index("+    image"), result.out.index("DRIFTED"))
        self.assertNotIn("---", self.check("blog").out)
        self.check_exit(self.check("--diff", "--format", "json"), 64)

    def test_watch_shows_what_has_changed_and_nothing_twice(self):
        self.variables["NO_COLOR"] = "1"
        terminal = Terminal(self, "check", "m", "--watch=1")
        self.assertTrue(terminal.read_until("nothing has chang"), terminal.text)
        urllib.request.urlopen(self.double.control + "/stack", json.dumps({"id": 7, "file": WEB}).encode(), timeout=20).close()
        self.assertTrue(terminal.read_until(r"DRIFTED[\s\S]*DRIFTED"), terminal.text)
        os.kill(terminal.pid, signal.SIGTERM)
        terminal.finish()
        self.assertEqual(terminal.text.count("DRIFTED"), 2, terminal.text)  # the first report, and the change

    def test_watch_is_for_a_terminal(self):
        self.assertIn("for a terminal", self.check_exit(self.check("--watch"), 64).err)

    def test_a_folder_with_the_configuration_in_it_is_meant_as_a_whole(self):
        self.write("project/mooring.yaml", "apiVersion: mooring/v1\nkind: Agent\nspec:\n  manifests: ../m\n")
        self.assertIn("blog/production", self.check_exit(self.run_mooring("check", "project"), 2).out)

    def test_json_is_what_the_schema_promises(self):
        report = self.check_exit(self.check("--format", "json"), 2).json()
        self.assertEqual(report["exitCode"], 2)
        self.assertEqual([stack["verdict"] for stack in report["stacks"]], ["in_sync", "drifted"])
        self.assertEqual(report["run"]["servers"][0]["identity"]["username"], "admin")
        self.check_schema("report", report)

    def test_piped_output_is_the_same_each_time(self):
        self.assertEqual(self.check().out, self.check().out)

    def test_files_are_written_beside_standard_output(self):
        result = self.check_exit(self.check("--output", "json=r.json", "--output", "text=r.txt"), 2)
        self.assertEqual((self.folder / "r.txt").read_text(), result.out)
        self.assertEqual(json.loads((self.folder / "r.json").read_text())["exitCode"], 2)

    def test_a_report_is_as_private_as_the_umask_says(self):
        before = os.umask(0o077)
        self.addCleanup(os.umask, before)
        self.check_exit(self.check("-o", "json=r.json"), 2)
        self.assertEqual((self.folder / "r.json").stat().st_mode & 0o777, 0o600)

    def test_fail_on_narrows_the_exit_code_and_not_the_report(self):
        result = self.check_exit(self.check("--fail-on", "missing,denied"), 0)
        self.assertIn("DRIFTED", result.out)
        self.assertIn("outside --fail-on", result.out)

    def test_only_narrows_what_is_asked_and_shown(self):
        self.check_exit(self.check("--only", "name=blog"), 0)
        self.check_exit(self.check("--only", "label=team=web"), 2)
        result = self.check_exit(self.check("--only", "name=nothing"), 64)
        self.assertIn("--only", result.err)

    def test_quiet_leaves_out_what_is_in_sync(self):
        self.assertNotIn("blog/production", self.check_exit(self.check("--quiet"), 2).out)

    def test_memory_is_written_and_read(self):
        self.check_exit(self.check("--remember", "memory.json"), 2)
        memory = self.folder / "memory.json"
        self.assertEqual(memory.stat().st_mode & 0o777, 0o600)
        self.assertNotIn("e2e-secret", memory.read_text())
        memory.write_text("{")
        self.assertIn("memory.json", self.check_exit(self.check("--remember", "memory.json"), 65).err)

    def test_a_folder_of_compose_folders_needs_no_manifest(self):
        self.write("stacks/blog/compose.yaml", WEB)
        result = self.check_exit(self.run_mooring("check", "--compose-dir", "stacks", "--environment", "production"), 0)
        self.assertIn("blog/production", result.out)

    def test_a_folder_of_compose_folders_belongs_to_a_server_that_is_named(self):
        """Else no server would be asked about it, and a run that saw nothing would be green."""
        self.write("stacks/blog/compose.yaml", WEB)
        self.write("mooring.yaml", "apiVersion: mooring/v1\nkind: Agent\nspec:\n  servers:\n" + "".join(
            f"    - {{name: {name}, url: {self.double.url}, credential: {{file: token}}}}\n" for name in ("first", "second")))
        folder = ("check", "--compose-dir", "stacks", "--environment", "production")
        self.assertIn("first, second", self.check_exit(self.run_mooring(*folder), 65).err)
        self.assertIn("first, second", self.check_exit(self.run_mooring("observe", *folder[1:], "-o", "s.json"), 65).err)
        self.assertIn("blog/production", self.check_exit(self.run_mooring(*folder, "--server", "second"), 0).out)

    def on_a_terminal(self, *words, columns=80):
        """The exit code of a run on a terminal, and what it prints there."""
        terminal = Terminal(self, *words, columns=columns)
        return terminal.finish(), terminal.text

    def test_a_terminal_gets_colour_and_a_progress_line_that_goes_away(self):
        code, out = self.on_a_terminal("check", "m")
        self.assertEqual(code, 2)
        self.assertIn("\x1b[1;33mDRIFTED\x1b[0m", out)
        self.assertIn("\r\x1b[2K", out)
        self.assertNotIn("reading", out.split("\r\x1b[2K")[-1])

    def test_values_are_shown_on_a_terminal_alone_and_only_when_asked(self):
        _, masked = self.on_a_terminal("check", "m")
        self.assertNotIn("e2e-secret", masked)
        _, shown = self.on_a_terminal("check", "m", "--show-values", columns=140)
        self.assertIn("e2e-secret-desired", shown)
        self.assertIn("e2e-secret-actual", shown)
        self.assertNotIn(TOKEN, shown)


if __name__ == "__main__":
    unittest.main()
