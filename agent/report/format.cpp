#include "report/formats.hpp"

#include "base/text.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace mooring::report {
namespace {

struct Form {
    Format format;
    std::string_view word;
    std::string_view suffix;
    std::string (*render)(const Report& report, const TextOptions& options);
};

// In the order of the enumerators.
constexpr std::array forms{
    Form{Format::text, "text", ".txt", to_text},
    Form{Format::json, "json", ".json", [](const Report& report, const TextOptions&) { return to_json(report); }},
    Form{Format::junit, "junit", ".xml", [](const Report& report, const TextOptions&) { return to_junit(report); }},
    Form{Format::sarif, "sarif", ".sarif", [](const Report& report, const TextOptions&) { return to_sarif(report); }},
    Form{Format::markdown, "markdown", ".md",
         [](const Report& report, const TextOptions&) { return to_markdown(report); }},
    Form{Format::github, "github", ".log", [](const Report& report, const TextOptions&) { return to_github(report); }},
    Form{Format::gitlab, "gitlab", ".codequality.json",
         [](const Report& report, const TextOptions&) { return to_gitlab(report); }},
    Form{Format::csv, "csv", ".csv", [](const Report& report, const TextOptions&) { return to_csv(report); }}};

const Form& form_of(Format format) { return forms.at(static_cast<std::size_t>(format)); }

} // namespace

std::string_view to_string(Format format) { return form_of(format).word; }

std::optional<Format> parse_format(std::string_view word) {
    for (const Form& form : forms) {
        if (form.word == word) return form.format;
    }
    return std::nullopt;
}

std::string_view file_suffix(Format format) { return form_of(format).suffix; }

std::vector<std::string> format_words() {
    std::vector<std::string> words;
    words.reserve(forms.size());
    for (const Form& form : forms) words.emplace_back(form.word);
    return words;
}

std::string render(const Report& report, Format format, const TextOptions& options) {
    return form_of(format).render(report, options);
}

namespace {

// Whether what runs was part of the answer (design §2, rule 11); "" where there is no stack that it could be told of.
std::string runtime_words(const Report& report) {
    std::size_t asked = 0;
    std::size_t judged = 0;
    std::size_t read = 0;
    for (const StackResult& stack : report.stacks) {
        if (stack.verdict == Verdict::suspended || stack.verdict == Verdict::extra) continue;
        ++judged;
        if (!stack.runtime_asked) continue;
        ++asked;
        if (stack.verdict == Verdict::in_sync || stack.verdict == Verdict::drifted) ++read;
    }
    if (judged == 0) return {};
    if (asked == 0) return "runtime not asked";
    if (asked < judged) return fmt::format("runtime not asked for {}", judged - asked);
    return read > 0 ? "runtime read" : "runtime not read";
}

} // namespace

std::size_t count_of(const Summary& summary, Verdict verdict) {
    const auto found = summary.verdicts.find(verdict);
    return found == summary.verdicts.end() ? 0 : found->second;
}

std::vector<Verdict> headline_verdicts(const Summary& summary) {
    std::vector<Verdict> out{Verdict::in_sync};
    std::ranges::copy_if(listed_verdicts, std::back_inserter(out),
                         [&summary](Verdict verdict) { return count_of(summary, verdict) > 0; });
    return out;
}

std::string count_words(const Summary& summary, Verdict verdict) {
    std::string out = fmt::format("{} {}", words::verdict_words(verdict), count_of(summary, verdict));
    if (verdict != Verdict::in_sync) return out;
    std::vector<std::string> apart;
    if (summary.in_sync_waived > 0) apart.push_back(fmt::format("{} waived", summary.in_sync_waived));
    if (summary.in_sync_runtime_not_asked > 0)
        apart.push_back(fmt::format("{} runtime not asked", summary.in_sync_runtime_not_asked));
    return apart.empty() ? out : out + " (" + join(apart, ", ") + ")";
}

std::vector<std::string> share_words(const Report& report) {
    const Summary& summary = report.summary;
    std::vector<std::string> out{"coverage " + words::percent(summary.coverage),
                                 "score " + words::percent(summary.score)};
    if (summary.in_sync_waived > 0) out.push_back(words::percent(summary.score_with_waivers) + " with waivers");
    if (std::string runtime = runtime_words(report); !runtime.empty()) out.push_back(std::move(runtime));
    return out;
}

std::string headline(const Report& report) {
    std::vector<std::string> counts;
    for (const Verdict verdict : headline_verdicts(report.summary))
        counts.push_back(count_words(report.summary, verdict));
    return join(counts, ", ") + "; " + join(share_words(report), ", ");
}

} // namespace mooring::report
