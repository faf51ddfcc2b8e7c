"""The status page in a real browser, at phone width and wide, light and dark; the API against its own description."""
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import urllib.request

import jsonschema
import yaml

import transcripts
from agent_world import AGENT_TOKEN, AgentCase
from chromium import PROGRAM, Chromium
from harness import DOUBLE, ROOT, STACK, TIME_LIMIT, TOKEN, WEB, Double

WIDTHS = [390, 768, 1280]
AXE = "axe-core@4.10.2"
BROKEN_NAMES = "[...document.querySelectorAll('.stacks tbody th a')].filter(a => a.getClientRects().length > 1).map(a => a.textContent).join()"
KEEP = os.environ.get("MOORING_SCREENSHOTS", "")  # a folder that the screenshots are left in


def axe_source():
    """The accessibility engine, installed for this test alone; None where it cannot be had."""
    if not shutil.which("npm"):
        return None
    folder = tempfile.mkdtemp(prefix="mooring-axe-")
    try:
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, AXE],
                       capture_output=True, timeout=TIME_LIMIT * 2, check=True)
        return (pathlib.Path(folder) / "node_modules/axe-core/axe.min.js").read_text()
    except (subprocess.SubprocessError, OSError):
        return None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class World(AgentCase):
    """One stack in sync, one drifted, one missing so far, one undeclared, one whose file is lost."""
    seed = {
        "users": [{"username": "admin", "token": "ptr_e2e-token-0123456789"}],
        "environments": [{"id": 1, "name": "production"}],
        "stacks": [{"id": 7, "name": "shop", "environment": "production", "type": "standalone", "file": WEB, "status": "active"},
                   {"id": 8, "name": "blog", "environment": "production", "type": "standalone", "file": WEB.replace("1.27", "1.25"),
                    "status": "active", "env": {"DB_PASSWORD": "e2e-secret-actual"}},
                   {"id": 9, "name": "left-over", "environment": "production", "type": "standalone", "file": WEB, "status": "active"},
                   {"id": 10, "name": "archive", "environment": "production", "type": "standalone", "file": WEB, "status": "active",
                    "fileLost": True}],
    }

    def setUp(self):
        super().setUp()
        for name in ["blog", "gone", "archive"]:
            self.write(f"m/{name}.yaml", (self.folder / "m/shop.yaml").read_text().replace("name: shop", f"name: {name}"))
        self.write("m/blog.yaml", (self.folder / "m/blog.yaml").read_text() + "  env: {DB_PASSWORD: e2e-secret-desired}\n")
        self.write("m/scope.yaml", "apiVersion: mooring/v1\nkind: Scope\nmetadata: {name: all}\nspec: {}\n")


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Api(World):
    def schema_of(self, path, status="200"):
        self.described = yaml.safe_load((ROOT / "schema/openapi.yaml").read_text())
        operation = next(iter(self.described["paths"][path].values()))
        answer = operation["responses"][status]
        if "$ref" in answer:
            answer = self.described["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]
        return answer["content"]["application/json"]["schema"]

    def as_json_schema(self, node):
        """OpenAPI 3.0 says nullable where JSON Schema has a type."""
        if isinstance(node, list):
            return [self.as_json_schema(one) for one in node]
        if not isinstance(node, dict):
            return node
        out = {key: self.as_json_schema(value) for key, value in node.items() if key != "nullable"}
        if isinstance(out.get("$ref"), str):
            name = out["$ref"].rsplit("/", 1)[1]
            return self.as_json_schema(self.described["components"]["schemas"][name])
        return {"anyOf": [out, {"type": "null"}]} if node.get("nullable") is True else out

    def test_every_answer_is_as_described(self):
        self.ready()
        checked = 0
        for path, real, status, method, token in [
                ("/healthz", "/healthz", 200, "GET", ""), ("/readyz", "/readyz", 200, "GET", ""),
                ("/v1/stacks", "/v1/stacks", 200, "GET", None), ("/v1/stacks", "/v1/stacks", 401, "GET", "wrong"),
                ("/v1/stacks/{server}/{environment}/{name}", "/v1/stacks/main/production/blog", 200, "GET", None),
                ("/v1/stacks/{server}/{environment}/{name}", "/v1/stacks/main/production/nobody", 404, "GET", None),
                ("/v1/runs", "/v1/runs", 200, "GET", None), ("/v1/plan", "/v1/plan", 200, "GET", None),
                ("/v1/sync", "/v1/sync", 202, "POST", None),
                ("/v1/sync", "/v1/sync?server=nobody", 404, "POST", None)]:
            got, headers, body = self.ask(real, method, AGENT_TOKEN if token is None else token)
            self.assertEqual(got, status, real)
            self.assertEqual(headers["Content-Type"], "application/json")
            jsonschema.validate(json.loads(body), self.as_json_schema(self.schema_of(path, str(status))))
            checked += 1
        self.assertEqual(self.ask("/v1/openapi.yaml")[2], (ROOT / "schema/openapi.yaml").read_text())

    def test_filters_narrow_the_stacks_and_not_the_summary(self):
        self.ready()
        answer = self.get_json("/v1/stacks?verdict=drifted")
        self.assertEqual([stack["name"] for stack in answer["stacks"]], ["blog"])
        self.assertEqual(answer["summary"]["declared"], 4)

    def test_pages_forbid_scripts_frames_and_other_origins(self):
        self.ready()
        for path in ["/", "/stacks/main/production/blog", "/style.css"]:
            headers = self.ask(path)[1]
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
            self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")


class Watched:
    """Three servers that an agent watches, and its pages in a browser."""

    def watch(self, meanwhile=lambda: None):
        """Two runs of each server; something may happen between them."""
        agent = self.launch()
        self.address = agent.wait_for("start")["address"]
        for _ in range(3):
            agent.wait_for("run")
        meanwhile()
        self.ask("/v1/sync", "POST")
        for _ in range(3):
            agent.wait_for("run", trigger="sync")
        self.browser = Chromium()
        self.addCleanup(self.browser.close)
        self.browser.headers({"Authorization": "Bearer " + AGENT_TOKEN})

    def look_at(self, pages, most=None, also=lambda: None):
        """Each page (path, name of its picture) in every width, light and dark: nothing complains, nothing scrolls sideways."""
        for (path, name), width, scheme in itertools.product(pages, WIDTHS, ["light", "dark"]):
            with self.subTest(path=path, width=width, scheme=scheme):
                self.browser.open(self.address + path, width, scheme=scheme)
                self.assertEqual(self.browser.complaints(), [])
                self.assertLessEqual(self.browser.run("document.documentElement.scrollWidth"), width, "it scrolls sideways")
                also()
                picture = self.folder / f"{name}-{width}-{scheme}.png"
                self.browser.screenshot(picture, most=most)
                self.assertEqual(picture.read_bytes()[:4], b"\x89PNG")
                if KEEP:
                    shutil.copy(picture, KEEP)


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
@unittest.skipUnless(PROGRAM, "Chromium is not installed: the page is not looked at")
class Browser(Watched, World):
    """Beside that a server that a user sees, one of whose stacks was deleted, and one that refuses its token."""
    branch = {
        "users": [{"username": "admin", "token": "ptr_e2e-not-used"}, {"username": "alice", "id": 2, "role": "user", "token": TOKEN}],
        "environments": [{"id": 1, "name": "office", "users": ["alice"]}],
        "stacks": [{"id": number, "name": name, "environment": "office", "type": "standalone", "file": WEB, "status": "active",
                    "access": "public"} for number, name in [(21, "wiki"), (22, "printing")]],
    }

    def setUp(self):
        super().setUp()
        other = Double(self.branch, self.folder)
        self.addCleanup(other.close)
        self.write("wrong-token", "ptr_e2e-wrong-token\n", 0o600)
        servers = "".join(f"    - {{name: {name}, url: '{other.url}', credential: {{file: {token}}}}}\n"
                          for name, token in [("branch", "token"), ("depot", "wrong-token")])
        self.configure(change=lambda text: text.replace("  manifests: m", servers + "  manifests: m"))
        for name in ["shop", "blog", "gone", "archive"]:
            self.write(f"m/{name}.yaml", (self.folder / f"m/{name}.yaml").read_text().replace("spec:", "spec:\n  server: main"))
        for name, server in [("wiki", "branch"), ("printing", "branch"), ("storage", "depot")]:
            self.write(f"m/{name}.yaml", STACK.replace("name: shop", f"name: {name}").replace("production", "office")
                       .replace("spec:", f"spec:\n  server: {server}"))
        self.write("m/scope.yaml", (self.folder / "m/scope.yaml").read_text().replace("spec: {}", "spec: {server: main}"))
        self.watch(lambda: self.delete_by_an_administrator(other))

    @staticmethod
    def delete_by_an_administrator(double):
        """A stack of the second server, with what runs of it."""
        request = urllib.request.Request(double.url + "/api/stacks/21?endpointId=1", method="DELETE", headers={"X-API-Key": "ptr_e2e-not-used"})
        urllib.request.urlopen(request, timeout=20).close()
        double.own_writes += 1

    def test_pages_fit_have_no_complaints_and_show_every_verdict(self):
        def names_have_room():
            self.assertEqual(self.browser.run(BROKEN_NAMES), "", "there is room for these names in one line")
        self.look_at([("/", "page"), ("/stacks/main/production/blog", "stack"), ("/stacks/branch/office/wiki", "deleted"), ("/runs", "runs")],
                     also=names_have_room)
        self.browser.open(self.address + "/", 1280)
        text = self.browser.run("document.body.innerText")
        for word in ["Drift in 4 stacks, 2 could not be seen: token refused by depot", "drifted", "missing", "deleted", "extra",
                     "denied", "error", "in sync"]:
            self.assertIn(word, text)

    def test_filters_and_stack_pages_are_plain_links(self):
        self.browser.open(self.address + "/", 1280)
        self.browser.open(self.address + self.browser.run("document.querySelector('a.chip.drifted').getAttribute('href')"), 1280)
        self.assertEqual(self.browser.run("[...document.querySelectorAll('.stacks tbody th a')].map(a => a.textContent).join()"), "blog")
        self.browser.open(self.address + "/?verdict=drifted&name=BLO", 390)
        self.assertEqual(self.browser.run("document.querySelector('.search input').value"), "BLO")
        self.browser.open(self.address + self.browser.run("document.querySelector('.stacks a').getAttribute('href')"), 390)
        text = self.browser.run("document.body.innerText")
        for word in ["services.web.image", "nginx:1.27", "nginx:1.25", "differs (secret)", "Evidence", "History"]:
            self.assertIn(word, text)

    def test_no_rule_of_accessibility_is_broken(self):
        axe = axe_source()
        if axe is None:
            self.skipTest("axe-core cannot be had: accessibility is not checked")
        for path in ["/", "/?verdict=drifted", "/stacks/main/production/blog", "/stacks/branch/office/wiki", "/runs"]:
            for width in WIDTHS:
                for scheme in ["light", "dark"]:
                    with self.subTest(path=path, width=width, scheme=scheme):
                        self.browser.open(self.address + path, width, scheme=scheme, bypass_csp=True)
                        self.browser.run(axe + ";0")
                        found = json.loads(self.browser.run(
                            "axe.run().then(r => JSON.stringify(r.violations.map(v => [v.id, v.nodes.map(n => n.html + n.failureSummary)])))"))
                        self.assertEqual(found, [])


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
@unittest.skipUnless(PROGRAM, "Chromium is not installed: the page is not looked at")
class DemonstrationShop(Watched, AgentCase):
    """What `deploy/quickstart.sh agent` shows; the README's pictures are taken here (screenshots.sh)."""

    def setUp(self):
        super().setUp()
        shop = transcripts.Shop(self.folder)
        self.addCleanup(shop.double.close)
        self.write("mooring.yaml", (self.folder / "mooring.yaml").read_text() + "  ledger: shop.db\n  agent:\n    interval: 1h\n    jitter: 0s\n"
                   '    absenceWindow: 0s\n    listen: {address: "127.0.0.1:0", token: {file: agent-token}}\n    log: {format: json}\n')
        self.watch()

    def test_every_verdict_has_a_stack_and_the_pages_fit(self):
        self.look_at([("/", "shop"), ("/stacks/main/production/cache", "shop-deleted"), ("/stacks/main/production/shop", "shop-stack")], most=1500)
        verdicts = {(stack["server"], stack["name"]): stack["verdict"] for stack in self.get_json("/v1/stacks")["stacks"]}
        self.assertEqual((verdicts["main", "cache"], verdicts["main-admin", "cache"]), ("deleted", "missing"))
        words = json.loads((ROOT / "schema/report.schema.json").read_text())["definitions"]["stack"]["properties"]["verdict"]["enum"]
        self.assertEqual(set(verdicts.values()), set(words))
        self.assertEqual(verdicts["main", "worker"], "drifted")
        self.browser.open(self.address + "/stacks/main/production/worker", 1280)
        self.assertIn("exited (0)", self.browser.run("document.body.innerText"))


if __name__ == "__main__":
    unittest.main()
