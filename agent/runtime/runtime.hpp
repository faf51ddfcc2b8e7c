// What runs against what should run: containers, swarm services, images. Pure; agent/drift asks.
#pragma once

#include "compare/compare.hpp"

#include <set>
#include <string>
#include <vector>

namespace mooring::runtime {

using compare::Comparison;
using match::NameProbe;
using match::Question;
using match::Row;
using match::RuntimeFacts;
using match::ServerFacts;

// What runs against what the server's file says should run (design §3.3 "Runtime changes"): containers for standalone,
// services and tasks for swarm. `list_filtered`: the token is not an administrator's, so that what the list lacks may
// be hidden: then only a probe's 404 makes an absence a change, and everything else leaves the runtime unread.
// `jobs_seen`: an earlier run saw a job of this very file, so that it may have been removed since.
Comparison compare_runtime(const Row& row, const StackRecord& record, const compose::ProjectFacts& file,
                           const RuntimeFacts& runtime, const std::vector<NameProbe>& container_probes,
                           bool list_filtered = false, bool jobs_seen = false);

// Sorts what runs by project, so that each stack finds its own without walking through all of it, and images by name.
// The answers are the same without it.
void arrange(RuntimeFacts& runtime);

// Whether the container was started less than a minute ago and created long before: it may be kept in a loop of
// restarts, which only inspecting it can tell. Containers of no project are nobody's.
bool looks_restarted(const Container& container, UnixSeconds server_date);

// Names of the containers of these projects that look restarted, the youngest first, 50 at most (design §3.3).
// nullptr: of every project.
std::vector<std::string> containers_to_inspect(const RuntimeFacts& runtime, const std::set<std::string>* projects);

// Whether a container of these projects that is up shows an id in the place of its image's name: then images are read.
bool shows_an_image_id(const RuntimeFacts& runtime, const std::set<std::string>* projects);

// The services of the stack that are jobs and of which something is there: what the memory keeps (RememberedFile).
std::vector<std::string> jobs_there(const StackRecord& record, const compose::ProjectFacts& file,
                                    const RuntimeFacts& runtime);

// For a user: the containers (swarm: services) that should run and that the list lacks, to be asked by name (design
// §3.3). Empty for an administrator, for a stopped stack, and where the name is not predictable.
std::vector<Question> containers_to_ask(const Row& row, const StackRecord& record, const compose::ProjectFacts& file,
                                        const ServerFacts& server);

} // namespace mooring::runtime
