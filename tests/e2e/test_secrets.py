"""No secret in any output: sixty are planted in manifests, compose files, configs, records, containers and error texts of a server, and every output
of every command is searched. What is harmless beside them stays readable."""
import base64
import json
import re
import sqlite3
import unittest
import urllib.request

from agent_world import AgentCase
from harness import DOUBLE, TOKEN, Case, Double
from test_agent_notifications import Sink

# Every planted value holds this, the side that holds it (Desired, Actual, Record, Manifest, Error) and a number.
PLANT = re.compile(r"zQ7[DARMEC]\d\d|7331\d\d\d\d")
DIGEST = re.compile(r"\b(?:[0-9a-f]{64}|[0-9A-F]{64})\b")
ROOT_USER = "root"


def planted(side, number):
    return f"zQ7{side}{number:02d}k"


# Fields of a service, one service each; @ is the secret.
FIELDS = [
    "command: [redis-server, --requirepass, '@']",
    "command: redis-server --requirepass @ --port 6379",
    "command: ['--api-key', '@']",
    "command: ['--password=@ two']",
    "command: mysqldump -uroot -p@ shop",
    "command: [sh, -c, 'mariadb -p@ -e \"select 1\"']",
    "command: mongosh -u root -p @ --eval x",
    "command: docker login -u bob -p @ registry.example.test",
    "command: sshpass -p @ ssh root@host",
    "command: htpasswd -nbB admin @",
    "command: ldapsearch -x -w @ -b dc=x",
    "command: openssl rsa -passin pass:@ -in k.pem",
    "command: [sh, -c, 'PGPASSWORD=@ psql -h db']",
    "command: \"sh -c \\\"echo 'password = @' > /etc/x\\\"\"",
    "entrypoint: [app, --token, '@']",
    "healthcheck: {test: [CMD, redis-cli, -a, '@', ping]}",
    "healthcheck: {test: 'curl -u user:@ http://localhost/'}",
    "healthcheck: {test: [CMD, curl, -H, 'Authorization: Bearer @', localhost]}",
    "healthcheck: {test: \"curl -H 'X-API-Key: @' localhost\"}",
    "healthcheck: {test: \"curl -H 'Cookie: session=@' localhost\"}",
    "environment: {GITHUB_PAT: '@', A: b}",
    "environment: {PIN: '73310#', A: b}",
    "environment: {LICENSE: '@', A: b}",
    "environment: {AUTH_KEY: '@', A: b}",
    "environment: {NONCE_SALT: '@', A: b}",
    "environment: ['DB_PASSWORD: @', A=b]",
    "environment: {CLONE: 'https://ghp_@abcdef@github.com/x/y', A: b}",
    "environment: {REMOTE: 'https://@@github.com/x/y', A: b}",
    "environment: {TRACKER: 'https://@@o1.ingest.sentry.io/4', A: b}",
    "environment: {DB: 'postgres://app:@@db/x', A: b}",
    "environment: {QUEUE: 'amqp://guest:@@mq:5672/', A: b}",
    "environment: {JDBC: 'jdbc:mysql://db/x?user=u&password=@&ssl=true', A: b}",
    "environment: {ODBC: 'Server=db;User Id=u;Password=@ two;Encrypt=true', A: b}",
    "environment: {OPTIONS: '{\"password\": \"@\", \"user\": \"u\"}', A: b}",
    "environment: {SETTINGS: \"user: u\\npassword: |\\n  @\\n\", A: b}",
    "environment: {INI: \"[x]\\npassword = @\\n\", A: b}",
    "environment: {SHORT: 'password:@', A: b}",
    "environment: {XML: '<user>u</user><password>@</password>', A: b}",
    "environment: {PHP: \"define('AUTH_SALT', '@');\", A: b}",
    "environment: {HOOK: 'https://hooks.slack.com/services/T0/B0/@', A: b}",
    "environment: {FORM: 'http://api/x?page=2&access_token=@', A: b}",
    "environment: {HEADER: 'Bearer @.abcdef', A: b}",
    "environment: {PEM: \"-----BEGIN EC PRIVATE KEY-----\\n@\\n-----END EC PRIVATE KEY-----\\n\", A: b}",
    "environment: {AWS: 'AKIA@IOSFODNN7EX', A: b}",
    "environment: {X: 'glpat-@abcdef', A: b}",
    "environment: {Y: 'eyJhbGciOiJIUzI1NiJ9.@.abc', A: b}",
    "environment: {DEFAULTED: 'app ${DB_PASSWORD:-@}', A: b}",
    "labels: {traefik.http.middlewares.a.basicauth.users: 'admin:@'}",
    "labels: {homepage.widget.key: '@'}",
    "labels: ['note=admin:$$apr1$$@$$abcdefgh']",
    "logging: {driver: splunk, options: {splunk-token: '@'}}",
    "build: {context: ., args: {NPM_TOKEN: '@'}}",
]
# Whole parts of a file.
PARTS = [
    "configs:\n  ini:\n    content: |\n      [client]\n      password = @\n      other @\n",
    "configs:\n  any:\n    content: 'nothing that tells: @'\n",
    "volumes:\n  nas:\n    driver_opts: {o: 'addr=nas,username=u,password=@,vers=3.0'}\n",
    "# an old one: DB_PASSWORD=@\nvolumes: {old: {}}\n",
]
# Of a record, by variables with harmless names.
RECORD = {"PW": planted("R", 1), "FROM_FILE": planted("R", 2), "LINES": f"first\n{planted('R', 3)} line\n{planted('R', 4)} line", "DB_PASSWORD": planted("R", 5),
          "URL": f"redis://:{planted('R', 6)}@cache"}
