#include "snapshot/marks.hpp"

#include "base/mask.hpp"

#include <algorithm>
#include <map>
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

} // namespace mooring::snapshot
