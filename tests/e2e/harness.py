"""Runs the real binary as a process. Every run is bounded in time, and no output may ever hold a value of SECRETS."""
import contextlib
import http.server
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import unittest
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
MOORING = os.environ["MOORING"]
DOUBLE = os.environ.get("PORTAINER_DOUBLE", "")
TIME_LIMIT = 60

TOKEN = "ptr_e2e-token-0123456789"
SECRETS = [TOKEN, "e2e-secret-desired", "e2e-secret-actual"]

WEB = "services:\n  web:\n    image: nginx:1.27\n"


def manifest(name="shop", environment="production", file="web/compose.yaml", more=""):
    """The manifest of a stack; `more` are further lines of its spec."""
    return (f"apiVersion: mooring/v1\nkind: Stack\nmetadata: {{name: {name}}}\nspec:\n  environment: {environment}\n"
            f"  compose: {{file: {file}}}\n{more}")


def record(number, name, file=WEB, environment="production", **more):
    """What the stand-in Portainer has of a stack; `file` None: it comes from Git, or `more` says it."""
    one = {"id": number, "name": name, "environment": environment, "type": "standalone", "status": "active"}
    return one | ({} if file is None else {"file": file}) | more


STACK = manifest(file="shop/compose.yaml")


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return f"exit {self.code}\n--- out\n{self.out}\n--- err\n{self.err}"


class Case(unittest.TestCase):
    """A test with a folder of its own and an environment that nothing leaks into."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mooring-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.variables = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8"}

    def write(self, name, text, mode=None):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        if mode is not None:
            path.chmod(mode)
        return path

    def start(self, *words, **more):
        return subprocess.Popen([MOORING, *map(str, words)], cwd=self.folder, env=self.variables, stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    def finish(self, process, text=b""):
        try:
            out, err = process.communicate(text.encode() if isinstance(text, str) else text, timeout=TIME_LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self.fail(f"{process.args} did not end within {TIME_LIMIT} s")
        result = Result(process.returncode, out.decode(), err.decode())
        for secret in SECRETS:
            self.assertNotIn(secret, result.out + result.err, "a secret was printed")
        return result

    def run_mooring(self, *words, text=b""):
        return self.finish(self.start(*words), text)

    def write_one_stack(self):
        """The manifest of one stack in `m`, its compose file, and a token that the environment names."""
        self.write("m/shop.yaml", STACK)
        self.write("m/shop/compose.yaml", WEB)
        self.write("token", TOKEN + "\n", 0o600)
        self.variables["PORTAINER_API_KEY_FILE"] = "token"

    def check_exit(self, result, code):
        self.assertEqual(result.code, code, result)
        return result

    def check_schema(self, name, value):
        """`value` is as the published schema of that name says; skips where python3-jsonschema is not installed."""
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        jsonschema.Draft7Validator(json.loads((ROOT / f"schema/{name}.schema.json").read_text())).validate(value)
        return value


class HttpServer:
    """On a free loopback port, until it is closed; a request is what `handler`, a BaseHTTPRequestHandler, makes of it."""

    def __init__(self, handler):
        handler.log_message = lambda *_: None
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Server(HttpServer):
    """Answers what `answer(path)` says: (status, content type, body)."""

    def __init__(self, answer):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                status, kind, body = answer(self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        super().__init__(Handler)


@contextlib.contextmanager
def serving(answer):
    server = Server(answer)
    try:
        yield server.url
    finally:
        server.close()


class DoubleProcess:
    """The stand-in Portainer as a process of its own, with the world of a seed file."""

    def __init__(self, seed_file, *words):
        self.process = subprocess.Popen([DOUBLE, "--listen", "127.0.0.1:0", "--seed", str(seed_file), *words],
                                        stdout=subprocess.PIPE)
        about = json.loads(self.process.stdout.readline())
        self.url, self.control = about["url"], about["control"]
        self.own_writes = 0  # of the test itself, which plays a person

    def written(self):
        """How many requests so far were anything but reads, by route."""
        with urllib.request.urlopen(self.control + "/requests", timeout=20) as answer:
            return {route: count for route, count in json.load(answer)["routes"].items() if not route.startswith("GET ")}

    def close(self):
        """Ends it. Whatever command a test has run: none of them sent anything but GET."""
        if self.process.poll() is not None:
            return
        try:
            written = sum(self.written().values())
        finally:
            self.end()
        assert written == self.own_writes, f"{written} requests did not only read, {self.own_writes} were the test's own"

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


class Double(DoubleProcess):
    """The same with the world of a value; its seed file is written into `folder`."""

    def __init__(self, seed, folder, *words):
        path = pathlib.Path(folder) / "seed.json"
        path.write_text(json.dumps(seed))
        super().__init__(path, *words)
