#!/usr/bin/env python3
"""seeds.py FOLDER: fills FOLDER/TARGET with what the tree already has for each fuzz target (compose cases, manifests, recorded
answers, the hand-written inputs of tests/fuzz/corpus), and FOLDER/TARGET.dict with words. Names are digests of the content, so that
running it again changes nothing."""
import hashlib
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests/fuzz"
LARGEST = 4096  # bytes of a seed; libFuzzer makes no inputs longer than the longest seed, or this
LARGEST_SNAPSHOT = 40000
MOST = 400  # inputs a target: more only slow the start down


def compose_pairs():
    for case in sorted((ROOT / "tests/compose/cases").iterdir()):
        yield (case / "desired.yaml").read_bytes(), (case / "actual.yaml").read_bytes()


def compose():
    for desired, actual in compose_pairs():
        yield desired
        yield actual
    for path in sorted((ROOT / "tests/compose/invalid").glob("*.yaml")):
        yield path.read_bytes()


def compose_pair():
    for desired, actual in compose_pairs():
        yield desired.rstrip(b"\n") + b"\n=====\n" + actual


def kubernetes_cases():
    return sorted((ROOT / "tests/kubernetes/cases").iterdir())


def kubernetes():
    for case in kubernetes_cases():
        other = case / "deployed.yaml"
        yield (case / "desired.yaml").read_bytes().rstrip(b"\n") + b"\n=====\n" + (other.read_bytes() if other.exists() else b"")


def kubernetes_live():
    """The desired file and one live object, without what would make the seed long."""
    for case in kubernetes_cases():
        for live in json.loads((case / "live.json").read_text())["items"][:3]:
            live.pop("status", None)
            live["metadata"]["managedFields"] = [one for one in live["metadata"].get("managedFields", []) if "subresource" not in one]
            text = json.dumps(live, separators=(",", ":")).encode()
            desired = (case / "desired.yaml").read_bytes().rstrip(b"\n")
            yield desired + b"\n=====\n" + text
            yield desired + b"\n=====\n" + b'{"apiVersion":"v1","kind":"ConfigMapList","metadata":{"resourceVersion":"7"},"items":[' + text + b"]}"


def recorded_clusters():
    """(request, response) of every recorded line about a cluster."""
    for path in sorted((ROOT / "tests/recordings-kubernetes").glob("*/*.jsonl")):
        for line in path.read_text().splitlines():
            exchange = json.loads(line)
            if isinstance(exchange.get("response", {}).get("json"), dict) and "/kubernetes/" in exchange["request"]["target"]:
                yield exchange["request"]["target"].split("/kubernetes/", 1)[1].split("?")[0], exchange["response"]


def kubernetes_status():
    for asked, response in recorded_clusters():
        if response["json"].get("kind") == "Status" and response["status"] >= 400:
            of_name = "/".join(asked.split("/")[-2:])
            for about in (of_name, "-"):
                yield f"{response['status'] - 400} {about}\n".encode() + json.dumps(response["json"], separators=(",", ":")).encode()


def kubernetes_pages():
    """Recorded lists of deployments, cut into two pages, and what a cluster says when the first is too old."""
    for _, response in recorded_clusters():
        whole = response["json"]
        if not str(whole.get("kind", "")).endswith("List") or not isinstance(whole.get("items"), list):
            continue
        items = [{"metadata": {key: value for key, value in one.get("metadata", {}).items() if key != "managedFields"}} for one in whole["items"]]
        pages = []
        for part, more in ((items[:1], "eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ"), (items[1:3], "")):
            metadata = {"resourceVersion": "7", **({"continue": more} if more else {})}
            pages.append(json.dumps({"kind": "DeploymentList", "apiVersion": "apps/v1", "metadata": metadata, "items": part}, separators=(",", ":")))
        yield "\n=====\n".join(pages).encode()
        yield "\n=====\n".join([pages[0], "410", *pages]).encode()


def mask():
    """Every text of the table of secrets, and whole files."""
    table = (ROOT / "tests/unit/base/mask_test.cpp").read_text()
    for raw, plain in re.findall(r'R"~\((.*?)\)~"|^    "((?:[^"\\\\]|\\\\.)*)",$', table, re.M):
        yield (raw or plain.encode().decode("unicode_escape")).encode()
    yield from compose()


def schema(name):
    return json.loads((ROOT / f"schema/{name}.schema.json").read_text())


def examples(node):
    """Every example that a schema gives for a whole document."""
    if isinstance(node, dict):
        yield from (example for example in node.get("examples", []) if isinstance(example, dict) and "kind" in example)
        for child in node.values():
            yield from examples(child)
    elif isinstance(node, list):
        for child in node:
            yield from examples(child)


def configuration():
    for example in examples(schema("agent")):
        yield json.dumps(example, indent=1).encode()


