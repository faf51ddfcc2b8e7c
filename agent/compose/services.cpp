// A service: its fields, and what they imply.

#include "compose/converters.hpp"

#include "base/text.hpp"
#include "compose/canonical.hpp"
#include "compose/facts.hpp"
#include "compose/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <map>
#include <string_view>

namespace mooring::compose {
namespace {

void imply(std::vector<Member>& implied, std::string_view on, bool restarts, std::uint32_t line) {
    if (on.empty()) return;
    Value dependency{.shape = Shape::map, .line = line};
    put(dependency, "condition", make_text("service_started", line));
    put(dependency, "required", make_boolean(true, line));
    if (restarts) put(dependency, "restart", make_boolean(true, line));
    implied.push_back({.key = std::string(on), .value = std::move(dependency)});
}

// `links: [db:alias]`: with exactly one colon, what stands before it.
std::string_view linked_service(std::string_view link) {
    const auto parts = split_outside(link, ':');
    return parts.size() == 2 ? parts[0] : link;
}

// What a service depends on without saying so; of two with one name the first counts.
std::vector<Member> implied_dependencies(const Value& service) {
    std::vector<Member> implied;
    if (const Value* links = find(service, "links")) {
        for (const Member& link : links->members) imply(implied, linked_service(link.key), true, link.value.line);
    }
    for (const std::string_view mode : {"network_mode", "ipc", "pid", "uts"}) {
        const Value* shared = find(service, mode);
        constexpr std::string_view prefix = "service:";
        if (shared == nullptr || !shared->text.starts_with(prefix)) continue;
        imply(implied, std::string_view(shared->text).substr(prefix.size()), true, shared->line);
    }
    if (const Value* sources = find(service, "volumes_from")) {
        for (const Member& source : sources->members) {
            const std::string_view text = source.value.text;
            if (text.starts_with("container:")) continue;
            imply(implied, text.substr(0, find_outside(text, ':')), false, source.value.line);
        }
    }
    return implied;
}

bool add_implied_dependencies(Value& service, yaml::Mark mark, Context& context) {
    const auto size = [&](std::string_view field) {
        const Value* value = find(service, field);
        return value == nullptr ? std::size_t{0} : value->members.size();
    };
    if (!context.may_make(mark, 4 * (size("links") + size("volumes_from")))) return false;
    std::vector<Member> implied = implied_dependencies(service);
    if (implied.empty()) return true;
    const std::uint32_t line = implied.front().value.line;
    if (find(service, "depends_on") == nullptr) put(service, "depends_on", {.shape = Shape::map, .line = line});
    Value& dependencies = *find(service, "depends_on");
    std::ranges::reverse(implied); // of two the later stays, and what is written out comes last
    std::ranges::move(dependencies.members, std::back_inserter(implied));
    dependencies.members = std::move(implied);
    sort_members(dependencies);
    return true;
}

void join_default_network(Value& service) {
    if (find(service, "networks") != nullptr) return;
    Value networks{.shape = Shape::map, .line = service.line};
    put(networks, "default", Value{.shape = Shape::map, .line = service.line});
    put(service, "networks", std::move(networks));
}

// `x-mooring: {job: true}`: an extension, which means nothing to compose and says what the service is for.
bool is_called_a_job(const yaml::Node& service) {
    const yaml::Node* ours = service.find("x-mooring");
    const yaml::Node* job = ours == nullptr ? nullptr : ours->find("job");
    if (job == nullptr || job->kind != yaml::Kind::scalar) return false;
    const auto value = yaml::resolve(*job);
    return value && value->type == yaml::Type::boolean && value->text == "true";
}

} // namespace

Outcome read_service(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (node.kind != yaml::Kind::mapping) return context.fail(node, "a service must be a mapping", "wrong-type");
    const yaml::Mark mark = node.mark;
    // An empty network_mode says: no network at all.
    const bool joins_none = node.find("network_mode") != nullptr || node.find("provider") != nullptr;
    if (is_called_a_job(node)) context.note_job();
    if (!read_fields(node, rule, context, true, out)) return Outcome::failed;
    if (is_text(find(out, "restart"), "no")) remove(out, "restart");
    if (Value* policy = find(out, "pull_policy"); is_text(policy, "if_not_present")) policy->text = "missing";
    if (!add_implied_dependencies(out, mark, context)) return Outcome::failed;
    if (!joins_none) join_default_network(out);
    return Outcome::present;
}

// Networks, volumes, secrets and configs of the file.

namespace {

// The old `external: {name: N}` as `external: true` and `name: N`. False: context has the problem.
bool unfold_external(yaml::Node& resource, const RuleNode& rule, Context& context) {
    const auto place =
        std::ranges::find(resource.entries, "external", [](const auto& entry) { return entry.first.text; });
    if (place == resource.entries.end() || place->second.kind != yaml::Kind::mapping) return true;
    yaml::Node external = std::move(place->second);
    if (!has_text_keys(external, context)) return false;
    place->second = {.kind = yaml::Kind::scalar, .plain = true, .text = "true", .mark = external.mark};
    for (auto& [key, value] : external.entries) {
        const bool is_open = rule.row->form == Form::secret || rule.row->form == Form::config; // as the loader has it
        if (key.text.starts_with("x-") || (is_open && key.text != "name")) continue;
        if (key.text != "name")
            return context.fail(key, "`external` knows only `name`", "unknown-key") != Outcome::failed;
        const yaml::Node* name = resource.find("name");
        if (name == nullptr)
            resource.entries.emplace_back(std::move(key), std::move(value));
        else if (name->text != value.text)
            return context.fail(value, "`name` and `external.name` contradict each other") != Outcome::failed;
    }
    return true;
}

Outcome read_resource(yaml::Node& node, const RuleNode& rule, Context& context, Value& out) {
    if (node.kind != yaml::Kind::mapping) return context.fail(node, "must be a mapping", "wrong-type");
    const std::string key(context.last_key());
    if (!unfold_external(node, rule, context) || !read_fields(node, rule, context, true, out)) return Outcome::failed;
    const Value* external = find(out, "external");
    const bool is_external = external != nullptr && external->shape == Shape::boolean;
    if (is_external && find(out, "name") == nullptr) put(out, "name", make_text(key, external->line));
    return present_unless_empty(out);
}

Outcome read_or_null(yaml::Node& node, const RuleNode& rule, Context& context, Value& out) {
    out.shape = Shape::map;
    return node.kind == yaml::Kind::null ? Outcome::absent : read_resource(node, rule, context, out);
}

// Exactly one of the sources, unless a driver or something external provides the content.
Outcome read_content(yaml::Node& node, const RuleNode& rule, std::initializer_list<std::string_view> sources,
                     Context& context, Value& out) {
    const auto given = std::ranges::count_if(sources, [&](std::string_view key) { return node.find(key) != nullptr; });
    const bool elsewhere = node.find("driver") != nullptr || node.find("external") != nullptr;
    std::string names;
    for (const std::string_view source : sources) (names += names.empty() ? "" : ", ") += source;
    if (node.kind == yaml::Kind::mapping && given > 1)
        return context.fail(node, "only one of " + names + " may be given");
    if (node.kind == yaml::Kind::mapping && given == 0 && !elsewhere)
        return context.fail(node, "one of " + names + " must be given");
    return read_resource(node, rule, context, out);
}

} // namespace

Outcome read_network(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return read_or_null(node, rule, context, out);
}

Outcome read_volume(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    std::string other;
    for (const auto& [key, value] : node.entries) {
        const bool fits = key.text == "name" || key.text == "external" || key.text.starts_with("x-");
        if (!fits && other.empty()) other = key.text;
    }
    const yaml::Mark mark = node.mark;
    if (read_or_null(node, rule, context, out) == Outcome::failed) return Outcome::failed;
    const Value* external = find(out, "external");
    if (external != nullptr && external->shape == Shape::boolean && !other.empty()) {
        return context.fail({.mark = mark}, "an external volume has no `" + other + "`");
    }
    Value* options = find(out, "driver_opts");
    const bool is_bind =
        options != nullptr && is_text(find(out, "driver"), "local") && is_text(find(*options, "o"), "bind");
    if (Value* device = is_bind ? find(*options, "device") : nullptr; device != nullptr)
        *device = make_path(project_path(device->text), device->line);
    return present_unless_empty(out);
}

Outcome read_secret(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return read_content(node, rule, {"file", "environment"}, context, out);
}

Outcome read_config(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return read_content(node, rule, {"file", "environment", "content"}, context, out);
}

// `extends` within one file.

namespace {

yaml::Problem problem(const yaml::Node& node, std::string message) {
    return {.message = std::move(message), .mark = node.mark, .code = "extends"};
}

// Text and lists count, too: what is copied must stay within what a file may write out.
std::size_t count_nodes(const yaml::Node& node) { // NOLINT(misc-no-recursion): bounded by Limits::depth
    std::size_t count = 1;
    for (const yaml::Node& item : node.items) count += count_nodes(item);
    for (const auto& [key, value] : node.entries) count += 1 + count_nodes(value);
    return count;
}

// The service of this file that `extends` names; nullptr when it names none, or one of another file.
const yaml::Node* base_name(const yaml::Node& service) {
    const yaml::Node* extends = service.find("extends");
    if (extends == nullptr) return nullptr;
    if (extends->kind == yaml::Kind::scalar) return extends;
    const yaml::Node* file = extends->find("file");
    if (file != nullptr && file->kind != yaml::Kind::null) return nullptr;
    const yaml::Node* name = extends->find("service");
    return name != nullptr && name->kind == yaml::Kind::scalar ? name : nullptr;
}

class Extender {
  public:
    Extender(yaml::Node& services, const std::vector<KeyPath>& tagged, std::size_t most_nodes)
        : tagged_(tagged), left_(most_nodes) {
        for (auto& [key, value] : services.entries) services_.emplace(key.text, &value);
    }

