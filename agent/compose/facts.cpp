// What a stack of a file would create and run.

#include "compose/canonical.hpp"

#include "base/text.hpp"
#include "compose/facts.hpp"
#include "yaml/parts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace mooring::compose {
namespace {

const Value* at(const Value& value, std::initializer_list<std::string_view> keys) {
    const Value* found = &value;
    for (const std::string_view key : keys) {
        found = find(*found, key);
        if (found == nullptr) return nullptr;
    }
    return found;
}

std::optional<std::string> literal_text(const Value* value) {
    if (value == nullptr || has_reference(value->text)) return std::nullopt;
    return value->text;
}

std::optional<std::int64_t> number_of(std::string_view text) {
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && stopped == end ? std::optional(number) : std::nullopt;
}

// Without a number that can be it is symbolic: no loader takes `-1`, and what ran of such a file nobody knows.
void note_replicas(const Value& service, ServiceFacts& facts) {
    const Value* count = find(service, "scale");
    if (count == nullptr) count = at(service, {"deploy", "replicas"});
    facts.replicas = count == nullptr ? std::optional<std::int64_t>(1) : std::nullopt;
    if (count == nullptr) return;
    if (count->shape == Shape::number) facts.replicas = number_of(count->text);
    if (facts.replicas < 0) facts.replicas = std::nullopt;
    if (!facts.replicas) facts.replicas_written = count->text;
}

// What is symbolic may restart: an exit is then worth a look.
bool policy_restarts(const Value& policy) {
    const Value* condition = find(policy, "condition");
    return !is_text(condition, "none") && !is_text(condition, "on-failure");
}

bool restarts_alone(const Value& service) {
    if (const Value* policy = at(service, {"deploy", "restart_policy"})) return policy_restarts(*policy);
    const Value* restart = find(service, "restart");
    return restart != nullptr && restart->text != "on-failure" && !restart->text.starts_with("on-failure:");
}

// What is started again however it ends, in the file's words. A policy in `deploy` takes the place of `restart`.
std::string what_keeps_running(const Value& service) {
    if (const Value* policy = at(service, {"deploy", "restart_policy"})) {
        return is_text(find(*policy, "condition"), "any") ? "deploy.restart_policy.condition: any" : "";
    }
    const Value* restart = find(service, "restart");
    const bool always = is_text(restart, "always") || is_text(restart, "unless-stopped");
    return always ? "restart: " + restart->text : "";
}

bool has_healthcheck(const Value& service) {
    const Value* check = find(service, "healthcheck");
    const Value* disabled = check == nullptr ? nullptr : find(*check, "disable");
    return check != nullptr && (disabled == nullptr || disabled->text != "true");
}

void note_mode(const std::string& mode, ServiceFacts& facts) {
    constexpr std::array<std::string_view, 4> known{"replicated", "global", "replicated-job", "global-job"};
    facts.mode = std::ranges::find(known, mode) != known.end() ? mode : "";
    if (mode.empty()) facts.mode = known.front();
    facts.global = mode == "global" || mode == "global-job";
    facts.job = facts.job || mode == "replicated-job" || mode == "global-job";
}

// Names of profiles in the file's order; a value that is no list is left to the loader.
std::vector<std::string> profiles_of(const Value& service) {
    std::vector<std::string> names;
    if (const Value* profiles = find(service, "profiles")) {
        for (const Member& profile : profiles->members) names.push_back(profile.key);
    }
    return names;
}

// Who waits for the end of another service makes that one a job, whatever its own profile; who waits for its start or
// health says that it is no job.
void note_waiters(const Value& services, std::set<std::string_view>& ended, std::set<std::string_view>& needed) {
    for (const Member& service : services.members) {
        const Value* dependencies = find(service.value, "depends_on");
        if (dependencies == nullptr) continue;
        for (const Member& on : dependencies->members) {
            const bool waits = is_text(find(on.value, "condition"), "service_completed_successfully");
            (waits ? ended : needed).insert(on.key);
        }
    }
}

void note_jobs(const File::Tree& tree, bool own_jobs, ProjectFacts& facts) {
    std::set<std::string_view> ended;
    if (own_jobs) ended.insert(tree.jobs.begin(), tree.jobs.end());
    std::set<std::string_view> needed;
    note_waiters(*find(tree.root, "services"), ended, needed);
    for (ServiceFacts& service : facts.services) {
        service.job = service.job || ended.contains(service.name);
        service.needed = needed.contains(service.name);
    }
}

ServiceFacts facts_of(const Member& service) {
    const Value& value = service.value;
    ServiceFacts facts;
    facts.name = service.key;
    const Value* container_name = find(value, "container_name");
    facts.container_name = literal_text(container_name);
    facts.container_name_symbolic = container_name != nullptr && !facts.container_name;
    facts.image = literal_text(find(value, "image"));
    if (const Value* image = find(value, "image"); image != nullptr) facts.image_written = image->text;
    note_replicas(value, facts);
    const Value* mode = at(value, {"deploy", "mode"});
    note_mode(mode == nullptr ? "" : mode->text, facts);
    if (mode != nullptr && has_reference(mode->text)) facts.mode_written = mode->text;
    facts.profiles = profiles_of(value);
    facts.restarts = restarts_alone(value);
    facts.kept_running = what_keeps_running(value);
    facts.serves = find(value, "ports") != nullptr || has_healthcheck(value);
    const Value* policy = at(value, {"deploy", "restart_policy"});
    facts.restarts_in_swarm = policy == nullptr || policy_restarts(*policy);
    facts.uses_default_network = at(value, {"networks", "default"}) != nullptr;
    facts.line = value.line;
    return facts;
}

// The real names of the own resources of a section.
std::vector<std::string> names_of(const Value& root, std::string_view section, std::string_view project) {
    std::vector<std::string> names;
    for (const auto& [key, resource] : find(root, section)->members) {
        const Value* name = find(resource, "name");
        const bool is_symbolic = name != nullptr && has_reference(name->text);
        if (find(resource, "external") != nullptr || is_symbolic) continue;
        if (key == "default" && name == nullptr && section == "networks") continue; // has_default_network says it
        names.push_back(name != nullptr ? name->text : std::string(project) + "_" + key);
    }
    return names;
}

} // namespace

