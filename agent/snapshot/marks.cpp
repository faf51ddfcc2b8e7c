#include "snapshot/tape.hpp"

#include "base/secret.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string_view>

namespace mooring::snapshot {
void each_record(ServerAnswers& server, const std::function<void(StackRecord&)>& visit) {
    for (auto& list : server.stacks) {
        if (!list.value) continue;
        for (StackRecord& record : *list.value) visit(record);
    }
    for (auto& [id, answers] : server.stack) {
        for (auto& answer : answers) {
            if (answer.value) visit(*answer.value);
        }
    }
}

Marks::Marks(Recording& recording) {
    for (DesiredStack& stack : recording.desired.stacks) {
        if (!stack.env) continue;
        for (DesiredEnv& variable : *stack.env) {
            if (variable.value) add(*variable.value, variable.is_public);
        }
    }
    std::map<std::pair<std::string_view, StackId>, std::vector<StackRecord*>> records;
    for (const auto& server : recording.servers) {
        each_record(*server, [&](StackRecord& record) {
            records[{server->name, record.id}].push_back(&record);
            for (EnvVar& variable : record.env) add(variable.value, false);
        });
    }
    for (DesiredStack& stack : recording.desired.stacks) {
        for (const StackId id : recording.records_of[key_of(stack)]) {
            for (StackRecord* record : records[{stack.server, id}]) compare(stack, *record);
        }
    }
    std::int64_t number = 0;
    for (std::size_t node = 0; node < values_.size(); ++node) {
        Group& group = groups_[root(node)];
        if (!group.is_public && group.text.empty()) group.text = mark_text(++number);
    }
}

const std::string* Marks::find(const Secret& value) const {
    const auto node = nodes_.find(&value);
    if (node == nodes_.end()) return nullptr;
    const Group& group = groups_[root(node->second)];
    return group.is_public ? nullptr : &group.text;
}

void Marks::apply() {
    for (Secret* value : values_) {
        if (const std::string* text = find(*value)) {
            *value = Secret(*text);
        } else if (!groups_[root(nodes_.at(value))].declared) {
            *value = Secret(mask_text(value->reveal())); // public by its name, and still what nobody meant to show
        }
    }
}

std::size_t Marks::root(std::size_t node) const {
    while (groups_[node].parent != node) {
        groups_[node].parent = groups_[groups_[node].parent].parent;
        node = groups_[node].parent;
    }
    return node;
}

void Marks::add(Secret& value, bool is_public) {
    nodes_[&value] = values_.size();
    groups_.push_back({.declared = is_public, .parent = values_.size(), .is_public = is_public, .text = {}});
    values_.push_back(&value);
}

void Marks::join(const Secret& one, const Secret& other) {
    const std::size_t left = root(nodes_.at(&one));
    const std::size_t right = root(nodes_.at(&other));
    groups_[right].parent = left;
    groups_[left].declared = groups_[left].declared || groups_[right].declared;
    groups_[left].is_public = groups_[left].is_public || groups_[right].is_public;
}

// As drift compares env: of each side the last of a name counts. What is declared public is so by name.
void Marks::compare(DesiredStack& stack, StackRecord& record) {
    if (!stack.env) return;
    std::map<std::string_view, DesiredEnv*> declared;
    for (DesiredEnv& variable : *stack.env) declared[variable.name] = &variable;
    std::map<std::string_view, EnvVar*> present;
    for (EnvVar& variable : record.env) {
        present[variable.name] = &variable;
        const auto wanted = declared.find(variable.name);
        if (wanted != declared.end() && wanted->second->is_public)
            groups_[root(nodes_.at(&variable.value))].is_public = true;
    }
    for (const auto& [name, desired] : declared) {
        const auto actual = present.find(name);
        if (actual == present.end() || !desired->value) continue;
        const Secret& value = actual->second->value;
        if (*desired->value == value) join(*desired->value, value);
    }
}

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
