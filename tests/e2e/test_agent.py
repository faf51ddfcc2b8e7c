"""`mooring agent` against the stand-in Portainer: the loop, its triggers, signals, and what it does when something is not there."""
import contextlib
import datetime
import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import ssl
import subprocess
import time
import unittest
import urllib.request

from agent_world import AgentCase, NotifySocket
from harness import DOUBLE, STACK, TIME_LIMIT, TOKEN, WEB, Double

OTHER = WEB.replace("1.27", "1.25")


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Loop(AgentCase):
    def test_a_change_on_the_server_is_seen_at_the_next_interval_and_so_is_its_repair(self):
        self.configure(interval="1s")
        agent = self.ready()
        self.assertEqual(self.verdicts(), {"shop": "in_sync"})
        self.change_file(7, OTHER)
        said = agent.wait_for("transition", verdict="drifted")
        self.assertEqual(said["stack"], "shop")
        self.assertIn("services.web.image", said["message"])
        self.change_file(7, WEB)
        agent.wait_for("transition", verdict="in_sync")
        self.assertEqual(self.verdicts(), {"shop": "in_sync"})

    def test_a_changed_manifest_starts_a_run(self):
        agent = self.ready()
        self.write("m/shop/compose.yaml", OTHER)
        agent.wait_for("run", trigger="manifests")
        self.assertEqual(self.verdicts(), {"shop": "drifted"})

    def test_a_link_that_is_switched_to_another_release_starts_a_run(self):
        self.write("releases/1/shop.yaml", STACK)
        self.write("releases/1/shop/compose.yaml", WEB)
        self.write("releases/2/shop.yaml", STACK)
        self.write("releases/2/shop/compose.yaml", OTHER)
        os.symlink("releases/1", self.folder / "current")
        self.configure(change=lambda text: text.replace("manifests: m", "manifests: current"))
        agent = self.ready()
        os.symlink("releases/2", self.folder / "next")
        os.rename(self.folder / "next", self.folder / "current")
        agent.wait_for("run", trigger="manifests")
        self.assertEqual(self.verdicts(), {"shop": "drifted"})

    def test_the_ledger_among_the_manifests_starts_no_run(self):
        self.configure(change=lambda text: text.replace("ledger: ledger.db", "ledger: m/ledger.db"))
        agent = self.ready()
        self.ask("/v1/sync", "POST")
        agent.wait_for("run", trigger="sync")
        self.write("m/shop/compose.yaml", OTHER)
        agent.wait_for("run", trigger="manifests")
        self.assertEqual([run["trigger"] for run in self.get_json("/v1/runs")["runs"]], ["manifests", "sync", "start"])

    def test_an_unreadable_source_keeps_the_last_good_desired_state(self):
        agent = self.ready()
        self.write("m/shop.yaml", "apiVersion: mooring/v1\nkind: Stack\nmetadata: {name: shop\n")
        agent.wait_for("run", trigger="manifests")
        self.assertEqual(self.verdicts(), {"shop": "in_sync"})
        manifests = self.get_json("/v1/stacks")["manifests"]
        self.assertTrue(manifests["stale"])
        self.assertTrue(manifests["diagnostics"])
        self.assertIn("mooring_manifests_stale 1", self.ask("/metrics")[2])
        (self.folder / "m/shop.yaml").unlink()
        (self.folder / "m").rename(self.folder / "away")
        agent.wait_for("run", trigger="manifests")
        self.assertEqual(self.verdicts(), {"shop": "in_sync"}, "a folder that is gone declares nothing away")
        self.write("away/shop.yaml", STACK)
        (self.folder / "away").rename(self.folder / "m")
        agent.wait_for("run", trigger="manifests")
        self.assertFalse(self.get_json("/v1/stacks")["manifests"]["stale"])

    def test_page_report_and_notice_count_alike_over_an_outage_and_a_restart(self):
        """One rule of since: neither begins a count anew, and neither is counted as seen."""
        def told():
            one = self.get_json("/v1/stacks")["stacks"][0]
            return one["verdict"], one["since"], one["seenSeconds"], one["outOfSyncSince"]

        def sync(agent):
            self.ask("/v1/sync", "POST")
            agent.wait_for("run", trigger="sync")
        agent = self.ready()
        self.assertEqual(told()[0], "in_sync")
        time.sleep(1.1)
        self.change_file(7, OTHER)
        sync(agent)
        verdict, since, _, open_since = told()
        self.assertEqual((verdict, open_since), ("drifted", since))
        time.sleep(1.1)
        self.control("/faults", {"kind": "status", "path": "/api/users/me", "status": 500, "times": -1})
        sync(agent)
        verdict, down_since, _, open_since = told()
        self.assertEqual((verdict, open_since), ("unreachable", since), "the difference is not forgotten")
        self.assertGreater(down_since, since)
        time.sleep(1.1)
        self.control("/faults", None, "DELETE")
        self.assertEqual(agent.stop(), 0)
        self.ready()
        verdict, again, seen, _ = told()
        now = time.time()
        self.assertEqual((verdict, again), ("drifted", since))
        elapsed = now - datetime.datetime.fromisoformat(since.replace("Z", "+00:00")).timestamp()
        self.assertLessEqual(seen, elapsed - 1, "the outage is not counted as seen")
        self.assertGreaterEqual(seen, 1)
        with contextlib.closing(sqlite3.connect(self.folder / "ledger.db")) as ledger:
            column = ledger.execute("SELECT since FROM spells ORDER BY first_run DESC LIMIT 1").fetchone()[0]
        self.assertEqual(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(column)), since)
        today = time.strftime("%Y-%m-%d", time.gmtime())
        report = self.run_mooring("report", "--ledger", "ledger.db", "--from", today, "--to", "2100-01-01", "--format", "json")
        finding = next(one for one in json.loads(report.out)["findings"] if one["code"] == "open-drifted")
        self.assertEqual(finding["from"], since)
        self.assertIn("seen so for", finding["text"])
        self.assertEqual(self.run_mooring("verify", "--ledger", "ledger.db").code, 0)

    def test_what_was_extra_keeps_its_time_while_the_manifests_cannot_be_read(self):
        self.write("m/scope.yaml", "apiVersion: mooring/v1\nkind: Scope\nmetadata: {name: all}\nspec: {}\n")
        (self.folder / "m/shop.yaml").unlink()
        agent = self.ready()
        since = self.get_json("/v1/stacks")["stacks"][0]["since"]
        self.write("m/scope.yaml", "apiVersion: mooring/v1\nkind: Scope\nmetadata: {name: all}\nspec: {x: 1}\n")
        agent.wait_for("run", trigger="manifests")
        self.assertEqual(self.get_json("/v1/stacks")["stacks"], [])
        time.sleep(1.1)  # so that another time would be seen
        self.write("m/scope.yaml", "apiVersion: mooring/v1\nkind: Scope\nmetadata: {name: all}\nspec: {}\n")
        agent.wait_for("run", trigger="manifests")
        self.assertEqual([(one["verdict"], one["since"]) for one in self.get_json("/v1/stacks")["stacks"]], [("extra", since)])
        self.assertNotIn("no longer watched", agent.everything_said())
        today = time.strftime("%Y-%m-%d", time.gmtime())
        told = self.run_mooring("report", "--ledger", "ledger.db", "--from", today, "--to", "2100-01-01", "--format", "json")
        unreadable = [one for one in json.loads(told.out)["findings"] if one["code"] == "manifests-unreadable"]
        self.assertEqual(len(unreadable), 1)
        self.assertIn("unknown key", unreadable[0]["text"])

    def test_a_waiver_for_all_servers_that_one_of_them_uses_is_used(self):
        self.two_servers()
        waiver = ("apiVersion: mooring/v1\nkind: Waiver\nmetadata: {{name: {name}}}\nspec: {{server: '*', stack: {stack}, path: services.web.image, "
                  "owner: o@example.org, reason: tested, approver: a@example.org, from: 2026-01-01, until: 2099-01-01}}\n")
        self.write("m/waivers.yaml", waiver.format(name="used", stack="shop") + "---\n" + waiver.format(name="useless", stack="nobody"))
        agent = self.ready()
        agent.wait_for("run")
        self.change_file(7, WEB.replace("1.27", "1.25"))
        self.assertEqual(self.ask("/v1/sync?server=main", "POST")[0], 202)
        agent.wait_for("run", server="main", trigger="sync")
        remarks = [one["message"] for one in self.get_json("/v1/stacks")["manifests"]["diagnostics"]]
        self.assertEqual(len(remarks), 1, remarks)
        self.assertIn("`useless`", remarks[0])
        self.assertIn("<code>useless</code> accepts nothing", self.ask("/")[2])

    def test_a_memory_of_remember_becomes_the_new_ledger(self):
        self.configure(change=lambda text: text.replace("  ledger: ledger.db\n", ""))
        self.check_exit(self.run_mooring("check", "m", "--remember", "memory.json", "--config", "mooring.yaml"), 0)
        self.configure(change=lambda text: text.replace("  ledger: ledger.db\n", "  ledger: ledger.db\n  remember: memory.json\n"))
        agent = self.launch()
        self.assertEqual(agent.wait_for("ledger")["code"], "memory-taken-over")
        agent.wait_for("run")
        self.assertEqual(agent.stop(), 0)
        agent = self.launch()
        self.assertEqual(agent.wait_for("ledger")["code"], "memory-not-used")
        agent.wait_for("run")
        self.assertEqual(agent.stop(), 0)

    def test_an_absence_is_missing_only_when_two_runs_saw_it(self):
        agent = self.ready()
        self.control("/remove", {"stack": 7})
        self.ask("/v1/sync", "POST")
        agent.wait_for("run", trigger="sync")
        self.assertEqual(self.verdicts(), {"shop": "pending"})
        self.ask("/v1/sync", "POST")
        agent.wait_for("run", trigger="sync")
        self.assertEqual(self.verdicts(), {"shop": "missing"})

    def test_a_stack_that_was_hidden_and_one_that_was_deleted_are_told_apart_across_a_restart(self):
        agent = self.ready()
        self.assertEqual(agent.stop(), 0)
        self.control("/remove", {"stack": 7})
        agent = self.ready()
        self.assertEqual(self.verdicts(), {"shop": "pending"})
        self.assertEqual(agent.stop(), 0)
        self.ready()
        self.assertEqual(self.verdicts(), {"shop": "missing"}, "the ledger remembers the first absence")

    def test_one_server_that_hangs_delays_no_other(self):
        other = Double(self.seed, self.folder)
        self.addCleanup(other.close)
        self.configure(interval="1s", change=lambda text: text.replace(
            "  manifests: m", f"    - {{name: second, url: '{other.url}', credential: {{file: token}}}}\n  manifests: m"))
        self.write("m/shop.yaml", STACK.replace("spec:", "spec:\n  server: main"))
        self.write("m/second.yaml", STACK.replace("spec:", "spec:\n  server: second"))
        self.control("/faults", {"kind": "latency", "path": "/api/stacks", "milliseconds": 20000, "times": -1})
        agent = self.launch()
        for _ in range(3):
            said = agent.wait_for("run")
            self.assertEqual(said["server"], "second")

    def two_servers(self):
        """A second server beside the first, each with a stack of its own."""
        other = Double(self.seed, self.folder)
        self.addCleanup(other.close)
        self.configure(change=lambda text: text.replace(
            "  manifests: m", f"    - {{name: second, url: '{other.url}', credential: {{file: token}}}}\n  manifests: m"))
        self.write("m/shop.yaml", STACK.replace("spec:", "spec:\n  server: main"))
        self.write("m/second.yaml", STACK.replace("spec:", "spec:\n  server: second"))

    def check_that_second_is_over(self):
        """In the ledger, on the page, in the metrics and in the report."""
        history = self.get_json("/v1/stacks/second/production/shop")
        self.assertIsNone(history["stack"])
        newest = self.get_json("/v1/runs")["runs"]
        ended = next(run for run in newest if run["servers"] == ["second"])
        self.assertEqual((ended["trigger"], ended["summary"]["declared"]), ("removed", 0))
        self.assertLess(history["history"][0]["lastRun"], ended["number"])
        self.assertIn("not among those that are watched now", self.ask("/stacks/second/production/shop")[2])
        self.assertNotIn('stack_verdict{server="second"', self.ask("/metrics")[2])
        today = time.strftime("%Y-%m-%d", time.gmtime())
        done = self.run_mooring("report", "--ledger", "ledger.db", "--from", today, "--to", "2100-01-01", "--format", "json")
        told = json.loads(done.out)
        self.assertTrue(told["chain"]["proven"])
        over = [one for one in told["findings"] if one["code"] == "not-watched"]
        self.assertEqual([one["subject"] for one in over], ["second"])
        stacks = {one["server"]: one for one in told["stacks"]}
        self.assertIsNone(stacks["second"]["verdict"], "nobody knows what it is now")
        self.assertEqual(stacks["main"]["verdict"], "in_sync")

    def test_a_server_that_leaves_the_configuration_is_over_everywhere(self):
        self.two_servers()
        agent = self.ready()
        agent.wait_for("run")
        self.configure()
        (self.folder / "m/second.yaml").unlink()
        agent.process.send_signal(signal.SIGHUP)
        agent.wait_for("removed", server="second", level="info")
        agent.wait_for("run", server="main")
        self.check_that_second_is_over()

    def test_a_server_that_left_while_no_agent_ran_is_over_everywhere(self):
        self.two_servers()
        agent = self.ready()
        agent.wait_for("run")
        self.assertEqual(agent.stop(), 0)
        self.configure()
        (self.folder / "m/second.yaml").unlink()
        agent = self.launch()
        self.address = agent.wait_for("start")["address"]
        agent.wait_for("removed", server="second")
        self.check_that_second_is_over()
        agent.stop()
        again = self.ready()
        self.assertNotIn('"event":"removed"', again.everything_said(), "once is enough")

    def test_a_server_that_nothing_is_declared_for_is_over_only_if_the_manifests_were_read_whole(self):
        self.two_servers()
        agent = self.ready()
        agent.wait_for("run")
        (self.folder / "m/second.yaml").unlink()
        agent.wait_for("removed", server="second")
        agent.wait_for("run", server="main")
        self.check_that_second_is_over()

    def test_a_token_that_is_replaced_is_read_again(self):
        self.write("token", "ptr_wrong\n", 0o600)
        agent = self.ready()
        self.assertIn("refused", self.get_json("/v1/stacks")["servers"][0]["seen"]["error"])
        self.write("new", TOKEN + "\n", 0o600)
        os.rename(self.folder / "new", self.folder / "token")
        agent.wait_for("run", trigger="manifests", exit="0")
        self.assertEqual(self.verdicts(), {"shop": "in_sync"})

    def test_an_error_that_lasts_is_one_error_and_another_is_one_more(self):
        self.write("token", "ptr_wrong\n", 0o600)
        agent = self.ready()
        self.assertEqual(self.level_of_run(agent, "start"), "error")
        self.ask("/v1/sync", "POST")
        self.assertEqual(self.level_of_run(agent, "sync"), "info", "it was said when it began")
        self.write("new", TOKEN + "\n", 0o600)
        os.rename(self.folder / "new", self.folder / "token")
        agent.wait_for("run", trigger="manifests", exit="0")
        self.write("new", "ptr_wrong\n", 0o600)
        os.rename(self.folder / "new", self.folder / "token")
        self.assertEqual(self.level_of_run(agent, "manifests"), "error", "it had ended in between")

    @staticmethod
    def level_of_run(agent, trigger):
        seen = [json.loads(line) for line in agent.seen if line.startswith("{")]
        runs = [one for one in seen if one.get("event") == "run" and one.get("trigger") == trigger]
        return (runs[-1] if runs and trigger == "start" else agent.wait_for("run", trigger=trigger))["level"]

    def test_a_refused_token_takes_nothing_out_of_the_count_and_is_said_once(self):
        notify = NotifySocket(self.folder)
        self.addCleanup(notify.close)
        self.variables |= {"NOTIFY_SOCKET": notify.path}
        self.two_servers()
        self.write("m/also.yaml", STACK.replace("name: shop", "name: also").replace("spec:", "spec:\n  server: second"))
        config = (self.folder / "mooring.yaml").read_text()
        self.write("mooring.yaml", config.replace("credential: {file: token}}", "credential: {file: second}}"))
        self.write("second", TOKEN + "\n", 0o600)
        agent = self.launch()
        self.address = agent.wait_for("start")["address"]
        agent.wait_for("run", server="second", exit="3")  # `also` is not there: its absence was seen once
        deadline = time.monotonic() + TIME_LIMIT
        while 'mooring_stacks_declared{server="main"}' not in (before := self.ask("/metrics")[2]) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.write("new", "ptr_wrong\n", 0o600)
        os.rename(self.folder / "new", self.folder / "second")
        agent.wait_for("run", server="second", exit="77")
        answer = self.get_json("/v1/stacks")
        told = {(one["server"], one["name"]): (one["verdict"], one["cause"]) for one in answer["stacks"]}
        self.assertEqual(told, {("main", "shop"): ("in_sync", None), ("second", "shop"): ("denied", "credentials"),
                                ("second", "also"): ("denied", "credentials")})
        self.assertIn("token refused by second", answer["headline"])
        self.assertIn("token refused by second", self.ask("/")[2])
        while "token refused by second" not in notify.wait_for("STATUS")["STATUS"]:
            pass
        after = self.ask("/metrics")[2]
        self.assertIn('mooring_server_credentials_refused{server="second"} 1', after)
        self.assertIn('mooring_server_credentials_refused{server="main"} 0', after)
        self.assertIn('mooring_score_ratio{server="second"} 0', after)

        def series(text):
            lines = (line.rsplit(" ", 1)[0] for line in text.splitlines() if line.startswith(("mooring_stack", "mooring_coverage", "mooring_score")))
            return {re.sub(',verdict="[^"]*"', "", line) for line in lines if "_drift_" not in line}
        self.assertEqual(series(before), series(after))

    def test_a_ledger_that_cannot_be_written_stops_no_watching_and_is_said(self):
        agent = self.ready()
        with contextlib.closing(sqlite3.connect(self.folder / "ledger.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            self.change_file(7, OTHER)
            self.ask("/v1/sync", "POST")
            self.assertEqual(agent.wait_for("ledger")["level"], "error")
            agent.wait_for("run", trigger="sync")
            self.assertEqual(self.verdicts(), {"shop": "drifted"})
            self.assertRegex(self.ask("/metrics")[2], r"mooring_ledger_errors_total [1-9]")
            other.execute("ROLLBACK")
        self.ask("/v1/sync", "POST")
        agent.wait_for("run", trigger="sync")
        answer = self.get_json("/v1/runs")
        self.assertIsNone(answer["ledger"]["problem"])
        self.assertEqual(len(answer["runs"]), 2, "the run that could not be recorded is missing, and no other")

    def test_the_run_is_recorded_and_answered(self):
        self.ready()
        runs = self.get_json("/v1/runs")["runs"]
        self.assertEqual([run["trigger"] for run in runs], ["start"])
        self.assertEqual(runs[0]["exitCode"], 0)
        stack = self.get_json("/v1/stacks/main/production/shop")
        self.assertEqual(stack["stack"]["verdict"], "in_sync")
        self.assertEqual([spell["verdict"] for spell in stack["history"]], ["in_sync"])


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Signals(AgentCase):
    def test_sigterm_in_the_middle_of_a_run_records_it_as_interrupted_and_ends_with_0(self):
        self.control("/faults", {"kind": "latency", "path": "/api/stacks", "milliseconds": 30000, "times": 1})
        agent = self.launch()
        self.address = agent.wait_for("start")["address"]
        deadline = time.monotonic() + TIME_LIMIT
        while b"/api/stacks" not in self.control("/requests", None, "GET") and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertTrue(self.get_json("/v1/runs")["underWay"])
        began = time.monotonic()
        self.assertEqual(agent.stop(), 0)
        self.assertLess(time.monotonic() - began, 20)  # it does not wait for the answer
        self.assertIn('"event":"interrupted"', agent.everything_said())
        with contextlib.closing(sqlite3.connect(self.folder / "ledger.db")) as ledger:
            promised = ledger.execute("SELECT next_due - started_at FROM runs").fetchall()
        self.assertEqual(promised, [(3600,)], "what it saw holds no longer than until the next run was due")
        self.control("/faults", None, "DELETE")
        self.ready()
        runs = self.get_json("/v1/runs")["runs"]
        self.assertEqual([(run["partial"], run["exitCode"]) for run in runs], [(False, 0), (True, 130)])

    def test_sighup_reads_the_configuration_again_and_keeps_a_good_one(self):
        agent = self.ready()
        self.configure(more="    readyWithin: 90m\n")
        agent.process.send_signal(signal.SIGHUP)
        agent.wait_for("reload", message="the configuration was read again")
        agent.wait_for("run", trigger="signal")
        self.write("mooring.yaml", "apiVersion: mooring/v1\nkind: Agent\nspec: {nonsense: 1}\n")
        agent.process.send_signal(signal.SIGHUP)
        said = agent.wait_for("reload")
        self.assertEqual(said["level"], "error")
        agent.wait_for("run", trigger="signal", exit="0")

    def test_a_reload_that_fails_is_said_everywhere_with_its_place_until_one_succeeds(self):
        notify = NotifySocket(self.folder)
        self.addCleanup(notify.close)
        self.variables |= {"NOTIFY_SOCKET": notify.path}
        agent = self.ready()
        good = (self.folder / "mooring.yaml").read_text()
        self.write("mooring.yaml", good.replace("  agent:", "  agent:\n    intervall: 3s", 1))
        line = next(number for number, text in enumerate((self.folder / "mooring.yaml").read_text().splitlines(), 1) if "intervall" in text)
        agent.process.send_signal(signal.SIGHUP)
        place = f"mooring.yaml:{line}:"
        said = agent.wait_for("reload", level="error")
        self.assertIn(place, said["message"])
        self.assertIn("intervall", said["message"])
        while place not in notify.wait_for("STATUS")["STATUS"]:
            pass
        status, _, body = self.ask("/readyz", token="")
        self.assertEqual(status, 200, "the one before is in use")
        self.assertIn(place, json.loads(body)["reason"])
        self.assertIn(place, self.ask("/")[2])
        self.assertIn(place, self.get_json("/v1/stacks")["headline"])
        self.assertIn("mooring_configuration_stale 1", self.ask("/metrics")[2])
        self.write("mooring.yaml", good)
        agent.process.send_signal(signal.SIGHUP)
        agent.wait_for("reload", message="the configuration was read again")
        agent.wait_for("run", trigger="signal")
        self.assertIsNone(json.loads(self.ask("/readyz", token="")[2])["reason"])
        self.assertIn("mooring_configuration_stale 0", self.ask("/metrics")[2])
        self.assertNotIn("could not be read again", self.ask("/")[2])

    def test_after_sigterm_the_ledger_is_one_whole_file(self):
        agent = self.ready()
        self.ask("/v1/sync", "POST")
        agent.wait_for("run", trigger="sync")
        self.assertEqual(agent.stop(), 0)
        self.assertEqual([path.name for path in self.folder.glob("ledger.db-wal") if path.stat().st_size > 0], [])
        self.assertFalse((self.folder / "ledger.db.lock").exists())
        (self.folder / "copy").mkdir()
        self.write("copy/ledger.db", "")
        (self.folder / "copy/ledger.db").write_bytes((self.folder / "ledger.db").read_bytes())
        proven = self.check_exit(self.run_mooring("verify", "--ledger", "copy/ledger.db"), 0)
        self.assertIn("Proven: runs 1 to 2", proven.out)

    def test_a_second_agent_on_one_ledger_is_refused_and_one_that_died_is_followed(self):
        agent = self.ready()
        refused = self.check_exit(self.run_mooring("agent"), 1)
        self.assertIn("another agent keeps the ledger", refused.err)
        self.assertIn(f"process {agent.process.pid} on ", refused.err)
        self.check_exit(self.run_mooring("check", "--ledger", "ledger.db"), 0)  # beside it
        agent.process.kill()
        agent.process.wait()
        self.assertTrue((self.folder / "ledger.db.lock").exists())
        again = self.ready()
        self.assertEqual(again.stop(), 0)

    def test_a_changed_address_is_used_after_a_restart_and_said_until_then(self):
        agent = self.ready()
        self.configure(listen="127.0.0.2:0", change=lambda text: text.replace(", token: {file: agent-token}", ""))
        agent.process.send_signal(signal.SIGHUP)
        said = agent.wait_for("reload", level="warn")
        self.assertIn("`listen` has changed", said["message"])
        agent.wait_for("run", trigger="signal")
        self.assertEqual(self.ask("/v1/stacks", token="")[0], 401, "the old address keeps its token")
        self.assertIn("until the agent is restarted", self.ask("/")[2])
        self.assertIn("a restart is needed", self.get_json("/v1/stacks")["headline"])
        self.configure()
        agent.process.send_signal(signal.SIGHUP)
        agent.wait_for("run", trigger="signal")
        self.assertNotIn("until the agent is restarted", self.ask("/")[2])

    def test_the_supervisor_is_told(self):
        notify = NotifySocket(self.folder)
        self.addCleanup(notify.close)
        self.variables |= {"NOTIFY_SOCKET": notify.path, "WATCHDOG_USEC": "3000000"}
        agent = self.launch()
        notify.wait_for("READY", "1")
        notify.wait_for("WATCHDOG", "1")
        self.assertIn("in sync 1", notify.wait_for("STATUS")["STATUS"])
        before = time.clock_gettime(time.CLOCK_MONOTONIC) * 1e6
        agent.process.send_signal(signal.SIGHUP)
        reloading = notify.wait_for("RELOADING", "1")
        self.assertGreaterEqual(int(reloading["MONOTONIC_USEC"]), int(before))
        notify.wait_for("READY", "1")
        self.assertEqual(agent.stop(), 0)
        notify.wait_for("STOPPING", "1")

    def test_a_wrong_configuration_is_never_ready(self):
        notify = NotifySocket(self.folder)
        self.addCleanup(notify.close)
        notify.socket.settimeout(0.2)
        self.variables |= {"NOTIFY_SOCKET": notify.path}
        self.write("mooring.yaml", "apiVersion: mooring/v1\nkind: Agent\nspec: {nonsense: 1}\n")
        self.check_exit(self.run_mooring("agent"), 65)
        self.assertRaises(TimeoutError, notify.next)


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Door(AgentCase):
    def test_health_answers_while_as_many_idle_connections_are_held_as_there_may_be(self):
        self.ready()
        host, port = self.address.split("//")[1].split(":")
        held = []
        for _ in range(64):
            connection = http.client.HTTPConnection(host, int(port), timeout=TIME_LIMIT)
            self.addCleanup(connection.close)
            connection.request("GET", "/healthz")  # kept alive, and silent from now on
            self.assertEqual(connection.getresponse().read() != b"", True)
            held.append(connection)
        for path in ["/healthz", "/readyz"] * 3:
            self.assertEqual(self.ask(path, token="")[0], 200, path)
        self.assertTrue(all(one.sock is not None for one in held))

    def test_only_whoever_shows_the_token_is_answered_but_health_is_public(self):
        self.ready()
        self.assertEqual(self.ask("/healthz", token="")[0], 200)
        self.assertEqual(self.ask("/readyz", token="")[0], 200)
        for path in ["/", "/metrics", "/v1/stacks", "/v1/runs", "/style.css"]:
            status, headers, _ = self.ask(path, token="wrong")
            self.assertEqual(status, 401, path)
            self.assertIn("Bearer", headers["WWW-Authenticate"])
        self.assertEqual(self.ask("/v1/sync", "POST", token="")[0], 401)
        self.assertEqual(self.ask("/v1/sync", "GET")[0], 405)
        self.assertEqual(self.ask("/v1/sync", "POST")[0], 202)
        self.assertEqual(self.ask("/nothing")[0], 404)

    def test_without_a_token_foreign_names_are_refused_and_nobody_starts_a_run(self):
        self.configure(change=lambda text: text.replace("token: {file: agent-token}", "hosts: [mooring.example.org]"))
        self.ready()
        self.assertEqual(self.ask("/v1/stacks", token="")[0], 200)
        self.assertEqual(self.ask("/v1/stacks", token="", headers={"Host": "rebound.example.net"})[0], 421)
        self.assertEqual(self.ask("/v1/stacks", token="", headers={"Host": "mooring.example.org"})[0], 200)
        self.assertEqual(self.ask("/v1/sync", "POST", token="")[0], 403)

    def test_it_does_not_listen_beyond_this_machine_without_tls_and_token(self):
        self.configure(listen="0.0.0.0:0")
        result = self.check_exit(self.run_mooring("agent"), 65)
        self.assertIn("insecure: true", result.err)

    def test_with_a_certificate_it_speaks_tls_and_nothing_else(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"],
                       cwd=self.folder, check=True, capture_output=True, timeout=TIME_LIMIT)
        self.configure(change=lambda text: text.replace("token: {file: agent-token}", "tls: {certificate: cert.pem, key: key.pem}"))
        self.ready()
        self.assertTrue(self.address.startswith("https://127.0.0.1:"))
        context = ssl.create_default_context(cafile=str(self.folder / "cert.pem"))
        with urllib.request.urlopen(self.address + "/healthz", timeout=TIME_LIMIT, context=context) as answer:
            self.assertEqual(json.load(answer)["status"], "ok")
        with self.assertRaises((OSError, http.client.HTTPException)):
            self.ask("/healthz")

    def test_a_unix_socket_is_served_and_taken_away_at_the_end(self):
        path = self.folder / "agent.sock"
        self.configure(listen=f"unix:{path}")
        agent = self.ready()
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(TIME_LIMIT)
            wire.connect(str(path))
            wire.sendall(b"GET /healthz HTTP/1.1\r\nHost: anything\r\nConnection: close\r\n\r\n")
            self.assertIn(b" 200 OK", wire.recv(65536))
        self.assertEqual(agent.stop(), 0)
        self.assertFalse(path.exists())

    def test_readiness_ends_with_the_window(self):
        self.control("/faults", {"kind": "latency", "path": "/api/stacks", "milliseconds": 3000, "times": 1})
        agent = self.launch()
        self.address = agent.wait_for("start")["address"]
        status, _, body = self.ask("/readyz", token="")
        self.assertEqual(status, 503)
        self.assertIn("no run of main has ended yet", json.loads(body)["reason"])
        agent.wait_for("run")
        self.assertEqual(self.ask("/readyz", token="")[0], 200)

    def test_readiness_does_not_flap_while_a_server_hangs_for_longer_than_three_intervals(self):
        self.configure(interval="1s")
        agent = self.ready()
        self.control("/faults", {"kind": "latency", "path": "/api/stacks", "milliseconds": 5000, "times": -1})
        answers = []
        until = time.monotonic() + 13
        while time.monotonic() < until:
            answers.append(self.ask("/readyz", token="")[0])
            time.sleep(0.2)
        self.assertEqual(set(answers), {200})
        agent.wait_for("run")

    def test_metrics_say_what_the_page_says(self):
        agent = self.ready()
        self.change_file(7, OTHER)
        self.ask("/v1/sync", "POST")
        agent.wait_for("run", trigger="sync")
        text = self.ask("/metrics")[2]
        for line in ['mooring_stack_verdict{server="main",environment="production",stack="shop",verdict="drifted"} 1',
                     'mooring_coverage_ratio{server="main"} 1', 'mooring_score_ratio{server="main"} 0',
                     'mooring_api_requests_total{call="stacks",server="main",status="200"}',
                     'mooring_run_duration_seconds_count{server="main"} 2', "mooring_build_info{version=",
                     "mooring_ledger_errors_total 0", "mooring_manifests_stale 0"]:
            self.assertIn(line, text)
        self.assertRegex(text, r'mooring_stack_drift_since_seconds\{[^}]*stack="shop"\} \d')


if __name__ == "__main__":
    unittest.main()
