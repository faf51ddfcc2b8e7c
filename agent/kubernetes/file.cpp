// A manifest's text -> objects.
#include "kubernetes/kubernetes.hpp"

#include "base/text.hpp"
#include "kubernetes/live.hpp"
#include "kubernetes/walk.hpp"
#include "yaml/node.hpp"
#include "yaml/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace mooring::kubernetes {
namespace {

using Problem = yaml::Problem;

std::unexpected<Problem> refuse(yaml::Mark mark, std::string message, std::string code) {
    return std::unexpected(Problem{.message = std::move(message), .mark = mark, .code = std::move(code)});
}

// "2024-01-31 10:00:00.5 +0200 +0200", as Go prints a time, the way it is written as JSON:
// "2024-01-31T10:00:00.5+02:00".
std::string json_time(std::string_view printed) {
    const auto parts = split(printed, ' ');
    if (parts.size() < 3) return std::string(printed);
    const std::string_view zone = parts[2];
    std::string out = fmt::format("{}T{}", parts[0], parts[1]);
    if (zone == "+0000" || zone.size() != 5) return out + "Z";
    return out + fmt::format("{}:{}", zone.substr(0, 3), zone.substr(3));
}

std::expected<Value, Problem> single(const yaml::Node& node) {
    auto scalar = yaml::resolve(node);
    if (!scalar) return std::unexpected(std::move(scalar.error()));
    Value value{.shape = Shape::text, .line = node.mark.line, .text = std::move(scalar->text), .members = {}};
    switch (scalar->type) {
    case yaml::Type::null:
        value.shape = Shape::null;
        break;
    case yaml::Type::boolean:
        value.shape = Shape::boolean;
        break;
    case yaml::Type::integer:
    case yaml::Type::floating:
        value.shape = Shape::number;
        break;
    case yaml::Type::timestamp:
        value.text = json_time(value.text);
        break;
    case yaml::Type::text:
        break;
    }
    return value;
}

// Keys become texts, as they do in JSON.
std::expected<std::string, Problem> key_text(const yaml::Node& key) {
    if (key.kind != yaml::Kind::scalar && key.kind != yaml::Kind::null)
        return refuse(key.mark, "a key must be a string, not a list or mapping", "key");
    auto value = single(key);
    if (!value) return std::unexpected(std::move(value.error()));
    return value->shape == Shape::null ? std::string("null") : std::move(value->text);
}

std::expected<Value, Problem> read(const yaml::Node& node) { // NOLINT(misc-no-recursion): bounded by Limits::depth
    if (node.kind == yaml::Kind::scalar || node.kind == yaml::Kind::null) return single(node);
    Value value{.shape = node.kind == yaml::Kind::mapping ? Shape::map : Shape::list,
                .line = node.mark.line,
                .text = {},
                .members = {}};
    value.members.reserve(node.items.size() + node.entries.size());
    for (const yaml::Node& item : node.items) {
        auto element = read(item);
        if (!element) return element;
        value.members.push_back({.key = {}, .value = std::move(*element)});
    }
    for (const auto& [key, entry] : node.entries) {
        auto name = key_text(key);
        if (!name) return std::unexpected(std::move(name.error()));
        auto below = read(entry);
        if (!below) return below;
        value.members.push_back({.key = std::move(*name), .value = std::move(*below)});
    }
    if (value.shape == Shape::map) sort_members(value);
    return value;
}

yaml::Mark at_line(const Value& value) { return {.line = value.line, .column = 1}; }

class Reader {
  public:
    std::optional<Problem> document(Value&& document) { // NOLINT(misc-no-recursion): lists in lists, bounded by depth
        if (document.shape == Shape::null || (!document.is_single() && document.members.empty())) return std::nullopt;
        if (document.shape != Shape::map) {
            return Problem{.message = "a document must be an object with apiVersion, kind and metadata",
                           .mark = at_line(document),
                           .code = "not-an-object"};
        }
        const Value* kind = find(document, "kind");
        if (kind != nullptr && to_lower(kind->text) == "list") return list(std::move(document));
        return object(std::move(document));
    }

    std::expected<File, Problem> take() {
        std::map<Key, std::uint32_t> first;
        for (const Object& object : file_.objects) {
            const auto [at, is_new] = first.emplace(object.key, object.line);
            if (is_new) continue;
            file_.remarks.push_back(twice(object, at->second));
        }
        return std::move(file_);
    }

  private:
    std::optional<Problem> list(Value&& document) { // NOLINT(misc-no-recursion)
        file_.remarks.push_back(
            {.code = "list", .message = "Portainer 2.39 and newer refuse `kind: List`", .line = document.line});
        Value* items = find(document, "items");
        if (items == nullptr) return std::nullopt;
        for (Member& item : items->members) {
            if (auto problem = this->document(std::move(item.value))) return problem;
        }
        return std::nullopt;
    }

    std::optional<Problem> object(Value&& document) {
        const auto missing = [&document](std::string_view what) {
            return Problem{.message = fmt::format("an object has no `{}`", what),
                           .mark = at_line(document),
                           .code = "not-an-object"};
        };
        const std::string api_version(text_at(document, {"apiVersion"}));
        const std::string kind(text_at(document, {"kind"}));
        const Value* name = at(document, {"metadata", "name"});
        if (api_version.empty()) return missing("apiVersion");
        if (kind.empty()) return missing("kind");
        if (name == nullptr || !name->is_single() || name->text.empty()) return missing("metadata.name");
        Object object{.api_version = api_version,
                      .key = {.group = std::string(group_of(api_version)),
                              .kind = kind,
                              .namespace_ = std::string(text_at(document, {"metadata", "namespace"})),
                              .name = name->text},
                      .line = document.line,
                      .tree = std::move(document)};
        canonicalise(object);
        file_.objects.push_back(std::move(object));
        return std::nullopt;
    }

    File file_;
};

} // namespace

std::expected<File, yaml::Problem> load(std::string_view text, const yaml::Limits& limits) {
    auto documents = yaml::parse_compose(text, limits);
    if (!documents) return std::unexpected(std::move(documents.error()));
    Reader reader;
    for (const yaml::Node& document : *documents) {
        auto value = read(document);
        if (!value) return std::unexpected(std::move(value.error()));
        if (auto problem = reader.document(std::move(*value))) return std::unexpected(std::move(*problem));
    }
    return reader.take();
}

bool is_manifest(std::string_view text) {
    if (!text.contains("apiVersion")) return false; // compose files are not parsed twice
    if (const auto documents = yaml::parse_compose(text)) {
        const auto first = std::ranges::find(*documents, yaml::Kind::mapping, &yaml::Node::kind);
        return first != documents->end() && first->find("apiVersion") != nullptr;
    }
    return text.starts_with("apiVersion:") || text.contains("\napiVersion:");
}

Remark twice(const Object& object, std::uint32_t first_line) {
    return {.code = "twice",
            .message = fmt::format("{} is declared twice, first in line {}", printable(label(object.key)), first_line),
            .cure = "remove one: Portainer applies both, and the last one stays",
            .line = object.line};
}

std::string label(const Key& key) { return key.kind + "/" + key.name; }

} // namespace mooring::kubernetes
