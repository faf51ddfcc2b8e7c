// The document as Markdown: the same sections and tables, without figures. The table of the forms.
#include "evidence/document.hpp"

#include "report/layout.hpp"

#include <algorithm>
#include <array>

namespace mooring::evidence {

namespace {

using report::prose;

// A name or an address stays as it is, to be read and searched as plain text, too: `payroll/#3@main`.
std::string cell_of(const std::string& text) {
    std::string out = prose(text);
    const bool is_one_word = text.find_first_of(" <>&`|") == std::string::npos;
    return out != text && is_one_word ? report::code_span(text) : out;
}

std::string markdown_of(const Table& table) {
    // A column of figures has nothing to show here.
    std::vector<bool> shown;
    shown.reserve(table.columns.size());
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        shown.push_back(!std::ranges::any_of(table.rows, [i](const auto& row) { return !row[i].svg.empty(); }));
    }
    std::string head = "|";
    std::string rule = "|";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (!shown[i]) continue;
        head += " " + prose(table.columns[i]) + " |";
        rule += "---|";
    }
    std::string out = head + "\n" + rule + "\n";
    for (const std::vector<Cell>& row : table.rows) {
        out += "|";
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (shown[i]) out += " " + cell_of(row[i].text) + " |";
        }
        out += "\n";
    }
    return out + "\n";
}

} // namespace

std::string to_markdown(const PeriodAssessment& assessment) {
    const Document document = compose_document(assessment);
    std::string out = "# " + prose(document.title) + "\n\n" + prose(document.subtitle) + "\n\n";
    if (!document.byline.empty()) out += prose(document.byline) + "\n\n";
    out += "|";
    for (const KeyFigure& one : document.figures) out += " " + prose(one.name) + " |";
    out += "\n|";
    for (std::size_t i = 0; i < document.figures.size(); ++i) out += "---|";
    out += "\n|";
    for (const KeyFigure& one : document.figures) out += " " + prose(one.value) + " |";
    out += "\n\n";
    for (const Section& section : document.sections) {
        out += "## " + prose(section.title) + "\n\n";
        for (const std::string& paragraph : section.paragraphs) out += prose(paragraph) + "\n\n";
        for (const Table& table : section.tables) out += markdown_of(table);
    }
    return out + prose(document.footer) + "\n";
}

namespace {

struct Known {
    Form form;
    std::string_view word;
    std::string_view file;
    std::string (*render)(const PeriodAssessment&);
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

std::string render(const PeriodAssessment& assessment, Form form) { return known(form).render(assessment); }

} // namespace mooring::evidence
