// A stand-in Portainer in this process, on a thread of its own: loopback ports or Unix sockets, one world in memory.
//
//     Double server({.version = Version::v2_43_0});
//     server.start();
//     server.world()->add_user("alice", standard_user, "secret");
//     ... requests to server.url() ...
#pragma once

#include "portainer_double/faults.hpp"
#include "portainer_double/meanwhile.hpp"
#include "portainer_double/world.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace portainer_double {

struct Options {
    Version version = Version::v2_43_0;
    std::string listen = "127.0.0.1:0"; // "[::1]:0" and "unix:/path" too
    std::string control_listen = "127.0.0.1:0";
    std::string base_url;        // "/portainer": everything of the API lies below it
    std::string tls_certificate; // PEM files; both empty: plain HTTP
    std::string tls_key;
    std::string seed; // JSON text, see README.md; "" is a fresh server
};

// What was asked, since the last reset.
struct RequestCount {
    std::map<std::string, std::uint64_t> by_route; // "GET /api/stacks/{}/file"
    std::uint64_t total = 0;
    std::uint64_t connections = 0;
    std::uint64_t most_at_once = 0; // requests under way at the same time
};

class Double {
  public:
    // Throws std::runtime_error for a seed or certificate that cannot be read.
    explicit Double(Options options = {});
    Double(const Double&) = delete;
    Double& operator=(const Double&) = delete;
    ~Double(); // stops

    // Binds and serves on its own thread; throws std::runtime_error if an address cannot be bound.
    void start();
    void stop();

    std::uint16_t port() const; // 0 for a Unix socket
    std::uint16_t control_port() const;
    std::string url() const; // "http://127.0.0.1:4711" with the base path; "unix:/path"
    std::string control_url() const;

    // The world, locked against the serving thread for as long as the handle lives. Do not wait for an answer
    // meanwhile.
    class LockedWorld {
      public:
        LockedWorld(std::mutex& mutex, World& world) : lock_(mutex), world_(world) { ++world_.revision; }
        World* operator->() const { return &world_; }
        World& operator*() const { return world_; }

      private:
        std::unique_lock<std::mutex> lock_;
        World& world_;
    };
    LockedWorld world();

    void add_fault(Fault fault);
    void clear_faults();
    // What somebody else does at a chosen moment; `request` needs method, target, body and the x-api-key header.
    void add_meanwhile(Meanwhile plan);
    RequestCount requests() const;
    void reset_requests();

  private:
    class State;
    std::unique_ptr<State> state_;
};

} // namespace portainer_double
