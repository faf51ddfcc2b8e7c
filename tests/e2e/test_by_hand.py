"""What somebody does on the host behind Portainer's back is seen by the whole program, by both roles, whenever it looks."""
import json
import unittest
import urllib.request

from harness import DOUBLE, TOKEN, Case, Double, manifest

ALICE = TOKEN + "-alice"
WEB = "services:\n  web:\n    image: nginx:1.27\n    restart: unless-stopped\n"
PLAIN = "services:\n  web:\n    image: nginx:1.27\n"
SWARM = "services:\n  web:\n    image: nginx:1.27\n"
SHORT = (r"runtime:services\.web\.running", "1", "0")


def down(said):
    """The changes of a service whose one container does not run."""
    return [(r"runtime:services\.web\.containers\[shop-web-1\]\.state", "running", said), SHORT]


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class ByHand(Case):
    """A stack `shop` on a host of its own, or as a swarm stack, which is in sync until somebody's hand comes in between."""

    def begin(self, file=WEB, swarm=False, more=""):
        place = "cluster" if swarm else "production"
        seed = {"users": [{"username": "admin", "token": TOKEN}, {"username": "alice", "id": 2, "role": "user", "token": ALICE}],
                "environments": [{"id": 1, "name": "production", "users": ["alice"]},
                                 {"id": 2, "name": "cluster", "swarm": True, "swarmId": "abc", "users": ["alice"]}],
                "stacks": [{"id": 7, "name": "shop", "environment": place, "type": "swarm" if swarm else "standalone",
                            "file": file, "access": "public", "status": "active"}]}
        self.double = Double(seed, self.folder)
        self.addCleanup(self.double.close)
        self.declare("shop", file, place, ("  type: swarm\n" if swarm else "") + more)
        self.check_all("in_sync")

    def declare(self, name, file, environment="production", more=""):
        self.write(f"m/{name}/compose.yaml", file)
        self.write(f"m/{name}.yaml", manifest(name, environment, f"{name}/compose.yaml", more))

    def hand(self, what, **body):
        body = {"project": "shop", "service": "web"} | body
        request = urllib.request.Request(f"{self.double.control}/hand/{what}", json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            self.assertEqual(answer.status, 200)

    def check(self, token, *words):
        self.write("token", token + "\n", 0o600)
        self.variables |= {"PORTAINER_URL": self.double.url, "PORTAINER_API_KEY_FILE": "token"}
        return self.run_mooring("check", "m", *words)

    def check_all(self, verdict, changes=(), unread=(), name="shop"):
        """Both roles are told the same."""
        for token in (TOKEN, ALICE):
            report = self.check_schema("report", self.check(token, "--format", "json").json())
            [stack] = [stack for stack in report["stacks"] if stack["name"] == name]
            found = [(f"{change['plane']}:{change['path']}", change["desired"], change["actual"]) for change in stack["changes"]]
            self.assertEqual((stack["verdict"], stack["unread"]), (verdict, list(unread)), stack)
            self.assertEqual(len(found), len(changes), found)
            for said, wanted in zip(found, changes):
                for part, pattern in zip(said, wanted):
                    self.assertRegex(str(part), f"^{pattern}$")
        return stack

    def test_a_stop_with_zero_is_drift_and_its_remedy_teaches_jobs(self):
        self.begin(PLAIN)
        self.hand("stop")
        self.check_all("drifted", down(r"exited \(0\)"))
        result = self.check_exit(self.check(ALICE), 2)
        self.assertIn("exited (0)", result.out)
        self.assertIn("`jobs`", result.out)
        self.hand("start")
        self.check_all("in_sync")

    def test_whatever_code_it_ended_with(self):
        self.begin()
        for what, body, said in (("stop", {"code": 143}, r"exited \(143\)"), ("kill", {}, r"exited \(137\)"), ("pause", {}, "paused")):
            self.hand(what, **body)
            self.check_all("drifted", down(said))

    def test_a_job_that_ended_is_pruned_and_nothing_has_changed(self):
        self.begin(PLAIN + "  migrate:\n    image: nginx:1.27\n", more="  jobs: [migrate]\n")
        self.hand("stop", service="migrate")
        self.check_all("in_sync")
        self.hand("prune", environment="production")
        self.check_all("in_sync")

    # A loop that ends with 0 and is started anew: what one look meets is chance, and the answer is not.

    def test_a_loop_is_drift_whichever_moment_one_looks_at(self):
        self.begin()
        for state in ("running", "restarting", "running"):
            self.hand("loop", times=7, up=2, code=0, state=state)
            self.check_all("drifted", down("restarting.*"))
        self.hand("loop", times=7, up=2, code=0, state="running")
        self.assertIn("restarting (7 times)", self.check_exit(self.check(ALICE), 2).out)

    def test_a_restart_of_a_moment_ago_is_not_a_loop(self):
        self.begin()
        self.hand("start", ago=5)
        self.check_all("in_sync")
        self.hand("loop", times=7, up=3600)
        self.check_all("in_sync")

    # The name of an image went to another one.

    def test_an_image_of_the_same_name_is_older_once_the_name_has_moved(self):
        self.begin()
        self.hand("retag", image="nginx:1.27")
        self.check_all("drifted", [(r"runtime:services\.web\.image", r"nginx:1\.27", r"an older nginx:1\.27 \(sha256:[0-9a-f]+.*\)")])

    def test_an_image_whose_name_is_gone_is_unread_and_never_in_sync(self):
        self.begin()
        self.hand("untag", image="nginx:1.27")
        self.check_all("error", unread=["runtime.image"])
        self.check_exit(self.check(ALICE), 3)

    def test_stacks_that_show_no_id_do_not_pay_for_one_that_does(self):
        self.begin()
        other = "services:\n  web:\n    image: local/other:1\n"
        request = {"id": 8, "name": "blog", "environment": "production", "type": "standalone", "file": other, "access": "public",
                   "status": "active"}
        urllib.request.urlopen(urllib.request.Request(f"{self.double.control}/stacks", json.dumps(request).encode(), method="POST"),
                               timeout=10).close()
        self.declare("blog", other)
        self.hand("untag", image="nginx:1.27")
        self.check_all("error", unread=["runtime.image"])
        self.check_all("in_sync", name="blog")

    # Swarm: what runs is the service's own spec.

    def test_a_service_updated_by_hand_is_drift_although_its_label_is_the_files(self):
        self.begin(SWARM, swarm=True)
        self.hand("service", environment="cluster", service="shop_web", image="evil.example/backdoor:1")
        self.check_all("drifted", [(r"runtime:services\.web\.image", r"nginx:1\.27", "evil.example/backdoor:1")])

    def test_a_label_of_another_image_is_no_drift(self):
        self.begin(SWARM, swarm=True)
        self.hand("service", environment="cluster", service="shop_web", label="nginx:1.26")
        self.check_all("in_sync")

    def test_a_service_scaled_by_hand_is_one_change(self):
        self.begin(SWARM, swarm=True)
        for count in (3, 0):
            self.hand("service", environment="cluster", service="shop_web", replicas=count)
            self.check_all("drifted", [(r"runtime:services\.web\.replicas", "1", str(count))])

    # More than declared.

    def test_more_than_declared_and_what_no_file_has(self):
        self.begin()
        self.hand("scale", count=3)
        self.check_all("drifted", [(r"runtime:services\.web\.running", "1", "3")])
        self.hand("scale", count=1)
        self.hand("foreign", name="shop-miner-1", image="nginx:1.27", project="shop", service="miner", environment="production")
        self.check_all("drifted", [(r"runtime:services\.miner", ".*", ".*")])


if __name__ == "__main__":
    unittest.main()
