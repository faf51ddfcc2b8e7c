"""`mooring check` in every form, of one run each, against the stand-in Portainer: they say the same, and hold no secret."""
import sys
import unittest

from harness import DOUBLE, ROOT, SECRETS, TOKEN, Case, Double
from test_check import SEED, STACK, WEB

sys.path.insert(0, str(ROOT / "tests" / "formats"))
import agree  # noqa: E402
import read_json  # noqa: E402

FILES = {"text": "text.txt", "json": "json.json", "junit": "junit.xml", "sarif": "sarif.sarif", "markdown": "markdown.md",
         "github": "github.log", "gitlab": "gitlab.codequality.json", "csv": "csv.csv"}


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Formats(Case):
    """A user's run with drift, a denial and something that is not visible."""

    def setUp(self):
        super().setUp()
        self.double = Double(SEED, self.folder)
        self.addCleanup(self.double.close)
        for name in ("shop", "blog", "billing", "gone"):
            self.write(f"m/{name}.yaml", STACK.format(name=name, team="web") + "  env: {DB_PASSWORD: e2e-secret-desired}\n" * (name == "shop"))
        self.write("m/web/compose.yaml", WEB)
        self.write("token", TOKEN + "-alice\n", 0o600)
        self.variables |= {"PORTAINER_URL": self.double.url, "PORTAINER_API_KEY_FILE": "token"}

    def check(self, *words):
        return self.run_mooring("check", "m", *words)

    def files(self, *words):
        outputs = [word for form, file in FILES.items() for word in ("--output", f"{form}=out/{file}")]
        (self.folder / "out").mkdir(exist_ok=True)
        result = self.check(*outputs, *words)
        return result, {file: (self.folder / "out" / file).read_bytes() for file in FILES.values()}

    def test_all_forms_of_one_run_agree(self):
        result, files = self.files()
        self.check_exit(result, 4)
        truth = read_json.read(agree.check_bytes("json.json", files["json.json"], SECRETS))
        self.assertEqual(truth.exit_code, 4)
        self.assertEqual(truth.counts, {"in_sync": 1, "drifted": 1, "denied": 1, "not_visible": 1})
        for name, reader in agree.READERS.items():
            reader.check(agree.check_bytes(name, files[name], SECRETS), truth)

    def test_a_run_that_fails_is_no_form_of_success(self):
        self.write("token", "ptr_wrong\n", 0o600)
        result, files = self.files()
        self.check_exit(result, 77)
        truth = read_json.read(files["json.json"].decode())
        for name, reader in agree.READERS.items():
            reader.check(files[name].decode(), truth)
        self.assertIn(b"<error type=\"exit 77\"", files["junit.xml"])
        self.assertIn(b'"executionSuccessful": false', files["sarif.sarif"])

    def test_annotations_stand_at_the_line_that_differs(self):
        result = self.check_exit(self.check("--format", "github"), 4)
        self.assertIn("::error file=m/web/compose.yaml,line=3,title=shop/production drifted::content services.web.image: "
                      "nginx:1.27 -> nginx:1.25 (desired -> actual)\n", result.out)
        self.assertIn("::error file=m/shop.yaml,line=7,title=shop/production drifted::record env.DB_PASSWORD: differs (secret)\n",
                      result.out)
        self.assertRegex(result.out, r"::warning file=m/billing\.yaml,line=1,\S*title=billing/production denied::")

    def test_github_gets_a_step_summary_beside_its_annotations(self):
        summary = self.write("summary.md", "# Before\n")
        self.variables["GITHUB_STEP_SUMMARY"] = str(summary)
        self.check("--format", "text")
        self.assertEqual(summary.read_text(), "# Before\n")
        self.check("--format", "github")
        text = summary.read_text()
        self.assertTrue(text.startswith("# Before\n### Mooring: drift, and not everything could be seen\n"), text)
        for secret in SECRETS:
            self.assertNotIn(secret, text)


if __name__ == "__main__":
    unittest.main()
