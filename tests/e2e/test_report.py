"""`mooring report`: the same bytes, four forms, one schema, no network, and what the ledger says."""
import csv
import datetime
import io
import json
import os
import shlex
import subprocess
import time
import unittest

from harness import DOUBLE, MOORING, ROOT, TIME_LIMIT, TOKEN, WEB, Case, Double
from test_ledger import declared, seed

PERIOD = ("--from", "2020-01-01", "--to", "2040-01-01")


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Report(Case):
    def setUp(self):
        super().setUp()
        self.write("m/compose.yaml", WEB)
        self.write("m/shop.yaml", declared("shop", "e2e-secret-desired"))
        self.write("m/blog.yaml", declared("blog"))
        self.write("token", TOKEN + "\n", 0o600)
        self.variables |= {"PORTAINER_API_KEY_FILE": "token", "MOORING_LEDGER": "ledger.db"}
        double = Double(seed(), self.folder)
        self.addCleanup(double.close)
        self.variables["PORTAINER_URL"] = double.url
        self.check_exit(self.run_mooring("check", "m"), 2)
        self.write("m/shop.yaml", declared("shop", "e2e-secret-actual"))
        self.check_exit(self.run_mooring("check", "m"), 0)
        double.close()

    def report(self, *words):
        period = PERIOD[:2] if "--to" in words else PERIOD
        return self.run_mooring("report", *period, *words)

    def test_what_has_not_happened_yet_is_not_told(self):
        text = self.check_exit(self.report("--format", "markdown"), 0).out
        self.assertIn("until now: the period ends on 2040-01-01", text)
        refused = self.check_exit(self.run_mooring("report", "--from", "2039-01-01", "--to", "2040-01-01"), 64)
        self.assertIn("still to come", refused.err)

    def test_the_json_is_what_its_schema_promises_and_tells_the_repair(self):
        report = self.check_exit(self.report("--format", "json"), 0).json()
        self.check_schema("compliance", report)
        shop = report["stacks"][1]
        self.assertEqual((shop["name"], shop["verdict"], len(shop["episodes"])), ("shop", "in_sync", 1))
        episode = shop["episodes"][0]
        self.assertEqual((episode["end"], episode["changes"][0]["path"]), ("repaired", "env.DB_PASSWORD"))
        self.assertIsNone(episode["changes"][0]["actual"])
        self.assertTrue(any(one["target"].startswith("/api/stacks") for one in episode["proof"]))
        self.assertTrue(report["chain"]["proven"])
        head = report["observation"]["lastRunHash"]
        self.assertIn("run 2 of", self.check_exit(self.run_mooring("verify", "--has", head), 0).out)

    def test_all_forms_go_into_a_folder_and_are_the_same_bytes_each_time(self):
        time.sleep(1.1)  # of a period that is over: one that is not ends with the report's own second
        over = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        words = ("--to", over, "--controls", str(ROOT / "deploy/controls/nist-800-53.yaml"))
        self.check_exit(self.report("--output-dir", "one", *words), 0)
        self.check_exit(self.report("--output-dir", "two", *words), 0)
        names = ["compliance.csv", "compliance.html", "compliance.json", "compliance.md"]
        self.assertEqual(sorted(os.listdir(self.folder / "one")), names)
        for name in names:
            text = (self.folder / "one" / name).read_text()
            self.assertEqual(text, (self.folder / "two" / name).read_text())
            self.assertIn("CM-3", text if not name.endswith("csv") else "CM-3")
        html = (self.folder / "one/compliance.html").read_text()
        self.assertEqual(self.check_exit(self.report("--format", "html", *words), 0).out, html)

    def test_the_unit_s_command_writes_the_report_of_the_last_month(self):
        """What systemd would run, with its paths mapped into the test's folder."""
        unit = (ROOT / "systemd/mooring-report.service").read_text().replace("\\\n", "")
        command = next(line for line in unit.splitlines() if line.startswith("ExecStart=")).removeprefix("ExecStart=")
        for path, mapped in [("%%", "%"), ("/usr/bin/mooring", MOORING), ("/var/lib/mooring/ledger.db", str(self.folder / "ledger.db")),
                             ("/var/lib/mooring/reports", str(self.folder / "reports"))]:
            self.assertIn(path, command)
            command = command.replace(path, mapped)
        ran = subprocess.run(shlex.split(command), capture_output=True, text=True, timeout=TIME_LIMIT, cwd="/",
                             env={"PATH": os.environ["PATH"]})
        folders = list((self.folder / "reports").iterdir())
        self.assertEqual((ran.returncode, ran.stderr.startswith(f"written: {folders[0]}/compliance.")), (0, True), command + ran.stderr)
        self.assertEqual(len(folders), 1, "one folder for each month: nothing is overwritten by the next")
        scope = json.loads((folders[0] / "compliance.json").read_text())["scope"]
        self.assertEqual(folders[0].name, scope["from"][:7])
        this_month = datetime.datetime.now(datetime.timezone.utc).date().replace(day=1)
        last_month = (this_month - datetime.timedelta(days=1)).replace(day=1)
        self.assertEqual((scope["from"], scope["to"]), (f"{last_month}T00:00:00Z", f"{this_month}T00:00:00Z"))

    def test_csv_rows_have_the_columns_of_the_header(self):
        rows = list(csv.reader(io.StringIO(self.check_exit(self.report("--format", "csv"), 0).out)))
        self.assertEqual({len(row) for row in rows}, {11})
        self.assertEqual([row[0] for row in rows[:3]], ["row", "report", "observer"])
        self.assertIn("episode", [row[0] for row in rows])

    def test_scope_by_server_and_label(self):
        for words, count in ((("--server", "other*"), 0), (("--server", "ma?n"), 2), (("--label", "team=web"), 0)):
            self.assertEqual(len(self.report("--format", "json", *words).json()["stacks"]), count, words)

    def test_a_broken_chain_is_said_in_the_report_and_ends_in_1(self):
        import sqlite3
        with sqlite3.connect(self.folder / "ledger.db") as ledger:
            ledger.execute("UPDATE states SET body = replace(body, 'drifted', 'in_sync')")
        ledger.close()
        broken = self.check_exit(self.report("--format", "json"), 1)
        self.assertEqual(broken.json()["findings"][0]["code"], "chain-broken")

    def test_a_period_is_needed_and_so_is_a_ledger(self):
        self.assertIn("a period is needed", self.check_exit(self.run_mooring("report"), 64).err)
        self.check_exit(self.run_mooring("report", "--from", "2026-01-01", "--to", "2025-01-01"), 64)
        self.check_exit(self.report("--ledger", "none.db"), 65)
        self.check_exit(self.report("--format", "pdf"), 64)


if __name__ == "__main__":
    unittest.main()