# Field of a service on both sides: what a reader must see.
HARMLESS = [
    ("environment: {PATH: '%', A: b}", "/usr/bin", "/usr/local/bin"),
    ("environment: {PING_INTERVAL: '%', A: b}", "5", "6"),
    ("environment: {KEYBOARD: '%', A: b}", "de", "fr"),
    ("environment: {MONKEY: '%', A: b}", "banana", "coconut"),
    ("environment: {MAPPING: '%', A: b}", "one:two", "one:three"),
    ("environment: {TOKENIZER: '%', A: b}", "bert", "wordpiece"),
    ("environment: {MAX_TOKENS: '%', A: b}", "4096", "8192"),
    ("environment: {TOKEN_TTL: '%', A: b}", "3600", "7200"),
    ("environment: {JWT_ALGORITHM: '%', A: b}", "HS256", "RS256"),
    ("environment: {AUTHOR: '%', A: b}", "alice", "robert"),
    ("environment: {COMPASS: '%', A: b}", "north", "south"),
    ("environment: {DB_PASSWORD_FILE: '%', A: b}", "/run/secrets/one_password", "/run/secrets/two_password"),
    ("environment: {POSTGRES_HOST_AUTH_METHOD: '%', A: b}", "trust", "scram-sha-256"),
    ("environment: {ALLOW_EMPTY_PASSWORD: '%', A: b}", "yes", "no"),
    ("environment: {AUTH_URL: '%', A: b}", "https://auth.example.test/one", "https://auth.example.test/two"),
    ("environment: {SECRET_NAME: '%', A: b}", "db-credentials", "web-credentials"),
    ("environment: {DB_REF: 'postgres://app:${DB_PASSWORD}@%/x', A: b}", "db-one", "db-two"),
    ("command: nginx -p % -c x", "/srv/one", "/srv/two"),
    ("command: [app, --port, '%']", "8080", "9090"),
    ("command: redis-server --requirepass ${PW} --maxmemory %", "100mb", "200mb"),
    ("command: mkdir -p %", "/var/one", "/var/two"),
    ("command: docker run -p % nginx", "8080:80", "9090:80"),
    ("command: psql -U % -p 5432", "reader", "writer"),
    ("command: app --log-level %", "debug", "trace"),
    ("command: app --tls-key %", "/certs/one.key", "/certs/two.key"),
    ("healthcheck: {test: 'curl -f http://localhost:80/%'}", "healthz", "readyz"),
    ("healthcheck: {test: [CMD, pg_isready, -U, '%']}", "postgres", "operator"),
    ("labels: {org.opencontainers.image.licenses: '%'}", "MIT", "Apache-2.0"),
    ("labels: {traefik.http.routers.web.rule: 'Host(`%.example.test`)'}", "shop", "blog"),
    ("labels: {traefik.http.routers.auth.middlewares: '%'}", "auth@file", "gate@file"),
    ("secrets: ['%']", "db_password", "api_token"),
    ("user: '%'", "1000:1000", "1001:1001"),
    ("hostname: '%'", "host-one", "host-two"),
    ("working_dir: '%'", "/app/one", "/app/two"),
    ("ports: ['%']", "8081:80", "8082:80"),
    ("volumes: ['%:/certs:ro']", "./certs", "./other"),
    ("restart: '%'", "always", "unless-stopped"),
    ("mem_limit: '%'", "67108864", "134217728"),
    ("depends_on: {token: {condition: '%'}}", "service_started", "service_healthy"),
    ("logging: {driver: json-file, options: {max-size: '%'}}", "10m", "20m"),
    ("stop_grace_period: '%'", "10s", "20s"),
]
TOP = "secrets: {db_password: {environment: PW}, api_token: {file: ./t}}\n"
IMAGES = "ghcr.io/org/token-service:1.4.2"