def manifest():
    for example in examples(schema("manifest")):
        yield json.dumps(example, indent=1).encode()
    for folder in (ROOT / "manifests", ROOT / "tests/golden/manifests"):
        for path in sorted(folder.rglob("*.yaml")):
            if path.is_file() and b"mooring/" in path.read_bytes():
                yield path.read_bytes()


def yaml():
    yield from manifest()
    yield from compose()


def recorded():
    """(request, response) of every recorded line."""
    for path in sorted((ROOT / "tests/recordings").glob("*/*.jsonl")):
        for line in path.read_text().splitlines():
            exchange = json.loads(line)
            if "response" in exchange:
                yield exchange["request"], exchange["response"]


def lists(of):
    """Every element of the recorded lists at a path that ends so, alone, and the first two of each list together."""
    for request, response in recorded():
        path = request["target"].split("?")[0]
        if response.get("status") != 200 or not path.endswith(of) or not isinstance(response.get("json"), list):
            continue
        for element in response["json"]:
            yield json.dumps([element], separators=(",", ":")).encode()
        yield json.dumps(response["json"][:2]).encode()


def stack_list():
    yield from lists("/api/stacks")


def docker():
    for kind, of in {"containers": "/containers/json", "services": "/docker/services", "tasks": "/docker/tasks",
                     "users": "/api/users", "environments": "/api/endpoints"}.items():
        for text in lists(of):
            yield kind.encode() + b"\n" + text
    yield b'images\n[{"Id":"sha256:ab","RepoTags":["nginx:1.27","<none>:<none>"],"RepoDigests":null}]'
    yield b'details\n[{"RestartCount":7,"State":{"StartedAt":"2026-11-24T02:00:00.123456789Z"}}]'


CALLS = ["status", "identity", "environments", "environment", "stacks", "stack", "stack_file", "docker_list",
         "docker_images", "docker_object", "kubernetes", "users", "teams", "tags", "groups", "settings", "other"]


def error_body():
    for line in (ROOT / "tests/golden/causes/recorded.jsonl").read_text().splitlines():
        row = json.loads(line)
        body = {key: row[key] for key in ("message", "details") if row[key] is not None}
        kind = row["type"].replace(" ", "") if row["type"] else "-"
        first = f"{row['status'] - 200} {CALLS.index(row['call'])} {kind} {row['object']}\n"
        yield first.encode() + (json.dumps(body) if body else row["text"] or "").encode()


def body_of(response):
    if "json" in response:
        return json.dumps(response["json"]).encode()
    return str(response.get("text") or "").encode()


def as_http(response, framing):
    body = body_of(response)[:1500]
    head = f"HTTP/1.1 {response['status']} X\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in response.get("headers", {}).items()
                    if name not in ("content-length", "transfer-encoding"))
    if framing == "chunked":
        half = len(body) // 2
        pieces = [piece for piece in (body[:half], body[half:]) if piece] + [b""]
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
        return head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + chunks
    length = f"Content-Length: {len(body)}\r\n" if framing == "length" else ""
    return (head + length + "\r\n").encode() + body


