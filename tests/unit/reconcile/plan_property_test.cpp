// Random stacks, rights and policies: whatever the table makes of them, nothing that is to be done does harm. And each
// guard is needed: without it some of these stacks would be harmed.
#include "unit/reconcile/plan_world.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace mooring::reconcile::test {
namespace {

constexpr std::array subjects{
    Subject::type,    Subject::state,        Subject::deployment, Subject::env,         Subject::env_twice,
    Subject::access,  Subject::source,       Subject::git_url,    Subject::commit,      Subject::content,
    Subject::gone,    Subject::ended_kept,   Subject::image,      Subject::too_many,    Subject::troubled,
    Subject::foreign, Subject::git_settings, Subject::polling,    Subject::auto_update, Subject::unwanted,
};

class Dice {
  public:
    explicit Dice(unsigned seed) : random_(seed) {}
    bool chance(unsigned of) { return random_() % of == 0; }
    template <typename T>
    const T& one_of(std::span<const T> values) {
        return values[random_() % values.size()];
    }

  private:
    std::mt19937 random_;
};

void draw_changes(PlanWorld& world, Dice& dice) {
    do {
        const Subject subject = dice.one_of(std::span<const Subject>(subjects));
        world.differs(subject, "path", "NAME");
        Change& change = world.seen.result.changes.back();
        if (subject == Subject::env && dice.chance(2)) change.desired.reset();
        if (dice.chance(4)) change.waiver = "waiver";
    } while (dice.chance(2));
    if (dice.chance(6)) world.seen.ignored = {{.subject = Subject::content, .path = "ignored"}};
    if (dice.chance(6)) world.seen.deploying.dropped_services = {"old"};
    if (dice.chance(6)) world.seen.deploying.data = {"volumes.data"};
    if (dice.chance(4)) world.seen.jobs = {"migrate"};
}

void draw_record(PlanWorld& world, Dice& dice) {
    if (dice.chance(4)) world.from_git();
    if (dice.chance(6)) world.record.workflow_id = 1;
    if (dice.chance(4)) world.record.auto_update = AutoUpdate{.interval = "5m"};
    if (dice.chance(3)) world.record.status = dice.chance(2) ? 2 : 4;
    if (dice.chance(6)) world.record.name = "Shop";
    if (dice.chance(4)) world.record.deployment.clear();
    if (dice.chance(4)) world.record.env = {{.name = "A", .value = Secret("1")}};
    if (dice.chance(8)) world.record.unknown = R"({"Newer": 1})";
    if (dice.chance(4)) world.record.resource_control = ResourceControl{.id = 1, .is_public = true};
}

void draw_declaration(PlanWorld& world, Dice& dice) {
    if (dice.chance(3)) world.desired.state = dice.chance(2) ? DesiredState::stopped : DesiredState::any;
    if (dice.chance(3)) world.desired.env = std::vector<DesiredEnv>{{.name = "A"}};
    if (world.desired.env && dice.chance(2)) world.desired.env->front().value = Secret(dice.chance(3) ? "a\nb" : "a");
    if (dice.chance(4)) {
        world.desired.access =
            DesiredAccess{.kind = dice.chance(2) ? DesiredAccess::Kind::administrators : DesiredAccess::Kind::everyone};
    }
    world.desired.env_strict_written = dice.chance(2);
    if (!world.declares_git() && dice.chance(8)) {
        world.desired.source =
            DesiredContent{.text = "services: {web: {image: a, container_name: w, volumes: ['/d']}}", .file = "c"};
    }
    if (!world.declares_git() && dice.chance(8))
        world.desired.source = DesiredContent{.text = "services: {web: {image: a, ports: ['8080:80']}}", .file = "c"};
    if (!world.declares_git() && dice.chance(6)) { // what the variable A says, recorded and to come
        static constexpr std::array said{"container_name: '${A}'", "ports: ['${A}:80']", "volumes: ['${A}:/x']"};
        static constexpr std::array values{"w", "8080", "/srv", "./srv"};
        world.desired.source = DesiredContent{
            .text = "services: {web: {image: a, " + std::string(dice.one_of(std::span<const char* const>(said))) + "}}",
            .file = "c"};
        world.desired.env =
            std::vector<DesiredEnv>{{.name = "A", .value = Secret(dice.one_of(std::span<const char* const>(values)))}};
        if (world.recorded && dice.chance(2)) world.record.env = {{.name = "A", .value = Secret("/srv")}};
    }
    if (!world.declares_git() && dice.chance(3)) {
        static constexpr std::array files{
            "services: {web: {image: 'a:${TAG}'}}", "services: {web: {image: a, privileged: true}}",
            "services: {web: {image: a, umask: '022'}}",
            "services: {web: {image: a, networks: [n]}}\nnetworks: {n: {external: true}}"};
        world.desired.source = DesiredContent{.text = dice.one_of(std::span<const char* const>(files)), .file = "c"};
        world.seen.deploying.new_references = {"TAG"};
        world.seen.deploying.new_keys = {"services.web.umask"};
    }
    if (!world.declares_git() && dice.chance(12)) {
        world.desired.source =
            DesiredContent{.text = dice.chance(2) ? "services: [" : "services: {web: {build: .}}", .file = "c"};
    }
    for (const Allowance allowance : all_allowances) {
        if (dice.chance(3)) world.allow(allowance);
    }
    world.desired.adopt = dice.chance(4) ? std::optional(true) : std::nullopt;
    if (dice.chance(12)) world.desired.policy.freezes = {{.from = 0, .until = now + 1}};
}

void draw_surroundings(PlanWorld& world, Dice& dice) {
    Environment& environment = world.facts.environments.value->front();
    if (dice.chance(8)) environment.stack_management_for_users = false;
    if (dice.chance(2)) environment.forbidden_to_users = {"allowPrivilegedModeForRegularUsers"};
    if (!world.declares_git() && dice.chance(6)) { // a user's file with what is forbidden, and nothing else that blocks
        world.desired.source = DesiredContent{.text = "services: {web: {image: a, privileged: true}}", .file = "c"};
        world.seen.deploying.new_references.clear();
        world.seen.deploying.new_keys.clear();
        world.user();
    }
    if (dice.chance(2)) world.input.servers["main"].outside[{1, true, "n"}] = dice.chance(2);
    if (dice.chance(8)) {
        world.desired.type = world.record.type.emplace(StackType::swarm);
        world.differs(Subject::content, "configs.app");
        world.seen.result.changes.back().plane = Plane::content;
    }
}

// What runs of the stack, and the images of its host.
void draw_host(PlanWorld& world, Dice& dice) {
    auto& containers = *world.facts.runtime[1].containers.value;
    const std::string image = dice.chance(6) ? "docker.io/portainer/agent:2.43.0" : "nginx:1.25";
    if (world.recorded && dice.chance(4)) {
        containers.push_back(Container{.name = "s", .project = "shop", .image = image});
        if (!dice.chance(3)) containers.back().unnamed_volumes = dice.chance(2) ? Texts{} : Texts{"/data"};
    }
    if (dice.chance(8)) world.seen.images = {image};
    if (dice.chance(4)) world.facts.status.value->version = dice.chance(2) ? "2.23.0" : "2.39.0";
    if (dice.chance(4)) world.host_has({});
    if (dice.chance(6)) world.input.servers["main"].images.clear();
    if (dice.chance(4)) world.desired.policy.pull = dice.chance(2) ? Pull::always : Pull::missing;
    if (world.recorded && dice.chance(6)) world.record.option = StackOption{.prune = true};
    if (world.declares_git() || !dice.chance(20)) return; // what an environment forbids its users
    world.user().desired.source = DesiredContent{.text = "services: {web: {image: a, privileged: true}}", .file = "c"};
    world.facts.environments.value->front().forbidden_to_users = {"allowPrivilegedModeForRegularUsers"};
}

void draw_server(PlanWorld& world, Dice& dice) {
    ServerStanding& server = world.input.servers["main"];
    if (dice.chance(4)) world.user();
    if (dice.chance(8)) server.settings.apply = false;
    if (dice.chance(8)) server.known_instance = "another";
    if (dice.chance(12)) server.same_as = "second";
    if (dice.chance(8)) server.written = server.went_back = 1;
    if (dice.chance(8)) server.settings.protect = {"shop"};
    if (dice.chance(4)) world.owned = Ownership::none;
    if (dice.chance(8)) server.environments["production"] = 9;
    if (dice.chance(8)) server.redated_at = now - 1;
    if (dice.chance(4)) server.ledger_kept = false;
    if (dice.chance(3)) world.facts.status.value->version = "2.39.0";
    if (dice.chance(6))
        world.facts.runtime[1].containers.value = std::vector{Container{.name = "w", .project = "other"}};
    if (dice.chance(6)) {
        world.facts.runtime[1].containers.value->push_back(
            Container{.name = "v", .project = "other", .ports = {"8080/tcp"}});
    }
    if (dice.chance(4)) {
        world.input.by_agent = true;
        server.settings.correct = dice.chance(4) ? false : true;
        world.desired.policy.mode = dice.chance(4) ? PolicyMode::manual : PolicyMode::correct;
    }
}

PlanWorld draw(unsigned seed) {
    Dice dice(seed);
    PlanWorld world;
    draw_record(world, dice);
    draw_changes(world, dice);
    draw_declaration(world, dice);
    draw_server(world, dice);
    draw_surroundings(world, dice);
    if (dice.chance(5)) world.missing();
    draw_host(world, dice);
    return world;
}

bool sends(const Step& step, Action action) { return has(step, action); }

bool undoes_something_accepted(const PlanWorld& world) {
    const auto undone = [](const Change& change) {
        return change.plane != Plane::git && change.subject != Subject::env && change.subject != Subject::env_twice &&
               change.subject != Subject::access;
    };
    return std::ranges::any_of(world.seen.ignored, undone) ||
           std::ranges::any_of(world.seen.result.changes,
                               [&](const Change& one) { return !one.waiver.empty() && undone(one); });
}

bool loses_a_variable(const PlanWorld& world) {
    return std::ranges::any_of(world.seen.result.changes, [](const Change& change) {
        return change.subject == Subject::env && !change.desired && change.waiver.empty();
    });
}

bool sends_what_cannot_be_sent(const PlanWorld& world) {
    if (!world.desired.env) return false;
    return std::ranges::any_of(*world.desired.env, [&](const DesiredEnv& one) {
        const bool recorded = world.recorded && !world.record.env.empty();
        return (!one.value && !recorded) || (one.value && one.value->reveal().contains('\n'));
    });
}

// What the surroundings do not have or let.
std::string harm_of_surroundings(const PlanWorld& world, const Step& step) {
    const Environment& environment = world.facts.environments.value->front();
    const bool user = world.facts.identity_before.value->role != 1;
    if (user && !environment.stack_management_for_users) return "a user's write where users may not manage stacks";
    const auto* content = std::get_if<DesiredContent>(&world.desired.source);
    const bool file = content != nullptr && (sends(step, Action::create) || sends(step, Action::update));
    if (!file) return {};
    if (user && content->text.contains("privileged") && !environment.forbidden_to_users.empty())
        return "what the environment forbids";
    if (content->text.contains("${TAG}")) return "a variable that would be empty";
    if (content->text.contains("umask")) return "a key that no server's loader knows";
    const auto outside = world.input.servers.at("main").outside.find({1, true, "n"});
    if (content->text.contains("external") && outside != world.input.servers.at("main").outside.end() &&
        outside->second == false)
        return "an external network that does not exist";
    const bool held =
        std::ranges::any_of(world.seen.result.changes, [](const Change& one) { return one.path == "configs.app"; });
    if (held && sends(step, Action::update)) return "what a swarm holds changed";
    return {};
}

// What ends or hides what runs of the stack now.
std::string harm_to_what_runs(const PlanWorld& world, const Step& step) {
    const ServerStanding& server = world.input.servers.at("main");
    const auto is_portainers = [](const std::string& image) { return image.contains("portainer/agent"); };
    if (std::ranges::any_of(world.seen.images, is_portainers)) return "Portainer's own";
    for (const Container& one : *world.facts.runtime.at(1).containers.value) {
        if (one.project == "shop" && is_portainers(one.image)) return "Portainer's own";
        if (one.project == "shop" && sends(step, Action::stop) && one.unnamed_volumes != Texts{} &&
            world.desired.type == StackType::standalone)
            return "data out of reach of what runs";
    }
    const auto is_stranger = [](const Container& one) { return one.project == "shop" && one.service.empty(); };
    if (world.recorded && world.record.option && sends(step, Action::update) && !world.declares_git() &&
        world.desired.type == StackType::standalone && !world.desired.allow.contains(Allowance::prune_services) &&
        std::ranges::any_of(*world.facts.runtime.at(1).containers.value, is_stranger))
        return "a container removed that no plan names";
    const bool user = world.facts.identity_before.value->role != 1;
    const bool controlled = !world.recorded || world.record.resource_control;
    if (user && world.desired.access && sends(step, Action::access) &&
        (!controlled || world.desired.access->kind == DesiredAccess::Kind::administrators))
        return "access that ends in 403";
    const bool again = sends(step, Action::update) || sends(step, Action::redeploy);
    const bool pulls = std::ranges::any_of(step.parts, [](const Part& part) { return part.pulls; });
    const bool older = world.facts.status.value->version != "2.43.0";
    if (!again || pulls || !older || world.desired.type != StackType::standalone) return {};
    if (world.declares_git()) return "an image of the branch's head that may not be pulled";
    const auto& images = server.images.find(1);
    if (images == server.images.end() || images->second->size() < 2) return "an image that may not be pulled";
    return {};
}

// The variable A after the step.
std::string value_of_a(const PlanWorld& world) {
    if (world.desired.env && world.desired.env->front().value)
        return std::string(world.desired.env->front().value->reveal());
    return world.recorded && !world.record.env.empty() ? std::string(world.record.env[0].value.reveal())
                                                       : std::string();
}

// What a step that is to be done must never be; "" if it is none of that. Written from reconcile.md, not from the
// guards.
std::string harm_of(const PlanWorld& world, const Step& step) {
    const auto allowed = [&](Allowance allowance) { return world.desired.allow.contains(allowance); };
    const ServerStanding& server = world.input.servers.at("main");
    const bool deployed = deploys(step);
    const bool git = world.recorded && world.record.from_git();
    const DesiredState state = world.desired.state.value_or(DesiredState::running);
    if (!server.settings.apply || server.known_instance != "uuid") return "a server that may not be written";
    if (!server.same_as.empty()) return "a server that another entry means, too";
    if (server.went_back > 0 || server.redated_at > 0) return "a server that went back to an older backup";
    if (world.input.by_agent && (!server.settings.correct || world.desired.policy.mode != PolicyMode::correct))
        return "the agent's hand where it may not be";
    if (world.recorded && world.owned == Ownership::none && !world.desired.adopt) return "a stack that is not owned";
    if (!server.settings.protect.empty()) return "a protected stack";
    if (!world.desired.policy.freezes.empty()) return "a frozen stack";
    const bool shown = world.facts.status.value->version != "2.39.0";
    if (sends(step, Action::create) && !server.ledger_kept && !shown) return "a create that may be under way";
    if (server.environments.contains("production")) return "another environment of that name";
    if (world.recorded && world.record.git_hidden()) return "a Git stack whose source is hidden";
    if (git && sends(step, Action::update) && !allowed(Allowance::detach_git)) return "a Git link lost";
    if (world.recorded && world.record.status == 2 && deployed && state != DesiredState::running &&
        (!allowed(Allowance::start_to_change) || !sends(step, Action::stop)))
        return "a stopped stack started";
    if (world.recorded && world.record.status == 2 && sends(step, Action::settings) && world.record.auto_update)
        return "polling armed";
    if (world.recorded && world.record.status == 4 && sends(step, Action::start)) return "a start that is refused";
    if (world.recorded && deployed && undoes_something_accepted(world) && !allowed(Allowance::overwrite_accepted))
        return "an accepted difference undone";
    const bool variables = world.recorded && (deployed || sends(step, Action::settings));
    if (variables && !world.record.unknown.empty()) return "a field of a newer server lost";
    const bool pulls = std::ranges::any_of(step.parts, [](const Part& part) { return part.pulls; });
    if (pulls && step.images == ImagesToCome{}) return "tags moved that no plan named";
    if (variables && loses_a_variable(world) && !world.desired.env_strict_written) return "a variable lost";
    if (variables && sends_what_cannot_be_sent(world)) return "a value that cannot be sent";
    if (variables && world.record.status == 4 && !world.desired.env) return "variables of another deployment";
    if (world.recorded && deployed && world.record.name == "Shop" &&
        (!world.desired.access || step.parts.back().action != Action::access))
        return "access lost with the name";
    if (sends(step, Action::update) && !world.seen.deploying.data.empty()) return "data lost";
    if (sends(step, Action::update) && !world.seen.deploying.dropped_services.empty() && !world.record.option &&
        !allowed(Allowance::prune_services)) // the stack's own Prune takes it, and is named
        return "a container left behind";
    if (deployed && world.input.by_agent && !world.seen.jobs.empty() && !allowed(Allowance::rerun_jobs))
        return "a job run again by the agent";
    const auto* content = std::get_if<DesiredContent>(&world.desired.source);
    const bool file = content != nullptr && (sends(step, Action::create) || sends(step, Action::update));
    if (file && !content->text.contains("image")) return "a file that cannot be deployed";
    if (content != nullptr && sends(step, Action::stop) && content->text.contains("'/d'"))
        return "anonymous volumes out of reach";
    const auto& others = *world.facts.runtime.at(1).containers.value;
    const std::string to_come = value_of_a(world);
    const bool mounts = file && content->text.contains("${A}:/x");
    if (mounts && (to_come.empty() || to_come.starts_with('.'))) return "data in a folder that nobody finds again";
    if (mounts && sends(step, Action::update) &&
        (world.record.env.empty() || to_come != world.record.env[0].value.reveal()))
        return "data left behind by a variable";
    const auto held = [&](const char* name) {
        return std::ranges::find(*world.facts.runtime.at(1).containers.value, name, &Container::name) !=
               world.facts.runtime.at(1).containers.value->end();
    };
    if (file && content->text.contains("container_name: '${A}") && to_come == "w" && held("w"))
        return "a name in use that a variable gives";
    if (file && content->text.contains("${A}:80") && to_come == "8080" && held("v"))
        return "a port in use that a variable gives";
    if (file && content->text.contains("container_name: w") &&
        std::ranges::find(others, "w", &Container::name) != others.end())
        return "a name in use";
    if (file && content->text.contains("8080") && std::ranges::find(others, "v", &Container::name) != others.end())
        return "a port in use";
    const auto is_running = [](const Correction& one) {
        return one.subject == Subject::gone || one.subject == Subject::ended_kept || one.subject == Subject::image ||
               one.subject == Subject::too_many;
    };
    const bool alone = std::ranges::all_of(step.corrections, is_running);
    if (world.recorded && deployed && std::ranges::any_of(step.corrections, is_running) &&
        (world.record.deployment.empty() || (world.input.by_agent && alone)))
        return "somebody's work undone";
    if (std::string harm = harm_to_what_runs(world, step); !harm.empty()) return harm;
    return harm_of_surroundings(world, step);
}

constexpr std::array undeletable_files{
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: shop, name: settings}\r\n",
};
constexpr std::array files_with_data{
    "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {namespace: shop, name: settings}\n",
    "apiVersion: example.test/v1\nkind: Database\nmetadata: {namespace: shop, name: settings}\n",
};
constexpr const char* portainer_itself = "apiVersion: v1\nkind: Pod\nmetadata: {namespace: shop, name: settings}\n"
                                         "spec: {containers: [{name: p, image: portainer/portainer-ce}]}\n";

