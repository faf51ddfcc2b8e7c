"""The templates of deploy/ci that let CI write: their rules, and the commands in them, run against the stand-in Portainer with the real binary."""
import unittest

import yaml
from ci_world import CI, ActionCase
from harness import DOUBLE, TOKEN


class Applying(ActionCase):
    """What both templates that write have in common: each job's commands, with a token that reads and one that writes."""

    def setUp(self):
        super().setUp()
        self.write("mooring/mooring.yaml", f"{{apiVersion: mooring/v1, kind: Agent, spec: {{ledger: ledger.db, servers: "
                   f"[{{name: main, url: '{self.double.url}', apply: true, limits: {{settle: 15s, maxShare: '100%'}}}}]}}}}\n")
        self.variables["MOORING_CONFIG"] = str(self.folder / "mooring/mooring.yaml")
        self.declare("shop")
        self.variables["PORTAINER_API_KEY"] = TOKEN
        self.check_exit(self.shell("mooring check manifests"), 0)  # the ledger has seen it in sync
        del self.variables["PORTAINER_API_KEY"]

    def tearDown(self):
        self.double.own_writes = sum(self.double.written().values())

    def plan_and_apply(self, plan, apply):
        """The two jobs of the protected branch, each a function that runs its commands: written once, then nothing to write."""
        self.declare("shop", image="nginx:1.28")
        self.check_exit(plan(), 0)
        self.assert_files("plan.json")
        self.assertEqual(self.double.written(), {})
        self.declare("shop", image="nginx:1.29")
        self.check_exit(apply(), 6)
        self.assertEqual(self.double.written(), {})
        self.declare("shop", image="nginx:1.28")
        self.check_exit(apply(), 0)
        self.assertEqual(self.double.written(), {"PUT /api/stacks/{}": 1})
        self.check_exit(plan(), 0)

    def plan_that_fails(self, plan):
        self.write("repository/manifests/shop.yaml", "apiVersion: mooring/v1\nkind: Stak\n")
        self.check_exit(plan(), 65)


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class GithubApply(Applying):
    def setUp(self):
        super().setUp()
        self.workflow = yaml.safe_load((CI / "github-apply.yml").read_text())
        self.jobs = self.workflow["jobs"]

    def run_job(self, name):
        for step in self.jobs[name]["steps"]:
            self.variables.pop("PORTAINER_API_KEY", None)
            if step.get("uses") == "./.github/actions/mooring":
                self.assertLessEqual(set(step["with"]), set(self.inputs))
                self.inputs |= {name: TOKEN if "secrets." in value else value for name, value in step["with"].items()}
                result = self.run_steps()
            if "run" not in step:
                continue
            if "PORTAINER_API_KEY" in step["env"]:
                self.variables["PORTAINER_API_KEY"] = TOKEN
            result = self.shell(step["run"])
            if result.code:
                break
        self.variables.pop("PORTAINER_API_KEY", None)
        return result

    def test_the_plan_of_a_pull_request_is_a_comment(self):
        self.declare("shop", image="nginx:1.28")
        self.check_exit(self.run_job("read"), 0)
        self.assertTrue((self.repository / "mooring.md").read_text().startswith("### Mooring plan: 1 step to do"))
        self.assertIn("--method POST repos/example/stacks/issues/12/comments --field body=@mooring.md", (self.folder / "gh.log").read_text())
        self.assertEqual((self.folder / "summary.md").read_text(), (self.repository / "mooring.md").read_text())
        self.declare("billing")
        self.assertIn("::warning title=Mooring::something is blocked", self.check_exit(self.run_job("read"), 0).out)
        self.plan_that_fails(lambda: self.run_job("read"))

    def test_what_was_planned_is_written_once_and_not_once_something_moved(self):
        self.plan_and_apply(lambda: self.run_job("plan"), lambda: self.run_job("apply"))
        self.assertEqual((self.folder / "output").read_text(), "code=2\ncode=0\n")
        self.plan_that_fails(lambda: self.run_job("plan"))

    def test_only_the_approved_job_gets_the_token_that_writes_and_it_is_never_cancelled(self):
        self.assertEqual([name for name, job in self.jobs.items() if "WRITE_KEY" in str(job)], ["apply"])
        apply = self.jobs["apply"]
        self.assertEqual((apply["environment"], apply["needs"]), ("portainer", "plan"))
        self.assertIs(apply["concurrency"]["cancel-in-progress"], False)
        self.assertNotIn("${{", apply["concurrency"]["group"], "one name, whatever the branch")
        self.assertEqual(self.jobs["plan"]["if"], "github.event_name == 'push'")
        self.assertEqual(self.workflow[True]["push"]["branches"], ["main"])
        self.assertIn("head.repo.full_name == github.repository", self.jobs["read"]["if"])
        self.assertNotIn("pull_request_target", self.workflow[True])

    def test_nothing_of_a_pull_request_is_pasted_into_a_script(self):
        for step in [step for job in self.jobs.values() for step in job["steps"]]:
            self.assertNotIn("${{", step.get("run", ""))


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class GitlabApply(Applying):
    def setUp(self):
        super().setUp()
        self.jobs = yaml.safe_load((CI / "gitlab-apply.yml").read_text())
        self.variables |= {"PORTAINER_READ_KEY": TOKEN}

    def run_job(self, name):
        self.variables.pop("PORTAINER_WRITE_KEY", None)
        if name == "mooring apply":
            self.variables["PORTAINER_WRITE_KEY"] = TOKEN
        return self.shell("\n".join(self.jobs[name]["script"]) + "\n", shell="sh")

    def test_the_plan_of_a_merge_request_is_an_artifact_and_what_is_blocked_a_warning(self):
        job = self.jobs["mooring plan for reading"]
        self.declare("shop", image="nginx:1.28")
        self.check_exit(self.run_job("mooring plan for reading"), 0)
        self.assert_files(*job["artifacts"]["paths"])
        self.declare("billing")
        self.assertIn(self.run_job("mooring plan for reading").code, job["allow_failure"]["exit_codes"])
        self.plan_that_fails(lambda: self.run_job("mooring plan for reading"))

    def test_what_was_planned_is_written_once_and_not_once_something_moved(self):
        self.plan_and_apply(lambda: self.run_job("mooring plan"), lambda: self.run_job("mooring apply"))
        self.assert_files(*self.jobs["mooring plan"]["artifacts"]["paths"])
        self.plan_that_fails(lambda: self.run_job("mooring plan"))

    def test_only_the_approved_job_gets_the_token_that_writes_and_it_is_never_cancelled(self):
        self.assertEqual([name for name, job in self.jobs.items() if "WRITE_KEY" in str(job)], ["mooring apply"])
        apply = self.jobs["mooring apply"]
        self.assertEqual((apply["environment"], apply["needs"], apply["interruptible"]), ("portainer", ["mooring plan"], False))
        self.assertEqual(apply["resource_group"], "mooring-main")
        self.assertEqual([rule["when"] for rule in apply["rules"]], ["manual"])
        for name in ("mooring plan", "mooring apply"):
            self.assertIn("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", self.jobs[name]["rules"][0]["if"])


if __name__ == "__main__":
    unittest.main()
