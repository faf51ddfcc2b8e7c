"""README.md: its transcripts are what the program prints today."""
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
        self.assertGreaterEqual(len(transcripts.of_page(self.page)), 3)
        self.assertEqual(transcripts.rewritten(self.page), self.page, "fix it with: python3 tests/e2e/transcripts.py README.md")

    def test_a_page_that_lies_is_noticed(self):
        lie = self.page.replace("DRIFTED      shop", "in sync      shop", 1)
        self.assertNotEqual(transcripts.rewritten(lie), lie)


if __name__ == "__main__":
    unittest.main()
