"""`mooring check` against the stand-in Portainer: what is printed, written and returned."""
import fcntl
import json
import os
import pty
import struct
import termios
import unittest

from harness import DOUBLE, MOORING, TOKEN, Case, Double

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

    def test_a_file_that_cannot_be_written_is_a_failure(self):
        result = self.check_exit(self.check("--output", "json=nowhere/r.json"), 1)
        self.assertIn("nowhere/r.json", result.err)
        self.assertIn("DRIFTED", result.out)

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

    def on_a_terminal(self, *words, columns=80):
        """What a run prints on a pseudo-terminal."""
        pid, descriptor = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execve(MOORING, [MOORING, *words], {**self.variables, "TERM": "xterm"})
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        out = b""
        while True:
            try:
                block = os.read(descriptor, 65536)
            except OSError:
                break
            if not block:
                break
            out += block
        os.close(descriptor)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), out.decode()

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
