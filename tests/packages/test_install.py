"""`cmake --install`: where each file goes, and that nobody's configuration is overwritten."""
import os
import pathlib
import subprocess
import tempfile
import unittest

BUILD = os.environ["MOORING_BUILD"]


class Install(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def install(self, prefix):
        subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], check=True, capture_output=True, text=True, timeout=120,
                       env={**os.environ, "DESTDIR": str(self.root)})

    def read(self, path):
        return (self.root / path.lstrip("/")).read_text()

    def test_below_usr_local_the_units_name_the_program_there(self):
        self.install("/usr/local")
        self.assertIn("ExecStart=/usr/local/bin/mooring agent --config /etc/mooring/mooring.yaml", self.read("/usr/local/lib/systemd/system/mooring.service"))
        self.assertIn("/etc/mooring/manifests", self.read("/etc/mooring/mooring.yaml"))
        for path in ["bin/mooring", "share/man/man1/mooring-check.1.gz", "share/man/man5/mooring.yaml.5.gz", "share/zsh/site-functions/_mooring",
                     "share/bash-completion/completions/mooring", "share/mooring/schema/agent.schema.json", "share/doc/mooring/copyright"]:
            self.assertTrue((self.root / "usr/local" / path).is_file(), path)

    def test_elsewhere_the_configuration_is_below_the_prefix(self):
        self.install("/opt/mooring")
        self.assertFalse((self.root / "etc").exists())
        self.assertIn("--config /opt/mooring/etc/mooring/mooring.yaml", self.read("/opt/mooring/lib/systemd/system/mooring.service"))
        self.assertIn("manifests: /opt/mooring/etc/mooring/manifests", self.read("/opt/mooring/etc/mooring/mooring.yaml"))

    def test_a_configuration_that_is_there_stays(self):
        kept = self.root / "etc/mooring/mooring.yaml"
        kept.parent.mkdir(parents=True)
        kept.write_text("# mine\n")
        self.install("/usr")
        self.assertEqual(kept.read_text(), "# mine\n")


if __name__ == "__main__":
    unittest.main()
