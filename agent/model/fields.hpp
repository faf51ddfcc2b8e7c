// Every field of the values that are stored, once: whoever writes or reads them (snapshot, memory file, the ledger's
// rows of memory) walks the same lists, so that a new field is one line. `fields(a, value)` calls a("name",
// value.member) for each; the name is the one in a file, and in snake_case that of a column. a.added: a field that
// files of 0.1.0 do not have. What else a visitor must know is said where it is used.
#pragma once

#include "base/error.hpp"
#include "model/answer.hpp"
#include "model/desired.hpp"
#include "model/memory.hpp"
#include "model/stack.hpp"
#include "model/verdict.hpp"

#include <concepts>
#include <type_traits>

namespace mooring {

// T or const T.
template <typename Given, typename T>
concept Of = std::same_as<std::remove_const_t<Given>, T>;

void fields(auto& a, Of<Reply> auto& r) {
    a("outcome", r.outcome);
    a("cause", r.cause);
    a("failure", r.failure);
    a("target", r.target);
    a("status", r.status);
    a("message", r.message);
    a("details", r.details);
    a("serverDate", r.server_date);
}

void fields(auto& a, Of<ServerStatus> auto& s) {
    a("version", s.version);
    a("instanceId", s.instance_id);
}

void fields(auto& a, Of<Identity> auto& i) {
    a("id", i.id);
    a("username", i.username);
    a("role", i.role);
}

void fields(auto& a, Of<Environment> auto& e) {
    a("id", e.id);
    a("name", e.name);
    a("type", e.type);
    a("group", e.group);
    a("tags", e.tags);
    a("stackManagementForUsers", e.stack_management_for_users);
}

void fields(auto& a, Of<NamedId> auto& n) {
    a("id", n.id);
    a("name", n.name);
}

void fields(auto& a, Of<EnvVar> auto& v) {
    a("name", v.name);
    a.secret(v.value);
}

void fields(auto& a, Of<ResourceControl> auto& c) {
    a("id", c.id);
    a("public", c.is_public);
    a("administratorsOnly", c.administrators_only);
    a("users", c.users);
    a("teams", c.teams);
}

void fields(auto& a, Of<GitConfig> auto& g) {
    a("url", g.url);
    a("reference", g.reference);
    a("configFilePath", g.config_file_path);
    a("commit", g.commit);
    a("tlsSkipVerify", g.tls_skip_verify);
    a("hasAuthentication", g.has_authentication);
}

// Which webhook and which job is a credential or noise; that there is one decides.
void fields(auto& a, Of<AutoUpdate> auto& u) {
    a("interval", u.interval);
    a.is_set("webhook", u.webhook);
    a.is_set("armed", u.job_id);
}

void fields(auto& a, Of<DeploymentStep> auto& s) {
    a("status", s.status);
    a("time", s.time);
    a("message", s.message);
}

void fields(auto& a, Of<StackRecord> auto& r) {
    a("id", r.id);
    a("name", r.name);
    a("type", r.type);
    a("environment", r.environment);
    a("entryPoint", r.entry_point);
    a("additionalFiles", r.additional_files);
    a("env", r.env);
    a("status", r.status);
    a("resourceControl", r.resource_control);
    a("createdAt", r.created_at);
    a("updatedAt", r.updated_at);
    a("namespace", r.namespace_);
    a("autoUpdate", r.auto_update);
    a("git", r.git);
    a.added("workflowId", r.workflow_id);
    a("deployment", r.deployment);
}

void fields(auto& a, Of<Container> auto& c) {
    a("name", c.name);
    a("project", c.project);
    a("service", c.service);
    a("number", c.number);
    a("oneoff", c.oneoff);
    a("image", c.image);
    a.added("imageId", c.image_id);
    a.added("createdAt", c.created_at);
    a("state", c.state);
    a("status", c.status);
}

void fields(auto& a, Of<SwarmService> auto& s) {
    a("id", s.id);
    a("name", s.name);
    a("namespace", s.namespace_);
    a("image", s.image);
    a.added("digest", s.digest);
    a.added("labelImage", s.label_image);
    a("global", s.global);
    a.added("mode", s.mode);
    a("replicas", s.replicas);
    a("runningTasks", s.running_tasks);
    a("desiredTasks", s.desired_tasks);
    a.added("updateState", s.update_state);
}

void fields(auto& a, Of<SwarmTask> auto& t) {
    a("serviceId", t.service_id);
    a("desiredState", t.desired_state);
    a("state", t.state);
    a("error", t.error);
    a("slot", t.slot);
    a.added("image", t.image);
}

void fields(auto& a, Of<DockerImage> auto& i) {
    a("id", i.id);
    a("tags", i.tags);
    a("names", i.names);
}

void fields(auto& a, Of<ContainerDetail> auto& d) {
    a("restartCount", d.restart_count);
    a("startedAt", d.started_at);
}

void fields(auto& a, Of<SourceLocation> auto& w) {
    a("file", w.file);
    a("line", w.line);
    a("column", w.column);
}

void fields(auto& a, Of<Diagnostic> auto& d) {
    a("severity", d.severity);
    a("code", d.code);
    a("message", d.message);
    a("suggestion", d.suggestion);
    a("where", d.where);
    a("server", d.server);
}

void fields(auto& a, Of<Change> auto& c) {
    a("plane", c.plane);
    a("path", c.path);
    a("desired", c.desired);
    a("actual", c.actual);
    a("secret", c.secret);
    a("where", c.where);
}

void fields(auto& a, Of<EnvironmentRef> auto& e) {
    a("id", e.id);
    a("name", e.name);
}

void fields(auto& a, Of<EnvironmentSelector> auto& e) {
    a("tags", e.tags);
    a("group", e.group);
}

void fields(auto& a, Of<DesiredContent> auto& c) {
    a("file", c.file);
    a("line", c.line);
}

void fields(auto& a, Of<DesiredGit> auto& g) {
    a.added("any", g.any);
    a("url", g.url);
    a("reference", g.reference);
    a("path", g.path);
    a("additionalFiles", g.additional_files);
    a("commit", g.commit);
    a("tlsSkipVerify", g.tls_skip_verify);
    a("line", g.line);
}

void fields(auto& a, Of<DesiredEnv> auto& e) {
    a("name", e.name);
    a.secret(e.value);
    a("unreadable", e.unreadable);
    a("public", e.is_public);
    a("line", e.line);
}

void fields(auto& a, Of<Principal> auto& p) {
    a("id", p.id);
    a("name", p.name);
}

void fields(auto& a, Of<DesiredAccess> auto& d) {
    a("kind", d.kind);
    a("users", d.users);
    a("teams", d.teams);
    a("line", d.line);
}

void fields(auto& a, Of<DesiredAutoUpdate> auto& u) {
    a("interval", u.interval);
    a("webhook", u.webhook);
    a("line", u.line);
}

void fields(auto& a, Of<IgnoreRule> auto& r) {
    a("path", r.path);
    a("reason", r.reason);
}

void fields(auto& a, Of<Suspension> auto& s) {
    a("reason", s.reason);
    a("owner", s.owner);
    a("until", s.until);
}

void fields(auto& a, Of<StackTie> auto& t) {
    a("id", t.id);
    a("created", t.created);
    a("nameDeclared", t.name_declared);
    a("name", t.name);
    a("line", t.line);
}

void fields(auto& a, Of<DesiredStack> auto& s) {
    a("name", s.name);
    a("server", s.server);
    a.either("environment", "selector", s.environment);
    a("type", s.type);
    a("namespace", s.namespace_);
    a.either("content", "git", s.source);
    a("env", s.env);
    a("envStrict", s.env_strict);
    a("state", s.state);
    a.added("jobs", s.jobs);
    a.added("tie", s.tie);
    a("access", s.access);
    a("autoUpdate", s.auto_update);
    a("runtime", s.runtime);
    a("ignore", s.ignore);
    a("suspended", s.suspended);
    a("labels", s.labels);
    a("owner", s.owner);
    a("where", s.where);
    a("stateLine", s.state_line);
    a.added("jobsLine", s.jobs_line);
}

void fields(auto& a, Of<DesiredScope> auto& s) {
    a("server", s.server);
    a("environments", s.environments);
    a("names", s.names);
    a("except", s.except);
    a("where", s.where);
}

void fields(auto& a, Of<Waiver> auto& w) {
    a("name", w.name);
    a("server", w.server);
    a("environment", w.environment);
    a("stack", w.stack);
    a("path", w.path);
    a("owner", w.owner);
    a("reason", w.reason);
    a("approver", w.approver);
    a("from", w.from);
    a("until", w.until);
    a("where", w.where);
}

void fields(auto& a, Of<Desired> auto& d) {
    a("stacks", d.stacks);
    a("scopes", d.scopes);
    a("waivers", d.waivers);
    a("diagnostics", d.diagnostics);
    a("complete", d.complete);
}

// The memory. What is kept by an id has that id beside these fields. a.digest: hex of a keyed SHA-256, or "".

void fields(auto& a, Of<RememberedEnvironment> auto& e) {
    a("name", e.name);
    a.added("seenAt", e.seen_at);
    a.added("declaredAt", e.declared_at);
    a.added("gone", e.gone);
}

void fields(auto& a, Of<RememberedSelection> auto& s) {
    a("group", s.group);
    a("tags", s.tags);
}

void fields(auto& a, Of<RememberedStack> auto& s) {
    a("environmentId", s.environment_id);
    a("environmentName", s.environment_name);
    a("name", s.name);
    a("namespace", s.namespace_);
    a("createdAt", s.created_at);
    a("seenAt", s.seen_at);
    a.added("olderDropped", s.older_dropped);
    a.added("declaredAt", s.declared_at);
}

void fields(auto& a, Of<RememberedFile> auto& f) {
    a.digest("record", f.record_digest);
    a.digest("content", f.content_digest);
    a.digest("desired", f.desired_digest);
    a("serverDate", f.server_date);
    a("verifiedAt", f.verified_at);
    a("settled", f.settled);
    a.added("jobsSeen", f.jobs_seen);
}

void fields(auto& a, Of<RememberedAbsence> auto& b) {
    a("environmentId", b.environment_id);
    a.added("namespace", b.namespace_);
    a("name", b.name);
    a("firstSeen", b.first_seen);
    a.added("lastSeen", b.last_seen);
}

void fields(auto& a, Of<ServerMemory> auto& m) {
    a("instanceId", m.instance_id);
    a("environments", m.environments);
    a("selections", m.selections);
    a("stacks", m.stacks);
    a("files", m.files);
    a("absences", m.absences);
    a.added("tags", m.tags);
    a.added("groups", m.groups);
}

// The fields of a row of its maps: those of a value, and of a tag or group its name.
void row_fields(auto& a, Of<std::string> auto& name) { a("name", name); }
void row_fields(auto& a, auto& value) { fields(a, value); }

} // namespace mooring
