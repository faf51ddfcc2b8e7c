// kind Stack.
#include "model/stack.hpp"
#include "base/text.hpp"
#include "manifest/decode.hpp"
#include "manifest/layers.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace mooring::manifest {
namespace {

StackType to_type(std::string_view word) {
    if (word == "swarm") return StackType::swarm;
    return word == "kubernetes" ? StackType::kubernetes : StackType::standalone;
}

DesiredState to_state(std::string_view word) {
    if (word == "stopped") return DesiredState::stopped;
    return word == "any" ? DesiredState::any : DesiredState::running;
}

class StackDecoder {
  public:
    StackDecoder(const yaml::Node& document, const ManifestFile& file, const Layers& layers, Context& context)
        : file_(file), context_(context), log_(context.remarks, file.shown),
          own_{.file = file.shown,
               .mark = document.mark,
               .metadata = *document.find("metadata"),
               .spec = *document.find("spec")},
          chain_(layers.above(file.folder)) {
        chain_.insert(chain_.begin(), &own_);
    }

    std::vector<DesiredStack> decode() {
        stack_.where = {.file = file_.shown, .line = own_.mark.line, .column = own_.mark.column};
        decode_metadata();
        decode_tie();
        decode_kind_of_stack();
        if (auto source = decode_source(own_.spec, file_, context_, log_)) stack_.source = std::move(*source);
        decode_record();
        decode_accepted();
        decode_policy(chain_, stack_, context_, log_);
        std::vector<Place> places = decode_places(chain_, log_);
        if (!log_.failed()) check_place_of_tie(places);
        std::vector<DesiredStack> out;
        if (log_.failed()) return out;
        out.reserve(places.size());
        for (Place& place : places) {
            const bool is_last = &place == &places.back(); // the text of a compose file is in it
            out.push_back(is_last ? std::move(stack_) : stack_);
            out.back().environment = std::move(place);
        }
        return out;
    }

  private:
    Found find(std::string_view key) const { return find_in_spec(chain_, key); }

    // Lines are about the stack's own file; a value from elsewhere is placed at the stack.
    std::size_t line_of(const Found& found) const {
        return found.layer == &own_ ? found.node->mark.line : own_.mark.line;
    }

    bool flag(std::string_view key, bool otherwise) const {
        const Found found = find(key);
        return found ? as_boolean(*found.node).value_or(otherwise) : otherwise;
    }

    void decode_metadata() {
        const yaml::Node& name = *own_.metadata.find("name");
        stack_.name = name.text;
        for (const Layer* layer : chain_) {
            if (const yaml::Node* labels = layer->metadata.find("labels")) {
                for (const auto& [key, value] : labels->entries) stack_.labels.try_emplace(key.text, value.text);
            }
            if (stack_.owner.empty()) stack_.owner = text_or(layer->metadata, "owner");
        }
    }

    // One record cannot lie in several environments.
    void decode_tie() {
        const yaml::Node* tie = own_.spec.find("stack");
        if (tie == nullptr) return;
        StackTie out{.id = as_integer(*tie->find("id")).value_or(0), .line = tie->mark.line};
        if (const yaml::Node* created = tie->find("created")) out.created = to_time(*created, log_);
        if (const yaml::Node* name = tie->find("name")) {
            out.name_declared = true;
            out.name = name->text;
        }
        stack_.tie = std::move(out);
    }

    void check_place_of_tie(const std::vector<Place>& places) {
        if (!stack_.tie || (places.size() == 1 && std::holds_alternative<EnvironmentRef>(places.front()))) return;
        log_.error(own_.spec.find("stack")->mark, "wrong-keys",
                   "`spec.stack` means one record, which lies in one environment",
                   "name that one as `environment:`, in place of `environments:`");
    }

    void decode_kind_of_stack() {
        if (const Found type = find("type")) stack_.type = to_type(type.node->text);
        const Found name_space = find("namespace");
        const bool is_kubernetes = stack_.type == StackType::kubernetes;
        if (is_kubernetes && !name_space)
            log_.error(own_.mark, "missing-key", "`spec.namespace` is missing, which kubernetes needs",
                       "add `namespace:`, or \"\" for a record without one");
        if (!is_kubernetes && name_space && name_space.layer == &own_)
            log_.error(name_space.where(), "wrong-keys", "`spec.namespace` belongs to kubernetes",
                       "remove it, or add `type: kubernetes`");
        if (is_kubernetes) stack_.namespace_ = name_space ? name_space.node->text : "";
        check_name();
    }

    // Portainer keeps a Kubernetes name as it is and normalises every other one (portainer-api.md §5.1).
    void check_name() {
        const yaml::Mark mark = own_.metadata.find("name")->mark;
        if (stack_.type == StackType::kubernetes || stack_.tie) return;
        const std::string stored = normalise_stack_name(stack_.name);
        if (stored.empty()) {
            log_.error(mark, "empty-name",
                       "Portainer would keep nothing of the name " + in_quotes(printable(stack_.name, 60)),
                       "use a-z, 0-9, `-` and `_`");
        } else if (stored != stack_.name) {
            log_.note(mark, "name-normalised", "Portainer stores this name as " + in_quotes(stored));
        }
    }

