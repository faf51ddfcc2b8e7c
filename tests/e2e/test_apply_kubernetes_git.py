"""`mooring check`, `plan` and `apply` of a Kubernetes stack that comes from a repository, on servers of both apply generations."""
import json
import unittest

from harness import DOUBLE
from writing_world import WritingCase

URL = "https://git.example.test/shop"
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: shop\ndata:\n  color: {color}\n"
GIT_ROUTES = {"POST /api/stacks/{}/git", "PUT /api/stacks/{}/git/redeploy"}
PLAIN_PUT = "PUT /api/stacks/{}"
SEED = {
    "settle": 1,
    "environments": [{"id": 4, "name": "cluster", "type": 5, "namespaces": {"shop": {}}}],
    "stacks": [{"id": 7, "name": "Shop 1!", "environment": 4, "type": "kubernetes", "namespace": "shop", "createdBy": "admin", "status": "active",
                "file": MAP.format(color="blue"),
                "git": {"url": URL, "reference": "refs/heads/main", "path": "objects.yaml", "commit": "b1", "username": "robot"}}],
}
STACK = """\
apiVersion: mooring/v1
kind: Stack
metadata: {{name: "Shop 1!"}}
spec:
  environment: cluster
  type: kubernetes
  namespace: shop
  adopt: true
  git: {{url: "{url}", reference: {reference}, path: objects.yaml}}
"""


class ApplyGitInACluster:
    def setUp(self):
        super().setUp()
        self.serve(SEED, self.version)
        self.control("/repositories", {"url": URL, "references": {"refs/heads/main": "b2", "refs/heads/next": "c3"},
                                       "files": {"objects.yaml": MAP.format(color="green")}})
        self.declare("main")
        self.run_mooring("check", "m")  # the ledger learns which server this is
        self.run_mooring("trust", "main", "--yes")

    def tearDown(self):
        self.commands_wrote()

    def declare(self, reference):
        self.write("m/stack.yaml", STACK.format(url=URL, reference=reference))

    def record(self):
        return json.loads(self.ask("GET", self.double.url + "/api/stacks/7"))

    def edit_by_hand(self):
        self.control("/kubernetes/patch", {"environment": 4, "namespace": "shop", "kind": "ConfigMap", "name": "settings", "manager": "kubectl-edit",
                                           "patch": {"data": {"color": "red"}}})

    def test_what_was_changed_by_hand_is_deployed_again_once_it_is_allowed(self):
        self.check_exit(self.run_mooring("check", "m"), 0)
        self.edit_by_hand()
        result = self.check_exit(self.run_mooring("check", "m"), 2)
        self.assertIn("ConfigMap/settings:data.color", result.out)
        result = self.check_exit(self.run_mooring("plan", "m"), 3)
        self.assertIn("deploys_the_head", result.out)
        self.check_exit(self.run_mooring("apply", "m", "--yes"), 3)
        self.assertEqual(self.writes(), {})
        result = self.check_exit(self.run_mooring("plan", "m", "--allow", "Shop 1!=redeploy-git"), 2)
        self.assertIn("what the repository's head holds is not known", result.out)
        self.assertEqual("would hang Portainer" in result.out, not self.tells_deployments, "what does not parse is no harm to 2.43")
        if not self.tells_deployments:  # it may be somebody's deployment that is under way
            self.assertIn("seen_once", self.check_exit(self.run_mooring("apply", "m", "--yes", "--allow", "Shop 1!=redeploy-git"), 2).out)
            self.assertEqual(self.writes(), {})
            return
        result = self.check_exit(self.run_mooring("apply", "m", "--yes", "--allow", "Shop 1!=redeploy-git"), 0)
        self.assertRegex(result.out, r"(?m)^redeploy +Shop 1!/cluster +done")
        self.assertEqual(self.writes(), {"PUT /api/stacks/{}/git/redeploy": 1})
        record = self.record()
        self.assertEqual((record["Name"], record["Namespace"], record["Status"]), ("Shop 1!", "shop", 1))
        self.assertEqual(record["GitConfig"]["ReferenceName"], "refs/heads/main")
        self.check_exit(self.run_mooring("check", "m"), 0)

    def test_settings_go_by_the_way_that_leaves_no_deployment_open(self):
        self.declare("next")
        result = self.check_exit(self.run_mooring("plan", "m", "--allow", "Shop 1!=redeploy-git"), 2)
        self.assertRegex(result.out, r"git\.reference")
        result = self.check_exit(self.run_mooring("apply", "m", "--yes", "--allow", "Shop 1!=redeploy-git"), 0)
        self.assertRegex(result.out, r"(?m)^settings +Shop 1!/cluster +done")
        self.assertRegex(result.out, r"(?m)^redeploy +Shop 1!/cluster +done")
        written = self.writes()
        self.assertEqual(sum(written.values()), 2)
        self.assertLessEqual(set(written), GIT_ROUTES, "a PUT of the record leaves Status 3 for ever on 2.43 (kubernetes.md §0.9)")
        self.assertNotIn(PLAIN_PUT, written)
        record = self.record()
        self.assertEqual((record["GitConfig"]["ReferenceName"], record["GitConfig"]["ConfigHash"], record["Status"]), ("refs/heads/next", "c3", 1))
        self.assertEqual(record["GitConfig"]["Authentication"]["Username"], "robot")
        self.check_exit(self.run_mooring("plan", "m"), 0)

    def test_a_file_in_its_place_is_never_put(self):
        self.write("m/stack.yaml", STACK.format(url=URL, reference="main").replace(
            f'git: {{url: "{URL}", reference: main, path: objects.yaml}}', "compose: {file: objects.yaml}"))
        self.write("m/objects.yaml", MAP.format(color="green"))
        result = self.check_exit(self.run_mooring("apply", "m", "--yes", "--allow", "Shop 1!=detach-git"), 3)
        self.assertIn("detaches_git", result.out)
        self.assertEqual(self.writes(), {})


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class GitServerSide(ApplyGitInACluster, WritingCase):
    version = "2.43.0"
    tells_deployments = True


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class GitServerSideBlocking(ApplyGitInACluster, WritingCase):
    version = "2.39.0"
    tells_deployments = False


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class GitClientSide(ApplyGitInACluster, WritingCase):
    version = "2.23.0"
    tells_deployments = False


if __name__ == "__main__":
    unittest.main()
