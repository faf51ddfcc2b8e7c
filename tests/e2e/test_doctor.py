"""`mooring doctor` as a newcomer meets it: each thing that can be wrong has its line, its remedy and its exit code."""
import re
import socket
import unittest

from certificates import self_signed
from harness import DOUBLE, TOKEN, Case, Double, serving

WEB = "services:\n  web:\n    image: nginx:1.27\n"
STACK = "apiVersion: mooring/v1\nkind: Stack\nmetadata: {name: shop}\nspec: {environment: production, compose: {file: web/compose.yaml}}\n"
SEED = {
    "users": [{"username": "admin", "token": TOKEN}, {"username": "alice", "id": 2, "role": "user", "token": TOKEN + "-alice"},
              {"username": "bob", "id": 3, "role": "user", "token": TOKEN + "-bob"}],
    "environments": [{"id": 1, "name": "production", "users": ["alice"]},
                     {"id": 2, "name": "closed", "users": ["alice"], "stackManagement": False},
                     {"id": 3, "name": "secret"}],
    "stacks": [{"id": 7, "name": "shop", "environment": "production", "type": "standalone", "file": WEB, "access": "public"},
               {"id": 8, "name": "till", "environment": "closed", "type": "standalone", "file": WEB, "access": "public"},
               {"id": 9, "name": "vault", "environment": "secret", "type": "standalone", "file": WEB, "access": "public"}],
}


class DoctorCase(Case):
    def setUp(self):
        super().setUp()
        self.write("m/web/compose.yaml", WEB)
        self.write("m/shop.yaml", STACK)
        self.use_token(TOKEN)

    def use_token(self, token):
        self.write("token", token + "\n", 0o600)

    def doctor(self, url, *words):
        return self.run_mooring("doctor", "m", "--url", url, "--api-key-file", "token", *words)

    def line(self, result, check):
        found = re.search(rf"^  (ok|warn|fail) +{check} +(.*(?:\n {{23}}.*)*)", result.out, re.M)
        self.assertTrue(found, f"no line for {check}\n{result}")
        return found.group(1), re.sub(r"\s+", " ", found.group(2))

    def check_line(self, result, check, level, pattern):
        got, text = self.line(result, check)
        self.assertEqual(got, level, text)
        self.assertRegex(text, pattern)
        return text


