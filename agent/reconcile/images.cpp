// The images of a stack: which of them its host lacks and what a deployment pulls (reconcile.md §3.2 "Pulling renews
// every tag"), and whether they are Portainer's own (§3.3).
#include "base/text.hpp"
#include "compare/parts.hpp"
#include "model/stack.hpp"
#include "reconcile/case.hpp"
#include "runtime/parts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace mooring::reconcile {

std::optional<std::string> value_on_record(const StackRecord& record, std::string_view stack, std::string_view name) {
    if (name == "COMPOSE_PROJECT_NAME") return normalise_stack_name(stack); // the loader sets it itself
    std::optional<std::string> value;
    for (const EnvVar& one : record.env) {
        if (one.name == name) value = one.value.reveal();
    }
    return value;
}

std::optional<std::string> recorded_value(const Case& c, const std::string& name) {
    static const StackRecord none;
    return value_on_record(c.record() == nullptr ? none : *c.record(), c.desired.name, name);
}

std::optional<std::string> value_to_come(const Case& c, const std::string& name) {
    const auto& declared = c.desired.env.value_or(std::vector<DesiredEnv>{});
    const auto own = std::ranges::find(declared, name, &DesiredEnv::name);
    if (own != declared.end() && own->value) return std::string(own->value->reveal());
    const bool kept = own != declared.end() || !c.desired.env || !c.desired.env_strict;
    const bool of_the_loader = name == "COMPOSE_PROJECT_NAME";
    return kept || of_the_loader ? recorded_value(c, name) : std::nullopt;
}

namespace {

using C = const Case&;

std::optional<std::string> image_to_come(C c, const std::string& written) {
    return compose::with_values(written, [&](const std::string& name) { return value_to_come(c, name); });
}

const std::vector<DockerImage>* images_of_host(C c, EnvironmentId id) {
    const auto judged = c.server.facts->runtime.find(id);
    if (judged != c.server.facts->runtime.end() && judged->second.images.value) return &*judged->second.images.value;
    const auto asked = c.server.images.find(id);
    return asked == c.server.images.end() || !asked->second ? nullptr : &*asked->second;
}

// A container that shows an image by its name proves that the host has it: of one that lost it Docker shows the id.
std::optional<bool> is_on_host(C c, const std::optional<std::string>& name) {
    const auto id = c.environment();
    if (!name || !id) return std::nullopt;
    KnownImages here;
    KnownImages& known = c.known_images == nullptr ? here : *c.known_images;
    const std::string full = runtime::full_image_name(*name, true);
    if (const auto* containers = c.containers(); containers != nullptr && known.shown_by(*containers).contains(full))
        return true;
    const auto* images = images_of_host(c, *id);
    if (images == nullptr) return std::nullopt;
    if (!runtime::is_image_id(*name)) return known.of(*images).contains(full);
    return std::ranges::any_of(*images, [&](const DockerImage& one) { return runtime::same_image_id(one.id, *name); });
}

// Those of the services that the deployment starts, each once.
std::vector<ImageToCome> images_to_come(C c) {
    std::vector<ImageToCome> images;
    if (!c.file) return images;
    auto project = compose::facts(*c.file, {});
    compose::activate(project, value_to_come(c, "COMPOSE_PROFILES").value_or(""));
    for (const compose::ServiceFacts& service : project.services) {
        const bool starts = !service.in_profile || service.profile_unknown;
        if (!starts || service.image_written.empty()) continue;
        if (std::ranges::find(images, service.image_written, &ImageToCome::written) != images.end()) continue;
        const auto name = image_to_come(c, service.image_written);
        images.push_back({.written = service.image_written,
                          .on_host = is_on_host(c, name),
                          .pinned = name.value_or(service.image_written).contains('@')});
    }
    return images;
}

template <typename Filter>
std::vector<std::string> names_of(const std::vector<ImageToCome>& images, const Filter& filter) {
    std::vector<std::string> names;
    for (const ImageToCome& one : images) {
        if (filter(one)) names.push_back(printable(one.written, 200));
    }
    return names;
}

// Docker pulls inside `up` what the host lacks; where that fails, older servers take down what ran.
bool failed_pull_takes_down(C c) {
    constexpr std::pair first_that_keeps{2, 43}; // portainer-api.md §5.2, §12; of those between nothing is certain
    const auto& status = c.server.facts->status.value;
    return release_of(status ? status->version : std::string()) < first_that_keeps;
}

bool may_be_written(const drift::Assessment& seen) {
    const Verdict verdict = seen.result.verdict;
    return seen.desired != nullptr && verdict != Verdict::in_sync && verdict != Verdict::suspended &&
           seen.desired->policy.mode != PolicyMode::report && seen.desired->type != StackType::kubernetes;
}

// The rows of one server of which a step may come.
template <typename Visit>
void for_each_case(const PlanInput& input, const std::string& server, const Visit& visit) {
    const auto standing = input.servers.find(server);
    if (standing == input.servers.end()) return;
    KnownImages known;
    for (const drift::Assessment& seen : input.assessments) {
        if (seen.result.server != server || !may_be_written(seen)) continue;
        Case c{
            .input = input, .seen = seen, .server = standing->second, .desired = *seen.desired, .known_images = &known};
        if (c.environment()) visit(c);
    }
}

// The image without its references, in full: "/portainer/agent:latest".
std::string bare_path(std::string_view image) {
    std::string bare;
    for (std::size_t at = 0; at < image.size();) {
        const std::size_t reference = compose::reference_length(image.substr(at));
        if (reference == 0) bare += image[at];
        at += std::max<std::size_t>(reference, 1);
    }
    return "/" + to_lower(runtime::full_image_name(bare, true));
}

// What a container's image is called: Docker shows an id where the name has moved on.
std::vector<std::string> names_of_image(C c, const std::string& shown) {
    std::vector<std::string> names{shown};
    const auto* images = runtime::is_image_id(shown) ? images_of_host(c, *c.environment()) : nullptr;
    if (images == nullptr) return names;
    for (const DockerImage& one : *images) {
        if (!runtime::same_image_id(one.id, shown)) continue;
        names.insert(names.end(), one.tags.begin(), one.tags.end());
        names.insert(names.end(), one.names.begin(), one.names.end());
    }
    return names;
}

Pulling not_known(std::string_view what) {
    return {.code = "images_not_known",
            .message = fmt::format("{} is not known, and on this server an image that cannot be pulled takes down what "
                                   "runs",
                                   what),
            .remedy = "pull all of them first, so that a failure changes nothing: `policy: {pull: always}`"};
}

// Some kinds of registries are recorded with a path, and people write schemes: what counts is the host.
std::string_view host_of(std::string_view url) {
    if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    return url.substr(0, url.find('/'));
}

bool is_new_registry(C c, const compose::ImageOrigin& one) {
    if (c.record() == nullptr) return true;
    const auto& fresh = c.seen.deploying.new_registries;
    if (!one.by_variable) return std::ranges::find(fresh, one.registry) != fresh.end();
    const auto known = compose::needs(c.seen.deploying.actual ? *c.seen.deploying.actual : *c.file,
                                      [&](const std::string& name) { return recorded_value(c, name); });
    return std::ranges::find(known.origins, one.registry, &compose::ImageOrigin::registry) == known.origins.end();
}

} // namespace

