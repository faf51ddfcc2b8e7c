"""The example list of Portainer's own documentation is one Kubernetes stack without a name: it is shown, exported and judged."""
import json
import unittest

from harness import ROOT, TOKEN, Case, serving

JSON = "application/json; charset=utf-8"
GOLDEN = ROOT / "tests/golden/documentation-example"
STACKS = json.loads((GOLDEN / "stacks.json").read_text())
ROLES = {"admin": 1, "alice": 2}
GONE = {"message": "Unable to find a stack with the specified identifier inside the database",
        "details": "object not found inside the database (bucket=stacks, key=5)"}


KINDS = {"deployments": "Deployment", "statefulsets": "StatefulSet", "daemonsets": "DaemonSet", "jobs": "Job", "cronjobs": "CronJob",
         "services": "Service", "configmaps": "ConfigMap", "secrets": "Secret", "ingresses": "Ingress",
         "persistentvolumeclaims": "PersistentVolumeClaim"}
SERVICE = {"metadata": {"name": "web", "namespace": "my-namespace",
                        "labels": {"io.portainer.kubernetes.application.stackid": "5"}}, "spec": {}}


def cluster(path):
    """What the cluster holds: one Service, in one namespace."""
    if path == "api/v1/namespaces/my-namespace":
        return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "my-namespace"}}
    parts = path.split("/")
    version = "v1" if parts[0] == "api" else "/".join(parts[1:3])
    return {"apiVersion": version, "kind": KINDS[parts[-1]] + "List", "metadata": {"resourceVersion": "1"},
            "items": [SERVICE] if parts[-1] == "services" else []}


class Nameless(Case):
    def setUp(self):
        super().setUp()
        self.user = "admin"
        self.stacks = [dict(stack) for stack in STACKS]
        self.write("token", TOKEN + "\n", 0o600)
        self.variables |= {"PORTAINER_API_KEY_FILE": "token"}
        context = serving(self.answer)
        self.variables["PORTAINER_URL"] = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)

    def answer(self, path):
        by_id = {f"/api/stacks/{stack['Id']}": stack for stack in self.stacks}
        answers = {
            "/api/system/status": {"Version": "2.19.4", "InstanceID": "299ab403-70a8-4c05-92f7-bf7a994d50df"},
            "/api/status": {"Version": "2.19.4", "InstanceID": "299ab403-70a8-4c05-92f7-bf7a994d50df"},
            "/api/users/me": {"Id": 1, "Username": self.user, "Role": ROLES[self.user]},
            "/api/endpoints": [{"Id": 4, "Name": "cluster", "Type": 5, "GroupId": 1, "TagIds": []}],
            "/api/stacks": self.stacks,
            "/api/users": [], "/api/teams": [],
            "/api/stacks/5/file": {"StackFileContent": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"},
        } | by_id
        path = path.split("?")[0]
        if "/kubernetes/" in path:
            return 200, JSON, json.dumps(cluster(path.split("/kubernetes/")[1])).encode()
        if path in answers:
            return 200, JSON, json.dumps(answers[path]).encode()
        return 404, JSON, json.dumps(GONE).encode()

    def declare(self, **changes):
        text = (GOLDEN / "declared.yaml").read_text()
        for key, value in changes.items():
            text = text.replace(key, value)
        self.write("manifests/wordpress.yaml", text)

    def test_list_and_show_have_it(self):
        result = self.check_exit(self.run_mooring("list"), 0)
        self.assertRegex(result.out, r"(?m)^  \(no name\) +cluster +5 +kubernetes, git +active +read +-$")
        [stack] = self.check_schema("list", self.check_exit(self.run_mooring("list", "--format", "json"), 0).json())["stacks"]
        self.assertEqual((stack["name"], stack["id"], stack["namespace"], stack["source"]), ("", 5, "my-namespace", "git"))
        result = self.check_exit(self.run_mooring("show", "#5"), 0)
        self.assertIn("(no name)/cluster", result.out)
        self.assertIn("namespace  my-namespace", result.out)
        self.check_schema("show", self.check_exit(self.run_mooring("show", "#5", "--format", "json"), 0).json())

    def test_export_writes_a_manifest_that_is_in_sync_at_once(self):
        self.check_exit(self.run_mooring("export", "manifests"), 0)
        self.assertEqual((self.folder / "manifests/cluster/stack-5.yaml").read_text(), (GOLDEN / "expected.yaml").read_text())
        result = self.check_exit(self.run_mooring("check", "manifests"), 0)
        self.assertIn("what runs", self.run_mooring("check", "manifests", "--format", "json").json()["stacks"][0]["message"])
        self.assertNotIn("runtime not asked", result.out)
        self.check_exit(self.run_mooring("validate", "manifests"), 0)
        result = self.check_exit(self.run_mooring("show", "stack-5"), 0)
        self.assertIn("(no name)/cluster", result.out)
        self.assertIn("in sync", result.out)

    def test_a_user_exports_and_checks_it_too(self):
        self.user = "alice"
        self.stacks[0] |= {"GitConfig": None, "WorkflowID": 3}  # as 2.43 shows it to everybody but administrators
        self.check_exit(self.run_mooring("export", "out"), 0)
        self.assertIn("  git: any", (self.folder / "out/cluster/stack-5.yaml").read_text())
        self.check_exit(self.run_mooring("check", "out"), 0)
        self.assertIn("yes; this token may not see", self.run_mooring("show", "#5").out)
        text = (GOLDEN / "expected.yaml").read_text()
        self.write("own/stack.yaml", text)
        [stack] = self.check_exit(self.run_mooring("check", "own", "--format", "json"), 3).json()["stacks"]
        self.assertEqual((stack["verdict"], stack["cause"], stack["exists"], stack["unread"]), ("denied", "git_source", True, ["git"]))

    def test_a_name_that_somebody_made_up_is_an_error_that_names_the_id(self):
        self.declare()
        for user in ROLES:
            self.user = user
            [stack] = self.check_exit(self.run_mooring("check", "--format", "json"), 3).json()["stacks"]
            self.assertEqual((stack["verdict"], stack["exists"]), ("error", None), user)
            self.assertIn("Stack 5 of this namespace", stack["message"])
            self.assertIn("`stack: {id: 5}`", stack["remedy"])

    def test_once_a_manifest_is_tied_to_it_the_name_can_be_missing(self):
        self.declare()
        self.write("manifests/tied.yaml", (GOLDEN / "expected.yaml").read_text())
        report = self.check_exit(self.run_mooring("check", "--format", "json"), 2).json()
        self.assertEqual({s["name"]: s["verdict"] for s in report["stacks"]}, {"stack-5": "in_sync", "wordpress": "missing"})
        result = self.run_mooring("show", "wordpress")
        self.assertIn("MISSING", result.out)

    def test_an_id_that_was_given_anew_is_an_error(self):
        self.write("manifests/tied.yaml", (GOLDEN / "expected.yaml").read_text())
        self.stacks[0]["CreationDate"] += 60
        [stack] = self.check_exit(self.run_mooring("check", "--format", "json"), 3).json()["stacks"]
        self.assertEqual(stack["verdict"], "error")

    def test_an_id_that_is_gone_is_missing_for_every_role(self):
        self.write("manifests/tied.yaml", (GOLDEN / "expected.yaml").read_text())
        self.stacks = []
        for user in ROLES:
            self.user = user
            [stack] = self.check_exit(self.run_mooring("check", "--format", "json"), 2).json()["stacks"]
            self.assertEqual((stack["verdict"], stack["proof"]), ("missing", "id_gone"), user)


if __name__ == "__main__":
    unittest.main()
