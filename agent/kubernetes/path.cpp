// The notation of paths (kubernetes.md §8).
#include "kubernetes/walk.hpp"

#include "base/mask.hpp"
#include "kubernetes/display.hpp"

#include <algorithm>

namespace mooring::kubernetes {

std::string_view key_text(const Value& element, std::string_view key) {
    const Value* value = find(element, key);
    return value == nullptr || value->text.empty() ? key_default(key) : std::string_view(value->text);
}

std::string identity(const Field& list, const Value& element) {
    std::string out;
    for (const std::string& key : list.keys) {
        if (!out.empty()) out += ',';
        out += key;
        out += '=';
        out += mask_text(key_text(element, key));
    }
    return out;
}

bool same_identity(const Field& list, const Value& one, const Value& other) {
    return std::ranges::all_of(list.keys, [&](const std::string& key) {
        const Value* a = find(one, key);
        const Value* b = find(other, key);
        const bool both = a != nullptr && b != nullptr && !a->text.empty() && !b->text.empty();
        return both ? *a == *b : key_text(one, key) == key_text(other, key);
    });
}

std::string path_of(const Steps& steps) {
    std::string path;
    for (const Step& step : steps) {
        switch (step.kind) {
        case Step::Kind::key:
            append_key(path, mask_text(step.key));
            break;
        case Step::Kind::element:
            path += '[' + identity(*step.list, *step.element) + ']';
            break;
        case Step::Kind::index:
            path += '[' + std::to_string(step.index) + ']';
            break;
        case Step::Kind::member:
            path += '[' + mask_text(step.element->text) + ']';
            break;
        }
    }
    return path;
}

} // namespace mooring::kubernetes
