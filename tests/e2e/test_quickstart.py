"""deploy/quickstart.sh demo: the shop stays up, and every `mooring` line of the README can be typed there as it stands; and what the
script says of one's own server."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import unittest
import urllib.request

from harness import DOUBLE, MOORING, ROOT, TIME_LIMIT, TOKEN, WEB, Case, Double
from terminal import Terminal

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
ELSEWHERE = ("/etc/mooring",)  # what needs an installed service
ANSWERS = {"Address of Portainer": "url", "File with the access token": "token", "as declared?": "agreed", "continue? [Y/n]": "agreed"}


def answer(terminal, answers):
    """The exit code of what runs on a terminal and all that it shows; what it asks is answered from `answers`."""
    while question := terminal.asked("|".join(map(re.escape, ANSWERS))):
        terminal.press(f"{answers[ANSWERS[question]]}\n".encode())
    return terminal.finish(), terminal.text


def typed_commands(page):
    """The lines of blocks that begin with `mooring`, without their remarks."""
    for language, block in BLOCK.findall(page):
        for line in block.splitlines() if not language else []:
            if line.startswith("mooring ") and not any(word in line for word in ELSEWHERE):
                yield re.sub(r"\s+#.*", "", line)


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Quickstart(Case):
    def setUp(self):
        super().setUp()
        for program in (MOORING, DOUBLE):
            (self.folder / "bin").mkdir(exist_ok=True)
            os.symlink(pathlib.Path(program).resolve(), self.folder / "bin" / pathlib.Path(program).name)
        self.variables |= {"QUICKSTART_BIN": str(self.folder / "bin"), "TMPDIR": str(self.folder), "TERM": "dumb"}

    def quickstart(self, *words):
        return subprocess.run([ROOT / "deploy/quickstart.sh", *words], env=self.variables, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=TIME_LIMIT * 2)  # `apply` waits twice between two looks

    def stay_up(self):
        done = self.quickstart("demo")
        self.assertEqual(done.returncode, 0, done.stderr)
        pid = int(re.search(r"kill (\d+)", done.stderr).group(1))
        self.addCleanup(os.kill, pid, signal.SIGTERM)
        return done

    def type_in(self, exports, command):
        """The exit code of a command and what a terminal shows of it; the questions of `mooring init` are answered."""
        terminal = Terminal(self, "-c", f"{exports}\n{command}\n", program="/bin/bash", term="dumb")
        return answer(terminal, self.answers)

    def test_every_command_of_the_readme_can_be_typed_as_it_stands(self):
        done = self.stay_up()
        self.assertRegex(done.stdout, r"^export MOORING_CONFIG=\S+/demo\.yaml ")
        work = pathlib.Path(re.search(r"MOORING_CONFIG=(\S+)/demo\.yaml", done.stdout).group(1))
        url = re.search(r"url: (\S+)", (work / "demo.yaml").read_text()).group(1)
        self.answers = {"url": url, "token": work / "token", "agreed": "y"}
        commands = list(typed_commands((ROOT / "README.md").read_text()))
        self.assertGreaterEqual(len(commands), 14)
        for command in commands:
            with self.subTest(command):
                code, text = self.type_in(done.stdout, command)
                # What it finds is drift and things unseen; what the command line, the files or the program are is fine.
                self.assertIn(code, (0, 2, 3, 4, 69), text)  # 69: the shop's second server is down on purpose

    def test_a_servers_owner_sees_first_what_is_there_and_what_to_type_next(self):
        stacks = [{"id": 7, "name": "shop", "environment": "production", "type": "standalone", "file": WEB, "access": "public"}]
        double = Double({"users": [{"username": "admin", "token": TOKEN}], "environments": [{"id": 1, "name": "production"}],
                         "stacks": stacks}, self.folder)
        self.addCleanup(double.close)
        self.write("token", TOKEN, 0o600)
        self.variables |= {"PORTAINER_URL": double.url, "PORTAINER_API_KEY_FILE": str(self.folder / "token")}
        done = self.quickstart()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("shop", done.stdout)
        self.assertNotIn("EXTRA", done.stdout)
        self.assertRegex(done.stderr, r"Next:\n(.*\n)?  mooring export declared ")

    def test_the_demonstration_ends_and_leaves_nothing(self):
        before = set(os.listdir(self.folder))
        done = self.quickstart()
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("quickstart.sh demo", done.stderr)
        self.assertEqual(set(os.listdir(self.folder)), before)

    def test_the_boost_that_is_installed_is_one_that_the_system_has(self):
        """Debian 13 and Ubuntu 24.04 know the name of 1.81 from what conflicts with it: `apt-cache show` says nothing of it and ends with 0."""
        for has, wanted in (("1.81", "1.81"), ("1.83", "1.83"), ("1.83 1.88", "1.83"), ("1.90", "1.90")):
            with self.subTest(has=has):
                self.write("fake/apt-cache", f'#!/bin/sh\nfor v in {has}; do [ "$2" != "libboost$v-dev" ] || echo "Package: $2"; done\n', 0o755)
                self.write("fake/dpkg-query", "#!/bin/sh\nexit 1\n", 0o755)
                self.write("fake/apt-get", "#!/bin/sh\nexit 0\n", 0o755)
                self.write("fake/sudo", '#!/bin/sh\nexec "$@"\n', 0o755)
                done = subprocess.run([ROOT / "deploy/install-dependencies.sh"], env={**self.variables, "PATH": f"{self.folder}/fake:{os.environ['PATH']}"},
                                      capture_output=True, text=True, timeout=TIME_LIMIT)
                self.assertIn(f" libboost{wanted}-dev libboost-url{wanted}-dev ", done.stderr)

    def test_what_to_type_at_the_watching_agent_stands_last(self):
        process = subprocess.Popen([ROOT / "deploy/quickstart.sh", "agent"], env=self.variables, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait, TIME_LIMIT)
        self.addCleanup(process.terminate)
        lines = []
        while not lines or "until Ctrl-C" not in lines[-1]:
            lines.append(process.stderr.readline())
            self.assertTrue(lines[-1], lines)
        said = "".join(lines)
        self.assertLess(len(lines), 12, "the lines to type have scrolled away")
        page = re.search(r"The status page: (http://127\.0\.0\.1:\d+) ", said).group(1)
        self.assertIn("blog", urllib.request.urlopen(page, timeout=TIME_LIMIT).read().decode())
        drift, repair = re.findall(r"^  curl -d @(\S+) (\S+)$", said, re.M)
        urllib.request.urlopen(drift[1], pathlib.Path(drift[0]).read_bytes(), timeout=TIME_LIMIT).close()
        self.assertRegex(process.stdout.readline(), r"blog/production@main: in sync -> drifted")
        urllib.request.urlopen(repair[1], pathlib.Path(repair[0]).read_bytes(), timeout=TIME_LIMIT).close()
        self.assertRegex(process.stdout.readline(), r"blog/production@main: drifted -> in sync")

    def copied(self, *words, **variables):
        """quickstart.sh as a fresh clone has it, but that installing ends with 9."""
        copy = self.folder / "copy"
        shutil.copytree(ROOT / "deploy", copy / "deploy", dirs_exist_ok=True)
        self.write("copy/deploy/install-dependencies.sh", "#!/bin/sh\nexit 9\n", 0o755)
        known = {name: value for name, value in self.variables.items() if name != "QUICKSTART_BIN"}
        return subprocess.run([copy / "deploy/quickstart.sh", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env=known | {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"} | variables, timeout=TIME_LIMIT)

    def test_a_package_at_hand_is_offered(self):
        self.write("copy/dist/mooring_9.9.9-1_amd64.deb", "")
        done = self.copied(PORTAINER_URL="http://127.0.0.1:9")
        self.assertIn("apt-get install ./dist/mooring_9.9.9-1_amd64.deb", done.stderr)

    def test_a_fresh_clone_has_no_packages_and_is_built(self):
        for words in ([], ["demo"], ["apply"], ["agent"]):
            done = self.copied(*words)
            self.assertEqual((done.returncode, done.stderr), (9, "1/3 Installing what is missing\n"), words)
        self.assertIn("1/3 Installing what is missing", self.copied(PORTAINER_URL="http://127.0.0.1:9").stderr)

    def test_the_demonstration_of_applying_ends_in_sync_but_for_what_is_blocked(self):
        done = self.quickstart("apply")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("not_adopted", done.stdout)
        self.assertRegex(done.stdout, r"\ncreate +cache/production +done\naccess +cache/production +done\nupdate +shop/production +done\n\nexit 3: 2 done, 1 blocked")
        self.assertIn("undoes_accepted", done.stdout)
        self.assertRegex(done.stdout, r"UPDATE +shop/production .*\n +services.web.image  nginx:1.25  becomes  nginx:1.27 .*\n +env.SMTP_PASSWORD   (set from secrets/smtp|is new \(secret\)); 1 variable kept ")
        self.assertRegex(done.stdout, r"CREATE +cache/production .*\n +missing is proven by the complete list\n( +\S+  .*\n)+ +pulls redis:7 \(not on the host\)\n +then access: team web\n")
        self.assertTrue(done.stdout.endswith("exit 2: drift\n"), done.stdout[-500:])
        self.assertEqual(list(self.folder.glob("mooring-*")), [], "nothing is left behind")


if __name__ == "__main__":
    unittest.main()
