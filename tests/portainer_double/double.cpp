#include "portainer_double/double.hpp"

#include "portainer_double/server.hpp"

namespace portainer_double {

class Double::State {
  public:
    explicit State(Options options) : service(std::move(options)), server(service) {}

    Service service;
    Server server;
};

Double::Double(Options options) : state_(std::make_unique<State>(std::move(options))) {}
Double::~Double() { stop(); }

void Double::start() { state_->server.start(); }
void Double::stop() { state_->server.stop(); }

std::uint16_t Double::port() const { return state_->server.port(); }
std::uint16_t Double::control_port() const { return state_->server.control_port(); }

std::string Double::url() const {
    const Options& options = state_->service.options;
    if (options.listen.starts_with("unix:")) return options.listen;
    const std::string scheme = options.tls_certificate.empty() ? "http" : "https";
    return scheme + "://" + options.listen.substr(0, options.listen.rfind(':')) + ":" + std::to_string(port()) +
           options.base_url;
}

std::string Double::control_url() const {
    const std::string& listen = state_->service.options.control_listen;
    return "http://" + listen.substr(0, listen.rfind(':')) + ":" + std::to_string(control_port());
}

Double::LockedWorld Double::world() { return {state_->service.mutex, state_->service.world}; }

void Double::add_fault(Fault fault) {
    const std::lock_guard lock(state_->service.mutex);
    state_->service.faults.push_back(std::move(fault));
}

void Double::clear_faults() {
    const std::lock_guard lock(state_->service.mutex);
    state_->service.faults.clear();
}

void Double::add_meanwhile(Meanwhile plan) {
    const std::lock_guard lock(state_->service.mutex);
    parse_target(plan.request);
    state_->service.meanwhile.push_back(std::move(plan));
}

RequestCount Double::requests() const {
    const std::lock_guard lock(state_->service.mutex);
    return state_->service.counts;
}

void Double::reset_requests() {
    const std::lock_guard lock(state_->service.mutex);
    state_->service.counts = {};
}

} // namespace portainer_double
