#!/usr/bin/env python3
"""The readers themselves: each must refuse a form that was spoilt, or agree.py proves nothing."""
import pathlib
import re
import subprocess
import sys
import tempfile

import agree
import read_json

# form, what to find, what to put there (the first occurrence alone)
SPOILT = [
    ("text.txt", r"exit \d+: ", "exit 5: "),
    ("text.txt", r"drifted (\d+)", "drifted 999"),
    ("junit.xml", r"<failure ", "<error "),
    ("junit.xml", r'name="exitCode" value="\d+"', 'name="exitCode" value="5"'),
    ("junit.xml", r'(<error type="denied".*?)</error>', r"\1</error><failure type='x' message='y'/>"),
    ("junit.xml", r'type="denied"', 'type="missing"'),
    ("junit.xml", r"&lt;", "<"),
    ("junit.xml", r'(<testcase classname="[^"]*" name="[^"]*")/>', r'\1 file="x"/>'),
    ("sarif.sarif", r'"exitCode": \d+', '"exitCode": 5'),
    ("sarif.sarif", r'"ruleId": "denied"', '"ruleId": "missing"'),
    ("sarif.sarif", r'("ruleIndex": \d+,\s+"level": )"warning"', r'\1"error"'),
    ("sarif.sarif", r'"suppressions"', '"suppresions"'),
    ("csv.csv", r",denied,", ",in_sync,"),
    ("csv.csv", r"'=", "="),
    ("csv.csv", r"\r\n", "\n"),
    ("csv.csv", r'""', '"'),
    ("github.log", r"::warning ", "::notice "),
    ("github.log", r"%2C", ","),
    ("github.log", r"Mooring exit \d+", "Mooring exit 5"),
    ("github.log", r" \(desired", "\n(desired"),
    ("markdown.md", r"&#91;", "["),
    ("markdown.md", r"&#64;&#8288;", "@"),
    ("markdown.md", r"&lt;script", "<script"),
    ("markdown.md", r"/&#8288;/", "//"),
    ("markdown.md", r"&#124;", "|"),
    ("markdown.md", r"\n</details>", "\n"),
    ("markdown.md", r"🔒 denied", "🔒 missing"),
    ("markdown.md", r"· exit \d+", "· exit 5"),
    ("markdown.md", r"\n- \*\*Why:\*\* ", "\n"),
]


def refused(name, text, truth):
    try:
        agree.check_bytes(name, text.encode(), [])
        agree.READERS[name].check(text, truth)
    except Exception:  # whatever a parser raises is a refusal
        return True
    return False


def main():
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([sys.argv[1], scratch, "1", "40"], check=True, timeout=120)
        folders = sorted(pathlib.Path(scratch).iterdir())
        for name, pattern, replacement in SPOILT:
            tried = 0
            for folder in folders:
                good = (folder / name).read_bytes().decode()
                spoilt = re.sub(pattern, replacement, good, count=1, flags=re.S if "error" in pattern else 0)
                if spoilt == good:
                    continue
                tried += 1
                truth = read_json.read((folder / "json.json").read_text())
                assert refused(name, spoilt, truth), f"{name} of seed {folder.name}: {pattern} -> {replacement} was not noticed"
            assert tried, f"{name}: nothing to spoil with {pattern}"
    print(f"formats: {len(SPOILT)} kinds of spoilt reports are refused")


main()
