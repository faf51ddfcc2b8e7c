// Forms of lists: sequences, where order counts, and sets, where it does not.
#include "compose/converters.hpp"
#include "compose/facts.hpp"
#include "compose/text.hpp"

#include <algorithm>
#include <unordered_map>

namespace mooring::compose {
namespace {

enum class Twice : std::uint8_t {
    allowed,
    replaced, // the later of two with one name takes the earlier one's place
    refused,
};

// What a list may hold.
struct ListOf {
    Twice twice = Twice::allowed;
    bool numbers = false;                                      // as their text
    bool or_text = false;                                      // a text stands for the list of it
    std::string_view (*name)(std::string_view item) = nullptr; // of an item, for Twice::replaced
};

// `/run:size=1m` and `/run:size=2m` have one name, as the loader has it.
std::string_view before_equals(std::string_view item) { return item.substr(0, item.find('=')); }

std::optional<std::string> take_item(yaml::Node& item, Context& context, bool numbers) {
    if (!numbers || yaml::is_text(item)) return take_text(item, context);
    const auto scalar = item.kind == yaml::Kind::scalar ? take_scalar(item, context) : yaml::Scalar{};
    if (!scalar) return std::nullopt;
    if (scalar->type == yaml::Type::integer) return take_printed(item, context);
    context.fail(item, "must be a string or a whole number", "wrong-type");
    return std::nullopt;
}

void append(Value& list, std::string text, std::uint32_t line) {
    list.members.push_back({.key = {}, .value = make_text(std::move(text), line)});
}

using Places = std::unordered_map<std::string, std::size_t>;

// Where an item of this one's name stands already; otherwise it is remembered to stand at `next`.
std::optional<std::size_t> earlier_place(Places& places, const ListOf& of, std::string_view text, bool is_number,
                                         std::size_t next) {
    if (of.twice == Twice::allowed) return std::nullopt;
    std::string name(of.name == nullptr ? text : of.name(text));
    if (is_number) name += '#';
    const auto [place, is_new] = places.emplace(std::move(name), next);
    return is_new ? std::nullopt : std::optional(place->second);
}

// The texts of a list, as a sequence. An empty list has no members.
bool read_items(yaml::Node& node, const ListOf& of, Context& context, Value& out) {
    out.shape = Shape::sequence;
    if (of.or_text && node.kind == yaml::Kind::scalar) {
        auto text = take_text(node, context);
        if (text) append(out, std::move(*text), node.mark.line);
        return text.has_value();
    }
    if (node.kind != yaml::Kind::sequence) {
        context.fail(node, of.or_text ? "must be a list or a string" : "must be a list", "wrong-type");
        return false;
    }
    Places places;
    out.members.reserve(node.items.size());
    for (yaml::Node& item : node.items) {
        const bool is_number = of.numbers && !yaml::is_text(item);
        auto text = take_item(item, context, of.numbers);
        if (!text) return false;
        const auto earlier = earlier_place(places, of, *text, is_number, out.members.size());
        if (!earlier) {
            append(out, std::move(*text), item.mark.line);
        } else if (of.twice == Twice::replaced) {
            out.members[*earlier].value = make_text(std::move(*text), item.mark.line);
        } else {
            context.fail(item, "`" + *text + "` stands twice in a list where each item may stand once");
            return false;
        }
    }
    return true;
}

Outcome read_sequence(yaml::Node& node, const ListOf& of, Context& context, Value& out) {
    return read_items(node, of, context, out) ? present_unless_empty(out) : Outcome::failed;
}

Outcome read_keyed(yaml::Node& node, const ListOf& of, Context& context, Value& out) {
    if (!read_items(node, of, context, out)) return Outcome::failed;
    out.shape = Shape::keyed;
    for (Member& member : out.members) {
        member.key = std::move(member.value.text);
        member.value = {.line = member.value.line};
    }
    sort_members(out);
    return present_unless_empty(out);
}

} // namespace

Outcome read_texts(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    return read_sequence(node, {}, context, out);
}
Outcome read_texts_unique(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    return read_sequence(node, {.twice = Twice::refused}, context, out);
}
Outcome read_texts_once(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    return read_sequence(node, {.twice = Twice::replaced, .name = before_equals}, context, out);
}
Outcome read_texts_or_text(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    const ListOf of{.twice = Twice::replaced, .or_text = true, .name = before_equals};
    if (!read_items(node, of, context, out)) return Outcome::failed;
    if (rule.row->detail == "none empty") {
        std::erase_if(out.members, [](const Member& member) { return member.value.text.empty(); });
    }
    return present_unless_empty(out);
}
Outcome read_list_or_text(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    return read_sequence(node, {.or_text = true}, context, out);
}
Outcome read_paths(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    if (!read_items(node, {.or_text = true}, context, out)) return Outcome::failed;
    for (Member& member : out.members) {
        member.value.text = project_path(member.value.text);
        member.value.path = true;
    }
    return present_unless_empty(out);
}
Outcome read_set(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    return read_keyed(node, {}, context, out);
}
Outcome read_set_by_name(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    return read_keyed(node, {.twice = Twice::replaced, .name = before_equals}, context, out);
}
Outcome read_set_or_text(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    return read_keyed(node, {.twice = Twice::replaced, .or_text = true, .name = before_equals}, context, out);
}
Outcome read_set_unique(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    return read_keyed(node, {.twice = Twice::refused}, context, out);
}
Outcome read_number_set(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    const Twice twice = rule.row->detail == "each once" ? Twice::refused : Twice::allowed;
    return read_keyed(node, {.twice = twice, .numbers = true}, context, out);
}

Outcome read_words(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    if (node.kind == yaml::Kind::null) return Outcome::absent;
    if (node.kind != yaml::Kind::scalar) {
        return read_items(node, {}, context, out) ? Outcome::present : Outcome::failed; // [] clears what the image says
    }
    const auto text = take_text(node, context);
    if (!text) return Outcome::failed;
    auto words = split_words(*text);
    if (!words) return context.fail(node, "cannot be split into words: a quote or parenthesis has no other half");
    out.shape = Shape::sequence;
    for (Word& word : *words) {
        append(out, std::move(word.text), node.mark.line);
        out.members.back().value.open = word.open;
    }
    return Outcome::present;
}

Outcome read_health_test(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    if (node.kind != yaml::Kind::scalar) return read_sequence(node, {}, context, out);
    auto text = take_text(node, context);
    if (!text) return Outcome::failed;
    out.shape = Shape::sequence;
    append(out, "CMD-SHELL", node.mark.line);
    append(out, std::move(*text), node.mark.line);
    return Outcome::present;
}

} // namespace mooring::compose
