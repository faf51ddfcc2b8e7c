"""`mooring plan` and `mooring apply` where a write would take down, hide or hand over what nobody meant: each world is a whole server."""
import json
import time
import unittest

from harness import DOUBLE, TOKEN, WEB, manifest, record
from writing_world import WritingCase, stack

PAIR = WEB + "  db:\n    image: postgres:16\n"
DATA = "services:\n  db:\n    image: postgres:16\n    volumes: ['/var/lib/postgresql/data']\n"
GIT = {"url": "https://git.example.test/shop", "reference": "refs/heads/main", "path": "docker-compose.yml", "commit": "72e6c8a8"}
GIT_STACK = """\
apiVersion: mooring/v1
kind: Stack
metadata: {name: shop}
spec:
  environment: production
  git: {url: 'https://git.example.test/shop', reference: REFERENCE, path: docker-compose.yml}
  adopt: true
"""


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class ApplyGuards(WritingCase):
    def world(self, file, version="2.43.0", users=None, **more):
        """One stack `shop` of this file, the server that has it, and the ledger that knows the server."""
        environment = {"id": 1, "name": "production", "users": ["alice"], "teams": ["web"], "stackManagement": True}
        self.serve({"users": users or [{"username": "admin", "token": TOKEN}, {"username": "alice", "id": 2, "token": "ptr_alice"}],
                    "teams": [{"name": "web", "members": ["alice"], "leaders": []}],
                    "environments": [environment], "stacks": [record(7, "shop", file, **more)]}, version, limits=", pruneAfter: 0s")

    def declare(self, file, more=""):
        self.write("m/web/compose.yaml", file)
        self.write("m/shop.yaml", stack() + more)
        self.run_mooring("check", "m")

    def step(self, *words):
        return json.loads(self.run_mooring("plan", "m", "--format", "json", *words).out)["steps"][0]

    def code(self, *words):
        step = self.step(*words)
        return step["obstacles"][0]["code"] if step["obstacles"] else step["readiness"]

    def running(self):
        answer = self.ask("GET", self.double.url + "/api/endpoints/1/docker/containers/json")
        return sorted(one["Image"] for one in json.loads(answer))

    def test_where_a_failed_pull_would_take_down_what_runs_it_is_pulled_first(self):
        self.world(WEB, "2.23.0")
        self.declare(WEB.replace("1.27", "1.99"))
        step = self.step()
        self.assertTrue(step["parts"][0]["pulls"])
        self.assertEqual(step["images"]["pulled"], ["nginx:1.99"])
        self.control("/registry", {"reachable": False})
        self.run_mooring("apply", "m", "--yes")
        self.assertEqual(self.running(), ["nginx:1.27"])
        self.commands_wrote()

    def test_a_recorded_prune_takes_no_container_that_no_plan_names(self):
        self.world(WEB)
        self.ask("PUT", self.double.url + "/api/stacks/7?endpointId=1", {"StackFileContent": WEB, "Env": [], "Prune": True})
        self.double.own_writes = 1  # a person's
        for _ in range(3):  # until its deployment has ended, which prunes
            self.ask("GET", self.double.url + "/api/stacks")
        self.control("/hand/foreign", {"environment": 1, "name": "byhand", "image": "nginx:1.25", "project": "shop", "service": "extra", "state": "running"})
        self.declare(WEB.replace("1.27", "1.28"), "  runtime: false\n")
        step = self.step()
        self.assertEqual([step["obstacles"][0]["code"], step["parts"][0]["prunes"]], ["foreign_service", True])
        self.assertIn("container byhand", step["obstacles"][0]["message"])
        self.run_mooring("apply", "m", "--yes")
        self.assertIn("nginx:1.25", self.running())
        self.assertIn("removes container byhand", self.step("--allow", "shop=prune-services")["notes"])

    def test_there_a_pull_that_renews_others_is_blocked_until_it_is_meant(self):
        self.world(PAIR, "2.23.0")
        self.declare(PAIR.replace("1.27", "1.99"))
        self.assertEqual(self.code(), "pull_renews")
        self.declare(PAIR.replace("1.27", "1.99"), "  policy: {pull: missing}\n")
        self.assertTrue(self.step()["parts"][0]["pulls"])
        self.assertIn("pulls nginx:1.99 (not on the host; policy.pull: missing); postgres:16 may move, too\n", self.run_mooring("plan", "m").out)
        self.declare(PAIR + "    restart: always\n")
        self.assertFalse(self.step()["parts"][0]["pulls"], "the host has both")

    def test_elsewhere_the_engine_pulls_and_the_plan_says_so(self):
        self.world(PAIR)
        self.declare(PAIR.replace("1.27", "1.99"))
        step = self.step()
        self.assertFalse(step["parts"][0]["pulls"])
        self.assertEqual(step["images"], {"pulled": ["nginx:1.99"], "again": False, "mayMove": [], "unknown": []})

    def test_portainers_own_stack_is_protected_by_what_runs(self):
        self.world("services:\n  agent:\n    image: docker.io/portainer/agent:2.43.0\n", git=GIT)
        self.write("m/shop.yaml", GIT_STACK.replace("REFERENCE", "refs/heads/next") + "  allow: [redeploy-git]\n")
        self.run_mooring("check", "m")
        self.assertEqual(self.code(), "protected")

    def test_a_stop_looks_at_the_volumes_of_what_runs(self):
        self.world(DATA, git=GIT)
        self.write("m/shop.yaml", GIT_STACK.replace("REFERENCE", "refs/heads/main") + "  state: stopped\n")
        self.run_mooring("check", "m")
        step = self.step()
        self.assertEqual(step["obstacles"][0]["code"], "touches_data")
        self.assertIn("services.db.volumes[/var/lib/postgresql/data]", step["obstacles"][0]["message"])

    def test_they_are_read_where_nobody_else_asked(self):
        self.world(DATA, git=GIT)
        self.write("m/shop.yaml", GIT_STACK.replace("REFERENCE", "refs/heads/main") + "  state: stopped\n  runtime: false\n")
        self.run_mooring("check", "m")
        self.assertEqual(self.code(), "touches_data")

    def test_a_freeze_of_the_defaults_holds_a_removal(self):
        self.world(WEB)
        self.declare(WEB)
        self.run_mooring("adopt", "m", "shop", "--yes")
        self.write("m/defaults.yaml", "apiVersion: mooring/v1\nkind: Defaults\nspec:\n  policy:\n"
                                      "    freeze: [{from: 2020-01-01T00:00:00Z, until: 2199-12-31T00:00:00Z, reason: year end}]\n")
        self.write("m/scope.yaml", "apiVersion: mooring/v1\nkind: Scope\nspec: {environments: [production], prune: true}\n")
        (self.folder / "m/shop.yaml").unlink()
        # What is left in the files must be something: a stack of another environment that is not judged here.
        self.write("m/other.yaml", manifest("other", more="  suspended: {reason: moves, owner: web, until: 2090-01-01}\n"))
        for _ in range(2):
            self.run_mooring("check", "m")
            time.sleep(1.1)
        steps = json.loads(self.run_mooring("plan", "m", "--max-removes", "1", "--format", "json").out)["steps"]
        [removal] = [one for one in steps if one["name"] == "shop"]
        self.assertEqual([one["action"] for one in removal["parts"]], ["remove"])
        self.assertEqual((removal["readiness"], removal["obstacles"][0]["code"]), ("held", "not_now"), removal)

    def test_what_another_folder_declares_is_not_removed(self):
        self.world(WEB)
        self.write("m/a/web/compose.yaml", WEB)
        self.write("m/a/shop.yaml", stack())
        self.write("m/a/scope.yaml", "apiVersion: mooring/v1\nkind: Scope\nspec: {environments: [production], prune: true}\n")
        self.write("m/b/web/compose.yaml", DATA)
        self.write("m/b/blog.yaml", stack().replace("name: shop", "name: blog"))
        self.run_mooring("check", "./m/a")
        self.assertIn("done", self.run_mooring("apply", "./m/b", "--yes").out)
        for _ in range(2):
            self.run_mooring("check", "./m/a")
            time.sleep(1.1)
        steps = json.loads(self.run_mooring("plan", "./m/a", "--max-removes", "1", "--format", "json").out)["steps"]
        [removal] = [one for one in steps if one["name"] == "blog"]
        self.assertEqual((removal["readiness"], removal["obstacles"][0]["code"]), ("blocked", "declared_elsewhere"), removal)
        self.assertIn("it is or was declared in m/b/blog.yaml", removal["obstacles"][0]["message"])
        self.commands_wrote()

    def test_what_was_adopted_from_another_folder_is_not_removed(self):
        self.world(WEB)
        self.write("m/a/web/compose.yaml", WEB)
        self.write("m/a/other.yaml", manifest("other", more="  suspended: {reason: moves, owner: web, until: 2090-01-01}\n"))
        self.write("m/a/scope.yaml", "apiVersion: mooring/v1\nkind: Scope\nspec: {environments: [production], prune: true}\n")
        self.write("m/b/web/compose.yaml", WEB)
        self.write("m/b/shop.yaml", stack())
        self.run_mooring("check", "./m/a")
        self.check_exit(self.run_mooring("adopt", "./m/b", "shop", "--yes"), 0)
        for _ in range(2):
            self.run_mooring("check", "./m/a")
            time.sleep(1.1)
        steps = json.loads(self.run_mooring("plan", "./m/a", "--max-removes", "1", "--format", "json").out)["steps"]
        [removal] = [one for one in steps if one["name"] == "shop"]
        self.assertEqual((removal["readiness"], removal["obstacles"][0]["code"]), ("blocked", "declared_elsewhere"), removal)
        self.assertIn("it is or was declared in m/b/shop.yaml", removal["obstacles"][0]["message"])

    def test_a_mount_that_a_variable_moves_touches_data(self):
        file = DATA.replace("'/var", "'${PLACE}:/var")
        self.world(file, env={"PLACE": "/srv/old"})
        self.declare(file, "  env: {PLACE: {value: /srv/new, public: true}}\n")
        self.assertEqual(self.code(), "touches_data")
        self.assertIn("services.db.volumes[/var/lib/postgresql/data]", self.step()["obstacles"][0]["message"])
        self.declare(file, "  env: {PLACE: {value: /srv/old, public: true}}\n")
        self.assertEqual(self.run_mooring("plan", "m").code, 0)

    def test_access_that_a_users_token_cannot_give_is_not_tried(self):
        users = [{"username": "admin", "token": "ptr_admin"}, {"username": "alice", "id": 2, "role": "user", "token": TOKEN}]
        self.world(WEB.replace("1.27", "1.25"), users=users, access={"users": ["alice"], "teams": []}, createdBy="alice")
        self.declare(WEB, "  access: {users: [alice], teams: [web]}\n")
        step = self.step()
        self.assertEqual(step["obstacles"][0]["code"], "access_out_of_reach")
        self.assertEqual([one["action"] for one in step["parts"]], ["update", "access"], "what widens comes last")

    def test_where_only_the_deployment_is_blocked_the_access_is_set_in_part_if_asked_for(self):
        self.world(PAIR, access={"users": ["alice"], "teams": []})
        self.declare(WEB, "  access: administrators\n")  # the file drops `db`, whose container would stay
        self.check_exit(self.run_mooring("apply", "m", "--yes"), 3)
        self.assertEqual(self.double.written(), {}, "nobody asked for a part")
        planned = self.check_exit(self.run_mooring("plan", "m", "--partial"), 4).out
        self.assertRegex(planned, r"ACCESS +shop/production .*\n.*access .* becomes +administrators.*\n +this part alone; the rest stands below\nBLOCKED +shop/production ")
        said = json.loads(self.check_exit(self.run_mooring("apply", "m", "--partial", "--yes", "--format", "json"), 3).out)
        self.check_schema("applied", said)
        self.assertEqual([(one["result"], [part["action"] for part in one["parts"]]) for one in said["steps"]],
                         [("blocked", []), ("done_in_part", ["access"])])
        self.assertEqual(list(self.double.written()), ["PUT /api/resource_controls/{}"])
        self.assertEqual([one["name"] for one in self.run_mooring("plan", "m", "--partial", "--format", "json").json()["steps"]], ["shop"])
        self.assertEqual(self.running(), ["nginx:1.27", "postgres:16"])
        self.commands_wrote()


if __name__ == "__main__":
    unittest.main()
