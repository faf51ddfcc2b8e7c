#include "report/formats.hpp"

#include "base/text.hpp"
#include "report/layout.hpp"
#include "report/wording.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>
#include <vector>

namespace mooring::report {
namespace {

struct TestCase {
    std::string classname;
    std::string name;
    std::string_view outcome; // element: "failure", "error", "skipped"; "" passes
    std::string type;         // the verdict's word
    std::string message;
    std::string body;
};

struct Suite {
    std::string name;
    std::string properties; // XML
    std::vector<TestCase> cases;

    std::size_t count(std::string_view outcome) const {
        return static_cast<std::size_t>(std::ranges::count(cases, outcome, &TestCase::outcome));
    }
};

std::string_view outcome_of(words::Standing standing) {
    switch (standing) {
    case words::Standing::good:
        return "";
    case words::Standing::accepted:
        return "skipped";
    case words::Standing::drift:
        return "failure";
    case words::Standing::blind:
        return "error";
    }
    std::unreachable();
}

// Everything that the text form says below a stack's name, one line each.
std::string body_of(const Report& report, const StackResult& stack) {
    std::string out;
    if (!stack.where.file.empty()) out += place(stack.where) + "\n";
    for (const Change& change : stack.changes) {
        out += change_line(change);
        if (!change.where.file.empty()) out += "  " + place(change.where);
        if (!change.waiver.empty()) out += ", waived by " + printable(change.waiver);
        out += "\n";
    }
    if (!stack.changes.empty()) out += "(changes: desired -> actual)\n";
    for (const Reason& reason : reasons_of(stack)) out += reason.text + "\n";
    for (const std::string& waiver : stack.waivers) out += waiver_words(report, waiver) + "\n";
    return out;
}

TestCase case_of(const Report& report, const StackResult& stack) {
    const words::Standing standing = words::standing_of(stack);
    TestCase out{.classname = stack.server + "." + words::environment_name(stack),
                 .name = stack.name,
                 .outcome = outcome_of(standing),
                 .type = std::string(to_string(stack.verdict)),
                 .message = words::verdict_words(stack),
                 .body = {}};
    const std::string why = standing == words::Standing::accepted ? acceptance(report, stack) : brief(stack);
    if (!why.empty()) out.message += ": " + why;
    if (!out.outcome.empty())
        out.body = body_of(report, stack);
    else if (words::undeclared_values(stack) > 0)
        out.body = words::verdict_words(stack) + "\n" + body_of(report, stack);
    else if (!stack.runtime_asked)
        out.body = words::verdict_words(stack) + "\n";
    return out;
}

TestCase case_of(const ServerResult& server) {
    TestCase out{
        .classname = "mooring", .name = "server " + server.name, .outcome = {}, .type = {}, .message = {}, .body = {}};
    if (server.error.empty() && server.exit_code == 0) return out;
    out.outcome = "error";
    out.type = fmt::format("exit {}", server.exit_code);
    out.message = printable(server.error, 2000);
    out.body = server.url + "\n" + server.error + "\n";
    return out;
}

// The run passes when it could judge: exit 0, or the bits of drift and of what could not be seen, which the stacks
// show.
TestCase case_of_run(const Report& report) {
    TestCase out{.classname = "mooring", .name = "run", .outcome = {}, .type = {}, .message = {}, .body = {}};
    for (const Diagnostic& one : report.diagnostics)
        out.body += fmt::format("{}: {}\n", to_string(one.severity), placed_remark(one, true));
    if (is_judged(report)) return out;
    out.outcome = "error";
    out.type = fmt::format("exit {}", report.exit_code);
    out.message = fmt::format("exit {}: {}", report.exit_code, explain_exit(report));
    return out;
}

std::string property(std::string_view name, std::string_view value) {
    return fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", markup(name), markup(value));
}

std::string properties_of(const Report& report) {
    std::string out = property("exitCode", fmt::format("{}", report.exit_code));
    out += property("exit", explain_exit(report));
    out += property("run", report.run_id);
    out += property("mooring", report.mooring_version);
    out += property("coverage", words::percent(report.summary.coverage));
    out += property("score", words::percent(report.summary.score));
    for (const Verdict verdict : all_verdicts) {
        out += property(fmt::format("verdicts.{}", to_string(verdict)),
                        fmt::format("{}", count_of(report.summary, verdict)));
    }
    return "    <properties>\n" + out + "    </properties>\n";
}

Suite suite_of_run(const Report& report) {
    Suite out{.name = "run", .properties = properties_of(report), .cases = {case_of_run(report)}};
    for (const ServerResult& server : report.servers) out.cases.push_back(case_of(server));
    return out;
}

// One a server, in the order of the stacks.
std::vector<Suite> suites_of(const Report& report) {
    std::vector<Suite> out{suite_of_run(report)};
    for (const StackResult& stack : report.stacks) {
        const auto same =
            std::find_if(out.begin() + 1, out.end(), [&](const Suite& s) { return s.name == stack.server; });
        Suite& suite = same == out.end() ? out.emplace_back(stack.server) : *same;
        suite.cases.push_back(case_of(report, stack));
    }
    return out;
}

std::string lines_of(std::string_view body) {
    std::string out;
    for (const std::string_view line : split(body, '\n')) out += markup(line) + "\n";
    if (!body.empty()) out.pop_back(); // the line break that ends the body
    return out;
}

std::string xml_of(const TestCase& one) {
    const std::string start =
        fmt::format("    <testcase classname=\"{}\" name=\"{}\"", markup(one.classname), markup(one.name));
    if (one.outcome.empty() && one.body.empty()) return start + "/>\n";
    if (one.outcome.empty())
        return fmt::format("{}>\n      <system-out>{}</system-out>\n    </testcase>\n", start, lines_of(one.body));
    return fmt::format("{}>\n      <{} type=\"{}\" message=\"{}\">{}</{}>\n    </testcase>\n", start, one.outcome,
                       markup(one.type), markup(one.message), lines_of(one.body), one.outcome);
}

std::string xml_of(const std::vector<Suite>& suites, const std::string& timestamp) {
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::string body;
    for (const Suite& suite : suites) {
        tests += suite.cases.size();
        failures += suite.count("failure");
        errors += suite.count("error");
        body += fmt::format(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" timestamp=\"{}\">\n",
            markup(suite.name), suite.cases.size(), suite.count("failure"), suite.count("error"),
            suite.count("skipped"), timestamp);
        body += suite.properties;
        for (const TestCase& one : suite.cases) body += xml_of(one);
        body += "  </testsuite>\n";
    }
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"mooring\" tests=\"{}\" "
                       "failures=\"{}\" errors=\"{}\">\n{}</testsuites>\n",
                       tests, failures, errors, body);
}

} // namespace

std::string to_junit(const Report& report) {
    std::string timestamp = format_utc(report.started_at);
    timestamp.pop_back(); // the schema's times have no zone
    return xml_of(suites_of(report), timestamp);
}

std::string to_junit(const Diagnostics& diagnostics, UnixSeconds now) {
    Suite suite{.name = "validate", .properties = {}, .cases = {}};
    for (const Diagnostic& one : diagnostics) {
        const std::string where = place(one.where, true);
        suite.cases.push_back({.classname = "mooring.validate",
                               .name = where.empty() ? remark(one) : where,
                               .outcome = one.severity == Severity::error ? "failure" : "skipped",
                               .type = one.code,
                               .message = fmt::format("{}: {}", to_string(one.severity), remark(one)),
                               .body = where});
    }
    if (!has_errors(diagnostics))
        suite.cases.push_back({.classname = "mooring.validate",
                               .name = "manifests",
                               .outcome = {},
                               .type = {},
                               .message = {},
                               .body = {}});
    std::string timestamp = format_utc(now);
    timestamp.pop_back();
    return xml_of({suite}, timestamp);
}

} // namespace mooring::report
