#include "kubernetes/walk.hpp"

#include "base/secret.hpp"
#include "base/text.hpp"
#include "kubernetes/kubernetes.hpp"
#include "kubernetes/live.hpp"
#include "kubernetes/value.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <span>

namespace mooring::kubernetes {
namespace {

// Where the walk over a value stands: what the keys above it say.
struct Place {
    bool is_secret = false;      // everything below is
    bool in_environment = false; // the last key is `env` or `httpHeaders`, or this is one of its elements
    bool free_keys = false;      // the last key is one whose members people name
};

// Names tell secrets where people give them; `secretKeyRef` and `key` are fields of the format.
bool has_free_keys(std::string_view key) {
    constexpr std::array<std::string_view, 5> keys{"data", "annotations", "labels", "parameters", "binaryData"};
    return std::ranges::find(keys, key) != keys.end();
}

bool resource_is_custom(const Key& object) { return !resource(object.group + "/v1", object.kind); }

bool is_secret_name(std::string_view name, const Value* value) {
    return value != nullptr && value->is_single() ? is_secret(name, value->text) : looks_secret(name);
}

// In lists of `{name: password, value: ...}` or `{key: ..., value: ...}` what stands beside says what the value is, as
// in the texts of a ConfigMap: an Argo CD Application's parameters, for one.
bool is_named_secret(std::string_view key, const Value* value, std::span<const Value* const> around) {
    if (key != "value") return false;
    return std::ranges::any_of(around, [value](const Value* map) {
        return map != nullptr &&
               (is_secret_name(text_at(*map, {"name"}), value) || is_secret_name(text_at(*map, {"key"}), value));
    });
}

// `around`: the maps that the key stands in.
Place below(const Key& object, const Place& above, std::size_t depth, std::string_view key, const Value* value,
            std::span<const Value* const> around) {
    if (above.is_secret) return above;
    const bool is_core_secret = depth == 0 && object.group.empty() && object.kind == "Secret";
    // Custom resources hold the templates of Secrets, at any depth.
    const bool is_data =
        is_core_secret ? key == "data" || key == "stringData" : key == "stringData" && resource_is_custom(object);
    if (is_data || key == last_applied_annotation || (above.in_environment && key == "value"))
        return {.is_secret = true};
    const bool is_custom = resource_is_custom(object);
    return {.is_secret = ((above.free_keys || is_custom) && is_secret_name(key, value)) ||
                         (is_custom && is_named_secret(key, value, around)),
            .in_environment = key == "env" || key == "httpHeaders",
            .free_keys = has_free_keys(key)};
}

class Display {
  public:
    Display(const Key& object, Secrets secrets) : object_(object), secrets_(secrets) {}

    void append(const Value& value, const Place& place, std::size_t depth) { // NOLINT(misc-no-recursion)
        switch (value.shape) {
        case Shape::null:
            out_ += "null";
            break;
        case Shape::boolean:
        case Shape::number:
            place.is_secret&& is_masked() && !tells_nothing(value.text) ? append_json_string(out_, mask_sign)
                                                                        : void(out_ += value.text);
            break;
        case Shape::text:
            append_json_string(out_, shown(value.text, place));
            break;
        case Shape::map:
            members(value, place, depth);
            break;
        case Shape::list:
            elements(value, place, depth);
            break;
        }
    }

    std::string take() { return std::move(out_); }

  private:
    bool is_masked() const { return secrets_ == Secrets::masked; }

    std::string shown(std::string_view text, const Place& place) const {
        if (!is_masked()) return std::string(text);
        if (place.is_secret) return std::string(tells_nothing(text) ? text : mask_sign);
        return mask_text(text);
    }

    void separate(char open) {
        if (out_.back() != open) out_ += ',';
    }

    void members(const Value& value, const Place& place, std::size_t depth) { // NOLINT(misc-no-recursion)
        out_ += '{';
        for (const Member& member : value.members) {
            separate('{');
            append_json_string(out_, is_masked() ? mask_text(member.key) : member.key);
            out_ += ':';
            const std::array<const Value*, 1> around{&value};
            append(member.value, below(object_, place, depth, member.key, &member.value, around), depth + 1);
        }
        out_ += '}';
    }

