#include "capture/capture.hpp"

#include "base/secret.hpp"
#include "base/text.hpp"
#include "compose/text.hpp"
#include "model/stack.hpp"
#include "net/client.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace mooring::capture {
namespace {

std::string told(const Reply& reply) {
    if (!reply.asked()) return "it was not asked for";
    const std::string what = reply.target.empty() ? "the request" : "GET " + printable(reply.target);
    if (reply.status == 0) return fmt::format("{} got no answer \"{}\"", what, printable(reply.message));
    return fmt::format("{} -> {} \"{}\"", what, reply.status, printable(reply.message));
}

// Writes one server's stacks, each under names that nothing else has.
class Writer {
  public:
    Writer(const ServerReading& seen, const Options& options) : seen_(seen), options_(options) {}

    Captured run() {
        for (const StackRecord& record : *seen_.stacks.value) ++count_[identity_of(record)];
        for (const StackRecord& record : *seen_.stacks.value) {
            const std::string problem = write(record);
            if (problem.empty()) ++out_.stacks;
            if (!problem.empty()) out_.left_out.push_back({label_of(record), environment_name(record), problem});
        }
        std::ranges::sort(out_.files, {}, &File::path);
        if (options_.several_servers) out_.server = seen_.server;
        return std::move(out_);
    }

  private:
    using Identity = std::tuple<EnvironmentId, std::string, std::string>;

    static Identity identity_of(const StackRecord& record) {
        if (record.type == StackType::kubernetes) return {record.environment, "k8s " + record.name, record.namespace_};
        return {record.environment, normalise_stack_name(record.name), ""};
    }

    const Environment* environment(const StackRecord& record) const {
        const auto found = std::ranges::find(*seen_.environments.value, record.environment, &Environment::id);
        return found == seen_.environments.value->end() ? nullptr : &*found;
    }
    std::string environment_name(const StackRecord& record) const {
        const Environment* known = environment(record);
        return known != nullptr && !known->name.empty() ? known->name : fmt::format("#{}", record.environment);
    }

    // Kubernetes knows records without a name, and several of one name: those are told by their ids.
    bool is_tied(const StackRecord& record) const {
        return record.type == StackType::kubernetes &&
               (record.name.empty() || !can_be_quoted(record.name) || count_.at(identity_of(record)) > 1);
    }

    static std::string label_of(const StackRecord& record) {
        const bool usable = !record.name.empty() && can_be_quoted(record.name);
        return usable ? record.name : fmt::format("stack-{}", record.id);
    }

    // Why the stack cannot be written; "" when it can.
    std::string problem_of(const StackRecord& record, const Answer<std::string>*& file) const {
        if (!record.type) return "its type is a number that Mooring does not know";
        const bool tied = is_tied(record);
        if (!tied && (std::get<1>(identity_of(record)).empty() || record.name.empty())) return "its name is empty";
        if (!tied && count_.at(identity_of(record)) > 1)
            return "another stack in its environment has the same name, so that a manifest would be ambiguous";
        if (environment(record) == nullptr) {
            const auto hidden = seen_.hidden_environments.find(record.environment);
            if (hidden == seen_.hidden_environments.end()) return "its environment is not in the list";
            const bool gone = hidden->second.outcome == mooring::Outcome::environment_gone;
            return (gone ? "orphaned, its environment is gone: " : "its environment cannot be seen: ") +
                   told(hidden->second);
        }
        const auto found = seen_.files.find(record.id);
        if (found == seen_.files.end()) return "its file was not asked for";
        if (!found->second.value) return "its file cannot be read: " + told(found->second.reply);
        file = &found->second;
        if (!tied && !can_be_quoted(record.name)) return "its name is not text";
        if (!can_be_quoted(record.namespace_)) return "its namespace is not text";
        if (!record.from_git() && file->value->empty()) return "its file is empty";
        if (record.git && mask_text(url_without_user(record.git->url)) != url_without_user(record.git->url))
            return "a secret stands in its Git address";
        return "";
    }

    std::string write(const StackRecord& record) {
        const Answer<std::string>* file = nullptr;
        if (std::string problem = problem_of(record, file); !problem.empty()) return problem;
        Manifest manifest{.record = record, .name = label_of(record), .tied = is_tied(record)};
        manifest.environment = environment_ref(record);
        if (options_.several_servers) manifest.server = seen_.server;
        std::string text = *file->value;
        if (!record.from_git() && !options_.with_secrets) {
            if (std::string problem = hide_secrets(record, text, manifest); !problem.empty()) return problem;
        }
        const std::string folder =
            (options_.several_servers ? file_name(seen_.server) + "/" : "") + file_name(environment_name(record));
        const std::string name = free_name(folder, record);
        made_secret_ = compose::secret_variables(*file->value, options_.secrets.mask_options());
        write_env(record, folder, name, manifest);
        manifest.access = access_of(record);
        write_jobs(record, *file->value, manifest);
        if (!record.from_git()) {
            manifest.file = name + "/" + (record.type == StackType::kubernetes ? "kubernetes.yaml" : "compose.yaml");
            out_.files.push_back({folder + "/" + manifest.file, std::move(text), options_.with_secrets});
        }
        out_.files.push_back({folder + "/" + name + ".yaml", manifest_text(manifest), false});
        return "";
    }

