// Two canonical trees -> their differences.

#include "compose/canonical.hpp"

#include "base/secret.hpp"
#include "compose/facts.hpp"
#include "compose/text.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <set>
#include <string>

namespace mooring::compose {
namespace {

class Comparison {
  public:
    explicit Comparison(Secrets secrets) : secrets_(secrets) {}

    std::vector<Difference> differences;
    // Paths of what only one side has, under a key with a dollar that means none (of a map) or under one in which
    // references are read (of a list): the same path, two keys.
    std::set<std::string> as_written;

    // Two maps or keyed lists, both sorted: one walk over both.
    void members(const Value& desired, const Value& actual) { // NOLINT(misc-no-recursion): bounded by Limits::depth
        auto left = desired.members.begin();
        auto right = actual.members.begin();
        while (left != desired.members.end() || right != actual.members.end()) {
            const int order = left == desired.members.end()   ? 1
                              : right == actual.members.end() ? -1
                                                              : left->key.compare(right->key);
            const Value* parent = order <= 0 ? &desired : &actual;
            path_.push_back({.parent = parent, .key = order <= 0 ? left->key : right->key});
            if (order < 0)
                report(&left->value, nullptr, left->value.line);
            else if (order > 0)
                report(nullptr, &right->value, desired.line);
            else
                values(left->value, right->value);
            path_.pop_back();
            if (order <= 0) ++left;
            if (order >= 0) ++right;
        }
    }

    void values(const Value& desired, const Value& actual) { // NOLINT(misc-no-recursion)
        if (desired.shape == actual.shape && desired.shape == Shape::sequence) {
            if (!same(desired, actual)) report(&desired, &actual, desired.line);
        } else if (desired.shape == actual.shape && (desired.shape == Shape::map || desired.shape == Shape::keyed)) {
            members(desired, actual);
        } else if (desired.shape != actual.shape || desired.text != actual.text || desired.open != actual.open) {
            report(&desired, &actual, desired.line);
        }
    }

  private:
    struct Step {
        const Value* parent;
        std::string_view key;
    };

    static bool same(const Value& a, const Value& b) { // NOLINT(misc-no-recursion)
        return a.shape == b.shape && a.text == b.text && a.open == b.open && a.members.size() == b.members.size() &&
               std::ranges::equal(a.members, b.members, [](const Member& x, const Member& y) {
                   return x.key == y.key && same(x.value, y.value);
               });
    }

    // What stands in a path is shown: elements of sets and keys may hold a secret, too.
    std::string path() const {
        std::string out;
        for (const Step& step : path_) {
            const std::string key = display(with_single_dollars(step.key), secrets_);
            if (step.parent->shape == Shape::keyed)
                append_identity(out, key);
            else
                append_key(out, key);
        }
        return out;
    }

    // Whether the value at this path is secret because of a name in the path.
    bool hidden(const Value* value) const {
        if (value == nullptr || value->shape == Shape::null) return false;
        for (std::size_t i = 0; i < path_.size(); ++i) {
            static const Value something{.shape = Shape::map, .members = {{.key = {}, .value = {}}}};
            const Value& below = i + 1 == path_.size() ? *value : something;
            if (hides(*path_[i].parent, path_[i].key, below)) return true;
        }
        return false;
    }

    // An element of a set shows itself; everything else shows its value. A secret one is not masked: it is flagged.
    std::optional<std::string> shown(const Value* value, bool secret) const {
        if (value == nullptr) return std::nullopt;
        const bool is_element = path_.back().parent->shape == Shape::keyed && value->members.empty();
        if (is_element) return display(path_.back().key, secrets_);
        return secret && value->shape == Shape::text ? value->text : display(*value, secrets_);
    }

    void report(const Value* desired, const Value* actual, std::uint32_t line) {
        Difference difference{.path = path(),
                              .desired = {},
                              .actual = {},
                              .secret = hidden(desired) || hidden(actual),
                              .desired_line = line};
        difference.desired = shown(desired, difference.secret);
        difference.actual = shown(actual, difference.secret);
        const bool one_side = (desired == nullptr) != (actual == nullptr);
        if (one_side && path_.back().key.find("$$") != std::string_view::npos)
            as_written.insert((desired == nullptr ? "<" : ">") + difference.path);
        if (difference.desired == difference.actual) difference.secret = true; // they differ only in what is masked
        differences.push_back(std::move(difference));
    }

