"""The command line itself: help, versions, typos."""
import json
import os
import re
import subprocess
import unittest

from harness import MOORING, Case

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


class Explain(Case):
    def test_a_path_has_its_rule_and_its_reason(self):
        result = self.check_exit(self.run_mooring("explain", "services.web.ports"), 0)
        self.assertIn("rule", result.out)
        self.assertIn("reason", result.out)

    def test_an_unknown_path_is_compared_literally(self):
        self.assertIn("literally", self.check_exit(self.run_mooring("explain", "services.web.x_unknown_y"), 0).out)

    def test_a_word_of_the_report_is_explained(self):
        self.assertIn("nothing proves", self.check_exit(self.run_mooring("explain", "not_visible"), 0).out)


if __name__ == "__main__":
    unittest.main()
