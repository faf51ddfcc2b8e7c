// The document as one HTML page: style sheet, template, and the document as data for it. Every text is escaped by the
// template; figures are markup of our own making.
#include "evidence/document.hpp"

#include "report/templates.hpp"

#include <array>

namespace mooring::evidence {
namespace {

using report::Data;

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

// The policy lets nothing load and nothing run, whatever a text of the ledger may try. What scrolls sideways can be
// reached and moved by the keyboard, and has a name.
constexpr std::string_view page_template = R"~(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{title}}: {{subtitle}}</title>
<style>{{{style}}}</style>
</head>
<body>
<header>
<h1>{{title}}</h1>
<p>{{subtitle}}</p>
{{#byline}}<p>{{text}}</p>
{{/byline}}<dl>
{{#figures}}<div><dt>{{name}}</dt><dd class="{{tone}}">{{value}}</dd></div>
{{/figures}}</dl>
</header>
<nav aria-label="Sections"><ul>
{{#sections}}<li><a href="#{{id}}">{{title}}</a></li>
{{/sections}}</ul></nav>
<main>
{{#sections}}<section id="{{id}}"{{#new_page}} class="new-page"{{/new_page}}>
<h2>{{title}}</h2>
{{#paragraphs}}<p>{{#pieces}}{{>prose}}{{/pieces}}</p>
{{/paragraphs}}{{#chart}}{{{.}}}
<p class="key"><b class="good">score</b> (solid), <b class="accepted">with waivers</b> (dotted), <b>coverage</b> (dashed); shaded: not observed</p>
{{/chart}}{{#tables}}<div class="wide" role="region" tabindex="0" aria-label="{{label}}"><table>{{#caption}}<caption>{{text}}</caption>{{/caption}}<thead><tr>{{#columns}}<th scope="col">{{.}}</th>{{/columns}}</tr></thead>
<tbody>
{{#rows}}<tr>{{#cells}}<td>{{#strip}}{{{.}}}{{/strip}}{{#whole}}<span class="whole">{{.}}</span>{{/whole}}{{#word}}<span class="word {{tone}}">{{text}}</span>{{/word}}{{#pieces}}{{>prose}}{{/pieces}}</td>{{/cells}}</tr>
{{/rows}}</tbody></table></div>
{{/tables}}</section>
{{/sections}}</main>
<footer>{{footer}}</footer>
</body>
</html>
)~";

Data cell_data(const Cell& cell) {
    Data out;
    if (!cell.svg.empty())
        out["strip"] = cell.svg;
    else if (cell.whole)
        out["whole"] = cell.text;
    else if (cell.tone == Tone::plain)
        out["pieces"] = report::prose_pieces(cell.text, report::Breaks::everywhere);
    else {
        Data word;
        word["tone"] = std::string(class_of(cell.tone));
        word["text"] = cell.text;
        out["word"] = std::move(word);
    }
    return out;
}

Data row_data(const std::vector<Cell>& row) {
    Data out;
    out["cells"] = report::list(row, cell_data);
    return out;
}

Data table_data(const Table& table, const std::string& title) {
    Data out;
    out["label"] = table.caption.empty() ? title : title + ": " + table.caption;
    out["caption"] = report::section(table.caption);
    out["columns"] = report::list(table.columns, [](const std::string& column) { return Data(column); });
    out["rows"] = report::list(table.rows, row_data);
    return out;
}

Data section_data(const Section& section) {
    Data out;
    out["id"] = section.id;
    out["title"] = section.title;
    out["new_page"] = report::flag(section.new_page);
    out["paragraphs"] = report::list(
        section.paragraphs, [](const std::string& text) { return report::sentence(text, report::Breaks::in_code); });
    out["chart"] = section.svg.empty() ? report::flag(false) : Data(section.svg);
    out["tables"] = report::list(section.tables, [&](const Table& table) { return table_data(table, section.title); });
    return out;
}

Data figure_data(const KeyFigure& figure) {
    Data out;
    out["name"] = figure.name;
    out["tone"] = std::string(class_of(figure.tone));
    out["value"] = figure.value;
    return out;
}

} // namespace

std::string to_html(const PeriodAssessment& assessment) {
    const Document document = compose_document(assessment);
    Data data;
    data["title"] = document.title;
    data["subtitle"] = document.subtitle;
    data["style"] = std::string(style);
    data["byline"] = report::section(document.byline);
    data["figures"] = report::list(document.figures, figure_data);
    data["sections"] = report::list(document.sections, section_data);
    data["footer"] = document.footer;
    return report::html_of(page_template, data);
}

} // namespace mooring::evidence
