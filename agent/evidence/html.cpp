// The document as one HTML page. Every text is escaped here, in one place; figures are markup of our own making.

#include "evidence/document.hpp"

#include "report/layout.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace mooring::evidence {
namespace {

using report::markup;

constexpr std::string_view style = R"css(
@page { size: A4; margin: 15mm 12mm 18mm;
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #57606a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; color: #1b1f24; background: #fff;
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif; }
h1 { margin: 0; font-size: 1.7rem; }
dl { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1.1rem 0; }
dl div { flex: 1 1 8rem; padding: .55rem .8rem; border: 1px solid #d0d7de; border-radius: .4rem; }
dt { color: #57606a; font-size: .82rem; } dd { margin: 0; font-size: 1.25rem; font-weight: 600; }
code { font: .92em ui-monospace, "Liberation Mono", monospace; }
.wide { overflow-x: auto; }
#stacks td:first-child, #changes td:first-child, #unread td:first-child { min-width: 9.5rem; }
h2 { margin: 2rem 0 .5rem; padding-bottom: .2rem; border-bottom: 2px solid #1b1f24; font-size: 1.15rem; }
p { margin: .4rem 0; max-width: 46rem; overflow-wrap: anywhere; }
header p { color: #57606a; }
nav ul { columns: 2; margin: 1rem 0; padding-left: 1.2rem; }
a { color: #0b4f9e; }
table { width: 100%; margin: .7rem 0; border-collapse: collapse; font-size: .82rem; }
caption { padding: .2rem 0; text-align: left; font-weight: 600; }
th, td { padding: .25rem .45rem; border-bottom: 1px solid #d0d7de; text-align: left; vertical-align: top;
  overflow-wrap: break-word; }
th { background: #f3f5f7; }
.whole { white-space: nowrap; }
td .word { display: inline-block; padding: 0 .35rem; border: 1px solid currentColor; border-radius: .25rem;
  font-weight: 600; white-space: nowrap; }
.good { color: #126430; } .drift { color: #a40e26; } .denied { color: #6b2fa0; } .blind { color: #805000; }
.accepted { color: #0b4f9e; } .faint { color: #57606a; }
svg { display: block; } svg text { fill: #57606a; font: 10px sans-serif; }
.chart { width: 100%; max-width: 46rem; } .chart path { fill: none; stroke-width: 1.5; }
.chart .grid { stroke: #d0d7de; stroke-width: .7; } .chart .coverage { stroke: #57606a; stroke-dasharray: 5 3; }
.chart .score { stroke: #126430; stroke-width: 2; } .chart .waived { stroke: #0b4f9e; stroke-dasharray: 2 2; }
.gap { fill: #d9dde2; }
.key { color: #57606a; font-size: .82rem; } .key b { font-weight: 600; }
.strip { width: 8rem; height: .8rem; border: 1px solid #8c959f; }
.strip .good { fill: #2e9e55; } .strip .drift { fill: #cf222e; } .strip .denied { fill: #8250df; }
.strip .blind { fill: #d4a72c; } .strip .accepted { fill: #6aa5e8; } .strip .faint { fill: #afb8c1; }
footer { margin-top: 2rem; padding-top: .5rem; border-top: 1px solid #d0d7de; color: #57606a; font-size: .82rem;
  overflow-wrap: anywhere; }
@media print {
  body { max-width: none; padding: 0; font-size: 9.5pt; } table { font-size: .78rem; }
  nav { display: none; } .wide { overflow: visible; } dl div { break-inside: avoid; } a { color: inherit; text-decoration: none; }
  h2 { break-after: avoid; } thead { display: table-header-group; } tr, svg { break-inside: avoid; }
  .new-page { break-before: page; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)css";

std::string_view class_of(Tone tone) {
    constexpr std::array<std::string_view, 7> names{"", "good", "drift", "denied", "blind", "accepted", "faint"};
    return names.at(static_cast<std::size_t>(tone));
}

// Escaped, with places at which a long path or name may be broken.
std::string breakable(std::string_view text) {
    std::string out;
    std::size_t begin = 0;
    for (std::size_t end = text.find_first_of("/@._=?"); end != std::string_view::npos;
         end = text.find_first_of("/@._=?", begin)) {
        out += markup(text.substr(begin, end + 1 - begin)) + "<wbr>";
        begin = end + 1;
    }
    return out + markup(text.substr(begin));
}

// What stands in `backticks` as code; the rest by `plain`.
template <typename Plain>
std::string prose(std::string_view text, Plain plain) {
    std::string out;
    for (std::size_t open = text.find('`'); open != std::string_view::npos; open = text.find('`')) {
        const std::size_t close = text.find('`', open + 1);
        if (close == std::string_view::npos) break;
        out += plain(text.substr(0, open)) + "<code>" + breakable(text.substr(open + 1, close - open - 1)) + "</code>";
        text.remove_prefix(close + 1);
    }
    return out + plain(text);
}

std::string html_of(const Cell& cell) {
    if (!cell.svg.empty()) return cell.svg;
    if (cell.whole) return "<span class=\"whole\">" + markup(cell.text) + "</span>";
    if (cell.tone == Tone::plain) return prose(cell.text, breakable);
    return fmt::format("<span class=\"word {}\">{}</span>", class_of(cell.tone), markup(cell.text));
}

// What scrolls sideways can be reached and moved by the keyboard, and has a name.
std::string html_of(const Table& table, const std::string& title) {
    std::string out = fmt::format("<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"{}\"><table>",
                                  markup(table.caption.empty() ? title : title + ": " + table.caption));
    if (!table.caption.empty()) out += "<caption>" + markup(table.caption) + "</caption>";
    out += "<thead><tr>";
    for (const std::string& column : table.columns) out += "<th scope=\"col\">" + markup(column) + "</th>";
    out += "</tr></thead>\n<tbody>\n";
    for (const std::vector<Cell>& row : table.rows) {
        out += "<tr>";
        for (const Cell& cell : row) out += "<td>" + html_of(cell) + "</td>";
        out += "</tr>\n";
    }
    return out + "</tbody></table></div>\n";
}

std::string html_of(const Section& section) {
    std::string out = fmt::format("<section id=\"{}\"{}>\n<h2>{}</h2>\n", section.id,
                                  section.new_page ? " class=\"new-page\"" : "", markup(section.title));
    for (const std::string& paragraph : section.paragraphs)
        out += "<p>" + prose(paragraph, [](std::string_view text) { return markup(text); }) + "</p>\n";
    if (!section.svg.empty()) {
        out += section.svg +
               "\n<p class=\"key\"><b class=\"good\">score</b> (solid), <b class=\"accepted\">with waivers</b> "
               "(dotted), <b>coverage</b> (dashed); shaded: not observed</p>\n";
    }
    for (const Table& table : section.tables) out += html_of(table, section.title);
    return out + "</section>\n";
}

} // namespace

std::string to_html(const PeriodAssessment& assessment) {
    const Document document = compose_document(assessment);
    // The policy lets nothing load and nothing run, whatever a text of the ledger may try.
    std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                      "'unsafe-inline'\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    out += fmt::format("<title>{}: {}</title>\n<style>{}</style>\n</head>\n<body>\n", markup(document.title),
                       markup(document.subtitle), style);
    out += fmt::format("<header>\n<h1>{}</h1>\n<p>{}</p>\n", markup(document.title), markup(document.subtitle));
    if (!document.byline.empty()) out += "<p>" + markup(document.byline) + "</p>\n";
    out += "<dl>\n";
    for (const KeyFigure& one : document.figures)
        out += fmt::format("<div><dt>{}</dt><dd class=\"{}\">{}</dd></div>\n", markup(one.name), class_of(one.tone),
                           markup(one.value));
    out += "</dl>\n</header>\n<nav aria-label=\"Sections\"><ul>\n";
    for (const Section& section : document.sections)
        out += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", section.id, markup(section.title));
    out += "</ul></nav>\n<main>\n";
    for (const Section& section : document.sections) out += html_of(section);
    return out + fmt::format("</main>\n<footer>{}</footer>\n</body>\n</html>\n", markup(document.footer));
}

// The document as Markdown: the same sections and tables, without figures.

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
