// Two canonical trees -> their differences.
#include "compose/tree.hpp"

#include "base/secret_names.hpp"
#include "compose/display.hpp"
#include "compose/path.hpp"

#include <algorithm>

namespace mooring::compose {
namespace {

class Comparison {
  public:
    explicit Comparison(Secrets secrets) : secrets_(secrets) {}

    std::vector<Difference> differences;

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
        } else if (desired.shape != actual.shape || desired.text != actual.text) {
            report(&desired, &actual, desired.line);
        }
    }

  private:
    struct Step {
        const Value* parent;
        std::string_view key;
    };

    static bool same(const Value& a, const Value& b) { // NOLINT(misc-no-recursion)
        return a.shape == b.shape && a.text == b.text && a.members.size() == b.members.size() &&
               std::ranges::equal(a.members, b.members, [](const Member& x, const Member& y) {
                   return x.key == y.key && same(x.value, y.value);
               });
    }

    std::string path() const {
        std::string out;
        for (const Step& step : path_) {
            if (step.parent->shape == Shape::keyed)
                append_identity(out, step.key);
            else
                append_key(out, step.key);
        }
        return out;
    }

    bool under_secret_name() const {
        return std::ranges::any_of(path_, [](const Step& s) { return s.parent->free_keys && looks_secret(s.key); });
    }

    // An element of a set shows itself; everything else shows its value. A secret one is not masked: it is flagged.
    std::optional<std::string> shown(const Value* value, bool secret) const {
        if (value == nullptr) return std::nullopt;
        const bool is_element = path_.back().parent->shape == Shape::keyed && value->members.empty();
        if (is_element) return mask_text(path_.back().key, secrets_);
        return secret && value->shape == Shape::text ? value->text : display(*value, secrets_);
    }

    void report(const Value* desired, const Value* actual, std::uint32_t line) {
        Difference difference{
            .path = path(), .desired = {}, .actual = {}, .secret = under_secret_name(), .desired_line = line};
        difference.desired = shown(desired, difference.secret);
        difference.actual = shown(actual, difference.secret);
        if (difference.desired == difference.actual) difference.secret = true; // they differ only in what is masked
        differences.push_back(std::move(difference));
    }

    std::vector<Step> path_;
    Secrets secrets_;
};

} // namespace

std::vector<Difference> compare(const File& desired, const File& actual, Secrets secrets) {
    Comparison comparison(secrets);
    comparison.members(desired.tree().root, actual.tree().root);
    std::ranges::sort(comparison.differences, {}, &Difference::path);
    return std::move(comparison.differences);
}

} // namespace mooring::compose
