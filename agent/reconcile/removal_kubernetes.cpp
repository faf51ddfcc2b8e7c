// Removing a Kubernetes stack that nobody declares any more (reconcile.md §5, kubernetes.md §0.6): a server deletes by
// the stored file, and some delete nothing, or in another namespace.
#include "base/text.hpp"
#include "kubernetes/live.hpp"
#include "model/stack.hpp"
#include "reconcile/case.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <tuple>
#include <utility>

namespace mooring::reconcile {
namespace {

using C = const Case&;
using Why = std::optional<Obstacle>;

Obstacle obstacle(std::string code, std::string message, std::string remedy) {
    return {.code = std::move(code), .message = std::move(message), .remedy = std::move(remedy), .lifted_by = {}};
}

// Servers that apply on the client's side delete rightly; from then on nothing is deleted until 2.43.
Why why_by_server(std::string_view version) {
    constexpr std::pair first_that_deletes_nothing{2, 34};
    constexpr std::pair first_that_deletes_again{2, 43};
    const std::pair<int, int> release = release_of(version);
    const bool known = release != std::pair(0, 0);
    if (release >= first_that_deletes_again || (known && release < first_that_deletes_nothing)) return std::nullopt;
    return obstacle("server_deletes_nothing",
                    fmt::format("Portainer {} takes the record away and leaves every object in the cluster",
                                version.empty() ? "of an unknown version" : printable(version, 40)),
                    "delete its objects with kubectl, then the stack in Portainer; or update Portainer to 2.43");
}

// 2.43 deletes in `default` what names no namespace, and nothing where lines end with CRLF.
Why why_by_file(const StackRecord& record, const ExtraFacts& facts) {
    if (record.from_git() || !record.additional_files.empty())
        return obstacle("objects_of_repository", "which objects its repository deployed is not known for certain",
                        "remove it in Portainer, and what stays with kubectl");
    if (!facts.file) return obstacle("not_read", "its file could not be read", "remove it in Portainer");
    const auto sent = kubernetes::text_to_send(*facts.file, record.namespace_);
    const char* const remedy = "write each object's `namespace` into its file in Portainer, then plan again";
    if (!sent) return obstacle("deletes_elsewhere", "Portainer cannot delete by its file: " + sent.error(), remedy);
    const auto file = kubernetes::load(*facts.file);
    const bool placed =
        file && std::ranges::all_of(file->objects, [](const kubernetes::Object& one) {
            return kubernetes::is_cluster_wide(one.api_version, one.key.kind) || !one.key.namespace_.empty();
        });
    if (placed && *sent == *facts.file) return std::nullopt;
    return obstacle("deletes_elsewhere",
                    "its recorded file does not name each object's namespace, or its lines end with CRLF: servers "
                    "then delete in `default`, or nothing",
                    remedy);
}

bool holds_data(std::string_view kind) {
    constexpr std::array kinds{std::string_view("Namespace"), std::string_view("PersistentVolume"),
                               std::string_view("PersistentVolumeClaim"), std::string_view("CustomResourceDefinition")};
    return std::ranges::find(kinds, kind) != kinds.end();
}

// What else would go, and nobody brings back.
Why why_by_data(const ExtraFacts& facts) {
    const char* const remedy = "remove it by hand once what it holds is safe";
    const auto file = facts.file ? kubernetes::load(*facts.file) : std::expected<kubernetes::File, yaml::Problem>();
    if (!file) return std::nullopt; // why_by_file() says so
    for (const kubernetes::Object& one : file->objects) {
        const std::string name = printable(kubernetes::label(one.key), 300);
        if (holds_data(one.key.kind))
            return obstacle("takes_data", name + " would go, and with it what it holds", remedy);
        if (!kubernetes::resource(one.api_version, one.key.kind))
            return obstacle("takes_data",
                            name + " is of a kind that is not Kubernetes' own: what its operator deletes "
                                   "with it is not known",
                            remedy);
    }
    if (!facts.objects) return std::nullopt;
    const auto taking = std::ranges::find(*facts.objects, true, &match::ObjectThere::takes_data);
    if (taking == facts.objects->end()) return std::nullopt;
    return obstacle("takes_data", printable(taking->name, 300) + " deletes its claims when it goes", remedy);
}

// By the label, which the last deployment wrote.
Why why_by_objects(const StackRecord& record, const ExtraFacts& facts) {
    if (!facts.objects)
        return obstacle("not_read", "what exists of it in its cluster could not be read whole",
                        "remove it in Portainer");
    std::vector<std::string> strangers;
    const std::string own = std::to_string(record.id);
    for (const match::ObjectThere& one : *facts.objects) {
        if (one.stack_id == own) continue;
        strangers.push_back(
            one.name + (one.stack_id.empty() ? " (made by a person)" : fmt::format(" (of stack {})", one.stack_id)));
    }
    if (strangers.empty()) return std::nullopt;
    return obstacle("strangers", "it would delete what is not its own: " + printable(join(strangers, ", "), 300),
                    "find out whose they are, and take them out of its file in Portainer");
}

const ExtraFacts& known_of(C c) {
    static const ExtraFacts nothing;
    const ExtraFacts* facts = facts_of(c);
    return facts == nullptr ? nothing : *facts;
}

void add(Why why, Step& step) {
    if (why) step.obstacles.push_back(std::move(*why));
}

void the_server_deletes(C c, Step& step) {
    const auto& status = c.server.facts->status.value;
    add(why_by_server(status ? std::string_view(status->version) : std::string_view()), step);
}
void its_file_names_each_place(C c, Step& step) { add(why_by_file(*c.record(), known_of(c)), step); }
void no_data_goes(C c, Step& step) { add(why_by_data(known_of(c)), step); }
void only_its_own_is_deleted(C c, Step& step) { add(why_by_objects(*c.record(), known_of(c)), step); }

using Place = std::tuple<std::string, std::string, std::string, std::string>; // group, kind, namespace, name

std::set<Place> places_of(const kubernetes::File& file, const std::string& stack_namespace) {
    std::set<Place> places;
    for (const kubernetes::Object& one : file.objects) {
        const bool wide = kubernetes::is_cluster_wide(one.api_version, one.key.kind);
        const std::string own = stack_namespace.empty() ? "default" : stack_namespace;
        const std::string place = wide ? "" : one.key.namespace_.empty() ? own : one.key.namespace_;
        places.emplace(one.key.group, one.key.kind, place, one.key.name);
    }
    return places;
}

// A declared file has one of its objects, or a declared stack saw one of its own in this one's hands.
bool shares(const drift::Assessment& seen, const StackRecord& record, const std::set<Place>& own) {
    const bool held = std::ranges::any_of(seen.result.changes, [&](const Change& change) {
        return change.subject == Subject::object_held && change.actual &&
               change.actual->ends_with(fmt::format(" stack {}", record.id));
    });
    const auto* content = std::get_if<DesiredContent>(&seen.desired->source);
    const auto file =
        content == nullptr ? std::expected<kubernetes::File, yaml::Problem>() : kubernetes::load(content->text);
    if (held || !file) return held;
    return std::ranges::any_of(places_of(*file, seen.desired->namespace_),
                               [&](const Place& place) { return own.contains(place); });
}

void no_declared_stack_needs_them(C c, Step& step) {
    if (!c.objects) return;
    const StackRecord& record = *c.record();
    const std::set<Place> own = places_of(*c.objects, record.namespace_);
    for (const drift::Assessment& seen : c.input.assessments) {
        if (seen.desired == nullptr || seen.desired->type != StackType::kubernetes) continue;
        const bool near = seen.result.server == c.desired.server &&
                          (!seen.result.environment_id || *seen.result.environment_id == record.environment);
        const bool follows = seen.record == nullptr && !seen.desired->policy.replaces.empty() &&
                             normalise_stack_name(seen.desired->policy.replaces) == normalise_stack_name(record.name);
        if (!near || follows || !shares(seen, record, own)) continue;
        block(
            step, "declared_objects",
            fmt::format("`{}` declares some of its objects, which would be deleted",
                        printable(seen.desired->name, 100)),
            fmt::format("write `policy: {{replaces: {}}}` into its manifest, or take them out of one of the two files",
                        printable(record.name, 100)));
        return;
    }
}

constexpr std::array all_guards{
    Guard{"removal-kubernetes-server", the_server_deletes},
    Guard{"removal-kubernetes-file", its_file_names_each_place},
    Guard{"removal-kubernetes-data", no_data_goes},
    Guard{"removal-kubernetes-objects", only_its_own_is_deleted},
    Guard{"removal-kubernetes-declared", no_declared_stack_needs_them},
    Guard{"removal-kubernetes-protected", protect_kubernetes},
};

} // namespace

std::span<const Guard> removal_kubernetes_guards() { return all_guards; }

std::optional<Obstacle> why_objects_stay(const StackRecord& record, const ExtraFacts& facts,
                                         std::string_view server_version) {
    if (Why why = why_by_server(server_version)) return why;
    if (Why why = why_by_file(record, facts)) return why;
    if (Why why = why_by_data(facts)) return why;
    return why_by_objects(record, facts);
}

void name_what_goes(const Case& c, const ExtraFacts& facts, Step& step) {
    if (!facts.objects || !c.objects) return;
    std::vector<std::string> go;
    std::vector<std::string> stay;
    for (const match::ObjectThere& one : *facts.objects) (one.in_file ? go : stay).push_back(one.name);
    if (!go.empty()) step.notes.push_back("deletes " + printable(join(go, ", "), 4000));
    if (!stay.empty())
        step.notes.push_back("stays in the cluster, because its file declares it no more: " +
                             printable(join(stay, ", "), 4000));
    for (const kubernetes::Object& one : c.objects->objects) {
        if (one.key.kind == "StatefulSet" && kubernetes::at(one.tree, {"spec", "volumeClaimTemplates"}) != nullptr)
            step.notes.push_back("claims stay: those of " + printable(kubernetes::label(one.key), 300));
    }
}

} // namespace mooring::reconcile
