// What a deployment could do away with (reconcile.md §3.2): stored data, and somebody's work. What does not run as it
// should is made anew only after two looks between which nobody touched the stack: on servers before 2.41 a person's
// update in flight looks exactly like missing containers.
#include "base/text.hpp"
#include "compose/text.hpp"
#include "model/stack.hpp"
#include "reconcile/case.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

namespace mooring::reconcile {
namespace {

using C = const Case&;

constexpr std::array runs_otherwise{Subject::gone,        Subject::not_started,   Subject::ended_kept,
                                    Subject::image,       Subject::too_many,      Subject::scaled,
                                    Subject::object_gone, Subject::object_differs};

// Where what is stored differs, too, the agent waits for people anyway (`humanGrace`, pacing.cpp), and an update in
// flight shows where records tell of deployments. Where they do not, nothing but the looks tells it.
constexpr std::array of_the_record{Subject::content,      Subject::env,        Subject::env_twice,
                                   Subject::git_settings, Subject::deployment, Subject::state};

// What somebody did and when, by the server's clock.
struct Touch {
    UnixSeconds at = 0;
    std::string what;
};

void take(Touch& last, UnixSeconds at, std::string what) {
    if (at > last.at) last = {.at = at, .what = std::move(what)};
}

// One that its engine keeps starting is nobody's work.
bool is_kept_restarting(const match::RuntimeFacts* engine, const Container& one) {
    if (one.state == "restarting") return true;
    if (engine == nullptr) return false;
    const auto detail = engine->details.find(one.name);
    return detail != engine->details.end() && detail->second.value && detail->second.value->restart_count > 0;
}

// A swarm dates what it was told of a service; it changes that itself only while an update of somebody's goes on.
void touch_services(C c, const std::string& project, Touch& last) {
    const std::vector<SwarmService>* services = c.services();
    if (services == nullptr) return;
    for (const SwarmService& one : *services) {
        if (one.namespace_ != project) continue;
        take(last, one.created_at, "service " + one.name + " was made");
        take(last, one.updated_at, "service " + one.name + " was changed");
    }
}

// The newest of what was made or changed in the stack's project; `now` is the engine's, as far as the answers tell.
Touch touched_containers(C c, UnixSeconds now) {
    Touch last;
    const std::vector<Container>* containers = c.containers();
    if (containers == nullptr) return last;
    const match::RuntimeFacts* engine = c.engine();
    const UnixSeconds then = engine == nullptr || engine->server_date == 0 ? now : engine->server_date;
    const std::string project = normalise_stack_name(c.record()->name);
    for (const Container& one : *containers) {
        if (one.project != project || is_kept_restarting(engine, one)) continue;
        take(last, one.created_at, "container " + one.name + " was made");
        if (const auto age = age_of_state(one.status))
            take(last, then - *age,
                 fmt::format("container {} was {}", one.name, one.state == "running" ? "started" : "stopped"));
    }
    return last;
}

// What the files themselves say, and what the values of their variables say: those recorded, and those to come.
std::vector<std::string> data_at_risk(C c) {
    std::vector<std::string> paths = c.seen.deploying.data;
    if (!c.file) return paths;
    const auto by_values = compose::data_at_risk(
        *c.file, [&](const std::string& name) { return value_to_come(c, name); },
        c.seen.deploying.actual ? *c.seen.deploying.actual : *c.file,
        [&](const std::string& name) { return recorded_value(c, name); });
    for (const std::string& path : by_values) {
        if (std::ranges::find(paths, path) == paths.end()) paths.push_back(path);
    }
    return paths;
}

// Of a Git stack, whose file comes from the branch: what the variables that change say of the deployed one.
std::vector<std::string> data_moved_by_variables(C c) {
    if (!c.seen.deploying.actual) return {};
    const compose::File& deployed = *c.seen.deploying.actual;
    return compose::data_at_risk(
        deployed, [&](const std::string& name) { return value_to_come(c, name); }, deployed,
        [&](const std::string& name) { return recorded_value(c, name); });
}

// Files of a Git stack that this token is not shown, so that nobody knows what they mount.
std::vector<std::string> files_not_seen(C c) {
    std::vector<std::string> files = c.record()->additional_files;
    if (!c.seen.content_read) files.push_back(c.record()->entry_point);
    return files;
}

// The server keeps the record of a stack, and no longer its file: nobody can hold the mounts of both against each
// other.
std::vector<std::string> file_that_is_lost(C c) {
    if (c.seen.result.rule != "file-lost" || c.from_git()) return {};
    return {c.record()->entry_point.empty() ? std::string("docker-compose.yml") : c.record()->entry_point};
}

// Where volumes without a name are mounted, by service, of paths as "services.NAME.volumes[TARGET]".
using Unnamed = std::map<std::string, std::set<std::string>>;
Unnamed by_service(const auto& paths) {
    Unnamed out;
    for (const std::string& path : paths) {
        const auto keys = compose::split_path(path);
        if (keys.size() == 4) out[keys[1].text].insert(keys[3].text);
    }
    return out;
}

// Those of what runs of the stack; nullopt: not known.
std::optional<Unnamed> unnamed_here(C c) {
    if (c.record() == nullptr) return Unnamed{};
    const auto paths = unnamed_volumes_of(normalise_stack_name(c.record()->name), c.desired.type == StackType::swarm,
                                          c.containers(), c.services());
    return paths ? std::optional(by_service(*paths)) : std::nullopt;
}

// Of a Git stack the deployed file stands for the one to come, which is the branch's.
std::vector<compose::MountedAnew> mounted_anew(C c) {
    const compose::File* deployed = c.seen.deploying.actual.get();
    const compose::File* to_come = c.file ? &*c.file : deployed;
    if (to_come == nullptr || c.record() == nullptr) return {};
    if (deployed == nullptr && c.seen.content_read) deployed = to_come; // they say the same
    return compose::mounted_anew(
        *to_come, [&](const std::string& name) { return value_to_come(c, name); }, deployed,
        [&](const std::string& name) { return recorded_value(c, name); });
}

// Volumes without a name over, into or around which something is mounted anew; nullopt: nobody knows which there are.
std::optional<std::vector<std::string>> unnamed_that_is_covered(C c) {
    const auto fresh = mounted_anew(c);
    std::vector<std::string> paths;
    if (fresh.empty()) return paths;
    const auto unnamed = unnamed_here(c);
    if (!unnamed) return std::nullopt;
    for (const compose::MountedAnew& one : fresh) {
        const auto service = unnamed->find(one.service);
        if (service == unnamed->end()) continue;
        for (const std::string& held : service->second) {
            if (one.unnamed && one.target == held) continue;
            const bool covers =
                one.target.empty() || compose::lies_within(held, one.target) || compose::lies_within(one.target, held);
            if (covers) paths.push_back(compose::mount_path(one.service, held));
        }
    }
    return paths;
}

// Containers of a service that have volumes without a name; those of `docker compose run` stay.
std::size_t count_with_unnamed(C c, const std::string& service) {
    const std::string project = normalise_stack_name(c.record()->name);
    return static_cast<std::size_t>(std::ranges::count_if(*c.containers(), [&](const Container& one) {
        return one.project == project && one.service == service && !one.oneoff && one.unnamed_volumes &&
               !one.unnamed_volumes->empty();
    }));
}

// Whether fewer containers of a service stay than there are with such volumes: Docker Compose hands on those of the
// containers that it makes anew, and of no other.
bool loses_containers(C c, const Step& step, const std::vector<compose::ServiceFacts>& to_come,
                      const std::string& service) {
    if (c.containers() == nullptr) return false;
    const auto found = std::ranges::find(to_come, service, &compose::ServiceFacts::name);
    const bool prunes = std::ranges::any_of(step.parts, &Part::prunes);
    if (found == to_come.end() && !prunes) return false; // its containers stay
    const std::int64_t stay = found == to_come.end() ? 0 : found->replicas.value_or(0);
    return count_with_unnamed(c, service) > static_cast<std::size_t>(stay);
}

// The services of a swarm whose tasks a deployment makes anew, or of which some go: no later task finds a volume
// without a name again. nullopt: any may be.
std::optional<std::set<std::string>> tasks_that_go(C c) {
    constexpr std::array variables{Subject::env, Subject::env_twice};
    const bool by_env_file = c.footprint && c.footprint->needs_stack_env && c.differs(variables) != nullptr;
    if (!c.file || !c.seen.content_read || by_env_file) return std::nullopt;
    const auto to_come = [&](const std::string& name) { return value_to_come(c, name); };
    const auto recorded = [&](const std::string& name) { return recorded_value(c, name); };
    const compose::File& deployed = c.seen.deploying.actual ? *c.seen.deploying.actual : *c.file;
    const auto anew = compose::tasks_made_anew(*c.file, to_come, deployed, recorded);
    std::set<std::string> out(anew.begin(), anew.end());
    for (const Change& one : c.result().changes) { // what runs is brought back to the file
        if (one.subject == Subject::image || one.subject == Subject::scaled) out.insert(one.key);
    }
    const auto after = compose::file_with_values(*c.file, to_come);
    const auto before = compose::file_with_values(deployed, recorded);
    const auto services = compose::facts(after ? *after : *c.file, {}).services;
    for (const compose::ServiceFacts& was : compose::facts(before ? *before : deployed, {}).services) {
        const auto is = std::ranges::find(services, was.name, &compose::ServiceFacts::name);
        if (is != services.end() && is->replicas < was.replicas) out.insert(was.name);
    }
    return out;
}

// Volumes without a name whose containers go.
std::vector<std::string> unnamed_that_is_left(C c, const Step& step) {
    const bool swarm = c.desired.type == StackType::swarm;
    auto unnamed = unnamed_here(c);
    if (!unnamed && swarm && c.footprint) unnamed = by_service(c.footprint->anonymous_volumes);
    std::vector<std::string> paths;
    if (!unnamed || unnamed->empty() || (!swarm && !c.file)) return paths;
    const auto tasks = swarm ? tasks_that_go(c) : std::nullopt;
    std::vector<compose::ServiceFacts> services;
    if (!swarm) {
        const auto filled =
            compose::file_with_values(*c.file, [&](const std::string& name) { return value_to_come(c, name); });
        services = compose::facts(filled ? *filled : *c.file, {}).services;
    }
    for (const auto& [service, targets] : *unnamed) {
        const bool goes = swarm ? !tasks || tasks->contains(service) : loses_containers(c, step, services, service);
        if (!goes) continue;
        for (const std::string& target : targets) paths.push_back(compose::mount_path(service, target));
    }
    return paths;
}

} // namespace

void keep_data(const Case& c, Step& step) {
    if (!deploys(step)) return;
    const auto name = [&](const std::vector<std::string>& paths, std::string_view why) {
        for (const std::string& path : paths) {
            if (std::ranges::find(c.desired.policy.data, path) != c.desired.policy.data.end()) continue;
            block(step, "touches_data", fmt::format("{} {}", printable(path, 200), why),
                  fmt::format("if that is meant: `policy: {{data: [\"{}\"]}}`", printable(path, 200)));
        }
    };
    if (const auto covered = unnamed_that_is_covered(c)) {
        name(*covered, "has no name, and what is mounted anew hides what is stored there");
    } else {
        block(step, "volumes_not_known",
              "what runs of it was not read, so that what it stores might be hidden by what is mounted anew",
              "plan with a token that may read what runs in its environment");
    }
    name(volumes_of_others(c, step), "has another stack's name in front, and both would write to it");
    name(unnamed_that_is_left(c, step), "has no name, and is out of reach once the containers that have it are gone");
    if (has(step, Action::update)) {
        name(data_at_risk(c), "differs, and what is stored there may be lost or left behind");
        if (c.from_git()) name(files_not_seen(c), "was not read, and what it mounts may be lost");
        name(file_that_is_lost(c), "is lost on the server, and what it mounts may be left behind: look at the mounts "
                                   "of its containers, and declare each");
        name(data_left_on_nodes(c), "lies on the node where it is, and another placement may run its task elsewhere");
    }
    constexpr std::array variables{Subject::env, Subject::env_twice};
    if (has(step, Action::redeploy) && c.differs(variables) != nullptr) {
        name(data_moved_by_variables(c), "is moved by a variable's new value, away from what is stored there");
        name(files_not_seen(c), "was not read, and a variable may move what it mounts");
    }
    if (sends_file(step) && c.footprint && !c.declares_git()) {
        name(c.footprint->relative_binds,
             "lies in the stack's own folder, which another id or version does not find again");
        name(c.footprint->unresolved,
             "refers to a variable whose value is not known, so that it may mean other data than now");
    }
}

std::optional<UnixSeconds> age_of_state(std::string_view status) {
    if (status.starts_with("Up ")) {
        status.remove_prefix(3);
    } else if (const std::size_t end = status.find(") "); status.starts_with("Exited (") && end != status.npos) {
        status.remove_prefix(end + 2);
    } else {
        return std::nullopt;
    }
    struct Unit {
        std::string_view word;
        UnixSeconds seconds;
    };
    constexpr std::array units{Unit{"second", 1},       Unit{"minute", 60},    Unit{"hour", 3600},
                               Unit{"day", 86'400},     Unit{"week", 604'800}, Unit{"month", 2'592'000},
                               Unit{"year", 31'536'000}};
    if (status.starts_with("Less than a second")) return 0;
    if (status.starts_with("About a minute")) return 60;
    if (status.starts_with("About an hour")) return 3600;
    UnixSeconds count = 0;
    const auto [end, error] = std::from_chars(status.data(), status.data() + status.size(), count);
    status.remove_prefix(static_cast<std::size_t>(end - status.data()));
    if (error != std::errc{} || !status.starts_with(' ')) return std::nullopt;
    const auto unit =
        std::ranges::find_if(units, [&](const Unit& one) { return status.substr(1).starts_with(one.word); });
    return unit == units.end() ? std::nullopt : std::optional(count * unit->seconds);
}

void leave_people_at_work(const Case& c, Step& step) {
    if (c.record() == nullptr || !deploys(step) || c.differs(runs_otherwise) == nullptr) return;
    const bool tells_deployments = !c.record()->deployment.empty();
    if (tells_deployments && (!c.input.by_agent || c.differs(of_the_record) != nullptr)) return;
    const auto since = c.input.runtime_differs_since ? c.input.runtime_differs_since(c.result()) : std::nullopt;
    const auto least = c.server.settings.limits.redeploy_after.count();
    if (!since || *since + least > c.input.now) {
        hold(step, "seen_once",
             fmt::format("what runs differs, and somebody may be at work on it: it is corrected if it is still so {} "
                         "minutes after it was first seen",
                         least / 60));
        return;
    }
    const auto& list = c.server.facts->list_again.value ? c.server.facts->list_again : c.server.facts->list;
    const UnixSeconds now = list.reply.server_date.value_or(c.input.now);
    Touch last = touched_containers(c, now);
    touch_services(c, normalise_stack_name(c.record()->name), last);
    take(last, std::max(c.record()->updated_at, c.record()->created_at), "the stack was written");
    if (last.at + least <= now) return;
    hold(step, "at_work",
         fmt::format("what runs differs, and {} on {}: it is corrected {} minutes after that, if nobody goes on",
                     printable(last.what, 200), format_utc(last.at), least / 60));
}

} // namespace mooring::reconcile
