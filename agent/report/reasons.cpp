#include "report/wording.hpp"

#include "base/text.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <set>

namespace mooring::report {
namespace {

constexpr std::size_t most_requests = 3;
constexpr std::size_t most_paths = 3;        // named in brief()
constexpr std::size_t longest_reason = 2000; // bytes of one reason

// An absence is told by requests that failed, and its message names them.
bool says_its_answers(Verdict verdict) {
    return verdict == Verdict::missing || verdict == Verdict::deleted || verdict == Verdict::not_visible;
}

// Requests that failed are what a reader can act on; those that succeeded are in the JSON report.
std::vector<Evidence> failed(const StackResult& stack) {
    std::vector<Evidence> out;
    if (says_its_answers(stack.verdict)) return out;
    std::ranges::copy_if(stack.evidence, std::back_inserter(out),
                         [](const Evidence& e) { return e.status == 0 || e.status >= 300; });
    return out;
}

// What was read of a stack that was not read whole is worth a line; of one that was not read at all the message says
// so.
bool read_in_part(const StackResult& stack) {
    if (stack.unread.empty()) return false;
    return !stack.changes.empty() || std::ranges::find(stack.unread, "content") == stack.unread.end();
}

// A proof names its probes itself, and so may a message.
bool names_its_probes(const StackResult& stack) {
    return stack.verdict == Verdict::missing || stack.verdict == Verdict::deleted ||
           stack.message.find("Tried: ") != std::string::npos;
}

// The probes without those whose refusal stands below as a request.
std::vector<Evidence> probes_beside(const StackResult& stack) {
    std::vector<Evidence> out = stack.probes;
    const std::vector<Evidence> requests = failed(stack);
    std::erase_if(out, [&requests](const Evidence& probe) {
        return std::ranges::find(requests, probe.target, &Evidence::target) != requests.end();
    });
    return out;
}

std::string why(const StackResult& stack) {
    const std::string probes = names_its_probes(stack) ? "" : tried(probes_beside(stack));
    const std::string message = printable(stack.message, longest_reason);
    return message + (message.empty() || probes.empty() ? "" : " ") + probes;
}

} // namespace

bool is_aside(Reason::Kind kind) {
    return kind == Reason::Kind::request || kind == Reason::Kind::ignored || kind == Reason::Kind::note;
}

std::vector<Reason> reasons_of(const StackResult& stack) {
    std::vector<Reason> out;
    if (std::string text = why(stack); !text.empty()) out.push_back({Reason::Kind::why, std::move(text)});
    if (read_in_part(stack))
        out.push_back({Reason::Kind::unread, "Not read: " + printable(join(stack.unread, ", ")) + "."});
    const std::vector<Evidence> requests = failed(stack);
    for (std::size_t i = 0; i < std::min(requests.size(), most_requests); ++i)
        out.push_back({Reason::Kind::request, request_line(requests[i])});
    if (requests.size() > most_requests)
        out.push_back(
            {Reason::Kind::request, "and " + words::counted(requests.size() - most_requests, "more request")});
    if (stack.ignored > 0)
        out.push_back({Reason::Kind::ignored, words::counted(stack.ignored, "difference") + " ignored by rule."});
    for (const std::string& note : stack.notes) out.push_back({Reason::Kind::note, printable(note, longest_reason)});
    if (!stack.remedy.empty()) out.push_back({Reason::Kind::remedy, printable(stack.remedy, longest_reason)});
    return out;
}

std::string all_reasons(const StackResult& stack) {
    std::string out;
    for (const Reason& reason : reasons_of(stack)) {
        if (!out.empty()) out += out.ends_with('.') ? " " : ". ";
        out += reason.text;
    }
    return out;
}

std::string brief(const StackResult& stack) {
    const bool read_whole = stack.verdict == Verdict::drifted || stack.verdict == Verdict::in_sync;
    if (stack.changes.empty() || !read_whole) return printable(stack.message, longest_reason);
    std::vector<std::string> paths; // one that differs in the file and in what runs is named once
    for (const Change& change : stack.changes) {
        if (paths.size() > most_paths) break;
        std::string path = printable(change.path);
        if (std::ranges::find(paths, path) == paths.end()) paths.push_back(std::move(path));
    }
    const bool more = paths.size() > most_paths;
    if (more) paths.resize(most_paths);
    return words::counted(stack.changes.size(), "change") + ": " + join(paths, ", ") + (more ? ", ..." : "");
}

bool is_judged(const Report& report) {
    return !report.partial && (report.exit_code == 0 || (report.exit_code >= 2 && report.exit_code <= 4));
}

std::string waiver_words(const Report& report, std::string_view waiver) {
    std::string out = "waiver " + printable(waiver);
    const auto known = std::ranges::find(report.waivers, waiver, &AcceptedWaiver::name);
    if (known == report.waivers.end()) return out;
    if (!known->reason.empty()) out += ": " + printable(known->reason);
    return out + fmt::format(" (owner {}, until {})", printable(known->owner), format_utc(known->until));
}

std::string acceptance(const Report& report, const StackResult& stack) {
    std::string out;
    if (stack.verdict == Verdict::suspended) out = brief(stack);
    for (const std::string& waiver : stack.waivers) out += (out.empty() ? "" : "; ") + waiver_words(report, waiver);
    return out.empty() ? words::verdict_words(stack) : out;
}

namespace {

// Remarks and remedy, but not why: what is said of one stack alone.
std::string said_of_any(const StackResult& stack) {
    std::string out;
    for (const Reason& reason : reasons_of(stack)) {
        if (reason.kind != Reason::Kind::why) out += reason.text + "\n";
    }
    return out;
}

// What a report says below the name of a stack that drifted or is extra, but for the places of changes; "" for a stack
// that stands alone: where it was expected, or what it is called, is its own.
std::string said_of(const StackResult& stack) {
    if (stack.verdict == Verdict::extra)
        return fmt::format("extra\n{}{}\n{}", stack.waived ? "waived\n" : "", place(stack.where), said_of_any(stack));
    if (stack.verdict != Verdict::drifted || stack.changes.empty()) return {};
    std::string out = stack.waived ? "waived\n" : "\n";
    for (const Change& change : stack.changes) {
        const bool moved = change.subject == Subject::environment || change.subject == Subject::name;
        if (moved) return {};
        out += change_line(change) + "\n" + change.waiver + "\n";
    }
    return out + said_of_any(stack);
}

} // namespace

std::vector<Reason> reasons_of_all(const StackResult& first) {
    std::vector<Reason> out;
    if (first.verdict == Verdict::extra && !first.where.file.empty())
        out.push_back({Reason::Kind::why, fmt::format("No manifest declares them, and the Scope at {} manages their "
                                                      "environment whole.",
                                                      place(first.where))});
    for (const Reason& reason : reasons_of(first)) {
        if (reason.kind != Reason::Kind::why) out.push_back(reason);
    }
    return out;
}

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
