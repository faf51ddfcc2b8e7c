#include "evidence/forms.hpp"

#include <array>
#include <utility>

namespace mooring::evidence {
namespace {

struct Known {
    Form form;
    std::string_view word;
    std::string_view file;
    std::string (*render)(const Assessment&);
};
constexpr std::array forms{
    Known{Form::html, "html", "compliance.html", to_html}, Known{Form::json, "json", "compliance.json", to_json},
    Known{Form::csv, "csv", "compliance.csv", to_csv}, Known{Form::markdown, "markdown", "compliance.md", to_markdown}};

const Known& known(Form form) { return forms.at(static_cast<std::size_t>(form)); }

} // namespace

std::string_view to_string(Form form) { return known(form).word; }

std::optional<Form> parse_form(std::string_view word) {
    for (const Known& one : forms) {
        if (one.word == word) return one.form;
    }
    return std::nullopt;
}

std::vector<std::string> form_words() {
    std::vector<std::string> words;
    words.reserve(forms.size());
    for (const Known& one : forms) words.emplace_back(one.word);
    return words;
}

std::string file_name(Form form) { return std::string(known(form).file); }

std::string render(const Assessment& assessment, Form form) { return known(form).render(assessment); }

} // namespace mooring::evidence
