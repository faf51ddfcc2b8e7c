// The fields of what a snapshot alone stores; those of the model's values are in model/fields.hpp, which says how both
// are walked. Private to this folder.
#pragma once

#include "model/fields.hpp"
#include "snapshot/snapshot.hpp"

namespace mooring::snapshot {

void fields(auto& a, Of<compose::ServiceFacts> auto& s) {
    a("name", s.name);
    a("containerName", s.container_name);
    a("containerNameSymbolic", s.container_name_symbolic);
    a("image", s.image);
    a("replicas", s.replicas);
    a("global", s.global);
    a.added("profiles", s.profiles);
    a("inProfile", s.in_profile);
    a.added("profileUnknown", s.profile_unknown);
    a.added("job", s.job);
    a("restarts", s.restarts);
    a("restartsInSwarm", s.restarts_in_swarm);
    a.added("keptRunning", s.kept_running);
    a.added("serves", s.serves);
    a.added("needed", s.needed);
    a("usesDefaultNetwork", s.uses_default_network);
    a("line", s.line);
}

void fields(auto& a, Of<compose::ProjectFacts> auto& p) {
    a("services", p.services);
    a("hasDefaultNetwork", p.has_default_network);
    a("networks", p.networks);
    a("volumes", p.volumes);
    a("moreFiles", p.more_files);
}

void fields(auto& a, Of<match::ContentFacts> auto& c) {
    a("equalBytes", c.equal_bytes);
    a("changes", c.changes);
    a("problem", c.problem);
    a("actual", c.actual);
    a.added("jobsSeen", c.jobs_seen);
}

void fields(auto& a, Of<ObjectKey> auto& k) {
    a("environment", k.environment);
    a("kind", k.kind);
    a("name", k.name);
}

void fields(auto& a, Of<Texts> auto& t) {
    a("desired", t.desired);
    a("files", t.files);
}

void fields(auto& a, Of<ServerAnswers> auto& s) {
    a("name", s.name);
    a("url", s.url);
    a("status", s.status);
    a("identity", s.identity);
    a("environments", s.environments);
    a("environment", s.environment);
    a("stacks", s.stacks);
    a("stack", s.stack);
    a("stackFile", s.stack_file);
    a("containers", s.containers);
    a("services", s.services);
    a("tasks", s.tasks);
    a.added("images", s.images);
    a.added("container", s.container);
    a("dockerObject", s.docker_object);
    a("users", s.users);
    a("teams", s.teams);
    a("tags", s.tags);
    a("groups", s.groups);
}

} // namespace mooring::snapshot
