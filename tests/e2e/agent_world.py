"""An agent as a process: its log, its HTTP answers, a notify socket in place of systemd's."""
import contextlib
import http.client
import json
import queue
import signal
import socket
import subprocess
import threading
import time
import urllib.request

from harness import MOORING, SECRETS, STACK, TIME_LIMIT, TOKEN, WEB, Case, Double

AGENT_TOKEN = "e2e-agent-token-0123456789"
SEED = {
    "users": [{"username": "admin", "token": TOKEN}],
    "environments": [{"id": 1, "name": "production"}],
    "stacks": [{"id": 7, "name": "shop", "environment": "production", "type": "standalone", "file": WEB, "status": "active"}],
}
CONFIG = """\
apiVersion: mooring/v1
kind: Agent
spec:
  servers:
    - name: main
      url: {url}
      credential: {{file: token}}
      attempts: 1
  manifests: m
  ledger: ledger.db
  agent:
    interval: {interval}
    jitter: 0s
    absenceWindow: 0s
    listen: {{address: "{listen}", token: {{file: agent-token}}}}
    log: {{format: json}}
{more}"""


class NotifySocket:
    """Collects what the agent tells its supervisor."""

    def __init__(self, folder):
        self.path = str(folder / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(TIME_LIMIT)

    def next(self):
        return dict(line.split("=", 1) for line in self.socket.recv(65536).decode().splitlines())

    def wait_for(self, key, value=None):
        """The next message that has the key (with the value)."""
        for _ in range(1000):
            message = self.next()
            if key in message and value in (None, message[key]):
                return message
        raise AssertionError(f"{key} never came")

    def close(self):
        self.socket.close()


class Agent:
    """The process and the lines of its log, as they come."""

    def __init__(self, folder, variables, *words):
        self.process = subprocess.Popen([MOORING, "agent", *words], cwd=folder, env=variables, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines, self.seen = queue.Queue(), []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stderr:
            self.lines.put(line)
        self.lines.put(None)

    def wait_for(self, event, **fields):
        """The next line of the log about the event with these fields."""
        deadline = time.monotonic() + TIME_LIMIT
        while True:
            try:
                line = self.lines.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no line about {event} {fields}; seen: {self.seen}") from None
            if line is None:
                raise AssertionError(f"the agent ended before {event} {fields}; seen: {self.seen}")
            self.seen.append(line)
            try:
                said = json.loads(line)
            except json.JSONDecodeError:
                continue
            if said.get("event") == event and all(fields[name] == said.get(name) for name in fields):
                return said

    def stop(self, number=signal.SIGTERM):
        """Asks it to end; returns the exit code."""
        self.process.send_signal(number)
        try:
            code = self.process.wait(timeout=TIME_LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        self.reader.join()
        return code

    def everything_said(self):
        while not self.lines.empty():
            line = self.lines.get()
            if line:
                self.seen.append(line)
        return "".join(self.seen)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()
        self.process.stderr.close()


class AgentCase(Case):
    seed = SEED

    def setUp(self):
        super().setUp()
        self.double = Double(self.seed, self.folder)
        self.addCleanup(self.double.close)
        self.write("m/shop.yaml", STACK)
        self.write("m/shop/compose.yaml", WEB)
        self.write("token", TOKEN + "\n", 0o600)
        self.write("agent-token", AGENT_TOKEN + "\n", 0o600)
        self.configure()

    def configure(self, interval="1h", listen="127.0.0.1:0", more="", change=lambda text: text):
        text = CONFIG.format(url=self.double.url, interval=interval, listen=listen, more=more)
        self.write("mooring.yaml", change(text))

    def launch(self, *words):
        agent = Agent(self.folder, self.variables, *words)
        self.addCleanup(self.check_secrets, agent)
        self.addCleanup(agent.close)
        return agent

    def check_secrets(self, agent):
        said = agent.everything_said()
        for secret in [*SECRETS, AGENT_TOKEN]:
            self.assertNotIn(secret, said, "a secret was logged")
        self.assertNotIn("ThreadSanitizer", said, "two threads race")

    def ready(self, *words):
        """An agent whose first run has ended; its address is in self.address."""
        agent = self.launch(*words)
        self.address = agent.wait_for("start")["address"]
        agent.wait_for("run")
        return agent

    def ask(self, path, method="GET", token=AGENT_TOKEN, headers=None):
        """Status, headers, body."""
        host = self.address.split("//")[1]
        connection = http.client.HTTPConnection(host, timeout=TIME_LIMIT)
        fields = dict(headers or {})
        if token:
            fields["Authorization"] = "Bearer " + token
        with contextlib.closing(connection):
            connection.request(method, path, headers=fields)
            answer = connection.getresponse()
            body = answer.read().decode()
        for secret in [*SECRETS, AGENT_TOKEN]:
            self.assertNotIn(secret, body, "a secret was served")
        return answer.status, answer.headers, body

    def get_json(self, path):
        status, _, body = self.ask(path)
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def control(self, path, body, method="POST"):
        return self.control_of(self.double, path, body, method)

    @staticmethod
    def control_of(double, path, body, method="POST"):
        request = urllib.request.Request(double.control + path, json.dumps(body).encode() if body is not None else None,
                                         {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=TIME_LIMIT) as answer:
            return answer.read()

    def change_file(self, stack, text):
        """As Portainer does it: an unchanged record would let the agent skip its file."""
        self.updates = getattr(self, "updates", int(time.time())) + 1
        self.control("/stack", {"id": stack, "file": text, "updateDate": self.updates})

    def verdicts(self):
        return {stack["name"]: stack["verdict"] for stack in self.get_json("/v1/stacks")["stacks"]}
