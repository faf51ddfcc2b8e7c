"""`mooring apply` of a Kubernetes stack: made from the example, corrected after a change by hand, and never sent what would hang a server."""
import re
import shutil
import unittest

from harness import DOUBLE, ROOT
from writing_world import WritingCase

EXAMPLE = ROOT / "manifests/examples/kubernetes"
SHOP = (EXAMPLE / "shop.yaml").read_text()
SCOPE = """\
apiVersion: mooring/v1
kind: Scope
spec: {environments: [cluster], prune: true}
"""
CACHE = """\
apiVersion: mooring/v1
kind: Stack
metadata: {name: Cache}
spec:
  environment: cluster
  type: kubernetes
  namespace: shop
  compose: {file: objects.yaml}
"""
OBJECTS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: cache}
data: {size: "1"}
"""


class ApplyKubernetes:
    def world(self, *stacks):
        """A cluster with the namespace of the example, its manifest, and the stacks of the server."""
        self.serve({"settle": 1, "stacks": stacks, "environments": [{"id": 4, "name": "cluster", "type": 5, "namespaces": {"shop": {}}}]}, self.version)
        self.change_configuration("settle: 15s", "settle: 20s")  # the pods of a busy machine
        shutil.copytree(EXAMPLE, self.folder / "m")
        self.write("m/stack.yaml", (self.folder / "m/stack.yaml").read_text() + "  adopt: true\n")
        self.run_mooring("check", "m")  # the ledger learns which server this is
        self.run_mooring("trust", "main", "--yes")  # older servers show no create that another run began

    def world_with_shop(self):
        self.world({"id": 1, "name": "Shop", "environment": "cluster", "type": "kubernetes", "namespace": "shop", "status": "active", "file": SHOP})
        self.assertEqual(self.run_mooring("plan", "m").out.splitlines()[-1], "exit 0: 1 in sync")

    def tearDown(self):
        self.commands_wrote()

    def test_the_example_is_created_and_corrected_after_a_change_by_hand(self):
        self.world()
        result = self.check_exit(self.run_mooring("apply", "m", "--yes"), 0)
        self.assertRegex(result.out, r"(?m)^create +Shop/cluster +done")
        self.assertEqual(self.run_mooring("plan", "m").out.splitlines()[-1], "exit 0: 1 in sync")

        self.control("/kubernetes/patch", {"environment": 4, "namespace": "shop", "kind": "ConfigMap", "name": "shop", "manager": "kubectl-edit",
                                           "patch": {"data": {"LOG_LEVEL": "debug"}}})
        result = self.check_exit(self.run_mooring("plan", "m"), 2)
        self.assertIn("ConfigMap/shop:data.LOG_LEVEL", result.out)
        if self.tells_deployments:
            result = self.check_exit(self.run_mooring("apply", "m", "--yes"), 0)
            self.assertRegex(result.out, r"(?m)^update +Shop/cluster +done")
        else:  # it may be somebody's update that is under way: older servers store the file once all is applied
            self.assertIn("seen_once", result.out)
        self.check_that_nothing_is_sent_that_cannot_be(2 if self.tells_deployments else 1)

    def check_that_nothing_is_sent_that_cannot_be(self, written):
        self.assertEqual(sum(self.writes().values()), written)
        self.write("m/shop.yaml", SHOP.replace("serviceName: shop-db", "serviceName: other"))
        result = self.check_exit(self.run_mooring("apply", "m", "--yes"), 3)
        self.assertIn("StatefulSet/shop-db:spec.serviceName cannot be changed once the object is there", result.out)
        self.write("m/shop.yaml", SHOP.replace("mountPath: /var/lib/postgresql/data", "mountPath: /var/lib/postgresql/data, subPath: pg"))
        result = self.check_exit(self.run_mooring("apply", "m", "--yes"), 3)
        self.assertRegex(result.out, r"touches_data[\s\S]*volumeMounts\[mountPath=/var/lib/postgresql/data\] is the claim template `data` and would be the")
        self.write("m/shop.yaml", SHOP + "---\nkind: [\n")
        result = self.check_exit(self.run_mooring("apply", "m", "--yes"), 3)
        self.assertIn("does not parse", result.out)
        self.assertEqual(sum(self.writes().values()), written)

    def create_cache(self):
        """A second stack in the namespace of the first."""
        self.write("m/cache.yaml", CACHE)
        self.write("m/objects.yaml", OBJECTS)
        result = self.check_exit(self.run_mooring("apply", "m", "--yes"), 0)
        self.assertTrue(result.out.endswith("exit 0: 1 done, 1 in sync before\n"), result.out)

    def test_an_update_takes_over_no_object_that_its_file_has_anew(self):
        self.world_with_shop()
        self.create_cache()
        self.control("/kubernetes/create", {"environment": 4, "namespace": "shop", "manager": "kubectl-create",
                                            "manifest": OBJECTS.replace("cache", "byhand")})
        written = sum(self.writes().values())
        self.write("m/objects.yaml", OBJECTS + "---\n" + OBJECTS.replace("cache", "byhand") + "---\n" + OBJECTS.replace("cache", "shop"))
        result = self.check_exit(self.run_mooring("apply", "m", "Cache", "--yes"), 3)
        self.assertRegex(result.out, r"held_by_another[\s\S]*ConfigMap/shop \(of stack \d+\) exists already: updating would take it over")
        self.assertRegex(result.out, r"ConfigMap/byhand exists already, made by something else; updating takes it over")
        self.write("m/objects.yaml", OBJECTS + "---\n" + OBJECTS.replace("cache", "byhand"))
        self.assertIn("would_adopt", self.check_exit(self.run_mooring("apply", "m", "Cache", "--yes"), 3).out)
        self.assertEqual(sum(self.writes().values()), written)
        result = self.check_exit(self.run_mooring("apply", "m", "Cache", "--yes", "--allow", "Cache=adopt-running"), 0)
        self.assertRegex(result.out, r"(?m)^update +Cache/cluster +done")
        self.assertIn("takes over what exists already: ConfigMap/byhand", result.out)

    def test_what_no_manifest_declares_goes_with_its_objects_and_comes_back_from_its_backup(self):
        self.world_with_shop()
        self.change_configuration("settle: 20s", "settle: 20s, pruneAfter: 1s")
        self.write("m/scope.yaml", SCOPE)
        self.create_cache()
        (self.folder / "m/cache.yaml").unlink()
        self.run_mooring("check", "m")
        self.run_mooring("check", "m")
        for _ in range(100):
            blocked = self.run_mooring("plan", "m", "Cache")
            if "seen_too_shortly" not in blocked.out:
                break
        self.assertIn("max_removes", self.check_exit(blocked, 3).out)
        done = self.check_exit(self.run_mooring("apply", "m", "Cache", "--yes", "--max-removes", "1"), 0)
        self.assertRegex(done.out, r"REMOVE +Cache/cluster +\S*scope.yaml:1\n +deletes ConfigMap/cache\n")
        self.assertRegex(done.out, r"(?m)^remove +Cache/cluster +done")
        (kept,) = self.backups()
        back = self.check_exit(self.run_mooring("restore", kept, "m", "--create", "--yes"), 0)
        self.assertRegex(back.out, r"(?m)^create +Cache/cluster +done")
        self.check_exit(self.run_mooring("verify"), 0)


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class ServerSideApply(ApplyKubernetes, WritingCase):
    version = "2.43.0"
    tells_deployments = True

    def test_what_cannot_be_pulled_says_how_to_bring_back_what_was_there(self):
        self.world_with_shop()
        self.write("m/shop.yaml", SHOP.replace("shop/web:3.2.1", "nosuch/web:3.2.1"))
        result = self.check_exit(self.run_mooring("apply", "m", "--yes"), 5)
        self.assertRegex(result.out, r"(?m)^update +Shop/cluster +not_converged: .*ImagePullBackOff")
        (kept,) = re.findall(r"as it was before: mooring restore (\S+)", result.out)
        result = self.check_exit(self.run_mooring("restore", kept, "m", "--yes"), 0)
        self.assertRegex(result.out, r"(?m)^update +Shop/cluster +done")


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class ClientSideApply(ApplyKubernetes, WritingCase):
    version = "2.23.0"
    tells_deployments = False


if __name__ == "__main__":
    unittest.main()
