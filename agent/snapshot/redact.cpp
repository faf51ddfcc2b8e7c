#include "snapshot/tape.hpp"

#include "base/secret.hpp"
#include "compare/parts.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string_view>

namespace mooring::snapshot {
namespace {

constexpr std::size_t least_hidden = 6; // as KnownSecrets::stand_in: shorter values stand in images by chance
constexpr const char* is_set = "set";   // a webhook or a job: that there is one decides, which one is nobody's business

// The values of one stack and their marks, longest first.
class Replacements {
  public:
    void add(const Secret& value, const Marks& marks) {
        const std::string* mark = marks.find(value);
        if (mark == nullptr || value.reveal().size() < least_hidden) return;
        const std::string_view text = value.reveal();
        if (std::ranges::find(list_, text, &Pair::first) != list_.end()) return;
        list_.insert(std::ranges::upper_bound(list_, text.size(), std::greater{},
                                              [](const Pair& pair) { return pair.first.size(); }),
                     {text, *mark});
    }

    // An image by its digest or id is compared as such, and no secret is one.
    void apply(std::string& image) const {
        if (image.starts_with("sha256:")) return;
        std::string out;
        for (std::string_view rest = image; !rest.empty();) {
            const auto found =
                std::ranges::find_if(list_, [rest](const Pair& pair) { return rest.starts_with(pair.first); });
            out += found != list_.end() ? found->second : rest.substr(0, 1);
            rest.remove_prefix(found != list_.end() ? found->first.size() : 1);
        }
        image = std::move(out);
    }
    void apply(std::optional<compose::ProjectFacts>& facts) const {
        if (!facts) return;
        for (compose::ServiceFacts& service : facts->services) {
            if (service.image) apply(*service.image);
            apply(service.image_written);
        }
    }

  private:
    using Pair = std::pair<std::string_view, std::string_view>;
    std::vector<Pair> list_;
};

void add_declared(const DesiredStack& stack, const Marks& marks, Replacements& out) {
    if (!stack.env) return;
    for (const DesiredEnv& variable : *stack.env) {
        if (variable.value && !variable.is_public) out.add(*variable.value, marks);
    }
}

// The secrets of one server's stacks, by record, and the manifests that each was compared with.
struct OfRecord {
    Replacements replacements;
    std::vector<const DesiredStack*> declared;
    std::vector<const StackRecord*> seen;

    // What a report would make of this text; of a deployment error, it also knows the desired file's secrets.
    std::string mask(std::string text, bool of_deployment = false) const {
        static const DesiredStack nothing_declared;
        for (const StackRecord* record : seen) {
            if (declared.empty()) text = compare::KnownSecrets(nothing_declared, record).mask(text);
            for (const DesiredStack* stack : declared) {
                compare::KnownSecrets secrets(*stack, record);
                if (of_deployment) secrets.learn_file(*stack);
                text = secrets.mask(text);
            }
        }
        return text;
    }
};

using OfServer = std::map<StackId, OfRecord>;

OfServer gather(ServerAnswers& server, Recording& recording, const Marks& marks) {
    OfServer records;
    each_record(server, [&](StackRecord& record) {
        OfRecord& entry = records[record.id];
        entry.seen.push_back(&record);
        for (const EnvVar& variable : record.env) entry.replacements.add(variable.value, marks);
    });
    for (const DesiredStack& stack : recording.desired.stacks) {
        if (stack.server != server.name) continue;
        for (const StackId id : recording.records_of[key_of(stack)]) {
            add_declared(stack, marks, records[id].replacements);
            records[id].declared.push_back(&stack);
        }
    }
    return records;
}

// Which records a project in an environment may be.
using ByProject = std::map<std::pair<EnvironmentId, std::string>, std::set<StackId>>;

ByProject projects_of(ServerAnswers& server) {
    ByProject projects;
    each_record(server, [&](const StackRecord& record) {
        projects[{record.environment, normalise_stack_name(record.name)}].insert(record.id);
    });
    return projects;
}

class RuntimeTexts {
  public:
    RuntimeTexts(ServerAnswers& server, const OfServer& records) : records_(records), projects_(projects_of(server)) {}

    void image(EnvironmentId environment, const std::string& project, std::string& text) const {
        each(environment, project, [&](const OfRecord& record) { record.replacements.apply(text); });
    }
    void free_text(EnvironmentId environment, const std::string& project, std::string& text) const {
        if (!text.empty()) each(environment, project, [&](const OfRecord& record) { text = record.mask(text); });
    }

    // A name of a local image, which may belong to any stack of the environment.
    void local_image(EnvironmentId environment, std::string& name) const {
        for (auto at = projects_.lower_bound({environment, ""}); at != projects_.end(); ++at) {
            if (at->first.first != environment) break;
            for (const StackId id : at->second) records_.at(id).replacements.apply(name);
        }
    }

  private:
    template <typename Visit>
    void each(EnvironmentId environment, const std::string& project, Visit visit) const {
        const auto found = projects_.find({environment, project});
        if (project.empty() || found == projects_.end()) return;
        for (const StackId id : found->second) visit(records_.at(id));
    }

