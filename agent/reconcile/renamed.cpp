// Whether a stack to be created may be one that nobody declares any more, under another name or in another place
// (reconcile.md §3.1): it means the same, or takes what no two stacks of one engine can have. Beside: what a
// stack would share with another one, or leave on a node of its swarm.
#include "base/text.hpp"
#include "compare/parts.hpp"
#include "compose/text.hpp"
#include "model/stack.hpp"
#include "reconcile/case.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::reconcile {
namespace {

bool is_absent(const drift::Assessment& seen) {
    return seen.desired != nullptr && seen.record == nullptr && seen.result.verdict != Verdict::suspended &&
           seen.desired->policy.replaces.empty();
}

const std::vector<StackRecord>& records_of(const ServerStanding& server) {
    static const std::vector<StackRecord> none;
    const auto& list = server.facts->list_again.value ? server.facts->list_again : server.facts->list;
    return list.value ? *list.value : none;
}

bool is_undeclared(const PlanInput& input, const ServerStanding& server, const StackRecord& record) {
    return !server.claimed.contains(record.id) && input.owner &&
           input.owner(server.facts->name, record) != Ownership::none;
}

bool has_source(const DesiredGit& git, const StackRecord& old) {
    if (old.git_hidden() || git.any) return old.from_git();
    if (!old.git || comparable_git_url(git.url) != comparable_git_url(old.git->url)) return false;
    const auto bare = [](std::string_view path) { return path.substr(path.starts_with("./") ? 2 : 0); };
    return bare(git.path) == bare(old.git->config_file_path.empty() ? old.entry_point : old.git->config_file_path);
}

// A variable whose value is not known may be any.
bool may_be_one(std::string_view one, std::string_view other) {
    const bool open = compose::has_reference(one) || compose::has_reference(other);
    return one == other || (open && one.substr(0, one.find(' ')) == other.substr(0, other.find(' ')));
}

// A file with what its variables are, for what it claims and for what it means.
struct Valued {
    const compose::File& written;
    compose::ValueOf value;

    std::vector<std::string> claims() const { return compose::footprint(written, value).claims; }
};

bool shares_a_claim(const Valued& one, const Valued& other) {
    const auto claims = one.claims();
    return std::ranges::any_of(other.claims(), [&](const std::string& claim) {
        return std::ranges::any_of(claims, [&](const std::string& own) { return may_be_one(own, claim); });
    });
}

bool means_the_same(const Valued& one, const Valued& other) {
    if (compose::compare(one.written, other.written).empty()) return true;
    const auto filled = compose::file_with_values(one.written, one.value);
    const auto beside = compose::file_with_values(other.written, other.value);
    return compose::compare(filled ? *filled : one.written, beside ? *beside : other.written).empty();
}

// Of a stack that does not exist, and of one that does.
std::optional<std::string> declared_value(const DesiredStack& desired, const std::string& name) {
    if (name == "COMPOSE_PROJECT_NAME") return normalise_stack_name(desired.name);
    const auto& declared = desired.env.value_or(std::vector<DesiredEnv>{});
    const auto own = std::ranges::find(declared, name, &DesiredEnv::name);
    return own == declared.end() || !own->value ? std::nullopt : std::optional<std::string>(own->value->reveal());
}

bool shares_an_object(const kubernetes::File& desired, const std::string& desired_namespace,
                      const kubernetes::File& actual, const std::string& actual_namespace) {
    const auto key_in = [](kubernetes::Key key, const std::string& stack_namespace) {
        if (key.namespace_.empty()) key.namespace_ = stack_namespace;
        return key;
    };
    return std::ranges::any_of(desired.objects, [&](const kubernetes::Object& one) {
        return std::ranges::any_of(actual.objects, [&](const kubernetes::Object& other) {
            return key_in(one.key, desired_namespace) == key_in(other.key, actual_namespace);
        });
    });
}

// What cannot be read may be anything.
bool objects_look_alike(const drift::Assessment& absent, const StackRecord& old, const std::string& file) {
    const auto* content = std::get_if<DesiredContent>(&absent.desired->source);
    const auto desired = kubernetes::load(content == nullptr ? std::string() : content->text);
    const auto actual = kubernetes::load(file);
    if (content == nullptr || !desired || !actual) return true;
    const bool here = absent.result.environment_id == old.environment;
    return kubernetes::compare_files(*desired, *actual, absent.desired->namespace_).empty() ||
           (here && shares_an_object(*desired, absent.desired->namespace_, *actual, old.namespace_));
}

bool files_look_alike(const ServerStanding& server, const drift::Assessment& absent, const StackRecord& old,
                      const std::string& file) {
    const auto desired = compare::desired_file(*absent.desired);
    const auto actual = compose::load(file);
    if (!desired || !actual) return true;
    const bool here = server.shares_engine(old.environment, absent.result.environment_id);
    const Valued wanted{*desired, [&](const std::string& name) { return declared_value(*absent.desired, name); }};
    const Valued there{*actual, [&](const std::string& name) { return value_on_record(old, old.name, name); }};
    return means_the_same(wanted, there) || (here && shares_a_claim(wanted, there));
}

} // namespace