    // Texts in order are the words of a command, or may be.
    void elements(const Value& value, const Place& place, std::size_t depth) { // NOLINT(misc-no-recursion)
        std::vector<std::string_view> texts;
        for (const Member& member : value.members) {
            if (member.value.shape == Shape::text) texts.emplace_back(member.value.text);
        }
        const bool words = is_masked() && !place.is_secret && texts.size() == value.members.size();
        const std::vector<std::string> masked = words ? mask_words(texts) : std::vector<std::string>();
        out_ += '[';
        for (std::size_t i = 0; i < value.members.size(); ++i) {
            separate('[');
            words ? append_json_string(out_, masked[i]) : append(value.members[i].value, place, depth + 1);
        }
        out_ += ']';
    }

    const Key& object_;
    Secrets secrets_;
    std::string out_;
};

void collect(const Key& object, const Value& value, const Place& place, std::size_t depth, // NOLINT(misc-no-recursion)
             std::vector<std::string>& out) {
    if (value.is_single()) {
        if (place.is_secret && !tells_nothing(value.text)) out.push_back(value.text);
        return;
    }
    const std::array<const Value*, 1> around{&value};
    for (const Member& member : value.members) {
        const bool is_map = value.shape == Shape::map;
        collect(object, member.value, is_map ? below(object, place, depth, member.key, &member.value, around) : place,
                depth + 1, out);
    }
}

Place place_at(const Key& object, const Steps& steps, const Value* value) {
    Place place;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (steps[i].kind != Step::Kind::key) continue;
        place = below(object, place, i, steps[i].key, i + 1 == steps.size() ? value : nullptr, steps[i].in);
    }
    return place;
}

} // namespace

bool is_secret_at(const Key& key, const Steps& steps, const Value* value) {
    return value != nullptr && value->shape != Shape::null && place_at(key, steps, value).is_secret;
}

std::string display(const Key& key, const Steps& steps, const Value& value, Secrets secrets) {
    const Place place = place_at(key, steps, &value);
    const bool as_it_is = place.is_secret || secrets == Secrets::shown;
    if (value.shape == Shape::text) return as_it_is ? value.text : mask_text(value.text);
    if (value.is_single()) return value.shape == Shape::null ? "null" : value.text;
    Display out(key, secrets);
    out.append(value, place, steps.size());
    return out.take();
}

std::vector<std::string> secret_texts(std::string_view text) {
    std::vector<std::string> out;
    const auto file = load(text);
    if (!file) return out;
    for (const Object& object : file->objects) {
        const std::size_t first = out.size();
        collect(object.key, object.tree, {}, 0, out);
        if (object.key.kind != "Secret" || !object.key.group.empty()) continue;
        for (std::size_t i = first, end = out.size(); i < end; ++i) {
            if (auto bytes = from_base64(out[i])) out.push_back(std::move(*bytes));
        }
    }
    return out;
}

