#include "manifest/schema_check.hpp"

#include "base/text.hpp"
#include "manifest/layers.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <tuple>

namespace mooring::manifest {
namespace {

using yaml::Node;

constexpr std::size_t most_problems = 100; // of one document; who has more repairs these first
constexpr std::size_t most_alike = 200;    // keys and values for which a like one is looked for

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// Where the walk stands: the name of the whole tree, a key below it, or an item. Written out only for a problem.
struct Path {
    const Path* above = nullptr;
    std::string_view key{};
    std::optional<std::size_t> item{}; // in place of a key

    std::string text() const { // NOLINT(misc-no-recursion): as deep as the tree
        if (above == nullptr) return std::string(key);
        const std::string before = above->text();
        if (item) return before + "[" + std::to_string(*item) + "]";
        return before.empty() ? shown_key(key) : before + "." + shown_key(key);
    }
};

std::string subject(const Path& path) {
    const std::string text = path.text();
    return text.empty() ? "the document" : in_quotes(text);
}

// A branch whose constants are others than the node's: another kind of manifest.
bool contradicts(const Node& node, const SchemaRule& branch) {
    return std::ranges::any_of(branch.properties, [&](const auto& property) {
        const SchemaRule& rule = *property.second;
        if (!rule.is_constant || rule.allowed.empty()) return false;
        const Node* value = node.find(property.first);
        return value != nullptr && value->text != rule.allowed.front();
    });
}

class Walk {
  public:
    explicit Walk(std::size_t most) : most_(most) {}

    void check(const Node& node, const SchemaRule& rule, const Path& path) {
        const Type type = type_of(node);
        if (!rule.accepts(type)) return wrong_type(node, node.mark, rule, path);
        if (!rule.allowed.empty()) check_listed(node, rule, rule, path);
        if (rule.is_constant && rule.allowed.empty() && as_boolean(node) != true)
            report(node.mark, "wrong-value", subject(path) + " must be true");
        if (type == Type::map) check_map(node, rule, path);
        if (type == Type::list) check_list(node, rule, path);
        if (type == Type::text) check_text(node, rule, path);
        if (type == Type::integer) check_number(node, rule, path);
        if (!rule.one_of.empty()) check_one_of(node, rule, path);
    }

    std::vector<SchemaProblem> take() {
        const auto key = [](const SchemaProblem& p) { return std::tie(p.mark.line, p.mark.column); };
        std::ranges::stable_sort(problems_, [&](const auto& a, const auto& b) { return key(a) < key(b); });
        return std::move(problems_);
    }

  private:
    // Into an entry, for `within`; inside of a list it is the list's entry that stays named.
    class Step {
      public:
        Step(Walk& walk, const std::string& key) : walk_(walk), counts_(walk.lists_ == 0) {
            if (counts_) walk_.within_.push_back(key);
        }
        Step(const Step&) = delete;
        Step& operator=(const Step&) = delete;
        ~Step() {
            if (counts_) walk_.within_.pop_back();
        }

      private:
        Walk& walk_;
        bool counts_;
    };

    void report(yaml::Mark mark, std::string code, std::string message, std::string suggestion = {}) {
        if (problems_.size() >= most_ || !said_.emplace(mark.line, mark.column, message).second) return;
        problems_.push_back({mark, std::move(code), std::move(message), std::move(suggestion), within_});
    }

    // A document of nothing but slips must not cost more than one reads of its problems.
    std::optional<std::string> like(std::string_view word, std::span<const std::string> known) {
        if (looked_up_ == most_alike) return std::nullopt;
        ++looked_up_;
        return closest_match(word, known);
    }

    void wrong_type(const Node& node, yaml::Mark mark, const SchemaRule& rule, const Path& path) {
        const Type type = type_of(node);
        report(mark, "wrong-type",
               subject(path) + " must be " + wanted(rule) + "; it is " + std::string(words_of(type)),
               cure_of_type(rule, type));
    }

    // The only values that are repeated: where the schema lists the allowed ones, no secret is expected.
    void check_listed(const Node& node, const SchemaRule& rule, const SchemaRule& whole, const Path& path) {
        if (std::ranges::find(rule.allowed, node.text) != rule.allowed.end()) return;
        const auto near = like(node.text, rule.allowed);
        report(node.mark, "wrong-value",
               subject(path) + " must be " + wanted(whole) + "; it is " + in_quotes(printable(node.text, 40)),
               near ? "did you mean `" + *near + "`?" : "");
    }

