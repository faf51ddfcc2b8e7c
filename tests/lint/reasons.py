#!/usr/bin/env python3
"""Every reason for which a plan blocks or holds a step (its code, in agent/reconcile) is what some test of tests/unit/reconcile or apply expects."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAID = re.compile(r"\b(?:block|hold|unless_allowed|say_result)\((.*?);", re.S)
CODE = re.compile(r'"([a-z]+(?:_[a-z]+)*)"')


def text_of(folder, pattern="*.cpp"):
    return "\n".join(path.read_text() for path in sorted((ROOT / folder).glob(pattern)))


def main():
    codes = {code for call in SAID.findall(text_of("agent/reconcile")) for code in CODE.findall(call)}
    tested = set(re.findall(r"\w+", text_of("tests/unit/reconcile") + text_of("tests/unit/apply")))
    missing = sorted(codes - tested)
    for code in missing:
        print(f"no test expects `{code}`")
    print(f"reasons: {len(codes)}, without a test: {len(missing)}")
    return 1 if missing or len(codes) < 50 else 0


sys.exit(main())