bool may_be_renamed(const ServerStanding& server, const drift::Assessment& absent, const StackRecord& old,
                    const std::optional<std::string>& file) {
    const DesiredStack& desired = *absent.desired;
    const bool in_cluster = desired.type == StackType::kubernetes;
    if (old.type && (old.type == StackType::kubernetes) != in_cluster) return false;
    if (normalise_stack_name(old.name) == normalise_stack_name(desired.name)) return true;
    if (const auto* git = std::get_if<DesiredGit>(&desired.source)) return has_source(*git, old);
    if (!file) return true;
    return in_cluster ? objects_look_alike(absent, old, *file) : files_look_alike(server, absent, old, *file);
}

const StackRecord* renamed_from(const Case& c) {
    if (!is_absent(c.seen)) return nullptr;
    for (const StackRecord& record : records_of(c.server)) {
        if (!is_undeclared(c.input, c.server, record)) continue;
        const auto asked = c.server.undeclared.find(record.id);
        const auto file = asked == c.server.undeclared.end() ? std::nullopt : asked->second;
        if (may_be_renamed(c.server, c.seen, record, file)) return &record;
    }
    return nullptr;
}

std::vector<StackRecord> undeclared_to_ask(const PlanInput& input, const std::string& server) {
    std::vector<StackRecord> records;
    const auto standing = input.servers.find(server);
    const bool needed = std::ranges::any_of(input.assessments, [&](const drift::Assessment& seen) {
        return seen.result.server == server && is_absent(seen) && seen.desired->policy.mode != PolicyMode::report &&
               std::holds_alternative<DesiredContent>(seen.desired->source);
    });
    if (!needed || standing == input.servers.end()) return records;
    for (const StackRecord& record : records_of(standing->second)) {
        if (is_undeclared(input, standing->second, record)) records.push_back(record);
    }
    return records;
}

namespace {

// What a file uses under a name that it says itself, or that others made.
struct Named {
    std::string name;
    bool is_network = false;
    bool external = false;
    bool by_variable = false; // not to be shown

    friend auto operator<=>(const Named&, const Named&) = default;
};

std::vector<Named> used_by_name(const Case& c, const compose::File& file, const compose::ValueOf& value) {
    constexpr std::string_view kind = "volume ";
    const compose::Footprint footprint = compose::footprint(file, value);
    const compose::Needs needs = compose::needs(file, value);
    const std::string project = normalise_stack_name(c.desired.name);
    std::vector<Named> out;
    const auto with = compose::file_with_values(file, value);
    const auto written = compose::facts(file, project).networks;
    for (const std::string& name : compose::facts(with ? *with : file, project).networks) {
        const bool by_variable = std::ranges::find(written, name) == written.end();
        out.push_back({.name = name, .is_network = true, .by_variable = by_variable});
    }
    for (const std::string& claim : footprint.claims) {
        const bool by_variable = std::ranges::find(footprint.by_variable, claim) != footprint.by_variable.end();
        if (claim.starts_with(kind)) out.push_back({.name = claim.substr(kind.size()), .by_variable = by_variable});
    }
    for (const compose::External& one : needs.externals) {
        if (one.kind == compose::ExternalKind::volume || one.kind == compose::ExternalKind::network)
            out.push_back({one.name, one.kind == compose::ExternalKind::network, true, one.by_variable});
    }
    return out;
}

// The stack of that engine whose name stands in front of another one's: "blog" of "blog_data"; nullptr: none does, or
// its own does, or that of what it replaces.
const StackRecord* other_named(const Case& c, const std::string& name) {
    const auto is_of = [&](const std::string& stack) {
        const std::string project = normalise_stack_name(stack);
        return !project.empty() && name.starts_with(project + "_");
    };
    if (is_of(c.desired.name) || is_of(c.desired.policy.replaces)) return nullptr;
    for (const StackRecord& one : records_of(c.server)) {
        if (is_of(one.name) && c.server.shares_engine(one.environment, c.environment())) return &one;
    }
    return nullptr;
}

bool is_known_not_to_exist(const Case& c, const Named& one) {
    const auto found = c.server.outside.find(
        {.environment = c.environment().value_or(0), .is_network = one.is_network, .name = one.name});
    return found != c.server.outside.end() && found->second && !*found->second;
}

// What of the deployed file the stack has by now.
std::set<std::string> had_before(const Case& c) {
    std::set<std::string> had;
    const compose::File* deployed = c.seen.deploying.actual.get();
    if (deployed == nullptr && c.seen.content_read) deployed = &*c.file; // they say the same
    if (c.record() == nullptr || deployed == nullptr) return had;
    for (Named& one : used_by_name(c, *deployed, [&](const std::string& name) { return recorded_value(c, name); }))
        had.insert((one.is_network ? "network " : "volume ") + std::move(one.name));
    return had;
}

// An engine has one network of a name, and its labels say whose it is: Docker Compose warns and joins it, or refuses it
// where its key differs. Whoever is stopped then takes it from the other.
void say_others_network(const std::string& what, const StackRecord& other, Step& step) {
    block(step, "others_network",
          fmt::format("the network {} is that of `{}` by its name, and the file would make it its own", what,
                      printable(other.name, 100)),
          "declare it `external: true` if both are to share it, or give it another name");
}

} // namespace

