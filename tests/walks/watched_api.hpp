// The real API with an eye on it: which files were read, what happens before which call, and, for tests of the checks
// themselves, answers that are not true.
#pragma once

#include "portainer/api.hpp"

#include <functional>
#include <set>
#include <string>

namespace mooring::walks {

// How a broken Mooring would see the server. One of them is enough to make walks fail.
struct Lies {
    bool administrator = false;     // every identity has role 1: a filtered list passes for a complete one
    bool refused_is_gone = false;   // a 403 by id reads as 404
    bool files_agree = false;       // every file is the text that the manifest has
    bool no_refusals = false;       // a refused file reads as the desired one
    bool ends_are_runs = false;     // what ended with 0 passes for running
    bool labels_run = false;        // the label of a swarm service passes for what runs
    bool git_is_a_file = false;     // a Git stack whose source is not shown passes for a file stack
    bool all_armed = false;         // every interval has its job
    bool ends_are_unlisted = false; // what has ended is in no list of containers
    bool no_namespaces = false;     // records are in no namespace
    bool gone_is_hidden = false;    // an environment that is gone passes for one that is not shown
    bool one_absence = false;       // the agent takes one absence for two
    bool careless_writer = false;   // a check of another server writes the whole memory that it has read
    bool refused_is_empty = false;  // what a cluster refuses to list passes for an empty list
    bool nobody_holds = false;      // objects of clusters say nowhere whose they are
    bool nothing_goes = false;      // objects of clusters that are being deleted pass for such as stay
    bool all_rolled_out = false;    // a workload's controller has always seen its newest generation

    bool any() const {
        return administrator || refused_is_gone || files_agree || no_refusals || ends_are_runs || labels_run ||
               git_is_a_file || all_armed || ends_are_unlisted || no_namespaces || gone_is_hidden || one_absence ||
               careless_writer || refused_is_empty || nobody_holds || nothing_goes || all_rolled_out;
    }
};

// The run that makes the memory, the judged one, and one more when all is over, with the memory that the judged one
// left.
enum class Round { first, judged, later };

struct Watch {
    Round round = Round::judged;
    int calls = 0;
    std::set<StackId> files;         // read in full
    int at = 0;                      // before this call (1 is the first) ...
    std::function<void()> meanwhile; // ... this happens; may be empty
    Lies lies;
    std::string desired_text; // what files_agree answers
};

class WatchedApi final : public portainer::Api {
  public:
    WatchedApi(portainer::Api& real, Watch& watch) : real_(real), watch_(watch) {}

    portainer::Awaitable<Answer<ServerStatus>> status() override;
    portainer::Awaitable<Answer<Identity>> identity() override;
    portainer::Awaitable<Answer<std::vector<Environment>>> environments() override;
    portainer::Awaitable<Answer<Environment>> environment(EnvironmentId id) override;
    portainer::Awaitable<Answer<std::vector<StackRecord>>> stacks() override;
    portainer::Awaitable<Answer<StackRecord>> stack(StackId id) override;
    portainer::Awaitable<Answer<std::string>> stack_file(StackId id) override;
    portainer::Awaitable<Answer<std::vector<Container>>> containers(EnvironmentId id) override;
    portainer::Awaitable<Answer<std::vector<SwarmService>>> services(EnvironmentId id) override;
    portainer::Awaitable<Answer<std::vector<SwarmTask>>> tasks(EnvironmentId id) override;
    portainer::Awaitable<Answer<Engine>> engine(EnvironmentId id) override;
    portainer::Awaitable<Answer<std::vector<Registry>>> registries(EnvironmentId id) override;
    portainer::Awaitable<Answer<std::vector<DockerImage>>> images(EnvironmentId id) override;
    portainer::Awaitable<Answer<ContainerDetail>> container(EnvironmentId id, std::string name) override;
    portainer::Awaitable<Reply> docker_object(EnvironmentId id, DockerKind kind, std::string name) override;
    portainer::Awaitable<Answer<std::vector<NamedId>>> users() override;
    portainer::Awaitable<Answer<std::vector<NamedId>>> teams() override;
    portainer::Awaitable<Answer<std::vector<NamedId>>> tags() override;
    portainer::Awaitable<Answer<std::vector<NamedId>>> groups() override;
    portainer::Awaitable<Answer<std::string>> kubernetes(EnvironmentId id, std::string path) override;
    portainer::Awaitable<Reply> settings() override;

  private:
    void count();

    portainer::Api& real_;
    Watch& watch_;
};

} // namespace mooring::walks
