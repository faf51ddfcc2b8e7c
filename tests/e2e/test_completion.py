"""Completions, asked of the shells themselves: made from what the commands declare."""
import re
import shutil
import subprocess
import unittest

from harness import MOORING, TIME_LIMIT, Case

ASK = r"""
source <("$MOORING" completion bash)
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_mooring
printf '%s\n' "${COMPREPLY[@]}"
"""


class Bash(Case):
    def ask(self, *words):
        """What bash offers behind `mooring WORDS`, the last of which is being written."""
        done = subprocess.run(["bash", "-c", ASK, "ask", "mooring", *words], cwd=self.folder, env={**self.variables, "MOORING": MOORING},
                              capture_output=True, text=True, timeout=TIME_LIMIT)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    def test_commands(self):
        self.assertEqual(self.ask("che"), ["check"])
        self.assertIn("doctor", self.ask(""))
        self.assertIn("validate", self.ask("help", ""))
        self.assertEqual(self.ask("--v"), ["--version"])

    def test_every_option_of_every_command(self):
        for command in self.ask(""):
            if command == "help":
                continue
            text = self.check_exit(self.run_mooring(command, "--help"), 0).out
            flags = set(re.findall(r"(?:^  |,)(--?[a-z][a-z-]*)", text, re.M))
            self.assertTrue(flags)
            self.assertEqual(set(self.ask(command, "-")), flags, command)

    def test_values_that_are_known(self):
        self.assertEqual(self.ask("check", "--format", "j"), ["json", "junit"])
        self.assertEqual(self.ask("doctor", "--format", "j"), ["json"])
        self.assertEqual(self.ask("check", "--color", "=", "al"), ["always"])
        self.assertEqual(self.ask("check", "--color", "="), ["auto", "always", "never"])
        self.assertEqual(self.ask("completion", "z"), ["zsh"])
        self.assertEqual(self.ask("schema", "man"), ["manifest"])

    def test_files(self):
        self.write("manifests/x.yaml", "")
        self.assertEqual(self.ask("check", "man"), ["manifests"])
        self.assertEqual(self.ask("check", "--config", "manifests/"), ["manifests/x.yaml"])

    def test_a_value_that_nobody_can_know_offers_nothing(self):
        self.write("manifests/x.yaml", "")
        self.assertEqual(self.ask("check", "--url", ""), [])

    def test_an_unknown_command_offers_nothing(self):
        self.assertEqual(self.ask("chekc", "-"), [])

    def test_an_unknown_shell_is_a_usage_error(self):
        self.assertIn("did you mean `fish`", self.check_exit(self.run_mooring("completion", "fihs"), 64).err)


class OtherShells(Case):
    """Only their syntax, where the shell is there: whether it has all options is the same list that bash is asked for."""

    def script(self, shell):
        return self.check_exit(self.run_mooring("completion", shell), 0).out

    def test_zsh(self):
        script = self.script("zsh")
        self.assertTrue(script.startswith("#compdef mooring\n"))
        self.assertIn("--format=[Form of standard output", script)
        if not shutil.which("zsh"):
            self.skipTest("zsh is not installed")
        subprocess.run(["zsh", "-n"], input=script, text=True, check=True, timeout=TIME_LIMIT)

    def test_fish(self):
        script = self.script("fish")
        self.assertIn("complete -c mooring -n '__fish_seen_subcommand_from check' -l format -x -a 'text json", script)
        if not shutil.which("fish"):
            self.skipTest("fish is not installed")
        subprocess.run(["fish", "-n"], input=script, text=True, check=True, timeout=TIME_LIMIT)


if __name__ == "__main__":
    unittest.main()
