// What a step says beside its parts and differences, as values: how it is known that a stack is missing, what a create
// finds and uses, where variables come from and which are kept, who has the stack then; and the part of a blocked step
// that can be done alone (reconcile.md §1, "step"; §3.1; §3.2, "Data").
#include "base/secret.hpp"
#include "base/text.hpp"
#include "compare/parts.hpp"
#include "model/stack.hpp"
#include "reconcile/case.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace mooring::reconcile {
namespace {

using C = const Case&;

std::string name_in(const Principal& one, const Answer<std::vector<NamedId>>& known) {
    if (!one.name.empty()) return printable(one.name, 100);
    for (const NamedId& listed : known.value.value_or(std::vector<NamedId>{})) {
        if (listed.id == one.id) return printable(listed.name, 100);
    }
    return fmt::format("{}", one.id.value_or(0));
}

std::string principals_in(std::string_view word, const std::vector<Principal>& principals,
                          const Answer<std::vector<NamedId>>& known) {
    std::vector<std::string> names(principals.size());
    std::ranges::transform(principals, names.begin(), [&](const Principal& one) { return name_in(one, known); });
    return fmt::format("{}{} {}", word, names.size() == 1 ? "" : "s", join(names, ", "));
}

std::string access_words(const DesiredAccess& access, const drift::ServerFacts& facts) {
    if (access.kind == DesiredAccess::Kind::administrators) return "administrators";
    if (access.kind == DesiredAccess::Kind::everyone) return "everyone";
    std::vector<std::string> parts;
    if (!access.users.empty()) parts.push_back(principals_in("user", access.users, facts.users));
    if (!access.teams.empty()) parts.push_back(principals_in("team", access.teams, facts.teams));
    return join(parts, ", ");
}

void tell_sources(C c, Step& step) {
    const std::vector<DesiredEnv> none;
    for (Correction& one : step.corrections) {
        if (one.subject != Subject::env || !one.becomes) continue;
        for (const DesiredEnv& declared : c.desired.env ? *c.desired.env : none) {
            if (compare::env_path(declared.name) == one.path) one.value_from = printable(declared.from, 200);
        }
    }
}

// Those whose name no correction has: sent back as they are, in their places (agent/apply, variables_of).
std::optional<std::size_t> count_kept(C c, const Step& step) {
    const bool sends = has(step, Action::update) || has(step, Action::settings) || has(step, Action::redeploy);
    if (!sends || c.is_kubernetes() || c.record() == nullptr || c.record()->env.empty()) return std::nullopt;
    const auto is_corrected = [&](const EnvVar& variable) {
        const std::string path = compare::env_path(variable.name);
        return std::ranges::any_of(step.corrections, [&](const Correction& one) {
            return one.path == path || one.path == path + std::string(compare::twice_suffix);
        });
    };
    const auto corrected = std::ranges::count_if(c.record()->env, is_corrected);
    return c.record()->env.size() - static_cast<std::size_t>(corrected);
}

void tell_volumes(C c, Step& step) {
    if (!c.file || c.declares_git()) return;
    const bool by_variable =
        c.footprint && std::ranges::any_of(c.footprint->claims, [&](const std::string& claim) {
            const auto& given = c.footprint->by_variable;
            return claim.starts_with("volume ") &&
                   (compose::has_reference(claim) || std::ranges::find(given, claim) != given.end());
        });
    if (by_variable && c.desired.type == StackType::standalone)
        step.notes.emplace_back("not known: whether a volume that a variable names exists already and would be used");
    const EnvironmentId id = c.environment().value_or(0);
    for (const std::string& name : volumes_to_come(c.seen, *c.file)) {
        const auto found = c.server.outside.find({.environment = id, .is_network = false, .name = name});
        if (found == c.server.outside.end() || !found->second) {
            step.notes.push_back(
                fmt::format("not known: whether a volume {} exists, and would be used", printable(name, 100)));
        } else if (*found->second) {
            step.volumes_used.push_back(printable(name, 100));
        }
    }
}

// What a create makes, from nothing: what was approved with a saved plan is held against it (reconcile.md §3.4).
class Making {
  public:
    Making(C c, Step& step) : c_(c), step_(step), secrets_(c.desired) {}