    std::vector<Step> path_;
    Secrets secrets_;
};

// A key with a reference (in a list) and the same text without (in a map) are two keys of one path: one change there.
// With one value, what differs is the name: that is said, lest it read "x -> x". Two keys that differ in what is masked
// have one path, too: what changed there is secret.
void join_same_paths(std::vector<Difference>& sorted, const std::set<std::string>& as_written) {
    const auto name = [&as_written](const Difference& one, const char* side) {
        return as_written.contains(side + one.path) ? " (under this name as written)" : " (under a variable's value)";
    };
    const auto joins = [&name](Difference& one, Difference& next) {
        const bool complete = one.desired && one.actual;
        if (one.path != next.path || complete || one.desired.has_value() == next.desired.has_value()) return false;
        if (!one.desired) std::swap(one, next);
        one.actual = std::move(next.actual);
        const bool is_masked = one.path.contains(mask_sign) && one.desired == one.actual;
        one.secret = one.secret || next.secret || is_masked;
        if (!one.secret && one.desired == one.actual) {
            *one.desired += name(one, ">");
            *one.actual += name(one, "<");
        }
        return true;
    };
    std::size_t kept = 0;
    for (std::size_t i = 1; i < sorted.size(); ++i) {
        if (joins(sorted[kept], sorted[i])) continue;
        if (++kept != i) sorted[kept] = std::move(sorted[i]);
    }
    if (!sorted.empty()) sorted.resize(kept + 1);
}

// Keys that look alike because of what is masked, all of them on one side: each keeps a path of its own.
void number_same_paths(std::vector<Difference>& sorted) {
    std::size_t first = 0;
    for (std::size_t i = 1; i < sorted.size(); ++i) {
        if (sorted[i].path != sorted[first].path)
            first = i;
        else
            sorted[i].path += fmt::format(" ({})", i - first + 1);
    }
}

} // namespace

std::vector<Difference> compare(const File& desired, const File& actual, Secrets secrets) {
    Comparison comparison(secrets);
    comparison.members(desired.tree().root, actual.tree().root);
    std::ranges::stable_sort(comparison.differences, {}, &Difference::path);
    join_same_paths(comparison.differences, comparison.as_written);
    number_same_paths(comparison.differences);
    std::ranges::sort(comparison.differences, {}, &Difference::path);
    return std::move(comparison.differences);
}

namespace {

// The text of a JSON string that starts at `at` (behind its quote); `at` ends behind the closing quote.
std::string read_json_string(std::string_view path, std::size_t& at) {
    std::string text;
    for (; at < path.size() && path[at] != '"'; ++at) {
        if (path[at] == '\\' && at + 1 < path.size()) ++at;
        text += path[at];
    }
    at = std::min(at + 1, path.size());
    return text;
}

// Behind the `]` that ends an identity: the last one before a dot, another bracket or the end.
std::size_t identity_end(std::string_view path, std::size_t from) {
    std::size_t end = path.find(']', from);
    while (end != std::string_view::npos && end + 1 < path.size() && path[end + 1] != '.' && path[end + 1] != '[') {
        end = path.find(']', end + 1);
    }
    return std::min(end, path.size());
}

} // namespace

void append_identity(std::string& path, std::string_view identity) {
    path += '[';
    path += identity;
    path += ']';
}

std::vector<PathKey> split_path(std::string_view path) {
    std::vector<PathKey> keys;
    for (std::size_t at = 0; at < path.size();) {
        if (path[at] == '.') {
            ++at;
        } else if (path.substr(at, 2) == "[\"") {
            at += 2;
            keys.push_back({.text = read_json_string(path, at)});
            if (at < path.size() && path[at] == ']') ++at;
        } else if (path[at] == '[') {
            const std::size_t end = identity_end(path, at + 1);
            keys.push_back({.text = std::string(path.substr(at + 1, end - at - 1)), .is_identity = true});
            at = std::min(end + 1, path.size());
        } else {
            const std::size_t end = std::min(path.find_first_of(".[", at), path.size());
            keys.push_back({.text = std::string(path.substr(at, end - at))});
            at = end;
        }
    }
    return keys;
}

} // namespace mooring::compose