namespace {

// `postgres` in a Secret hides no `postgres:16`.
bool is_plain_word(std::string_view value) {
    constexpr std::size_t least = 6; // as for the secrets of variables
    return value.size() < least || std::ranges::all_of(
                                       value,
                                       [](char c) {
                                           return (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '_' ||
                                                  c == '/' || c == ' ';
                                       });
}

// Its lines, too (`echo X | base64` ends one), and how it stands between the quotes of JSON.
void learn(std::string value, std::vector<std::string>& known) {
    if (value.contains('\n')) {
        for (const std::string_view part : split(value, '\n')) {
            const std::string_view line = trim(part);
            if (!is_plain_word(line) && !line.starts_with("-----")) known.emplace_back(line); // not the frame of a PEM
        }
    }
    std::string quoted;
    append_json_string(quoted, value);
    quoted = quoted.substr(1, quoted.size() - 2);
    if (quoted != value) known.push_back(std::move(quoted));
    known.push_back(std::move(value));
}

} // namespace

void learn_secrets(const Object& object, std::vector<std::string>& known) {
    const bool is_secret = object.key.kind == "Secret" && object.key.group.empty();
    const Value* data = is_secret ? find(object.tree, "data") : nullptr;
    if (data == nullptr || data->shape != Shape::map) return;
    for (const auto& [name, value] : data->members) {
        if (value.shape != Shape::text || value.text.empty()) continue;
        known.push_back(value.text);
        if (auto bytes = from_base64(value.text)) learn(std::move(*bytes), known);
    }
}

bool repeats_secret(std::string_view shown, std::span<const std::string> known) {
    constexpr std::size_t least_equal = 4; // `80` in a Secret hides no port
    return std::ranges::any_of(known, [shown](std::string_view secret) {
        return shown == secret ? shown.size() >= least_equal && !tells_nothing(shown)
                               : !is_plain_word(secret) && shown.contains(secret);
    });
}

std::string hide_known(std::string_view shown, std::span<const std::string> known) {
    SecretSpans found;
    for (const std::string_view secret : known) {
        if (is_plain_word(secret)) continue;
        for (std::size_t at = shown.find(secret); at != std::string_view::npos; at = shown.find(secret, at + 1))
            found.push_back({at, at + secret.size(), {}});
    }
    return cover(shown, joined(std::move(found)));
}

// What Portainer would refuse of a file, or do otherwise than it seems to say (kubernetes.md §1.1, §7.5, §10).

namespace {

void check_namespaces(const File& file, std::string_view stack_namespace, std::vector<Remark>& out) {
    for (const Object& object : file.objects) {
        const std::string& own = object.key.namespace_;
        if (stack_namespace.empty() || own.empty() || own == stack_namespace) continue;
        out.push_back(
            {.code = "namespace",
             .message = fmt::format("{} is in the namespace `{}`, and the stack in `{}`: Portainer refuses it",
                                    printable(label(object.key)), printable(own, 80), printable(stack_namespace, 80)),
             .cure = "remove the object's namespace, or put the object into a stack of its own",
             .line = object.line,
             .refused = true});
    }
}

// The server does not know a kind in the same breath in which it is defined.
void check_definitions(const File& file, std::vector<Remark>& out) {
    for (const Object& definition : file.objects) {
        if (definition.key.kind != "CustomResourceDefinition") continue;
        const std::string_view group = text_at(definition.tree, {"spec", "group"});
        const std::string_view kind = text_at(definition.tree, {"spec", "names", "kind"});
        const auto found = std::ranges::find_if(
            file.objects, [&](const Object& object) { return object.key.group == group && object.key.kind == kind; });
        if (found == file.objects.end()) continue;
        out.push_back(
            {.code = "definition",
             .message = fmt::format("{} and the definition of its kind are in one file: the first deployment fails",
                                    printable(label(found->key))),
             .cure = "put the definition into a stack of its own",
             .line = found->line});
    }
}

// Where the object is deployed to: what names no namespace is in the stack's, and without one in `default`.
Key placed(Key key, std::string_view stack_namespace) {
    if (key.namespace_.empty()) key.namespace_ = stack_namespace.empty() ? "default" : stack_namespace;
    return key;
}

// One names the namespace, the other does not, and it is the same. Spelt alike, load() has said so.
void check_twice(const File& file, std::string_view stack_namespace, std::vector<Remark>& out) {
    std::map<Key, const Object*> first;
    for (const Object& object : file.objects) {
        const auto [at, is_new] = first.emplace(placed(object.key, stack_namespace), &object);
        if (is_new || at->second->key == object.key) continue;
        out.push_back(twice(object, at->second->line));
    }
}

void check_autoscalers(const File& file, std::string_view stack_namespace, std::vector<Remark>& out) {
    for (const Object& scaler : file.objects) {
        if (scaler.key.group != "autoscaling" || scaler.key.kind != "HorizontalPodAutoscaler") continue;
        const std::string_view kind = text_at(scaler.tree, {"spec", "scaleTargetRef", "kind"});
        const std::string_view name = text_at(scaler.tree, {"spec", "scaleTargetRef", "name"});
        for (const Object& object : file.objects) {
            const Value* replicas = at(object.tree, {"spec", "replicas"});
            if (object.key.kind != kind || object.key.name != name || replicas == nullptr) continue;
            if (placed(object.key, stack_namespace).namespace_ != placed(scaler.key, stack_namespace).namespace_)
                continue;
            out.push_back({.code = "autoscaler",
                           .message = fmt::format("{} declares `replicas`, which {} sets: every deployment resets them",
                                                  printable(label(object.key)), printable(label(scaler.key))),
                           .cure = "leave `replicas` out",
                           .line = replicas->line});
        }
    }
}

} // namespace

std::vector<Remark> remarks(const File& file, std::string_view stack_namespace) {
    std::vector<Remark> out = file.remarks;
    check_namespaces(file, stack_namespace, out);
    check_definitions(file, out);
    check_twice(file, stack_namespace, out);
    check_autoscalers(file, stack_namespace, out);
    std::ranges::stable_sort(out, {}, &Remark::line);
    return out;
}

} // namespace mooring::kubernetes
