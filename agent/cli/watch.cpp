#include "cli/watch.hpp"

#include "base/text.hpp"
#include "report/text_stack.hpp"
#include "report/wording.hpp"
#include "words/names.hpp"
#include "words/verdicts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace mooring::cli {
namespace {

// What of a stack counts as news: the verdict and the differences, not how they are explained.
std::string gist(const StackResult& stack) {
    std::string out = words::verdict_words(stack);
    for (const Change& change : stack.changes) out += "\n" + report::change_line(change) + change.waiver;
    return out;
}

// By server, environment, namespace and name.
std::map<std::string, const StackResult*> by_place(const Report& report) {
    std::map<std::string, const StackResult*> out;
    for (const StackResult& stack : report.stacks)
        out.emplace(stack.server + "\n" + words::environment_name(stack) + "\n" + stack.namespace_ + "\n" + stack.name,
                    &stack);
    return out;
}

std::string server_news(const Report& before, const Report& after) {
    std::string out;
    for (const ServerResult& server : after.servers) {
        const auto old = std::ranges::find(before.servers, server.name, &ServerResult::name);
        if (old != before.servers.end() && old->error == server.error) continue;
        if (!server.error.empty())
            out += fmt::format("server {}: {}\n", printable(server.name), printable(server.error, 2000));
        else if (old != before.servers.end())
            out += fmt::format("server {} answers again\n", printable(server.name));
    }
    return out;
}

} // namespace

std::string changes_between(const Report& before, const Report& after, const report::TextOptions& options) {
    const report::StackText text(options, after);
    const auto old = by_place(before);
    const auto now = by_place(after);
    std::string out = server_news(before, after);
    for (const auto& [place, stack] : now) {
        const auto was = old.find(place);
        if (was != old.end() && gist(*was->second) == gist(*stack)) continue;
        out += text.block(*stack);
        if (was != old.end() && was->second->verdict != stack->verdict)
            out += fmt::format("               It was {}.\n", words::verdict_words(*was->second));
    }
    for (const auto& [place, stack] : old) {
        if (!now.contains(place))
            out += fmt::format("{} is no longer part of it\n", words::stack_name(*stack, after.servers.size() > 1));
    }
    return out;
}

} // namespace mooring::cli
