// kind Stack.
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "manifest/decode.hpp"
#include "manifest/typed.hpp"
#include "manifest/words.hpp"
#include "model/names.hpp"

#include <set>
#include <utility>

namespace mooring::manifest {
namespace {

using Place = std::variant<EnvironmentRef, EnvironmentSelector>;

StackType to_type(std::string_view word) {
    if (word == "swarm") return StackType::swarm;
    return word == "kubernetes" ? StackType::kubernetes : StackType::standalone;
}

// The line on which a text starts: a block's first line is the one after its `|` or `>`.
std::size_t first_line_of(const yaml::Node& node, std::string_view source) {
    for (std::size_t line = 1; line < node.mark.line; ++line) {
        const std::size_t end = source.find('\n');
        if (end == std::string_view::npos) return node.mark.line;
        source.remove_prefix(end + 1);
    }
    const std::size_t column = node.mark.column == 0 ? 0 : node.mark.column - 1;
    const char first = column < source.size() ? source[column] : ' ';
    return node.mark.line + (first == '|' || first == '>' ? 1 : 0);
}

// Only ssh needs a user in an address; elsewhere it is where tokens hide.
bool holds_credentials(const std::string& url) {
    if (url_without_user(url) == url) return false;
    const std::string_view user = std::string_view(url).substr(0, url.find('@'));
    return !to_lower(url).starts_with("ssh://") || user.find(':', 6) != std::string_view::npos;
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
        decode_kind_of_stack();
        decode_source();
        decode_record();
        decode_policy();
        std::vector<DesiredStack> out;
        for (Place& place : places()) {
            out.push_back(stack_);
            out.back().environment = std::move(place);
        }
        if (log_.failed()) out.clear();
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
        if (stack_.type == StackType::kubernetes) return;
        const std::string stored = normalise_stack_name(stack_.name);
        if (stored.empty()) {
            log_.error(mark, "empty-name",
                       "Portainer would keep nothing of the name " + in_quotes(printable(stack_.name, 60)),
                       "use a-z, 0-9, `-` and `_`");
        } else if (stored != stack_.name) {
            log_.note(mark, "name-normalised", "Portainer stores this name as " + in_quotes(stored));
        }
    }

    void decode_source() {
        const yaml::Node* git = own_.spec.find("git");
        const yaml::Node* compose = own_.spec.find("compose");
        if (git != nullptr) return decode_git(*git);
        if (const yaml::Node* text = compose->find("inline")) {
            stack_.source =
                DesiredContent{.text = text->text, .file = file_.shown, .line = first_line_of(*text, file_.text)};
        } else {
            decode_file(*compose->find("file"));
        }
    }

    void decode_file(const yaml::Node& path) {
        const std::string shown = in_quotes(printable(path.text, 200));
        const std::filesystem::path relative = std::filesystem::path(file_.folder) / path.text;
        const auto real = context_.root.resolve(relative);
        if (!real) {
            const bool is_outside = real.error().kind == ErrorKind::invalid_input;
            return log_.error(path.mark, is_outside ? "outside" : "unreadable",
                              "the compose file " + shown + " cannot be read: " + real.error().message,
                              is_outside ? "copy it into the folder" : "the path is relative to this manifest");
        }
        context_.referenced.insert(real->string());
        auto text = read_resolved(*real, context_.options.limits.compose);
        if (!text) {
            return log_.error(path.mark, text.error().kind == ErrorKind::limit ? "too-large" : "unreadable",
                              "the compose file " + shown + " cannot be read: " + text.error().message);
        }
        stack_.source = DesiredContent{.text = std::move(*text), .file = context_.root.shown(relative), .line = 1};
    }

