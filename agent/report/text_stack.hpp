// One stack's lines in the text report.
#pragma once

#include "report/format.hpp"
#include "report/paint.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mooring::report {

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
    std::string reasons(const StackResult& stack) const;
    std::string values(const Change& change) const;
    std::string wrapped(const Change& change, std::string_view waived) const;

    TextOptions options_;
    Columns columns_;
    Paint paint_;
    bool with_server_;
    const Report* report_ = nullptr;
};

} // namespace mooring::report
