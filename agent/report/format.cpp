#include "report/format.hpp"

#include "report/csv.hpp"
#include "report/github.hpp"
#include "report/gitlab.hpp"
#include "report/json.hpp"
#include "report/junit.hpp"
#include "report/markdown.hpp"
#include "report/sarif.hpp"
#include "report/text.hpp"

#include <array>

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

} // namespace mooring::report
