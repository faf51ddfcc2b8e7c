// Text for people in columns: display width, padding, shortening, wrapping; colour, Markdown, XML. Pure.
#pragma once

#include "model/verdict.hpp"
#include "report/formats.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::report {

// Columns that a terminal uses for valid UTF-8: 2 for East Asian wide characters and emoji, 0 for combining marks and
// joiners, 1 for all else. An approximation of Unicode's tables that needs no locale; a wrong guess shifts a column and
// loses nothing.
std::size_t display_width(std::string_view text);

// `text` followed by blanks up to `width` columns; text that is wider stays as it is.
std::string pad(std::string_view text, std::size_t width);

// At most `width` columns, the middle replaced by one `…`; both ends tell names and paths apart.
std::string shorten_middle(std::string_view text, std::size_t width);

// Two texts that differ, each in at most half of `width` columns (one gives what it does not need to the other). What
// both have in common at the front is cut first, so that the difference stays in sight.
std::pair<std::string, std::string> shorten_pair(std::string_view one, std::string_view other, std::size_t width);

// Words broken into lines of at most `width` columns (nullopt: one line); a word that is wider is broken.
std::vector<std::string> wrap(std::string_view text, std::optional<std::size_t> width);

// Colour on a terminal, and nothing where there is none.

// What a piece of text is; the colour follows from it.
enum class Ink { plain, strong, faint, good, drift, missing, denied, blind, broken, extra };

// The ink of a verdict's word. Denied has one that no other verdict has (design §2, rule 2).
Ink ink_of(Verdict verdict);

// `text` as a link to `url` on terminals that know OSC 8; `text` itself without an address, which is percent-encoded.
std::string hyperlink(std::string_view url, std::string_view text);

class Paint {
  public:
    explicit Paint(bool colour) : colour_(colour) {}
    // `text` between the escape sequences of `ink`; `text` itself without colour.
    std::string operator()(Ink ink, std::string_view text) const;

  private:
    bool colour_;
};

// Text in XML and HTML.

// Untrusted text as the content or a quoted attribute of an XML 1.0 or HTML element: printable, the five characters of
// markup as entities, and without the code points that XML forbids.
std::string markup(std::string_view text);

// One stack's lines in the text report.

// Where columns begin; the same for all stacks of a report, and independent of what is in them.
struct Columns {
    std::optional<std::size_t> width; // of the terminal
    std::size_t name = 13;            // the stack's name, after the verdict's word
    std::size_t plane = 15;           // a change's plane, or its path where planes are not written
    std::size_t path = 24;            // a change's path
    std::size_t value = 52;           // its values, and the manifest's place
    std::size_t place = 88;           // the place that a change is about
    bool planes = true;
};

// The columns of a report for a terminal of this width; nullopt: those of a wide one.
Columns columns_for(std::optional<std::size_t> width);

struct Reason; // wording.hpp

class StackText {
  public:
    StackText(const TextOptions& options, bool with_server);
    // Of a report's stacks, whose names are links where the terminal can. The report outlives it.
    StackText(const TextOptions& options, const Report& report);
    // For changes alone, without stack and plane.
    explicit StackText(const TextOptions& options);

    // The stack's block: verdict, name and manifest; changes; why; what was asked; what to do.
    std::string block(const StackResult& stack) const;
    // The first line of it: verdict, name and manifest.
    std::string first_line(const StackResult& stack) const;
    // What is the same in several stacks: how many they are, and their changes.
    std::string shared(const std::vector<const StackResult*>& stacks) const;
    // A stack's name in the colour of names, with its link.
    std::string name(const StackResult& stack, std::string_view shown) const;
    // One change on one line, or on several where a terminal is too narrow: wrapped, and never cut.
    std::string change(const Change& change) const;
    // Text of a stack on lines of its own, below its name.
    std::string paragraph(Ink ink, std::string_view text) const;

  private:
    std::string reasons(const StackResult& stack, const std::vector<Reason>& all) const;
    std::string values(const Change& change) const;
    std::string wrapped(const Change& change, std::string_view waived) const;

    TextOptions options_;
    Columns columns_;
    Paint paint_;
    bool with_server_;
    const Report* report_ = nullptr;
};

// Untrusted text in Markdown: what comes out is that text and never structure, a link, an image, HTML, a mention or a
// reference.

// A code span, `like this`. "(empty)" in italics for "". Not for table cells.
std::string code_span(std::string_view text);

// Text among other text, also inside an HTML element. It never begins a line: whoever calls it has written something
// before it.
std::string prose(std::string_view text);

// A code span in a table's cell; prose where the text has a `|`, which a code span there cannot hold.
std::string code_cell(std::string_view text);

// One stack in the Markdown report: its row in the table, and its folded block.

// The first two lines of the table.
std::string markdown_table_head(bool with_server);
// The stack's line in it; its name is a link to `url` where that is not empty.
std::string markdown_row(const StackResult& stack, bool with_server, std::string_view url);

// Begins a folded block; `summary` is HTML.
std::string markdown_fold(std::string_view summary);
// Changes, reasons and what to do, folded. Long values are shortened, and of many changes the first thirty are listed.
std::string markdown_block(const Report& report, const StackResult& stack, bool with_server);
// The same of several stacks of which the same is said, with their names.
std::string markdown_block(const Report& report, const std::vector<const StackResult*>& stacks, bool with_server);

} // namespace mooring::report