def fill(field, side, number):
    secret = f"{number:02d}" + ("11" if side == "D" else "22") if "73310#" in field else planted(side, number)
    if "73310#" in field:
        return field.replace("73310#", "7331" + secret)
    # `@@` is a secret before the `@` of an address.
    return re.sub("@", secret, field, count=1) if "@@" in field or "@abcdef@" in field else re.sub(r"@(?!host|db|file)", secret, field)


def secret_file(side):
    """A compose file with a secret in every service; each stands beside something readable."""
    text = "services:\n"
    for number, field in enumerate(FIELDS):
        text += f"  s{number:02d}:\n    image: {IMAGES}\n    {fill(field, side, number)}\n"
    return text


def part_file(side):
    text = "services:\n  web: {image: nginx, command: 'app --requirepass ${FROM_FILE}', secrets: [pw]}\nsecrets: {pw: {environment: PW}}\n"
    sections = {}
    for number, part in enumerate(PARTS):
        part = part.replace("@", planted(side, 60 + number))
        head, body = part.rsplit(":\n", 1)[0], part
        name, rest = body.split(":", 1) if not body.startswith("#") else (None, body)
        if name is None:
            text += rest.splitlines()[0] + "\n"
        else:
            sections.setdefault(name, []).append(rest.lstrip("\n"))
        del head
    return text + "".join(f"{name}:\n" + "".join(bodies) for name, bodies in sections.items())


def harmless_file(side):
    text = "services:\n  token: {image: nginx}\n"
    for number, (field, one, two) in enumerate(HARMLESS):
        text += f"  h{number:02d}:\n    image: {IMAGES}\n    {field.replace('%', one if side == 'D' else two)}\n"
    return text + TOP


def stack(name, file, more=""):
    return (f"apiVersion: mooring/v1\nkind: Stack\nmetadata: {{name: {name}}}\nspec:\n  environment: production\n  runtime: false\n"
            f"  compose: {{file: {file}}}\n{more}---\n")


ENV = "".join(f"    {name}: {json.dumps(value.replace('zQ7R', 'zQ7M'))}\n" for name, value in RECORD.items())
FAILED = (f"compose up failed: DB_PASSWORD: \"{planted('E', 1)}\" is refused; redis://:{planted('E', 2)}@cache; --requirepass {planted('E', 3)}; "
          f"line {planted('R', 3)} line; password={planted('E', 4)}")
