#include "yaml/parts.hpp"

#include "base/text.hpp"
#include "yaml/node.hpp"
#include "yaml/quick.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <istream>
#include <streambuf>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace mooring::yaml {
namespace {

// yaml-cpp reads from a stream; this one reads the text where it lies.
class View : public std::streambuf {
  public:
    explicit View(std::string_view text) {
        char* begin = const_cast<char*>(text.data()); // streambuf has no const; nothing is ever put back
        setg(begin, begin, begin + text.size());
    }
};

std::unexpected<Problem> refuse(std::string message, Mark mark, std::string code) {
    return std::unexpected(Problem{.message = std::move(message), .mark = mark, .code = std::move(code)});
}

Mark mark_of(const YAML::Mark& mark) {
    if (mark.is_null()) return {};
    return {.line = static_cast<std::uint32_t>(mark.line + 1), .column = static_cast<std::uint32_t>(mark.column + 1)};
}

std::expected<std::vector<Node>, Problem> read(std::string_view text, const Limits& limits) {
    View view(text);
    std::istream stream(&view);
    LibraryBuilder builder(text, limits);
    try {
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (Stop& stopped) {
        return std::unexpected(std::move(stopped.problem));
    } catch (const YAML::Exception& error) {
        const Mark mark = mark_of(error.mark);
        return refuse(in_plain_words(error.msg, text, mark), mark, "syntax");
    }
    if (auto problem = builder.find_open_quote()) return std::unexpected(std::move(*problem));
    return std::move(builder.documents());
}

} // namespace

const Node* Node::find(std::string_view key) const {
    for (const auto& [name, value] : entries) {
        if (name.kind == Kind::scalar && name.text == key) return &value;
    }
    return nullptr;
}

std::expected<std::vector<Node>, Problem> parse(std::string_view text, const Limits& limits) {
    if (auto quick = parse_quickly(text, limits)) return std::move(*quick);
    return parse_with_library(text, limits);
}

std::expected<std::vector<Node>, Problem> parse_with_library(std::string_view text, const Limits& limits) {
    if (text.size() > limits.bytes) {
        return refuse("the text has " + std::to_string(text.size()) + " bytes, more than the allowed " +
                          std::to_string(limits.bytes),
                      {}, "too-large");
    }
    std::string store;
    const auto decoded = decode(text, store);
    if (!decoded) return std::unexpected(decoded.error());
    if (auto problem = find_stray_directive(*decoded)) return std::unexpected(std::move(*problem));
    auto documents = read(*decoded, limits);
    if (!documents) return documents;
    for (Node& document : *documents) {
        if (auto problem = write_out_merge_keys(document)) return std::unexpected(std::move(*problem));
    }
    return documents;
}

namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
constexpr std::string_view next_line = "\xC2\x85";

Mark mark_at(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const auto lines = static_cast<std::uint32_t>(std::ranges::count(before, '\n'));
    const std::size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return {.line = lines + 1, .column = static_cast<std::uint32_t>(offset - start) + 1};
}

std::unexpected<Problem> refuse(std::string message, Mark mark = {}) {
    return std::unexpected(Problem{.message = std::move(message), .mark = mark, .code = "encoding"});
}

bool is_printable_ascii(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte < 0x7F) || byte == '\n' || byte == '\t' || byte == '\r';
}

// Offset of the first byte that starts no character of YAML 1.2 §5.1; npos if all do. Callers have checked nothing yet.
std::size_t first_bad(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        if (is_printable_ascii(text[at])) {
            ++at;
            continue;
        }
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte < 0x80) return at;
        const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
        const std::string_view character = text.substr(at, length);
        if (character.size() < length || !is_utf8(character)) return at;
        const bool is_c1 = character < "\xC2\xA0" && character != "\xC2\x85";
        if (is_c1 || character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF") return at;
        at += length;
    }
    return std::string_view::npos;
}

std::string describe(std::string_view text, std::size_t at) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(text[at]);
    const std::string hex{digits[byte >> 4U], digits[byte & 15U]};
    if (byte < 0x80) return "the control character 0x" + hex + " is not allowed in YAML";
    if (is_utf8(text.substr(at, byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2))) {
        return "a control character is not allowed in YAML";
    }
    return "the byte 0x" + hex + " is not UTF-8; save the file as UTF-8";
}

} // namespace

std::expected<std::string_view, Problem> decode(std::string_view bytes, std::string& store) {
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
        return refuse("the text is UTF-16; save it as UTF-8");
    }
    if (bytes.starts_with(utf8_mark)) bytes.remove_prefix(utf8_mark.size());
    if (const std::size_t bad = first_bad(bytes); bad != std::string_view::npos) {
        return refuse(describe(bytes, bad), mark_at(bytes, bad));
    }
    if (!bytes.contains('\r') && !bytes.contains(next_line)) return bytes;
    store.reserve(bytes.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) { // yaml-cpp counts only line feeds as lines
        if (bytes.substr(i).starts_with(next_line)) {
            store += '\n'; // as Docker's loader takes it
            ++i;
        } else if (bytes[i] != '\r') {
            store += bytes[i];
        } else if (i + 1 == bytes.size() || bytes[i + 1] != '\n') {
            store += '\n';
        }
    }
    return store;
}

bool has_odd_characters(std::string_view text) {
    return text.contains("\xE2\x80\xA8") || text.contains("\xE2\x80\xA9") || text.contains("\xEF\xBB\xBF");
}

} // namespace mooring::yaml
