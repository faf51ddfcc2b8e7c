// The supervisor's side: systemd's notify protocol (sd_notify(3)) over a datagram socket of our own, which is all that
// is needed of libsystemd.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mooring::serve {

class Supervisor {
  public:
    // `socket`: $NOTIFY_SOCKET, a path or an abstract name ("@..."); "": there is no supervisor, nothing is sent.
    // `watchdog`: $WATCHDOG_USEC; "" or no number: no watchdog is expected.
    Supervisor(std::string_view socket, std::string_view watchdog);
    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;
    ~Supervisor();

    bool present() const { return socket_ >= 0; }
    // How often "WATCHDOG=1" must arrive; nullopt: never.
    std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }

    void ready(std::string_view status);
    void reloading(); // with MONOTONIC_USEC, as Type=notify-reload wants it; ready() ends it
    void stopping();
    void status(std::string_view text); // one line
    void feed_watchdog();

  private:
    void send(const std::string& message) const;

    int socket_ = -1;
    std::string address_; // the bytes of sockaddr_un
    std::optional<std::chrono::microseconds> watchdog_;
};

} // namespace mooring::serve