MANIFESTS = {
    "m/all.yaml": stack("planted", "planted.yaml") + stack("parts", "parts.yaml", "  env:\n" + ENV) + stack("readable", "readable.yaml")
                  + stack("failed", "small.yaml", "  env: {OTHER: x}\n  envStrict: false\n") + stack("broken", "small.yaml") + stack("gone", "planted.yaml")
                  + stack("running", "image.yaml", f"  env: {{TAG: {planted('M', 9)}}}\n").replace("  runtime: false\n", "")
                  + "apiVersion: mooring/v1\nkind: Scope\nmetadata: {name: all}\nspec: {environments: {names: [production]}}\n",
    "m/planted.yaml": secret_file("D"),
    "m/parts.yaml": part_file("D"),
    "m/readable.yaml": harmless_file("D"),
    "m/small.yaml": "services:\n  web: {image: nginx}\n",
    "m/image.yaml": "services:\n  web: {image: 'local/web:1'}\n",
}
BROKEN = f"services:\n  web:\n    environment:\n      DB_PASSWORD: {planted('A', 90)}\n      \"{planted('A', 91)}: [\n"
SEED = {
    "users": [{"username": "admin", "token": TOKEN}],
    "environments": [{"id": 1, "name": "production"}],
    "stacks": [
        {"id": 1, "name": "planted", "file": secret_file("A"), "runs": False},
        {"id": 2, "name": "parts", "file": part_file("A"), "env": RECORD, "runs": False},
        {"id": 3, "name": "readable", "file": harmless_file("A"), "runs": False},
        {"id": 4, "name": "failed", "file": "services:\n  web: {image: nginx}\n", "status": 4, "env": {"OTHER": planted("R", 8), "LINES": RECORD["LINES"]},
         "deploymentStatus": [{"status": 4, "time": 1760000000, "message": FAILED}]},
        {"id": 5, "name": "broken", "file": BROKEN, "runs": False},
        {"id": 6, "name": "nobody-declared", "file": secret_file("A"), "env": {"API_TOKEN": planted("R", 9)}, "runs": False},
        {"id": 7, "name": "running", "file": "services:\n  web: {image: 'local/web:1'}\n", "env": {"TAG": planted("C", 1)},
         "containers": {"web": {"image": f"local/web:{planted('C', 1)}"}}},
    ],
}
for one in SEED["stacks"]:
    one.setdefault("status", "active")
    one |= {"environment": "production", "type": "standalone", "access": "public", "creationDate": 1760000000}
TELLING = {"kind": "status", "path": "/api/stacks/5/file", "status": 500, "contentType": "application/json", "times": -1,
           "body": json.dumps({"message": f"cannot open postgres://u:{planted('E', 11)}@db", "details": f"Authorization: Bearer {planted('E', 12)}; token={planted('E', 13)} and {TOKEN}"})}
FORMATS = ["text", "json", "markdown", "csv", "junit", "sarif", "github", "gitlab"]


