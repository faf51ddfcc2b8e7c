#include "net/watchdog.hpp"

#include <algorithm>

namespace mooring::net {

Watchdog::Watch::Watch(std::shared_ptr<Watchdog> dog, TimePoint deadline, std::function<void()> on_expiry)
    : dog_(std::move(dog)), deadline_(deadline), on_expiry_(std::move(on_expiry)) {
    dog_->add(this);
}

Watchdog::Watch::~Watch() { dog_->remove(this); }

void Watchdog::add(Watch* watch) {
    watches_.push_back(watch);
    if (watch->deadline_ < armed_) sleep_until(watch->deadline_);
}

void Watchdog::remove(Watch* watch) {
    std::erase(watches_, watch);
    if (!watches_.empty()) return; // a timer that is too early only looks around and sleeps on
    armed_ = TimePoint::max();
    timer_.cancel(); // so that the io_context may run out of work
}

void Watchdog::sleep_until(TimePoint at) {
    armed_ = at;
    timer_.expires_at(at);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        if (error) return;
        if (const auto self = weak.lock()) self->wake();
    });
}

void Watchdog::wake() {
    if (armed_ == TimePoint::max()) return; // cancelled after it had fired
    armed_ = TimePoint::max();
    const auto now = std::chrono::steady_clock::now();
    std::vector<Watch*> due; // on_expiry closes sockets, whose handlers run later: watches_ stays as it is meanwhile
    std::ranges::copy_if(watches_, std::back_inserter(due),
                         [&](const Watch* watch) { return !watch->expired_ && watch->deadline_ <= now; });
    for (Watch* watch : due) {
        watch->expired_ = true;
        watch->on_expiry_();
    }
    TimePoint next = TimePoint::max();
    for (const Watch* watch : watches_) {
        if (!watch->expired_) next = std::min(next, watch->deadline_);
    }
    if (next != TimePoint::max()) sleep_until(next);
}

} // namespace mooring::net
