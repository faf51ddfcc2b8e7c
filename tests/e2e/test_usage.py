"""The command line itself: help, versions, typos."""
import json
import os
import re
import subprocess
import unittest

from harness import MOORING, ROOT, Case

try:
    import jsonschema
except ImportError:
    jsonschema = None

COMMANDS = ["check", "agent", "doctor", "observe", "init", "list", "show", "validate", "diff", "explain", "config", "schema", "completion", "version",
            "plan", "adopt", "trust", "resume", "log", "report", "verify", "ledger"]


class Usage(Case):
    def test_version_is_one_line_in_both_spellings(self):
        flag = self.check_exit(self.run_mooring("--version"), 0)
        command = self.check_exit(self.run_mooring("version"), 0)
        self.assertRegex(flag.out, r"\Amooring \d+\.\d+\.\d+\n\Z")
        self.assertEqual(flag.out, command.out)

    def test_version_as_json_says_what_the_program_was_made_of(self):
        said = json.loads(self.check_exit(self.run_mooring("version", "--format", "json"), 0).out)
        self.assertEqual(f"mooring {said['version']}\n", self.run_mooring("--version").out)
        names = [library["name"] for library in said["libraries"]]
        self.assertEqual(names, sorted(names))
        self.assertLessEqual({"Boost", "OpenSSL", "SQLite", "fmt", "spdlog", "yaml-cpp"}, set(names))
        self.assertTrue(all(re.match(r"\d+\.\d+", library["version"]) for library in said["libraries"]), said)
        if jsonschema:
            jsonschema.Draft7Validator(json.loads(self.run_mooring("schema", "version").out)).validate(said)

    @unittest.skipIf(re.search("sanitize|thread", str(MOORING)), "a sanitizer's own start takes longer")
    def test_the_version_takes_a_few_milliseconds(self):
        def seconds():
            """Of the processor. It is below five on a machine that does nothing else; twice that where others fill its caches."""
            child = os.posix_spawn(MOORING, [str(MOORING), "--version"], os.environ,
                                   file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
            used = os.wait4(child, 0)[2]
            return used.ru_utime + used.ru_stime
        self.assertLess(min(seconds() for _ in range(30)), 0.01)

    def test_every_command_has_help_with_two_examples(self):
        overview = self.check_exit(self.run_mooring("--help"), 0)
        for command in COMMANDS:
            self.assertIn(command, overview.out)
            text = self.check_exit(self.run_mooring(command, "--help"), 0).out
            examples = text[text.index("Examples:"):]
            self.assertGreaterEqual(examples.count("mooring "), 2, command)

    def test_nothing_asked_is_a_usage_error(self):
        result = self.check_exit(self.run_mooring(), 64)
        self.assertEqual(result.out, "")
        self.assertIn("Usage:", result.err)

    def test_typos_get_a_suggestion(self):
        for words, meant in [(["chekc"], "check"), (["check", "--fial-on", "denied"], "--fail-on"),
                             (["check", "--fail-on", "denid"], "denied"), (["check", "--format", "jsn"], "json"),
                             (["check", "--only", "enviroment=x"], "environment"), (["schema", "reprot"], "report"),
                             (["check", "--output", "jsn=x"], "json"), (["diff", "--formt", "json", "a", "b"], "--format")]:
            result = self.check_exit(self.run_mooring(*words), 64)
            self.assertIn(f"did you mean `{meant}`?", result.err, words)
            self.assertEqual(result.out, "", words)

    def test_show_values_is_refused_where_it_would_be_kept(self):
        result = self.check_exit(self.run_mooring("check", "--show-values", "."), 64)
        self.assertIn("terminal", result.err)

    def test_a_full_disk_is_a_failure(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([MOORING, "schema", "report"], stdout=full, stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"cannot write to standard output", done.stderr)


class Narrow(Case):
    def test_no_page_of_help_is_wider_than_the_terminal(self):
        self.variables.pop("COLUMNS", None)
        overview = self.run_mooring("--help").out
        for command in ["", *re.findall(r"^  ([a-z]+) +[A-Z]", overview, re.M)]:
            for columns in ("80", "100"):
                self.variables["COLUMNS"] = columns
                for line in self.check_exit(self.run_mooring(*[command] * bool(command), "--help"), 0).out.splitlines():
                    # A command stays whole, so that it can be taken as it stands.
                    if not line.startswith("  ") or line.startswith("   ") or line.startswith("  -"):
                        self.assertLessEqual(len(line), int(columns), f"{command}: {line}")
                    elif len(line) > int(columns):
                        self.assertRegex(line, r"^  .*\bmooring [^#]*$", command)

    def test_all_exit_codes_are_in_the_overview(self):
        said = " ".join(self.run_mooring("--help").out.split("Exit codes:")[1].split())
        for code in (0, 1, 2, 3, 4, 5, 6, 7, 64, 65, 69, 70, 77, 129, 130, 143):
            self.assertRegex(said, rf"\b{code}\b")


class WrongReasons(Case):
    def said(self, *words, code=64):
        return " ".join(self.check_exit(self.run_mooring(*words), code).err.split())

    def test_an_empty_word_is_called_empty(self):
        self.assertIn("an argument is empty", self.said("check", ""))

    def test_a_folder_beside_compose_dir_is_a_folder(self):
        self.write("manifests/shop/compose.yaml", "services: {}\n")
        self.assertIn("--compose-dir takes the place of DIR", self.said("check", "manifests", "--compose-dir", "manifests", "--environment", "production"))

    def test_what_an_action_may_be_is_said(self):
        self.assertIn("ACTION is missing: one of backup, prune, import", self.said("ledger"))

    def test_an_option_given_in_both_spellings(self):
        self.assertIn("`--deadline` or `--timeout`: give it once", self.said("check", "--timeout", "5s", "--deadline", "6s"))


class Explain(Case):
    def test_a_path_has_its_rule_and_its_reason(self):
        result = self.check_exit(self.run_mooring("explain", "services.web.ports"), 0)
        self.assertIn("rule", result.out)
        self.assertIn("reason", result.out)

    def test_an_unknown_path_is_compared_literally(self):
        self.assertIn("literally", self.check_exit(self.run_mooring("explain", "services.web.x_unknown_y"), 0).out)

    def test_every_code_of_a_plan_is_explained(self):
        """As lint.reasons finds them in the sources, and the halts of the agent."""
        source = "\n".join(path.read_text() for path in sorted((ROOT / "agent/reconcile").glob("*.cpp")))
        said = re.findall(r"\b(?:block|hold|unless_allowed|say_result|obstacle|blocked|held|halt)\((?:c, )?(?:(?:\w+[.>-]+)?step, )?\s*"
                          r"(?:Allowance::\w+, )?\s*\"([a-z]+(?:_[a-z]+)*)\"", source) + re.findall(r'\.code = "([a-z_]+)"', source)
        self.assertGreater(len(set(said)), 90)
        for code in sorted(set(said)):
            shown = self.check_exit(self.run_mooring("explain", code), 0).out
            self.assertRegex(shown, r"(?m)^  (code|verdict|proof) ", code)

    def test_a_word_that_nobody_knows_is_no_path(self):
        self.assertIn("did you mean `not_visible`?", self.check_exit(self.run_mooring("explain", "not_visble"), 64).err)

    def test_a_word_of_the_report_is_explained(self):
        self.assertIn("nothing proves", self.check_exit(self.run_mooring("explain", "not_visible"), 0).out)


if __name__ == "__main__":
    unittest.main()
