// A list answer -> its items, each with what it is found by. One pass over the bytes, no recursion; what stands inside
// of an item is checked when it is decoded.
#include "kubernetes/live.hpp"

#include <fmt/format.h>

#include <array>
#include <functional>

namespace mooring::kubernetes {
namespace {

constexpr std::string_view stack_id_label = "io.portainer.kubernetes.application.stackid";

// Some bytes, looked for by a table: find_first_of() makes a call for each byte of the text.
class Bytes {
  public:
    constexpr explicit Bytes(std::string_view bytes) {
        for (const char c : bytes) has_[static_cast<unsigned char>(c)] = true;
    }
    // The first of them at or behind `at`; npos: there is none.
    std::size_t find(std::string_view text, std::size_t at) const {
        for (; at < text.size(); ++at) {
            if (has_[static_cast<unsigned char>(text[at])]) return at;
        }
        return std::string_view::npos;
    }

  private:
    std::array<bool, 256> has_{};
};
constexpr Bytes in_strings("\"\\");
constexpr Bytes in_values("\"{[]}");
constexpr Bytes behind_words("\"{[]},:");

// Goes over the members of one object, or the elements of one list, without looking into them.
class Skimmer {
  public:
    explicit Skimmer(std::string_view text) : rest_(text) {}

    // Calls `each` with every member's key, as it is written between its quotes, and its value; false: not an object.
    bool members(const std::function<bool(std::string_view key, std::string_view value)>& each) {
        if (!eat('{')) return false;
        if (eat('}')) return done();
        do {
            const std::string_view key = value();
            if (key.size() < 2 || key[0] != '"' || !eat(':')) return false;
            const std::string_view below = value();
            if (below.empty() || !each(key.substr(1, key.size() - 2), below)) return false;
        } while (eat(','));
        return eat('}') && done();
    }

    bool elements(const std::function<bool(std::string_view value)>& each) {
        if (!eat('[')) return false;
        if (eat(']')) return done();
        do {
            const std::string_view below = value();
            if (below.empty() || !each(below)) return false;
        } while (eat(','));
        return eat(']') && done();
    }

  private:
    void skip_blanks() {
        const std::size_t at = rest_.find_first_not_of(" \t\r\n");
        rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at);
    }

    bool done() {
        skip_blanks();
        return rest_.empty();
    }

    bool eat(char c) {
        skip_blanks();
        if (rest_.empty() || rest_[0] != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    // Behind the string that starts at `at`; npos: it has no end.
    std::size_t string_end(std::size_t at) const {
        at = in_strings.find(rest_, at + 1);
        while (at != std::string_view::npos && rest_[at] != '"') at = in_strings.find(rest_, at + 2); // an escape
        return at == std::string_view::npos ? at : at + 1;
    }

    // Behind the value at the front; npos: it has no end.
    std::size_t value_end() const {
        std::size_t depth = 0;
        std::size_t at = 0;
        do {
            at = (depth == 0 ? behind_words : in_values).find(rest_, at);
            if (at == std::string_view::npos) return depth == 0 ? rest_.size() : at;
            const char c = rest_[at];
            if (c == '"') {
                at = string_end(at);
                if (at == std::string_view::npos) return at;
                continue;
            }
            if (depth == 0 && c != '{' && c != '[') return at; // behind a number or word
            c == '{' || c == '[' ? ++depth : --depth;
            ++at;
        } while (depth > 0);
        return at;
    }

    // The value at the front, taken off; empty: there is none.
    std::string_view value() {
        skip_blanks();
        const std::size_t end = value_end();
        if (end == std::string_view::npos) return {};
        const std::string_view found = rest_.substr(0, end);
        rest_.remove_prefix(end);
        return found.substr(0, found.find_last_not_of(" \t\r\n") + 1);
    }

    std::string_view rest_;
};

std::string text_of(std::string_view value) {
    if (!value.starts_with('"')) return {};
    auto text = read_json(value);
    return text && text->shape == Shape::text ? std::move(text->text) : std::string();
}

bool read_item_metadata(std::string_view metadata, Item& item) {
    return Skimmer(metadata).members([&item](std::string_view key, std::string_view value) {
        if (key == "name") item.name = text_of(value);
        if (key == "namespace") item.namespace_ = text_of(value);
        if (key == "deletionTimestamp") item.deleting = value != "null";
        if (key != "labels" || value == "null") return true;
        return Skimmer(value).members([&item](std::string_view label, std::string_view text) {
            if (label == stack_id_label) item.stack_id = text_of(text);
            return true;
        });
    });
}

bool read_item(std::string_view json, List& list) {
    Item item{.json = std::string(json)};
    const bool fits = Skimmer(json).members([&item](std::string_view key, std::string_view value) {
        return key != "metadata" || read_item_metadata(value, item);
    });
    if (!fits || item.name.empty()) return false;
    list.items.push_back(std::move(item));
    return true;
}

bool read_list_metadata(std::string_view metadata, List& list) {
    return Skimmer(metadata).members([&list](std::string_view key, std::string_view value) {
        if (key == "resourceVersion") list.resource_version = text_of(value);
        if (key == "continue") list.continue_ = text_of(value);
        if (key == "remainingItemCount") list.has_more = value != "0" && value != "null";
        return true;
    });
}

} // namespace

std::expected<List, std::string> read_list(std::string_view json, std::size_t most_bytes) {
    if (json.size() > most_bytes) return std::unexpected(fmt::format("it has more than {} bytes", most_bytes));
    List list;
    bool has_items = false;
    const bool fits = Skimmer(json).members([&](std::string_view key, std::string_view value) {
        if (key == "apiVersion") list.api_version = text_of(value);
        if (key == "kind") list.kind = text_of(value);
        if (key == "metadata") return read_list_metadata(value, list);
        if (key != "items") return true;
        has_items = true; // Go writes an empty list as null now and then
        return value == "null" ||
               Skimmer(value).elements([&list](std::string_view item) { return read_item(item, list); });
    });
    if (!fits) return std::unexpected("it is not JSON of a list of objects");
    if (!has_items || list.kind.empty())
        return std::unexpected(fmt::format("it is not a list but `{}`", list.kind.substr(0, 80)));
    constexpr std::string_view usual = "List";
    list.kind.resize(list.kind.ends_with(usual) ? list.kind.size() - usual.size() : 0);
    return list;
}

} // namespace mooring::kubernetes