// What may keep the objects of a Kubernetes stack.
void draw_objects(PlanWorld& world, ExtraFacts& facts, Dice& dice) {
    if (dice.chance(6)) world.facts.status.value->version = dice.chance(2) ? "2.39.0" : "2.33.0";
    if (dice.chance(6)) facts.file = dice.one_of(std::span<const char* const>(undeletable_files));
    if (dice.chance(6)) facts.file = dice.one_of(std::span<const char* const>(files_with_data));
    if (dice.chance(8)) facts.file = portainer_itself;
    if (dice.chance(6)) facts.objects->front().stack_id = dice.chance(2) ? "8" : "";
    if (dice.chance(8)) facts.objects->front().takes_data = true;
    if (dice.chance(8)) facts.objects.reset();
    if (dice.chance(8)) world.record.additional_files = {"more.yaml"};
    if (dice.chance(6)) {
        DesiredStack& other = world.others[0].desired;
        other.type = StackType::kubernetes;
        other.namespace_ = "shop";
        other.source = DesiredContent{.text = *facts.file, .file = "objects.yaml"};
    }
}

// Written from reconcile.md §5 and kubernetes.md §0.6.
std::string harm_to_objects(const PlanWorld& world) {
    const ExtraFacts& facts = world.input.servers.at("main").extras.at(7);
    if (world.facts.status.value->version == "2.39.0") return "a record without its objects";
    if (world.record.from_git() || !world.record.additional_files.empty()) return "objects that no file names";
    const auto is = [&](std::string_view text) { return facts.file == text; };
    if (std::ranges::any_of(undeletable_files, is)) return "another namespace's objects";
    if (std::ranges::any_of(files_with_data, is)) return "data";
    if (is(portainer_itself)) return "Portainer";
    if (!facts.objects || facts.objects->front().stack_id != "7") return "another's objects";
    if (facts.objects->front().takes_data) return "data of claims";
    if (world.others[0].desired.type == StackType::kubernetes) return "objects that are declared";
    return {};
}

