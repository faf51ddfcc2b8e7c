#!/usr/bin/env python3
"""Every test, command, variable and count that tests/PROOFS.md names is there, and every line of its tables names what proves it."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "tests/PROOFS.md"
LEAST = 40  # rows: a page that lost its tables proves nothing


def sources(*patterns):
    return "\n".join(path.read_text() for pattern in patterns for path in sorted((ROOT / "tests").glob(pattern)))


class Tree:
    """What the tree has: tests of C++ as Suite.Name, tests of Python as file.name, the rest as text."""

    def __init__(self):
        self.cpp = sources("**/*.cpp", "**/*.hpp")
        self.unit = {f"{suite}.{name}" for suite, name in re.findall(r"^TEST(?:_F|_P)?\((\w+), (\w+)\)", self.cpp, re.M)}
        self.suites = {name.split(".")[0] for name in self.unit}
        self.python = {f"{path.stem}.{name}" for path in (ROOT / "tests/e2e").glob("test_*.py")
                       for name in re.findall(r"^    def (test_\w+)", path.read_text(), re.M)}
        self.scripts = sources("**/*.py", "**/*.sh")
        self.ctest = sources("**/CMakeLists.txt")

    def has(self, word):
        """Whether a word in backticks is there; None: it is no name of a proof."""
        if re.fullmatch(r"[A-Z]\w+\.\*", word):
            return word[:-2] in self.suites
        if re.fullmatch(r"[A-Z]\w+\.[A-Z]\w+", word):
            return word in self.unit
        if re.fullmatch(r"test_\w+\.test_\w+", word):
            return word in self.python
        if re.fullmatch(r"MOORING_[A-Z_]+", word):
            return f'"{word}"' in self.cpp + self.scripts
        if re.fullmatch(r"[a-z][a-z ]*:", word):
            return any(f'{quote}{word}' in self.cpp + self.scripts for quote in ('"', 'f"'))
        if found := re.fullmatch(r"(lint|fuzz|contract|walks|live)\.(\w+)", word):
            return self.has_ctest(*found.groups())
        return (ROOT / word).exists() if word.startswith("tests/") else None

    def has_ctest(self, folder, name):
        if folder == "fuzz" and name.startswith("replays_"):
            return (ROOT / f"tests/fuzz/targets/{name.removeprefix('replays_')}.cpp").is_file()
        listed = folder == "lint" and (ROOT / f"tests/lint/{name}.py").is_file()
        return listed or f"NAME {folder}.{name}" in self.ctest


def main():
    tree, wrong, rows, named = Tree(), [], 0, set()
    for number, line in enumerate(PAGE.read_text().splitlines(), 1):
        known = {word: tree.has(word) for word in re.findall(r"`([^`]+)`", line)}
        wrong += [f"tests/PROOFS.md:{number}: `{word}` is not there" for word, there in known.items() if there is False]
        proofs = {word for word, there in known.items() if there and not word.endswith(":") and not word.startswith("MOORING_")}
        named |= proofs
        if line.startswith("| ") and not re.match(r"\| (what|violation|case) \|", line):
            rows += 1
            if not proofs:
                wrong.append(f"tests/PROOFS.md:{number}: nothing is named that proves it")
    for line in wrong:
        print(line)
    print(f"proofs: {rows} rows, {len(named)} names, {len(wrong)} wrong")
    return 1 if wrong or rows < LEAST else 0


sys.exit(main())
