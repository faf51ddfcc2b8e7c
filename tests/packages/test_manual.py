"""Manual pages: made from help and schemas, so that they have all of them, and written as man and mandoc want them."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

MOORING = os.environ["MOORING"]
ROOT = pathlib.Path(__file__).resolve().parents[2]


def said(*words):
    return subprocess.run([MOORING, *words], capture_output=True, text=True, check=True, timeout=60).stdout


class Manual(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        said("manual", "--output", cls.folder.name, "--date", "2026-11-29")
        cls.pages = {path.name: path for path in pathlib.Path(cls.folder.name).glob("man*/*")}
        cls.commands = re.findall(r"^  ([a-z]+) +[A-Z]", said("--help"), re.M)

    def text(self, name):
        """What a reader sees, without hyphens and with single blanks."""
        # \& and the like are groff's; what is compared is the source with its escapes undone.
        source = self.pages[name].read_text()
        for escape, sign in {r"\-": "-", r"\(aq": "'", r"\(ga": "`", r"\(ha": "^", r"\(ti": "~", r"\e": "\\", r"\&": "", r"\fB": "", r"\fI": "", r"\fR": ""}.items():
            source = source.replace(escape, sign)
        return re.sub(r"\s+", " ", source)

    def test_there_is_a_page_for_the_program_every_command_and_both_formats(self):
        self.assertGreater(len(self.commands), 15)
        self.assertEqual(set(self.pages), {"mooring.1", "mooring.yaml.5", "mooring-manifest.5", *(f"mooring-{name}.1" for name in self.commands)})

    def test_every_option_of_the_help_is_in_the_page(self):
        for command in self.commands:
            text = self.text(f"mooring-{command}.1")
            for flag in re.findall(r"(?:^  |,)(--?[a-z][a-z-]*)", said(command, "--help"), re.M):
                self.assertIn(flag, text, command)

    def test_every_key_and_description_of_the_schemas_is_in_the_page(self):
        for page, schema in {"mooring.yaml.5": "agent", "mooring-manifest.5": "manifest"}.items():
            text = self.text(page)
            whole = json.loads((ROOT / "schema" / f"{schema}.schema.json").read_text())
            # Where there are kinds, each of them says again, and better, what all have in common.
            for name, description in self.keys(whole["definitions"] if "oneOf" in whole else whole):
                self.assertRegex(text, rf"(^|[ .]){re.escape(name)}[ \[(.]", f"{page}: {name}")
                if description:
                    self.assertIn(re.sub(r"\s+", " ", description).replace("`", ""), text.replace("`", ""), f"{page}: {name}")

    def keys(self, part):
        if isinstance(part, dict):
            for name, inner in part.get("properties", {}).items() if isinstance(part.get("properties"), dict) else ():
                yield name, inner.get("description", "")
            for key, inner in part.items():
                if key not in ("examples", "enum", "const"):
                    yield from self.keys(inner)
        elif isinstance(part, list):
            for inner in part:
                yield from self.keys(inner)

    def test_it_is_not_named_in_help_or_completions(self):
        self.assertNotIn("manual", self.commands)
        self.assertNotRegex(said("completion", "bash"), r"\bmanual\b")

    @unittest.skipUnless(shutil.which("man"), "SKIPPED: man is not installed")
    def test_man_has_no_warning(self):
        for name, path in self.pages.items():
            done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", path], capture_output=True, text=True, timeout=60,
                                  env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "MANROFFSEQ": "", "MANWIDTH": "80"})
            self.assertEqual((done.returncode, done.stderr), (0, ""), name)

    @unittest.skipUnless(shutil.which("mandoc"), "SKIPPED: mandoc is not installed")
    def test_mandoc_has_no_warning(self):
        for name, path in self.pages.items():
            done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", path], capture_output=True, text=True, timeout=60)
            self.assertEqual((done.returncode, done.stdout), (0, ""), name)


if __name__ == "__main__":
    unittest.main()