def response():
    seen = set()
    for number, (_, answer) in enumerate(recorded()):
        shape = (answer.get("status"), tuple(answer.get("headers", {})))
        if shape in seen or not answer.get("status"):
            continue
        seen.add(shape)
        for framing in ("length", "chunked", "close"):
            whole = as_http(answer, framing)
            yield whole
            yield whole[:len(whole) * (1 + number % 5) // 6]  # truncated
        yield as_http(answer, "length") * 2  # two on one connection
    yield b"HTTP/1.1 200 OK\r\n" + b"X-Flood: 0123456789\r\n" * 100 + b"\r\n"
    yield b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2000


def http_request():
    """What the agent is asked, each way alone, with a body in both framings, and all of it on one connection."""
    paths = ["/", "/healthz", "/readyz", "/metrics", "/style.css", "/v1/runs", "/v1/stacks?verdict=drifted&server=a+b", "/v1/openapi.yaml",
             "/v1/stacks/main/production/shop", "/stacks/main/a%20b/shop%2Fweb", "/nowhere", "http://localhost/", "*"]
    hosts = ["localhost", "127.0.0.1:9464", "[::1]:9464", "mooring.example", "\r\n folded"]
    tokens = ["", "Authorization: Bearer fuzz-agent-token\r\n", "Authorization: basic bTpmdXp6LWFnZW50LXRva2Vu\r\n"]
    asked = [f"GET {path} HTTP/1.1\r\nHost: {hosts[i % len(hosts)]}\r\n{tokens[i % len(tokens)]}\r\n" for i, path in enumerate(paths)]
    sync = f"POST /v1/sync?server=main HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n{tokens[1]}"
    asked.append(sync + "Content-Length: 4\r\n\r\nbody")
    asked.append(sync + "Transfer-Encoding: chunked\r\n\r\n2;a=\"b\"\r\nbo\r\n02\r\ndy\r\n0\r\nTrailer: x\r\n\r\n")
    asked.append(sync + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
    asked.append("HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    asked.append("".join(asked[:6]))
    asked.append("GET / HTTP/1.1\r\n" + "X-Flood: 0123456789\r\n" * 100)
    for text in asked:
        yield text.encode()


def strict_json():
    for _, answer in recorded():
        if "json" in answer:
            yield json.dumps(answer["json"]).encode()[:LARGEST]


def snapshot():
    for path in sorted((ROOT / "tests/golden/snapshots").glob("*/snapshot.json")):
        yield json.dumps(json.loads(path.read_text()), separators=(",", ":")).encode()


def saved_step(name, number, readiness="to_do"):
    return {"server": "main", "name": name, "environment": "production", "readiness": readiness,
            "parts": [{"action": "update", "detaches": False, "prunes": False, "pulls": True, "narrows": False}], "obstacles": [],
            "corrections": [{"path": "services.web.image", "from": "nginx:1.25", "becomes": "nginx:1.27", "digest": None, "secret": False, "valueFrom": None, "source": None},
                            {"path": "env.DB_PASSWORD", "from": None, "becomes": None, "digest": None, "secret": True, "valueFrom": None, "source": {"file": "a", "line": 1}}],
            "notes": ["pulls nginx:1.27 (not on the host)"],
            "standsOn": {"id": number, "environment": 4, "createdAt": "2026-11-18T11:06:40Z", "updatedAt": "2026-11-23T02:13:20Z",
                         "updatedBy": "deploy", "status": 1}, "source": {"file": "m/shop.yaml", "line": 3}}


def saved_plan():
    """The plan that the target holds them against, whole, moved in one thing each, and others."""
    server = {"name": "main", "url": "https://portainer.example.test", "version": "2.43.0",
              "instanceId": "5dd72a1f-939b-494c-861f-23d068846b6a", "problem": None}
    steps = [saved_step("shop", 7), saved_step("n" * 120 + "-one", 8), saved_step("n" * 120 + "-two", 9)]
    def plan(steps, **more):
        return json.dumps({"apiVersion": "mooring/v1", "kind": "Plan", "servers": [server], "steps": steps, "inSync": 3, "nothingToDo": 0,
                           "complete": True, "exitCode": 2} | more, separators=(",", ":")).encode()
    yield plan(steps)
    yield plan(steps[:2])
    yield plan(steps[1:] + [saved_step("billing", 10, "blocked")])
    yield plan(steps, servers=[])
    yield plan(steps, servers=[server | {"version": "2.39.0"}])
    yield plan([])
    for key, other in (("notes", []), ("parts", []), ("corrections", []), ("readiness", "held"), ("server", "other"), ("standsOn", None)):
        yield plan([steps[0] | {key: other}])
    yield json.dumps(schema("plan")["examples"][0]).encode()


def backup():
    record = {"apiVersion": "mooring/v1", "kind": "Backup", "at": "2026-11-29T10:15:00Z", "server": "main",
              "instanceId": "5dd72a1f-939b-494c-861f-23d068846b6a", "id": 7, "name": "shop", "type": "standalone", "environment": 4,
              "namespace": "", "createdAt": "2026-11-18T11:06:40Z", "updatedAt": None, "status": 1,
              "env": [{"name": "DB_PASSWORD", "value": "kE9-never-shown"}, {"name": "COLOR", "value": "green"}],
              "access": {"public": False, "administratorsOnly": False, "users": [2], "teams": [1]}, "git": None, "autoUpdate": None,
              "additionalFiles": [], "lacks": []}
    git = {"url": "https://git.example.test/shop", "reference": "refs/heads/main", "path": "c.yml", "commit": "72e6c8a8",
           "tlsSkipVerify": False, "authentication": True, "username": "git"}
    compose_file = b"services:\n  web:\n    image: nginx:1.27\n"
    for more in ({}, {"type": "swarm", "status": 2}, {"type": "kubernetes", "namespace": "shop", "env": []}, {"type": None}, {"git": git},
                 {"access": None}, {"access": {"public": True, "administratorsOnly": False, "users": [], "teams": []}}, {"env": None},
                 {"env": [{"name": "A", "value": "kE9-never-shown"}, {"name": "A", "value": ""}]}, {"id": 7.5}, {"id": -1}, {"at": None},
                 {"id": 2**64 - 1}, {"status": True}):
        for indent in (None, 2):
            yield json.dumps(record | more, indent=indent).encode() + b"\n=====\n" + compose_file
    yield json.dumps({key: value for key, value in record.items() if key != "namespace"}).encode()


def keys(node):
    if isinstance(node, dict):
        yield from node.get("properties", {})
        yield from (word for word in node.get("enum", []) if isinstance(word, str))
        for child in node.values():
            yield from keys(child)
    elif isinstance(node, list):
        for child in node:
            yield from keys(child)


def compose_keys():
    for pattern in re.findall(r'\{"([a-z_.*]+)",', (ROOT / "agent/compose/rules.cpp").read_text()):
        yield pattern.split(".")[-1]


def record_keys():
    return re.findall(r'"([A-Za-z.]+)"', (ROOT / "agent/portainer/decode.cpp").read_text())


def memory_keys():
    return re.findall(r'"([A-Za-z]+)"', (ROOT / "agent/ledger/memory_json.cpp").read_text())


def backup_keys():
    return re.findall(r'at\("([A-Za-z]+)"\)', (ROOT / "agent/apply/backup.cpp").read_text())


def object_keys():
    """Fields that change how something is compared."""
    lists = json.loads((ROOT / "agent/kubernetes/rules/lists.json").read_text())
    return sorted({field for fields in lists.values() for field in fields})


# Hand-written files, and words from the tree with what stands around each of them.
DICTIONARIES = {
    "yaml": (["yaml"], [], ""),
    "compose": (["yaml", "compose"], compose_keys(), "%s: "),
    "compose_pair": (["yaml", "compose"], compose_keys(), "%s: "),
    "manifest": (["yaml", "compose"], keys(schema("manifest")), "%s: "),
    "configuration": (["yaml"], keys(schema("agent")), "%s: "),
    "env": (["yaml", "json"], ["value", "public", "fromFile", "fromEnv", "fromCredential", "opaque"], "%s: "),
    "stack_list": (["json"], record_keys(), '\\"%s\\":'),
    "docker": (["json"], record_keys(), '\\"%s\\":'),
    "error_body": (["json", "error_body"], [], ""),
    "response": (["response"], [], ""),
    "http_request": (["request"], [], ""),
    "values": (["values"], [], ""),
    "memory": (["json"], memory_keys(), '\\"%s\\":'),
    "snapshot": (["json"], keys(schema("snapshot")), '\\"%s\\":'),
    "strict_json": (["json"], [], ""),
    "saved_plan": (["json", "saved_plan"], keys(schema("plan")), '\\"%s\\":'),
    "backup": (["json", "backup"], backup_keys(), '\\"%s\\":'),
    "mask": (["yaml", "json", "mask"], [], ""),
    "kubernetes": (["yaml"], object_keys(), "%s: "),
    "kubernetes_live": (["yaml", "json"], object_keys(), '\\"%s\\":'),
    "kubernetes_status": (["json", "error_body"], ["kind", "reason", "details", "name", "group", "status", "code"], '\\"%s\\":'),
    "kubernetes_pages": (["json"], ["kind", "metadata", "continue", "resourceVersion", "items", "labels"], '\\"%s\\":'),
}


def dictionary(target):
    files, words, form = DICTIONARIES.get(target, ([], [], ""))
    lines = [(HERE / f"dictionaries/{name}.dict").read_text() for name in files]
    lines += [f'"{form % word}"\n' for word in dict.fromkeys(words) if word != "*"]
    return "".join(lines)


TARGETS = {"yaml": yaml, "compose": compose, "compose_pair": compose_pair, "manifest": manifest, "configuration": configuration, "stack_list": stack_list,
           "docker": docker, "error_body": error_body, "response": response, "http_request": http_request, "snapshot": snapshot, "saved_plan": saved_plan, "backup": backup,
           "strict_json": strict_json, "mask": mask,
           "kubernetes": kubernetes, "kubernetes_live": kubernetes_live, "kubernetes_status": kubernetes_status,
           "kubernetes_pages": kubernetes_pages}


def main(out):
    for source in sorted((HERE / "targets").glob("*.cpp")):
        target = source.stem
        own = [path.read_bytes() for path in sorted((HERE / "corpus" / target).glob("*"))]
        largest = LARGEST_SNAPSHOT if target == "snapshot" else LARGEST
        found = list(dict.fromkeys(text for text in TARGETS.get(target, list)() if 0 < len(text) <= largest))
        step = max(1, -(-len(found) // MOST))
        folder = out / target
        folder.mkdir(parents=True, exist_ok=True)
        for text in own + found[::step]:
            (folder / hashlib.sha256(text).hexdigest()[:16]).write_bytes(text)
        (out / f"{target}.dict").write_text(dictionary(target))
        if not own and not found:
            sys.exit(f"seeds.py: {target} has no seeds: write some into tests/fuzz/corpus/{target}")
        print(f"{target}: {len(list(folder.iterdir()))} seeds")


main(pathlib.Path(sys.argv[1]))