    void tell() {
        if (const auto* git = std::get_if<DesiredGit>(&c_.desired.source)) tell_git(*git);
        tell_file();
        if (c_.desired.type == StackType::swarm) add(Subject::type, "type", "swarm");
        if (c_.is_kubernetes()) return add(Subject::namespace_, "namespace", c_.desired.namespace_);
        for (const DesiredEnv& one : c_.desired.env.value_or(std::vector<DesiredEnv>{})) {
            if (!one.is_public || !one.value) continue; // Step::variables names it
            add(Subject::env, compare::env_path(one.name), std::string(one.value->reveal()), one.line);
        }
    }

    void tell_file() {
        if (const auto* file = std::get_if<DesiredContent>(&c_.desired.source)) tell_file(*file);
    }

  private:
    Correction& add_at(Subject subject, const std::string& path, SourceLocation where) {
        return step_.makes.emplace_back(Correction{
            .subject = subject, .path = printable(path, 400), .from = {}, .becomes = "", .where = std::move(where)});
    }

    void add(Subject subject, const std::string& path, const std::string& value, std::size_t line = 0) {
        Correction& one = add_at(subject, path, {.file = c_.desired.where.file, .line = line});
        one.becomes = compare::shown_of(secrets_.stand_in(value) ? secrets_.mask(value) : value, one.whole_becomes);
        if (line == 0) one.where = c_.desired.where;
    }

    void add(const DesiredContent& file, const std::string& path, const std::string& value, std::size_t line) {
        add(Subject::content, path, value);
        step_.makes.back().where = {.file = file.file, .line = line == 0 ? 0 : file.line - 1 + line};
    }

    void tell_git(const DesiredGit& git) {
        const std::string reference = full_reference(git.reference);
        add(Subject::git_url, "git.url", mask_text(url_without_user(git.url)), git.line);
        add(Subject::git_settings, "git.reference", reference.empty() ? "(default branch)" : reference, git.line);
        add(Subject::git_settings, "git.path", git.path, git.line);
        if (!git.additional_files.empty())
            add(Subject::git_settings, "git.additionalFiles", "[" + join(git.additional_files, ", ") + "]", git.line);
        if (git.commit) add(Subject::commit, "commit", *git.commit, git.line);
        if (git.tls_skip_verify.value_or(false)) add(Subject::git_settings, "git.tlsSkipVerify", "true", git.line);
        if (git.credentials)
            add_at(Subject::git_settings, "git.credentials", {.file = c_.desired.where.file, .line = git.line}).secret =
                true;
        if (!c_.desired.auto_update) return;
        const DesiredAutoUpdate& update = *c_.desired.auto_update;
        if (update.interval) add(Subject::auto_update, "autoUpdate.interval", *update.interval, update.line);
        if (update.webhook.value_or(false)) add(Subject::auto_update, "autoUpdate.webhook", "true", update.line);
    }

    void tell_file(const DesiredContent& file) {
        if (c_.objects) {
            for (const auto& one : kubernetes::compare_files(*c_.objects, {}, c_.desired.namespace_))
                add(file, one.object, one.secret ? std::string(mask_sign) : one.desired.value_or(""), one.line);
        }
        const auto nothing = compose::load("services: {}");
        if (!c_.file || !nothing) return;
        for (const auto& one : compose::compare(*c_.file, *nothing))
            add(file, one.path, one.secret ? std::string(mask_sign) : one.desired.value_or(""), one.desired_line);
    }

    C c_;
    Step& step_;
    compare::KnownSecrets secrets_;
};

// What somebody accepted and deploying takes away, because that is allowed: it is no difference that asks for a write.
void tell_accepted(C c, Step& step) {
    if (!deploys(step) || !c.allows(Allowance::overwrite_accepted)) return;
    const auto tell = [&](const Change& change) {
        const bool kept = change.subject == Subject::env || change.subject == Subject::env_twice ||
                          change.subject == Subject::access || change.plane == Plane::git;
        if (!kept) step.makes.push_back(correction_of(change));
    };
    for (const Change& change : c.result().changes) {
        if (!change.waiver.empty()) tell(change);
    }
    for (const Change& change : c.seen.ignored) tell(change);
}

void tell_create(C c, Step& step) {
    step.proof = c.result().proof;
    tell_volumes(c, step);
    Making(c, step).tell();
    if (c.is_kubernetes() || !c.desired.env) return;
    for (const DesiredEnv& one : *c.desired.env)
        step.variables.push_back({.name = printable(one.name, 200), .from = printable(one.from, 200)});
}

} // namespace

