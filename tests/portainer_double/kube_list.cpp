#include "portainer_double/kube_list.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>

namespace portainer_double {
namespace {

// The parts of a selector; a comma in parentheses parts nothing.
std::vector<std::string> requirements(std::string_view selector) {
    std::vector<std::string> parts(1);
    int depth = 0;
    for (const char c : selector) {
        if (c == '(') ++depth;
        if (c == ')') --depth;
        if (c == ',' && depth == 0) {
            parts.emplace_back();
        } else {
            parts.back().push_back(c);
        }
    }
    std::erase_if(parts, [](const std::string& part) { return mooring::trim(part).empty(); });
    return parts;
}

bool among(std::string_view list, const std::string& value) {
    for (const std::string_view one : mooring::split(list, ',')) {
        if (mooring::trim(one) == value) return true;
    }
    return false;
}

bool fits_requirement(const Json& labels, const std::string& text) {
    const auto value = [&](std::string_view key) {
        const std::string name(mooring::trim(key));
        return labels.contains(name) ? std::optional(labels[name].get<std::string>()) : std::nullopt;
    };
    for (const auto& [mark, wanted] :
         {std::pair{std::string_view(" notin ("), false}, std::pair{std::string_view(" in ("), true}}) {
        const std::size_t at = text.find(mark);
        if (at == std::string::npos) continue;
        const std::size_t start = at + mark.size();
        const auto has = value(std::string_view(text).substr(0, at));
        return (has && among(std::string_view(text).substr(start, text.rfind(')') - start), *has)) == wanted;
    }
    if (text.starts_with('!')) return !value(std::string_view(text).substr(1));
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) return value(text).has_value();
    const bool differs = equals > 0 && text[equals - 1] == '!';
    const std::string_view key = std::string_view(text).substr(0, equals - (differs ? 1 : 0));
    const std::size_t start = equals + (text.compare(equals, 2, "==") == 0 ? 2 : 1);
    return (value(key) == std::string(mooring::trim(std::string_view(text).substr(start)))) != differs;
}

bool fits_field(const Json& object, std::string_view selector) {
    constexpr std::string_view name = "metadata.name=";
    return !selector.starts_with(name) || object["metadata"].value("name", "") == selector.substr(name.size());
}

std::vector<Json> all_that_fit(const Cluster& cluster, const KubeList& asked) {
    std::vector<Json> items;
    for (const auto& [key, object] : cluster.objects) {
        if (key.resource != asked.kind.resource()) continue;
        if (!asked.name_space.empty() && key.name_space != asked.name_space) continue;
        if (fits_labels(object, asked.label_selector) && fits_field(object, asked.field_selector))
            items.push_back(object);
    }
    return items;
}

Json shown_item(Json object, bool custom) {
    if (custom) return object;
    object.erase("kind");
    object.erase("apiVersion");
    return object;
}

Json list_of(const KubeList& asked, const std::vector<Json>& items, bool custom) {
    if (asked.accept.find("as=Table") != std::string_view::npos) return table_of(asked.kind, items, asked.now);
    const bool partial = asked.accept.find("as=PartialObjectMetadataList") != std::string_view::npos;
    Json list{{"kind", partial ? "PartialObjectMetadataList" : asked.kind.kind + "List"},
              {"apiVersion", partial ? "meta.k8s.io/v1" : asked.kind.api_version()},
              {"metadata", Json::object()},
              {"items", Json::array()}};
    for (const Json& item : items) list["items"].push_back(partial ? partial_metadata(item) : shown_item(item, custom));
    return list;
}

Answer expired() {
    return kube_status(
        410, "Expired",
        "The provided continue parameter is too old to display a consistent list result. You can start a "
        "new list without the continue parameter, or use the continue token in this response to retrieve "
        "the remainder of the results. Continuing with the provided token results in an inconsistent "
        "list - objects that were created, modified, or deleted between the time the first chunk was "
        "returned and now may show up in the list.",
        nullptr);
}

std::string token_of(std::int64_t revision, std::size_t start) {
    std::string token =
        mooring::to_base64(Json{{"v", "meta.k8s.io/v1"}, {"rv", revision}, {"start", std::to_string(start)}}.dump());
    while (token.ends_with('=')) token.pop_back();
    return token;
}

Json resource_row(const KubeKind& kind) {
    return {{"name", kind.plural},
            {"singularName", mooring::to_lower(kind.kind)},
            {"namespaced", kind.namespaced},
            {"kind", kind.kind},
            {"verbs", {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"}}};
}

std::optional<Answer> resources_of(const Cluster& cluster, const std::string& group, const std::string& version) {
    Json rows = Json::array();
    for (const KubeKind& kind : builtin_kinds()) {
        if (kind.group == group && kind.version == version) rows.push_back(resource_row(kind));
    }
    for (const KubeKind& kind : cluster.custom) {
        if (kind.group == group && kind.version == version) rows.push_back(resource_row(kind));
    }
    if (rows.empty()) return text_answer(404, "text/plain; charset=utf-8", "404 page not found\n");
    return json_answer({{"kind", "APIResourceList"},
                        {"apiVersion", "v1"},
                        {"groupVersion", group.empty() ? version : group + "/" + version},
                        {"resources", rows}});
}

Json groups_of(const Cluster& cluster) {
    Json groups = Json::array();
    std::vector<std::string> seen{""};
    const auto add = [&](const KubeKind& kind) {
        if (std::ranges::find(seen, kind.group) != seen.end()) return;
        seen.push_back(kind.group);
        const Json version{{"groupVersion", kind.api_version()}, {"version", kind.version}};
        groups.push_back({{"name", kind.group}, {"versions", Json::array({version})}, {"preferredVersion", version}});
    };
    for (const KubeKind& kind : builtin_kinds()) add(kind);
    for (const KubeKind& kind : cluster.custom) add(kind);
    return {{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", groups}};
}

} // namespace

bool fits_labels(const Json& object, std::string_view selector) {
    const Json labels = object.at("metadata").value("labels", Json::object());
    const auto parts = requirements(selector);
    return std::ranges::all_of(parts, [&](const std::string& part) { return fits_requirement(labels, part); });
}

Json partial_metadata(const Json& object) {
    return {{"kind", "PartialObjectMetadata"}, {"apiVersion", "meta.k8s.io/v1"}, {"metadata", object["metadata"]}};
}

Answer list_objects(Cluster& cluster, const KubeList& asked) {
    std::size_t limit = 0;
    std::from_chars(asked.limit.data(), asked.limit.data() + asked.limit.size(), limit);
    const std::string place = asked.kind.resource() + "/" + asked.name_space + "?";
    std::vector<Json> items;
    std::int64_t revision = cluster.revision;
    if (asked.next.empty()) {
        items = all_that_fit(cluster, asked);
    } else {
        const auto rest = cluster.pages.find(place + std::string(asked.next));
        if (rest == cluster.pages.end()) return expired();
        items = rest->second.items;
        revision = rest->second.revision;
    }
    std::vector<Json> later;
    if (limit > 0 && items.size() > limit) {
        later.assign(items.begin() + static_cast<std::ptrdiff_t>(limit), items.end());
        items.resize(limit);
    }
    const bool custom =
        std::ranges::any_of(cluster.custom, [&](const KubeKind& k) { return k.kind == asked.kind.kind; });
    Json list = list_of(asked, items, custom);
    list["metadata"]["resourceVersion"] = std::to_string(revision);
    if (!later.empty()) {
        const std::string token = token_of(revision, ++cluster.drawn_pages);
        list["metadata"]["continue"] = token;
        if (asked.label_selector.empty()) list["metadata"]["remainingItemCount"] = later.size();
        cluster.pages[place + token] = {.items = std::move(later), .revision = revision};
        if (cluster.pages.size() > 256) cluster.pages.erase(cluster.pages.begin());
    }
    return json_answer(list);
}

std::optional<Answer> discover(const Cluster& cluster, const std::vector<std::string>& parts) {
    if (parts.size() == 1 && parts[0] == "version") {
        return json_answer({{"major", "1"},
                            {"minor", "31"},
                            {"gitVersion", "v1.31.4"},
                            {"gitTreeState", ""},
                            {"compiler", "gc"},
                            {"platform", "linux/amd64"}});
    }
    if (parts.size() == 1 && parts[0] == "api") return json_answer({{"kind", "APIVersions"}, {"versions", {"v1"}}});
    if (parts.size() == 1 && parts[0] == "apis") return json_answer(groups_of(cluster));
    if (parts.size() == 2 && parts[0] == "openapi")
        return text_answer(200, "text/plain; charset=utf-8", R"({"paths":{}})");
    if (parts.size() == 2 && parts[0] == "api") return resources_of(cluster, "", parts[1]);
    if (parts.size() == 3 && parts[0] == "apis") return resources_of(cluster, parts[1], parts[2]);
    return std::nullopt;
}

} // namespace portainer_double