// A stack that nobody declares, of which most of what must hold before it goes does.
PlanWorld draw_extra(unsigned seed) {
    Dice dice(seed);
    PlanWorld world;
    const bool in_cluster = dice.chance(3);
    in_cluster ? world.extra_in_cluster() : world.extra();
    ServerStanding& server = world.input.servers["main"];
    ExtraFacts& facts = server.extras[7];
    if (in_cluster) draw_objects(world, facts, dice);
    if (dice.chance(8)) world.input.manifests_whole = false;
    if (dice.chance(8)) {
        world.others[0].desired.name = "shop";
        world.others[0].desired.environment = EnvironmentSelector{};
    }
    if (dice.chance(8)) {
        world.input.declared_elsewhere = [](const std::string&, const StackRecord&) {
            return std::optional(DeclaredElsewhere{.file = "/other/shop.yaml"});
        };
    }
    if (dice.chance(6)) world.owned_as.how = dice.chance(2) ? Ownership::none : Ownership::judged_in_sync;
    if (dice.chance(8)) world.owned_as.environment = 2;
    if (dice.chance(6)) world.called_extra.runs = dice.chance(2) ? 1 : 0;
    if (dice.chance(6)) world.called_extra.since = now - 60;
    if (dice.chance(8)) world.user();
    if (!in_cluster && dice.chance(6)) facts.containers->at(1).project = "shop";
    if (dice.chance(6)) {
        StackRecord other = world.record;
        other.id = 8;
        other.environment = dice.chance(2) ? 2 : 1;
        world.facts.list.value->push_back(other);
    }
    if (dice.chance(6)) world.record.git = GitConfig{.url = "https://g.example.test/s", .has_authentication = true};
    if (dice.chance(4)) world.input.irrecoverable = {"shop"};
    if (dice.chance(8)) server.settings.protect = {"shop"};
    if (dice.chance(8)) server.settings.apply = false;
    if (dice.chance(8)) server.known_instance = "another";
    if (dice.chance(12)) server.same_as = "second";
    if (dice.chance(6)) server.max_removes = 0;
    if (dice.chance(8)) world.record.status = 3;
    if (dice.chance(8)) world.scopes[0].freezes = {{.from = now - 1, .until = now + 1}};
    if (dice.chance(8)) world.record.type.reset();
    if (dice.chance(8)) {
        auto& [desired, seen, in_plan, undeclared] = world.beside("store", Verdict::missing);
        seen.record.reset();
        desired.type = in_cluster ? StackType::kubernetes : StackType::standalone;
        desired.source = DesiredContent{.text = facts.file.value_or(""), .file = "c"};
    }
    return world;
}

