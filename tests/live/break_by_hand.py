"""Breaks a stack of a running Portainer by hand, behind Portainer's back, and asks Mooring each time.

Each case starts from a stack that is in sync, does to its containers or images what people and cron jobs do, checks what
Mooring says, repairs it, and wants it in sync again. The stack is made for this and removed at the end; nothing else on the
host is touched: pruning goes by the stack's label, and images only move under a name of this test's own.
"""
import argparse
import http.client
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

PROJECT = "mooring-by-hand"
IMAGE = "mooring-by-hand/web:1"
# Ends with 0 on SIGTERM, as most servers do.
SERVE = "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"
COMPOSE = f"""\
services:
  web:
    image: {IMAGE}
    command: ["sh", "-c", "{SERVE.replace("$", "$$")}"]
  once:
    image: {IMAGE}
    command: ["true"]
"""
MANIFEST = """\
apiVersion: mooring/v1
kind: Stack
metadata: {name: %s}
spec:
  environment: {id: %d}
  compose: {file: compose.yaml}
  jobs: [once]
"""


class Api:
    """Portainer's API with an access token."""

    def __init__(self, url, token):
        self.url, self.token = url.rstrip("/"), token

    def call(self, method, path, body=None):
        request = urllib.request.Request(self.url + "/api" + path, method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"X-API-Key": self.token, "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=120) as answer:
            text = answer.read()
        return json.loads(text) if text else None


class DockerHand:
    """The Docker Engine API over its socket: what `docker stop`, `docker tag` and so on do."""

    def __init__(self, path):
        self.path = path

    def call(self, method, path, body=None, fine=(200, 201, 204, 304)):
        connection = http.client.HTTPConnection("localhost", timeout=60)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(self.path)
        connection.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status not in fine:
            raise RuntimeError(f"{method} {path}: {answer.status} {text.decode()}")
        return json.loads(text) if text else None

    def name(self, service, number=1):
        return f"{PROJECT}-{service}-{number}"

    def prepare(self, base):
        if self.call("GET", f"/images/{base}/json", fine=(200, 404)).get("Id") is None:
            raise SystemExit(f"live: the image {base} is not on the host; `docker pull {base}` or give another by --image")
        self.call("POST", f"/images/{base}/tag?repo={IMAGE.split(':')[0]}&tag={IMAGE.split(':')[1]}")

    def clean_up(self):
        self.call("DELETE", f"/images/{IMAGE}?force=true", fine=(200, 404, 409))

    def stop(self, service):
        self.call("POST", f"/containers/{self.name(service)}/stop?t=10")

    def kill(self, service):
        self.call("POST", f"/containers/{self.name(service)}/kill")

    def pause(self, service):
        self.call("POST", f"/containers/{self.name(service)}/pause")

    def unpause(self, service):
        self.call("POST", f"/containers/{self.name(service)}/unpause")

    def start(self, service):
        self.call("POST", f"/containers/{self.name(service)}/start")

    def prune(self):
        filters = urllib.parse.quote(json.dumps({"label": [f"com.docker.compose.project={PROJECT}"]}))
        self.call("POST", f"/containers/prune?filters={filters}")

    def retag(self):
        made = self.call("POST", f"/commit?container={self.name('web')}&comment=rebuilt")
        self.before = self.call("GET", f"/images/{IMAGE}/json")["Id"]
        repo, tag = IMAGE.split(":")
        self.call("POST", f"/images/{made['Id']}/tag?repo={repo}&tag={tag}")

    def tag_back(self):
        repo, tag = IMAGE.split(":")
        self.call("POST", f"/images/{self.before}/tag?repo={repo}&tag={tag}")

    def copy(self, service, labels, name):
        like = self.call("GET", f"/containers/{self.name(service)}/json")
        config = {"Image": like["Config"]["Image"], "Cmd": like["Config"]["Cmd"],
                  "Labels": {**like["Config"]["Labels"], **labels}}
        self.call("POST", f"/containers/create?name={name}", config)
        self.call("POST", f"/containers/{name}/start")

    def scale_up(self, service):
        self.copy(service, {"com.docker.compose.container-number": "2"}, self.name(service, 2))

    def foreign(self):
        self.copy("web", {"com.docker.compose.service": "ghost"}, self.name("ghost"))

    def remove(self, service, number=1):
        self.call("DELETE", f"/containers/{self.name(service, number)}?force=true&t=0")


class DoubleHand:
    """The same by the control plane of the stand-in Portainer (tests/portainer_double)."""

    def __init__(self, control):
        self.control = control

    def tell(self, path, **body):
        request = urllib.request.Request(self.control + path, method="POST", data=json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def hand(self, verb, service=None, **more):
        where = {"environment": 1, "project": PROJECT}
        if service:
            where["service"] = service
        return self.tell(f"/hand/{verb}", **where, **more)

    def prepare(self, _base):
        pass

    def clean_up(self):
        pass

    def stop(self, service):
        self.hand("stop", service, code=0)

    def kill(self, service):
        self.hand("kill", service)

    def pause(self, service):
        self.hand("pause", service)

    def unpause(self, service):
        self.hand("unpause", service)

    def start(self, service):
        self.hand("start", service)

    def prune(self):
        self.hand("prune")

    def retag(self):
        self.hand("retag", image=IMAGE)

    def tag_back(self):  # the image that runs has no name any more: it is deployed anew
        self.hand("remove", "web")
        self.redeploy()

    def scale_up(self, service):
        self.hand("scale", service, count=2)

    def foreign(self):
        self.hand("foreign", "ghost", name=f"{PROJECT}-ghost-1")

    def remove(self, service, number=1):
        self.hand("remove", service, number=number)


class Scenario:
    def __init__(self, wishes, token, hand):
        self.wishes, self.hand = wishes, hand
        self.api = Api(wishes.url, token)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mooring-live-"))
        self.stack = None
        self.failures = 0
        hand.redeploy = self.redeploy

    def write(self):
        (self.folder / "token").write_text(self.api.token + "\n")
        (self.folder / "token").chmod(0o600)
        (self.folder / "m").mkdir()
        (self.folder / "m/compose.yaml").write_text(COMPOSE)
        (self.folder / "m/stack.yaml").write_text(MANIFEST % (PROJECT, self.wishes.environment))

    def deploy(self):
        made = self.api.call("POST", f"/stacks/create/standalone/string?endpointId={self.wishes.environment}",
                             {"Name": PROJECT, "StackFileContent": COMPOSE})
        self.stack = made["Id"]
        self.settle()

    def redeploy(self):
        self.api.call("PUT", f"/stacks/{self.stack}?endpointId={self.wishes.environment}", {"StackFileContent": COMPOSE})
        self.settle()

    def settle(self):
        """Until the deployment has ended, and the job with it."""
        for _ in range(120):
            if self.api.call("GET", f"/stacks/{self.stack}")["Status"] not in (1, 3):
                raise RuntimeError(f"stack {self.stack} was not deployed")
            if self.api.call("GET", f"/stacks/{self.stack}")["Status"] == 1:
                break
            time.sleep(0.5)
        if isinstance(self.hand, DoubleHand):
            self.hand.stop("once")
        else:
            time.sleep(2)

    def check(self):
        variables = {**os.environ, "PORTAINER_URL": self.wishes.url, "PORTAINER_API_KEY_FILE": str(self.folder / "token")}
        done = subprocess.run([self.wishes.mooring, "check", str(self.folder / "m"), "--format", "json"],
                              env=variables, capture_output=True, text=True, timeout=120)
        if done.returncode not in (0, 2):
            raise RuntimeError(f"mooring check ended with {done.returncode}: {done.stderr or done.stdout}")
        report = json.loads(done.stdout)
        return next(one for one in report["stacks"] if one["name"] == PROJECT)

    def expect(self, what, verdict, path=None, telling=None):
        said = self.check()
        changes = said.get("changes", [])
        fits = [one for one in changes if path is None or one["path"] == path]
        text = json.dumps(fits)
        good = said["verdict"] == verdict and (path is None or fits) and (telling is None or telling in text)
        self.failures += not good
        print(f"live: {'ok  ' if good else 'FAIL'} {what}: {said['verdict']} "
              + "; ".join(f"{one['path']}: {one.get('desired')} -> {one.get('actual')}" for one in changes), flush=True)

    def case(self, what, do, undo, path, telling):
        do()
        self.expect(what, "drifted", path, telling)
        undo()
        self.expect(f"{what}, repaired", "in_sync")

    def run(self):
        hand = self.hand
        self.write()
        hand.prepare(self.wishes.image)
        self.deploy()
        self.expect("as deployed", "in_sync")
        again = lambda: hand.start("web")
        self.case("stopped by hand", lambda: hand.stop("web"), again, None, "exited (0)")
        self.case("killed", lambda: hand.kill("web"), again, None, "exited (137)")
        self.case("paused", lambda: hand.pause("web"), lambda: hand.unpause("web"), None, "paused")
        self.case("removed", lambda: hand.remove("web"), self.redeploy, "services.web.running", None)
        hand.prune()
        self.expect("the job pruned", "in_sync")
        self.case("scaled up", lambda: hand.scale_up("web"), lambda: hand.remove("web", 2), "services.web.running", "2")
        self.case("a foreign container", hand.foreign, lambda: hand.remove("ghost"), None, "ghost")
        self.case("the image's name moved", hand.retag, hand.tag_back, "services.web.image", "older")

    def clean_up(self):
        for number in (2, 1):
            try:
                self.hand.remove("ghost" if number == 1 else "web", number)
            except Exception:  # noqa: BLE001 - mostly it is not there
                pass
        if self.stack is not None:
            self.api.call("DELETE", f"/stacks/{self.stack}?endpointId={self.wishes.environment}")
        self.hand.clean_up()


def read_wishes():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--mooring", required=True, help="the binary")
    words.add_argument("--url", required=True, help="Portainer's address, without /api")
    words.add_argument("--token-file", required=True, help="a file with an access token of an administrator")
    words.add_argument("--environment", type=int, default=1, help="id of the Docker environment (1)")
    words.add_argument("--image", default="busybox:stable", help="an image with `sh` that is on the host")
    hands = words.add_mutually_exclusive_group(required=True)
    hands.add_argument("--docker", help="the socket of that environment's Docker, /var/run/docker.sock")
    hands.add_argument("--double", help="the control address of a stand-in Portainer")
    return words.parse_args()


def main():
    wishes = read_wishes()
    token = pathlib.Path(wishes.token_file).read_text().strip()
    hand = DoubleHand(wishes.double) if wishes.double else DockerHand(wishes.docker.removeprefix("unix://"))
    scenario = Scenario(wishes, token, hand)
    try:
        scenario.run()
    finally:
        scenario.clean_up()
    print(f"live: {scenario.failures} failures")
    return 1 if scenario.failures else 0


if __name__ == "__main__":
    sys.exit(main())
