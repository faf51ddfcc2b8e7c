"""A cluster in which each kind of finding stands once: the world of the transcript in manifests/KUBERNETES.md.

usage: cluster_shop.py       writes the present output into the page (MOORING and PORTAINER_DOUBLE name the programs)
"""
import json
import pathlib
import re
import subprocess
import tempfile
import urllib.request

from harness import MOORING, ROOT, TIME_LIMIT, TOKEN, Double

PAGE = ROOT / "manifests" / "KUBERNETES.md"
BLOCK = re.compile(r"(^```\n\$ mooring check [^\n]*\n)(.*?)^```$", re.M | re.S)
SHOWN_ADDRESS = "127.0.0.1:9000"
ALICE = TOKEN + "-alice"
TIMES = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
STACKS = ["catalog", "checkout", "mail", "search", "orders", "billing", "audit"]


def deployment(name, image):
    return (f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  replicas: 2\n  selector: {{matchLabels: {{app: {name}}}}}\n"
            f"  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      containers:\n        - name: {name}\n"
            f"          image: registry.example.test/{image}\n          env: [{{name: API_TOKEN, value: not-for-readers}}]\n")


def service(name):
    return f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}\n"


ROLE = "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: audit}\nrules: []\n"
SCALER = ("---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: catalog}\nspec:\n"
          "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: catalog}\n  minReplicas: 1\n  maxReplicas: 6\n")
FILES = {name: deployment(name, f"{name}:1") + service(name) for name in STACKS}
FILES["mail"] = deployment("mail", "nosuch:2") + service("mail")
FILES["catalog"] += SCALER
FILES["audit"] += ROLE
PLACES = {"billing": "closed"}  # a namespace that alice may not enter
SEED = {
    "settle": 0,
    "instanceId": "5dd72a1f-939b-494c-861f-23d068846b6a",
    "users": [{"username": "admin", "token": TOKEN}, {"username": "alice", "id": 2, "role": "user", "token": ALICE}],
    "environments": [{"id": 4, "name": "cluster", "type": 5, "users": ["alice"], "namespaces": {"shop": {"users": ["alice"]}, "closed": {}}}],
}


class ClusterShop:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.double = Double(SEED, self.folder)
        for number, name in enumerate(STACKS, 1):
            place = PLACES.get(name, "shop")
            self.send("POST", "/api/stacks/create/kubernetes/string?endpointId=4",
                      {"StackName": name, "Namespace": place, "StackFileContent": FILES[name]})
            for _ in range(3):  # the deployment ends while somebody looks
                self.send("GET", "/api/stacks")
            self.write(f"{name}.yaml", "apiVersion: mooring/v1\nkind: Stack\n" f"metadata: {{name: {name}}}\nspec:\n  environment: cluster\n"
                       f"  type: kubernetes\n  namespace: {place}\n  stack: {{id: {number}}}\n  compose: {{file: {name}.objects.yaml}}\n")
            self.write(f"{name}.objects.yaml", FILES[name])
        self.by_hand()

    def by_hand(self):
        image = {"containers": [{"name": "checkout", "image": "registry.example.test/checkout:2"}]}
        self.hand("patch", kind="Deployment", name="checkout", manager="kubectl-set", patch={"spec": {"template": {"spec": image}}})
        self.hand("patch", kind="Service", name="checkout", manager="kubectl-edit", patch={"metadata": {"labels": {"team": "payments"}}})
        self.hand("patch", kind="Deployment", name="catalog", manager="kube-controller-manager", subresource="scale", patch={"spec": {"replicas": 4}})
        self.hand("delete", kind="Service", name="orders")
        self.hand("rollout", kind="Deployment", name="search", state="underWay")

    def close(self):
        self.double.end()

    def write(self, name, text):
        path = self.folder / "stacks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def send(self, method, target, body=None, url=None):
        request = urllib.request.Request((url or self.double.url) + target, method=method, data=None if body is None else json.dumps(body).encode(),
                                         headers={"X-API-Key": TOKEN, "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.read()

    def hand(self, route, **body):
        self.send("POST", "/kubernetes/" + route, {"environment": 4, "namespace": "shop", **body}, self.double.control)

    def check(self):
        """What `$ mooring check stacks --quiet` prints as alice, with an address and times that stay."""
        done = subprocess.run([MOORING, "check", "stacks", "--quiet"], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=TIME_LIMIT, env={"HOME": str(self.folder), "LANG": "C.UTF-8", "PORTAINER_URL": self.double.url,
                                                       "PORTAINER_API_KEY": ALICE})
        text = (done.stdout + done.stderr).decode().replace(self.double.url.removeprefix("http://"), SHOWN_ADDRESS)
        return TIMES.sub("2026-11-30T09:00:00Z", text)


def present():
    with tempfile.TemporaryDirectory() as folder:
        shop = ClusterShop(folder)
        try:
            return shop.check()
        finally:
            shop.close()


if __name__ == "__main__":
    output = present()
    PAGE.write_text(BLOCK.sub(lambda found: found[1] + output + "```", PAGE.read_text()))
