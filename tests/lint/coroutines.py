#!/usr/bin/env python3
"""g++ 12 destroys some temporaries twice inside a co_await expression (design §11): the operand may hold names, literals, std::move and plain calls,
but no braces (aggregate temporaries) and no capturing lambda."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
AWAIT = re.compile(r"\bco_await\b")


def operand(text, start):
    """The text from after co_await to the end of its expression: the semicolon, or the bracket that closes around it."""
    depth = 0
    for at in range(start, len(text)):
        letter = text[at]
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
            if depth < 0:
                return text[start:at]
        elif letter == ";" and depth == 0:
            return text[start:at]
    return text[start:]


def stripped(text):
    """Comments and literals blanked out, line breaks kept, so that places stay right."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group(0)), text)


def problems(path):
    text = stripped(path.read_text())
    for found in AWAIT.finditer(text):
        piece = operand(text, found.end())
        line = text.count("\n", 0, found.start()) + 1
        if re.search(r"\[[^\]]+\]\s*(\(|mutable|\{)", piece):
            yield f"{path.relative_to(ROOT)}:{line}: a capturing lambda inside a co_await operand: give it a name first"
        elif re.search(r"[\w>]\s*\{|[(,]\s*\{", piece):
            yield f"{path.relative_to(ROOT)}:{line}: an aggregate temporary inside a co_await operand: give it a name first"


def main():
    files = [*(ROOT / "agent").rglob("*.[ch]pp"), *(ROOT / "tests").rglob("*.[ch]pp")]
    found = [line for path in sorted(files) for line in problems(path)]
    print("\n".join(found) if found else f"coroutines: {len(files)} files have safe co_await operands")
    return 1 if found else 0


sys.exit(main())
