"""The JUnit form, as GitLab and Jenkins read it: elements and attributes of the schema that both know, strict XML."""
import collections
import xml.etree.ElementTree as ElementTree

ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "timestamp"},
    "testcase": {"name", "classname"},
    "failure": {"type", "message"}, "error": {"type", "message"}, "skipped": {"type", "message"},
    "properties": set(), "property": {"name", "value"}, "system-out": set(),
}
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase"},
    "testcase": {"failure", "error", "skipped", "system-out"},
    "properties": {"property"},
}
OUTCOMES = {"drift": "failure", "blind": "error", "accepted": "skipped"}


def check_schema(element):
    assert set(element.keys()) == ATTRIBUTES[element.tag], f"<{element.tag}> has {sorted(element.keys())}"
    for child in element:
        assert child.tag in CHILDREN.get(element.tag, set()), f"<{child.tag}> in <{element.tag}>"
        check_schema(child)
    if element.tag == "testcase":
        assert len(element) <= 1, "a test case with two outcomes"


def check_suite(suite):
    cases = suite.findall("testcase")
    assert int(suite.get("tests")) == len(cases)
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(suite.get(attribute)) == len([case for case in cases if case.find(tag) is not None])


def outcome(case):
    found = [child for child in case if child.tag != "system-out"]
    return (found[0].tag, found[0].get("type")) if found else ("", "in_sync")


def check(text, truth):
    root = ElementTree.fromstring(text.encode())
    check_schema(root)
    suites = root.findall("testsuite")
    for suite in suites:
        check_suite(suite)
    for attribute in ("tests", "failures", "errors"):
        assert int(root.get(attribute)) == sum(int(suite.get(attribute)) for suite in suites), attribute

    run = {p.get("name"): p.get("value") for p in suites[0].find("properties")}
    assert int(run["exitCode"]) == truth.exit_code
    assert {v.removeprefix("verdicts."): int(n) for v, n in run.items() if v.startswith("verdicts.") and n != "0"} == truth.counts
    judged = truth.exit_code in (0, 2, 3, 4)
    first = suites[0].findall("testcase")
    assert (outcome(first[0])[0] == "") == judged, "the run itself"
    assert len(first) == 1 + len(truth.servers)
    assert [case.find("error") is not None for case in first[1:]] == [bool(server["error"]) for server in truth.servers]

    from read_json import standing
    wanted = collections.Counter((OUTCOMES.get(standing(s), ""), s["verdict"]) for s in truth.stacks)
    cases = [case for suite in suites[1:] for case in suite.findall("testcase")]
    assert collections.Counter(map(outcome, cases)) == wanted, "verdicts"
    for case in cases:
        for child in case:
            assert child.tag == "system-out" or child.get("message"), "an outcome without its reason"
