#!/usr/bin/env python3
"""A full check of Kubernetes stacks of ten objects, and what reading what runs costs beside reading the same lists and throwing them away: in turn, so
that both have the machine alike. Prints a row of a Markdown table.

usage: kubernetes_bench.py BIN_FOLDER STACKS [RUNS]
"""
import http.client
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

from bench_world import TOKEN, measured, median

NAMESPACES = 20
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
        - name: web
          image: registry.example.test/web:1
          ports: [{{containerPort: 80}}]
          env: [{{name: MODE, value: prod}}, {{name: LEVEL, value: info}}]
          resources: {{limits: {{cpu: 500m, memory: 256Mi}}}}
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}\n"
SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{a: \"1\", b: two}}\n"


def objects(stack):
    kinds = [DEPLOYMENT] * 4 + [SERVICE] * 3 + [SETTINGS] * 3
    return "---\n".join(kind.format(name=f"web-{stack}-{number}") for number, kind in enumerate(kinds))


def write_world(folder, stacks):
    records = []
    for stack in range(stacks):
        space = f"team-{stack % NAMESPACES}"
        (folder / f"m/s{stack}-objects.yaml").write_text(objects(stack))
        (folder / f"m/s{stack}.yaml").write_text(
            f"apiVersion: mooring/v1\nkind: Stack\nmetadata: {{name: s{stack}}}\nspec:\n  environment: cluster\n  type: kubernetes\n"
            f"  namespace: {space}\n  compose: {{file: s{stack}-objects.yaml}}\n")
        records.append({"id": stack + 1, "name": f"s{stack}", "environment": 4, "type": "kubernetes", "namespace": space,
                        "status": "active", "file": objects(stack)})
    (folder / "seed.json").write_text(json.dumps({
        "users": [{"username": "admin", "token": TOKEN}], "stacks": records,
        "environments": [{"id": 4, "name": "cluster", "type": 5,
                          "namespaces": {f"team-{number}": {} for number in range(NAMESPACES)}}]}))


# Those of the objects, and of what may have been left behind.
LISTS = ["apis/apps/v1/deployments", "api/v1/services", "api/v1/configmaps", "api/v1/secrets", "api/v1/persistentvolumeclaims", "apis/apps/v1/daemonsets",
         "apis/apps/v1/statefulsets", "apis/batch/v1/cronjobs", "apis/batch/v1/jobs", "apis/networking.k8s.io/v1/ingresses"]


def read_lists(url):
    """Seconds for all pages of the lists over one connection; nothing is looked for but the next page."""
    place = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname, place.port)
    start = time.monotonic()
    for path in LISTS:
        more = ""
        while more is not None:
            connection.request("GET", f"/api/endpoints/4/kubernetes/{path}?limit=500{more}", headers={"X-API-Key": TOKEN})
            token = json.loads(connection.getresponse().read())["metadata"].get("continue")
            more = f"&continue={urllib.parse.quote(token)}" if token else None
    return time.monotonic() - start


def main():
    programs, stacks = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "m").mkdir()
        write_world(folder, stacks)
        double = subprocess.Popen([str(programs / "portainer-double"), "--listen", "127.0.0.1:0", "--seed", str(folder / "seed.json")],
                                  stdout=subprocess.PIPE, text=True)
        try:
            os.environ |= {"PORTAINER_URL": json.loads(double.stdout.readline())["url"], "PORTAINER_API_KEY": TOKEN}
            check = [str(programs / "mooring"), "check", "m", "--quiet"]
            checks, records, lists = [], [], []
            for _ in range(runs):
                checks.append(measured(check, cwd=folder))
                records.append(measured(check + ["--no-runtime"], cwd=folder))
                lists.append(read_lists(os.environ["PORTAINER_URL"]))
        finally:
            double.terminate()
            double.wait()
    if any(check["code"] for check in checks):
        sys.exit("the check did not end in sync:\n" + checks[0]["out"][:2000])
    ratio = statistics.median((c["wall"] - r["wall"]) / bare for c, r, bare in zip(checks, records, lists))
    print(f"| full check of {stacks} Kubernetes stacks of 10 objects | {median(checks, 'wall'):.2f} s wall, {median(checks, 'cpu'):.2f} s CPU, "
          f"{median(checks, 'rss'):.0f} MiB | what runs: {ratio:.2f} × wall of reading the same lists |")


main()
