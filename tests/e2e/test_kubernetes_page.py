"""manifests/KUBERNETES.md: its transcript is what the program prints today, and shows each kind of finding."""
import unittest

import cluster_shop
from harness import DOUBLE


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Page(unittest.TestCase):
    maxDiff = None

    def test_its_transcript_is_what_the_program_prints(self):
        [(_, shown)] = cluster_shop.BLOCK.findall(cluster_shop.PAGE.read_text())
        self.assertEqual(cluster_shop.present(), shown, "fix it with: python3 tests/e2e/cluster_shop.py")
        for word in ("was set by kubectl-set", "ImagePullBackOff", "present  ->  gone", "Not read: runtime, Role/audit", "access to the namespace `closed`",
                     "it is being rolled out", "is declared nowhere", "in sync 1"):
            self.assertIn(word, shown)
        self.assertNotIn("not-for-readers", shown)


if __name__ == "__main__":
    unittest.main()