void say_registries(const Case& c, Step& step) {
    if (!sends_file(step) || !c.needs || c.declares_git()) return;
    const auto found = c.server.registries.find(c.environment().value_or(0));
    for (const compose::ImageOrigin& one : c.needs->origins) {
        if (!is_new_registry(c, one)) continue;
        const std::string registry =
            one.by_variable ? std::string("the registry that a variable gives") : printable(one.registry, 100);
        if (found == c.server.registries.end() || !found->second) {
            step.notes.push_back(fmt::format("not known: whether the server has credentials for {}", registry));
            continue;
        }
        const bool listed = std::ranges::any_of(*found->second, [&](const std::string& url) {
            return to_lower(std::string(host_of(url))) == to_lower(one.registry);
        });
        if (listed) continue;
        step.notes.push_back(fmt::format("not known: whether {} lets anybody pull {}; if it needs credentials, add "
                                         "them in Portainer first: Registries",
                                         registry, one.by_variable ? std::string("it") : printable(one.image, 200)));
    }
}

std::set<EnvironmentId> registries_to_ask(const PlanInput& input, const std::string& server) {
    std::set<EnvironmentId> ids;
    for_each_case(input, server, [&](Case& c) {
        const auto* content = std::get_if<DesiredContent>(&c.desired.source);
        if (content == nullptr || ids.contains(*c.environment())) return;
        const bool by_variable = content->text.contains('$');
        if (c.record() != nullptr && c.seen.deploying.new_registries.empty() && !by_variable) return;
        c.file = compare::desired_file(c.desired);
        if (!c.file) return;
        const auto needs = compose::needs(*c.file, [&](const std::string& name) { return value_to_come(c, name); });
        if (std::ranges::any_of(needs.origins, [&](const auto& one) { return is_new_registry(c, one); }))
            ids.insert(*c.environment());
    });
    return ids;
}

// Most images are neither, and are not looked at any closer.
bool is_portainers(std::string_view image) {
    return image.contains("portainer") && bare_path(image).contains("/portainer/");
}
bool is_portainer_server(std::string_view image) {
    return image.contains("portainer") && bare_path(image).contains("/portainer/portainer");
}

const std::set<std::string>& KnownImages::shown_by(const std::vector<Container>& containers) {
    const auto [found, is_new] = known_.try_emplace(&containers);
    for (const Container& one : containers) {
        if (is_new) found->second.insert(runtime::full_image_name(one.image, true));
    }
    return found->second;
}

const std::set<std::string>& KnownImages::of(const std::vector<DockerImage>& images) {
    const auto [found, is_new] = known_.try_emplace(&images);
    for (const DockerImage& one : images) {
        if (!is_new) break;
        for (const auto* names : {&one.tags, &one.names}) {
            for (const std::string& name : *names) found->second.insert(runtime::full_image_name(name, true));
        }
    }
    return found->second;
}