// Written from reconcile.md §5: whatever of it does not hold.
std::string harm_of_removal(const PlanWorld& world) {
    const ServerStanding& server = world.input.servers.at("main");
    if (!server.settings.apply || server.known_instance != "uuid") return "a server that may not be written";
    if (!server.same_as.empty()) return "a server that another entry means, too";
    if (!server.settings.protect.empty()) return "a protected stack";
    if (!world.input.manifests_whole || world.others[0].desired.name == "shop") return "a stack that is declared";
    if (world.input.declared_elsewhere) return "a stack that another folder declares";
    if (world.owned_as.how < Ownership::adopted || world.owned_as.environment != 1) return "a stack that is not owned";
    if (world.called_extra.runs < 2 || world.called_extra.since > now - 3600) return "a stack seen too shortly";
    if (world.facts.list.value->size() > 1 || world.facts.identity_before.value->role != 1) return "a shared name";
    const bool in_cluster = world.record.type == StackType::kubernetes;
    if (in_cluster) {
        if (std::string harm = harm_to_objects(world); !harm.empty()) return harm;
    } else if (!world.record.type) {
        return "a stack of an unknown kind";
    } else if (server.extras.at(7).containers->at(1).project == "shop") {
        return "containers that are not of its file";
    }
    if (world.record.git && !world.input.irrecoverable.contains("shop")) return "what nothing brings back";
    if (server.max_removes == 0) return "more than may go";
    if (world.record.status == 3) return "a deployment under way";
    if (!world.scopes[0].freezes.empty()) return "a frozen Scope";
    return world.others.size() > 1 ? "a stack that may only have another name now" : "";
}

