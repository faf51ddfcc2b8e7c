"""The progress line: on a terminal alone, with the slowest request after a second; and an interrupt from the keyboard."""
import socket
import time
import unittest

from harness import SECRETS, Case
from terminal import Terminal


class Progress(Case):
    def setUp(self):
        super().setUp()
        self.write_one_stack()
        self.silent = socket.socket()
        self.addCleanup(self.silent.close)
        self.silent.bind(("127.0.0.1", 0))
        self.silent.listen(8)
        self.url = f"http://127.0.0.1:{self.silent.getsockname()[1]}"

    def test_a_terminal_is_told_what_a_run_waits_for_and_an_interrupt_ends_it_with_a_partial_report(self):
        for command in (["check", "m"], ["list"]):
            terminal = Terminal(self, *command, "--url", self.url, "--request-timeout", "120s")
            self.assertTrue(terminal.read_until(r"reading the servers, waiting [1-9]\d* s for GET /api/system/status"), terminal.text)
            pressed = time.monotonic()
            terminal.press(b"\x03")
            code = terminal.finish()
            self.assertEqual(code, 130, terminal.text)
            self.assertLess(time.monotonic() - pressed, 20)  # the promise is a second; a busy machine is no failure
            self.assertRegex(terminal.text.split("\r\x1b[2K")[-1], "partial|there may be more")
            for secret in SECRETS:
                self.assertNotIn(secret, terminal.text)

    def test_a_dumb_terminal_gets_no_control_codes(self):
        terminal = Terminal(self, "check", "m", "--url", self.url, "--deadline", "2s", term="dumb")
        self.assertEqual(terminal.finish(), 69, terminal.text)
        self.assertNotIn("\x1b", terminal.text)
        self.assertNotIn("reading the servers", terminal.text)

    def test_a_pipe_is_told_nothing(self):
        process = self.start("check", "m", "--url", self.url, "--deadline", "2s", "--format", "json")
        result = self.check_exit(self.finish(process), 69)
        self.assertEqual(result.err, "")


if __name__ == "__main__":
    unittest.main()