    const OfServer& records_;
    ByProject projects_;
};

void redact_images(ServerAnswers& server, const RuntimeTexts& texts) {
    for (auto& [environment, answers] : server.images) {
        for (auto& answer : answers) {
            if (!answer.value) continue;
            for (DockerImage& one : *answer.value) {
                for (std::string& name : one.tags) texts.local_image(environment, name);
                for (std::string& name : one.names) texts.local_image(environment, name);
            }
        }
    }
}

void redact_runtime(ServerAnswers& server, const OfServer& records) {
    const RuntimeTexts texts(server, records);
    redact_images(server, texts);
    for (auto& [environment, answers] : server.containers) {
        for (auto& answer : answers) {
            if (!answer.value) continue;
            for (Container& one : *answer.value) {
                texts.image(environment, one.project, one.image);
                texts.free_text(environment, one.project, one.status);
            }
        }
    }
    for (auto& [environment, answers] : server.services) {
        std::map<std::string, std::string> namespaces; // by service id
        for (auto& answer : answers) {
            if (!answer.value) continue;
            for (SwarmService& one : *answer.value) {
                texts.image(environment, one.namespace_, one.image);
                texts.image(environment, one.namespace_, one.label_image);
                namespaces[one.id] = one.namespace_;
            }
        }
        for (auto& answer : server.tasks[environment]) {
            if (!answer.value) continue;
            for (SwarmTask& one : *answer.value) {
                texts.free_text(environment, namespaces[one.service_id], one.error);
                texts.image(environment, namespaces[one.service_id], one.image);
            }
        }
    }
}

void redact_record(StackRecord& record, const OfServer& records) {
    for (DeploymentStep& step : record.deployment) {
        if (!step.message.empty()) step.message = records.at(record.id).mask(step.message, true);
    }
    if (record.git) record.git->url = mask_text(url_without_user(record.git->url));
    if (record.auto_update && !record.auto_update->webhook.empty()) record.auto_update->webhook = is_set;
    if (record.auto_update && !record.auto_update->job_id.empty()) record.auto_update->job_id = is_set;
    record.fingerprint.clear();
}

// The images of a desired file decide nothing, and what of them is secret needs no mark.
void redact_desired_images(const DesiredStack& stack, Texts& texts, Messages& messages) {
    if (!texts.desired) return;
    const compare::KnownSecrets declared(stack);
    for (compose::ServiceFacts& service : texts.desired->services) {
        service.image_written = declared.mask(service.image_written);
        messages.clean(service.image_written);
        if (!service.image) continue;
        service.image = declared.mask(*service.image);
        messages.clean(*service.image);
    }
}

void redact_texts(Recording& recording, const std::map<std::string, OfServer>& servers, Messages& messages) {
    for (const DesiredStack& stack : recording.desired.stacks) {
        Texts& texts = recording.texts[key_of(stack)];
        redact_desired_images(stack, texts, messages);
        const auto server = servers.find(stack.server);
        if (server == servers.end()) continue;
        for (auto& [id, contents] : texts.files) {
            const auto record = server->second.find(id);
            for (match::ContentFacts& facts : contents) {
                if (record != server->second.end()) record->second.replacements.apply(facts.actual);
                facts.content_digest.clear();
                facts.desired_digest.clear();
            }
        }
    }
}

void redact_answers(Recording& recording, const Marks& marks) {
    Messages messages(recording);
    std::map<std::string, OfServer> servers;
    for (const auto& server : recording.servers) servers[server->name] = gather(*server, recording, marks);
    redact_texts(recording, servers, messages);
    for (const auto& server : recording.servers) {
        const OfServer& records = servers[server->name];
        messages.clean_replies(*server);
        redact_runtime(*server, records);
        each_record(*server, [&](StackRecord& record) { redact_record(record, records); });
    }
}

// What a cluster answers holds its secrets, and is not kept: judged again, the stack says that what runs was not asked.
void leave_cluster_out(DesiredStack& stack, Diagnostics& diagnostics) {
    if (stack.type != StackType::kubernetes || !stack.runtime) return;
    stack.runtime = false;
    diagnostics.push_back({.severity = Severity::note,
                           .code = "cluster-not-kept",
                           .message =
                               "What runs of a Kubernetes stack is not kept in a snapshot: from this one, record "
                               "and file are judged alone.",
                           .suggestion = {},
                           .where = stack.where,
                           .server = stack.server});
}

void redact_desired(Desired& desired) {
    for (DesiredStack& stack : desired.stacks) {
        if (auto* content = std::get_if<DesiredContent>(&stack.source)) content->text.clear();
        if (auto* git = std::get_if<DesiredGit>(&stack.source)) git->url = mask_text(url_without_user(git->url));
        leave_cluster_out(stack, desired.diagnostics);
    }
}

} // namespace

Snapshot redact(Recording recording, const Report& report) {
    Marks marks(recording);
    redact_answers(recording, marks); // reads the values, which are still there
    redact_desired(recording.desired);
    marks.apply();

    Snapshot out{.mooring_version = report.mooring_version,
                 .started_at = report.started_at,
                 .finished_at = report.finished_at,
                 .desired = std::move(recording.desired),
                 .texts = {},
                 .memory = std::move(recording.memory),
                 .servers = {}};
    for (auto& [name, server] : out.memory.servers) server.files.clear();
    for (const DesiredStack& stack : out.desired.stacks) out.texts.push_back(recording.texts[key_of(stack)]);
    for (auto& server : recording.servers) out.servers.push_back(std::move(*server));
    return out;
}

} // namespace mooring::snapshot
