"""The worlds of test_apply_kills: one for each thing that `mooring apply` sends. Each finds something on the server under the name `shop`
and declares something else; a bystander stands beside it that nobody declares."""
import dataclasses

from harness import TOKEN, WEB, record

KEPT = "e2e-secret-actual"
OLD = WEB.replace("1.27", "1.25")
FALLS = WEB + "    command: ['false']\n"
SOURCE = "https://git.example.test/shop"
COMMITS = {"main": "a" * 40, "next": "b" * 40}

STACK = """\
apiVersion: mooring/v1
kind: Stack
metadata: {{name: {name}}}
spec:
  environment: production
  {source}
  env: {{COLOR: green}}
  envStrict: false
  adopt: true
  {more}
"""
FILE = "compose: {file: web/compose.yaml}"
SCOPE = "apiVersion: mooring/v1\nkind: Scope\nspec: {environments: [production], prune: true}\n"
CONFIG = """\
apiVersion: mooring/v1
kind: Agent
spec:
  ledger: state/ledger.db
  servers:
    - name: main
      url: {url}
      credential: {{file: token}}
      apply: true
      limits: {{settle: 15s, deployTimeout: {deploy}, maxShare: "100%", pruneAfter: 0s}}
"""
# The route of each action: no route is asked more often than intents of its actions were noted.
ROUTES = {"create": "POST /api/stacks/create/standalone/string", "update": "PUT /api/stacks/{}", "rollback": "PUT /api/stacks/{}",
          "settings": "POST /api/stacks/{}/git", "redeploy": "PUT /api/stacks/{}/git/redeploy", "start": "POST /api/stacks/{}/start",
          "stop": "POST /api/stacks/{}/stop", "access": "PUT /api/resource_controls/{}", "remove": "DELETE /api/stacks/{}"}


def git(reference, commit):
    return {"url": SOURCE, "reference": f"refs/heads/{reference}", "path": "docker-compose.yml", "commit": commit}


def from_git(reference, more=""):
    return f"git: {{url: '{SOURCE}', reference: refs/heads/{reference}, path: docker-compose.yml{more}}}"


@dataclasses.dataclass(frozen=True)
class World:
    found: dict | None             # beside name, environment, env
    more: str = ""                 # of the manifest's spec
    source: str = FILE
    wanted: str = WEB              # the file that is declared
    status: int = 1                # of the record, once all is done; 1 active, 2 inactive
    parts: tuple = ()              # that are sent, if nothing strikes
    words: tuple = ()              # of the command
    at_last: str = ""              # the file that a person declares after the kill; "": what it was


GIT_MORE = "allow: [redeploy-git]\n  policy: {pull: always}"
WORLDS = {
    "update": World({"file": OLD, "access": "public"}, "access: administrators", parts=("access", "update")),
    "create": World(None, "access: public", parts=("create", "access")),
    "stop": World({"file": WEB, "access": "administrators"}, "state: stopped", status=2, parts=("stop",)),
    "start": World({"file": WEB, "access": "administrators", "status": "inactive"}, parts=("start",)),
    "access": World({"file": WEB, "access": "administrators"}, "access: public", parts=("access",)),
    "settings": World({"git": git("main", COMMITS["main"])}, GIT_MORE, from_git("next"), parts=("settings", "redeploy")),
    "redeploy": World({"git": git("main", "c" * 40)}, GIT_MORE, from_git("main", f", commit: {COMMITS['main']}"), parts=("redeploy",)),
    "remove": World({"file": WEB, "access": "administrators"}, words=("--max-removes", "1"), parts=("remove",)),
    "rollback": World({"file": OLD, "access": "administrators"}, "policy: {rollback: auto}", wanted=FALLS, parts=("update", "rollback"),
                      at_last=OLD),
}


def seed_of(world):
    """The world that the stand-in Portainer begins with."""
    def stack(number, name, more):
        return record(number, name, None, env={"KEPT": KEPT, "COLOR": "green"}) | more

    stacks = [stack(30, "beside", {"file": WEB, "access": "administrators"}), stack(31, "bystander", {"file": OLD, "access": "public"})]
    if world.found is not None:
        stacks.append(stack(7, "shop", world.found))
    return {"users": [{"username": "admin", "token": TOKEN}], "environments": [{"id": 1, "name": "production"}], "stacks": stacks}


def repository():
    """What the Git server of these worlds holds: the same file under both branches."""
    return {"url": SOURCE, "references": {f"refs/heads/{name}": commit for name, commit in COMMITS.items()},
            "files": {"docker-compose.yml": WEB}}
