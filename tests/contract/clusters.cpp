// What was done in clusters beside the server, with kubectl: objects made, changed and deleted.
#include "contract/course.hpp"
#include "contract/lines.hpp"

#include "base/text.hpp"

#include <set>

namespace contract {
namespace {

// A call of the proxy about an object: /api/endpoints/1/kubernetes/apis/apps/v1/namespaces/shop/deployments/web
struct ObjectCall {
    Number environment = 0;
    std::string name_space; // "" of cluster-wide kinds
    std::string plural;
    std::string name; // "" of lists
    bool subresource = false;
};

std::optional<ObjectCall> object_call(const Line& line) {
    const std::string path = path_of(line);
    const std::size_t at = path.find("/kubernetes/");
    const auto environment = number_in(path.substr(0, std::min(at, path.size())), "/api/endpoints/", "");
    if (at == std::string::npos || !environment) return {};
    const std::vector<std::string_view> parts = mooring::split(std::string_view(path).substr(at + 12), '/');
    std::size_t next = parts[0] == "api" ? 2 : 3;
    ObjectCall call{.environment = *environment, .name_space = {}, .plural = {}, .name = {}};
    if (parts.size() > next + 2 && parts[next] == "namespaces") {
        call.name_space = parts[next + 1];
        next += 2;
    }
    if (parts.size() <= next) return {};
    call.plural = parts[next];
    if (parts.size() > next + 1) call.name = parts[next + 1];
    call.subresource = parts.size() > next + 2;
    return call;
}

Json object_shown(const Line& line) {
    const bool shown = succeeded(line) && line.response.json && line.response.json->is_object() &&
                       line.response.json->contains("metadata") && !line.response.json->contains("items");
    return shown ? *line.response.json : Json();
}

std::string member_of(const Json& object, const char* name) { return text_of(object["metadata"], name); }

// The values of the fields that a manager holds, as a patch.
Json patch_of(const Json& fields, const Json& object) {
    Json patch = Json::object();
    for (const auto& [key, inner] : fields.items()) {
        if (!key.starts_with("f:") || !object.contains(key.substr(2))) continue;
        const Json& value = object[key.substr(2)];
        if (inner.empty() || !(value.is_object() || value.is_array())) {
            patch[key.substr(2)] = value;
        } else if (value.is_object()) {
            patch[key.substr(2)] = patch_of(inner, value);
        } else {
            Json& list = patch[key.substr(2)] = Json::array();
            for (const auto& [element, parts] : inner.items()) {
                const Json named = element.starts_with("k:") ? Json::parse(element.substr(2), nullptr, false) : Json();
                for (const Json& one : value) {
                    Json found = named.is_object() ? one : Json();
                    if (!found.is_object()) continue;
                    found.merge_patch(named);
                    if (found != one) continue; // another element
                    Json part = patch_of(parts, one);
                    part.update(named);
                    list.push_back(std::move(part));
                }
            }
        }
    }
    return patch;
}

bool edits(const std::string& manager) {
    return manager.starts_with("kubectl") && manager != "kubectl-client-side-apply";
}

class Clusters {
  public:
    Clusters(const std::vector<const Line*>& lines, std::vector<Moment>& course) : lines_(lines), course_(course) {}

    void tell() {
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            const auto call = object_call(*lines_[i]);
            const Json object = call ? object_shown(*lines_[i]) : Json();
            if (object.is_null() || call->subresource) continue;
            if (lines_[i]->request.method == "GET") {
                if (call->plural == "namespaces") look_at_namespace(i, *call, object);
                if (call->plural == "configmaps") look_at_config_map(i, *call, object);
                look_at_managers(i, *call, object);
            } else if (call->plural == "namespaces" && lines_[i]->request.method == "DELETE") {
                deleted_.insert(member_of(object, "uid"));
            }
            known_.insert(member_of(object, "uid"));
        }
    }

  private:
    const std::vector<const Line*>& lines_;
    std::vector<Moment>& course_;
    std::set<std::string> known_;                           // uids of objects that were shown or made
    std::set<std::string> deleted_;                         // of namespaces
    std::map<std::string, std::set<std::string>> managers_; // uid -> who had edited it when it was shown last

    void done(std::size_t at, const char* what, Json body) { course_[at].told.emplace_back(what, std::move(body)); }

    // Nothing of the namespace was there any more from the first line on that found it so.
    void look_at_namespace(std::size_t at, const ObjectCall& call, const Json& object) {
        const std::string name = member_of(object, "name");
        const bool going = object["metadata"].contains("deletionTimestamp");
        if (!going || !deleted_.insert(member_of(object, "uid")).second) return;
        std::size_t first = at;
        for (std::size_t i = at; i-- > 0 && lines_[i]->scenario == lines_[at]->scenario;) {
            const auto other = object_call(*lines_[i]);
            const bool inside = other && other->environment == call.environment && other->name_space == name;
            const bool used = text_of(body_of(*lines_[i]), "Namespace") == name && succeeded(*lines_[i]);
            if (used || (inside && succeeded(*lines_[i]))) break;
            if (inside) first = i;
        }
        done(first, "/kubernetes/delete", {{"environment", call.environment}, {"kind", "Namespace"}, {"name", name}});
    }

    // One without a label, which no line made: nothing but a file of kubectl's has none.
    void look_at_config_map(std::size_t at, const ObjectCall& call, const Json& object) {
        const bool bare = !object["metadata"].contains("labels") && !object["metadata"].contains("annotations") &&
                          !object["metadata"].contains("ownerReferences");
        const bool own = call.name_space == "portainer" || call.name_space.starts_with("kube-");
        if (!bare || own || known_.contains(member_of(object, "uid"))) return;
        const Json manifest{{"apiVersion", "v1"},
                            {"kind", "ConfigMap"},
                            {"metadata", {{"name", call.name}, {"namespace", call.name_space}}},
                            {"data", object.value("data", Json::object())}};
        done(at, "/kubernetes/create", {{"environment", call.environment}, {"manifest", manifest.dump()}});
    }

    void look_at_managers(std::size_t at, const ObjectCall& call, const Json& object) {
        const Json entries = object["metadata"].value("managedFields", Json::array());
        std::set<std::string>& before = managers_[member_of(object, "uid")];
        std::set<std::string> now;
        for (const Json& entry : entries) {
            const std::string manager = text_of(entry, "manager");
            const std::string subresource = text_of(entry, "subresource");
            if (!edits(manager)) continue;
            const std::string edit = manager + " " + subresource + " " + text_of(entry, "time");
            now.insert(edit);
            if (before.contains(edit)) continue;
            done(at, "/kubernetes/patch",
                 {{"environment", call.environment},
                  {"kind", text_of(object, "kind")},
                  {"namespace", call.name_space},
                  {"name", call.name},
                  {"manager", manager},
                  {"subresource", subresource},
                  {"patch", patch_of(entry.value("fieldsV1", Json::object()), object)}});
        }
        if (!entries.empty()) before = std::move(now);
    }
};

} // namespace

void tell_clusters(const std::vector<const Line*>& lines, std::vector<Moment>& course) {
    Clusters(lines, course).tell();
}

} // namespace contract