    // What is compared with Portainer's record.
    void decode_record() {
        stack_.server = decode_server(find("server"), own_.mark, context_, log_);
        decode_runtime();
        stack_.env_strict = flag("envStrict", true);
        stack_.env_strict_written = static_cast<bool>(find("envStrict"));
        decode_env_map();
        if (const Found state = find("state")) decode_state(state);
        if (const yaml::Node* jobs = own_.spec.find("jobs")) decode_jobs(*jobs);
        if (const Found access = find("access")) {
            stack_.access = to_access(*access.node);
            stack_.access->line = line_of(access);
        }
        if (const Found update = find("autoUpdate")) decode_auto_update(update);
    }

    void decode_runtime() {
        stack_.runtime = context_.options.runtime && flag("runtime", true);
        const Found own = find("runtime");
        if (stack_.type != StackType::kubernetes || !own || own.layer != &own_ || flag("runtime", true)) return;
        log_.note(own.node->mark, "runtime-left-out",
                  "`runtime: false` leaves out what runs of this Kubernetes stack, which is compared by now",
                  "remove `runtime: false` to have its objects in the cluster compared, too");
    }

    // Kubernetes has no stop: what others may want of `state` has no effect there.
    void decode_state(const Found& found) {
        const auto state = to_state(found.node->text);
        if (stack_.type == StackType::kubernetes) {
            if (state == DesiredState::stopped && found.layer == &own_)
                log_.error(found.where(), "wrong-value", "Portainer cannot stop kubernetes stacks", "remove `state`");
            return;
        }
        stack_.state = state;
        stack_.state_line = line_of(found);
    }

    void decode_jobs(const yaml::Node& jobs) {
        stack_.jobs_line = jobs.mark.line;
        if (stack_.type == StackType::kubernetes) {
            log_.error(jobs.mark, "wrong-keys",
                       "`spec.jobs` names services of a compose file, which kubernetes has not", "remove `jobs`");
        }
        std::set<std::string_view> seen;
        for (const yaml::Node& job : jobs.items) {
            if (!seen.insert(job.text).second)
                log_.error(job.mark, "duplicate", in_quotes(printable(job.text, 100)) + " stands in `jobs` twice",
                           "remove one of them");
            stack_.jobs.push_back(job.text);
        }
        std::ranges::sort(stack_.jobs);
    }

    void decode_env_map() {
        const yaml::Node* env = own_.spec.find("env");
        if (env == nullptr) return;
        if (stack_.type == StackType::kubernetes) {
            log_.error(env->mark, "wrong-keys", "Portainer keeps no variables for kubernetes stacks", "remove `env`");
            return;
        }
        stack_.env = decode_env(*env, file_, context_, log_);
    }

    void decode_auto_update(const Found& found) {
        if (own_.spec.find("git") == nullptr) {
            if (found.layer == &own_)
                log_.error(found.where(), "wrong-keys", "`spec.autoUpdate` belongs to stacks with `git`", "remove it");
            return; // from Defaults it is meant for those that can have it
        }
        DesiredAutoUpdate out;
        out.line = line_of(found);
        if (const yaml::Node* webhook = found.node->find("webhook")) out.webhook = as_boolean(*webhook);
        if (const yaml::Node* interval = found.node->find("interval")) {
            out.interval = interval->text;
            const auto duration = parse_go_duration(interval->text);
            if (!duration || duration->count() <= 0)
                log_.error(place(found.layer->file, interval->mark), "wrong-value",
                           "`autoUpdate.interval` must be longer than nothing and shorter than 292 years");
        }
        stack_.auto_update = std::move(out);
    }

    // What is accepted for good, and for a while.
    void decode_accepted() {
        const yaml::Node* policy = own_.spec.find("policy");
        if (const yaml::Node* ignore = policy == nullptr ? nullptr : policy->find("ignore")) {
            for (const yaml::Node& rule : ignore->items)
                stack_.ignore.push_back({.path = text_or(rule, "path"), .reason = text_or(rule, "reason")});
        }
        if (const yaml::Node* suspended = own_.spec.find("suspended")) {
            const auto until = to_time(*suspended->find("until"), log_);
            stack_.suspended = Suspension{.reason = text_or(*suspended, "reason"),
                                          .owner = text_or(*suspended, "owner"),
                                          .until = until.value_or(0)};
        }
    }

    const ManifestFile& file_;
    Context& context_;
    DocumentLog log_;
    Layer own_;
    std::vector<const Layer*> chain_;
    DesiredStack stack_;
};

} // namespace

std::vector<DesiredStack> decode_stack(const yaml::Node& document, const ManifestFile& file, const Layers& layers,
                                       Context& context) {
    return StackDecoder(document, file, layers, context).decode();
}

} // namespace mooring::manifest