std::vector<std::string> volumes_of_others(const Case& c, Step& step) {
    std::vector<std::string> out;
    if (!c.footprint || !c.needs || !sends_file(step)) return out;
    if (!c.file) return out;
    const std::set<std::string> had = had_before(c);
    for (const Named& one : used_by_name(c, *c.file, [&](const std::string& name) { return value_to_come(c, name); })) {
        const bool has = had.contains((one.is_network ? "network " : "volume ") + one.name);
        const StackRecord* other = has ? nullptr : other_named(c, one.name);
        if (other == nullptr || is_known_not_to_exist(c, one)) continue;
        const std::string what = one.by_variable ? std::string("that a variable names") : printable(one.name, 100);
        if (one.is_network && !one.external) {
            say_others_network(what, *other, step);
        } else if (one.is_network) {
            step.notes.push_back(fmt::format("joins the network {}, which is that of `{}` by its name", what,
                                             printable(other->name, 100)));
        } else if (one.external && c.record() == nullptr) { // its manifest says so from the start
            step.notes.push_back(fmt::format("uses the volume {}, which is that of `{}` by its name", what,
                                             printable(other->name, 100)));
        } else {
            out.push_back("volume " + (one.by_variable ? std::string("by variable") : one.name));
        }
    }
    return out;
}

namespace {

std::string text_at(const compose::Value& value, std::string_view key) {
    const compose::Value* found = compose::find(value, key);
    return found == nullptr ? std::string() : found->text;
}

std::set<std::string> constraints_of(const compose::Value& service) {
    const compose::Value* at = &service;
    for (const std::string_view key : {"deploy", "placement", "constraints"}) {
        at = compose::find(*at, key);
        if (at == nullptr) return {};
    }
    std::set<std::string> words;
    for (const compose::Member& one : at->members) words.insert(one.key + " " + one.value.text);
    return words;
}

// What no other node has: folders of the host, but for sockets, and volumes of the engine's own driver that lie on no
// share of a network.
bool is_of_the_node(const compose::Value& root, const compose::Value& mount) {
    const std::string type = text_at(mount, "type");
    const std::string source = text_at(mount, "source");
    if (type == "bind") return !source.ends_with(".sock");
    if (type != "volume" || source.empty()) return false;
    const compose::Value* volumes = compose::find(root, "volumes");
    const compose::Value* volume = volumes == nullptr ? nullptr : compose::find(*volumes, source);
    if (volume == nullptr) return true;
    const std::string driver = text_at(*volume, "driver");
    const compose::Value* options = compose::find(*volume, "driver_opts");
    const std::string shared = options == nullptr ? std::string() : text_at(*options, "type");
    return (driver.empty() || driver == "local") && !shared.starts_with("nfs") && shared != "cifs";
}

} // namespace

std::vector<std::string> data_left_on_nodes(const Case& c) {
    std::vector<std::string> paths;
    const compose::File* actual = c.seen.deploying.actual ? c.seen.deploying.actual.get() : c.file ? &*c.file : nullptr;
    if (c.desired.type != StackType::swarm || !c.file || actual == nullptr) return paths;
    const auto after = compose::file_with_values(*c.file, [&](const auto& name) { return value_to_come(c, name); });
    const auto before = compose::file_with_values(*actual, [&](const auto& name) { return recorded_value(c, name); });
    const compose::Value& root = before ? before->tree().root : actual->tree().root;
    const compose::Value* was = compose::find(root, "services");
    const compose::Value* is = compose::find(after ? after->tree().root : c.file->tree().root, "services");
    if (was == nullptr || is == nullptr) return paths;
    for (const compose::Member& service : was->members) {
        const compose::Value* kept = compose::find(*is, service.key);
        const compose::Value* mounts = compose::find(service.value, "volumes");
        if (kept == nullptr || mounts == nullptr || constraints_of(*kept) == constraints_of(service.value)) continue;
        for (const compose::Member& mount : mounts->members) {
            if (is_of_the_node(root, mount.value)) paths.push_back(compose::mount_path(service.key, mount.key));
        }
    }
    return paths;
}

} // namespace mooring::reconcile
