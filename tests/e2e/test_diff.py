"""`mooring diff`: two files, standard input, a stream of pairs."""
import json
import os
import unittest

from harness import ROOT, Case

WEB = "services:\n  web:\n    image: nginx:1.27\n"
OLD = "services:\n  web:\n    image: nginx:1.25\n"
SAME = "version: '3'\nservices: {web: {image: \"nginx:1.27\"}}\n"
BROKEN = "services: [\n"


class Diff(Case):
    def setUp(self):
        super().setUp()
        self.web, self.old = self.write("web.yaml", WEB), self.write("old.yaml", OLD)
        self.same, self.broken = self.write("same.yaml", SAME), self.write("broken.yaml", BROKEN)

    def test_equal_meaning_ends_in_0(self):
        self.check_exit(self.run_mooring("diff", self.web, self.same), 0)

    def test_a_difference_ends_in_2_and_names_path_values_and_line(self):
        result = self.check_exit(self.run_mooring("diff", "web.yaml", "old.yaml"), 2)
        self.assertRegex(result.out, r"services\.web\.image +nginx:1\.27  ->  nginx:1\.25 +web\.yaml:3")
        self.assertIn("desired -> actual", result.out)

    def test_json_has_the_same(self):
        result = self.check_exit(self.run_mooring("diff", "--format", "json", "web.yaml", "old.yaml"), 2).json()
        self.check_schema("diff", result)
        self.assertEqual(result, {"equal": False, "changes": [
            {"path": "services.web.image", "desired": "nginx:1.27", "actual": "nginx:1.25", "line": 3}]})

    def test_an_unreadable_file_ends_in_65_with_its_place(self):
        result = self.check_exit(self.run_mooring("diff", "web.yaml", "broken.yaml"), 65)
        self.assertRegex(result.err, r"broken\.yaml:\d+:\d+: ")
        self.assertEqual(result.out, "")

    def test_equal_but_unreadable_files_are_not_equal(self):
        self.check_exit(self.run_mooring("diff", "broken.yaml", "broken.yaml"), 65)

    def test_a_missing_file_ends_in_65_and_is_named(self):
        self.assertIn("nowhere.yaml", self.check_exit(self.run_mooring("diff", "web.yaml", "nowhere.yaml"), 65).err)

    def test_standard_input_stands_for_one_file(self):
        self.check_exit(self.run_mooring("diff", "-", "old.yaml", text=OLD), 0)
        self.check_exit(self.run_mooring("diff", "web.yaml", "-", text=OLD), 2)
        self.check_exit(self.run_mooring("diff", "-", "-", text=OLD), 64)

    def test_a_pipe_stands_for_a_file(self):
        reader, writer = os.pipe()
        os.write(writer, OLD.encode())
        os.close(writer)
        result = self.finish(self.start("diff", "web.yaml", f"/dev/fd/{reader}", pass_fds=[reader]))
        os.close(reader)
        self.check_exit(result, 2)

    def test_output_is_the_same_each_time(self):
        first = self.run_mooring("diff", "web.yaml", "old.yaml").out
        self.assertEqual(first, self.run_mooring("diff", "web.yaml", "old.yaml").out)


