#!/usr/bin/env python3
"""A full check of Kubernetes stacks of ten objects, what runs included. Prints a row of a Markdown table.

usage: kubernetes_bench.py BIN_FOLDER STACKS [RUNS]
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

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
            checks = [measured([str(programs / "mooring"), "check", "m", "--quiet"], cwd=folder) for _ in range(runs)]
        finally:
            double.terminate()
            double.wait()
    if any(check["code"] for check in checks):
        sys.exit("the check did not end in sync:\n" + checks[0]["out"][:2000])
    print(f"| full check of {stacks} Kubernetes stacks of 10 objects | {median(checks, 'wall'):.2f} s wall, {median(checks, 'cpu'):.2f} s CPU, "
          f"{median(checks, 'rss'):.0f} MiB | nearly all of the wall time is the stand-in's |")


main()
