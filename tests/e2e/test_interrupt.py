"""Ctrl-C wherever a server keeps `check` waiting: it ends with a partial report. The promise is a second, and it takes milliseconds; what
is tested is that nothing waits for a deadline or for the server, which no busy machine can be mistaken for."""
import contextlib
import pathlib
import signal
import socket
import threading
import time
import unittest

from harness import Case

PATIENT = ["--request-timeout", "120s", "--deadline", "120s"]
SOON = 20  # seconds
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


class RawServer:
    """Accepts one connection and sends it what `pieces` yields, then nothing; `reached` is set after the first piece."""

    def __init__(self, pieces, backlog=8):
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(backlog)
        self.port = self.socket.getsockname()[1]
        self.reached, self.ended = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.serve, args=[pieces], daemon=True)
        self.thread.start()

    def serve(self, pieces):
        connection, _ = self.socket.accept()
        with connection, contextlib.suppress(OSError):  # the other side may go
            connection.recv(65536)
            for piece in pieces:
                connection.sendall(piece)
                self.reached.set()
                if self.ended.wait(0.05):
                    return
            self.ended.wait(2 * SOON)

    def close(self):
        self.ended.set()
        self.socket.close()
        self.thread.join()


def endless(first, *rest):
    yield first
    while True:
        yield from rest


class Interrupt(Case):
    def setUp(self):
        super().setUp()
        self.write_one_stack()

    def interrupt(self, process, how=signal.SIGINT):
        """What comes of the process after Ctrl-C; it must not wait for anything."""
        sent = time.monotonic()
        process.send_signal(how)
        result = self.finish(process)
        self.assertLess(time.monotonic() - sent, SOON)
        return result

    def check(self, url):
        return self.start("check", "m", "--url", url, "--format", "json", *PATIENT)

    def expect_partial(self, result):
        report = self.check_exit(result, 130).json()
        self.assertTrue(report["run"]["partial"])
        self.assertEqual(report["stacks"], [])

    def test_while_an_answer_is_awaited(self):
        waits = {
            "nothing at all": [b""],
            "headers, slowly": endless(HEAD, b"X", b"-", b"Y"),
            "a body, slowly": endless(HEAD + b"Content-Length: 100000\r\n\r\n", b" "),
            "chunks, slowly": endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
            "interim answers": endless(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 1", b""),
            "a pause before the next attempt": [b"HTTP/1.1 503 X\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n"],
        }
        for name, pieces in waits.items():
            with self.subTest(name):
                server = RawServer(pieces)
                self.addCleanup(server.close)
                process = self.check(f"http://127.0.0.1:{server.port}")
                self.assertTrue(server.reached.wait(60))
                self.expect_partial(self.interrupt(process))

    def test_every_signal_ends_every_command_with_its_own_code(self):
        for number, code in ((signal.SIGTERM, 143), (signal.SIGHUP, 129)):
            for words in (["check", "m", "--format", "json"], ["list", "--format", "json"], ["doctor", "m", "--format", "json"],
                          ["export", "out"], ["observe", "m", "-o", "o.json"], ["show", "shop", "--format", "json"], ["plan", "m"],
                          ["apply", "m", "--yes", "--ledger", "ledger.db"]):
                with self.subTest(signal=number, command=words[0]):
                    server = RawServer([b""])
                    self.addCleanup(server.close)
                    process = self.start(*words, "--url", f"http://127.0.0.1:{server.port}", *PATIENT)
                    self.assertTrue(server.reached.wait(60))
                    result = self.check_exit(self.interrupt(process, number), code)
                    if words[0] in ("apply", "show"):
                        self.assertIn("interrupted: " + {"apply": "nothing was written", "show": "there may be more"}[words[0]], result.err)
                    if words[0] == "check":
                        self.check_schema("report", result.json())
                        self.assertEqual(result.json()["exitCode"], code)

    def test_under_nohup_a_closed_terminal_ends_nothing(self):
        server = RawServer([b""])
        self.addCleanup(server.close)
        process = self.start("check", "m", "--format", "json", "--url", f"http://127.0.0.1:{server.port}", *PATIENT,
                             preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        self.assertTrue(server.reached.wait(60))
        process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        self.assertIsNone(process.poll(), "SIGHUP ended it")
        self.expect_partial(self.interrupt(process))

    def test_while_a_handshake_is_awaited(self):
        server = RawServer([b""])
        self.addCleanup(server.close)
        process = self.check(f"https://127.0.0.1:{server.port}")
        self.assertTrue(server.reached.wait(60))
        self.expect_partial(self.interrupt(process))

    def test_while_a_connection_is_awaited(self):
        """A listener whose queue is full answers no further SYN, as a firewall does that drops what it does not like."""
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            port = full.getsockname()[1]
            waiting = [socket.socket() for _ in range(4)]
            for one in waiting:
                self.addCleanup(one.close)
                one.setblocking(False)
                one.connect_ex(("127.0.0.1", port))
            before = self.half_open(port)
            process = self.check(f"http://127.0.0.1:{port}")
            deadline = time.monotonic() + 60
            while self.half_open(port) <= before and time.monotonic() < deadline and process.poll() is None:
                time.sleep(0.02)
            self.expect_partial(self.interrupt(process))

    @staticmethod
    def half_open(port):
        """Connections to the port that were begun and not answered."""
        lines = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sum(line[2].endswith(f":{port:04X}") and line[3] == "02" for line in lines)

    def test_before_a_server_was_asked_it_is_the_signal_that_ends_it(self):
        process = self.start("check", "m", "--url", "http://127.0.0.1:9", "--api-key-stdin", *PATIENT)
        process.stdin.write(b"half")  # it waits for the rest
        process.stdin.flush()
        result = self.interrupt(process)
        self.check_exit(result, -signal.SIGINT)  # a shell says 130
        self.assertEqual(result.out, "")


if __name__ == "__main__":
    unittest.main()