std::vector<std::string> volumes_to_come(const drift::Assessment& seen, const compose::File& file) {
    if (seen.record != nullptr || seen.desired == nullptr || seen.desired->type != StackType::standalone) return {};
    return compose::facts(file, normalise_stack_name(seen.desired->name)).volumes;
}

void tell_what_is_sent(const Case& c, Step& step) {
    if (step.parts.empty()) return;
    tell_sources(c, step);
    step.variables_kept = count_kept(c, step);
    if (has(step, Action::access) && c.desired.access) step.access = access_words(*c.desired.access, *c.server.facts);
    if (has(step, Action::create)) return tell_create(c, step);
    tell_accepted(c, step);
    // The server's file was not compared: the whole declared one takes its place.
    if (has(step, Action::update) && !c.seen.content_read) Making(c, step).tell_file();
}

// Nothing but access stands alone: settings without their deployment, or a start without its file, would leave the
// stack in a state that nobody declares.
std::optional<Step> take_access(Step& step) {
    const auto of_access = [](const Correction& one) { return one.subject == Subject::access; };
    const bool alone = std::ranges::all_of(step.obstacles, &Obstacle::spares_access);
    if (step.readiness == Readiness::to_do || !alone || !step.ground.id || !has(step, Action::access) ||
        std::ranges::none_of(step.corrections, of_access))
        return std::nullopt;
    Step access = step;
    access.in_part = true;
    access.obstacles.clear();
    access.readiness = Readiness::to_do;
    std::erase_if(access.parts, [](const Part& part) { return part.action != Action::access; });
    std::erase_if(access.corrections, [&](const Correction& one) { return !of_access(one); });
    access.makes.clear();
    access.variables_kept.reset();
    access.images = {};
    access.jobs.clear();
    access.notes.clear();
    std::erase_if(step.parts, [](const Part& part) { return part.action == Action::access; });
    std::erase_if(step.corrections, of_access);
    step.access.clear();
    return access;
}

namespace {

// Most files need not be read for what is asked.
bool may_ask(const drift::Assessment& seen, const std::string& text) {
    return text.contains("external") || (text.contains("networks") && text.contains("name:")) ||
           (seen.record == nullptr && text.contains("volumes"));
}

// Networks that a file makes under a name of its own, which another stack may have.
std::vector<std::string> networks_to_come(const DesiredStack& desired, const compose::File& file) {
    const std::string project = normalise_stack_name(desired.name);
    std::vector<std::string> names = compose::facts(file, project).networks;
    std::erase_if(names, [&](const std::string& name) {
        return name.starts_with(project + "_") || compose::has_reference(name);
    });
    return names;
}

} // namespace

std::set<Outside> externals_to_ask(const PlanInput& input, const std::string& server) {
    std::set<Outside> out;
    for (const drift::Assessment& seen : input.assessments) {
        if (seen.result.server != server || seen.desired == nullptr || !seen.result.environment_id) continue;
        if (seen.result.verdict == Verdict::in_sync || seen.result.verdict == Verdict::suspended) continue;
        const auto* content = std::get_if<DesiredContent>(&seen.desired->source);
        if (content == nullptr || !may_ask(seen, content->text)) continue;
        const auto file = compare::desired_file(*seen.desired);
        if (!file) continue;
        for (std::string& name : volumes_to_come(seen, *file))
            out.insert({.environment = *seen.result.environment_id, .is_network = false, .name = std::move(name)});
        for (std::string& name : networks_to_come(*seen.desired, *file))
            out.insert({.environment = *seen.result.environment_id, .is_network = true, .name = std::move(name)});
        for (const compose::External& one : compose::needs(*file).externals) {
            const bool asked = one.kind == compose::ExternalKind::network || one.kind == compose::ExternalKind::volume;
            if (asked && !compose::has_reference(one.name))
                out.insert({.environment = *seen.result.environment_id,
                            .is_network = one.kind == compose::ExternalKind::network,
                            .name = one.name});
        }
    }
    return out;
}

} // namespace mooring::reconcile
