"""The text form: its headline and its last line."""
import re

COUNT = re.compile(r"(?<!\S)(in sync|drifted|missing|deleted|denied|not visible|orphaned|unreachable|pending|error|extra|suspended) (\d+)(?= |$)")


def headline_counts(line):
    """verdict -> number, of a line of counts; zero counts left out."""
    found = {words.replace(" ", "_"): int(number) for words, number in COUNT.findall(line)}
    return {verdict: number for verdict, number in found.items() if number}


def check(text, truth):
    lines = text.splitlines()
    counts = next(line for line in lines if line.startswith("  in sync "))
    assert headline_counts(counts) == truth.counts, counts
    assert re.match(rf"exit {truth.exit_code}: ", lines[-1]), lines[-1]
