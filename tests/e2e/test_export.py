"""`mooring export`: what a server has becomes a folder of manifests that `check` finds in sync at once, without its secrets."""
import os
import unittest

from harness import DOUBLE, TOKEN, Case, Double

VERSIONS = ["2.23.0", "2.33.0-rc1", "2.39.0", "2.43.0"]
# Each of them stands on the server and must be in no export without --with-secrets.
IN_ENV = "e2e-export-s3cret-of-a-variable"
RANDOM = "q7Zt1Lw9Xc4Vb8Nm2Kp5Rj6H"
IN_FILE = "e2e-export-s3cret-in-the-file"
IN_URL = "e2e-export-s3cret-in-a-url"
OLD = "e2e-export-s3cret-in-a-comment"
HIDDEN = [IN_ENV, RANDOM, IN_FILE, IN_URL, OLD, TOKEN]
WEB = "services:\n  web:\n    image: nginx:1.27\n"
# CRLF, a comment, quoting, list and map: bytes that must come back as they are but for the secrets.
SHOP = ("# API_TOKEN: " + OLD + "\r\nservices:\r\n  web:\r\n    image: nginx:1.27\r\n    environment:\r\n      API_TOKEN: '" + IN_FILE +
        "'\r\n      URL: https://user:" + IN_URL + "@db.example.test/x\r\n      PLAIN: \"yes\"\r\n  db:\r\n    image: postgres:16\r\n"
        "    environment: [POSTGRES_PASSWORD=" + IN_FILE + "-2, LANG=C]\r\n")
CHARTS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
ODD = {"YES": "yes", "NUMBER": "1.10", "OCTAL": "0123", "LINES": "one\ntwo\n", "COLON": "a: b", "HASH": "a #b", "EMPTY": "", "BLANK": " x ",
       "UNICODE": "Grüße ☃\u2028\u0085", "QUOTES": "\"'\\", "NULL": "null", "TAB": "\t", "PERCENT": "%s{{}}", "ANCHOR": "&a *b !c"}
