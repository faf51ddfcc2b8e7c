// Somebody at work (reconcile.md §3.2): what does not run as it should is made anew only after two looks between which
// nobody touched the stack. On servers before 2.41 a person's update in flight looks exactly like missing containers.
#include "base/text.hpp"
#include "model/stack.hpp"
#include "reconcile/case.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

namespace mooring::reconcile {
namespace {

using C = const Case&;

constexpr std::array runs_otherwise{Subject::gone,        Subject::not_started,   Subject::ended_kept,
                                    Subject::image,       Subject::too_many,      Subject::scaled,
                                    Subject::object_gone, Subject::object_differs};

// Where what is stored differs, too, the agent waits for people anyway (`humanGrace`, pacing.cpp), and an update in
// flight shows where records tell of deployments. Where they do not, nothing but the looks tells it.
constexpr std::array of_the_record{Subject::content,      Subject::env,        Subject::env_twice,
                                   Subject::git_settings, Subject::deployment, Subject::state};

// What somebody did and when, by the server's clock.
struct Touch {
    UnixSeconds at = 0;
    std::string what;
};

void take(Touch& last, UnixSeconds at, std::string what) {
    if (at > last.at) last = {.at = at, .what = std::move(what)};
}

// One that its engine keeps starting is nobody's work.
bool is_kept_restarting(const match::RuntimeFacts* engine, const Container& one) {
    if (one.state == "restarting") return true;
    if (engine == nullptr) return false;
    const auto detail = engine->details.find(one.name);
    return detail != engine->details.end() && detail->second.value && detail->second.value->restart_count > 0;
}

// A swarm dates what it was told of a service; it changes that itself only while an update of somebody's goes on.
void touch_services(C c, const std::string& project, Touch& last) {
    const std::vector<SwarmService>* services = c.services();
    if (services == nullptr) return;
    for (const SwarmService& one : *services) {
        if (one.namespace_ != project) continue;
        take(last, one.created_at, "service " + one.name + " was made");
        take(last, one.updated_at, "service " + one.name + " was changed");
    }
}

// The newest of what was made or changed in the stack's project; `now` is the engine's, as far as the answers tell.
Touch touched_containers(C c, UnixSeconds now) {
    Touch last;
    const std::vector<Container>* containers = c.containers();
    if (containers == nullptr) return last;
    const match::RuntimeFacts* engine = c.engine();
    const UnixSeconds then = engine == nullptr || engine->server_date == 0 ? now : engine->server_date;
    const std::string project = normalise_stack_name(c.record()->name);
    for (const Container& one : *containers) {
        if (one.project != project || is_kept_restarting(engine, one)) continue;
        take(last, one.created_at, "container " + one.name + " was made");
        if (const auto age = age_of_state(one.status))
            take(last, then - *age,
                 fmt::format("container {} was {}", one.name, one.state == "running" ? "started" : "stopped"));
    }
    return last;
}

} // namespace

std::optional<UnixSeconds> age_of_state(std::string_view status) {
    if (status.starts_with("Up ")) {
        status.remove_prefix(3);
    } else if (const std::size_t end = status.find(") "); status.starts_with("Exited (") && end != status.npos) {
        status.remove_prefix(end + 2);
    } else {
        return std::nullopt;
    }
    struct Unit {
        std::string_view word;
        UnixSeconds seconds;
    };
    constexpr std::array units{Unit{"second", 1},       Unit{"minute", 60},    Unit{"hour", 3600},
                               Unit{"day", 86'400},     Unit{"week", 604'800}, Unit{"month", 2'592'000},
                               Unit{"year", 31'536'000}};
    if (status.starts_with("Less than a second")) return 0;
    if (status.starts_with("About a minute")) return 60;
    if (status.starts_with("About an hour")) return 3600;
    UnixSeconds count = 0;
    const auto [end, error] = std::from_chars(status.data(), status.data() + status.size(), count);
    status.remove_prefix(static_cast<std::size_t>(end - status.data()));
    if (error != std::errc{} || !status.starts_with(' ')) return std::nullopt;
    const auto unit =
        std::ranges::find_if(units, [&](const Unit& one) { return status.substr(1).starts_with(one.word); });
    return unit == units.end() ? std::nullopt : std::optional(count * unit->seconds);
}

void leave_people_at_work(const Case& c, Step& step) {
    if (c.record() == nullptr || !deploys(step) || c.differs(runs_otherwise) == nullptr) return;
    const bool tells_deployments = !c.record()->deployment.empty();
    if (tells_deployments && (!c.input.by_agent || c.differs(of_the_record) != nullptr)) return;
    const auto since = c.input.runtime_differs_since ? c.input.runtime_differs_since(c.result()) : std::nullopt;
    const auto least = c.server.settings.limits.redeploy_after.count();
    if (!since || *since + least > c.input.now) {
        hold(step, "seen_once",
             fmt::format("what runs differs, and somebody may be at work on it: it is corrected if it is still so {} "
                         "minutes after it was first seen",
                         least / 60));
        return;
    }
    const auto& list = c.server.facts->list_again.value ? c.server.facts->list_again : c.server.facts->list;
    const UnixSeconds now = list.reply.server_date.value_or(c.input.now);
    Touch last = touched_containers(c, now);
    touch_services(c, normalise_stack_name(c.record()->name), last);
    take(last, std::max(c.record()->updated_at, c.record()->created_at), "the stack was written");
    if (last.at + least <= now) return;
    hold(step, "at_work",
         fmt::format("what runs differs, and {} on {}: it is corrected {} minutes after that, if nobody goes on",
                     printable(last.what, 200), format_utc(last.at), least / 60));
}

} // namespace mooring::reconcile
