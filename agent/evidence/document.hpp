// The report as a document: sections of paragraphs, tables and figures, in the order in which they are read. The forms
// for people (HTML, Markdown) render this one value. Pure.
#pragma once

#include "evidence/assessment.hpp"

#include <string>
#include <vector>

namespace mooring::evidence {

enum class Tone { plain, good, drift, denied, blind, accepted, faint };
Tone tone_of(Verdict verdict);

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

Document compose_document(const Assessment& assessment);

} // namespace mooring::evidence