OBJECTS = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  template: {spec: {containers: [{name: web, image: 'local/web:1', env: [{name: A, value: hunter2}]}]}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
"""


class Manifests(Case):
    """Kubernetes manifests, object by object."""

    def setUp(self):
        super().setUp()
        self.write("objects.yaml", OBJECTS)

    def diff(self, actual, code, *flags):
        self.write("actual.yaml", actual)
        return self.check_exit(self.run_mooring("diff", *flags, "objects.yaml", "actual.yaml"), code)

    def test_are_found_out_by_apiVersion_and_compared_by_meaning(self):
        first, second = OBJECTS.split("---\n")
        self.diff(second + "---\n# another order\n" + first.replace("{name: web}", "{\"name\": web, labels: {}}", 1), 0)

    def test_a_difference_has_object_path_what_and_line(self):
        result = self.diff(OBJECTS.replace("replicas: 2", "replicas: 3").split("---")[0], 2, "--format", "json").json()
        self.check_schema("diff", result)
        self.assertEqual([(c["path"], c["object"], c["what"], c["line"]) for c in result["changes"]],
                         [("Deployment/web:spec.replicas", "Deployment/web", "changed", 5), ("Service/web", "Service/web", "missing", 8)])
        self.assertEqual((result["changes"][0]["desired"], result["changes"][0]["actual"]), ("2", "3"))

    def test_secrets_are_masked_unless_asked_for(self):
        other = OBJECTS.replace("hunter2", "hunter3")
        for form in ("text", "json"):
            result = self.diff(other, 2, "--format", form)
            self.assertIn("Deployment/web:spec.template.spec.containers[name=web].env[name=A].value", result.out.replace("\n", ""))
            self.assertNotIn("hunter", result.out + result.err)
            self.assertIn("hunter3", self.diff(other, 2, "--format", form, "--show-values").out)

    def test_the_kind_can_be_said(self):
        self.assertIn("unknown key `apiVersion`", self.diff(OBJECTS, 65, "--kind", "compose").err)
        self.check_exit(self.run_mooring("diff", "--kind", "pods", "objects.yaml", "objects.yaml"), 64)
        self.diff("", 2, "--kind", "kubernetes")

    def test_what_does_not_parse_has_its_place(self):
        self.assertRegex(self.diff("apiVersion: v1\nkind: Secret\ndata: {a: b, a: c}\n", 65).err, r"actual\.yaml:3:14: ")
        self.assertRegex(self.diff("apiVersion: v1\nkind: Secret\n", 65).err, r"actual\.yaml:1:1: .*metadata\.name")

    def test_a_batch_holds_both_kinds(self):
        lines = [{"id": 1, "desired": WEB, "actual": OLD}, {"id": 2, "desired": OBJECTS, "actual": OBJECTS.replace("replicas: 2", "replicas: 3")}]
        text = "".join(json.dumps(line) + "\n" for line in lines)
        result = self.check_exit(self.run_mooring("diff", "--batch", "-", text=text), 2)
        answers = [json.loads(line) for line in result.out.splitlines()]
        for answer in answers:
            self.check_schema("diff", answer)
        self.assertEqual([c["path"] for a in answers for c in a["changes"]], ["services.web.image", "Deployment/web:spec.replicas"])

    def test_explain_knows_the_rules_of_objects(self):
        for path, words in (("Deployment/web:spec.template.spec.containers[name=web].env", "a list by name"),
                            ("Service/web:spec.selector", "by key"), ("Secret/x:stringData.a", "as data"),
                            ("Deployment/web:spec.template.spec.containers[name=web].resources.limits.cpu", "a quantity by value"),
                            ("ConfigMap/x:metadata.labels[\"a.b/c\"]", "values as texts"), ("Boat/tug:spec.crew", "compared literally")):
            self.assertIn(words, " ".join(self.check_exit(self.run_mooring("explain", path), 0).out.split()))


SHOP = """services:
  web: {image: 'nginx:1.27', volumes: ['./html:/html', 'data:/data'], networks: [front]}
  db: {build: ./db}
networks: {front: }
volumes: {data: }
"""
# What `docker compose config` makes of it in /srv/shop.
CONFIG = """name: shop
services:
  db:
    build: {context: /srv/shop/db, dockerfile: Dockerfile}
    networks: {default: null}
  web:
    image: nginx:1.27
    networks: {front: null}
    volumes:
      - {type: bind, source: /srv/shop/html, target: /html, bind: {create_host_path: true}}
      - {type: volume, source: data, target: /data, volume: {}}
networks:
  default: {name: shop_default}
  front: {name: shop_front}
volumes:
  data: {name: shop_data}
"""


class ResolvedNames(Case):
    def test_the_example_of_the_help_ends_with_no_difference(self):
        self.write("compose.yaml", SHOP)
        help_text = self.check_exit(self.run_mooring("diff", "--help"), 0).out
        self.assertIn("| mooring diff --resolved-names compose.yaml -", help_text)
        result = self.check_exit(self.run_mooring("diff", "--resolved-names", "compose.yaml", "-", text=CONFIG), 0)
        self.assertEqual(result.out, "no difference in meaning\n")
        self.assertEqual(result.err, "")

    def test_without_it_one_remark_names_the_side(self):
        self.write("compose.yaml", SHOP)
        result = self.check_exit(self.run_mooring("diff", "compose.yaml", "-", text=CONFIG), 2)
        self.assertEqual(result.err, "standard input looks like the output of `docker compose config`: "
                                     "--resolved-names undoes the names and paths that it adds\n")

    def test_a_change_stays_a_change(self):
        self.write("compose.yaml", SHOP.replace("1.27", "1.25"))
        result = self.check_exit(self.run_mooring("diff", "--resolved-names", "compose.yaml", "-", text=CONFIG), 2)
        self.assertIn("1 change: desired -> actual", result.out)

    def test_a_batch_knows_it(self):
        line = json.dumps({"id": 1, "desired": SHOP, "actual": CONFIG}) + "\n"
        self.check_exit(self.run_mooring("diff", "--resolved-names", "--batch", "-", text=line), 0)


class Batch(Case):
    def batch(self, *pairs):
        lines = "".join((pair if isinstance(pair, str) else json.dumps(pair)) + "\n" for pair in pairs)
        result = self.run_mooring("diff", "--batch", "-", text=lines)
        return result, [self.check_schema("diff", json.loads(line)) for line in result.out.splitlines()]

    def test_each_line_is_answered_in_order(self):
        result, answers = self.batch({"id": "a", "desired": WEB, "actual": SAME}, {"id": 2, "desired": WEB, "actual": OLD})
        self.check_exit(result, 2)
        self.assertEqual(answers, [
            {"id": "a", "equal": True, "changes": []},
            {"id": 2, "equal": False,
             "changes": [{"path": "services.web.image", "desired": "nginx:1.27", "actual": "nginx:1.25"}]}])

    def test_all_equal_ends_in_0(self):
        self.check_exit(self.batch({"id": 1, "desired": WEB, "actual": SAME})[0], 0)
        self.check_exit(self.batch()[0], 0)

    def test_an_unreadable_pair_is_answered_and_the_rest_goes_on(self):
        result, answers = self.batch({"id": 1, "desired": BROKEN, "actual": WEB}, "no json", {"id": 3, "desired": WEB},
                                     '["id"]', "", {"id": 4, "desired": WEB, "actual": OLD})
        self.check_exit(result, 65)
        self.assertEqual([answer["id"] for answer in answers], [1, None, 3, None, 4])
        self.assertEqual([("error" in answer) for answer in answers], [True, True, True, True, False])

    def test_an_answer_comes_before_the_next_line_is_sent(self):
        process = self.start("diff", "--batch", "-")
        process.stdin.write(json.dumps({"id": 1, "desired": WEB, "actual": OLD}).encode() + b"\n")
        process.stdin.flush()
        self.assertEqual(json.loads(process.stdout.readline())["id"], 1)
        self.check_exit(self.finish(process), 2)

    def test_a_missing_file_of_pairs_ends_in_65(self):
        self.assertIn("none.jsonl", self.check_exit(self.run_mooring("diff", "--batch", "none.jsonl"), 65).err)

    def test_the_oracle_through_the_binary(self):
        cases = ROOT / "tests/compose/cases"
        if not cases.is_dir():
            self.skipTest("tests/compose/cases is not here")
        folders = sorted(path for path in cases.iterdir() if path.is_dir())
        pairs = [{"id": path.name, "desired": (path / "desired.yaml").read_bytes().decode("utf-8", "surrogateescape"),
                  "actual": (path / "actual.yaml").read_bytes().decode("utf-8", "surrogateescape")} for path in folders]
        _, answers = self.batch(*pairs)
        self.assertEqual(len(answers), len(folders))
        for path, answer in zip(folders, answers):
            expected = json.loads((path / "expect.json").read_text())
            self.assertEqual(answer["id"], path.name)
            self.assertEqual(answer.get("equal"), expected["equal"], answer)
            self.assertEqual([change["path"] for change in answer["changes"]], expected["changes"], path.name)


if __name__ == "__main__":
    unittest.main()
