"""`mooring list` and `mooring show`: what there is, what may be read of it, and no value of a variable."""
import json
import unittest

import transcripts
from harness import DOUBLE, ROOT, TOKEN, Case, Double
from terminal import Terminal

WEB = "services:\n  web:\n    image: nginx:1.27\n"
SEED = {
    "users": [{"username": "admin", "token": TOKEN}, {"username": "alice", "id": 2, "role": "user", "token": TOKEN + "-alice"}],
    "environments": [{"id": 1, "name": "production", "users": ["alice"]}, {"id": 2, "name": "closed", "users": ["alice"], "stackManagement": False},
                     {"id": 3, "name": "cluster", "swarm": True, "users": ["alice"]}],
    "stacks": [
        {"id": 7, "name": "shop", "environment": "production", "type": "standalone", "file": WEB.replace("1.27", "1.25"),
         "env": {"DB_PASSWORD": "e2e-secret-actual"}, "access": "public"},
        {"id": 8, "name": "till", "environment": "closed", "type": "standalone", "file": WEB, "access": "public"},
        {"id": 9, "name": "vault", "environment": "production", "type": "standalone", "file": WEB, "access": "administrators"},
        {"id": 10, "name": "hive", "environment": "cluster", "type": "swarm", "file": WEB, "access": "public"},
        {"id": 11, "name": "orphan", "environment": 99, "type": "standalone", "file": WEB, "access": "public"},
        {"id": 12, "name": "echo", "environment": "production", "type": "standalone", "access": "public", "env": {"X": "e2e-secret-desired"},
         "file": "services:\n  web:\n    image: local/e2e-secret-desired:1\n"},
    ],
}
STACK = "apiVersion: mooring/v1\nkind: Stack\nmetadata: {name: shop}\nspec:\n  environment: production\n  compose: {file: web/compose.yaml}\n  env: {DB_PASSWORD: e2e-secret-desired}\n"


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Inventory(Case):
    def setUp(self):
        super().setUp()
        self.double = Double(SEED, self.folder)
        self.addCleanup(self.double.close)
        self.use_token(TOKEN)
        self.write("manifests/web/compose.yaml", WEB)
        self.write("manifests/shop.yaml", STACK)
        self.variables |= {"PORTAINER_URL": self.double.url, "PORTAINER_API_KEY_FILE": "token"}

    def use_token(self, token):
        self.write("token", token + "\n", 0o600)

    def validate_as_report_stack(self, value):
        import jsonschema
        report = json.loads((ROOT / "schema/report.schema.json").read_text())
        jsonschema.Draft7Validator({"$ref": "#/definitions/stack", "definitions": report["definitions"]}).validate(value)

    def test_list_says_what_may_be_read_of_each(self):
        result = self.check_exit(self.run_mooring("list"), 0)
        self.assertRegex(result.out, r"as admin \(administrator, list complete\)")
        self.assertRegex(result.out, r"(?m)^  NAME +ENVIRONMENT +ID +TYPE +STATUS +FILE +RUNTIME$")
        self.assertRegex(result.out, r"(?m)^  shop +production +7 +standalone +active +read +read$")
        self.assertRegex(result.out, r"(?m)^  hive +cluster +10 +swarm +active +read +read$")
        self.assertRegex(result.out, r"(?m)^  orphan +#99 +11 +standalone +active +read +environment gone$")
        self.assertTrue(result.out.endswith("6 stacks\n"))

    def test_list_cuts_nothing_on_a_narrow_terminal(self):
        self.use_token(TOKEN + "-alice")
        terminal = Terminal(self, "list", columns=40)
        self.assertEqual(terminal.finish(), 0)
        out = terminal.text
        lines = out.replace("\r", "").split("\n")
        self.assertIn("  till (closed)", lines)
        self.assertIn("id 8, standalone, active; file denied; runtime read", " ".join(out.split()))
        self.assertIn("Ask an administrator to let users manage stacks in closed", " ".join(out.split()))
        self.assertEqual([line for line in lines if len(line) > 40 and "://" not in line], [])
        wide = Terminal(self, "list", columns=100)
        self.assertEqual(wide.finish(), 0)
        self.assertIn("NAME", wide.text)

    def test_list_as_a_user_says_what_is_denied_and_what_to_do(self):
        self.use_token(TOKEN + "-alice")
        result = self.check_exit(self.run_mooring("list"), 0)
        self.assertRegex(result.out, r"(?m)^  till +closed +8 +standalone +active +denied +read$")
        self.assertRegex(result.out, r'till/closed: GET /api/stacks/8/file -> 403 .*\n    Ask an administrator to let users manage stacks in closed')
        self.assertNotIn("vault", result.out)

    def test_list_for_machines(self):
        self.use_token(TOKEN + "-alice")
        inventory = self.check_exit(self.run_mooring("list", "--format", "json"), 0).json()
        self.check_schema("list", inventory)
        till = next(one for one in inventory["stacks"] if one["name"] == "till")
        self.assertEqual((till["file"]["cause"], till["runtime"]["outcome"]), ("stack_management_disabled", "ok"))

    def test_list_ends_as_a_check_does(self):
        self.use_token(TOKEN + "-wrong")
        refused = self.check_exit(self.run_mooring("list"), 77).out
        self.assertIn("token was refused", refused)
        self.assertTrue(refused.endswith("\nnothing could be read\n"), "no stack counted, and not 0 stacks")
        self.check_exit(self.run_mooring("list", "--url", "http://127.0.0.1:9"), 69)
        del self.variables["PORTAINER_URL"]
        self.assertIn("PORTAINER_URL", self.check_exit(self.run_mooring("list"), 65).err)

    def test_show_has_the_record_the_verdict_and_the_evidence(self):
        result = self.check_exit(self.run_mooring("show", "shop"), 0)
        self.assertRegex(result.out, r"record +id 7, standalone, active")
        self.assertRegex(result.out, r"env +DB_PASSWORD \(values are not shown\)")
        self.assertRegex(result.out, r"runs +shop-web-1 +nginx:1\.25 +running")
        self.assertRegex(result.out, r"DRIFTED +shop/production@main")
        self.assertRegex(result.out, r"record +env\.DB_PASSWORD +differs \(secret\)")
        self.assertRegex(result.out, r"asked +GET /api/stacks/7/file -> 200")
        self.assertRegex(result.out, r"rule +")

    def test_show_for_machines(self):
        shown = self.check_exit(self.run_mooring("show", "shop", "--format", "json"), 0).json()
        self.check_schema("show", shown)
        self.assertEqual(shown["records"][0]["env"], ["DB_PASSWORD"])
        self.validate_as_report_stack(shown["judged"][0])
        self.assertEqual(shown["judged"][0]["verdict"], "drifted")

    def test_show_what_nobody_declares(self):
        result = self.check_exit(self.run_mooring("show", "vault"), 0)
        self.assertIn("No manifest declares it", result.out)
        self.assertRegex(result.out, r"access +administrators")

    def test_a_manifest_that_cannot_be_read_is_none_that_declares_nothing(self):
        self.write("manifests/vault.yaml", STACK.replace("name: shop", "name: vault").replace("compose:", "compsoe:"))
        result = self.check_exit(self.run_mooring("show", "vault"), 65)
        self.assertRegex(result.err, r"vault\.yaml:6:3: .*did you mean `compose`\?")
        self.assertRegex(result.out, r"access +administrators")
        self.assertIn("no manifest that could be read declares `gone`", self.check_exit(self.run_mooring("show", "gone"), 65).err)

    def test_show_refuses_wrong_jobs_as_validate_does(self):
        self.write("manifests/shop.yaml", (self.folder / "manifests/shop.yaml").read_text() + "  jobs: [wbe]\n")
        wanted = r"shop\.yaml:8: .*declares the job `wbe`, which its file does not have.*did you mean `web`"
        self.assertRegex(self.check_exit(self.run_mooring("validate", "manifests"), 65).out, wanted)
        self.assertRegex(self.check_exit(self.run_mooring("show", "shop"), 65).err, wanted)

    def test_an_image_that_repeats_a_variable_is_not_shown(self):
        result = self.check_exit(self.run_mooring("show", "echo"), 0)
        self.assertIn("(holds a secret)", result.out)
        self.check_exit(self.run_mooring("show", "echo", "--format", "json"), 0)

    def test_show_what_is_not_there_or_not_to_be_seen(self):
        self.assertIn("the server has no stack of that name", self.check_exit(self.run_mooring("show", "gone"), 1).err)
        self.use_token(TOKEN + "-alice")
        self.assertIn("this token sees no stack of that name", self.check_exit(self.run_mooring("show", "vault"), 1).err)

    def test_show_says_what_memory_and_manifests_know_although_another_server_is_down(self):
        shop = transcripts.Shop(self.write("shop/here", "").parent)
        self.addCleanup(shop.double.close)
        shown = shop.run("$ mooring show billing")
        self.assertRegex(shown, r"DENIED +billing/production@main")
        self.assertIn("branch  http://127.0.0.1:9", shown)
        self.assertRegex(shop.run("$ mooring show shop"), r"DRIFTED +shop/production@main")

    def test_show_judges_with_what_the_ledger_remembers(self):
        self.write("manifests/shop.yaml", STACK.replace("name: shop", "name: vault"))
        self.run_mooring("check", "--ledger", "ledger.db")
        self.use_token(TOKEN + "-alice")
        self.assertRegex(self.run_mooring("show", "vault").out, r"(?m)^  rule +name-taken$")
        before = (self.folder / "ledger.db").read_bytes()
        result = self.check_exit(self.run_mooring("show", "vault", "--ledger", "ledger.db"), 0)
        self.assertRegex(result.out, r"The stack exists \(id 9\), but its access control names neither alice")
        self.assertEqual((self.folder / "ledger.db").read_bytes(), before)
        self.check_exit(self.run_mooring("show", "vault", "--ledger", "new.db"), 0)
        self.assertFalse(list(self.folder.glob("new.db*")))

    def test_show_a_declared_stack_that_is_not_there(self):
        self.write("manifests/shop.yaml", STACK.replace("name: shop", "name: gone"))
        result = self.check_exit(self.run_mooring("show", "gone"), 0)
        self.assertRegex(result.out, r"MISSING +gone/production@main")


if __name__ == "__main__":
    unittest.main()
