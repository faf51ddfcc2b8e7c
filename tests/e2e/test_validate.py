"""`mooring validate` and `mooring config`: every problem at once, and no secret among them."""
import os
import unittest

from harness import STACK, TOKEN, WEB, Case


class Validate(Case):
    def test_good_manifests_end_in_0(self):
        self.write("m/shop.yaml", STACK)
        self.write("m/shop/compose.yaml", WEB)
        result = self.check_exit(self.run_mooring("validate", "m"), 0)
        self.assertIn("1 stack, 0 scopes, 0 waivers: 0 errors, 0 warnings", result.out)

    def test_every_problem_has_its_place_and_a_suggestion(self):
        self.write("m/a.yaml", STACK.replace("environment:", "enviroment:"))
        self.write("m/b.yaml", STACK.replace("shop}", "two}").replace("shop/", "nowhere/"))
        self.write("m/shop/compose.yaml", WEB)
        result = self.check_exit(self.run_mooring("validate", "m"), 65)
        self.assertRegex(result.out, r"a\.yaml:5:3: .*enviroment.*did you mean `environment`\?")
        self.assertRegex(result.out, r"b\.yaml:6:\d+: ")
        self.assertIn("not valid", result.out)
        self.assertIn("compose files of manifests with errors were not checked: more may show", result.out)

    def test_a_compose_file_is_read_too(self):
        self.write("m/shop.yaml", STACK)
        self.write("m/shop/compose.yaml", "services:\n  web:\n    image: [\n")
        result = self.check_exit(self.run_mooring("validate", "m"), 65)
        self.assertRegex(result.out, r"shop/compose\.yaml:\d+:\d+: ")

    def test_json_has_the_same(self):
        self.write("m/a.yaml", STACK.replace("environment:", "enviroment:"))
        self.write("m/shop/compose.yaml", WEB)
        whole = self.check_exit(self.run_mooring("validate", "--format", "json", "m"), 65).json()
        self.check_schema("validation", whole)
        self.assertFalse(whole["valid"])
        self.assertGreaterEqual(whole["counts"]["errors"], 1)
        place = next(one["source"] for one in whole["diagnostics"] if "enviroment" in one["message"])
        self.assertEqual((place["line"], place["column"]), (5, 3))

    def test_several_paths_are_one_answer(self):
        self.write("m/a.yaml", STACK)
        self.write("m/shop/compose.yaml", WEB)
        self.write("n/b.yaml", STACK.replace("environment:", "enviroment:"))
        self.assertIn("1 stack,", self.check_exit(self.run_mooring("validate", "m/a.yaml", "m"), 0).out.replace("2 stacks", "1 stack"))
        result = self.check_exit(self.run_mooring("validate", "m", "n/b.yaml"), 65)
        self.assertRegex(result.out, r"n/b\.yaml:5:3: ")
        self.assertIn("1 stack, 0 scopes, 0 waivers: 2 errors", result.out)

    def test_every_form_names_file_and_line(self):
        self.write("m/a.yaml", STACK.replace("environment:", "enviroment:"))
        self.write("m/shop/compose.yaml", WEB)
        expected = {"github": "::error file=m/a.yaml,line=5,col=3,title=Mooring::", "junit": 'name="m/a.yaml:5:3"',
                    "sarif": '"uri": "m/a.yaml"', "gitlab": '"path": "m/a.yaml"'}
        for form, words in expected.items():
            result = self.check_exit(self.run_mooring("validate", "m", "--format", form), 65)
            self.assertIn(words, result.out)
            self.assertIn("did you mean", result.out)

    def test_the_loader_of_compose_files_would_refuse_undefined_names(self):
        self.write("m/a.yaml", STACK)
        self.write("m/shop/compose.yaml", WEB + "    depends_on: [nosuch]\n    env_file: [web.env]\n")
        result = self.check_exit(self.run_mooring("validate", "m"), 65)
        self.assertRegex(result.out, r"error +m/shop/compose\.yaml:4:18: service `web` depends on the service `nosuch`, which the file does not declare")
        self.assertRegex(result.out, r"warning +m/shop/compose\.yaml:5:16: env_file of service `web`: web\.env is not beside the compose file")
        self.write("m/shop/web.env", "A=1\n")
        self.write("m/shop/compose.yaml", WEB + "    env_file: [web.env]\n")
        self.assertIn("0 errors, 0 warnings", self.check_exit(self.run_mooring("validate", "m"), 0).out)

    def test_the_configuration_is_found_in_the_folder_that_is_given_and_above(self):
        self.write("project/mooring.yaml", "apiVersion: mooring/v1\nkind: Agent\nspec:\n  manifests: declared\n")
        self.write("project/declared/shop.yaml", STACK)
        self.write("project/declared/shop/compose.yaml", WEB)
        self.assertIn("1 stack,", self.check_exit(self.run_mooring("validate", "project"), 0).out)
        self.assertIn("declared", self.check_exit(self.run_mooring("config", "--config", "project/mooring.yaml"), 0).out)
        below = self.folder / "project/declared/shop"
        process = self.start("validate")
        self.finish(process)
        import subprocess
        from harness import MOORING
        done = subprocess.run([MOORING, "validate"], cwd=below, env=self.variables, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("1 stack,", done.stdout)

    def test_an_empty_folder_is_no_empty_desired_state(self):
        (self.folder / "m").mkdir()
        result = self.check_exit(self.run_mooring("validate", "m"), 65)
        self.assertIn("m", result.out)

    def test_a_folder_that_is_not_there_is_named(self):
        self.assertIn("nowhere", self.check_exit(self.run_mooring("validate", "nowhere"), 65).out)

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_a_folder_without_permission_says_so(self):
        self.write("m/shop.yaml", STACK)
        (self.folder / "m").chmod(0)
        self.addCleanup((self.folder / "m").chmod, 0o700)
        self.assertIn("ermission", self.check_exit(self.run_mooring("validate", "m"), 65).out)

    def test_an_unknown_format_is_a_usage_or_configuration_error(self):
        result = self.run_mooring("validate", "--format", "jsn", "m")
        self.assertIn(result.code, (64, 65))
        self.assertIn("json", result.err + result.out)

    def test_kubernetes_manifests_are_read_too(self):
        stack = STACK.replace("spec:", "spec:\n  type: kubernetes\n  namespace: shop", 1)
        web = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n"
        self.write("m/shop.yaml", stack)
        for text, code, pattern in (
                (web, 0, "0 errors, 0 warnings"),
                (web + "data: {a: b, a: c}\n", 65, r"shop/compose\.yaml:4:14: .*given twice"),
                ("- a\n", 65, r"shop/compose\.yaml:1:1: .*must be an object"),
                (web.replace("web}", "web, namespace: other}"), 65, r"shop/compose\.yaml:1:1: .*ConfigMap/web .*`other`.*`shop`.*refuses it"),
                (web + "---\n" + web, 0, r"shop/compose\.yaml:5:1: .*declared twice, first in line 1"),
                ("apiVersion: v1\nkind: List\nitems: []\n", 0, r"shop/compose\.yaml:1:1: .*2\.39 and newer refuse `kind: List`")):
            self.write("m/shop/compose.yaml", text)
            result = self.check_exit(self.run_mooring("validate", "m"), code)
            self.assertRegex(result.out.replace("\n", " "), pattern)

    def test_a_kubernetes_stack_cannot_be_stopped(self):
        self.write("m/shop/compose.yaml", "")
        self.write("m/shop.yaml", STACK.replace("spec:", "spec:\n  type: kubernetes\n  namespace: shop\n  state: stopped", 1))
        self.assertIn("cannot stop kubernetes stacks", self.check_exit(self.run_mooring("validate", "m"), 65).out)


class Config(Case):
    def test_says_where_each_value_comes_from_and_never_the_token(self):
        self.variables |= {"PORTAINER_URL": "https://portainer.example.test", "PORTAINER_API_KEY": TOKEN}
        result = self.check_exit(self.run_mooring("config"), 0)
        self.assertIn("https://portainer.example.test", result.out)
        self.assertIn("PORTAINER_URL", result.out)

    def test_a_wrong_file_ends_in_65_with_its_place(self):
        self.write("mooring.yaml", "apiVersion: mooring/v1\nkind: Agent\nspec:\n  sevrers: []\n")
        result = self.check_exit(self.run_mooring("config"), 65)
        self.assertRegex(result.err, r"mooring\.yaml:4:3: .*did you mean `servers`\?")

    def test_its_output_can_be_used_again(self):
        self.variables["PORTAINER_URL"] = "https://portainer.example.test"
        first = self.check_exit(self.run_mooring("config"), 0).out
        del self.variables["PORTAINER_URL"]
        self.write("again.yaml", first)
        self.assertIn("https://portainer.example.test", self.check_exit(self.run_mooring("config", "--config", "again.yaml"), 0).out)


if __name__ == "__main__":
    unittest.main()