// How many worlds: MOORING_PLANS, or 30,000. Where it is given, what each guard prevents is counted and printed.
const char* const asked = std::getenv("MOORING_PLANS");
const unsigned worlds = asked == nullptr ? 30'000 : static_cast<unsigned>(std::strtoul(asked, nullptr, 10));

bool removes(const Step& step) { return step.readiness == Readiness::to_do && has(step, Action::remove); }

unsigned removed_without(std::string_view guard) {
    unsigned harmed = 0;
    for (unsigned seed = 0; seed < worlds && (harmed == 0 || asked != nullptr); ++seed) {
        PlanWorld world = draw_extra(seed);
        for (const Step& step : world.plan(guard).steps) {
            if (removes(step) && !harm_of_removal(world).empty()) ++harmed;
        }
    }
    return harmed;
}

// Steps that would do harm without the guard.
unsigned harmed_without(const Guard& guard) {
    if (guard.name.starts_with("removal-")) return removed_without(guard.name);
    unsigned harmed = 0;
    for (unsigned seed = 0; seed < worlds && (harmed == 0 || asked != nullptr); ++seed) {
        PlanWorld world = draw(seed);
        for (const Step& step : world.plan(guard.name).steps) {
            if (step.readiness == Readiness::to_do && !harm_of(world, step).empty()) ++harmed;
        }
    }
    return harmed;
}

