// Version, token, role, list, clock: what the server is and who it takes us for.
#include "base/text.hpp"
#include "doctor/diagnose.hpp"
#include "drift/judge.hpp"
#include "words/words.hpp"

#include <charconv>
#include <cstdlib>
#include <fmt/format.h>

namespace mooring::doctor {
namespace {

constexpr UnixSeconds agreeing = 5;   // seconds that two clocks may be apart and be called equal
constexpr UnixSeconds tolerable = 60; // portainer-api.md §10: what a check allows for

// "2.41.3" -> 2, 41; 0, 0 for anything but a version.
std::pair<int, int> major_minor(std::string_view version) {
    std::pair<int, int> out{0, 0};
    const auto parts = split(version, '.');
    if (parts.size() < 2) return out;
    std::from_chars(parts[0].data(), parts[0].data() + parts[0].size(), out.first);
    std::from_chars(parts[1].data(), parts[1].data() + parts[1].size(), out.second);
    return out;
}

// The three deploy generations (portainer-api.md §0); which one an answer belongs to is judged by the answer alone.
std::string_view generation(std::string_view version) {
    const auto number = major_minor(version);
    if (number == std::pair(0, 0)) return "of an unknown generation";
    if (number < std::pair(2, 34)) return "first generation: it answers once a deployment has ended";
    if (number < std::pair(2, 41)) return "second generation: it records a stack before deploying it";
    return "third generation: it answers at once and deploys in the background";
}

// The four that were recorded reach from 2.23 to 2.43.
std::string_view outside_of_tests(std::string_view version) {
    const auto number = major_minor(version);
    if (number < std::pair(2, 23)) return " It is older than those that Mooring is tested with (2.23 to 2.43).";
    if (number > std::pair(2, 43)) return " It is newer than those that Mooring is tested with (2.23 to 2.43).";
    return "";
}

void diagnose_version(const ServerTrial& facts, Symptoms& findings) {
    const Answer<ServerStatus>& status = facts.known.status;
    if (!status.reply.asked() || status.reply.failure == Failure::tls) return; // the way says why
    if (!status.value) {
        const bool needed = !facts.known.identity_before.reply.ok();
        Symptom finding = failed_reply(facts, "version", status.reply, needed ? unavailable_exit : 0);
        if (!needed) {
            finding.level = Level::warn;
            finding.message += " Without the database's id the memory is not used.";
        }
        findings.push_back(std::move(finding));
        return;
    }
    const std::string version = printable(status.value->version, 40);
    findings.push_back({.server = facts.name,
                        .check = "version",
                        .message = fmt::format("Portainer {} ({}), database {}.{}", version, generation(version),
                                               printable(status.value->instance_id, 80), outside_of_tests(version))});
}

// False: there is nothing more to be said of this server.
bool diagnose_token(const ServerTrial& facts, Symptoms& findings) {
    const Answer<Identity>& identity = facts.known.identity_before;
    if (!identity.reply.asked()) return false;
    if (!identity.value) {
        const int ends = drift::ends_run(identity.reply);
        // Where not even the public status was answered, the lines above say what is wrong.
        const bool said = ends == 0 && !facts.known.status.value;
        if (!said)
            findings.push_back(failed_reply(facts, "token", identity.reply, ends == 0 ? unavailable_exit : ends));
        return false;
    }
    findings.push_back({.server = facts.name,
                        .check = "token",
                        .message = fmt::format("Accepted: {} (id {}), {}.", printable(identity.value->username, 100),
                                               identity.value->id, words::role_name(identity.value->role))});
    return true;
}

void diagnose_role(const ServerTrial& facts, Symptoms& findings) {
    if (!facts.settings.asked()) return;
    const Identity& identity = *facts.known.identity_before.value;
    const std::string who = printable(identity.username, 100);
    std::string message;
    if (identity.is_administrator()) {
        message = fmt::format("{} is an administrator and sees every stack and environment.", who);
    } else {
        const std::string settings =
            facts.settings.ok() ? "" : fmt::format("the settings ({}), ", answer_text(facts.settings));
        message =
            fmt::format("{} is not an administrator: fine for checking. It cannot see {}environments without access "
                        "for it, and stacks whose access control leaves it out.",
                        who, settings);
    }
    findings.push_back({.server = facts.name, .check = "role", .message = std::move(message)});
}

void diagnose_list(const ServerTrial& facts, Symptoms& findings) {
    if (!facts.known.list.value) {
        if (facts.known.list.reply.asked())
            findings.push_back(failed_reply(facts, "list", facts.known.list.reply, unavailable_exit));
        return;
    }
    const std::string stacks = words::counted(facts.known.list.value->size(), "stack");
    Symptom finding{.server = facts.name, .check = "list"};
    if (facts.known.list_complete()) {
        finding.message = fmt::format("Complete: {}. A stack that is not in it can be proven missing.", stacks);
    } else if (facts.known.identity_before.value && facts.known.identity_before.value->is_administrator()) {
        finding.level = Level::warn;
        finding.message = fmt::format("{}, but it is not known whether that is all: {} after it.", stacks,
                                      answer_text(facts.known.identity_after.reply));
        finding.remedy = "Run it again: the token's role changed, or the server failed in between.";
    } else {
        finding.message =
            fmt::format("Filtered for this token: {}. One that is not in it is reported as not visible, or as "
                        "deleted where the memory proves that it was, never as missing.",
                        stacks);
    }
    findings.push_back(std::move(finding));
}

void diagnose_clock(const ServerTrial& facts, Symptoms& findings) {
    std::optional<UnixSeconds> theirs = facts.known.identity_after.reply.server_date;
    if (!theirs) theirs = facts.known.identity_before.reply.server_date;
    if (!theirs) theirs = facts.known.status.reply.server_date;
    if (!theirs || facts.now == 0) return;
    const UnixSeconds apart = std::abs(facts.now - *theirs);
    Symptom finding{.server = facts.name, .check = "clock"};
    finding.message = apart <= agreeing ? "This machine and the server agree on the time."
                                        : fmt::format("This machine is {} s {} the server.", apart,
                                                      facts.now > *theirs ? "ahead of" : "behind");
    if (apart > tolerable) {
        finding.level = Level::warn;
        finding.remedy =
            "Set both clocks by NTP: waivers and suspensions end by this machine's clock, and deployments that hang "
            "are judged by the server's.";
    }
    findings.push_back(std::move(finding));
}

} // namespace

void diagnose_server(const ServerTrial& facts, Symptoms& findings) {
    diagnose_version(facts, findings);
    if (diagnose_token(facts, findings)) {
        diagnose_role(facts, findings);
        if (facts.known.environments.reply.asked() && !facts.known.environments.value)
            findings.push_back(failed_reply(facts, "environments", facts.known.environments.reply, unavailable_exit));
        diagnose_list(facts, findings);
    }
    diagnose_clock(facts, findings);
}

} // namespace mooring::doctor