    void check_map(const Node& node, const SchemaRule& rule, const Path& path) {
        const std::set<std::string> meant = check_keys(node, rule, path);
        for (const std::string& name : rule.required) {
            if (node.find(name) == nullptr && !meant.contains(name)) missing_key(node, name, rule, path);
        }
        if (node.entries.size() < rule.min_properties)
            report(node.mark, "wrong-keys", subject(path) + " must not be empty", "it is " + wanted(rule));
        if (!rule.choices.empty()) check_choice(node, rule, meant, path);
    }

    void missing_key(const Node& node, const std::string& name, const SchemaRule& rule, const Path& path) {
        // Where a rule leaves other keys to its branches, a misspelt one has not been seen yet.
        for (const auto& [key, value] : node.entries) {
            if (rule.rest != nullptr || rule.properties.contains(key.text) || !like(key.text, std::array{name}))
                continue;
            const Step step(*this, key.text);
            return report_unknown(key, "did you mean `" + name + "`?", path);
        }
        const auto property = rule.properties.find(name);
        report(node.mark, "missing-key", in_quotes(Path{.above = &path, .key = name}.text()) + " is missing",
               property == rule.properties.end() ? "" : "add `" + name + ":`, " + wanted(*property->second));
    }

    void report_unknown(const Node& key, std::string suggestion, const Path& path) {
        std::string in = path.text();
        if (!in.empty()) in = " in `" + in + "`";
        report(key.mark, "unknown-key", "unknown key " + in_quotes(shown_key(key.text)) + in, std::move(suggestion));
    }

    // Every key and its value; gives the keys that a misspelt one probably meant.
    std::set<std::string> check_keys(const Node& node, const SchemaRule& rule, const Path& path) {
        std::set<std::string> meant;
        for (const auto& [key, value] : node.entries) {
            const Step step(*this, key.text);
            const auto property = rule.properties.find(key.text);
            const bool is_known = property != rule.properties.end();
            if (key.kind != yaml::Kind::scalar) {
                report(key.mark, "wrong-type", "a key of " + subject(path) + " must be a string");
            } else if (is_known || rule.rest != nullptr) {
                if (!is_known && rule.names != nullptr) check_name(key, *rule.names, path);
                check_value(key, value, is_known ? *property->second : *rule.rest, {.above = &path, .key = key.text});
            } else if (rule.closed) {
                meant.insert(unknown_key(key, rule, path));
            }
        }
        return meant;
    }

    // An absent value has no place of its own.
    void check_value(const Node& key, const Node& value, const SchemaRule& rule, const Path& path) {
        if (value.kind == yaml::Kind::null && !rule.accepts(Type::null))
            wrong_type(value, key.mark, rule, path);
        else
            check(value, rule, path);
    }

    std::string unknown_key(const Node& key, const SchemaRule& rule, const Path& path) {
        const bool looks = looked_up_ < most_alike;
        const std::vector<std::string> known = looks ? rule.keys() : std::vector<std::string>();
        report_unknown(key, suggest(key.text, known), path);
        return like(key.text, known).value_or("");
    }

    // The key itself is not shown: a pattern is missed most often where a value slipped into it.
    void check_name(const Node& key, const SchemaRule& rule, const Path& path) {
        const auto a_key = [&path] { return "a key of " + subject(path); };
        if (key.text.size() < rule.min_length)
            report(key.mark, "wrong-keys", a_key() + " is empty");
        else if (rule.max_length && characters(key.text) > *rule.max_length)
            report(key.mark, "wrong-keys",
                   a_key() + " is longer than " + std::to_string(*rule.max_length) + " characters");
        else if (rule.pattern && !rule.pattern->fits(key.text))
            report(key.mark, "wrong-keys", a_key() + " must be " + wanted(rule));
    }

    void check_choice(const Node& node, const SchemaRule& rule, const std::set<std::string>& meant, const Path& path) {
        std::vector<std::string> given;
        yaml::Mark last;
        for (const auto& [key, value] : node.entries) {
            if (std::ranges::find(rule.choices, key.text) == rule.choices.end()) continue;
            given.push_back(key.text);
            last = key.mark;
        }
        const auto was_meant = [&](const std::string& choice) { return meant.contains(choice); };
        if (given.size() > 1) {
            report(last, "wrong-keys", subject(path) + " has " + quoted_list(given, " and "), "give only one of them");
        } else if (given.empty() && std::ranges::none_of(rule.choices, was_meant)) {
            report(node.mark, "missing-key", subject(path) + " must have one of " + quoted_list(rule.choices, ", "));
        }
    }

