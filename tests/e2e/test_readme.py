"""README.md and manifests/REFERENCE.md: their transcripts are what the program prints today."""
import re
import unittest

import transcripts
from harness import DOUBLE, ROOT, Case


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Transcripts(Case):
    def setUp(self):
        super().setUp()
        self.maxDiff = None
        self.page = (ROOT / "README.md").read_text()

    def test_every_transcript_is_what_the_program_prints(self):
        for name, least in [("README.md", 1), ("manifests/REFERENCE.md", 3)]:
            page = (ROOT / name).read_text()
            self.assertGreaterEqual(len(transcripts.of_page(page)), least, name)
            self.assertEqual(transcripts.rewritten(page), page, f"fix it with: python3 tests/e2e/transcripts.py {name}")

    def test_the_front_page_stays_short_and_leads_to_what_it_leaves_out(self):
        self.assertLessEqual(len(self.page.splitlines()), 150)
        for page in sorted(set(re.findall(r"`([\w/.-]+\.md)`", self.page))):
            self.assertTrue((ROOT / page).is_file(), page)
        for page in ["manifests/REFERENCE.md", "tests/bench/README.md"]:
            self.assertIn(f"`{page}`", self.page)

    def test_a_page_that_lies_is_noticed(self):
        lie = self.page.replace("DRIFTED      shop", "in sync      shop", 1)
        self.assertNotEqual(transcripts.rewritten(lie), lie)


if __name__ == "__main__":
    unittest.main()
