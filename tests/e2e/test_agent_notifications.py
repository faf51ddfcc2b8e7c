"""Notifications: what a receiver hears, and what it does not hear twice."""
import hashlib
import hmac
import http.server
import json
import queue
import unittest

from agent_world import AgentCase
from harness import DOUBLE, TIME_LIMIT, WEB, HttpServer

OTHER = WEB.replace("1.27", "1.25")
KEY = "e2e-webhook-key"


class Sink(HttpServer):
    """Takes what is posted; answers with the statuses in `answers` first, then with 200."""

    def __init__(self):
        self.got, self.answers = queue.Queue(), []
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = sink.answers.pop(0) if sink.answers else 200
                if status == 200:
                    sink.got.put((self.path, dict(self.headers), body))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        super().__init__(Handler)

    def next(self):
        return self.got.get(timeout=TIME_LIMIT)


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Notifications(AgentCase):
    def setUp(self):
        super().setUp()
        self.sink = Sink()
        self.addCleanup(self.sink.close)
        self.write("hook-key", KEY, 0o600)

    def tell(self, kind, url, more=""):
        self.configure(more=f"""    notifications:
      page: https://mooring.example.org
      channels:
        - {{name: ops, kind: {kind}, url: {url}{more}}}
""")

    def sync(self, agent):
        self.ask("/v1/sync", "POST")
        agent.wait_for("run", trigger="sync")

    def items(self, body):
        return [(item["news"], item["topic"], item["stack"]) for item in self.check_schema("notification", json.loads(body))["items"]]

    def test_drift_is_told_when_it_opens_changes_and_is_resolved_and_signed(self):
        self.tell("webhook", f"'{self.sink.url}/hook?team=web'", ", secret: {file: hook-key}")
        agent = self.ready()
        for file, news in [(OTHER, "opened"), (WEB.replace("1.27", "1.24"), "changed"), (WEB, "resolved")]:
            self.change_file(7, file)
            self.sync(agent)
            path, headers, body = self.sink.next()
            self.assertEqual(path, "/hook?team=web")
            self.assertEqual(headers["X-Mooring-Signature"], "sha256=" + hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest())
            self.assertEqual(self.items(body), [(news, "drift", "shop")])
        self.sync(agent)
        self.assertTrue(self.sink.got.empty(), "nothing changed, nothing is told")
        self.assertIn("https://mooring.example.org/stacks/main/production/shop", body.decode())

    def test_a_restart_tells_nothing_twice(self):
        self.tell("webhook", f"'{self.sink.url}/'")
        self.change_file(7, OTHER)
        agent = self.ready()
        self.assertEqual(self.items(self.sink.next()[2]), [("opened", "drift", "shop")])
        agent.wait_for("notification", message="notification for ops delivered")
        self.assertEqual(agent.stop(), 0)
        agent = self.ready()
        self.sync(agent)
        self.assertTrue(self.sink.got.empty())
        self.change_file(7, WEB)
        self.sync(agent)
        self.assertEqual(self.items(self.sink.next()[2]), [("resolved", "drift", "shop")])

    def test_a_receiver_that_fails_is_tried_again_and_delays_no_run(self):
        self.sink.answers = [503]
        self.tell("webhook", f"'{self.sink.url}/'")
        self.change_file(7, OTHER)
        agent = self.ready()
        agent.wait_for("notification", level="warn")
        self.sync(agent)
        self.assertEqual(self.items(self.sink.next()[2]), [("opened", "drift", "shop")])

    def test_a_server_that_is_lost_is_one_notice_and_so_is_its_return(self):
        self.tell("webhook", f"'{self.sink.url}/'")
        agent = self.ready()
        self.control("/faults", {"kind": "status", "path": "/api/users/me", "status": 500, "times": -1})
        self.sync(agent)
        self.assertEqual(self.items(self.sink.next()[2]), [("opened", "access", None)])
        self.control("/faults", None, "DELETE")
        self.sync(agent)
        self.assertEqual(self.items(self.sink.next()[2]), [("resolved", "access", None)])

    def test_slack_gets_text_without_markup_of_the_stacks_and_its_address_from_a_file(self):
        self.write("slack-url", self.sink.url + "/services/T0/B0/secret", 0o600)
        self.tell("slack", "{file: slack-url}")
        self.change_file(7, OTHER)
        agent = self.ready()
        path, _, body = self.sink.next()
        self.assertEqual(path, "/services/T0/B0/secret")
        self.assertIn("drift opened: shop in production on main", json.loads(body)["text"])
        self.assertNotIn("services/T0", agent.everything_said())

    def test_alertmanager_gets_alerts_that_end_when_resolved(self):
        self.tell("alertmanager", f"'{self.sink.url}/prefix/'")
        self.change_file(7, OTHER)
        agent = self.ready()
        path, _, body = self.sink.next()
        self.assertEqual(path, "/prefix/api/v2/alerts")
        alert = json.loads(body)[0]
        self.assertEqual(alert["labels"], {"alertname": "MooringDrift", "server": "main", "environment": "production",
                                           "stack": "shop", "severity": "warning"})
        self.assertGreater(alert["endsAt"], alert["startsAt"])
        self.change_file(7, WEB)
        self.sync(agent)
        over = json.loads(self.sink.next()[2])[0]
        self.assertEqual(over["labels"], alert["labels"])
        self.assertLess(over["endsAt"], alert["endsAt"])

    def test_a_template_of_ones_own_writes_the_text(self):
        self.write("text.mustache", "{{server}}:{{#items}} {{news}} {{what}}{{/items}}")
        self.tell("webhook", f"'{self.sink.url}/'", ", template: text.mustache")
        self.change_file(7, OTHER)
        self.ready()
        self.assertEqual(json.loads(self.sink.next()[2])["text"], "main: drift opened shop in production on main")


if __name__ == "__main__":
    unittest.main()
