// `policy`, `allow` and `adopt` of a stack: what may be written.
#include "base/clock.hpp"
#include "base/text.hpp"
#include "manifest/decode.hpp"
#include "manifest/layers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace mooring::manifest {
namespace {

constexpr std::array days{WeekDay::monday, WeekDay::tuesday,  WeekDay::wednesday, WeekDay::thursday,
                          WeekDay::friday, WeekDay::saturday, WeekDay::sunday};

// "22:30", which the schema has seen to.
int to_minute(const yaml::Node& node) {
    int hour = 0;
    int minute = 0;
    const char* const text = node.text.data();
    std::from_chars(text, text + 2, hour);
    std::from_chars(text + 3, text + 5, minute);
    return hour * 60 + minute;
}

class PolicyDecoder {
  public:
    PolicyDecoder(const std::vector<const Layer*>& chain, DesiredStack& stack, Context& context, DocumentLog& log)
        : chain_(chain), own_(*chain.front()), stack_(stack), context_(context), log_(log) {}

    void decode() {
        Policy& policy = stack_.policy;
        if (const yaml::Node* own = own_.spec.find("policy")) policy.line = own->mark.line;
        if (const Found mode = find("mode"))
            policy.mode = mode.node->text == "report"    ? PolicyMode::report
                          : mode.node->text == "correct" ? PolicyMode::correct
                                                         : PolicyMode::manual;
        if (const Found pull = find("pull")) policy.pull = pull.node->text == "always" ? Pull::always : Pull::missing;
        if (const Found rollback = find("rollback")) decode_rollback(rollback);
        if (const Found strict = find("strict")) policy.strict = as_boolean(*strict.node).value_or(false);
        if (const Found windows = find("windows")) decode_windows(windows);
        if (const Found freezes = find("freeze")) decode_freezes(freezes);
        decode_own();
        decode_allow();
        if (const yaml::Node* adopt = own_.spec.find("adopt")) stack_.adopt = as_boolean(*adopt);
    }

  private:
    // The nearest layer that has the key; keys of `policy` are inherited one by one.
    Found find(std::string_view key) const {
        for (const Layer* layer : chain_) {
            const yaml::Node* policy = layer->spec.find("policy");
            if (const yaml::Node* node = policy == nullptr ? nullptr : policy->find(key)) return {node, layer};
        }
        return {};
    }

    // Lines are about the stack's own file; a value from elsewhere is placed at the stack.
    std::size_t line_of(const Found& found, const yaml::Node& node) const {
        return found.layer == &own_ ? node.mark.line : own_.mark.line;
    }

    // Elsewhere the server deploys what it finds, and there is nothing that could be put back (reconcile.md §4).
    void decode_rollback(const Found& found) {
        const bool is_automatic = found.node->text == "auto";
        const bool can_be =
            stack_.type == StackType::standalone && std::holds_alternative<DesiredContent>(stack_.source);
        if (is_automatic && !can_be && found.layer == &own_)
            log_.error(found.where(), "wrong-keys",
                       "`policy.rollback: auto` belongs to standalone stacks with `compose`", "remove `rollback`");
        stack_.policy.rollback = is_automatic && can_be ? Rollback::automatic : Rollback::never;
    }

    void decode_windows(const Found& found) {
        for (const yaml::Node& node : found.node->items) {
            Window window{.time_zone = node.find("timeZone")->text, .line = line_of(found, node)};
            if (const yaml::Node* names = node.find("days")) {
                for (const yaml::Node& name : names->items) {
                    const auto* day = std::ranges::find(days, name.text, [](WeekDay d) { return to_string(d); });
                    window.days.insert(*day);
                }
            }
            if (const yaml::Node* from = node.find("from")) window.from = to_minute(*from);
            if (const yaml::Node* until = node.find("until")) window.until = to_minute(*until);
            check_zone(found, *node.find("timeZone"));
            stack_.policy.windows.push_back(std::move(window));
        }
    }

    // Looked for once. Without a database the machine is at fault, not the manifest: the window then never opens.
    void check_zone(const Found& found, const yaml::Node& node) {
        const auto [known, is_new] = context_.zones.try_emplace(node.text);
        if (is_new) {
            if (auto zone = load_time_zone(node.text); !zone) known->second = std::move(zone.error());
        }
        if (!known->second) return;
        const std::string subject = "the time zone " + in_quotes(printable(node.text, 60));
        const SourceLocation where = place(found.layer->file, node.mark);
        if (known->second->kind == ErrorKind::io)
            context_.remarks.warning(where, "no-time-zones",
                                     subject + " cannot be read: " + known->second->message +
                                         "; until it can, nothing is written in this window",
                                     "install the package tzdata, or use `timeZone: UTC`");
        else
            log_.error(where, "wrong-value", subject + " is not known: " + known->second->message,
                       "write a name such as Europe/Berlin, or UTC");
    }

    void decode_freezes(const Found& found) {
        for (const yaml::Node& node : found.node->items) {
            const auto from = to_time(*node.find("from"), log_);
            const auto until = to_time(*node.find("until"), log_);
            if (from && until && *until <= *from)
                log_.error(place(found.layer->file, node.find("until")->mark), "wrong-value",
                           "the freeze ends before it starts", "`until` must be after `from`");
            stack_.policy.freezes.push_back({.from = from.value_or(0),
                                             .until = until.value_or(0),
                                             .reason = text_or(node, "reason"),
                                             .line = line_of(found, node)});
        }
    }

    // What is about one stack and no other.
    void decode_own() {
        const yaml::Node* policy = own_.spec.find("policy");
        if (policy == nullptr) return;
        stack_.policy.data = distinct(policy->find("data"), "policy.data");
        std::ranges::sort(stack_.policy.data);
        stack_.policy.after = distinct(policy->find("after"), "policy.after");
        stack_.policy.replaces = text_or(*policy, "replaces");
    }

    void decode_allow() {
        const yaml::Node* allow = own_.spec.find("allow");
        if (allow == nullptr) return;
        stack_.allow_line = allow->mark.line;
        for (const std::string& word : distinct(allow, "allow")) stack_.allow.insert(*parse_allowance(word));
        if (stack_.allow.contains(Allowance::create_unseen) && stack_.type != StackType::standalone)
            log_.error(allow->mark, "wrong-keys", "`allow: [create-unseen]` belongs to standalone stacks",
                       "remove `create-unseen`: elsewhere nobody can tell whether a hidden stack would be replaced");
    }

    std::vector<std::string> distinct(const yaml::Node* list, const std::string& key) {
        std::vector<std::string> out;
        if (list == nullptr) return out;
        std::set<std::string_view> seen;
        for (const yaml::Node& item : list->items) {
            if (!seen.insert(item.text).second)
                log_.error(item.mark, "duplicate",
                           in_quotes(printable(item.text, 100)) + " stands in " + in_quotes(key) + " twice",
                           "remove one of them");
            out.push_back(item.text);
        }
        return out;
    }

    const std::vector<const Layer*>& chain_;
    const Layer& own_;
    DesiredStack& stack_;
    Context& context_;
    DocumentLog& log_;
};

} // namespace

void decode_policy(const std::vector<const Layer*>& chain, DesiredStack& stack, Context& context, DocumentLog& log) {
    PolicyDecoder(chain, stack, context, log).decode();
}

} // namespace mooring::manifest
