#include "manifest/decode.hpp"

#include "manifest/layers.hpp"
#include "model/stack.hpp"
#include "model/verdict.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace mooring::manifest {
namespace {

std::string as_key(const std::variant<EnvironmentRef, EnvironmentSelector>& environment) {
    if (const auto* one = std::get_if<EnvironmentRef>(&environment))
        return one->id ? "#" + std::to_string(*one->id) : "=" + one->name;
    const auto& selector = std::get<EnvironmentSelector>(environment);
    return selector.tags.empty() ? "@" + selector.group : "+" + join(selector.tags, "+");
}

std::string as_words(const std::variant<EnvironmentRef, EnvironmentSelector>& environment) {
    const auto* one = std::get_if<EnvironmentRef>(&environment);
    if (one == nullptr) return "for the same selector of environments";
    return "in environment " + in_quotes(one->id ? std::to_string(*one->id) : printable(one->name, 100));
}

using Key = std::tuple<std::string, std::string, std::string, std::string>;

// A tied manifest means its record, whatever its name.
Key key_of(const DesiredStack& stack) {
    if (stack.tie) return {stack.server, "", "", "#" + std::to_string(stack.tie->id)};
    const bool is_kubernetes = stack.type == StackType::kubernetes;
    return {stack.server, as_key(stack.environment), is_kubernetes ? stack.name : normalise_stack_name(stack.name),
            is_kubernetes ? "/" + stack.namespace_ : ""};
}

std::string as_text(const SourceLocation& where) { return where.file + ":" + std::to_string(where.line); }

// Removes every element whose key another one has too; `say` is called with the later and the first of them.
template <typename T, typename KeyOf, typename Say>
void take_out_repeated(std::vector<T>& all, KeyOf key, Say say) {
    std::map<std::invoke_result_t<KeyOf, const T&>, std::size_t> first;
    std::set<std::size_t> repeated;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto [known, is_new] = first.try_emplace(key(all[i]), i);
        if (is_new) continue;
        say(all[i], all[known->second]);
        repeated.insert({known->second, i});
    }
    all.shrink_to_fit(); // a stack is large, and these stay for as long as the run
    if (repeated.empty()) return;
    std::vector<T> kept;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!repeated.contains(i)) kept.push_back(std::move(all[i]));
    }
    all = std::move(kept);
}

} // namespace

void refuse_collisions(std::vector<DesiredStack>& stacks, Remarks& remarks) {
    take_out_repeated(stacks, key_of, [&](const DesiredStack& second, const DesiredStack& first) {
        const std::string in_first = "is declared already, in " + as_text(first.where);
        if (second.tie) {
            remarks.error(second.where, "collision",
                          "the stack with the id " + std::to_string(second.tie->id) + " " + in_first,
                          "remove one of them, or correct its `stack: {id}`");
            return;
        }
        remarks.error(second.where, "collision",
                      "stack " + in_quotes(printable(second.name, 100)) + " " + as_words(second.environment) + " " +
                          in_first + (second.name == first.name ? "" : " as " + in_quotes(printable(first.name, 100))),
                      "remove or rename one of them");
    });
}

void refuse_repeated_waivers(std::vector<Waiver>& waivers, Remarks& remarks) {
    const auto name = [](const Waiver& waiver) { return waiver.name; };
    take_out_repeated(waivers, name, [&](const Waiver& second, const Waiver& first) {
        remarks.error(second.where, "collision",
                      "waiver " + in_quotes(printable(second.name, 100)) + " is there already, in " +
                          as_text(first.where),
                      "rename one of them");
    });
}

void sort_stacks(std::vector<DesiredStack>& stacks) {
    using Order = std::tuple<std::string, std::string, std::string, std::string, SourceLocation>;
    std::vector<std::pair<Order, DesiredStack>> keyed; // a key is made once, not at each comparison
    keyed.reserve(stacks.size());
    for (DesiredStack& s : stacks) {
        Order order(s.server, as_key(s.environment), s.name, s.namespace_, s.where);
        keyed.emplace_back(std::move(order), std::move(s));
    }
    std::ranges::sort(keyed, {}, &std::pair<Order, DesiredStack>::first);
    std::ranges::transform(keyed, stacks.begin(), [](auto& entry) { return std::move(entry.second); });
}

namespace {

SourceLocation policy_of(const DesiredStack& stack) {
    return {.file = stack.where.file, .line = stack.policy.line, .column = 0};
}

std::string place_of(const SourceLocation& where) { return where.file + ":" + std::to_string(where.line); }

std::string shown(const std::string& name) { return in_quotes(printable(name, 100)); }

constexpr std::size_t most_looked_up = 50; // unknown names for which a like one is looked for

class OrderCheck {
  public:
    OrderCheck(const std::vector<DesiredStack>& stacks, Remarks& remarks)
        : stacks_(stacks), order_(stacks), remarks_(remarks) {}

    void run() {
        for (const DesiredStack& stack : stacks_) {
            for (const std::string& name : stack.policy.after) check_after(stack, name);
            if (!stack.policy.replaces.empty()) check_replaces(stack);
        }
        for (const auto& circle : order_.circles()) refuse(circle);
    }

  private:
    void check_after(const DesiredStack& stack, const std::string& name) {
        if (!order_.named(stack, name).empty()) return;
        std::vector<std::string> known;
        for (const DesiredStack& other : stacks_) {
            if (looked_up_ == most_looked_up) break;
            if (other.server == stack.server && &other != &stack) known.push_back(other.name);
        }
        if (!known.empty()) ++looked_up_;
        const auto near = closest_match(name, known);
        remarks_.error(policy_of(stack), "unknown-stack",
                       "`policy.after` of " + shown(stack.name) + " names " + shown(name) +
                           ", which no manifest declares on that server",
                       near ? "did you mean " + shown(*near) + "?" : "declare it, or remove it from `after`");
    }

    // A stack that moved to another environment replaces the one of its own name.
    void check_replaces(const DesiredStack& stack) {
        const std::string& old = stack.policy.replaces;
        for (const DesiredStack* other : order_.named(stack, old)) {
            if (other == &stack || !same_place(*other, stack)) continue;
            remarks_.error(policy_of(stack), "wrong-value",
                           shown(stack.name) + " replaces " + shown(old) + ", which is declared in " +
                               place_of(other->where),
                           "remove that manifest, or remove `policy.replaces`");
        }
        const auto [first, is_new] = replaced_.try_emplace({stack.server, normalise_stack_name(old)}, &stack);
        if (is_new || !same_place(*first->second, stack)) return;
        remarks_.error(policy_of(stack), "collision",
                       shown(stack.name) + " replaces " + shown(old) + ", which " + shown(first->second->name) +
                           " replaces already, in " + place_of(first->second->where),
                       "remove `policy.replaces` from one of them");
    }

    void refuse(const std::vector<const DesiredStack*>& circle) {
        std::string way;
        for (const DesiredStack* stack : circle) way += shown(stack->name) + " (" + place_of(stack->where) + ") after ";
        remarks_.error(policy_of(*circle.front()), "circle",
                       "these stacks wait for each other: " + way + shown(circle.front()->name),
                       "remove one of them from `policy.after`");
    }

    const std::vector<DesiredStack>& stacks_;
    DeclaredOrder order_;
    Remarks& remarks_;
    std::size_t looked_up_ = 0;
    std::map<std::pair<std::string, std::string>, const DesiredStack*> replaced_; // server, name -> by whom
};

} // namespace

void check_order(const std::vector<DesiredStack>& stacks, Remarks& remarks) { OrderCheck(stacks, remarks).run(); }

} // namespace mooring::manifest
