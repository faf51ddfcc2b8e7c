#include "report/format.hpp"

#include "report/json.hpp"
#include "report/text.hpp"

#include <array>
#include <utility>

namespace mooring::report {
namespace {

constexpr std::array all_formats{Format::text, Format::json};

} // namespace

std::string_view to_string(Format format) {
    switch (format) {
    case Format::text:
        return "text";
    case Format::json:
        return "json";
    }
    std::unreachable();
}

std::optional<Format> parse_format(std::string_view word) {
    for (const Format format : all_formats) {
        if (to_string(format) == word) return format;
    }
    return std::nullopt;
}

std::vector<std::string> format_words() {
    std::vector<std::string> words;
    for (const Format format : all_formats) words.emplace_back(to_string(format));
    return words;
}

std::string render(const Report& report, Format format, const TextOptions& options) {
    switch (format) {
    case Format::text:
        return to_text(report, options);
    case Format::json:
        return to_json(report);
    }
    std::unreachable();
}

} // namespace mooring::report
