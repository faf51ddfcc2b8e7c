"""The Markdown form: its table, and that no text of others becomes structure."""
import collections
import re

from read_json import standing
from read_text import headline_counts

LIMIT = 60_000
# How our own lines begin; text of others begins none.
STARTS = ("### Mooring: ", "**in sync ", "**Cut to fit a comment:** ", "<br>coverage ", "- ", "| ", "|---|", "<details><summary>", "</details>",
          "<sub>Mooring ", "`", "*(empty)*")
OUR_TAGS = re.compile(r"</?(?:details|summary|b|sub)>|<br>")
LINK = re.compile(r"\[([^\[\]]*)\]\(https?://[^()\s|]*/#!/\d+/docker/stacks/[^()\s|<>]*\)")  # a stack's name, to its page in Portainer
OURS = re.compile(r"\*\*[A-Za-z][^*<]*\*\*|\*\(empty\)\*|^### ")  # bold words and the heading
ENTITY = re.compile(r"&(?:#\d+|lt|gt|amp);")


def without_code_spans(line):
    """As CommonMark finds them: a run of backticks ends at the next run of the same length."""
    out, at = "", 0
    while at < len(line):
        run = re.match(r"`+", line[at:])
        if not run:
            out, at = out + line[at], at + 1
            continue
        closing = re.compile(rf"(?<!`){run.group()}(?!`)").search(line, at + run.end())
        assert closing, f"an open code span: {line[at:at + 60]!r}"
        out, at = out + "CODE", closing.end()
    return out


def check_line(line):
    assert not line or line.startswith(STARTS), f"a line begins with {line[:40]!r}"
    plain = ENTITY.sub("E", OURS.sub("", OUR_TAGS.sub("", LINK.sub(r"\1", without_code_spans(line)))))
    body = plain.strip("|-") if line.startswith("|---") else plain
    for syntax in "<>&*_[]`~$\\@#!":
        assert syntax not in body, f"{syntax} in {line[:200]!r}"
    assert "//" not in body and "www." not in body, f"a link in {line[:200]!r}"
    assert line.startswith("|") or "|" not in plain, line[:200]
    return plain


def check_fragments(lines):
    """Folds are opened and closed one after the other."""
    depth = 0
    for line in lines:
        depth += line.startswith("<details>") - line.startswith("</details>")
        assert depth in (0, 1), "folds nest"
    assert depth == 0, "an open fold"


def check(text, truth):
    assert len(text.encode()) < LIMIT
    lines = text.splitlines()
    plains = [check_line(line) for line in lines]
    check_fragments(lines)
    assert headline_counts(lines[2].replace("**", "").replace(" ·", "")) == truth.counts, lines[2]
    assert lines[3].endswith(f" · exit {truth.exit_code}"), lines[3]

    rows = [plain for line, plain in zip(lines, plains) if line.startswith("| ")][1:]
    assert len({row.count("|") for row in rows}) <= 1, "rows of different widths"
    found = collections.Counter(re.sub(r" \(.*", "", row.split("|")[1].strip()[2:]).replace(" ", "_") for row in rows)
    wanted = collections.Counter(s["verdict"] for s in truth.stacks if standing(s) != "good")
    cut = next((line for line in lines if line.startswith("**Cut to fit")), "")
    left_out = int((re.findall(r"(\d+) of \d+ rows", cut) or ["0"])[0])
    assert sum(found.values()) + left_out == sum(wanted.values()), "rows"
    assert found <= wanted and (left_out or found == wanted), (found, wanted)
