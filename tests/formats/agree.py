#!/usr/bin/env python3
"""All forms of one report must agree on counts, verdicts and exit code, hold no secret, and keep hostile text text.

The JSON report is the measure; each other form is read back as its own readers would read it."""
import argparse
import pathlib
import subprocess
import sys
import tempfile

import read_csv
import read_github
import read_gitlab
import read_json
import read_junit
import read_markdown
import read_sarif
import read_text

READERS = {"text.txt": read_text, "junit.xml": read_junit, "sarif.sarif": read_sarif, "markdown.md": read_markdown,
           "github.log": read_github, "gitlab.codequality.json": read_gitlab, "csv.csv": read_csv}


def check_bytes(name, data, secrets):
    """What holds for every form: UTF-8, no control characters, no direction marks, no secret."""
    text = data.decode("utf-8")
    for secret in secrets:
        assert secret not in text, f"{name} holds a secret"
    lines = text.replace("\r\n", "\n") if name == "csv.csv" else text
    harmful = [c for c in lines if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or 0x202A <= ord(c) <= 0x202E]
    assert not harmful or name == "json.json", f"{name} holds {harmful[:3]!r}"
    return text


def check(folder):
    secrets = (folder / "secrets.txt").read_text().split()
    truth = read_json.read(check_bytes("json.json", (folder / "json.json").read_bytes(), secrets))
    for name, reader in READERS.items():
        text = check_bytes(name, (folder / name).read_bytes(), secrets)
        try:
            reader.check(text, truth)
        except AssertionError as error:
            raise AssertionError(f"{folder.name}/{name}: {error}") from error
    return len(truth.stacks), len(secrets)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("program", help="random-reports")
    options.add_argument("--first", type=int, default=1)
    options.add_argument("--seeds", type=int, default=100)
    options.add_argument("--keep", type=pathlib.Path, help="write the reports here, and leave them")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = chosen.keep or pathlib.Path(scratch)
        subprocess.run([chosen.program, root, str(chosen.first), str(chosen.seeds)], check=True, timeout=120)
        totals = [check(root / str(seed)) for seed in range(chosen.first, chosen.first + chosen.seeds)]
    assert len(totals) == chosen.seeds and all(map(sum, zip(*totals))), "the generator made nothing to check"
    stacks, secrets = map(sum, zip(*totals))
    print(f"formats: {chosen.seeds} reports with {stacks} stacks agree in {len(READERS) + 1} forms; {secrets} secrets in none")


if __name__ == "__main__":
    sys.exit(main())
