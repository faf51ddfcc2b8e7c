"""`mooring check` of Kubernetes stacks: record, file and what the cluster holds, as an administrator and as users see it."""
import json
import unittest
import urllib.request

from harness import DOUBLE, ROOT, TOKEN, Case, Double

ALICE, CAROL, ERIN = TOKEN + "-alice", TOKEN + "-carol", TOKEN + "-erin"
SECRET = "e2e-kubernetes-s3cret"
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: registry.example.test/web:1
          env: [{name: API_TOKEN, value: e2e-kubernetes-s3cret}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""
MANIFEST = """\
apiVersion: mooring/v1
kind: Stack
metadata: {name: shop}
spec:
  environment: cluster
  type: kubernetes
  namespace: team-a
  compose: {file: shop-objects.yaml}
"""
SEED = {
    "settle": 0,
    "users": [{"username": "admin", "token": TOKEN}] +
             [{"username": name, "id": number, "role": "user", "token": token}
              for name, number, token in (("alice", 2, ALICE), ("carol", 4, CAROL), ("erin", 5, ERIN))],
    "environments": [{"id": 4, "name": "cluster", "type": 5, "users": ["alice", "carol", "erin"],
                      "namespaces": {"team-a": {"users": ["alice"]}, "team-b": {"users": ["carol"]}}}],
}


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Kubernetes(Case):
    maxDiff = None
    version = "2.43.0"

    def setUp(self):
        super().setUp()
        self.start_double(self.version)
        self.declare(WEB)
        self.deploy(WEB)

    def start_double(self, version):
        self.double = Double(SEED, self.folder, "--version", version)
        self.addCleanup(self.double.close)
        self.variables |= {"PORTAINER_URL": self.double.url, "PORTAINER_API_KEY": TOKEN}

    def declare(self, text, manifest=MANIFEST):
        self.write("stacks/shop-objects.yaml", text)
        self.write("stacks/shop.yaml", manifest)

    def send(self, method, target, body=None, url=None):
        request = urllib.request.Request((url or self.double.url) + target, method=method, data=json.dumps(body).encode() if body is not None else None,
                                         headers={"X-API-Key": TOKEN, "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def deploy(self, text, name="shop", namespace="team-a"):
        """Creates the stack as a person would; the record's id."""
        self.double.own_writes += 1
        self.send("POST", "/api/stacks/create/kubernetes/string?endpointId=4",
                  {"StackName": name, "Namespace": namespace, "StackFileContent": text})
        return self.records()[-1]["Id"]

    def records(self):
        for _ in range(3):
            request = urllib.request.Request(self.double.url + "/api/stacks", headers={"X-API-Key": TOKEN})
            with urllib.request.urlopen(request, timeout=20) as answer:
                records = json.load(answer)
        return records

    def hand(self, route, **body):
        self.send("POST", "/kubernetes/" + route, {"environment": 4, "namespace": "team-a", **body}, self.double.control)

    def check(self, code, *words, token=TOKEN):
        """The report and the one stack in it; no output holds the secret."""
        self.variables["PORTAINER_API_KEY"] = token
        text = self.run_mooring("check", "stacks", *words)
        self.assertNotIn(SECRET, text.out + text.err)
        result = self.check_exit(self.run_mooring("check", "stacks", "--format", "json", *words), code)
        self.assertNotIn(SECRET, result.out + result.err)
        report = self.check_schema("report", result.json())
        [stack] = [one for one in report["stacks"] if one["name"] == "shop"]
        return stack

    def changes(self, stack):
        return {change["path"]: (change["desired"], change["actual"]) for change in stack["changes"]}

    def test_in_sync_means_that_what_runs_was_read(self):
        stack = self.check(0)
        self.assertEqual((stack["verdict"], stack["unread"], stack["runtimeAsked"]), ("in_sync", [], True), stack)
        self.assertIn("what runs were read", stack["message"])
        targets = [one["target"] for one in stack["evidence"]]
        self.assertIn("/api/endpoints/4/kubernetes/apis/apps/v1/deployments", " ".join(targets))

    def test_the_example_is_in_sync_once_it_is_deployed(self):
        text = (ROOT / "manifests/examples/kubernetes/shop.yaml").read_text()
        self.declare(text, MANIFEST.replace("name: shop", "name: example").replace("team-a", "team-b"))
        self.deploy(text, "example", "team-b")
        self.check_exit(self.run_mooring("validate", "stacks"), 0)
        [stack] = self.check_exit(self.run_mooring("check", "stacks", "--format", "json"), 0).json()["stacks"]
        self.assertEqual((stack["verdict"], stack["unread"]), ("in_sync", []))
        self.send("POST", "/kubernetes/patch", {"environment": 4, "namespace": "team-b", "kind": "ConfigMap", "name": "shop",
                                                "patch": {"data": {"LOG_LEVEL": "debug"}}}, self.double.control)
        [stack] = self.check_exit(self.run_mooring("check", "stacks", "--format", "json"), 2).json()["stacks"]
        self.assertEqual(self.changes(stack), {"ConfigMap/shop:data.LOG_LEVEL": ("info", "debug")})

    def test_a_field_changed_by_hand_has_its_path_both_values_and_who_did_it(self):
        self.hand("patch", kind="Deployment", name="web", manager="kubectl-edit", patch={"spec": {"template": {"spec": {
            "containers": [{"name": "web", "image": "registry.example.test/web:9",
                            "env": [{"name": "API_TOKEN", "value": SECRET}]}]}}}})
        stack = self.check(2)
        path = "Deployment/web:spec.template.spec.containers[name=web].image"
        self.assertEqual(self.changes(stack)[path], ("registry.example.test/web:1", "registry.example.test/web:9"))
        self.assertTrue(any(path + " was set by kubectl-edit at " in note for note in stack["notes"]), stack["notes"])

    def test_a_secret_that_differs_is_said_and_never_shown(self):
        other = "e2e-kubernetes-s3cret-2"
        self.hand("patch", kind="Deployment", name="web", patch={"spec": {"template": {"spec": {
            "containers": [{"name": "web", "image": "registry.example.test/web:1",
                            "env": [{"name": "API_TOKEN", "value": other}]}]}}}})
        stack = self.check(2)
        [change] = [one for one in stack["changes"] if one["path"].endswith("env[name=API_TOKEN].value")]
        self.assertTrue(change["secret"])
        self.assertNotIn(other, json.dumps(stack))

    def test_an_object_that_was_deleted_is_gone(self):
        self.hand("delete", kind="Service", name="web")
        stack = self.check(2)
        self.assertEqual((stack["verdict"], self.changes(stack)), ("drifted", {"Service/web": ("present", "gone")}))

    def test_an_image_that_cannot_be_pulled_is_named(self):
        text = WEB.replace("web:1", "nosuch:2")
        self.declare(text, MANIFEST.replace("name: shop", "name: other"))
        self.deploy(text, "other")
        self.variables["PORTAINER_API_KEY"] = TOKEN
        [stack] = self.check_exit(self.run_mooring("check", "stacks", "--format", "json"), 2).json()["stacks"]
        actual = self.changes(stack)["Deployment/web:ready"][1] if "Deployment/web:ready" in self.changes(stack) else \
            self.changes(stack)["Deployment/web:updated"][1]
        self.assertIn("ImagePullBackOff: registry.example.test/nosuch:2", actual)

    def test_a_rollout_is_pending_until_its_deadline(self):
        self.hand("status", kind="Deployment", name="web", status={"readyReplicas": 1})
        stack = self.check(3)
        self.assertEqual((stack["verdict"], stack["changes"]), ("pending", []))
        self.assertIn("Deployment/web: ready 1, 2 wanted (it has until ", stack["message"])
        self.send("POST", "/clock", {"offset": 3600}, self.double.control)
        stack = self.check(2)
        self.assertEqual(self.changes(stack)["Deployment/web:ready"][0], "2")

    def test_a_cluster_that_is_down_is_unreachable(self):
        self.hand("access", reachable=False)
        stack = self.check(3)
        self.assertEqual((stack["verdict"], stack["exists"]), ("unreachable", True))
        self.assertIn("runtime", stack["unread"])

    def test_what_the_file_declares_no_more_is_a_note(self):
        text = WEB + "---\napiVersion: v1\nkind: Service\nmetadata: {name: old}\nspec: {selector: {app: web}, ports: [{port: 81}]}\n"
        identity = self.records()[-1]["Id"]
        for file in (text, WEB):
            self.double.own_writes += 1
            self.send("PUT", f"/api/stacks/{identity}?endpointId=4", {"StackFileContent": file, "StackName": "shop"})
            self.records()
        stack = self.check(0)
        self.assertIn("Service/old was deployed by this stack and is in its file no more", " ".join(stack["notes"]))

    def test_another_stack_that_deployed_the_objects_last_holds_them(self):
        other = self.deploy(WEB, "copy")
        stack = self.check(2)
        self.assertEqual(self.changes(stack)["Deployment/web"][1], f"deployed last by stack {other}")

    def test_a_user_with_the_namespace_finds_his_stack_by_its_label(self):
        stack = self.check(0, token=ALICE)
        self.assertEqual((stack["verdict"], stack["id"]), ("in_sync", self.records()[-1]["Id"]))
        self.hand("patch", kind="Deployment", name="web", patch={"spec": {"replicas": 5}})
        self.assertIn("Deployment/web:spec.replicas", self.changes(self.check(2, token=ALICE)))

    def test_what_no_list_shows_is_never_missing(self):
        self.hand("delete", kind="Service", name="web")
        self.hand("delete", kind="Deployment", name="web")
        for token in (ALICE, CAROL, ERIN):
            self.assertEqual(self.check(3, token=token)["verdict"], "not_visible")

    def test_a_namespace_that_is_denied_is_a_cause_of_its_own(self):
        identity = self.records()[-1]["Id"]
        self.declare(WEB, MANIFEST.replace("  environment", f"  stack: {{id: {identity}}}\n  environment"))
        stack = self.check(3, token=CAROL)
        self.assertEqual((stack["verdict"], stack["cause"], stack["exists"]), ("denied", "namespace", True))
        self.assertEqual(stack["unread"], ["runtime", "Deployment/web", "Service/web"])
        self.assertIn("Environments > cluster > Namespaces > team-a > Manage access", stack["remedy"])

    def test_a_kind_that_no_namespace_gives_is_a_cause_of_its_own_and_the_rest_is_shown(self):
        text = WEB + "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: reader}\nrules: []\n"
        self.declare(text, MANIFEST.replace("name: shop", "name: roles"))
        self.deploy(text, "roles")
        self.hand("patch", kind="Service", name="web", patch={"spec": {"selector": {"app": "other"}}})
        self.variables["PORTAINER_API_KEY"] = ALICE
        [stack] = self.check_exit(self.run_mooring("check", "stacks", "--format", "json"), 4).json()["stacks"]
        self.assertEqual((stack["verdict"], stack["cause"], stack["exists"]), ("denied", "kind", True), stack)
        self.assertEqual(stack["unread"], ["runtime", "Role/reader"])
        self.assertEqual(self.changes(stack)["Service/web:spec.selector.app"], ("web", "other"))

    def test_runtime_false_still_says_so(self):
        self.declare(WEB, MANIFEST + "  runtime: false\n")
        self.hand("delete", kind="Service", name="web")
        self.assertIn("in sync (runtime not asked)", self.check_exit(self.run_mooring("check", "stacks"), 0).out)
        self.assertIn("runtime-left-out", self.run_mooring("validate", "stacks", "--format", "json").out)

    def test_strict_makes_changes_of_what_was_set_by_hand(self):
        self.hand("patch", kind="Deployment", name="web", patch={"spec": {"minReadySeconds": 7}})
        self.assertIn("spec.minReadySeconds", " ".join(self.check(0)["notes"]))
        self.declare(WEB, MANIFEST + "  policy: {strict: true}\n")
        self.assertEqual(self.changes(self.check(2))["Deployment/web:spec.minReadySeconds"], (None, "7"))

    def test_a_namespace_costs_the_same_whatever_the_number_of_its_stacks(self):
        for number in range(5):
            text = WEB.replace("name: web}", f"name: web-{number}}}")
            self.write(f"stacks/more-{number}.yaml", MANIFEST.replace("name: shop", f"name: more-{number}")
                       .replace("shop-objects", f"more-{number}-objects"))
            self.write(f"stacks/more-{number}-objects.yaml", text)
            self.deploy(text, f"more-{number}")
        self.send("DELETE", "/requests", url=self.double.control)
        self.double.own_writes = 0  # which are not counted any more
        self.check_exit(self.run_mooring("check", "stacks"), 0)
        with urllib.request.urlopen(self.double.control + "/requests", timeout=20) as answer:
            routes = json.load(answer)["routes"]
        self.assertEqual(sum(count for route, count in routes.items() if "/kubernetes" in route), 10, routes)

    def test_a_snapshot_says_that_what_runs_is_not_in_it(self):
        self.hand("delete", kind="Service", name="web")
        self.run_mooring("observe", "stacks", "-o", "run.json")
        self.assertNotIn(SECRET, (self.folder / "run.json").read_text())
        result = self.run_mooring("check", "--snapshot", "run.json")
        self.assertIn("runtime not asked", result.out)
        self.assertIn("is not kept in a snapshot", result.out + result.err)


class KubernetesOf2_23(Kubernetes):
    version = "2.23.0"


class KubernetesOf2_39(Kubernetes):
    version = "2.39.0"


if __name__ == "__main__":
    unittest.main()
