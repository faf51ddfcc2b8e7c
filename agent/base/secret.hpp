// Text that must never be printed: tokens, passwords, environment values. It cannot be formatted, streamed, or turned
// into JSON; whoever needs the bytes says so with reveal(), and those places can be counted with grep.
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace mooring {

class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}
    Secret(const Secret&) = default;
    Secret& operator=(const Secret&) = default;
    Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.wipe(); }
    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            wipe();
            value_ = std::move(other.value_);
            other.wipe();
        }
        return *this;
    }
    ~Secret() { wipe(); }

    // The bytes themselves. Call it only to compare, to send to the server it belongs to, or under --show-values.
    std::string_view reveal() const { return value_; }
    bool empty() const { return value_.empty(); }

    friend bool operator==(const Secret&, const Secret&) = default;

  private:
    // Overwrites the bytes before they are given back, so that a core or a reused block does not hold them.
    void wipe() noexcept {
        volatile char* bytes = value_.data();
        for (std::size_t i = 0; i < value_.size(); ++i) bytes[i] = 0;
        value_.clear();
    }

    std::string value_;
};

} // namespace mooring
