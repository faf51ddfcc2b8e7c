"""deploy/ci/README.md: a new user's path, each command of it run in order in one shell."""
import os
import pathlib
import re
import shutil
import unittest

from ci_world import CI, CiCase
from harness import DOUBLE, MOORING, ROOT, TOKEN

BLOCK = re.compile(r"^```sh(?: (\w+))?\n(.*?)^```$", re.M | re.S)
EXPECTED = re.compile(r"^(.*?)\s+# exit (\d+)$")


def as_script(block):
    """A command that says `# exit N` must end with N, every other one with 0."""
    lines = []
    for line in block.splitlines():
        found = EXPECTED.match(line)
        if found:
            line = f'code=0; {found.group(1)} || code=$?; [ "$code" = {found.group(2)} ] || {{ echo "ended with $code: {found.group(1)}"; exit 99; }}'
        lines.append(line)
    return "\n".join(lines) + "\n"


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Readme(CiCase):
    def setUp(self):
        super().setUp()
        self.blocks = BLOCK.findall((CI / "README.md").read_text())
        (self.folder / "bin" / "mooring").unlink()  # the page installs it
        self.variables |= {"YOUR_TOKEN": TOKEN, "MOORING": str(ROOT)}

    def script(self):
        text = "".join(as_script(block) for label, block in self.blocks if label != "build")
        build = pathlib.Path(MOORING).resolve().parents[1]
        text = text.replace("build/release", str(build)).replace("https://portainer.example.org", self.double.url)
        return text

    @unittest.skipUnless(shutil.which("cmake"), "cmake is not here")
    def test_every_command_does_what_the_page_says(self):
        self.assertGreaterEqual(len(self.blocks), 9)
        result = self.check_exit(self.shell(self.script() + "echo the end is reached\n"), 0)
        self.assertTrue(result.out.endswith("the end is reached\n"), result)
        self.assert_files(".github/workflows/mooring.yml", ".github/actions/mooring/action.yml", ".gitlab-ci.yml", "Jenkinsfile", "mooring-report/mooring.json",
                          "mooring-report/mooring.xml", "mooring-report/mooring.md", "mooring-report/mooring.csv")

    def test_a_page_that_lies_is_noticed(self):
        script = self.script().replace('[ "$code" = 2 ]', '[ "$code" = 0 ]')
        self.assertNotEqual(script, self.script())
        self.check_exit(self.shell(script), 99)

    def test_the_build_is_that_of_the_quickstart(self):
        build = "".join(block for label, block in self.blocks if label == "build")
        quickstart = (ROOT / "deploy" / "quickstart.sh").read_text()
        for command in ("./deploy/install-dependencies.sh build", "cmake --preset release", "cmake --build --preset release"):
            self.assertIn(command, build)
            self.assertIn(command, quickstart)

    def test_every_template_is_on_the_page(self):
        page = (CI / "README.md").read_text()
        for name in os.listdir(CI):
            self.assertTrue(name == "README.md" or f"/deploy/ci/{name}" in page, name)


if __name__ == "__main__":
    unittest.main()