    void check_list(const Node& node, const SchemaRule& rule, const Path& path) {
        if (node.items.size() < rule.min_items)
            report(node.mark, "wrong-value", subject(path) + " must not be an empty list");
        if (rule.items == nullptr) return;
        ++lists_;
        for (std::size_t i = 0; i < node.items.size(); ++i)
            check(node.items[i], *rule.items, {.above = &path, .item = i});
        --lists_;
    }

    void check_number(const Node& node, const SchemaRule& rule, const Path& path) {
        const auto value = as_integer(node); // nullopt: above every maximum
        if (rule.minimum && value && *value < *rule.minimum)
            report(node.mark, "wrong-value", subject(path) + " must be at least " + std::to_string(*rule.minimum));
        if (rule.maximum && (!value || *value > *rule.maximum))
            report(node.mark, "wrong-value", subject(path) + " must be at most " + std::to_string(*rule.maximum));
    }

    void check_text(const Node& node, const SchemaRule& rule, const Path& path) {
        const std::size_t length = characters(node.text);
        if (length < rule.min_length)
            report(node.mark, "wrong-value", subject(path) + " must not be empty");
        else if (rule.max_length && length > *rule.max_length)
            report(node.mark, "wrong-value",
                   subject(path) + " is longer than " + std::to_string(*rule.max_length) + " characters");
        else if (rule.pattern && !rule.pattern->fits(node.text))
            report(node.mark, "wrong-value", subject(path) + " must be " + wanted(rule));
    }

    // By type, and by constants such as `kind`, at most one branch is left. None is left where `kind` is unknown, and
    // several where it is missing: the enum and `required` beside the branches have said so.
    void check_one_of(const Node& node, const SchemaRule& rule, const Path& path) {
        std::vector<const SchemaRule*> fitting;
        for (const SchemaRule* branch : rule.one_of) {
            if (branch->accepts(type_of(node)) && !contradicts(node, *branch)) fitting.push_back(branch);
        }
        if (fitting.size() != 1) return;
        if (fitting.front()->allowed.empty())
            check(node, *fitting.front(), path);
        else
            check_listed(node, *fitting.front(), rule, path);
    }

    std::size_t most_;
    std::vector<SchemaProblem> problems_;
    std::set<std::tuple<std::size_t, std::size_t, std::string>> said_;
    std::size_t looked_up_ = 0;
    std::vector<std::string> within_;
    std::size_t lists_ = 0; // that the walk is in
};

// Entries that are to go, by their keys from the root.
struct Refused {
    bool whole = false;
    std::map<std::string, Refused, std::less<>> below;
};

// Whether there was such an entry.
bool take_out(Node& map, const Refused& refused) { // NOLINT(misc-no-recursion): as deep as the tree
    bool shrinks = false;
    for (auto& [key, value] : map.entries) {
        const auto found = refused.below.find(key.text);
        if (found != refused.below.end() && !found->second.whole) shrinks = take_out(value, found->second) || shrinks;
    }
    return std::erase_if(map.entries,
                         [&](const auto& entry) {
                             const auto found = refused.below.find(entry.first.text);
                             return found != refused.below.end() && found->second.whole;
                         }) > 0 ||
           shrinks;
}

} // namespace

std::vector<SchemaProblem> check(const Node& node, const SchemaRule& rule, const std::string& name) {
    Walk walk(most_problems);
    walk.check(node, rule, {.key = name});
    return walk.take();
}

std::optional<Node> accepted_part(Node document, const SchemaRule& rule) {
    while (true) {
        Walk walk(std::numeric_limits<std::size_t>::max()); // each round takes out all that it finds
        walk.check(document, rule, {});
        const std::vector<SchemaProblem> problems = walk.take();
        if (problems.empty()) return document;
        Refused refused;
        for (const SchemaProblem& problem : problems) {
            if (problem.within.size() < 2) return std::nullopt;
            Refused* at = &refused;
            for (const std::string& key : problem.within) at = &at->below[key];
            at->whole = true;
        }
        if (!take_out(document, refused)) return std::nullopt;
    }
}

} // namespace mooring::manifest
