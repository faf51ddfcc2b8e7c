#include "unit/compose/respell.hpp"

#include "yaml/node.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace mooring::compose {
namespace {

using yaml::Kind;
using yaml::Node;

class Speller {
  public:
    explicit Speller(unsigned seed) : random_(seed) {}

    std::string document(const Node& node) {
        if (chance(3)) return "--- " + flow(node) + "\n";
        return "---" + block(node, 0) + "\n";
    }

  private:
    bool chance(unsigned of) { return random_() % of == 0; }

    static std::string single_quoted(std::string_view text) {
        std::string out = "'";
        for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
        return out + "'";
    }

    static std::string double_quoted(std::string_view text) {
        constexpr std::string_view digits = "0123456789abcdef";
        std::string out = "\"";
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            if (c == '"' || c == '\\') {
                out += '\\';
                out += c;
            } else if (byte < 0x20) {
                out += "\\x";
                out += digits[byte >> 4U];
                out += digits[byte & 15U];
            } else {
                out += c;
            }
        }
        return out + "\"";
    }

    static bool is_printable(std::string_view text) {
        return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x20; });
    }

    // Only what no context could read as anything else.
    static bool may_be_plain(const Node& node) {
        constexpr std::string_view safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./";
        if (node.text.empty() || !std::ranges::all_of(node.text, [&](char c) { return safe.contains(c); }))
            return false;
        Node plain = node;
        plain.plain = true;
        plain.tag.clear();
        const auto scalar = yaml::resolve(plain);
        return scalar && scalar->type == yaml::Type::text;
    }

    std::string tag_of(const Node& node) {
        if (node.tag.empty()) return {};
        const bool is_word = node.tag.starts_with('!') && std::ranges::all_of(node.tag.substr(1), [](unsigned char c) {
                                 return std::isalnum(c) != 0;
                             });
        return is_word ? node.tag + " " : "!<" + node.tag + "> "; // only a word stands for itself
    }

    std::string scalar(const Node& node) {
        if (node.kind == Kind::null) {
            constexpr std::array<std::string_view, 4> spellings{"~", "null", "Null", "NULL"};
            return std::string(spellings[random_() % spellings.size()]);
        }
        const bool is_text = !node.plain || yaml::is_text(node);
        if (!is_text) return tag_of(node) + node.text; // its spelling decides what it is
        if (node.tag.empty() && may_be_plain(node) && chance(2)) return node.text;
        if (is_printable(node.text) && chance(2)) return tag_of(node) + single_quoted(node.text);
        return tag_of(node) + double_quoted(node.text);
    }

    std::vector<std::size_t> shuffled(std::size_t count) {
        std::vector<std::size_t> order(count);
        for (std::size_t i = 0; i < count; ++i) order[i] = i;
        std::ranges::shuffle(order, random_);
        return order;
    }

    std::string flow(const Node& node) {
        if (node.kind == Kind::scalar || node.kind == Kind::null) return scalar(node);
        std::string out;
        for (const Node& item : node.items) out += (out.empty() ? "" : ", ") + flow(item);
        if (node.kind == Kind::sequence) return tag_of(node) + "[" + out + "]";
        for (const std::size_t i : shuffled(node.entries.size())) {
            const auto& [key, value] = node.entries[i];
            out += (out.empty() ? "" : ", ") + explicit_key(key) + ": " + flow(value);
        }
        return tag_of(node) + "{" + out + "}";
    }

    // A key of more than 1,024 characters needs a question mark.
    std::string explicit_key(const Node& key) { return (key.text.size() > 500 ? "? " : "") + scalar(key); }

    // What follows `key:` or `-`, with the line break or blank before it.
    std::string block(const Node& node, std::size_t depth) {
        const bool is_empty = node.items.empty() && node.entries.empty();
        const bool has_long_key =
            std::ranges::any_of(node.entries, [](const auto& entry) { return entry.first.text.size() > 500; });
        if (is_empty || has_long_key || (depth > 0 && chance(4))) return " " + flow(node);
        const std::string indent(depth * 2, ' ');
        std::string out = node.tag.empty() ? "" : " " + tag_of(node);
        for (const Node& item : node.items) out += "\n" + indent + "-" + block(item, depth + 1);
        for (const std::size_t i : shuffled(node.entries.size())) {
            const auto& [key, value] = node.entries[i];
            out += "\n" + indent + scalar(key) + ":" +
                   (value.kind == Kind::null && chance(2) ? "" : block(value, depth + 1));
            if (chance(8)) out += "\n" + indent + "# a remark";
        }
        return out;
    }

    std::mt19937 random_;
};

} // namespace

std::string respell(const std::vector<Node>& documents, unsigned seed) {
    Speller speller(seed);
    std::string out;
    for (const Node& document : documents) out += speller.document(document);
    return out;
}

} // namespace mooring::compose
