"""Verdicts of the whole program on what a Portainer answers: situations that only several layers together can get wrong."""
import json
import unittest
import urllib.error
import urllib.request

from harness import DOUBLE, TOKEN, WEB, Case, Double, manifest, record

ALICE = TOKEN + "-alice"
SWARM = "services:\n  web:\n    image: nginx:1.27\n    deploy: {replicas: 2}\n"


def stack(number, name, **more):
    return record(number, name) | {"access": "public"} | more


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Verdicts(Case):
    """One manifest `shop`, unless the test says otherwise."""

    def begin(self, *stacks, version="2.43.0", **more):
        seed = {"users": [{"username": "admin", "token": TOKEN}, {"username": "alice", "id": 2, "role": "user", "token": ALICE}],
                "environments": [{"id": 1, "name": "production", "users": ["alice"]}], "stacks": list(stacks)}
        self.double = Double(seed | more, self.folder, "--version", version)
        self.addCleanup(self.double.close)
        self.write("m/web/compose.yaml", WEB)
        self.declare("shop")
        self.token = TOKEN

    def declare(self, name, environment="production", more=""):
        self.write(f"m/{name}.yaml", manifest(name, environment, more=more))

    def control(self, route, **body):
        request = urllib.request.Request(self.double.control + route, json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            self.assertEqual(answer.status, 200)

    def call(self, method, path, body, expected):
        """One request to the server itself, as an administrator."""
        if method != "GET":
            self.double.own_writes += 1
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.double.url + path, data, {"X-API-Key": TOKEN, "Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as answer:
            status, text = answer.code, answer.read()
        self.assertEqual(status, expected, text)
        return json.loads(text or b"null")

    def report(self, token=None, remember=False, words=()):
        self.write("token", (token or TOKEN) + "\n", 0o600)
        self.variables |= {"PORTAINER_URL": self.double.url, "PORTAINER_API_KEY_FILE": "token"}
        memory = ("--remember", "memory.json") if remember else ()
        result = self.run_mooring("check", "m", "--format", "json", *memory, *words)
        try:
            return result.json()
        except ValueError:
            self.fail(result)

    def verdict(self, token=None, name="shop", **more):
        """(verdict, cause or proof) of one stack."""
        found = [s for s in self.report(token, **more)["stacks"] if s["name"] == name]
        self.assertEqual(len(found), 1, found)
        self.last = found[0]
        return self.last["verdict"], self.last["cause"] or self.last["proof"]

    def changes(self):
        return [f"{c['plane']}:{c['path']}" for c in self.last["changes"]]

    def delete(self, number):
        self.call("DELETE", f"/api/stacks/{number}?endpointId=1", None, 204)

    def remembered(self):
        """Both see the stack once."""
        self.assertEqual(self.verdict(ALICE, remember=True)[0], "in_sync")

    # What runs.

    def test_a_put_that_tore_the_stack_down_is_never_in_sync(self):
        for version in ("2.23.0", "2.33.0-rc1", "2.39.0", "2.43.0"):  # recorded: 10-update 16 to 23
            with self.subTest(version):
                self.begin(stack(7, "shop"), version=version)
                self.assertEqual(self.verdict()[0], "in_sync")
                torn_down = version not in ("2.39.0", "2.43.0")  # there the old container runs on
                for bad, runs_on in (("image: local/nosuch:1", not torn_down),
                                     ("image: nginx:1.27\n    command: /nosuch", False)):
                    body = {"StackFileContent": f"services:\n  web:\n    {bad}\n", "Env": []}
                    self.call("PUT", "/api/stacks/7?endpointId=1", body, 200 if version == "2.43.0" else 500)
                    expected = "in_sync" if runs_on and version == "2.39.0" else "drifted"
                    verdicts = [self.verdict(token)[0] for token in (TOKEN, ALICE, TOKEN, ALICE)]
                    self.assertEqual(verdicts[2:], [expected] * 2, bad)
                    self.assertLessEqual(set(verdicts), {expected, "pending"}, bad)  # Status 3 comes first in 2.43.0
                self.double.close()

    def test_an_image_that_does_not_exist_is_a_failed_deployment(self):
        self.begin(stack(7, "shop", status="failed", deploymentStatus=[{"status": 3, "time": 1, "message": ""},
                                                                       {"status": 4, "time": 2, "message": "no such image"}]))
        self.assertEqual(self.verdict(), ("drifted", None))
        self.assertEqual(self.changes(), ["runtime:deployment"])
        self.assertIn("no such image", self.last["changes"][0]["actual"])

    def test_deploying_is_pending_and_stuck_after_twenty_minutes(self):
        self.begin(stack(7, "shop", status="deploying", creationDate=1795483900), clock=1795484000, settle="manually")
        self.assertEqual(self.verdict()[0], "pending")
        self.control("/clock", fixed=1795484000 + 1300)
        self.assertEqual(self.verdict()[0], "drifted")
        self.assertIn("runtime:deployment", self.changes())

    def test_an_unknown_status_is_an_error(self):
        self.begin(stack(7, "shop", status=99))
        self.assertEqual(self.verdict()[0], "error")

    def test_nothing_runs(self):
        self.begin(stack(7, "shop", runs=False))
        for token in (TOKEN, ALICE):
            self.assertEqual(self.verdict(token), ("drifted", None))
            self.assertEqual(self.changes(), ["runtime:services.web.running"])

    def test_a_hidden_container_is_denied_and_not_drift(self):
        self.begin(stack(7, "shop", containers={"web": {"remove": True}}),
                   containers=[{"environment": "production", "name": "shop-web-1", "image": "nginx:1.27", "state": "running"}])
        self.assertEqual(self.verdict(ALICE), ("denied", "resource_control"))
        self.assertEqual(self.last["unread"], ["runtime"])

    def test_swarm_services_are_counted(self):
        self.begin({"id": 7, "name": "shop", "environment": "cluster", "type": "swarm", "file": SWARM, "access": "public",
                    "status": "active"},
                   environments=[{"id": 2, "name": "cluster", "swarm": True, "swarmId": "abc", "users": ["alice"]}])
        self.write("m/web/compose.yaml", SWARM)
        self.declare("shop", "cluster", "  type: swarm\n")
        for token in (TOKEN, ALICE):
            self.assertEqual(self.verdict(token)[0], "in_sync", token)
        self.declare("shop", "cluster")
        self.assertEqual(self.verdict()[0], "drifted")
        self.assertEqual(self.changes(), ["record:type"])

    # Who may see what.

    def test_no_environment_access_with_a_public_stack_still_listed(self):
        self.begin(stack(7, "shop"), environments=[{"id": 1, "name": "production"}])
        self.assertEqual(self.verdict(ALICE), ("denied", "environment"))
        self.assertIsNone(self.last["exists"])  # the name means nothing to alice: it may be this one
        self.declare("shop", "{id: 1}")
        self.assertEqual(self.verdict(ALICE), ("denied", "environment"))
        self.assertEqual((self.last["exists"], self.last["id"]), (True, 7))
        self.declare("shop", "elsewhere")
        self.assertEqual(self.verdict(TOKEN)[0], "error")

    def test_stack_management_disabled_comes_before_the_environment(self):
        for users in (["alice"], []):
            self.begin(stack(7, "shop"), environments=[{"id": 1, "name": "production", "users": users, "stackManagement": False}])
            self.declare("shop", "{id: 1}")
            self.assertEqual(self.verdict(ALICE), ("denied", "stack_management_disabled"))
            self.assertEqual(self.verdict(TOKEN)[0], "in_sync")
            self.double.close()

    def test_an_orphan_for_both_roles(self):
        self.begin(stack(7, "shop"), deleteEnvironments=[1])
        self.declare("shop", "{id: 1}")
        self.assertEqual(self.verdict(TOKEN)[0], "orphaned")
        self.assertEqual(self.verdict(ALICE)[0], "orphaned")

    # What memory proves.

    def test_a_remembered_id_that_is_gone(self):
        self.begin(stack(7, "shop"))
        self.remembered()
        self.delete(7)
        self.assertEqual(self.verdict(ALICE), ("not_visible", None))
        self.assertEqual(self.verdict(ALICE, remember=True), ("deleted", None))

    def test_a_remembered_id_that_is_denied(self):
        self.begin(stack(7, "shop"))
        self.remembered()
        self.control("/access", stack=7, administrators=True)
        self.assertEqual(self.verdict(ALICE, remember=True), ("denied", "resource_control"))
        self.assertEqual((self.last["exists"], self.last["id"]), (True, 7))

    def test_recreated_by_somebody_else_and_hidden(self):
        self.begin(stack(7, "shop"))
        self.remembered()
        self.delete(7)
        self.control("/stacks", **stack(8, "shop", access="administrators"))
        self.assertEqual(self.verdict(ALICE, remember=True), ("denied", "name_taken"))
        self.assertIsNone(self.last["exists"])
        self.call("POST", "/api/stacks/8/stop?endpointId=1", None, 200)
        # Stopped, it leaves no trace: that it was deleted is all that is known.
        self.assertEqual(self.verdict(ALICE, remember=True), ("deleted", None))
        self.assertIsNone(self.last["exists"])
        self.assertIn("alice may not see took its place cannot be seen", self.last["message"])
        self.assertEqual(self.verdict(TOKEN)[0], "drifted", "the administrator sees the stopped successor")

    def test_moved_and_renamed(self):
        self.begin(stack(7, "shop"), environments=[{"id": 1, "name": "production", "users": ["alice"]},
                                                   {"id": 2, "name": "staging", "users": ["alice"]}])
        self.remembered()
        self.write("m/scope.yaml", "apiVersion: mooring/v1\nkind: Scope\nspec: {environments: [production, staging]}\n")
        self.control("/stack", id=7, name="store")
        report = self.report(TOKEN, remember=True)
        self.assertEqual([(s["name"], s["verdict"]) for s in report["stacks"]], [("shop", "drifted")])
        self.assertIn("record:name", [f"{c['plane']}:{c['path']}" for c in report["stacks"][0]["changes"]])
        self.control("/stack", id=7, name="shop", environment=2)
        self.assertEqual(self.verdict(TOKEN, remember=True)[0], "drifted")
        self.assertIn("record:environment", self.changes())

    def test_another_database_and_an_older_backup_void_the_memory(self):
        self.begin(stack(6, "blog"), stack(7, "shop"))
        self.remembered()
        memory = (self.folder / "memory.json").read_bytes()
        self.control("/database", kind="instance")
        self.delete(7)
        report = self.report(ALICE, remember=True)
        self.assertEqual(report["stacks"][0]["verdict"], "not_visible")
        self.assertIn("database-changed", [d["code"] for d in report["diagnostics"]])
        self.double.close()
        self.begin(stack(6, "blog", creationDate=1), stack(8, "other"))
        self.write("memory.json", memory, 0o600)
        self.assertEqual(self.verdict(ALICE, remember=True)[0], "not_visible")

    # Who is not let in any more.

    def test_a_token_that_dies_makes_the_score_fall(self):
        """Two servers with a stack each and a selector: nothing leaves the count, whether the token was dead before or dies meanwhile."""
        self.begin(stack(7, "shop"), environments=[{"id": 1, "name": "production", "tags": [1]}])
        self.assertEqual(self.call("POST", "/api/tags", {"Name": "prod"}, 200)["ID"], 1)
        other = Double({"users": [{"username": "admin", "token": TOKEN}], "environments": [{"id": 1, "name": "production"}],
                        "stacks": [stack(7, "shop")]}, self.folder)
        self.addCleanup(other.close)
        self.write("token", TOKEN + "\n", 0o600)
        self.write("dying", TOKEN + "\n", 0o600)
        self.write("mooring.yaml", f"""\
apiVersion: mooring/v1
kind: Agent
spec:
  servers:
    - {{name: healthy, url: '{other.url}', credential: {{file: token}}}}
    - {{name: dying, url: '{self.double.url}', credential: {{file: dying}}}}
  manifests: m
  ledger: ledger.db
""")
        self.declare("shop", more="  server: healthy\n")
        self.write("m/dying.yaml", manifest(more="  server: dying\n"))
        self.write("m/tagged.yaml", manifest().replace("environment: production", "environments: {tags: [prod]}") + "  server: dying\n")
        self.write("m/later.yaml", manifest("later", more="  server: dying\n  suspended: {reason: moves, owner: web, until: 2090-01-01}\n"))
        before = self.check_exit(self.run_mooring("check", "--format", "json"), 0).json()
        self.assertEqual((before["summary"]["declared"], before["summary"]["score"]), (4, 1))
        for kind in ("dead before", "dies meanwhile"):
            with self.subTest(kind):
                if kind == "dead before":
                    self.write("dying", "ptr_wrong\n", 0o600)
                else:
                    self.write("dying", TOKEN + "\n", 0o600)
                    self.control("/faults", kind="status", path="/api/endpoints/1/docker/containers/json", times=-1, status=401,
                                 contentType="application/json", body='{"message":"Invalid JWT token","details":"Unauthorized"}')
                after = self.check_exit(self.run_mooring("check", "--format", "json"), 77).json()
                told = {(s["server"], s["environment"]["name"], s["name"]): (s["verdict"], s["cause"]) for s in after["stacks"]}
                self.assertEqual(told, {("healthy", "production", "shop"): ("in_sync", None),
                                        ("dying", "production", "shop"): ("denied", "credentials"),
                                        ("dying", "production", "later"): ("suspended", None),
                                        ("dying", "tags: [prod]", "shop"): ("denied", "credentials")})
                self.assertEqual(len(after["stacks"]), 5, "by name, by tag, and the tag itself")
                self.assertEqual((after["summary"]["declared"], after["summary"]["coverage"]), (5, 0.25))
                self.assertEqual(after["summary"]["score"], 0.25)

    # A server that does not hold still.

    def test_a_server_that_dies_half_way(self):
        self.begin(stack(6, "blog"), stack(7, "shop"))
        self.declare("blog")
        self.control("/faults", kind="drop", path="/api/stacks/", suffix="/file", times=-1)
        self.assertEqual(self.verdict()[0], "unreachable")
        self.assertEqual(self.verdict(name="blog")[0], "unreachable")
        self.assertEqual(self.report()["exitCode"], 3)

    def test_html_with_200_in_the_middle_of_a_run(self):
        for path, suffix in (("/api/stacks/", "/file"), ("/api/endpoints/1/docker", "")):
            self.begin(stack(7, "shop"))
            self.control("/faults", kind="status", path=path, suffix=suffix, times=-1, status=200, contentType="text/html",
                         body="<html>sign in</html>")
            self.assertEqual(self.verdict()[0], "unreachable", path)
            self.double.close()

    def test_an_empty_list_of_a_page_in_front_is_no_absence(self):
        self.begin(stack(7, "shop"))
        self.control("/faults", kind="status", path="/api/stacks", times=-1, status=200, contentType="text/html", body="[]")
        self.assertEqual(self.verdict()[0], "unreachable")
        self.assertEqual(self.report()["exitCode"], 69)

    def test_one_broken_manifest_beside_a_scope(self):
        self.begin(stack(7, "shop"), stack(8, "undeclared"))
        self.write("m/scope.yaml", "apiVersion: mooring/v1\nkind: Scope\nspec: {environments: [production]}\n")
        self.assertEqual(self.verdict(name="undeclared")[0], "extra")
        self.write("m/broken.yaml", "apiVersion: mooring/v1\nkind: Stack\nmetadata: {name: undeclared}\nspec: [\n")
        self.write("token", TOKEN + "\n", 0o600)
        result = self.run_mooring("check", "m", "--format", "json")
        self.assertEqual(result.code, 65)
        self.assertNotIn("extra\"", result.out.replace('"extra": 0', "").replace('"extra":0', ""))

    def test_a_selector_that_permission_narrows(self):
        self.begin(stack(7, "shop"))
        self.write("m/shop.yaml", manifest().replace("environment: production", "environments: {group: Unassigned}"))
        self.assertEqual(self.verdict(TOKEN)[0], "in_sync")
        report = self.report(ALICE)
        self.assertIn("not_visible", [s["verdict"] for s in report["stacks"]])
        self.assertLess(report["summary"]["score"] or 0, 1)


if __name__ == "__main__":
    unittest.main()
