"""`mooring check` as a new user would get it wrong: each mistake has one clear message that says what to do."""
import contextlib
import signal
import socket
import threading
import time
import unittest

from certificates import self_signed
from harness import DOUBLE, STACK, TOKEN, WEB, Case, Double, serving

JSON = "application/json; charset=utf-8"


def status_only(path):
    if path.startswith("/api/system/status") or path.startswith("/api/status"):
        return 200, JSON, b'{"Version":"2.43.0","InstanceID":"299ab403-70a8-4c05-92f7-bf7a994d50df"}'
    return None


@contextlib.contextmanager
def speaking(answer):
    """A port whose answer to each request head is these bytes; a function gets the head and the socket, too."""
    def serve(connection):
        with connection, contextlib.suppress(OSError):
            connection.settimeout(20)
            head = b""
            while b"\r\n\r\n" not in head:
                more = connection.recv(65536)
                if not more:
                    return
                head += more
            connection.sendall(answer(head, connection) if callable(answer) else answer)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(65536)

    def accept():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(32)
        threading.Thread(target=accept, daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)


def http(status, kind, body, *headers):
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers, "", body]
    return "\r\n".join(lines).encode()


def splice(one, port):
    """Passes bytes on between a client and a port, until either side ends."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as other:
        def pump(source, target):
            with contextlib.suppress(OSError):
                while data := source.recv(65536):
                    target.sendall(data)
            for end in (source, target):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        thread = threading.Thread(target=pump, args=(one, other), daemon=True)
        thread.start()
        pump(other, one)
        thread.join(20)
    return b""


class WrongServer(Case):
    def setUp(self):
        super().setUp()
        self.write_one_stack()

    def check(self, url, *words):
        return self.run_mooring("check", "m", "--url", url, *words)

    def test_a_server_that_does_not_listen(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        result = self.check_exit(self.check(f"http://127.0.0.1:{port}"), 69)
        self.assertIn("UNREACHABLE  shop/production", result.out)
        self.assertRegex(result.out, "(?i)refused")
        self.assertIn("exit 69", result.out)

    def test_a_server_that_answers_html(self):
        with serving(lambda path: (200, "text/html", b"<html><body>welcome</body></html>")) as url:
            result = self.check_exit(self.check(url), 69)
        self.assertIn("UNREACHABLE", result.out)
        self.assertRegex(result.out, "(?i)html|not .*(portainer|api)")
        self.assertNotIn("<html>", result.out)

    def test_a_wrong_token(self):
        def answer(path):
            return status_only(path) or (401, JSON, b'{"message":"Invalid JWT token","details":"Unauthorized"}')

        with serving(answer) as url:
            result = self.check_exit(self.check(url), 77)
        self.assertIn("credentials", result.out)
        self.assertRegex(result.out, "(?i)token")
        self.assertNotIn("MISSING", result.out)

    def test_json_says_the_same_to_machines(self):
        def answer(path):
            return status_only(path) or (401, JSON, b'{"message":"Invalid JWT token","details":"Unauthorized"}')

        with serving(answer) as url:
            report = self.check_exit(self.check(url, "--format", "json"), 77).json()
        self.assertEqual(report["exitCode"], 77)
        self.assertTrue(report["run"]["servers"][0]["error"])
        self.assertEqual({(s["verdict"], s["cause"], s["exists"]) for s in report["stacks"]}, {("denied", "credentials", None)})
        self.assertEqual((report["summary"]["coverage"], report["summary"]["score"]), (0, 0))

    def test_each_way_that_is_not_the_way_has_its_own_remedy(self):
        table = [
            ("plain HTTP on a port of TLS (Go)", http("400 Bad Request", "text/plain", "Client sent an HTTP request to an HTTPS server.\n"),
             r"This port speaks HTTPS: write `https://127\.0\.0\.1:\d+` as `url`"),
            ("plain HTTP on a port of TLS (nginx)", http("400 Bad Request", "text/html", "<title>400 The plain HTTP request was sent to HTTPS port</title>"),
             r"This port speaks HTTPS"),
            ("plain HTTP on a port of TLS (an alert)", b"\x15\x03\x01\x00\x02\x02\x46", r"TLS, not HTTP.*This port speaks HTTPS"),
            ("HTTP/2 only", b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18), r"takes HTTP/2 only"),
            ("compression", http("200 OK", "application/json", "x", "Content-Encoding: gzip"),
             r"encoded \(gzip\).*something between encodes answers.*Switch off the compression"),
            ("a gateway's login", http("401 Unauthorized", "text/html", "<h1>Login</h1>", 'WWW-Authenticate: Basic realm="x"'), r"asks for a login of its own"),
            ("a gateway's JSON", http("401 Unauthorized", JSON, '{"message":"No API key found in request"}'), r"asks for a login of its own"),
            ("a moved server", lambda head, _: http("301 Moved", "text/html", "", "Location: https://portainer.example.test/base" + head.split()[1].decode()),
             r"Write `https://portainer\.example\.test/base` as `url`"),
            ("a login page", http("302 Found", "text/html", "", "Location: https://sso.example.test/login?x=1"), r"login page"),
            ("no administrator", http("303 See Other", JSON, '{"message":"Administrator initialization timeout"}', "redirect-reason: AdminInitTimeout"),
             r"Restart Portainer \(http://127\.0\.0\.1:\d+\) and create its administrator within 5 minutes"),
        ]
        for what, answer, remedy in table:
            with self.subTest(what), speaking(answer) as port:
                result = self.check_exit(self.check(f"http://127.0.0.1:{port}"), 69)
                self.assertRegex(" ".join(result.out.split()), remedy)
                self.assertNotIn("Portainer is running at", result.out)

    def test_a_proxy_that_does_not_work_is_what_must_be_checked(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.variables["HTTPS_PROXY"] = f"http://alice:hunter2@127.0.0.1:{port}"
        result = self.check_exit(self.check("https://portainer.example.test"), 69)
        self.assertRegex(" ".join(result.out.split()), rf"Check the proxy 127\.0\.0\.1:{port} \(HTTPS_PROXY")
        self.assertNotIn("Portainer is running at", result.out)
        self.assertNotIn("hunter2", result.out + result.err)
        for status, remedy in (("403 Forbidden", r"Allow the way to Portainer"), ("407 Authenticate", r"user and password in its address")):
            with speaking(http(status, "text/html", "")) as port:
                self.variables["HTTPS_PROXY"] = f"http://alice:hunter2@127.0.0.1:{port}"
                result = self.check_exit(self.check("https://portainer.example.test"), 69)
                self.assertRegex(" ".join(result.out.split()), remedy)
                self.assertNotIn("hunter2", result.out + result.err)

    @unittest.skipUnless(DOUBLE, "portainer-double is not built")
    def test_a_proxy_cannot_forge_an_answer(self):
        pem, key = self_signed(self.folder, "own", alternative="DNS:portainer.example.test")
        seed = {"users": [{"username": "admin", "token": TOKEN}], "environments": [{"id": 1, "name": "production"}],
                "stacks": [{"id": 7, "name": "shop", "environment": "production", "type": "standalone", "file": WEB}]}
        double = Double(seed, self.folder, "--tls", str(pem), str(key))
        self.addCleanup(double.close)
        port = int(double.url.rsplit(":", 1)[1])
        words = ("https://portainer.example.test", "--ca", "own.pem")
        granted = b"HTTP/1.1 200 Connection established\r\n\r\n"

        def proxy(forged):
            def answer(_, connection):
                connection.sendall(granted + forged)
                return splice(connection, port)
            return answer

        with speaking(proxy(b"")) as honest:
            self.variables["HTTPS_PROXY"] = f"http://127.0.0.1:{honest}"
            result = self.check(*words)
            self.assertIn(result.code, (0, 2), result)  # the tunnel works
        with speaking(proxy(http("200 OK", JSON, "[]"))) as forger:
            self.variables["HTTPS_PROXY"] = f"http://127.0.0.1:{forger}"
            result = self.check_exit(self.check(*words), 69)
            self.assertRegex(" ".join(result.out.split()), r"sent bytes before the handshake.*Do not trust the proxy")
            self.assertNotIn("MISSING", result.out)

    @unittest.skipUnless(DOUBLE, "portainer-double is not built")
    def test_another_key_than_the_pinned_one_may_be_somebody_in_between(self):
        pem, key = self_signed(self.folder, "own")
        double = Double({"users": [{"username": "admin", "token": TOKEN}]}, self.folder, "--tls", str(pem), str(key))
        self.addCleanup(double.close)
        result = self.check_exit(self.check(double.url, "--pin", "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="), 69)
        self.assertRegex(" ".join(result.out.split()), r"new key \(ask its administrator\).*somebody may be in between")
        self.assertNotIn("9000", result.out)

    def test_a_token_file_that_was_written_by_hand(self):
        for text, slip in ((f'"{TOKEN}"\n', "has quotes around it"), (f"PORTAINER_API_KEY={TOKEN}\n", "has a name in front of it"),
                           (f"Bearer {TOKEN}\n", "begins with `Bearer`"), (f"\ufeff{TOKEN}\n", "begins with a byte order mark")):
            self.write("token", text, 0o600)
            result = self.check_exit(self.check("http://127.0.0.1:9"), 65)
            self.assertIn(f"the token in token {slip}", result.err)
            self.assertEqual(result.err.count("main: "), 1, "one prefix")

    def test_addresses_that_are_copied_from_the_browser(self):
        for url, cure in (("https://127.0.0.1:9443/#!/2/docker/stacks", "write https://127.0.0.1:9443"),
                          ("https://127.0.0.1:9443/?x=1", "leave out everything from `?` on"),
                          ("https://b\u00fccher.example.test", "xn--")):
            result = self.check_exit(self.check(url), 65)
            self.assertIn(cure, result.err)
            self.assertNotIn("server main: server main", result.err)

    def test_a_slip_in_the_configuration_brings_no_second_error(self):
        for spec, error in (("manifestss: m", "manifestss"), ("manifests: m\n  servers: [{name: main, url: 'http://127.0.0.1:9', conurrency: 2}]", "conurrency"),
                            ("manifests: [m]", "manifests"), ("defaults: {enviroment: production}", "enviroment")):
            self.write("mooring.yaml", f"apiVersion: mooring/v1\nkind: Agent\nspec:\n  {spec}\n")
            result = self.check_exit(self.run_mooring("check"), 65)
            errors = [line for line in result.err.splitlines() if line.startswith("error")]
            self.assertEqual(len(errors), 1, result.err)
            self.assertIn(error, errors[0])
            self.assertNotIn("no server is configured", result.err)

    def test_no_server_at_all(self):
        result = self.check_exit(self.run_mooring("check", "m"), 65)
        self.assertIn("PORTAINER_URL", result.err)
        self.assertEqual(result.out, "")

    def test_no_token_at_all(self):
        del self.variables["PORTAINER_API_KEY_FILE"]
        result = self.check_exit(self.check("http://127.0.0.1:9"), 65)
        self.assertRegex(result.err, "PORTAINER_API_KEY|credential")

    def test_a_url_that_is_none(self):
        result = self.check_exit(self.check("portainer.example.test"), 64)
        self.assertIn("https://", result.err)

    def test_a_typo_in_a_manifest(self):
        self.write("m/shop.yaml", STACK.replace("compose:", "compsoe:"))
        result = self.check_exit(self.check("http://127.0.0.1:9"), 65)
        self.assertRegex(result.err, r"shop\.yaml:6:3: .*did you mean `compose`\?")

    def test_an_empty_folder(self):
        (self.folder / "empty").mkdir()
        result = self.check_exit(self.run_mooring("check", "empty", "--url", "http://127.0.0.1:9"), 65)
        self.assertIn("empty", result.err)

    def test_nothing_was_read_is_a_report_for_machines_too(self):
        (self.folder / "empty").mkdir()
        result = self.run_mooring("check", "empty", "--url", "http://127.0.0.1:9", "--format", "json")
        self.assertEqual(self.check_exit(result, 65).json()["exitCode"], 65)

    def interrupted(self, number, *words):
        """What comes of a command with a server that never answers, after a signal in the middle of waiting for it."""
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen(8)
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            process = self.start(*words, "--url", url, "--request-timeout", "120s")
            silent.settimeout(30)
            connection, _ = silent.accept()
            sent = time.monotonic()
            process.send_signal(number)
            result = self.finish(process)
            took = time.monotonic() - sent
            connection.close()
        self.assertLess(took, 20)  # the promise is a second; a busy machine is no failure
        return url, self.check_exit(result, 128 + number)

    def test_a_signal_ends_a_check_in_130_or_143_with_a_partial_report(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number):
                url, result = self.interrupted(number, "check", "m", "--format", "json")
                self.assertTrue(result.json()["run"]["partial"])
                self.assertEqual(result.json()["run"]["servers"][0]["url"], url)
                self.assertEqual(result.json()["exitCode"], 128 + number)

    def test_a_signal_ends_every_other_command_that_waits_for_a_server_in_130(self):
        for words in (["list"], ["show", "shop"], ["doctor", "m"], ["export", "exported"], ["observe", "m", "-o", "kept.json"]):
            with self.subTest(command=words[0]):
                self.interrupted(signal.SIGINT, *words)
        self.assertFalse((self.folder / "exported").exists())
        self.assertFalse((self.folder / "kept.json").exists())


if __name__ == "__main__":
    unittest.main()
