// Everything of the double but sockets: world, faults, counts, cache and control plane behind one mutex.
#pragma once

#include "portainer_double/double.hpp"
#include "portainer_double/faults.hpp"
#include "portainer_double/meanwhile.hpp"
#include "portainer_double/message.hpp"

#include <mutex>
#include <optional>

namespace portainer_double {

// An answer and what is to go wrong with sending it.
struct Reply {
    Answer answer;
    std::optional<Fault> fault;
    UnixSeconds date = 0; // the server's clock, for the Date header
};

class Service {
  public:
    explicit Service(Options options);

    Reply api(Request request);
    Answer control(const Request& request);

    void connection_opened();
    void request_ended();

    Options options;
    std::mutex mutex; // guards all below
    World world;
    std::vector<Fault> faults;
    std::vector<Meanwhile> meanwhile; // what others do at chosen moments
    RequestCount counts;

  private:
    Answer answered(const Request& request);
    void carry_out(const Request& request, const Fault& fault); // as far as the fault lets it
    void let_others_act(const Request& request, bool after);

    std::uint64_t under_way_ = 0;
    std::uint64_t cached_revision_ = 0;
    std::map<std::string, Answer> cache_; // large answers of this revision, by key and target
};

// "GET /api/stacks/{}/file": numbers and names of objects replaced, for counting.
std::string route_name(const Request& request);

} // namespace portainer_double
