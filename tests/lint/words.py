#!/usr/bin/env python3
"""The field's words and no synonyms (design §1): in what people read, an environment is never called an endpoint, and every folder says what lives in it."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ["agent", "manifests", "schema", "deploy", "systemd", "tests"]


def missing_readmes():
    folders = [ROOT / name for name in FOLDERS]
    folders += [folder for folder in (ROOT / "agent").iterdir() if folder.is_dir()]
    for folder in sorted(folders):
        if not (folder / "README.md").is_file():
            yield f"{folder.relative_to(ROOT)}: no README.md"


def synonyms():
    """Messages are string literals: a literal with the word endpoint that is neither a route nor a JSON name is a slip."""
    for path in sorted((ROOT / "agent").rglob("*.cpp")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            code = re.sub(r'^\s*//.*|(?<=[;{}]) //.*', "", line)
            for literal in re.findall(r'"((?:\\.|[^"\\])*)"', code):
                if re.search(r"\bendpoints?\b", literal, re.I) and " " in literal and not re.search(r"/|bucket=|access endpoint|\bspecified\b", literal):
                    yield f"{path.relative_to(ROOT)}:{number}: say environment, not endpoint: \"{literal}\""


# What reads as translated, and what to say.
STILTED = {r"mend(s|ed|ing)?\b": "fix", r"look whether\b": "check that", r"look why\b": "find out why", r"bears?\b": "is called, has",
           r"is none\b": "is not one", r"(?<!there )\b(is|are) no (?!longer\b|address\b)[a-z]+\b": "is not a", r"sits? in between\b": "between this machine and the server"}


# Documents that users read, and the descriptions that manual pages and editors show.
DOCUMENTS = ("README.md", "CHANGELOG.md", "agent/*/README.md", "tests/**/README.md", "manifests/**/*.md", "deploy/**/*.md", "systemd/*.md", "schema/*.json", "deploy/**/*.sh")


def texts_of(path):
    """What people read of a file: string literals of code, whole lines of documents; with its line number."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if path.suffix in (".cpp", ".hpp"):
            code = re.sub(r'^\s*//.*|(?<=[;{}]) //.*', "", line)
            for literal in re.findall(r'"((?:\\.|[^"\\])*)"', code):
                yield number, literal
        else:
            yield number, line


def stilted():
    code = [path for pattern in ("*.cpp", "*.hpp") for path in (ROOT / "agent").rglob(pattern)]
    documents = [path for pattern in DOCUMENTS for path in ROOT.glob(pattern)]
    for path in sorted(code + documents):
        for number, text in texts_of(path):
            for word, better in STILTED.items():
                if re.search(r"\b" + word, text, re.I):
                    yield f"{path.relative_to(ROOT)}:{number}: say {better}: \"{text.strip()[:160]}\""


def main():
    found = [*missing_readmes(), *synonyms(), *stilted()]
    print("\n".join(found) if found else "words: every folder has its README, messages keep to the field's words")
    return 1 if found else 0


sys.exit(main())
