"""`mooring check` as a new user would get it wrong: each mistake has one clear message that says what to do."""
import signal
import socket
import time
import unittest

from harness import STACK, Case, serving

JSON = "application/json; charset=utf-8"


def status_only(path):
    if path.startswith("/api/system/status") or path.startswith("/api/status"):
        return 200, JSON, b'{"Version":"2.43.0","InstanceID":"299ab403-70a8-4c05-92f7-bf7a994d50df"}'
    return None


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
        self.assertEqual(report["stacks"], [])

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
        return url, self.check_exit(result, 130)

    def test_a_signal_ends_a_check_in_130_with_a_partial_report(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number):
                url, result = self.interrupted(number, "check", "m", "--format", "json")
                self.assertTrue(result.json()["run"]["partial"])
                self.assertEqual(result.json()["run"]["servers"][0]["url"], url)
                self.assertEqual(result.json()["exitCode"], 130)

    def test_a_signal_ends_every_other_command_that_waits_for_a_server_in_130(self):
        for words in (["list"], ["show", "shop"], ["doctor", "m"], ["export", "exported"], ["observe", "m", "-o", "kept.json"]):
            with self.subTest(command=words[0]):
                self.interrupted(signal.SIGINT, *words)
        self.assertFalse((self.folder / "exported").exists())
        self.assertFalse((self.folder / "kept.json").exists())


if __name__ == "__main__":
    unittest.main()
