"""The systemd units: hardened, and right as far as systemd can tell without running them."""
import os
import re
import shutil
import subprocess
import unittest

from harness import ROOT, TIME_LIMIT

UNITS = ROOT / "systemd"
MOST_EXPOSURE = 1.5


@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed: the units are not checked")
class Units(unittest.TestCase):
    def analyze(self, *words):
        return subprocess.run(["systemd-analyze", *map(str, words)], capture_output=True, text=True, timeout=TIME_LIMIT,
                              env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"})

    def test_exposure_stays_low(self):
        for unit in ["mooring.service", "mooring-report.service"]:
            result = self.analyze("security", "--offline=true", "--no-pager", UNITS / unit)
            found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", result.stdout)
            self.assertTrue(found, result.stdout + result.stderr)
            self.assertLessEqual(float(found.group(1)), MOST_EXPOSURE, unit)

    def test_every_setting_is_known_to_systemd(self):
        result = self.analyze("verify", *sorted(UNITS.glob("mooring*")))
        wrong = [line for line in result.stderr.splitlines()
                 if "mooring" in line and "is not executable" not in line and "status=" not in line]
        self.assertEqual([line for line in wrong if re.search(r"Unknown|Invalid|Failed to parse|ignoring", line)], [])


if __name__ == "__main__":
    unittest.main()
