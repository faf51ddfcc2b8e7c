"""The CSV form: RFC 4180 to the letter, one record a stack and a change, and nothing that a spreadsheet would run."""
import collections
import csv
import io

FORMULA = tuple("=+-@\t\r＝＋－＠")


def check(text, truth):
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", ""), "records end in CRLF, and only they"
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True, restkey="too many"))
    assert all("too many" not in row and None not in row.values() for row in rows), "a record of another length"
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.strip().startswith(FORMULA)], "a formula"

    by_row = collections.Counter(row["row"] for row in rows)
    assert by_row == +collections.Counter(run=1, server=len(truth.unjudged_servers()), stack=len(truth.stacks),
                                          change=len(truth.changes()), diagnostic=len(truth.diagnostics)), by_row
    assert {row["exit_code"] for row in rows} == {str(truth.exit_code)}
    stacks = [row for row in rows if row["row"] == "stack"]
    wanted = [(s["verdict"], str(s["waived"]).lower()) for s in truth.stacks]
    assert [(row["verdict"], row["waived"]) for row in stacks] == wanted, "verdicts"
    for row, change in zip([row for row in rows if row["row"] == "change"], truth.changes()):
        assert (row["plane"], row["secret"], row["waived"]) == (change["plane"], str(change["secret"]).lower(), str(change["waived"]).lower())
        assert not change["secret"] or (row["desired"] == row["actual"] == "")