    std::optional<yaml::Problem> apply() {
        for (const auto& [name, service] : services_) {
            if (auto found = settle(name)) return found;
        }
        return std::nullopt;
    }

  private:
    // Follows the chain of bases up, then merges down; without recursion, for a chain may be as long as the file.
    std::optional<yaml::Problem> settle(std::string_view name) {
        std::vector<std::string_view> chain{name};
        while (const yaml::Node* base = base_name(*services_.at(chain.back()))) {
            const auto found = services_.find(base->text);
            if (found == services_.end()) {
                return problem(*base,
                               "extends `" + printable(base->text, 80) + "`, which is not a service of this file");
            }
            chain.push_back(found->first);
            if (chain.size() > services_.size()) return problem(*base, "services extend each other in a circle");
        }
        for (std::size_t i = chain.size() - 1; i-- > 0;) {
            if (auto found = merge(chain[i], *services_.at(chain[i + 1]))) return found;
        }
        return std::nullopt;
    }

    std::optional<yaml::Problem> merge(std::string_view name, const yaml::Node& base) {
        yaml::Node& service = *services_.at(name);
        if (base.kind != yaml::Kind::mapping) return problem(service, "extends a service that is not a mapping");
        const std::size_t size = count_nodes(base);
        if (size > left_) return problem(service, "services grow too large once `extends` is written out");
        left_ -= size;
        yaml::Node merged = base;
        remove_at(merged, tags_below(name));
        std::erase_if(service.entries, [](const auto& entry) { return entry.first.text == "extends"; });
        if (auto found = lay_service_over(merged, std::move(service))) return found;
        service = std::move(merged);
        return std::nullopt;
    }

    // The tagged places inside the service, as seen from it.
    std::vector<KeyPath> tags_below(std::string_view name) const {
        std::vector<KeyPath> places;
        for (const KeyPath& place : tagged_) {
            if (place.size() > 2 && place[0] == "services" && place[1] == name)
                places.emplace_back(place.begin() + 2, place.end());
        }
        return places;
    }

    std::map<std::string_view, yaml::Node*> services_; // keys and values stay where they are
    const std::vector<KeyPath>& tagged_;
    std::size_t left_;
};

} // namespace

std::optional<yaml::Problem> apply_extends(yaml::Node& document, const std::vector<KeyPath>& tagged,
                                           std::size_t most_nodes) {
    const auto services =
        std::ranges::find(document.entries, "services", [](const auto& entry) { return entry.first.text; });
    if (services == document.entries.end()) return std::nullopt;
    const bool any = std::ranges::any_of(services->second.entries,
                                         [](const auto& entry) { return entry.second.find("extends") != nullptr; });
    if (!any) return std::nullopt;
    return Extender(services->second, tagged, most_nodes).apply();
}

} // namespace mooring::compose