    void write_jobs(const StackRecord& record, const std::string& text, Manifest& manifest) {
        if (record.type == StackType::kubernetes) return;
        Stopped stopped = stopped_services(record, text, seen_);
        manifest.jobs = std::move(stopped.jobs);
        if (stopped.others.empty()) return;
        out_.stopped.push_back({record.name, environment_name(record), join(stopped.others, ", ")});
    }

    std::string environment_ref(const StackRecord& record) const {
        const Environment* known = environment(record);
        const auto same = std::ranges::count(*seen_.environments.value, known->name, &Environment::name);
        if (known->name.empty() || same > 1 || !can_be_quoted(known->name)) return fmt::format("{{id: {}}}", known->id);
        return in_quotes(known->name);
    }

    std::string hide_secrets(const StackRecord& record, std::string& text, Manifest& manifest) {
        constexpr std::string_view cure = "; --with-secrets exports it as it is";
        if (record.type == StackType::kubernetes) {
            const bool hidden = may_hold_secrets(text, options_.secrets);
            constexpr std::string_view why =
                "its Kubernetes file may hold secrets, which are taken out of compose files alone";
            return hidden ? std::string(why) + std::string(cure) : "";
        }
        auto taken = take_out_secrets(text, options_.secrets);
        if (!taken) return taken.error() + std::string(cure);
        text = std::move(taken->text);
        manifest.replaced = std::move(taken->paths);
        for (const std::string& path : manifest.replaced)
            out_.secrets.push_back({label_of(record), environment_name(record), "content " + path});
        return "";
    }

    // Two names that are one on some file system get the stack's id, again and again where even that is taken.
    std::string free_name(const std::string& folder, const StackRecord& record) {
        std::string name = file_name(label_of(record));
        while (!taken_.insert(to_lower(fmt::format("{}/{}", folder, name))).second)
            name += fmt::format("-{}", record.id);
        return name;
    }

    void write_env(const StackRecord& record, const std::string& folder, const std::string& name, Manifest& manifest) {
        std::map<std::string, const Secret*> last;
        for (const EnvVar& variable : record.env) last[variable.name] = &variable.value;
        std::set<std::string> files;
        for (const auto& [variable, secret] : last) {
            if (variable.empty() || variable.contains('=') || !can_be_quoted(variable)) {
                manifest.env_strict = false;
                out_.left_out.push_back({label_of(record), environment_name(record),
                                         "its variable `" + printable(mask_text(variable), 100) +
                                             "` cannot be declared, so that undeclared ones are not compared"});
                continue;
            }
            manifest.env.emplace_back(variable, value_text(record, variable, secret->reveal(), folder, name, files));
        }
    }

    // How the manifest spells a variable's value.
    std::string value_text(const StackRecord& record, const std::string& variable, std::string_view value,
                           const std::string& folder, const std::string& name, std::set<std::string>& files) {
        const bool by_file = made_secret_.contains(variable) && !value.empty();
        const bool secret = options_.secrets.every_variable || by_file || options_.secrets.is_secret(variable, value);
        if (!secret && can_be_quoted(value)) return in_quotes(value);
        // A file loses one line break at its end, of either kind.
        if (options_.with_secrets && can_be_quoted(value) && !value.ends_with('\r')) {
            std::string file = file_name(variable);
            std::ranges::replace(file, '.', '_'); // no name that looks like a manifest's
            file.insert(0, name + "/secrets/");
            while (!files.insert(to_lower(file)).second) file += fmt::format("-{}", files.size());
            out_.files.push_back({folder + "/" + file, std::string(value) + "\n", true});
            return "{fromFile: " + in_quotes(file) + "}";
        }
        out_.secrets.push_back(
            {label_of(record), environment_name(record),
             "env " + printable(mask_text(variable), 200) + (by_file ? ", a secret by its file" : "")});
        return "{opaque: true} # give {fromFile: ...} or {fromEnv: ...} to compare the value";
    }