ProjectFacts facts(const File& file, std::string_view project, bool own_jobs) {
    const Value& root = file.tree().root;
    ProjectFacts facts;
    for (const Member& service : find(root, "services")->members) {
        facts.services.push_back(facts_of(service));
        facts.has_default_network = facts.has_default_network || facts.services.back().uses_default_network;
    }
    note_jobs(file.tree(), own_jobs, facts);
    activate(facts, {});
    const Value* implicit = at(root, {"networks", "default"});
    const bool is_own =
        implicit == nullptr || (find(*implicit, "external") == nullptr && find(*implicit, "name") == nullptr);
    facts.has_default_network = facts.has_default_network && is_own;
    facts.more_files = find(root, "include") != nullptr;
    facts.networks = names_of(root, "networks", project);
    facts.volumes = names_of(root, "volumes", project);
    return facts;
}

namespace {

// Portainer writes variables as they stand into a file that compose reads: quotes around a value and a remark behind it
// are not part of it.
std::string_view as_env_file_reads(std::string_view value) {
    value = trim(value);
    const char quote = value.empty() ? '\0' : value.front();
    if (quote == '"' || quote == '\'') {
        const std::size_t close = value.find(quote, 1);
        return close == std::string_view::npos ? value : value.substr(1, close - 1);
    }
    for (std::size_t at = value.find('#'); at != std::string_view::npos; at = value.find('#', at + 1)) {
        if (at == 0 || value[at - 1] == ' ' || value[at - 1] == '\t') return trim(value.substr(0, at));
    }
    return value;
}

// A text with the values of its references.
struct Resolved {
    std::optional<std::string> text; // nullopt: one of them is not known
    bool by_default = false;         // one of them may be set by a file that was not read
};

Resolved resolved(std::string_view text, const Settings& settings) {
    Resolved out;
    bool unknown = false;
    out.text = with_values(text, [&](const std::string& name) {
        Setting setting = settings(name);
        unknown = unknown || setting.known == Setting::Known::unknown;
        out.by_default = out.by_default || setting.known == Setting::Known::likely;
        return std::move(setting.value);
    });
    if (unknown) out.text = std::nullopt;
    out.by_default = out.by_default && out.text;
    return out;
}

void resolve_service(ServiceFacts& service, const Settings& settings) {
    if (has_reference(service.image_written)) {
        Resolved image = resolved(service.image_written, settings);
        service.image_unknown = !image.text;
        service.image_by_default = image.by_default;
        service.image = std::move(image.text);
    }
    if (!service.replicas_written.empty()) {
        const Resolved count = resolved(service.replicas_written, settings);
        service.replicas = count.text ? number_of(*count.text) : std::nullopt;
        if (service.replicas < 0) service.replicas = std::nullopt;
        service.replicas_unknown = !service.replicas;
        service.replicas_by_default = service.replicas && count.by_default;
    }
    if (!service.mode_written.empty()) {
        const Resolved mode = resolved(service.mode_written, settings);
        if (mode.text && !mode.by_default) note_mode(*mode.text, service);
    }
}

// Whether one of the names is active; nullopt: it cannot be told.
std::optional<bool> is_named(const std::vector<std::string>& names, const std::set<std::string_view>& active,
                             const Settings& settings) {
    bool symbolic = false;
    for (const std::string& written : names) {
        const bool reference = has_reference(written);
        const Resolved name = reference && settings ? resolved(written, settings) : Resolved{};
        const bool known = !reference || (name.text && !name.by_default);
        if (known && active.contains(reference ? std::string_view(*name.text) : written)) return true;
        symbolic = symbolic || !known;
    }
    return symbolic ? std::nullopt : std::optional(false);
}

} // namespace