    void decode_git(const yaml::Node& git) {
        const yaml::Node& url = *git.find("url");
        if (holds_credentials(url.text)) {
            log_.error(url.mark, "secret-in-url", "`spec.git.url` must not hold a user or password",
                       "leave them out: Portainer keeps them, and they are not compared");
            return;
        }
        DesiredGit out;
        out.url = url.text;
        out.reference = text_or(git, "reference");
        out.path = text_or(git, "path", "docker-compose.yml");
        out.additional_files = to_texts(git.find("additionalFiles"));
        if (const yaml::Node* commit = git.find("commit")) out.commit = to_lower(commit->text);
        if (const yaml::Node* skip = git.find("tlsSkipVerify")) out.tls_skip_verify = as_boolean(*skip);
        out.line = url.mark.line;
        stack_.source = std::move(out);
    }

    // What is compared with Portainer's record.
    void decode_record() {
        stack_.server = decode_server(find("server"), own_.mark, context_, log_);
        stack_.runtime = context_.options.runtime && flag("runtime", true);
        stack_.env_strict = flag("envStrict", true);
        decode_env_map();
        if (const Found state = find("state")) {
            stack_.state = state.node->text == "stopped" ? DesiredState::stopped : DesiredState::running;
            stack_.state_line = line_of(state);
        }
        if (const Found access = find("access")) {
            stack_.access = to_access(*access.node);
            stack_.access->line = line_of(access);
        }
        if (const Found update = find("autoUpdate")) decode_auto_update(update);
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
        if (!std::holds_alternative<DesiredGit>(stack_.source)) {
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

    void decode_policy() {
        if (const yaml::Node* policy = own_.spec.find("policy")) {
            refuse_later_version(*policy);
            if (const yaml::Node* ignore = policy->find("ignore")) {
                for (const yaml::Node& rule : ignore->items)
                    stack_.ignore.push_back({.path = text_or(rule, "path"), .reason = text_or(rule, "reason")});
            }
        }
        if (const yaml::Node* suspended = own_.spec.find("suspended")) {
            const auto until = to_time(*suspended->find("until"), log_);
            stack_.suspended = Suspension{.reason = text_or(*suspended, "reason"),
                                          .owner = text_or(*suspended, "owner"),
                                          .until = until.value_or(0)};
        }
    }

    void refuse_later_version(const yaml::Node& policy) {
        const std::string cure = "this version only reports: remove it";
        const yaml::Node* mode = policy.find("mode");
        if (mode != nullptr && mode->text == "correct")
            log_.error(mode->mark, "later-version", "`policy.mode: correct` belongs to a later version of Mooring",
                       cure);
        if (const yaml::Node* prune = policy.find("prune"))
            log_.error(prune->mark, "later-version", "`policy.prune` belongs to a later version of Mooring", cure);
    }

    // The nearest layer that says where the stack belongs decides alone.
    std::vector<Place> places() {
        for (const Layer* layer : chain_) {
            const yaml::Node* one = layer->spec.find("environment");
            const yaml::Node* several = layer->spec.find("environments");
            if (one != nullptr && several != nullptr) {
                log_.error(place(layer->file, several->mark), "wrong-keys",
                           "`spec` has `environment` and `environments`", "give only one of them");
            }
            if (one != nullptr) return {to_environment_ref(*one)};
            if (several != nullptr) return expand(*several, *layer);
        }
        log_.error(own_.mark, "missing-key", "`spec.environment` is missing",
                   "add `environment: NAME`, here or in a Defaults of this folder");
        return {};
    }

    std::vector<Place> expand(const yaml::Node& several, const Layer& layer) {
        if (const yaml::Node* tags = several.find("tags"))
            return {EnvironmentSelector{.tags = to_texts(tags), .group = {}}};
        if (const yaml::Node* group = several.find("group"))
            return {EnvironmentSelector{.tags = {}, .group = group->text}};
        const yaml::Node* names = several.find("names");
        const yaml::Node& list = names == nullptr ? several : *names;
        std::vector<Place> out;
        std::set<std::pair<EnvironmentId, std::string>> seen;
        for (const yaml::Node& item : list.items) {
            EnvironmentRef reference = to_environment_ref(item);
            if (!seen.emplace(reference.id.value_or(0), reference.name).second)
                log_.error(place(layer.file, item.mark), "listed-twice", "this environment is listed twice",
                           "remove one");
            out.emplace_back(std::move(reference));
        }
        return out;
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
