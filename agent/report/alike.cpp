#include "report/alike.hpp"

#include "report/reasons.hpp"
#include "report/wording.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace mooring::report {
namespace {

// What a report says below the name of a drifted stack, but for places; "" for a stack that stands alone: where it was
// expected, or what it is called, is its own.
std::string said_of(const StackResult& stack) {
    if (stack.verdict != Verdict::drifted || stack.changes.empty()) return {};
    std::string out = stack.waived ? "waived\n" : "\n";
    for (const Change& change : stack.changes) {
        const bool moved = change.subject == Subject::environment || change.subject == Subject::name;
        if (moved) return {};
        out += change_line(change) + "\n" + change.waiver + "\n";
    }
    for (const Reason& reason : reasons_of(stack)) {
        if (reason.kind != Reason::Kind::why) out += reason.text + "\n";
    }
    return out;
}

} // namespace

std::vector<std::vector<const StackResult*>> alike(const std::vector<const StackResult*>& stacks) {
    std::map<std::string, std::vector<const StackResult*>> by_words;
    std::vector<std::string> words;
    words.reserve(stacks.size());
    for (const StackResult* stack : stacks) {
        words.push_back(said_of(*stack));
        if (!words.back().empty()) by_words[words.back()].push_back(stack);
    }
    std::vector<std::vector<const StackResult*>> out;
    for (std::size_t i = 0; i < stacks.size(); ++i) {
        const auto group = by_words.find(words[i]);
        const bool stands_alone = group == by_words.end() || group->second.size() < enough_to_group;
        if (stands_alone)
            out.push_back({stacks[i]});
        else if (group->second.front() == stacks[i])
            out.push_back(group->second);
    }
    return out;
}

std::vector<SharedChange> shared_changes(const Report& report) {
    std::map<std::string, std::size_t> counts;
    for (const StackResult& stack : report.stacks) {
        std::set<std::string> lines; // of one stack, each once
        for (const Change& change : stack.changes) {
            if (change.waiver.empty()) lines.insert(change_line(change));
        }
        for (const std::string& line : lines) ++counts[line];
    }
    std::vector<SharedChange> out;
    for (const auto& [line, count] : counts) {
        if (count >= enough_to_group) out.push_back({line, count});
    }
    std::ranges::stable_sort(out, std::ranges::greater(), &SharedChange::stacks);
    return out;
}

} // namespace mooring::report
