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

    def in_a_shop(self, name):
        (self.folder / name).mkdir()
        shop = transcripts.Shop(self.folder / name)
        self.addCleanup(shop.double.close)
        return shop

    def test_every_transcript_is_what_the_program_prints(self):
        blocks = transcripts.of_page(self.page)
        self.assertGreaterEqual(len(blocks), 1)
        for number, (command, output) in enumerate(blocks):
            with self.subTest(command):
                self.assertEqual(self.in_a_shop(f"shop{number}").run(command), output,
                                 "mend it with: python3 tests/e2e/transcripts.py README.md")

    def test_a_page_that_lies_is_noticed(self):
        command, output = transcripts.of_page(self.page)[0]
        self.assertNotEqual(self.in_a_shop("shop").run(command), output.replace("DRIFTED", "IN SYNC"))


if __name__ == "__main__":
    unittest.main()
