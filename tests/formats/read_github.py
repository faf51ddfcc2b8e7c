"""The workflow commands, read as the runner of GitHub Actions reads them."""
import collections
import re

from read_json import standing
from read_text import headline_counts

COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")
WORDS = {"drift": "error", "blind": "warning", "accepted": "notice"}
PROPERTIES = {"file", "line", "col", "title"}


def decode(text):
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def read(line):
    found = COMMAND.fullmatch(line)
    assert found, f"not a command: {line[:80]!r}"
    properties = dict(part.split("=", 1) for part in found.group(2).split(","))
    assert set(properties) <= PROPERTIES and "title" in properties, properties
    return found.group(1), {name: decode(value) for name, value in properties.items()}, decode(found.group(3))


def wanted_words(truth):
    words = collections.Counter(["error"] * len(truth.unjudged_servers()) + ["notice"])
    words.update("notice" if change["waived"] else "error" for change in truth.changes())
    words.update(WORDS[standing(stack)] for stack in truth.lone_stacks())
    words.update("notice" if d["severity"] == "note" else d["severity"] for d in truth.diagnostics)
    return words


def check(text, truth):
    commands = [read(line) for line in text.splitlines()]
    assert collections.Counter(word for word, _, _ in commands) == wanted_words(truth), "annotations"
    word, properties, message = commands[0]
    assert word == "notice" and properties["title"] == f"Mooring exit {truth.exit_code}", commands[0]
    levels = [("error", "warning", "notice").index(word) for word, _, _ in commands[1:]]
    assert levels == sorted(levels), "the most telling come first"
    counts = message[message.index("in sync "):].partition(";")[0].replace(",", "")
    assert headline_counts(counts) == truth.counts, message
