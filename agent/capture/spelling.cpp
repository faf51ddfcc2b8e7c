#include "capture/spelling.hpp"

#include "yaml/events.hpp"

#include <algorithm>
#include <string>

namespace mooring::capture {
namespace {

// Behind the quote that closes the one at the start; 0 if there is none.
std::size_t quoted_length(std::string_view text) {
    const char quote = text.front();
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (quote == '"' && text[i] == '\\') {
            ++i;
        } else if (text[i] == quote) {
            if (quote == '"' || i + 1 >= text.size() || text[i + 1] != '\'') return i + 1;
            ++i;
        }
    }
    return 0;
}

// Whether these bytes, as the value of a key, mean this value.
bool means(std::string_view bytes, std::string_view value) {
    const auto documents = yaml::parse_compose("k: " + std::string(bytes) + "\n");
    if (!documents || documents->size() != 1) return false;
    const yaml::Node* node = documents->front().find("k");
    return node != nullptr && node->kind == yaml::Kind::scalar && node->text == value;
}

} // namespace

Spelling::Spelling(std::string_view text) : text_(text), lines_{0} {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') lines_.push_back(i + 1);
    }
}

std::size_t Spelling::offset(const yaml::Mark& mark) const {
    const std::size_t line = mark.line - 1;
    return line < lines_.size() ? std::min(lines_[line] + mark.column - 1, text_.size()) : text_.size();
}

// A block ends before the first line that is indented less than its first one.
std::size_t Spelling::block_length(std::size_t at) const {
    std::size_t end = std::min(text_.find('\n', at), text_.size());
    std::size_t deep = 0;
    for (std::size_t from = end + 1; from < text_.size();) {
        const std::size_t to = std::min(text_.find('\n', from), text_.size());
        const std::string_view line = text_.substr(from, to - from);
        const std::size_t indent = line.find_first_not_of(' ');
        const bool blank = line.find_first_not_of(" \r") == std::string_view::npos;
        if (!blank && deep == 0) deep = indent;
        if (!blank && (deep == 0 || indent < deep)) break;
        if (!blank) end = to;
        from = to + 1;
    }
    return end - at - (end > at && text_[end - 1] == '\r' ? 1 : 0);
}

std::size_t Spelling::length(std::size_t at, const std::string& value) const {
    const std::string_view rest = text_.substr(std::min(at, text_.size()));
    if (rest.empty()) return 0;
    std::size_t size = 0;
    if (rest.front() == '"' || rest.front() == '\'') {
        size = quoted_length(rest);
    } else if (rest.front() == '|' || rest.front() == '>') {
        size = block_length(at);
    } else if (rest.starts_with(value)) {
        return value.size();
    }
    return size > 0 && means(rest.substr(0, size), value) ? size : 0;
}

} // namespace mooring::capture