bool Case::runs_portainer() const {
    std::vector<std::string> images = seen.images;
    if (file) {
        for (const compose::ServiceFacts& one : compose::facts(*file, {}).services) images.push_back(one.image_written);
    }
    for (const std::string& written : std::vector(images)) {
        if (auto with_values = image_to_come(*this, written)) images.push_back(std::move(*with_values));
    }
    const std::string project = normalise_stack_name(record() != nullptr ? record()->name : desired.name);
    if (const auto* all = containers(); all != nullptr) {
        for (const Container& one : *all) {
            if (one.project == project) std::ranges::move(names_of_image(*this, one.image), std::back_inserter(images));
        }
    }
    if (const auto* all = services(); all != nullptr) {
        for (const SwarmService& one : *all) {
            if (one.namespace_ == project) images.push_back(one.image);
        }
    }
    return std::ranges::any_of(images, is_portainers);
}

Pulling pulling_of(const PullCase& about) {
    const auto missing = [](const ImageToCome& one) { return one.on_host == false; };
    const auto unknown = [](const ImageToCome& one) { return !one.on_host.has_value(); };
    const auto others = [&](const ImageToCome& one) { return !one.pinned && !missing(one); };
    const auto absent = names_of(about.images, missing);
    const auto unsure = names_of(about.images, unknown);
    if (about.policy == Pull::always && !about.creates) {
        const auto moving = names_of(about.images, [](const ImageToCome& one) { return !one.pinned; });
        return {.pulls = true, .images = {.pulled = {}, .may_move = moving, .unknown = {}, .again = true}};
    }
    const ImagesToCome as_needed{.pulled = absent, .may_move = {}, .unknown = unsure};
    if (about.creates || !about.failure_takes_down) return {.images = as_needed};
    if (!about.file_known) return not_known("which images the branch's head names");
    if (!unsure.empty()) return not_known("whether the host has " + join(unsure, ", "));
    const auto moving = names_of(about.images, others);
    if (absent.empty()) return {};
    if (moving.empty()) return {.pulls = true, .images = as_needed};
    if (about.policy == Pull::missing)
        return {.pulls = true, .images = {.pulled = absent, .may_move = moving, .unknown = {}}};
    return {.code = "pull_renews",
            .message = fmt::format("{} is not on the host, and pulling it first would also renew {}",
                                   join(absent, ", "), join(moving, ", ")),
            .remedy = "pull it on the host, pin the others by digest, or if that is meant: `policy: {pull: missing}`"};
}

void add_pulling(const Case& c, Step& step) {
    if (!deploys(step)) return;
    // A swarm takes what is to come, and pulls on each of its nodes: nothing goes down for it.
    const bool standalone = c.desired.type == StackType::standalone;
    if (!standalone && (c.desired.policy.pull != Pull::always || has(step, Action::create))) return;
    if (!c.file && !c.declares_git()) return; // it does not load, and is not sent
    Pulling pulling = pulling_of({.policy = c.desired.policy.pull,
                                  .creates = has(step, Action::create),
                                  .failure_takes_down = standalone && failed_pull_takes_down(c),
                                  .file_known = c.file.has_value(),
                                  .images = images_to_come(c)});
    for (Part& part : step.parts) {
        const bool deploying = part.action == Action::update || part.action == Action::redeploy;
        part.pulls = part.pulls || (deploying && pulling.pulls);
    }
    step.images = std::move(pulling.images);
    if (!pulling.code.empty()) block(step, pulling.code, pulling.message, pulling.remedy);
}

std::set<std::pair<EnvironmentId, DockerKind>> runtime_to_ask(const PlanInput& input, const std::string& server) {
    std::set<std::pair<EnvironmentId, DockerKind>> out;
    for_each_case(input, server, [&](C c) {
        const bool swarm = c.desired.type == StackType::swarm;
        const bool known = swarm ? c.services() != nullptr : c.containers() != nullptr;
        const auto judged = c.server.facts->runtime.find(*c.environment());
        const bool asked = judged != c.server.facts->runtime.end() &&
                           (swarm ? judged->second.services.reply : judged->second.containers.reply).asked();
        if (!known && !asked) out.insert({*c.environment(), swarm ? DockerKind::service : DockerKind::container});
    });
    return out;
}

std::set<EnvironmentId> images_to_ask(const PlanInput& input, const std::string& server) {
    std::set<EnvironmentId> ids;
    for_each_case(input, server, [&](Case& c) {
        if (c.desired.type != StackType::standalone || ids.contains(*c.environment())) return;
        c.file = compare::desired_file(c.desired);
        const auto images = images_to_come(c);
        const auto unknown = [&](const ImageToCome& one) {
            return !one.on_host && image_to_come(c, one.written).has_value();
        };
        if (std::ranges::any_of(images, unknown)) ids.insert(*c.environment());
    });
    return ids;
}

} // namespace mooring::reconcile
