#include "portainer_double/kube_fields.hpp"

#include <algorithm>
#include <array>

namespace portainer_double {
namespace {

struct ListRow {
    std::string_view field;
    std::string_view key;
};

constexpr std::array list_table{ListRow{"containers", "name"},
                                ListRow{"initContainers", "name"},
                                ListRow{"ephemeralContainers", "name"},
                                ListRow{"env", "name"},
                                ListRow{"volumes", "name"},
                                ListRow{"volumeMounts", "mountPath"},
                                ListRow{"volumeDevices", "devicePath"},
                                ListRow{"imagePullSecrets", "name"},
                                ListRow{"hostAliases", "ip"},
                                ListRow{"conditions", "type"},
                                ListRow{"webhooks", "name"},
                                ListRow{"ownerReferences", "uid"},
                                ListRow{"secrets", "name"},
                                ListRow{"restartPolicyRules", "name"}};

constexpr std::array atomic_maps{"selector",    "nodeSelector",     "labelSelector",   "namespaceSelector",
                                 "podSelector", "objectSelector",   "configMapKeyRef", "secretKeyRef",
                                 "fieldRef",    "resourceFieldRef", "roleRef",         "secretRef"};
// Maps and lists of single parts: empty ones have no field.
constexpr std::array parts_alone{"annotations", "labels", "data", "binaryData", "limits", "requests", "ports"};

// What is no pointer, and so has no field of its own.
constexpr std::array plain_structs{"spec",           "template", "metadata",  "strategy",
                                   "updateStrategy", "status",   "resources", "jobTemplate"};

bool is_plain_struct(std::string_view field) { return std::ranges::find(plain_structs, field) != plain_structs.end(); }

Json value_fields(std::string_view field, const Json& value, const FieldsOptions& options);

Json map_fields(const Json& map, const FieldsOptions& options, bool dot) {
    Json fields = Json::object();
    if (dot) fields["."] = Json::object();
    for (const auto& [key, value] : map.items()) {
        const bool parts =
            std::ranges::find(parts_alone, key) != parts_alone.end() ||
            (value.is_array() && std::ranges::find(list_table, key, &ListRow::field) != list_table.end());
        if (value.is_null() || (!options.custom && parts && value.is_structured() && value.empty())) continue;
        fields["f:" + key] = value_fields(key, value, options);
    }
    return fields;
}

Json list_fields(std::string_view field, const Json& list, const std::vector<std::string>& keys,
                 const FieldsOptions& options) {
    Json fields = Json::object();
    if (options.with_dots && field != "containers") fields["."] = Json::object();
    for (const Json& item : list) fields[element_key(item, keys)] = map_fields(item, options, true);
    return fields;
}

Json value_fields(std::string_view field, const Json& value, const FieldsOptions& options) {
    if (value.is_object() && !value.empty() && (options.custom || !is_atomic_map(field))) {
        const bool dot = options.with_dots && (!is_plain_struct(field) || (options.custom && field == "spec"));
        return map_fields(value, options, dot);
    }
    if (value.is_array()) {
        const auto keys = list_keys(field, value, options.custom);
        if (!keys.empty()) return list_fields(field, value, keys, options);
    }
    return Json::object();
}

const Json* element_of(const Json& list, const std::string& key, const std::vector<std::string>& keys) {
    if (!list.is_array()) return nullptr;
    const auto at = std::ranges::find_if(list, [&](const Json& one) { return element_key(one, keys) == key; });
    return at == list.end() ? nullptr : &*at;
}

// Of a value that was another before.
Json changed_value(const std::string& field, const Json& before, const Json& after, const FieldsOptions& options) {
    const bool maps = before.is_object() && after.is_object() && (options.custom || !is_atomic_map(field));
    if (maps) return changed_fields(before, after, options);
    const auto keys = after.is_array() ? list_keys(field, after, options.custom) : std::vector<std::string>{};
    Json fields = Json::object();
    for (const Json& item : keys.empty() ? Json::array() : after) {
        const std::string key = element_key(item, keys);
        const Json* was = element_of(before, key, keys);
        if (was == nullptr) {
            fields[key] = map_fields(item, options, true);
        } else if (*was != item) {
            fields[key] = changed_fields(*was, item, options);
        }
    }
    return fields;
}

const Json* part_of(const Json* fields, const std::string& name) {
    if (fields == nullptr || !fields->is_object()) return nullptr;
    const auto at = fields->find(name);
    return at == fields->end() ? nullptr : &*at;
}

Merge below(const Merge& merge, const std::string& name) {
    Merge inner{.custom = merge.custom, .whole_maps = merge.whole_maps, .others = {}};
    for (const Json* fields : merge.others) {
        if (const Json* part = part_of(fields, name); part != nullptr) inner.others.push_back(part);
    }
    return inner;
}

void merge_list(Json& live, const Json& before, const Json& next, const std::vector<std::string>& keys,
                const Merge& merge) {
    Json merged = Json::array();
    for (const Json& item : next) {
        const std::string key = element_key(item, keys);
        const Json* now = element_of(live, key, keys);
        const Json* then = element_of(before, key, keys);
        Json result = now == nullptr ? Json::object() : *now;
        merge_applied(result, then == nullptr ? Json::object() : *then, item, below(merge, key));
        merged.push_back(std::move(result));
    }
    for (const Json& item : live) {
        const std::string key = element_key(item, keys);
        if (element_of(next, key, keys) != nullptr) continue;
        const bool was_ours = element_of(before, key, keys) != nullptr;
        if (!was_ours || !below(merge, key).others.empty()) merged.push_back(item);
    }
    live = std::move(merged);
}

// What is no longer declared: a leaf goes, of a map its leaves.
void drop_left_out(Json& live, const std::string& key, const Json& before, const Merge& merge) {
    const auto at = live.find(key);
    if (at == live.end()) return;
    const bool parts = before.is_object() && at->is_object() && !before.empty() &&
                       (merge.custom || !merge.whole_maps || !is_atomic_map(key));
    if (parts) {
        merge_applied(*at, before, Json::object(), merge);
        if (at->empty()) live.erase(key);
        return;
    }
    const auto keys = before.is_array() ? list_keys(key, before, merge.custom) : std::vector<std::string>{};
    if (!keys.empty() && at->is_array()) {
        merge_list(*at, before, Json::array(), keys, merge);
        if (at->empty()) live.erase(key);
        return;
    }
    if (merge.others.empty()) live.erase(key);
}

} // namespace

std::vector<std::string> list_keys(std::string_view field, const Json& list, bool custom) {
    if (custom || list.empty() || !list.front().is_object()) return {};
    if (field == "ports" && list.front().contains("containerPort")) return {"containerPort", "protocol"};
    if (field == "ports" && list.front().contains("port") && !list.front().contains("endPort"))
        return {"port", "protocol"};
    if (field == "topologySpreadConstraints") return {"topologyKey", "whenUnsatisfiable"};
    const auto row = std::ranges::find(list_table, field, &ListRow::field);
    if (row == list_table.end() || !list.front().contains(row->key)) return {};
    return {std::string(row->key)};
}

bool is_atomic_map(std::string_view field) { return std::ranges::find(atomic_maps, field) != atomic_maps.end(); }

std::string element_key(const Json& element, const std::vector<std::string>& keys) {
    Json named = Json::object();
    for (const std::string& key : keys) {
        if (element.is_object() && element.contains(key)) named[key] = element[key];
        if (key == "protocol" && !named.contains(key)) named[key] = "TCP";
    }
    return "k:" + named.dump();
}

Json fields_of(const Json& object, const FieldsOptions& options) {
    Json declared = object;
    for (const char* key : {"apiVersion", "kind", "status"}) declared.erase(key);
    if (declared.contains("metadata")) {
        Json& metadata = declared["metadata"];
        for (const char* key : {"name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp",
                                "managedFields", "selfLink"})
            metadata.erase(key);
        if (metadata.empty()) declared.erase("metadata");
    }
    if (options.with_dots && declared.contains("spec") && object.value("kind", "") == "Service") {
        for (const char* key : {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"}) declared["spec"].erase(key);
    }
    return map_fields(declared, options, false);
}

Json changed_fields(const Json& before, const Json& after, const FieldsOptions& options) {
    Json fields = Json::object();
    for (const auto& [key, value] : after.items()) {
        const auto was = before.find(key);
        if (was == before.end()) {
            fields["f:" + key] = value_fields(key, value, options);
        } else if (*was != value) {
            fields["f:" + key] = changed_value(key, *was, value, options);
        }
    }
    return fields;
}

Json fields_without(const Json& fields, const Json& taken) {
    Json rest = Json::object();
    for (const auto& [key, value] : fields.items()) {
        const Json* also = part_of(&taken, key);
        if (also == nullptr) {
            rest[key] = value;
        } else if (!value.empty()) {
            Json inner = fields_without(value, *also);
            if (!inner.empty()) rest[key] = std::move(inner);
        }
    }
    return rest;
}

Json fields_present(const Json& fields, const Json& object) {
    Json rest = Json::object();
    for (const auto& [key, value] : fields.items()) {
        if (key.starts_with("f:") && object.is_object()) {
            const auto at = object.find(key.substr(2));
            if (at == object.end()) continue;
            Json inner = value.empty() ? value : fields_present(value, *at);
            if (value.empty() || !inner.empty()) rest[key] = std::move(inner);
        } else if (key.starts_with("k:") && object.is_array()) {
            const Json wanted = Json::parse(key.substr(2), nullptr, false);
            const auto at = std::ranges::find_if(object, [&](const Json& one) {
                std::vector<std::string> keys;
                for (const auto& [name, part] : wanted.items()) keys.push_back(name);
                return element_key(one, keys) == key;
            });
            if (at != object.end()) rest[key] = fields_present(value, *at);
        } else {
            rest[key] = value;
        }
    }
    return rest;
}

std::vector<std::string> common_leaves(const Json& fields, const Json& others) {
    std::vector<std::string> leaves;
    for (const auto& [key, value] : fields.items()) {
        const Json* also = part_of(&others, key);
        if (also == nullptr || key == ".") continue;
        std::string name = "." + key.substr(2);
        if (key.starts_with("k:")) {
            name = "[";
            const Json named = Json::parse(key.substr(2), nullptr, false);
            for (const auto& [part, is] : named.items()) name += (name == "[" ? "" : ",") + part + "=" + is.dump();
            name += "]";
        }
        if (value.empty()) leaves.push_back(name);
        for (const std::string& inner : common_leaves(value, *also)) leaves.push_back(name + inner);
    }
    return leaves;
}

Json fields_with(const Json& fields, const Json& more) {
    Json all = fields;
    for (const auto& [key, value] : more.items()) {
        all[key] = all.contains(key) ? fields_with(all[key], value) : value;
    }
    return all;
}

Json& manager_entry(Json& object, const std::string& manager, const std::string& operation,
                    const std::string& subresource) {
    Json& metadata = object["metadata"];
    if (!metadata.contains("managedFields")) metadata["managedFields"] = Json::array();
    Json& entries = metadata["managedFields"];
    for (Json& entry : entries) {
        const bool fits = entry.value("manager", "") == manager && entry.value("operation", "") == operation &&
                          entry.value("subresource", "") == subresource;
        if (fits) return entry;
    }
    Json entry{{"manager", manager}, {"operation", operation},   {"apiVersion", object["apiVersion"]},
               {"time", ""},         {"fieldsType", "FieldsV1"}, {"fieldsV1", Json::object()}};
    if (!subresource.empty()) entry["subresource"] = subresource;
    entries.push_back(std::move(entry));
    return entries.back();
}

void merge_applied(Json& live, const Json& before, const Json& next, const Merge& merge) {
    for (const auto& [key, value] : next.items()) {
        const Json old = before.is_object() && before.contains(key) ? before[key] : Json(nullptr);
        const bool maps = value.is_object() && live.contains(key) && live[key].is_object() &&
                          (merge.custom || !merge.whole_maps || !is_atomic_map(key));
        if (maps) {
            merge_applied(live[key], old.is_object() ? old : Json::object(), value, below(merge, "f:" + key));
            continue;
        }
        const auto keys = value.is_array() ? list_keys(key, value, merge.custom) : std::vector<std::string>{};
        if (!keys.empty() && live.contains(key) && live[key].is_array()) {
            merge_list(live[key], old, value, keys, below(merge, "f:" + key));
            continue;
        }
        live[key] = value;
    }
    if (!before.is_object()) return;
    for (const auto& [key, value] : before.items()) {
        if (!next.contains(key)) drop_left_out(live, key, value, below(merge, "f:" + key));
    }
}

} // namespace portainer_double