class Searched:
    """Every output of a command, searched."""

    def find_plants(self, where, text):
        text = DIGEST.sub("", text)  # of so many hex digits some look planted, once in fifty runs
        found = sorted(set(PLANT.findall(text)))
        if found or TOKEN in text:
            lines = [line[:300] for line in text.splitlines() if PLANT.search(line) or TOKEN in line]
            self.leaks.append(f"{where}: {found}\n    " + "\n    ".join(lines[:12]))

    def search(self, *words, codes=(0, 2, 3, 4)):
        result = self.run_mooring(*words)
        self.assertIn(result.code, codes, f"{words}: {result}")
        self.find_plants(" ".join(map(str, words)), result.out + result.err)
        return result

    def search_file(self, path, text=None):
        self.find_plants(str(path), text if text is not None else path.read_text(errors="replace"))

    def assert_no_leak(self):
        self.assertEqual(self.leaks, [], f"{len(self.leaks)} outputs show a secret:\n" + "\n".join(self.leaks))

    def write_world(self):
        self.leaks = []
        for name, text in MANIFESTS.items():
            self.write(name, text)


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Secrets(Searched, Case):
    def setUp(self):
        super().setUp()
        self.write_world()
        self.double = Double(SEED, self.folder)
        self.addCleanup(self.double.close)
        self.write("token", TOKEN + "\n", 0o600)
        self.write("mooring.yaml", "apiVersion: mooring/v1\nkind: Agent\nspec: {relistAfter: 10ms}\n")  # `gone` is looked for once more
        self.variables |= {"PORTAINER_URL": self.double.url, "PORTAINER_API_KEY_FILE": "token"}

    def fault(self, fault):
        request = urllib.request.Request(self.double.control + "/faults", json.dumps(fault).encode(), {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=10).read()

    def test_sixty_are_planted(self):
        text = json.dumps(SEED) + json.dumps(MANIFESTS) + json.dumps(TELLING)
        self.assertGreaterEqual(len(set(PLANT.findall(text))), 120, "sixty on each side")

    def test_no_form_of_check_shows_one(self):
        for form in FORMATS:
            self.search("check", "m", "--format", form, "--log-level", "debug")
        self.fault(TELLING)
        for form in FORMATS:
            self.search("check", "m", "--format", form, "-v")
        self.assert_no_leak()

    def test_no_other_command_shows_one(self):
        self.search("validate", "m")
        self.search("validate", "m", "--format", "json")
        self.search("doctor", "m", codes=(0, 1, 2, 3, 4, 65, 69))
        self.search("list")
        self.search("list", "--format", "json")
        for one in SEED["stacks"]:
            self.search("show", one["name"])
            self.search("show", one["name"], "--format", "json")
        self.search("explain", "content:services.web.command")
        self.search("config")
        self.search("check", "m", "--diff")
        for form in ["text", "json", "markdown"]:
            self.search("plan", "m", "--format", form, "-v")
        self.fault(TELLING)
        self.search("list")
        self.search("show", "broken")
        self.assert_no_leak()

    def test_no_snapshot_holds_one_and_it_says_the_same(self):
        self.search("observe", "m", "-o", "snapshot.json")
        self.search_file(self.folder / "snapshot.json")
        online = self.search("check", "m").out
        offline = self.search("check", "--snapshot", "snapshot.json").out
        self.assertEqual([line for line in online.splitlines() if " -> " in line], [line for line in offline.splitlines() if " -> " in line])
        self.assert_no_leak()

    def test_no_export_holds_one_and_its_readme_lists_what_was_left_out(self):
        self.search("export", "e")
        # A variable is plain in an export unless its name, its looks or its file make it a secret; --all-env-secret hides every one.
        plain = [planted("R", 3), planted("R", 4), planted("R", 8), planted("C", 1)]
        for path in (self.folder / "e").rglob("*"):
            if path.is_file():
                text = path.read_text()
                for value in plain if path.suffix == ".yaml" and path.parent.name == "production" else []:
                    text = text.replace(value, "")
                self.search_file(path, text)
        self.search("export", "all", "--all-env-secret")
        for path in (self.folder / "all").rglob("*"):
            if path.is_file():
                self.search_file(path)
        self.assert_no_leak()
        index = (self.folder / "e/README.md").read_text()
        for place in ["env PW", "env FROM", "env DB", "content services.s00.command", "content services.s15.healthcheck.test", "content configs.any.content"]:
            self.assertIn(place, index.replace("\\", ""))
        readable = (self.folder / "e/production/readable/compose.yaml").read_text()
        self.assertEqual(readable, harmless_file("A"))
        self.assertNotIn("left out: planted", index)
        result = self.run_mooring("check", "e", "--only", "name=p*")
        self.assertNotIn("  content  ", result.out, "the files of an export are in sync")

    def test_no_ledger_and_no_evidence_holds_one(self):
        self.search("check", "m", "--ledger", "ledger.db")
        self.fault(TELLING)
        self.search("check", "m", "--ledger", "ledger.db")
        self.assertIn("Adopted", self.search("adopt", "m", "*", "--yes", "--ledger", "ledger.db").out)
        for form in ("text", "json"):
            self.search("log", "--ledger", "ledger.db", "--format", form)
        with sqlite3.connect(self.folder / "ledger.db") as ledger:
            self.search_file("ledger.db", "\n".join(ledger.iterdump()))
        for path in self.folder.glob("ledger.db*"):
            self.search_file(path, path.read_bytes().decode("latin-1"))
        period = ("--from", "2020-01-01", "--to", "2040-01-01", "--ledger", "ledger.db")
        for form in ["html", "json", "csv", "markdown"]:
            self.search("report", *period, "--format", form)
        self.search("verify", "--ledger", "ledger.db")
        self.assert_no_leak()

    def test_what_is_harmless_stays_readable(self):
        out = self.search("check", "m", "--only", "name=readable").out
        for field, one, two in HARMLESS:
            self.assertIn(one, out, field)
            self.assertIn(two, out, field)
        self.assertNotIn("(secret)", out)
        self.assertNotIn("***", out)


def objects(side):
    """Kubernetes objects that hold secrets in every place that is one, and a value that may be read."""
    data = base64.b64encode(planted(side, 40).encode()).decode()
    last = json.dumps({"stringData": {"key": planted(side, 46)}})
    return f"""apiVersion: v1
kind: Secret
metadata: {{name: vault, annotations: {{kubectl.kubernetes.io/last-applied-configuration: {json.dumps(last)}}}}}
data: {{password: {data}}}
stringData: {{key: {planted(side, 41)}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: settings}}
data:
  color: {"blue" if side == "D" else "green"}
  API_TOKEN: {planted(side, 42)}
  app.ini: "password = {planted(side, 43)}\\n"
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers:
      - name: web
        image: {IMAGES}
        args: ["--password={planted(side, 44)}"]
        env:
        - {{name: NOTE, value: {planted(side, 45)}}}
        - {{name: DB, value: "postgres://app:{planted(side, 47)}@db/x"}}
"""


ENCODED = [base64.b64encode(planted(side, 40).encode()).decode() for side in "DA"]
BROKEN_OBJECTS = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: vault}}\nstringData:\n  key: {planted('D', 48)}\n  key: {planted('D', 49)}\n"


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class SecretsOfKubernetes(Searched, Case):
    def setUp(self):
        super().setUp()
        self.leaks = []
        stacks = [{"id": number, "name": name, "environment": "cluster", "type": "kubernetes", "namespace": "shop", "status": "active", "file": objects("A")}
                  for number, name in ((1, "vault"), (2, "undeclared"))]
        self.double = Double({"users": [{"username": "admin", "token": TOKEN}], "stacks": stacks,
                              "environments": [{"id": 1, "name": "cluster", "type": 5, "namespaces": {"shop": {}}}]}, self.folder)
        self.addCleanup(self.double.close)
        self.write("m/vault.yaml", "apiVersion: mooring/v1\nkind: Stack\nmetadata: {name: vault}\nspec:\n  environment: cluster\n  type: kubernetes\n"
                   "  namespace: shop\n  runtime: false\n  compose: {file: objects.yaml}\n---\n"
                   "apiVersion: mooring/v1\nkind: Scope\nmetadata: {name: all}\nspec: {environments: {names: [cluster]}}\n")
        self.write("m/objects.yaml", objects("D"))
        self.variables |= {"PORTAINER_URL": self.double.url, "PORTAINER_API_KEY": TOKEN}

    def find_plants(self, where, text):
        super().find_plants(where, text)
        if any(one in text for one in ENCODED):
            self.leaks.append(f"{where}: a secret as base64")

    def test_no_command_shows_one(self):
        for form in FORMATS:
            self.search("check", "m", "--format", form, "-v")
        self.assertIn("blue", self.search("check", "m").out)
        self.search("check", "m", "--diff")
        self.search("plan", "m", "--diff", "--details")
        self.search("validate", "m")
        self.write("actual.yaml", objects("A"))
        self.search("diff", "m/objects.yaml", "actual.yaml")
        self.search("diff", "m/objects.yaml", "actual.yaml", "--format", "json")
        self.search("check", "m", "--ledger", "ledger.db")
        with sqlite3.connect(self.folder / "ledger.db") as ledger:
            self.search_file("ledger.db", "\n".join(ledger.iterdump()))
        self.search("observe", "m", "-o", "snapshot.json")
        self.search_file(self.folder / "snapshot.json")
        self.assert_no_leak()

    def test_no_parse_error_shows_one(self):
        self.write("m/objects.yaml", BROKEN_OBJECTS)
        for form in FORMATS:
            self.search("check", "m", "--format", form, codes=(0, 2, 3, 4, 65))
        self.search("validate", "m", codes=(65,))
        self.write("actual.yaml", objects("A"))
        self.search("diff", "m/objects.yaml", "actual.yaml", codes=(65,))
        self.assert_no_leak()


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class SecretsOfClusters(Searched, Case):
    """What runs: the objects of a stack after somebody has set other secrets, and more of them."""

    def setUp(self):
        super().setUp()
        self.leaks = []
        self.double = Double({"settle": 0, "users": [{"username": "admin", "token": TOKEN}],
                              "environments": [{"id": 4, "name": "cluster", "type": 5, "namespaces": {"shop": {}}}]}, self.folder)
        self.addCleanup(self.double.close)
        self.variables |= {"PORTAINER_URL": self.double.url, "PORTAINER_API_KEY": TOKEN}
        self.double.own_writes = 1
        self.text = objects("D") + f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: copies}}\ndata: {{note: {planted('D', 41)}}}\n"
        self.send(self.double.url + "/api/stacks/create/kubernetes/string?endpointId=4", {"StackName": "vault", "Namespace": "shop", "StackFileContent": self.text})
        for _ in range(3):  # the deployment ends while somebody looks
            self.send(self.double.url + "/api/stacks")
        self.write("m/objects.yaml", self.text)
        self.declare("")

    def declare(self, policy):
        self.write("m/vault.yaml", "apiVersion: mooring/v1\nkind: Stack\nmetadata: {name: vault}\nspec:\n  environment: cluster\n  type: kubernetes\n"
                   f"  namespace: shop\n{policy}  compose: {{file: objects.yaml}}\n")

    def send(self, url, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, {"X-API-Key": TOKEN, "Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=20).read()

    def hand(self, kind, name, patch):
        self.send(self.double.control + "/kubernetes/patch", {"environment": 4, "namespace": "shop", "manager": "kubectl-edit", "kind": kind, "name": name, "patch": patch})

    def set_others(self):
        as_data = lambda number: base64.b64encode(planted("C", number).encode()).decode()
        last = json.dumps({"data": {"password": as_data(60)}, "stringData": {"key": planted("C", 61)}})
        self.hand("Secret", "vault", {"data": {"password": as_data(60), "added": as_data(62)}, "metadata": {"annotations": {
            "kubectl.kubernetes.io/last-applied-configuration": last, "note-token": planted("C", 63)}}})
        self.hand("ConfigMap", "settings", {"data": {"color": "red", "API_TOKEN": planted("C", 64), "app.ini": f"password = {planted('C', 65)}\n",
                                                     "more": f"postgres://app:{planted('C', 66)}@db/x", "DB_PASSWORD": planted("C", 67)}})
        self.hand("ConfigMap", "copies", {"data": {"note": "other", "more": planted("D", 41)}})
        env = [{"name": "NOTE", "value": planted("C", 68)}, {"name": "MORE", "value": planted("C", 69)}]
        self.hand("Deployment", "web", {"spec": {"template": {"spec": {"containers": [
            {"name": "web", "image": IMAGES, "args": [f"--password={planted('C', 70)}"], "env": env}]}}}})

    def find_plants(self, where, text):
        super().find_plants(where, text)
        if any(base64.b64encode(one).decode()[:12] in text for one in (b"zQ7C60k", b"zQ7C62k", b"zQ7D40k", b"zQ7D41k")):
            self.leaks.append(f"{where}: a secret as base64")

    def search_all(self):
        for form in FORMATS:
            self.search("check", "m", "--format", form, "-v")
        self.assertIn("red", self.search("check", "m", "--diff").out)
        self.search("plan", "m", "--diff", "--details")
        self.search("plan", "m", "--format", "json")
        self.search("show", "vault", codes=(0, 2, 3, 4, 64))
        self.search("check", "m", "--ledger", "ledger.db")
        with sqlite3.connect(self.folder / "ledger.db") as ledger:
            self.search_file("ledger.db", "\n".join(ledger.iterdump()))
        self.search("observe", "m", "-o", "snapshot.json")
        self.search_file(self.folder / "snapshot.json")

    def test_what_runs_shows_none(self):
        self.search("check", "m", codes=(0,))
        self.set_others()
        self.search_all()
        self.declare("  policy: {strict: true}\n")
        self.search_all()
        self.write("other.yaml", self.text.replace("note: ", "note: x"))
        for form in ("text", "json"):
            self.search("diff", "m/objects.yaml", "other.yaml", "--format", form)
        self.assert_no_leak()

    def test_what_is_declared_no_more_shows_none(self):
        self.set_others()
        self.write("m/objects.yaml", self.text.replace("  API_TOKEN:", "  OTHER_TOKEN:").replace("- {name: NOTE,", "- {name: NOTES,").replace("data: {note:", "data: {color: red, notes:"))
        self.search_all()
        self.write("other.yaml", self.text.replace("note: ", "note: x"))
        for form in ("text", "json"):
            self.search("diff", "m/objects.yaml", "other.yaml", "--format", form)
        self.assert_no_leak()


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class SecretsOfTheAgent(Searched, AgentCase):
    seed = SEED

    def test_no_log_page_metric_or_notification_shows_one(self):
        self.write_world()
        (self.folder / "m/shop.yaml").unlink()
        sink = Sink()
        self.addCleanup(sink.close)
        self.write("hook", f"{sink.url}/hook/{planted('E', 20)}", 0o600)
        self.configure(more=f"""    notifications:
      channels:
        - {{name: ops, kind: webhook, url: {{file: hook}}}}
        - {{name: chat, kind: slack, url: '{sink.url}/slack'}}
        - {{name: alerts, kind: alertmanager, url: '{sink.url}/am'}}
""", change=lambda text: text.replace("log: {format: json}", "log: {format: json, level: debug}"))
        self.control("/faults", TELLING)
        agent = self.ready()
        self.ask("/v1/sync", "POST")
        agent.wait_for("run", trigger="sync")
        for path in ["/", "/metrics", "/healthz", "/readyz", "/v1/status", "/v1/stacks", "/v1/servers", "/v1/report", "/v1/runs", "/v1/diagnostics"]:
            self.find_plants(path, self.ask(path)[2])
        for one in self.get_json("/v1/stacks")["stacks"]:
            for key in ("key", "id", "href"):
                if isinstance(one.get(key), str):
                    self.find_plants(one[key], self.ask("/v1/stacks/" + one[key])[2] + self.ask("/stacks/" + one[key])[2])
        for _ in range(3):
            path, _, body = sink.next()
            self.find_plants("notification", body.decode())
        self.assertEqual(agent.stop(), 0)
        self.find_plants("log", agent.everything_said())
        with sqlite3.connect(self.folder / "ledger.db") as ledger:
            self.search_file("ledger.db", "\n".join(ledger.iterdump()))
        self.assert_no_leak()


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class OwnToken(Searched, Case):
    """The configuration's token is secret under every name, and no manifest may take it."""

    def setUp(self):
        super().setUp()
        self.leaks = []
        file = f"services:\n  web: {{image: nginx, environment: {{LANG: 'x {TOKEN}'}}}}\n"
        self.double = Double({"users": [{"username": "admin", "token": TOKEN}], "environments": [{"id": 1, "name": "production"}],
                              "stacks": [{"id": 1, "name": "shop", "environment": "production", "type": "standalone", "file": file, "status": "active",
                                          "env": {"LANG": TOKEN, "NOTE": f"see {TOKEN}"}}]}, self.folder)
        self.addCleanup(self.double.close)
        self.write("m/compose.yaml", "services:\n  web: {image: nginx}\n")
        self.variables |= {"PORTAINER_URL": self.double.url, "PORTAINER_API_KEY": TOKEN}

    def declare(self, env):
        self.write("m/shop.yaml", stack("shop", "compose.yaml", f"  env: {{LANG: {env}}}\n  envStrict: false\n"))

    def test_a_variable_that_takes_it_is_an_error(self):
        self.write("m/file", TOKEN + "\n", 0o600)
        self.variables["OTHER"] = TOKEN
        for env in ["{fromEnv: PORTAINER_API_KEY, public: true}", "{fromEnv: PORTAINER_API_KEY}", "{fromEnv: OTHER}", "{fromEnv: OTHER, public: true}",
                    "{fromFile: file}", f"'{TOKEN}'", f"{{value: 'Bearer {TOKEN}', public: true}}"]:
            self.declare(env)
            for form in FORMATS:
                self.search("check", "m", "--format", form, codes=(65,))
            self.search("validate", "m", codes=(65,))
        self.assert_no_leak()

    def test_a_configured_name_is_refused_whatever_it_is_called(self):
        for name in ("PORTAINER_URL", "PORTAINER_API_KEY"):
            url = self.variables.pop(name)
            if name == "PORTAINER_URL":
                self.write("mooring.yaml", f"apiVersion: mooring/v1\nkind: Agent\nspec:\n  servers:\n  - {{name: main, url: '{url}', credential: {{env: MINE}}}}\n")
        self.variables["MINE"] = TOKEN
        self.declare("{fromEnv: MINE}")
        self.assertIn("MINE", self.search("validate", "m", codes=(65,)).out)
        self.search("check", "m", codes=(65,))
        self.assert_no_leak()

    def test_public_counts_only_beside_a_value(self):
        self.variables["CI_JOB"] = "zQ7C77k"
        self.declare("{fromEnv: CI_JOB, public: true}")
        result = self.search("check", "m")
        self.assertIn("public` counts only beside `value`", result.out + result.err)
        self.assert_no_leak()

    def test_it_is_taken_out_of_every_output(self):
        self.declare("{value: en, public: true}")
        for form in FORMATS:
            self.search("check", "m", "--format", form)
        self.search("observe", "m", "-o", "snapshot.json")
        self.search_file(self.folder / "snapshot.json")
        self.search("list")
        self.search("show", "shop")
        self.search("export", "e", codes=(0, 3))
        for path in (self.folder / "e").rglob("*"):
            if path.is_file():
                self.search_file(path)
        self.assert_no_leak()


if __name__ == "__main__":
    unittest.main()
