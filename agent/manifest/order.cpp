#include "manifest/order.hpp"

#include "manifest/words.hpp"
#include "model/names.hpp"
#include "model/order.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace mooring::manifest {
namespace {

SourceLocation policy_of(const DesiredStack& stack) {
    return {.file = stack.where.file, .line = stack.policy.line, .column = 0};
}

std::string place_of(const SourceLocation& where) { return where.file + ":" + std::to_string(where.line); }

std::string shown(const std::string& name) { return in_quotes(printable(name, 100)); }

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
            if (other.server == stack.server && &other != &stack) known.push_back(other.name);
        }
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
    std::map<std::pair<std::string, std::string>, const DesiredStack*> replaced_; // server, name -> by whom
};

} // namespace

void check_order(const std::vector<DesiredStack>& stacks, Remarks& remarks) { OrderCheck(stacks, remarks).run(); }

} // namespace mooring::manifest
