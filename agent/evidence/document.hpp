// The report as a document: sections of paragraphs, tables and figures, in the order in which they are read. The forms
// for people (HTML, Markdown) render this one value. Pure.
#pragma once

#include "evidence/assessment.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::evidence {

enum class Tone { plain, good, drift, denied, blind, accepted, faint };
Tone tone_of(Verdict verdict);
// Its class in the style sheet; "" for plain.
std::string_view class_of(Tone tone);

struct Cell {
    std::string text; // printable; the renderers escape it
    Tone tone = Tone::plain;
    std::string svg;    // markup of our own making, for HTML; Markdown has only the text
    bool whole = false; // not broken over lines (a time)
};

struct Table {
    std::string caption;
    std::vector<std::string> columns;
    std::vector<std::vector<Cell>> rows;
};

struct Section {
    std::string id; // stable: what a control map names
    std::string title;
    std::vector<std::string> paragraphs;
    std::string svg; // a figure above the tables, for HTML
    std::vector<Table> tables;
    bool new_page = false; // in print
};

// What a reader wants to know first: "Coverage", "98 %".
struct KeyFigure {
    std::string name;
    std::string value;
    Tone tone = Tone::plain;
};

struct Document {
    std::string title;
    std::string subtitle;
    std::string byline; // "Example Ltd. Prepared by A. Auditor."; may be empty
    std::vector<KeyFigure> figures;
    std::vector<Section> sections;
    std::string footer;
};

// The ids that a control map may name, in the order of the sections.
const std::vector<std::string>& section_ids();

Document compose_document(const PeriodAssessment& assessment);

// The sections of the document, one function each. Private to this folder.

// A time, never broken over lines.
Cell time_cell(UnixSeconds at);

Section scope_section(const PeriodAssessment& assessment);
Section coverage_section(const PeriodAssessment& assessment);
Section score_section(const PeriodAssessment& assessment);
Section findings_section(const PeriodAssessment& assessment);
Section gaps_section(const PeriodAssessment& assessment);
Section stacks_section(const PeriodAssessment& assessment);
Section changes_section(const PeriodAssessment& assessment);
Section unread_section(const PeriodAssessment& assessment);
Section waivers_section(const PeriodAssessment& assessment);
Section corrections_section(const PeriodAssessment& assessment);
Section blocked_section(const PeriodAssessment& assessment);
Section chain_section(const PeriodAssessment& assessment);
Section controls_section(const PeriodAssessment& assessment);

// Figures as inline SVG: numbers in, markup out, the same bytes for the same numbers. Pure.

// Coverage and score over the period, with and without waivers; where nobody looked there is no line.
std::string share_figure(const PeriodAssessment& assessment);

// One stack's verdicts over the period as a strip; grey hatching where nobody looked.
std::string strip_figure(const StackReport& stack, ledger::Period period);

// Words of the compliance report. Pure.

// "shop/production@main"
std::string stack_name(const ledger::StackKey& key);
std::string_view to_string(Episode::End end);
std::string_view to_string(Finding::Level level);
// "expired", "dead", "expires soon", "in force", "not yet", "withdrawn": at the end of the period.
std::string waiver_state(const WaiverReport& waiver, const PeriodAssessment& assessment);

// Of a stretch from `from` to `to` that was seen for `seen` seconds: "for 30 d 21 h", or "seen so for 27 d 9 h of 30 d
// 21 h; nobody could see it for the rest"; said of the period alone when it began before it.
std::string seen_words(UnixSeconds from, UnixSeconds to, UnixSeconds seen, ledger::Period period);

// Shares of a whole with one decimal, which add up to 100.0: what rounding leaves goes to the largest remainders,
// nothing that is there reads 0.0, and what is not all does not read 100.0.
std::vector<std::string> share_words(const std::vector<UnixSeconds>& parts);

// What a finding is, in words: "drifted", "server not judged".
std::string what_words(const Finding& finding);

// The forms of the compliance report. Each ends in a line break; the same assessment gives the same bytes. Pure.
enum class Form { html, json, csv, markdown };

std::string_view to_string(Form form);
std::optional<Form> parse_form(std::string_view word);
std::vector<std::string> form_words();
// What a file of this form is called: "compliance.html".
std::string file_name(Form form);

std::string render(const PeriodAssessment& assessment, Form form);

// One self-contained page: no script, nothing from elsewhere; made to be printed on A4.
std::string to_html(const PeriodAssessment& assessment);
std::string to_markdown(const PeriodAssessment& assessment);
// The contract of schema/compliance.schema.json.
std::string to_json(const PeriodAssessment& assessment);
// RFC 4180, as report/formats.hpp; `row` says what a record is: report, observer, stack, episode, unseen, waiver, gap,
// finding. Columns keep their names and order.
std::string to_csv(const PeriodAssessment& assessment);

} // namespace mooring::evidence
