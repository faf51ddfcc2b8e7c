"""`mooring init`: what is written, what is asked, and that nothing is ever overwritten."""
import os
import unittest

from harness import DOUBLE, SECRETS, TOKEN, Case, Double
from terminal import Terminal

SEED = {"users": [{"username": "admin", "token": TOKEN}], "environments": [{"id": 1, "name": "production"}],
        "stacks": [{"id": 7, "name": "shop", "environment": "production", "type": "standalone",
                    "file": "services:\n  web:\n    image: nginx:1.27\n", "access": "public"}]}


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Init(Case):
    def setUp(self):
        super().setUp()
        double = Double(SEED, self.folder)
        self.addCleanup(double.close)
        self.url = double.url
        self.write("token", TOKEN + "\n", 0o600)

    def init(self, *words):
        return self.run_mooring("init", *words)

    def test_it_writes_what_works_at_once(self):
        result = self.check_exit(self.init("monitoring", "--url", self.url, "--token-file", "token"), 0)
        self.assertIn("wrote monitoring/mooring.yaml\nwrote monitoring/manifests/first.yaml\n", result.out)
        self.assertIn("exit 0: a check would work", result.out)
        self.assertIn("Next:\n  cd monitoring\n  mooring list ", result.out)
        for words in (["monitoring"], ["--config", "monitoring/mooring.yaml"]):
            check = self.check_exit(self.run_mooring("check", *words), 2)
        self.check_exit(self.run_mooring("doctor", "monitoring"), 0)
        self.assertIn("EXTRA        shop/production", check.out)
        self.check_exit(self.run_mooring("validate", "monitoring/manifests"), 0)

    def test_a_token_file_inside_the_folder_may_move_with_it(self):
        self.write("monitoring/token", TOKEN, 0o600)
        self.check_exit(self.init("monitoring", "--url", self.url, "--token-file", "monitoring/token"), 0)
        self.assertIn('credential: {file: "token"}', (self.folder / "monitoring/mooring.yaml").read_text())
        (self.folder / "monitoring").rename(self.folder / "elsewhere")
        self.check_exit(self.run_mooring("doctor", "--config", "elsewhere/mooring.yaml"), 0)

    def test_nothing_is_overwritten(self):
        self.write("mooring.yaml", "mine\n")
        result = self.check_exit(self.init(".", "--url", self.url, "--token-file", "token"), 1)
        self.assertIn("mooring.yaml is there already, and nothing is overwritten", result.err)
        self.assertEqual((self.folder / "mooring.yaml").read_text(), "mine\n")
        self.assertFalse((self.folder / "manifests").exists())

    def test_no_manifest_is_taken_out_of_sight(self):
        self.write("m/mine.yaml", "apiVersion: mooring/v1\nkind: Scope\nmetadata: {name: mine}\nspec: {}\n")
        result = self.check_exit(self.init("m", "--url", self.url, "--token-file", "token"), 1)
        self.assertIn("m holds manifests already (mine.yaml)", result.err)
        self.assertEqual(os.listdir(self.folder / "m"), ["mine.yaml"])

    def test_manifests_that_are_there_stay_as_they_are(self):
        self.write("m/manifests/mine.yaml", "apiVersion: mooring/v1\nkind: Scope\nmetadata: {name: mine}\nspec: {}\n")
        result = self.check_exit(self.init("m", "--url", self.url, "--token-file", "token"), 0)
        self.assertIn("m/manifests is there already and stays as it is", result.out)
        self.assertEqual(os.listdir(self.folder / "m/manifests"), ["mine.yaml"])

    def test_without_a_terminal_the_flags_are_needed(self):
        for words in (["m"], ["m", "--url", self.url]):
            result = self.check_exit(self.init(*words), 64)
            self.assertIn("give --url URL and --token-file FILE", result.err)
        self.assertFalse((self.folder / "m").exists())

    def test_what_is_wrong_with_a_flag_is_said(self):
        for words, part in [(["--url", "portainer", "--token-file", "token"], "--url: "),
                            (["--url", self.url, "--token-file", "nowhere"], "No such file"),
                            (["--url", self.url, "--token-file", TOKEN], "looks like the token itself"),
                            (["--url", self.url, "--token-file", "token", "--pin", "x"], "--pin: ")]:
            self.assertIn(part, self.check_exit(self.init("m", *words), 64).err)
        self.assertFalse((self.folder / "m").exists())

    def test_an_open_token_file_is_said(self):
        (self.folder / "token").chmod(0o644)
        result = self.check_exit(self.init("m", "--url", self.url, "--token-file", "token"), 0)
        self.assertRegex(result.out, r"warn +configuration +.*other users can read it")
        self.assertIn("chmod 600", result.out)

    def test_a_doctor_who_fails_decides_the_exit_code(self):
        self.write("token", TOKEN + "-wrong\n", 0o600)
        result = self.check_exit(self.init("m", "--url", self.url, "--token-file", "token"), 77)
        self.assertIn("fix what fails, then `mooring doctor m`", result.out)

    def test_on_a_terminal_it_asks_and_asks_again(self):
        terminal = Terminal(self, "init", "m")
        for answer in ["portainer.example.org", self.url, "nowhere", "token"]:
            self.assertTrue(terminal.asked(r"(\(https://\.\.\.\)|access token): *$"), terminal.text)
            terminal.press(f"{answer}\n".encode())
        code, text = terminal.finish(), terminal.text
        self.assertEqual(code, 0, text)
        self.assertIn("No such file", text)
        self.assertTrue((self.folder / "m/mooring.yaml").exists())
        for secret in SECRETS:
            self.assertNotIn(secret, text)


if __name__ == "__main__":
    unittest.main()
