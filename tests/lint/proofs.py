#!/usr/bin/env python3
"""Every test, command, variable and count that tests/PROOFS.md and tests/WALKTHROUGH.md name is there, and every line of their tables names what
proves it, but for what is said not to be done."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ("tests/PROOFS.md", "tests/WALKTHROUGH.md")
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


def read(tree, page):
    """What is wrong with a page, how many rows it has, and the names that prove something."""
    wrong, rows, named = [], 0, set()
    for number, line in enumerate((ROOT / page).read_text().splitlines(), 1):
        known = {word: tree.has(word) for word in re.findall(r"`([^`]+)`", line)}
        wrong += [f"{page}:{number}: `{word}` is not there" for word, there in known.items() if there is False]
        proofs = {word for word, there in known.items() if there and not word.endswith(":") and not word.startswith("MOORING_")}
        named |= proofs
        if line.startswith("| ") and not re.match(r"\| (what|violation|case|found) \|", line):
            rows += 1
            if not proofs and "| – |" not in line:
                wrong.append(f"{page}:{number}: nothing is named that proves it")
    return wrong, rows, named


def main():
    tree, failed = Tree(), False
    for page in PAGES:
        wrong, rows, named = read(tree, page)
        failed = failed or wrong or rows < LEAST
        print(*wrong, f"proofs: {page}: {rows} rows, {len(named)} names, {len(wrong)} wrong", sep="\n")
    return 1 if failed else 0


sys.exit(main())
