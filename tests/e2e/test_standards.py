"""What other programs read, by their own validators: OpenAPI (PyPI: openapi-spec-validator), SARIF (npm: the schema in @microsoft/jest-sarif),
JUnit (PyPI: junitparser). Without a registry that hands them out these tests are skipped, and say so."""
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import unittest

from harness import DOUBLE, ROOT, STACK, TOKEN, WEB, Case, Double
from test_check import SEED

PATIENCE = 180  # seconds for a registry


def fetched(command, folder):
    """Runs a registry's client; raises SkipTest where it cannot be had."""
    try:
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise unittest.SkipTest(f"{command[0]}: {problem}") from None
    if done.returncode:
        raise unittest.SkipTest(f"{' '.join(command)}: {done.stderr.decode()[-300:]}")
    return done.stdout.decode()


def from_pypi(folder, *packages):
    target = pathlib.Path(folder) / "python"
    fetched([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", str(target), *packages], folder)
    return target


class Standards(Case):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.tools = pathlib.Path(temporary.name)

    def python(self, target, script, *words):
        return subprocess.run([sys.executable, "-c", script, *map(str, words)], env={**self.variables, "PYTHONPATH": str(target)},
                              capture_output=True, text=True, timeout=PATIENCE)

    def test_openapi_is_valid(self):
        target = from_pypi(self.tools, "openapi-spec-validator")
        script = ("import sys, yaml\nfrom openapi_spec_validator import validate\nvalidate(yaml.safe_load(open(sys.argv[1])))\n")
        done = self.python(target, script, ROOT / "schema/openapi.yaml")
        self.assertEqual(done.returncode, 0, done.stderr)
        broken = self.write("broken.yaml", (ROOT / "schema/openapi.yaml").read_text().replace('"Only this server; left out, all of them."',
                                                                                          "Only this server; left out, all of them."))
        self.assertNotEqual(self.python(target, script, broken).returncode, 0, "the validator finds nothing")

    def reports(self, form):
        """The report of a check of every kind of finding, and what `validate` writes of wrong manifests."""
        if not DOUBLE:
            self.skipTest("portainer-double is not built")
        double = Double(SEED, self.folder)
        self.addCleanup(double.close)
        for name in ("shop", "billing", "gone"):
            self.write(f"m/{name}.yaml", STACK.replace("name: shop", f"name: {name}"))
        self.write("m/scope.yaml", "apiVersion: mooring/v1\nkind: Scope\nmetadata: {name: all}\nspec: {}\n")
        self.write("m/shop/compose.yaml", WEB)
        self.write("bad/shop.yaml", STACK.replace("environment:", "enviroment:"))
        self.write("token", TOKEN + "-alice\n", 0o600)
        self.variables |= {"PORTAINER_URL": double.url, "PORTAINER_API_KEY_FILE": "token"}
        checked = self.check_exit(self.run_mooring("check", "m", "--format", form), 4)
        self.assertIn("blog", checked.out)  # extra
        return [checked.out, self.check_exit(self.run_mooring("validate", "bad", "--format", form), 65).out]

    def test_sarif_obeys_the_schema_and_every_result_has_a_physical_location(self):
        packed = fetched(["npm", "pack", "--silent", "@microsoft/jest-sarif"], self.tools).split()[-1]
        with tarfile.open(self.tools / packed) as archive:
            schema = json.load(archive.extractfile("package/lib/schemas/sarif-2.1.0-rtm.5.json"))
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        for text in self.reports("sarif"):
            log = json.loads(text)
            jsonschema.Draft7Validator(schema).validate(log)
            results = log["runs"][0]["results"]
            self.assertTrue(results)
            for result in results:
                self.assertTrue(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], result)

    def test_junit_is_read_with_the_counts_it_says(self):
        target = from_pypi(self.tools, "junitparser")
        script = ("import sys, junitparser\n"
                  "suites = junitparser.JUnitXml.fromfile(sys.argv[1])\n"
                  "cases = [case for suite in suites for case in suite]\n"
                  "said = (suites.tests, suites.failures, suites.errors)\n"
                  "counts = (len(cases), sum(any(isinstance(r, junitparser.Failure) for r in c.result) for c in cases),\n"
                  "          sum(any(isinstance(r, junitparser.Error) for r in c.result) for c in cases))\n"
                  "assert said == counts and counts[1] > 0, (said, counts)\n")
        for i, text in enumerate(self.reports("junit")):
            done = self.python(target, script, self.write(f"{i}.xml", text))
            self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