void resolve(ProjectFacts& project, const Settings& settings) {
    for (ServiceFacts& service : project.services) resolve_service(service, settings);
}

std::optional<std::string> as_env_file_gives(std::string_view value) {
    const std::string_view text = trim(value);
    const bool quoted = text.starts_with('"') || text.starts_with('\'');
    if (text.contains('\n') || (quoted && text.find(text.front(), 1) == std::string_view::npos)) return std::nullopt;
    const std::string_view given = as_env_file_reads(text);
    const bool expands = !text.starts_with('\'') && (given.contains('$') || (quoted && given.contains('\\')));
    return expands ? std::nullopt : std::optional<std::string>(given);
}

void activate(ProjectFacts& project, std::string_view profiles, const Settings& settings) {
    std::set<std::string_view> active;
    const bool literal = trim(profiles).starts_with('\'');
    profiles = as_env_file_reads(profiles);
    for (const std::string_view name : split(profiles, ',')) active.insert(trim(name));
    const bool all = active.contains("*");
    // `${STAGE}`: which profiles it names is not known here.
    const bool open = !literal && profiles.contains('$');
    for (ServiceFacts& service : project.services) {
        const bool always = all || service.profiles.empty();
        const std::optional<bool> named = always ? true : is_named(service.profiles, active, settings);
        const bool symbolic = open || !named;
        service.profile_unknown = named != true && symbolic;
        service.in_profile = named != true && !symbolic;
    }
}

const std::vector<std::string>& called_jobs(const File& file) { return file.tree().jobs; }

// The public face: a text becomes a File.

File::File(std::unique_ptr<const Tree> tree) : tree_(std::move(tree)) {}
File::File(File&&) noexcept = default;
File& File::operator=(File&&) noexcept = default;
File::~File() = default;

std::expected<File, yaml::Problem> load(std::string_view text, const yaml::Limits& limits) {
    auto documents = yaml::parse_compose(text, limits);
    if (!documents) return std::unexpected(std::move(documents.error()));
    auto joined = join_documents(std::move(*documents), limits);
    if (!joined) return std::unexpected(std::move(joined.error()));
    Context context;
    auto tree = std::make_unique<File::Tree>();
    if (canonicalise(std::move(*joined), rule_tree(), context, tree->root) == Outcome::failed) {
        return std::unexpected(*context.problem());
    }
    tree->jobs = context.take_jobs();
    if (text.contains('$')) tree->source = text;
    return File(std::move(tree));
}

} // namespace mooring::compose