SEED = {
    "users": [{"username": "admin", "token": TOKEN}, {"username": "alice", "id": 2, "role": "user", "token": TOKEN + "-alice"}],
    "teams": [{"name": "web: #1", "members": ["alice"]}],
    "environments": [{"id": 1, "name": "production", "users": ["alice"]},
                     {"id": 5, "name": "charts", "type": 5, "users": ["alice"]}, {"id": 2, "name": "../clus ter", "swarm": True},
                     {"id": 4, "name": "Production", "users": ["alice"]}],
    "stacks": [
        {"id": 7, "name": "shop", "environment": "production", "type": "standalone", "file": SHOP, "status": "active",
         "env": {"DB_PASSWORD": IN_ENV, "SESSION": RANDOM, **ODD}, "access": {"teams": ["web: #1"], "users": ["alice"]}},
        {"id": 8, "name": "blog", "environment": 4, "type": "standalone", "file": WEB, "access": "public", "status": "active"},
        {"id": 9, "name": "resting", "environment": "production", "type": "standalone", "file": WEB, "status": "inactive",
         "access": "administrators"},
        {"id": 10, "name": "jobs", "environment": 2, "type": "swarm", "file": WEB, "status": "active"},
        {"id": 11, "name": "pulled", "environment": "production", "type": "standalone", "file": WEB, "status": "active", "access": "public",
         "git": {"url": "https://git.example.test/shop", "reference": "refs/heads/main", "path": "compose.yaml", "commit": "72e6c8a8"},
         "autoUpdate": {"interval": "12h"}},
        {"id": 12, "name": "charts", "environment": "charts", "type": "kubernetes", "status": "active", "access": "public",
         "file": CHARTS},
    ],
}
LOST = [
    {"id": 20, "name": "lost", "environment": "production", "type": "standalone", "file": WEB, "fileLost": True, "status": "active"},
    {"id": 21, "name": "orphan", "environment": 77, "type": "standalone", "file": WEB, "status": "active"},
    {"id": 22, "name": "broken", "environment": "production", "type": "standalone", "file": "a: [", "status": "active", "runs": False},
    {"id": 23, "name": "block", "environment": "production", "type": "standalone", "status": "active",
     "file": WEB + "    environment:\n      TOKEN: " + IN_FILE + "\n        goes on\n"},
]


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Export(Case):
    maxDiff = None

    def serve(self, seed=SEED, *words, token=TOKEN):
        double = Double(seed, self.folder, *words)
        self.addCleanup(double.close)
        self.variables |= {"PORTAINER_URL": double.url, "PORTAINER_API_KEY": token}

    def assert_nothing_secret(self, folder):
        for path in (self.folder / folder).rglob("*"):
            if path.is_file():
                for secret in HIDDEN:
                    self.assertNotIn(secret, path.read_bytes().decode(), path)

    def test_each_versions_export_is_in_sync_at_once_and_holds_no_secret(self):
        for version in VERSIONS:
            with self.subTest(version=version):
                self.serve(SEED, "--version", version)
                folder = "export-" + version
                out = self.check_exit(self.run_mooring("export", folder), 0)
                self.assertIn("6 stacks written", out.out)
                for secret in HIDDEN:
                    self.assertNotIn(secret, out.out + out.err)
                self.assert_nothing_secret(folder)
                result = self.check_exit(self.run_mooring("check", folder), 0)
                self.assertIn("2 values not compared", self.run_mooring("check", folder, "--format", "json").out)
                self.assertEqual(result.err, "")

    def test_with_secrets_everything_is_compared_and_private(self):
        self.serve()
        self.check_exit(self.run_mooring("export", "e", "--with-secrets"), 0)
        self.check_exit(self.run_mooring("check", "e"), 0)
        self.assertNotIn("not compared", self.run_mooring("check", "e", "--format", "json").out)
        self.assertEqual((self.folder / "e").stat().st_mode & 0o777, 0o700)
        secret = self.folder / "e/production/shop/secrets/DB_PASSWORD"
        self.assertEqual((secret.read_text(), secret.stat().st_mode & 0o777), (IN_ENV + "\n", 0o600))
        compose = self.folder / "e/production/shop/compose.yaml"
        self.assertEqual((compose.read_bytes().decode(), compose.stat().st_mode & 0o777), (SHOP, 0o600))

    def test_bytes_stay_but_for_the_secrets(self):
        self.serve()
        self.run_mooring("export", "e")
        wanted = (SHOP.replace("# API_TOKEN: " + OLD, "# API_TOKEN: ***").replace("'" + IN_FILE + "'", '"${API_TOKEN}"')
                  .replace("https://user:" + IN_URL + "@db.example.test/x", '"https://user:${PASSWORD}@db.example.test/x"')
                  .replace("POSTGRES_PASSWORD=" + IN_FILE + "-2", '"POSTGRES_PASSWORD=${POSTGRES_PASSWORD}"'))
        self.assertEqual((self.folder / "e/production/shop/compose.yaml").read_bytes().decode(), wanted)

    def test_all_env_secret_leaves_no_value_of_a_variable(self):
        self.serve()
        self.check_exit(self.run_mooring("export", "e", "--all-env-secret"), 0)
        manifest = (self.folder / "e/production/shop.yaml").read_text()
        self.assertEqual(manifest.count("{opaque: true}"), len(ODD) + 2)
        self.check_exit(self.run_mooring("check", "e"), 0)

    def test_the_list_of_names_can_be_extended(self):
        self.serve()
        self.run_mooring("export", "e", "--secret-name", "num*", "--secret-name", "COLON")
        manifest = (self.folder / "e/production/shop.yaml").read_text()
        self.assertEqual(manifest.count("{opaque: true}"), 4)
        self.assertNotIn("1.10", manifest)

    def test_what_cannot_be_read_is_listed_with_its_reason(self):
        self.serve({**SEED, "stacks": SEED["stacks"] + LOST})
        result = self.check_exit(self.run_mooring("export", "e"), 3)
        index = (self.folder / "e/README.md").read_text()
        for name, reason in (("lost", "Unable to retrieve Compose file"), ("orphan", "orphaned"), ("broken", "does not parse"),
                             ("block", "cannot be replaced in place")):
            self.assertRegex(result.out, f"left out: {name} in .*{reason}")
            self.assertIn(f"- {name} in ", index)
            self.assertFalse(list((self.folder / "e").rglob(name + ".yaml")))
        self.assert_nothing_secret("e")
        self.check_exit(self.run_mooring("check", "e"), 0)

    def test_a_users_export_is_what_that_user_may_read(self):
        self.serve(SEED, token=TOKEN + "-alice")
        self.run_mooring("export", "e")
        names = sorted(path.name for path in (self.folder / "e").rglob("*.yaml") if path.parent.parent.name == "e")
        self.assertIn("shop.yaml", names)
        self.assertNotIn("resting.yaml", names)
        self.assertNotIn("DRIFTED", self.run_mooring("check", "e").out)

    def test_a_folder_is_never_overwritten_unless_an_export_made_it(self):
        self.serve()
        self.write("mine/note.yaml", "keep: me\n")
        for words in (("export", "mine"), ("export", "mine", "--force")):
            self.assertIn("no export made it", self.check_exit(self.run_mooring(*words), 1).err)
        self.write("e/README", "What this folder is for.\n")  # as in the package's folder
        self.check_exit(self.run_mooring("export", "e"), 0)
        self.assertTrue((self.folder / "e/README").exists())
        self.assertIn("--force", self.check_exit(self.run_mooring("export", "e"), 1).err)
        self.write("e/production/own.yaml", "keep: me\n")
        self.write("e/.mooring-export", (self.folder / "e/.mooring-export").read_text() + "../mine/note.yaml\n/etc/x\n")
        self.check_exit(self.run_mooring("export", "e", "--force", "--all-env-secret"), 0)
        self.assertTrue((self.folder / "e/production/own.yaml").exists())
        self.assertTrue((self.folder / "mine/note.yaml").exists())
        self.assertIn("{opaque: true}", (self.folder / "e/production/shop.yaml").read_text())

    def test_names_lead_nowhere_else_and_do_not_meet(self):
        self.serve()
        self.run_mooring("export", "e")
        paths = [str(path.relative_to(self.folder / "e")) for path in (self.folder / "e").rglob("*") if path.is_file()]
        self.assertEqual(len(paths), len({path.lower() for path in paths}))
        self.assertIn("-.-clus-ter/jobs.yaml", paths)
        self.assertEqual(sorted(os.listdir(self.folder)), sorted({"e", "seed.json"}))

    def test_one_server_of_two_is_read_alone_and_named(self):
        self.serve()
        url, token = self.variables.pop("PORTAINER_URL"), self.variables.pop("PORTAINER_API_KEY")
        self.write("token", token, 0o600)
        self.write("mooring.yaml", f"apiVersion: mooring/v1\nkind: Agent\nspec:\n  servers:\n"
                                   f"  - {{name: main, url: '{url}', credential: {{file: token}}}}\n"
                                   f"  - {{name: edge, url: 'http://127.0.0.1:9', credential: {{file: token}}}}\n")
        self.check_exit(self.run_mooring("export", "both"), 69)
        result = self.check_exit(self.run_mooring("export", "e", "--server", "main"), 0)
        self.assertNotIn("edge", result.out + result.err)
        self.assertIn('server: "main"', (self.folder / "e/main/production/shop.yaml").read_text())
        self.check_exit(self.run_mooring("check", "e"), 0)
        self.assertIn("nope", self.check_exit(self.run_mooring("export", "n", "--server", "nope"), 64).err)

    def test_refused_credentials_write_nothing(self):
        self.serve(SEED, token="ptr_wrong")
        self.check_exit(self.run_mooring("export", "e"), 77)
        self.assertFalse((self.folder / "e").exists())


if __name__ == "__main__":
    unittest.main()