TEST(PlanProperty, NothingThatIsToBeDoneDoesHarm) {
    unsigned to_do = 0;
    unsigned in_part = 0;
    for (unsigned seed = 0; seed < worlds; ++seed) {
        PlanWorld world = draw(seed);
        world.input.partial = seed % 2 == 0;
        for (const Step& step : world.plan().steps) {
            if (step.readiness != Readiness::to_do) continue;
            ++to_do;
            in_part += step.in_part ? 1 : 0;
            ASSERT_TRUE(!step.in_part || (step.parts.size() == 1 && sends(step, Action::access))) << "world " << seed;
            ASSERT_EQ(harm_of(world, step), "") << "world " << seed;
            ASSERT_FALSE(step.parts.empty()) << "world " << seed;
        }
    }
    EXPECT_GT(to_do, worlds / 50) << "a plan that blocks everything proves nothing";
    EXPECT_GT(in_part, 0U);
    std::printf("plans: %u, steps to do %u, of them in part %u, violations 0\n", worlds, to_do, in_part);
}

TEST(PlanProperty, NothingIsRemovedThatShouldStay) {
    unsigned removed = 0;
    for (unsigned seed = 0; seed < worlds; ++seed) {
        PlanWorld world = draw_extra(seed);
        for (const Step& step : world.plan().steps) {
            if (!removes(step)) continue;
            ++removed;
            ASSERT_EQ(harm_of_removal(world), "") << "world " << seed;
        }
    }
    EXPECT_GT(removed, worlds / 50) << "a plan that removes nothing proves nothing";
    std::printf("undeclared stacks: %u, removed %u, violations 0\n", worlds, removed);
}

TEST(PlanProperty, EachGuardTakenOutDoesHarm) {
    for (const auto& all :
         {guards(), preflight(), rehearsal(), permissions(), removal_guards(), removal_kubernetes_guards()}) {
        for (const Guard& guard : all) {
            const unsigned harmed = harmed_without(guard);
            EXPECT_GT(harmed, 0U) << guard.name << " prevents nothing that these worlds have";
            if (asked != nullptr) std::printf("without %s: %u\n", std::string(guard.name).c_str(), harmed);
        }
    }
}

} // namespace
} // namespace mooring::reconcile::test
