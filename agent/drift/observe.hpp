// Reads what is: the only folder file with I/O. What to ask is decided elsewhere (match.hpp, judge.hpp); here it is
// asked and put into facts.
#pragma once

#include "drift/situation.hpp"
#include "portainer/api.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mooring::drift {

// Status, identity, environments, the unfiltered list and identity again (design §3.3). Stops early when the server
// gives no identity.
boost::asio::awaitable<void> observe_server(portainer::Api& api, ServerFacts& facts);

// Tags, groups, teams and users, as far as the desired stacks name any; then each environment by id that must be asked
// so.
boost::asio::awaitable<void> observe_names(portainer::Api& api, std::span<const DesiredStack> stacks,
                                           ServerFacts& facts, std::size_t workers);

// What runs, once per environment.
boost::asio::awaitable<void> observe_runtime(portainer::Api& api, const std::vector<Row>& rows, ServerFacts& facts,
                                             std::size_t workers);

// The second list, after the debounce, with the identity after it.
boost::asio::awaitable<void> observe_list_again(portainer::Api& api, ServerFacts& facts,
                                                std::chrono::milliseconds debounce);

// Asks clusters. Rows that go on side by side want the same lists: each is asked once, and who comes later waits for
// it.
class ClusterReader {
  public:
    // Both outlive it.
    ClusterReader(portainer::Api& api, ServerFacts& server) : api_(api), server_(server) {}

    // Puts the answer into the facts of the environment. A cluster that does not answer is not asked again.
    boost::asio::awaitable<void> ask(EnvironmentId environment, match::ClusterQuestion question);

  private:
    using Key = std::pair<EnvironmentId, std::string>;
    boost::asio::awaitable<void> ask_now(EnvironmentId environment, const match::ClusterQuestion& question);
    boost::asio::awaitable<Answer<std::string>> read(EnvironmentId environment, std::string path);

    portainer::Api& api_;
    ServerFacts& server_;
    std::map<Key, std::shared_ptr<boost::asio::steady_timer>> under_way_; // never expire: cancelled when it is there
};

using ObjectsThere = std::optional<std::vector<match::ObjectThere>>;
// The objects of a Kubernetes stack's desired file that exist already; nullopt: of one of them it is not known, or no
// file is declared. `facts`: who asks; nothing is added to them.
boost::asio::awaitable<ObjectsThere> read_objects_there(portainer::Api& api, const ServerFacts& facts,
                                                        const DesiredStack& stack, EnvironmentId environment);
// Likewise of a record and its file, with what bears its label beside.
boost::asio::awaitable<ObjectsThere> read_objects_there(portainer::Api& api, const ServerFacts& facts,
                                                        const StackRecord& record, const std::string& file);
// Of a stack that is there: the objects that its desired file has and the recorded one lacks (nullopt: it is lost, and
// all count), that exist and are not this stack's by their label. `stack_id` is "" where the stack of the label is
// gone.
boost::asio::awaitable<ObjectsThere> read_objects_taken(portainer::Api& api, const ServerFacts& facts,
                                                        const DesiredStack& stack, const StackRecord& record,
                                                        const std::optional<std::string>& recorded_file);

// What discovery says of the file's kinds that are in no table: (apiVersion, kind) and whether it is namespaced. Kinds
// of which it says nothing, or is not asked, are not there. What `facts` have is not asked again.
boost::asio::awaitable<std::map<std::pair<std::string, std::string>, bool>>
read_kinds_of(portainer::Api& api, const ServerFacts& facts, const DesiredStack& stack, EnvironmentId environment);

// What asking for one row needs beside the row. Everything outlives the asking.
struct Asking {
    portainer::Api& api;
    ServerFacts& server;     // what all stacks share and only this row missed is added (Question::environment, runtime)
    ClusterReader& clusters; // shared by all rows
    const JudgeOptions& judge;
    const MakeDigest& digest; // empty: no key, nothing is skipped
    std::chrono::seconds full_verify{};
    const compare::Content* desired = nullptr; // loaded once; nullptr: a hook knows its facts
    // RunHooks::compare_file; may be empty
    const std::function<ContentFacts(const DesiredStack&, StackId, const std::function<ContentFacts()>&)>& compare_file;
};

// Asks what next_questions() wants to know, until nothing is left. Returns true when the row needs the second list
// first.
boost::asio::awaitable<bool> observe_row(const Row& row, StackFacts& facts, const Asking& asking);

// What must still be asked before a row can be judged, and the names that an absent stack's objects would bear on the
// host (design §3.2 "Predictable names"): asked of the Docker proxy, which tells a hidden object (403) from none (404).

// What to ask for a Docker stack in this environment: a container (swarm: the service) of every service that is
// expected to run, the networks, the volumes. Services of inactive profiles or with `replicas: 0` are not expected to
// run; names with references are not predictable.
std::vector<Question> predictable_names(const DesiredStack& stack, const compose::ProjectFacts& file,
                                        EnvironmentId environment);

// Whether the answers exclude that the stack runs: a container or service of every service expected to run, and the
// default network if the file has one, were asked and answered 404, and nothing else but a volume answered 200. False
// when there is nothing to ask, or some service has no predictable name.
bool nothing_of_it_runs(const DesiredStack& stack, const compose::ProjectFacts& file,
                        const std::vector<NameProbe>& probes);

// What must still be asked for this row; empty when judge() can decide. A pure function of what is known, so that
// observe is a loop: ask, until nothing is left. `list_again` is only ever returned alone, in round 1.
std::vector<Question> next_questions(const Row& row, const ServerFacts& server, const StackFacts& facts,
                                     const JudgeOptions& options = {});

} // namespace mooring::drift
