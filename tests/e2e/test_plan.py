"""`mooring plan` against the stand-in Portainer: what it says should be written, and that it writes nothing."""
import json
import unittest
import urllib.request

from harness import DOUBLE, TOKEN, WEB, Case, Double, record

SEED = {
    "users": [{"username": "admin", "token": TOKEN}],
    "environments": [{"id": 1, "name": "production"}, {"id": 2, "name": "staging", "url": "unix:///var/run/docker.sock"}],  # one engine
    "stacks": [
        record(7, "shop", WEB.replace("1.27", "1.25"), env={"KEPT": "e2e-secret-kept"}),
        record(8, "blog"),
        record(9, "cache", environment="staging", runs=False),
    ],
}
STACK = """\
apiVersion: mooring/v1
kind: Stack
metadata: {{name: {name}}}
spec:
  environment: production
  compose: {{file: web/compose.yaml}}
"""
CONFIG = """\
apiVersion: mooring/v1
kind: Agent
spec:
  servers:
    - name: main
      url: {url}
      credential: {{file: token}}
      apply: {apply}
"""


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Plan(Case):
    def setUp(self):
        super().setUp()
        self.double = Double(SEED, self.folder)
        self.addCleanup(self.double.close)
        self.write("m/web/compose.yaml", WEB)
        self.write("m/blog.yaml", STACK.format(name="blog"))
        self.write("token", TOKEN + "\n", 0o600)
        self.configure("true")

    def configure(self, apply):
        self.write("mooring.yaml", CONFIG.format(url=self.double.url, apply=apply))

    def plan(self, *words):
        return self.run_mooring("plan", "m", *words)

    def steps(self, *words):
        result = self.plan("--format", "json", *words)
        return {step["name"]: step for step in json.loads(result.out)["steps"]}

    def test_a_server_that_is_typed_is_the_only_one_planned_for(self):
        second = CONFIG.format(url=self.double.url, apply="true").split("servers:\n")[1].replace("main", "second")
        self.write("mooring.yaml", CONFIG.format(url=self.double.url, apply="true") + second)
        self.write("m/blog.yaml", STACK.format(name="blog") + "  server: main\n")
        self.write("m/shop.yaml", STACK.format(name="shop") + "  server: second\n")
        self.assertEqual(list(self.steps("--server", "second")), ["shop"])
        one = self.check_exit(self.plan("--server", "main"), 0)
        self.assertNotIn("shop", one.out)
        self.assertIn("--server main leaves out 1 stack of other servers", one.err)
        self.assertIn("(--server)", self.check_exit(self.plan("shop", "--server", "main"), 64).err)

    def test_nothing_to_do_is_exit_0(self):
        result = self.check_exit(self.plan(), 0)
        self.assertTrue(result.out.endswith("exit 0: 1 in sync\n"), result.out)

    def test_a_server_that_may_not_be_written_blocks_every_step(self):
        self.configure("false")
        self.write("m/shop.yaml", STACK.format(name="shop") + "  adopt: true\n")
        result = self.check_exit(self.plan(), 3)
        self.assertIn("not_enabled", result.out)
        self.assertIn("apply: true", result.out)

    def test_a_database_that_nothing_pins_is_not_written(self):
        self.write("m/shop.yaml", STACK.format(name="shop") + "  adopt: true\n")
        step = self.steps()["shop"]
        self.assertEqual(step["obstacles"][0]["code"], "not_trusted")

    def test_what_the_ledger_pins_and_the_manifest_adopts_is_to_be_done(self):
        self.write("m/shop.yaml", STACK.format(name="shop") + "  adopt: true\n")
        self.run_mooring("check", "m", "--ledger", "ledger.db")
        result = self.check_exit(self.plan("--ledger", "ledger.db"), 2)
        self.assertRegex(result.out, r"UPDATE +shop/production +\S*shop\.yaml:1")
        self.assertIn("services.web.image  nginx:1.25  becomes  nginx:1.27", result.out)

    def test_a_stack_that_was_in_sync_once_is_owned_and_another_is_not(self):
        self.write("m/shop.yaml", STACK.format(name="shop"))
        self.run_mooring("check", "m", "--ledger", "ledger.db")
        self.write("m/web/compose.yaml", WEB.replace("1.27", "1.28"))
        steps = self.steps("--ledger", "ledger.db")
        self.assertEqual(steps["blog"]["readiness"], "to_do")
        self.assertEqual(steps["shop"]["obstacles"][0]["code"], "not_adopted")

    def test_a_record_of_that_name_on_the_same_engine_blocks(self):
        self.write("m/cache.yaml", STACK.format(name="cache"))
        self.run_mooring("check", "m", "--ledger", "ledger.db")
        step = self.steps("--ledger", "ledger.db")["cache"]
        self.assertEqual([part["action"] for part in step["parts"]], ["create"])
        self.assertEqual(step["obstacles"][0]["code"], "would_replace")

    def test_a_stack_that_nobody_declares_any_more_makes_a_new_one_look_renamed(self):
        self.run_mooring("check", "m", "--ledger", "ledger.db")
        (self.folder / "m/blog.yaml").unlink()
        self.write("m/journal.yaml", STACK.format(name="journal"))
        step = self.steps("--ledger", "ledger.db")["journal"]
        self.assertEqual(step["obstacles"][0]["code"], "looks_renamed")
        self.assertIn("`blog`", step["obstacles"][0]["message"])

    def test_only_plans_less_and_takes_nothing_that_is_declared_for_renamed(self):
        self.run_mooring("check", "m", "--ledger", "ledger.db")
        self.write("m/journal.yaml", STACK.format(name="journal"))
        steps = self.steps("--ledger", "ledger.db", "--only", "name=journal")
        self.assertEqual({name: step["readiness"] for name, step in steps.items()}, {"journal": "to_do"})

    def test_several_forms_are_written_at_once_and_files_are_tried_before_a_server_is_asked(self):
        self.write("m/shop.yaml", STACK.format(name="shop") + "  adopt: true\n")
        result = self.plan("--output", "json=plan.json", "--output", "markdown=plan.md", "--details")
        self.assertIn("BLOCKED      shop/production", result.out)
        self.assertEqual(json.loads((self.folder / "plan.json").read_text())["kind"], "Plan")
        self.assertIn(self.double.url, (self.folder / "plan.md").read_text())
        self.check_exit(self.plan("--output", "json=plan.json", "--output", "text=plan.json"), 64)
        self.assertIn("did you mean `json`?", self.check_exit(self.plan("--output", "jsn=x"), 64).err)
        self.assertIn("cannot write", self.check_exit(self.plan("-o", "no/such/plan.json"), 1).err)

    def test_diff_shows_what_a_file_becomes_and_of_the_servers_lines_none_but_to_a_terminal(self):
        self.write("m/shop.yaml", STACK.format(name="shop") + "  adopt: true\n")
        result = self.plan("shop", "--diff")
        self.assertIn("+    image: nginx:1.27\n", result.out)
        self.assertIn("-(not shown)\n", result.out)
        self.assertNotIn("-    image: nginx:1.25", result.out)
        self.check_exit(self.plan("--diff", "--format", "json"), 64)

    def test_what_others_made_is_asked_by_name_and_must_exist(self):
        external = WEB + "    networks: [front]\nnetworks: {front: {external: true, name: %s}}\n"
        for name, code in (("no-such-net", "external_missing"), ("blog_default", None)):
            self.write("m/web/other.yaml", external % name)
            self.write("m/shop.yaml", STACK.format(name="shop").replace("compose.yaml", "other.yaml") + "  adopt: true\n")
            self.run_mooring("check", "m", "--ledger", "ledger.db")
            step = self.steps("--ledger", "ledger.db")["shop"]
            self.assertEqual([one["code"] for one in step["obstacles"]], [code] if code else [], name)
            self.assertNotIn("not known", " ".join(step["notes"]))

    def test_a_create_says_how_missing_is_proven_what_it_finds_and_who_gets_it(self):
        body = json.dumps({"Name": "journal_data"}).encode()
        request = urllib.request.Request(self.double.url + "/api/endpoints/1/docker/volumes/create", data=body, method="POST",
                                         headers={"X-API-Key": TOKEN, "Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=20).close()
        self.double.own_writes = 1  # that volume
        self.write("m/web/data.yaml", WEB + "    volumes: ['data:/d', 'more:/m']\nvolumes: {data: , more: }\n")
        self.write("m/secrets/db", "e2e-secret-desired\n")
        self.write("m/journal.yaml", STACK.format(name="journal").replace("compose.yaml", "data.yaml")
                   + "  env: {DB: {fromFile: secrets/db}, LEVEL: '3'}\n  access: administrators\n")
        self.run_mooring("check", "m", "--ledger", "ledger.db")
        result = self.check_exit(self.plan("--ledger", "ledger.db"), 2)
        self.assertRegex(result.out, r"CREATE +journal/production +\S+journal.yaml:1\n"
                                     r" +missing is proven by the complete list; volume journal_data exists and will be used\n"
                                     r" +sets DB( \(from secrets/db\))?, LEVEL\n"
                                     r" +services\.web  \{\"image\":\"nginx:1\.27\",.*\n"
                                     r" +then access: administrators\n")
        step = self.check_schema("plan", json.loads(self.plan("--ledger", "ledger.db", "--format", "json").out))["steps"][0]
        self.assertEqual((step["proof"], step["volumesUsed"], step["access"]), ("complete_list", ["journal_data"], "administrators"))
        self.assertEqual([one["name"] for one in step["variables"]], ["DB", "LEVEL"])
        self.assertEqual([one["path"] for one in step["corrections"]], ["services.web", "volumes.data", "volumes.more"])
        self.assertIn("values not shown here may have changed", result.out)

    def test_an_update_says_where_a_secret_comes_from_and_how_many_variables_are_kept(self):
        self.write("m/secrets/db", "e2e-secret-desired\n")
        self.write("m/shop.yaml", STACK.format(name="shop") + "  adopt: true\n  envStrict: false\n  env: {DB: {fromFile: secrets/db}}\n")
        self.run_mooring("check", "m", "--ledger", "ledger.db")
        result = self.check_exit(self.plan("--ledger", "ledger.db"), 2)
        self.assertRegex(result.out, r"\n +services.web.image  nginx:1.25  becomes  nginx:1.27 .*\n")
        self.assertRegex(result.out, r"\n +env.DB +(set from secrets/db|is new \(secret\)); 1 variable kept( .*)?\n")
        step = self.steps("--ledger", "ledger.db")["shop"]
        self.assertEqual(step["variablesKept"], 1)

    def test_a_server_without_a_plan_is_the_first_line(self):
        self.write("mooring.yaml", CONFIG.format(url=self.double.url, apply="true")
                   + "    - name: away\n      url: http://127.0.0.1:9\n      credential: {file: token}\n")
        self.write("m/far.yaml", STACK.format(name="far") + "  server: away\n")
        self.write("m/blog.yaml", STACK.format(name="blog") + "  server: main\n")
        result = self.check_exit(self.plan(), 69)
        self.assertRegex(result.out, r"\ANO PLAN +away +http://127.0.0.1:9\n +nothing is planned: .*\n\nmain ")
        self.assertRegex(result.out, r"\nexit 69: .*1 in sync, 1 server without a plan\n\Z")
        self.assertEqual(json.loads(self.check_exit(self.plan("--format", "json"), 69).out)["exitCode"], 69)

    def test_a_name_that_is_not_declared_is_a_slip(self):
        self.assertIn("did you mean `blog`?", self.check_exit(self.plan("blgo"), 64).err)

    def test_a_token_in_a_path_is_taken_out(self):
        self.write(f"m/{TOKEN}/shop.yaml", STACK.format(name="shop").replace("web/compose", "../web/compose"))
        for form in ("text", "json"):
            result = self.plan("--format", form)
            self.assertIn("shop.yaml", result.out)
            self.assertNotIn(TOKEN, result.out + result.err)

    def test_no_value_of_a_variable_is_in_any_output(self):
        self.write("m/shop.yaml", STACK.format(name="shop") + "  adopt: true\n  env: {KEPT: e2e-secret-wanted}\n")
        for form in ("text", "json", "markdown"):
            result = self.plan("--format", form)
            self.assertNotIn("e2e-secret", result.out + result.err)

    def test_the_json_is_as_its_schema_says(self):
        self.write("m/shop.yaml", STACK.format(name="shop"))
        self.write("m/gone.yaml", STACK.format(name="gone"))
        self.check_schema("plan", json.loads(self.plan("--format", "json").out))


if __name__ == "__main__":
    unittest.main()