class WithoutServer(DoctorCase):
    def test_a_name_that_does_not_exist(self):
        result = self.check_exit(self.doctor("https://portainer.invalid", "--request-timeout", "20s"), 69)
        self.check_line(result, "name", "fail", r"portainer\.invalid.*(DNS|slowly)")
        self.assertNotIn("connection  ", result.out)

    def test_a_port_that_nobody_listens_on(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        result = self.check_exit(self.doctor(f"http://127.0.0.1:{port}"), 69)
        self.check_line(result, "connection", "fail", r"refused\. Check that Portainer is running at http://127\.0\.0\.1:\d+ and that no firewall")

    def test_a_server_that_is_not_portainer(self):
        with serving(lambda path: (200, "text/html", b"<html>welcome</html>")) as url:
            result = self.check_exit(self.doctor(url), 69)
        self.check_line(result, "version", "fail", r"text/html.*Check that `url` .* is Portainer's address")
        self.assertNotIn("token  ", result.out)

    def test_https_on_a_port_of_plain_http(self):
        with serving(lambda path: (200, "text/html", b"")) as url:
            result = self.check_exit(self.doctor(url.replace("http:", "https:")), 69)
        self.check_line(result, "tls", "fail", r"speaks HTTPS")

    def test_a_redirect(self):
        def answer(path):
            return 307, "text/plain", b""

        with serving(answer) as url:
            result = self.check_exit(self.doctor(url), 69)
        self.check_line(result, "version", "fail", r"redirect")

    def test_a_typo_in_the_command_line_is_a_usage_error(self):
        self.assertIn("did you mean", self.check_exit(self.doctor("http://127.0.0.1:9", "--format", "jsn"), 64).err)
        self.assertIn("https://", self.check_exit(self.doctor("portainer.example.test"), 64).err)

    def test_nothing_configured_at_all(self):
        result = self.check_exit(self.run_mooring("doctor"), 65)
        self.check_line(result, "configuration", "fail", r"no server is configured\. set PORTAINER_URL")
        self.check_line(result, "manifests", "warn", r"manifests: nothing is declared there yet\. Declare something")

    def test_a_ca_file_that_is_not_there(self):
        result = self.check_exit(self.doctor("https://127.0.0.1:9", "--ca", "nowhere.pem"), 65)
        self.check_line(result, "connection", "fail", r"nowhere\.pem")


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class WithServer(DoctorCase):
    def serve(self, *words):
        double = Double(SEED, self.folder, *words)
        self.addCleanup(double.close)
        return double.url

    def test_an_administrator_sees_all(self):
        result = self.check_exit(self.doctor(self.serve()), 0)
        self.check_line(result, "token", "ok", r"Accepted: admin \(id 1\), administrator")
        self.check_line(result, "list", "ok", r"Complete: 3 stacks")
        self.assertTrue(result.out.endswith("0 failures, 0 warnings\nexit 0: a check would work\n"), result)

    def test_no_manifests_yet_is_a_warning_that_says_how_to_begin(self):
        url = self.serve()
        (self.folder / "empty").mkdir()
        for folder in ("nosuch", "empty"):
            result = self.check_exit(self.run_mooring("doctor", folder, "--url", url, "--api-key-file", "token"), 0)
            self.check_line(result, "manifests", "warn", r"nothing is declared there yet\. Declare something: `mooring init DIR`")
            self.assertTrue(result.out.endswith("exit 0: a check would work, once something is declared\n"), result)

    def test_an_ordinary_user_is_fine_for_checking(self):
        self.use_token(TOKEN + "-alice")
        result = self.check_exit(self.doctor(self.serve()), 0)
        self.check_line(result, "role", "ok", r"not an administrator: fine for checking\. It cannot see the settings .*403")
        self.check_line(result, "list", "ok", r"Filtered")
        self.check_line(result, "environment", "ok", r"production \(id 1\): 1 stack listed, files and what runs can be read")
        self.assertRegex(result.out, r"warn  environment    closed \(id 2\).*403 .*\n +Ask an administrator to let users manage stacks in closed")
        self.assertRegex(result.out, r"warn  environment    #3: 1 stack listed, no access.*403.*\n +Ask an administrator to give alice access")

    def test_a_user_without_any_environment(self):
        self.use_token(TOKEN + "-bob")
        result = self.check_exit(self.doctor(self.serve()), 3)
        self.check_line(result, "environments", "fail", r"sees no environment")
        self.assertIn("exit 3: a check would be blind", result.out)
        self.assertNotIn("would work", result.out)
        self.assertRegex(result.out, r"the manifest means the environment `production`, which this token cannot see")

    def test_a_wrong_token(self):
        self.use_token(TOKEN + "-wrong")
        result = self.check_exit(self.doctor(self.serve()), 77)
        self.check_line(result, "token", "fail", r"401 .*Make a new access token")

    def test_a_token_file_that_is_open_or_not_there(self):
        url = self.serve()
        (self.folder / "token").chmod(0o644)
        self.check_line(self.check_exit(self.doctor(url), 0), "configuration", "warn", r"^server main: token holds a token and other users can read it\. run `chmod 600 token`$")
        (self.folder / "token").unlink()
        result = self.check_exit(self.doctor(url), 65)
        self.check_line(result, "configuration", "fail", r"token cannot be read")
        self.check_line(result, "version", "ok", r"Portainer 2\.43\.0")

    def test_a_clock_that_is_wrong(self):
        seed = {**SEED, "clock": 1700000000}
        double = Double(seed, self.folder)
        self.addCleanup(double.close)
        self.check_line(self.check_exit(self.doctor(double.url), 0), "clock", "warn", r"ahead of the server.*NTP")

    def test_manifests_with_a_mistake(self):
        self.write("m/shop.yaml", STACK.replace("compose:", "compsoe:"))
        result = self.check_exit(self.doctor(self.serve()), 65)
        self.check_line(result, "manifests", "fail", r"shop\.yaml:4:\d+: .*`mooring validate m`")

    def test_a_memory_that_is_damaged_or_has_no_folder(self):
        url = self.serve()
        result = self.check_exit(self.doctor(url, "--remember", "nowhere/memory.json"), 1)
        self.check_line(result, "memory", "fail", r"cannot be written: No such file")
        self.check_line(self.check_exit(self.doctor(url, "--remember", "memory.json"), 0), "memory", "ok", r"does not exist yet")
        self.assertFalse((self.folder / "memory.json.key").exists(), "looking makes no key")
        self.write("memory.json", "{", 0o600)
        self.write("memory.json.key", "k" * 32, 0o600)
        self.check_line(self.check_exit(self.doctor(url, "--remember", "memory.json"), 65), "memory", "fail", r"memory\.json")

    def test_a_ledger_is_looked_at_and_left_alone(self):
        url = self.serve()
        words = (url, "--ledger", "ledger.db")
        self.check_line(self.check_exit(self.doctor(*words), 0), "ledger", "warn", r"does not exist yet.*Run `mooring check` once")
        self.check_line(self.check_exit(self.doctor(url, "--ledger", "no/ledger.db"), 1), "ledger", "fail", r"cannot be written: No such file")
        self.assertEqual([path.name for path in self.folder.glob("ledger*")], [], "looking makes nothing")
        self.run_mooring("check", "m", "--url", url, "--api-key-file", "token", "--ledger", "ledger.db")
        before = self.kept()
        result = self.check_exit(self.doctor(*words), 0)
        self.check_line(result, "ledger", "ok", r"ledger\.db: 1 run recorded, 3 stacks remembered")
        self.assertNotRegex(result.out, r"(?m)^  \w+ +memory ")
        self.assertEqual(self.kept(), before)

    def kept(self):
        """Files of the ledger; who reads it may leave an empty log and its index beside it."""
        files = {path.name: path.read_bytes() for path in self.folder.glob("ledger*")}
        files.pop("ledger.db-shm", None)
        self.assertEqual(files.pop("ledger.db-wal", b""), b"")
        return files

    def test_what_a_ledger_remembers_is_judged_with(self):
        url = self.serve()
        words = ("m", "--url", url, "--api-key-file", "token", "--ledger", "ledger.db")
        self.run_mooring("check", *words)
        self.use_token(TOKEN + "-bob")
        self.assertRegex(self.check_exit(self.run_mooring("doctor", *words), 3).out, r"warn +environment +production \(id 1\)")

    def test_a_ledger_that_is_damaged_or_whose_key_is_open(self):
        url = self.serve()
        words = (url, "--ledger", "ledger.db")
        self.run_mooring("check", "m", "--url", url, "--api-key-file", "token", "--ledger", "ledger.db")
        (self.folder / "ledger.db.key").chmod(0o644)
        self.check_line(self.check_exit(self.doctor(*words), 0), "ledger", "warn", r"readable by others.*chmod 600 ledger\.db\.key")
        self.write("ledger.db", "this is no database at all " * 200)
        self.check_line(self.check_exit(self.doctor(*words), 65), "ledger", "fail", r"ledger\.db cannot be used as a ledger: it is not a ledger")
        self.assertFalse(list(self.folder.glob("ledger.db.damaged*")))
        self.write("ledger.db", "")
        self.check_line(self.check_exit(self.doctor(*words), 65), "ledger", "fail", r"it is empty")
        (self.folder / "ledger.db.key").unlink()
        self.check_line(self.check_exit(self.doctor(*words), 0), "ledger", "warn", r"does not exist yet")
        self.write("ledger.db", "{}")
        self.check_line(self.check_exit(self.doctor(*words), 65), "ledger", "fail", r"memory file of --remember")

    def test_one_server_of_two(self):
        self.write("mooring.yaml", f"apiVersion: mooring/v1\nkind: Agent\nspec:\n  servers:\n"
                                   f"  - {{name: main, url: '{self.serve()}', credential: {{file: token}}}}\n"
                                   f"  - {{name: edge, url: 'http://127.0.0.1:9', credential: {{file: token}}}}\n  manifests: m\n"
                                   f"  defaults: {{server: main}}\n")
        self.check_exit(self.run_mooring("doctor"), 69)
        result = self.check_exit(self.run_mooring("doctor", "--server", "main"), 0)
        self.assertNotIn("edge", result.out)

    def test_json_is_what_the_schema_promises(self):
        url = self.serve()
        self.use_token(TOKEN + "-alice")
        for code, words in [(0, [url]), (69, ["http://127.0.0.1:9"])]:
            result = self.check_exit(self.doctor(*words, "--format", "json"), code)
            self.check_schema("doctor", result.json())
            self.assertEqual(result.json()["exitCode"], code)

    def test_it_only_reads(self):
        double = Double(SEED, self.folder)
        self.addCleanup(double.close)
        self.check_exit(self.doctor(double.url), 0)
        self.assertEqual(double.written(), {})

    def check_works_too(self, url, *words):
        """What the doctor says of the way, a check does."""
        told = self.doctor(url, *words).code
        self.assertEqual(told == 0, self.run_mooring("check", "m", "--url", url, "--api-key-file", "token", *words).code in (0, 2, 3, 4))

    def test_a_self_signed_certificate_and_both_ways_to_trust_it(self):
        pem, key = self_signed(self.folder, "own")
        url = self.serve("--tls", str(pem), str(key))
        result = self.check_exit(self.doctor(url, "--format", "json"), 69)
        finding = next(one for one in result.json()["findings"] if one["check"] == "tls")
        self.assertIn("signed by itself", finding["message"])
        self.check_works_too(url)

        self.check_exit(self.doctor(url, "--pin", finding["pin"]), 0)
        self.check_works_too(url, "--pin", finding["pin"])
        self.write("saved.pem", finding["certificate"]["pem"])
        trusted = self.check_exit(self.doctor(url, "--ca", "saved.pem"), 0)
        self.check_line(trusted, "tls", "ok", r"TLSv1\.\d, CN=portainer\.test for 127\.0\.0\.1, signed by itself, expires in (99|100) days")
        self.check_works_too(url, "--ca", "saved.pem")

        # The command of the remedy does what it says.
        command = re.search(r"openssl s_client .*>portainer\.pem", finding["remedy"]).group(0)
        import subprocess
        subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.variables, check=True, stderr=subprocess.DEVNULL, timeout=60)
        self.assertEqual((self.folder / "portainer.pem").read_text(), finding["certificate"]["pem"])

    def test_another_key_than_the_pinned_one(self):
        pem, key = self_signed(self.folder, "own")
        url = self.serve("--tls", str(pem), str(key))
        result = self.check_exit(self.doctor(url, "--pin", "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="), 69)
        self.check_line(result, "tls", "fail", r"not the pinned one.*somebody may be in between")

    def test_an_expired_certificate(self):
        pem, key = self_signed(self.folder, "own", until="20200101000000Z")
        url = self.serve("--tls", str(pem), str(key))
        result = self.check_exit(self.doctor(url, "--ca", "own.pem"), 69)
        text = self.check_line(result, "tls", "fail", r"not trusted: it has expired\..*expired on 2020-01-01.*Renew the server's certificate")
        self.assertIn("pin:", text)
        self.check_works_too(url, "--ca", "own.pem")

    def test_a_certificate_that_expires_soon(self):
        pem, key = self_signed(self.folder, "own", days=10)
        url = self.serve("--tls", str(pem), str(key))
        self.check_line(self.check_exit(self.doctor(url, "--ca", "own.pem"), 0), "tls", "warn", r"expires in (9|10) days")

    def test_a_certificate_for_another_name(self):
        pem, key = self_signed(self.folder, "own", alternative="DNS:portainer.example.test")
        url = self.serve("--tls", str(pem), str(key))
        result = self.check_exit(self.doctor(url, "--ca", "own.pem"), 69)
        self.check_line(result, "tls", "fail", r"valid for portainer\.example\.test, not for 127\.0\.0\.1.*Use a name of the certificate in `url`")
        self.check_works_too(url, "--ca", "own.pem")

    def test_verification_that_is_skipped_is_a_warning(self):
        pem, key = self_signed(self.folder, "own", alternative="DNS:portainer.example.test")
        url = self.serve("--tls", str(pem), str(key))
        result = self.check_exit(self.doctor(url, "--insecure-skip-verify"), 0)
        self.check_line(result, "tls", "warn", r"can read the token.*pin: sha256/")


if __name__ == "__main__":
    unittest.main()