    std::string access_of(const StackRecord& record) const {
        const auto& control = record.resource_control;
        if (control && control->is_public) return "public";
        if (!control || control->administrators_only || (control->users.empty() && control->teams.empty()))
            return "administrators";
        const std::string users = principals(control->users, seen_.users);
        const std::string teams = principals(control->teams, seen_.teams);
        std::vector<std::string> parts;
        if (!users.empty()) parts.push_back("users: [" + users + "]");
        if (!teams.empty()) parts.push_back("teams: [" + teams + "]");
        return "{" + join(parts, ", ") + "}";
    }

    // By name where this token is shown it and it is one, else by id.
    static std::string principals(const std::vector<std::int64_t>& ids, const Answer<std::vector<NamedId>>& directory) {
        std::vector<std::string> out;
        for (const std::int64_t id : ids) {
            std::string text = fmt::format("{{id: {}}}", id);
            if (directory.value) {
                const auto known = std::ranges::find(*directory.value, id, &NamedId::id);
                const bool found =
                    known != directory.value->end() && can_be_quoted(known->name) && !known->name.empty();
                if (found && std::ranges::count(*directory.value, known->name, &NamedId::name) == 1)
                    text = in_quotes(known->name);
            }
            if (std::ranges::find(out, text) == out.end()) out.push_back(std::move(text));
        }
        return join(out, ", ");
    }

    const ServerReading& seen_;
    const Options& options_;
    std::map<Identity, std::size_t> count_;
    std::set<std::string> taken_;
    std::set<std::string> made_secret_; // variables of the stack that is being written, by its file
    Captured out_;
};

} // namespace

Captured capture(const ServerReading& seen, const Options& options) {
    if (!seen.stacks.value || !seen.environments.value) return {};
    return Writer(seen, options).run();
}

namespace {

using boost::asio::awaitable;

bool is_listed(const ServerReading& seen, EnvironmentId id) {
    return std::ranges::find(*seen.environments.value, id, &Environment::id) != seen.environments.value->end();
}

awaitable<void> read_hidden(portainer::Api& api, ServerReading& seen) {
    std::set<EnvironmentId> hidden;
    for (const StackRecord& record : *seen.stacks.value) {
        if (!is_listed(seen, record.environment)) hidden.insert(record.environment);
    }
    for (const EnvironmentId id : hidden) {
        Answer<Environment> answer = co_await api.environment(id);
        seen.hidden_environments[id] = std::move(answer.reply);
    }
}

// What runs, for what had ended: one request an environment, three for a swarm's.
awaitable<void> read_what_runs(portainer::Api& api, ServerReading& seen) {
    std::set<EnvironmentId> standalone;
    std::set<EnvironmentId> swarm;
    for (const StackRecord& record : *seen.stacks.value) {
        if (!is_listed(seen, record.environment)) continue;
        if (record.type == StackType::standalone) standalone.insert(record.environment);
        if (record.type == StackType::swarm) swarm.insert(record.environment);
    }
    for (const EnvironmentId id : standalone) {
        Answer<std::vector<Container>> containers = co_await api.containers(id);
        seen.runs[id].containers = std::move(containers);
    }
    for (const EnvironmentId id : swarm) {
        Answer<std::vector<SwarmService>> services = co_await api.services(id);
        Answer<std::vector<SwarmTask>> tasks = co_await api.tasks(id);
        seen.runs[id].services = std::move(services);
        seen.runs[id].tasks = std::move(tasks);
    }
}

} // namespace

awaitable<void> read_server(portainer::Api& api, ServerReading& seen, std::size_t workers) {
    seen.identity = co_await api.identity();
    if (!seen.identity.value) co_return;
    seen.environments = co_await api.environments();
    if (!seen.environments.value) co_return;
    seen.stacks = co_await api.stacks();
    if (!seen.stacks.value) co_return;
    co_await read_hidden(api, seen);
    co_await read_what_runs(api, seen);
    const bool restricted = std::ranges::any_of(*seen.stacks.value, [](const StackRecord& record) {
        return record.resource_control &&
               !(record.resource_control->users.empty() && record.resource_control->teams.empty());
    });
    if (restricted) seen.users = co_await api.users();
    if (restricted) seen.teams = co_await api.teams();
    std::vector<StackId> ids;
    for (const StackRecord& record : *seen.stacks.value) {
        if (is_listed(seen, record.environment)) ids.push_back(record.id);
    }
    auto read = [&](std::size_t i) -> awaitable<void> {
        Answer<std::string> answer = co_await api.stack_file(ids[i]);
        seen.files[ids[i]] = std::move(answer);
    };
    co_await net::for_each_bounded(ids.size(), workers, read);
}

} // namespace mooring::capture
