"""The CI templates of deploy/ci, as far as a machine without those services can try them: their syntax, and the commands in them, run against the
stand-in Portainer with the real binary."""
import json
import re
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ElementTree

import yaml
from ci_world import CI, ActionCase, CiCase
from harness import DOUBLE, TOKEN


def groovy_strings(text):
    """The shell scripts of a Jenkinsfile, as Groovy reads them: in a string, a backslash at the end of a line joins lines."""
    scripts = re.findall(r"script: '''(.*?)'''", text, re.S) + re.findall(r"^\s*sh '([^'\n]+)'$", text, re.M)
    return [script.replace("\\\n", "") for script in scripts]


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class GithubActions(ActionCase):
    def setUp(self):
        super().setUp()
        self.text = (CI / "github-actions.yml").read_text()
        self.workflow = yaml.safe_load(self.text)
        self.inputs |= {"url": self.double.url, "api-key": TOKEN}

    def test_drift_fails_the_job_and_everything_is_shown(self):
        self.declare("shop", "billing", image="nginx:1.28")
        result = self.check_exit(self.run_steps(), 4)
        self.assertIn("::error file=manifests/shop/compose.yaml,line=3,", result.out)
        self.assertIn("::warning file=manifests/billing.yaml,line=1,", result.out)
        self.assert_files("mooring.md", "mooring.sarif", "mooring.json")
        self.assertTrue((self.folder / "summary.md").read_text().startswith("### Mooring: "))
        self.assertIn("--method POST repos/example/stacks/issues/12/comments --field body=@mooring.md", (self.folder / "gh.log").read_text())

    def test_the_comment_of_an_earlier_run_is_replaced(self):
        self.write("bin/gh", '#!/bin/sh\nprintf "%s\\n" "$*" >> "$HOME/gh.log"\ncase "$*" in *--paginate*) echo 77; echo 78 ;; esac\n', 0o755)
        self.declare("shop")
        self.check_exit(self.run_steps(), 0)
        self.assertIn("--method PATCH repos/example/stacks/issues/comments/78 --field body=@mooring.md", (self.folder / "gh.log").read_text())

    def test_wrong_manifests_are_shown_at_their_lines_in_every_place(self):
        self.write("repository/manifests/shop.yaml", "apiVersion: mooring/v1\nkind: Stack\nmetadata: {name: shop}\nspec: {enviroment: x}\n")
        self.inputs["url"] = "http://127.0.0.1:9"
        result = self.check_exit(self.run_steps(), 65)
        self.assertRegex(result.out, r"::error file=\./?manifests/shop\.yaml,line=4,|::error file=manifests/shop\.yaml,line=4,")
        self.assertIn("shop.yaml", (self.repository / "mooring.md").read_text())
        self.assertIn('"ruleId": "manifest"', (self.repository / "mooring.sarif").read_text())
        self.assertIn("exit-code=65", (self.folder / "output").read_text())

    def test_without_a_token_the_manifests_are_validated_and_nothing_is_asked(self):
        self.declare("shop", image="nginx:1.28")
        self.inputs |= {"api-key": "", "url": "http://127.0.0.1:9"}
        self.check_exit(self.run_steps(), 0)
        self.write("repository/manifests/shop.yaml", "apiVersion: mooring/v1\nkind: Stak\n")
        self.assertIn("::error file=manifests/shop.yaml,line=2,", self.check_exit(self.run_steps(), 65).out)

    def test_it_installs_from_a_tarball_whose_hash_is_right(self):
        self.write("pack/mooring-1/mooring.real", "#!/bin/sh\n", 0o755)
        script = "#!/bin/sh\nset -e\nmkdir -p \"$2/bin\"\ncp \"$(dirname \"$0\")/mooring.real\" \"$2/bin/mooring\"\n"
        self.write("pack/mooring-1/install.sh", script, 0o755)
        subprocess.run(["tar", "-C", self.folder / "pack", "-czf", self.folder / "m.tar.gz", "mooring-1"], check=True)
        install = next(step for step in self.steps if "tarball" in step.get("if", ""))
        self.inputs["tarball"] = str(self.folder / "m.tar.gz")
        self.variables |= self.env_of(install)
        self.check_exit(self.shell(install["run"]), 0)
        self.assertTrue((self.folder / "runner/mooring/bin/mooring").exists())
        self.assertIn("runner/mooring/bin", (self.folder / "path").read_text())
        self.variables["SHA256"] = "0" * 64
        self.assertNotEqual(self.shell(install["run"]).code, 0)
        self.variables |= {"SHA256": "", "TARBALL": "https://127.0.0.1:9/m.tar.gz"}
        self.check_exit(self.shell(install["run"]), 64)

    def test_the_workflow_uses_the_action_with_inputs_that_it_has(self):
        step = next(step for step in self.workflow["jobs"]["check"]["steps"] if "mooring" in step["uses"])
        self.assertEqual(step["uses"], "./.github/actions/mooring")
        self.assertLessEqual(set(step["with"]), set(self.action["inputs"]))
        self.assertEqual(self.action["runs"]["using"], "composite")
        self.assertTrue(all("shell" in one for one in self.steps if "run" in one))

    def test_its_files_are_those_that_later_steps_take(self):
        check = next(step["run"] for step in self.steps if "mooring check" in step.get("run", ""))
        written = set(re.findall(r"--output \w+=(\S+)", check))
        asked = set(re.findall(r"hashFiles\('([^']+)'\)", self.action_text))
        kept = set(next(step["with"]["path"] for step in self.steps if step.get("with", {}).get("path")).split())
        self.assertEqual(asked | kept, written)
        self.assertIn("-o mooring.md", next(step["run"] for step in self.steps if step.get("id") == "plan"))
        sarif = next(step for step in self.steps if "sarif" in step.get("uses", ""))
        self.assertIn(sarif["with"]["sarif_file"], written)

    def test_nothing_of_a_pull_request_is_pasted_into_a_script(self):
        for step in self.steps:
            self.assertNotIn("${{", step.get("run", ""), step["run"] if "run" in step else "")

    def test_only_the_check_gets_the_token_and_forks_get_no_run(self):
        holders = [step["name"] for step in self.workflow["jobs"]["check"]["steps"] if "secrets." in str(step)]
        self.assertEqual(holders, ["Check for drift"])
        self.assertEqual([step["name"] for step in self.steps if "api-key" in str(step)], ["Check for drift", "Plan"])
        self.assertNotIn("secrets.", self.action_text)
        self.assertNotIn("secrets.", str({k: v for k, v in self.workflow["jobs"]["check"].items() if k != "steps"}))
        self.assertIn("head.repo.full_name == github.repository", self.workflow["jobs"]["check"]["if"])
        self.assertIn("pull_request", self.workflow[True])  # YAML 1.1 reads the key `on` as true
        self.assertNotIn("pull_request_target", self.text)


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class GitlabCi(CiCase):
    def setUp(self):
        super().setUp()
        self.job = yaml.safe_load((CI / "gitlab-ci.yml").read_text())["mooring"]
        self.use_server()

    def run_job(self):
        return self.shell("\n".join(self.job["script"]) + "\n", shell="sh")

    def test_in_sync_passes_and_leaves_its_artifacts(self):
        self.declare("shop")
        self.check_exit(self.run_job(), 0)
        self.assert_files(*self.job["artifacts"]["paths"], *self.job["artifacts"]["reports"].values())
        self.assertEqual(self.job["artifacts"]["when"], "always")

    def test_what_could_not_be_seen_is_a_warning_and_drift_is_none(self):
        self.declare("shop", "billing")
        self.assertIn(self.run_job().code, self.job["allow_failure"]["exit_codes"])
        self.declare("shop", image="nginx:1.28")
        self.assertNotIn(self.run_job().code, self.job["allow_failure"]["exit_codes"])
        self.assert_files(self.job["artifacts"]["reports"]["junit"])

    def test_wrong_manifests_end_the_job_before_the_server_is_asked(self):
        self.write("repository/manifests/shop.yaml", "apiVersion: mooring/v1\nkind: Stak\n")
        self.variables["PORTAINER_URL"] = "http://127.0.0.1:9"
        self.check_exit(self.run_job(), 65)
        findings = json.loads((self.repository / self.job["artifacts"]["reports"]["codequality"]).read_text())
        self.assertRegex(findings[0]["location"]["path"], r"^(\./)?manifests/shop\.yaml$")


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Jenkins(CiCase):
    def setUp(self):
        super().setUp()
        self.text = (CI / "Jenkinsfile").read_text()
        self.write("token", TOKEN + "\n", 0o600)
        self.variables |= {"PORTAINER_URL": self.double.url, "PORTAINER_API_KEY_FILE": str(self.folder / "token")}

    def test_braces_and_quotes_are_closed(self):
        code = re.sub(r"'''.*?'''|'[^'\n]*'|\"[^\"\n]*\"|//[^\n]*", "", self.text, flags=re.S)
        self.assertNotRegex(code, r"['\"]")
        for opening, closing in ("{}", "()", "[]"):
            self.assertEqual(code.count(opening), code.count(closing), opening)
        self.assertTrue(code.strip().startswith("pipeline {"))
        for section in ("agent", "triggers", "options", "environment", "stages", "post"):
            self.assertRegex(code, rf"\n    {section} {{")

    def test_its_commands_leave_test_results(self):
        self.declare("shop", "billing")
        validate = [s for s in groovy_strings(self.text) if "validate" in s]
        check = [s for s in groovy_strings(self.text) if "check" in s]
        self.assertEqual((len(validate), len(check)), (1, 1))
        self.check_exit(self.shell(validate[0], shell="sh"), 0)
        self.check_exit(self.shell(check[0], shell="sh"), 3)
        self.assert_files("mooring.xml", "mooring.md", "mooring.json")
        self.assertEqual(re.search(r"junit testResults: '([^']+)'", self.text).group(1), "mooring*.xml")
        self.assert_files("mooring-validate.xml")
        root = ElementTree.parse(self.repository / "mooring.xml").getroot()
        self.assertEqual((root.get("failures"), root.get("errors")), ("0", "1"))


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class PlainShell(CiCase):
    def setUp(self):
        super().setUp()
        self.use_server()
        self.script = str(CI / "check.sh")

    def run_script(self, *words):
        process = subprocess.Popen([self.script, *words], cwd=self.repository, env=self.variables, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return self.finish(process, None)

    def test_ends_as_mooring_does_and_leaves_its_reports(self):
        for image, code in (("nginx:1.27", 0), ("nginx:1.28", 2)):
            self.declare("shop", image=image)
            self.check_exit(self.run_script(), code)
            self.assert_files(*(f"mooring-report/mooring.{suffix}" for suffix in ("json", "xml", "md", "csv", "sarif")))

    def test_takes_other_folders(self):
        self.declare("shop")
        (self.repository / "manifests").rename(self.repository / "stacks")
        self.check_exit(self.run_script("stacks", "out put"), 0)
        self.assert_files("out put/mooring.json")

    def test_wrong_manifests_end_in_65(self):
        self.write("repository/manifests/shop.yaml", "kind: Stack\napiVersion: mooring/v2\n")
        self.check_exit(self.run_script(), 65)


if __name__ == "__main__":
    sys.exit(unittest.main())
