"""What ties `mooring apply` to a server, its environments and a ledger that is kept: no later run undoes it, only a person does."""
import json
import time
import unittest

import harness
from harness import DOUBLE, WEB, manifest
from writing_world import WritingCase

OLD = WEB.replace("1.27", "1.25")
INSTANCE = "5dd72a1f-939b-494c-861f-23d068846b6a"
OTHER = "11111111-939b-494c-861f-23d068846b6a"
CREATED = 1760000000


def record(number, name, environment="production", file=WEB, **more):
    return harness.record(number, name, file, environment, **{"creationDate": CREATED + number, **more})


class Pinned(WritingCase):
    version = "2.43.0"

    def serve(self, *stacks, environments=("production",), instance=INSTANCE, wait="5m"):
        """Another server answers under the same name from now on."""
        super().serve({"instanceId": instance, "stacks": stacks,
                       "environments": [{"id": number, "name": name} for number, name in enumerate(environments, 1)]},
                      self.version, limits=f", redeployAfter: {wait}")

    def tearDown(self):
        self.commands_wrote()

    def declare(self, name, environment="production", file=WEB, more="", folder="m"):
        self.write(f"{folder}/{name}-{environment}.compose.yaml", file)
        self.write(f"{folder}/{name}-{environment}.yaml", manifest(name, environment, f"{name}-{environment}.compose.yaml", more))

    def check(self, folder="m"):
        self.assertIn(self.run_mooring("check", folder).code, {0, 2, 3, 4})

    def plan(self, *words):
        """What names each step: its readiness, and why."""
        steps = json.loads(self.run_mooring("plan", "m", "--format", "json", *words).out)["steps"]
        return {f"{step['name']}/{step['environment']}": step["obstacles"][0]["code"] if step["obstacles"] else step["readiness"] for step in steps}

    def rename(self, number, name):
        self.ask("PUT", f"{self.double.url}/api/endpoints/{number}", {"Name": name})


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Server(Pinned):
    def test_a_check_of_another_server_does_not_make_it_the_one_that_is_meant(self):
        self.serve(record(7, "shop"))
        self.declare("shop", more="  adopt: true\n")
        self.check()
        self.assertEqual(self.plan(), {})
        self.serve(record(3, "other"), instance=OTHER)
        for _ in range(2):
            self.assertEqual(self.plan(), {"shop/production": "other_instance"})
            self.check()
        self.assertIn("other_instance", self.check_exit(self.run_mooring("apply", "m", "--yes"), 3).out)
        self.assertEqual(self.writes(), {})
        self.check_exit(self.run_mooring("adopt", "m", "shop", "--yes"), 3)
        shown = self.check_exit(self.run_mooring("trust", "main"), 7).out
        self.assertRegex(shown, f"seen first +{INSTANCE}")
        self.assertIn("another database", shown)
        self.check_exit(self.run_mooring("trust", "main", "--yes"), 0)
        self.assertEqual(self.plan(), {"shop/production": "to_do"})

    def test_what_was_in_sync_on_another_server_is_not_owned_on_this_one(self):
        self.serve(record(7, "shop"))
        self.declare("shop")
        self.check()
        self.serve(record(7, "shop", file=OLD), instance=OTHER)
        self.check_exit(self.run_mooring("trust", "main", "--yes"), 0)
        self.check()
        self.assertEqual(self.plan(), {"shop/production": "not_adopted"})

    def test_a_restored_backup_is_not_forgotten_by_the_next_check(self):
        self.serve(record(7, "shop", creationDate=CREATED))
        self.declare("shop", more="  adopt: true\n")
        self.check()
        self.check_exit(self.run_mooring("trust", "main", "--yes"), 0)
        time.sleep(1.1)  # the run that finds it is later, in whole seconds
        self.serve(record(7, "shop", file=OLD, creationDate=CREATED - 99))
        for _ in range(3):
            self.assertEqual(self.plan(), {"shop/production": "other_instance"})
            self.check()
        self.assertIn("trusted already", self.check_exit(self.run_mooring("trust", "main"), 0).out)
        self.check_exit(self.run_mooring("trust", "main", "--anew", "--yes"), 0)
        self.assertEqual(self.plan(), {"shop/production": "to_do"})


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Environments(Pinned):
    def test_names_that_were_swapped_stay_blocked_until_a_person_says_so(self):
        self.serve(record(7, "shop"), record(8, "shop", "staging", OLD), environments=("production", "staging"))
        self.declare("shop")
        self.declare("shop", "staging", OLD)
        self.check()
        self.assertEqual(self.plan(), {})
        self.rename(1, "between")
        self.rename(2, "production")
        self.rename(1, "staging")
        for _ in range(3):
            self.assertEqual(self.plan(), {"shop/production": "environment_changed", "shop/staging": "environment_changed"})
            self.check()
        self.write("m/shop-production.yaml", manifest("shop", "{id: 2, name: production}", "shop-production.compose.yaml"))
        self.assertEqual(self.plan(), {"shop/production": "to_do", "shop/staging": "environment_changed"})
        self.check_exit(self.run_mooring("trust", "main", "--anew", "--yes"), 0)
        self.assertEqual(self.plan(), {"shop/production": "to_do", "shop/staging": "to_do"})

    def test_one_that_was_made_anew_under_its_name_is_another(self):
        self.serve(record(7, "shop"), record(8, "x", "spare"), environments=("production", "spare"))
        self.declare("shop", folder="before")
        self.check("before")
        self.declare("blog")
        self.control("/remove", {"environment": 1})
        self.control("/environments", {"id": 9, "name": "production"})
        for _ in range(3):
            (step,) = json.loads(self.run_mooring("plan", "m", "--format", "json").out)["steps"]
            self.assertIn("environment_changed", {one["code"] for one in step["obstacles"]})
            self.check()


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class NewLedger(Pinned):
    version = "2.23.0"

    def test_a_create_waits_for_a_ledger_that_is_kept_and_the_plan_says_so(self):
        self.serve()
        self.declare("shop")
        self.change_configuration("      apply", f"      instance: {INSTANCE}\n      apply")
        self.assertEqual(self.plan(), {"shop/production": "ledger_new"})
        self.check()
        self.assertEqual(self.plan(), {"shop/production": "ledger_new"})
        self.assertIn("mooring trust main", self.check_exit(self.run_mooring("apply", "m", "--yes"), 3).out)
        self.assertEqual(self.writes(), {})
        self.check_exit(self.run_mooring("trust", "main", "--yes"), 0)
        self.check_exit(self.run_mooring("apply", "m", "--yes"), 0)
        self.assertEqual(sum(self.writes().values()), 1)


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class NewServer(Pinned):
    def test_an_empty_server_that_shows_what_is_created_gets_its_first_stack(self):
        self.serve()
        self.declare("shop")
        self.change_configuration("      apply", f"      instance: {INSTANCE}\n      apply")
        self.assertEqual(self.plan(), {"shop/production": "to_do"})
        self.check_exit(self.run_mooring("apply", "m", "--yes"), 0)
        self.assertEqual(self.plan(), {})


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class AtWork(Pinned):
    version = "2.23.0"

    def test_what_was_seen_in_one_environment_says_nothing_of_another(self):
        kept = WEB + "    restart: always\n"
        self.serve(record(7, "shop", "a", kept), record(8, "shop", "b", kept), environments=("a", "b"), wait="12s")
        for environment in "ab":
            self.declare("shop", environment, kept, "  adopt: true\n")
        self.check()
        self.control("/hand/remove", {"environment": 2, "project": "shop"})
        self.check()
        time.sleep(13)  # what is planned below is planned within these seconds, on a busy machine as well
        self.control("/hand/remove", {"environment": 1, "project": "shop"})
        self.check()
        self.assertEqual(self.plan(), {"shop/a": "seen_once", "shop/b": "to_do"})
        self.declare("shop", "a", kept.replace("1.27", "1.28"), "  adopt: true\n")
        self.assertEqual(self.plan()["shop/a"], "seen_once", "whatever else is declared anew")


if __name__ == "__main__":
    unittest.main()
