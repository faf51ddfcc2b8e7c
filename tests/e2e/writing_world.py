"""Worlds of what writes: a configuration that lets it, manifests of one service, and a stand-in that people change meanwhile."""
import json
import urllib.request

from harness import TOKEN, Case, Double, manifest

CONFIG = """\
apiVersion: mooring/v1
kind: Agent
spec:
  ledger: {ledger}
  relistAfter: 10ms
  servers:
    - name: main
      url: {url}
      credential: {{file: token}}
      apply: true
      limits: {{settle: 15s, maxShare: "100%"{limits}}}
"""


def stack(name="shop", environment="production", file="web/compose.yaml"):
    """The manifest of a stack that is adopted."""
    return manifest(name, environment, file, "  adopt: true\n")


class WritingCase(Case):
    """`self.double` is the server `main`; no command that a test runs may write, unless its tearDown says `commands_wrote`."""

    def setUp(self):
        super().setUp()
        self.doubles = []

    def serve(self, seed, version="2.43.0", **settings):
        """A server of this world answers under the name `main` from now on."""
        self.double = Double({"users": [{"username": "admin", "token": TOKEN}], **seed}, self.folder, "--version", version)
        self.addCleanup(self.double.close)
        self.doubles.append(self.double)
        self.write("token", TOKEN + "\n", 0o600)
        self.configure(**settings)

    def configure(self, limits="", ledger="state/ledger.db", place="mooring.yaml"):
        """Writes the configuration; `limits` are further ones: ", pruneAfter: 0s"."""
        (self.folder / place).parent.joinpath(ledger).parent.mkdir(exist_ok=True)
        self.write(place, CONFIG.format(url=self.double.url, ledger=ledger, limits=limits))

    def change_configuration(self, old, new):
        text = (self.folder / "mooring.yaml").read_text()
        self.assertIn(old, text)
        self.write("mooring.yaml", text.replace(old, new))

    def writes(self):
        return self.double.written()

    def commands_wrote(self):
        """What was written so far was meant: the commands of this test are those that write."""
        for double in self.doubles:
            double.own_writes = sum(double.written().values())

    def ask(self, method, url, body=None):
        """A person's request, or one to the stand-in's control; returns the body of the answer."""
        request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), method=method,
                                         headers={"X-API-Key": TOKEN, "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.read()

    def control(self, path, body):
        return self.ask("POST", self.double.control + path, body)

    def backups(self):
        """The folders of all backups, oldest first."""
        return sorted(path.parent for path in (self.folder / "state/backups").rglob("record.json"))
