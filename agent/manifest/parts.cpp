// The small parts that several kinds of documents share.
#include "base/text.hpp"
#include "manifest/decode.hpp"
#include "manifest/typed.hpp"
#include "manifest/words.hpp"

namespace mooring::manifest {
namespace {

Principal to_principal(const yaml::Node& node) {
    if (const yaml::Node* id = node.find("id")) return {.id = as_integer(*id), .name = {}};
    return {.id = std::nullopt, .name = node.text};
}

std::vector<Principal> to_principals(const yaml::Node* list) {
    std::vector<Principal> out;
    if (list == nullptr) return out;
    for (const yaml::Node& item : list->items) out.push_back(to_principal(item));
    return out;
}

} // namespace

EnvironmentRef to_environment_ref(const yaml::Node& node) {
    if (const yaml::Node* id = node.find("id")) return {.id = as_integer(*id), .name = text_or(node, "name")};
    return {.id = std::nullopt, .name = node.text};
}

std::vector<EnvironmentRef> to_environment_refs(const yaml::Node& list) {
    std::vector<EnvironmentRef> out;
    out.reserve(list.items.size());
    for (const yaml::Node& item : list.items) out.push_back(to_environment_ref(item));
    return out;
}

DesiredAccess to_access(const yaml::Node& node) {
    DesiredAccess access;
    if (node.kind == yaml::Kind::mapping) {
        access.kind = DesiredAccess::Kind::restricted;
        access.users = to_principals(node.find("users"));
        access.teams = to_principals(node.find("teams"));
    } else if (node.text == "public") {
        access.kind = DesiredAccess::Kind::everyone;
    }
    return access;
}

std::vector<std::string> to_texts(const yaml::Node* list) {
    std::vector<std::string> out;
    if (list == nullptr) return out;
    for (const yaml::Node& item : list->items) out.push_back(item.text);
    return out;
}

std::string text_or(const yaml::Node& map, std::string_view key, std::string_view otherwise) {
    const yaml::Node* node = map.find(key);
    return node == nullptr ? std::string(otherwise) : node->text;
}

std::optional<UnixSeconds> to_time(const yaml::Node& node, DocumentLog& log) {
    const auto time = parse_utc(node.text);
    if (!time)
        log.error(node.mark, "wrong-value", "there is no such day or time: " + in_quotes(printable(node.text, 40)));
    return time;
}

std::string decode_server(const Found& named, yaml::Mark document, Context& context, DocumentLog& log) {
    const std::vector<std::string>& known = context.options.servers;
    if (named) {
        const bool is_known = known.empty() || std::ranges::find(known, named.node->text) != known.end();
        if (!is_known) {
            log.error(named.where(), "unknown-server",
                      "no server " + in_quotes(printable(named.node->text, 100)) + " is configured",
                      suggest(named.node->text, known));
        }
        return named.node->text;
    }
    if (!context.options.default_server.empty()) return context.options.default_server;
    if (known.size() > 1) {
        log.error(document, "missing-key", "`spec.server` is missing, and several servers are configured",
                  "add `server:`, one of " + quoted_list(known, ", "));
    }
    return known.size() == 1 ? known.front() : std::string();
}

} // namespace mooring::manifest
