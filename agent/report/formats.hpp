// A report in each form that it has, as text of its own; and the line that stands above or below it.
#pragma once

#include "base/error.hpp"
#include "model/verdict.hpp"

#include <array>
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::report {

// The headline's words: how many stacks have each verdict, coverage and score, and whether what runs was read. Pure.

// The order in which verdicts are listed: what needs a person first, then what could not be seen, then what is only
// worth knowing. in_sync is not among them.
inline constexpr std::array listed_verdicts{
    Verdict::drifted,     Verdict::missing, Verdict::deleted, Verdict::denied, Verdict::not_visible, Verdict::orphaned,
    Verdict::unreachable, Verdict::pending, Verdict::error,   Verdict::extra,  Verdict::suspended};

// 0 where the summary has no entry.
std::size_t count_of(const Summary& summary, Verdict verdict);

// The verdicts that a headline names: in_sync always, then those of listed_verdicts that occur.
std::vector<Verdict> headline_verdicts(const Summary& summary);

// "drifted 2", "in sync 11 (2 waived, 1 runtime not asked)"
std::string count_words(const Summary& summary, Verdict verdict);

// "coverage 78 %", "score 61 %", "64 % with waivers" where any is in use, "runtime read".
std::vector<std::string> share_words(const Report& report);

// "in sync 11, drifted 2; coverage 78 %, score 61 %, runtime read": the headline as one clause.
std::string headline(const Report& report);

// The forms in which a report can be written. A new one is an enumerator, its word, and its own file.
enum class Format { text, json, junit, sarif, markdown, github, gitlab, csv };

std::string_view to_string(Format format);
std::optional<Format> parse_format(std::string_view word);
// What a file in this form is called by: ".xml".
std::string_view file_suffix(Format format);
// Every word that parse_format knows, for suggestions.
std::vector<std::string> format_words();

// How the text form is laid out; the other forms need none of it.
struct TextOptions {
    bool colour = false;
    std::optional<std::size_t> width; // columns of the terminal; nullopt: nothing is wrapped at or cut to one
    bool links = false;               // names of stacks lead to Portainer (OSC 8), for terminals that can
    bool quiet = false;               // leaves out what is in sync
    bool show_values = false;         // secrets in clear, only ever for a terminal
};

// The whole report in the given form, ending in a line break. The same report gives the same bytes.
std::string render(const Report& report, Format format, const TextOptions& options);

// The report as CSV, for spreadsheets and line tools.

// RFC 4180: a header, then records that end in CRLF, in UTF-8. `row` says what a record is:
//   run         the first one: the exit code's meaning and the headline in `message`
//   server      a server that could not be judged, with the reason in `message`
//   stack       every stack, once
//   change      every change, below its stack
//   diagnostic  a remark about manifests, configuration or a server; `type` is its severity
// Columns are a contract: they keep their names and order, new ones are added at the end. Values are as in the text
// form; cells that a spreadsheet would take for a formula begin with an apostrophe.
std::string to_csv(const Report& report);

// One cell of text: printable, quoted where RFC 4180 asks for it, and harmless to spreadsheets.
std::string csv_cell(std::string_view text);

// The report as workflow commands of GitHub Actions, which shows them as annotations at file and line.

// One `::error` a change and a missing or undeclared stack, one `::warning` a stack that could not be read or compared,
// one `::notice` for what is accepted; servers and diagnostics likewise. GitHub shows ten annotations of each kind a
// step, the first ones, so the most telling come first: the headline with exit code and counts (a notice), whole
// servers, manifests, whole stacks, changes, and last the same change of further stacks. The log has all. The step's
// summary is to_markdown().
std::string to_github(const Report& report);

// The same of manifests alone (`mooring validate`); `result` is the notice's text.
std::string to_github(const Diagnostics& diagnostics, std::string_view result);

// Text behind the `::` of a command, and a value of one of its properties: printable, with what the runner would take
// for syntax percent-encoded.
std::string github_data(std::string_view text);
std::string github_property(std::string_view text);

// The report as a Code Quality report of GitLab: findings in a merge request's widget and beside its lines.

// A JSON array, one object a finding: each change that is not waived, each stack that is missing, undeclared or could
// not be read or compared, each server that could not be read, each error and warning about manifests. Fingerprints are
// those of SARIF, so that a finding keeps its place from run to run. Source: GitLab, Code Quality report format.
std::string to_gitlab(const Report& report);

// The same of manifests alone.
std::string to_gitlab(const Diagnostics& diagnostics);

// The report as JSON: the contract of schema/report.schema.json.

// The whole report, fields in the order of the contract, one stack and one diagnostic a line, absent values null. The
// values of secrets are never in it, whatever the options of the run; invalid UTF-8 is replaced by U+FFFD.
std::string to_json(const Report& report);

// One diagnostic as it stands in the report; `mooring validate` writes the same.
nlohmann::ordered_json json_of(const Diagnostic& diagnostic);

// One stack, one server and the summary as they stand in the report.
nlohmann::ordered_json json_of(const StackResult& stack);
nlohmann::ordered_json json_of(const ServerResult& server);
nlohmann::ordered_json json_of(const Summary& summary);

// A JSON value on one line, invalid UTF-8 replaced.
std::string one_line(const nlohmann::ordered_json& value);

// The report as JUnit XML, for GitLab, Jenkins and whatever else shows test results.

// One suite a server with one test case a stack (classname SERVER.ENVIRONMENT): drifted, missing and extra are
// failures; what could not be read or compared is an error; waived and suspended are skipped with their reason. The
// `type` of each is the verdict's word. Before them stands the suite `run`: its properties are the exit code and the
// counts; its cases are the run itself and each server, so that a run that judged nothing is never an empty pass.
// Elements and attributes are those that the schema of Jenkins' xUnit plugin (junit-10.xsd) and GitLab have in common.
std::string to_junit(const Report& report);

// Manifests alone (`mooring validate`): a case a remark, errors as failures and the others skipped; one that passes
// where there is no error, so that valid manifests are never an empty report.
std::string to_junit(const Diagnostics& diagnostics, UnixSeconds now);

// The report as GitHub and GitLab flavoured Markdown: a comment on a pull request, or the summary of a step.

// A comment holds 65,536 characters; some of that is left to whoever wraps it.
inline constexpr std::size_t markdown_limit = 59'000;

// Headline, servers, a table of what is not plainly in sync, one folded block a stack of these, remarks, the names of
// what is in sync. At most `limit` bytes (not less than 5,000): whole rows and blocks are left out, and a note says how
// many. The headline's counts are always complete.
std::string to_markdown(const Report& report, std::size_t limit = markdown_limit);

// The report as SARIF 2.1.0, for code scanning and editors.

// One result a change (rule `drifted/PLANE`) and one a stack that has another verdict than in_sync or drifted (rule:
// the verdict). Drift is of level error, what could not be read or compared of level warning and ends with its remedy;
// waived and suspended ones carry a suppression. Errors and warnings of manifests are results of the rule `manifest`.
// Exit code, errors of servers and all remarks stand in `invocations`, the summary in the run's properties. Every
// result has a physical location, without which code scanning refuses the whole log: place_of_report() where it has no
// file.
std::string to_sarif(const Report& report);

// The same of manifests alone (`mooring validate`). `version` is Mooring's.
std::string to_sarif(const Diagnostics& diagnostics, std::string_view version);

// What stays the same from run to run for the same finding: a digest of server, environment, stack, plane and path,
// never of a value. Plane and path are "" for a finding about the stack itself.
std::string fingerprint(const StackResult& stack, std::string_view plane, std::string_view path);
// Of file, code and words of a remark: its line may move.
std::string fingerprint(const Diagnostic& diagnostic);

// A file's name as a URI reference: percent-encoded, relative as it is, absolute with the scheme `file`.
std::string file_uri(std::string_view file);

// The report for people: a head line a server, the headline, what is not in sync first, the exit code's meaning last.

// The report as text. Untrusted text in it was made printable.
std::string to_text(const Report& report, const TextOptions& options);

// Diagnostics, one a line with file:line:column and suggestion; "" without any.
std::string diagnostics_text(const Diagnostics& diagnostics, const TextOptions& options);

} // namespace mooring::report
