"""Tests that run side by side fail as tests in a row do."""
import pathlib
import subprocess
import sys
import time
import unittest

from harness import TIME_LIMIT, Case

RUNNER = pathlib.Path(__file__).with_name("side_by_side.py")
HEAD = "import os, time, unittest\nclass One(unittest.TestCase):\n"
PASSES = "    def test_passes(self): print('nobody reads this')\n"


class SideBySide(Case):
    def run_file(self, *tests):
        self.write("test_given.py", HEAD + "".join(tests))
        return subprocess.run([sys.executable, "-B", RUNNER, "test_given.py"], cwd=self.folder, capture_output=True, text=True, timeout=TIME_LIMIT)

    def test_what_passes_says_nothing_but_the_counts(self):
        done = self.run_file(PASSES, "    @unittest.skip('not here')\n    def test_skipped(self): pass\n")
        self.assertEqual(done.returncode, 0, done)
        self.assertRegex(done.stdout, r"2 tests side by side in [\d.]+ s: 0 failed, 1 skipped")
        self.assertNotIn("nobody reads this", done.stdout + done.stderr)

    def test_one_that_fails_fails_all_and_is_shown(self):
        for wrong in ["self.fail('so it is')", "raise OSError('so it is')", "self.addCleanup(self.fail, 'so it is')"]:
            done = self.run_file(PASSES, f"    def test_fails(self): {wrong}\n")
            self.assertEqual(done.returncode, 1, done)
            self.assertIn("so it is", done.stdout)
            self.assertIn("test_fails", done.stdout)
            self.assertIn("1 failed", done.stdout)

    def test_a_process_that_dies_a_file_that_is_broken_and_no_test_at_all_are_failures(self):
        for tests in [[PASSES, "    def test_dies(self): os._exit(0)\n"], ["    def test_broken(self:\n"], ["    pass\n"]]:
            self.assertNotEqual(self.run_file(*tests).returncode, 0, tests)

    def test_they_wait_together(self):
        began = time.monotonic()
        done = self.run_file(*[f"    def test_{number}(self): time.sleep(2)\n" for number in range(8)])
        self.assertEqual(done.returncode, 0, done)
        self.assertLess(time.monotonic() - began, 14, "in a row they take 16 s")


if __name__ == "__main__":
    unittest.main()
