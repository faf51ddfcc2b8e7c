#include "snapshot/messages.hpp"

#include "snapshot/marks.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace mooring::snapshot {
namespace {

constexpr std::size_t least_telling = 8;

// Values that no sentence holds by chance: long, and more than one word of small letters. Longest first.
std::vector<std::string_view> telling_values(Recording& recording) {
    std::set<std::string_view> values;
    const auto add = [&](const Secret& value) {
        const std::string_view text = value.reveal();
        const bool word = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz-_") == std::string_view::npos;
        if (text.size() >= (word ? 2 * least_telling : least_telling)) values.insert(text);
    };
    for (const DesiredStack& stack : recording.desired.stacks) {
        if (!stack.env) continue;
        for (const DesiredEnv& variable : *stack.env) {
            if (variable.value && !variable.is_public) add(*variable.value);
        }
    }
    for (const auto& server : recording.servers) {
        each_record(*server, [&](const StackRecord& record) {
            for (const EnvVar& variable : record.env) add(variable.value);
        });
    }
    std::vector<std::string_view> longest_first(values.begin(), values.end());
    std::ranges::stable_sort(longest_first, std::greater{}, &std::string_view::size);
    return longest_first;
}

template <typename T>
void each_reply(Asked<T>& answers, const auto& visit) {
    for (auto& answer : answers) visit(answer.reply);
}

template <typename Key, typename T>
void each_reply(std::map<Key, Asked<T>>& answers, const auto& visit) {
    for (auto& [key, asked] : answers) each_reply(asked, visit);
}

template <typename Key>
void each_reply(std::map<Key, std::vector<Reply>>& replies, const auto& visit) {
    for (auto& [key, asked] : replies) std::ranges::for_each(asked, visit);
}

} // namespace

Messages::Messages(Recording& recording) : values_(telling_values(recording)) {}

void Messages::clean(std::string& text) {
    if (text.size() < least_telling) return;
    const auto [known, is_new] = cleaned_.try_emplace(text, text);
    if (is_new) {
        for (const std::string_view value : values_) {
            for (std::size_t at = 0; (at = known->second.find(value, at)) != std::string::npos;)
                known->second.replace(at, value.size(), "***");
        }
    }
    text = known->second;
}

void Messages::clean_replies(ServerAnswers& server) {
    const auto visit = [this](Reply& reply) {
        if (reply.ok() || reply.outcome == Outcome::object_absent) return;
        clean(reply.message);
        clean(reply.details);
    };
    each_reply(server.status, visit);
    each_reply(server.identity, visit);
    each_reply(server.environments, visit);
    each_reply(server.environment, visit);
    each_reply(server.stacks, visit);
    each_reply(server.stack, visit);
    each_reply(server.stack_file, visit);
    each_reply(server.containers, visit);
    each_reply(server.services, visit);
    each_reply(server.tasks, visit);
    each_reply(server.images, visit);
    each_reply(server.container, visit);
    each_reply(server.docker_object, visit);
    each_reply(server.users, visit);
    each_reply(server.teams, visit);
    each_reply(server.tags, visit);
    each_reply(server.groups, visit);
}

} // namespace mooring::snapshot
