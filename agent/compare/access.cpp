// Who may see the stack. Names are resolved with this token; one that it cannot resolve leaves the field unread (design
// §4).
#include "base/text.hpp"
#include "compare/parts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <ranges>
#include <set>

namespace mooring::compare {
namespace {

using Kind = DesiredAccess::Kind;

// Access as the server decides it (portainer-api.md §2.2): public, or the users and teams named, or nobody but
// administrators.
struct Access {
    Kind kind = Kind::administrators;
    std::set<std::int64_t> users;
    std::set<std::int64_t> teams;

    friend bool operator==(const Access&, const Access&) = default;
};

// The flag AdministratorsOnly is never consulted by the server, so that it is not here either.
Access effective(bool is_public, std::set<std::int64_t> users, std::set<std::int64_t> teams) {
    if (is_public) return {.kind = Kind::everyone, .users = {}, .teams = {}};
    if (users.empty() && teams.empty()) return {};
    return {.kind = Kind::restricted, .users = std::move(users), .teams = std::move(teams)};
}

Access actual_access(const StackRecord& record) {
    if (!record.resource_control) return {};
    const ResourceControl& control = *record.resource_control;
    return effective(control.is_public, {control.users.begin(), control.users.end()},
                     {control.teams.begin(), control.teams.end()});
}

// One of the two lists of names, and what it is called.
struct Directory {
    std::string_view word; // "user", "team"
    const Answer<std::vector<NamedId>>& answer;
    const std::optional<Identity>& self; // a token always knows its own user
    bool complete;                       // an administrator's answer holds every name
};

// Portainer folds case when it looks for a user or team of a name.
std::optional<std::int64_t> resolve(const Principal& principal, const Directory& directory) {
    if (principal.id) return principal.id;
    const std::string wanted = to_lower(principal.name);
    if (directory.self && to_lower(directory.self->username) == wanted) return directory.self->id;
    if (!directory.answer.value) return std::nullopt;
    for (const NamedId& known : *directory.answer.value) {
        if (to_lower(known.name) == wanted) return known.id;
    }
    return std::nullopt;
}

// The answer that did not hold the name, as a refusal: a user is shown some names, and nobody says which are left out.
Reply refusal(const Principal& principal, const Directory& directory) {
    Reply reply = directory.answer.reply;
    if (!reply.ok()) return reply;
    reply.outcome = Outcome::denied;
    reply.cause = Cause::role;
    reply.message =
        fmt::format("{} `{}` is not among those shown to this token", directory.word, printable(principal.name, 100));
    return reply;
}

std::string unknown_name(const Principal& principal, const Directory& directory) {
    std::vector<std::string> names;
    for (const NamedId& known : *directory.answer.value) names.push_back(printable(known.name, 100));
    std::ranges::sort(names);
    const std::string hint = suggest(principal.name, names);
    return fmt::format("access: no {} `{}`{}{}", directory.word, printable(principal.name, 100),
                       hint.empty() ? "" : "; ", hint);
}

// The ids of the declared names. Those that cannot be resolved are told in `out`; `failed` is then set.
std::set<std::int64_t> resolve_all(const std::vector<Principal>& principals, const Directory& directory, bool& failed,
                                   Comparison& out) {
    std::set<std::int64_t> ids;
    for (const Principal& principal : principals) {
        if (const auto id = resolve(principal, directory)) {
            ids.insert(*id);
            continue;
        }
        failed = true;
        if (directory.complete && directory.answer.value) {
            out.errors.push_back(unknown_name(principal, directory));
        } else {
            if (out.unread.empty()) out.unread.emplace_back("access"); // nothing before this part is ever unread
            if (!out.refusal) out.refusal = refusal(principal, directory);
        }
    }
    return ids;
}

std::string names_of(const std::set<std::int64_t>& ids, const Directory& directory) {
    std::vector<std::string> names;
    for (const std::int64_t id : ids) {
        std::string name = fmt::format("{}", id);
        if (directory.self && directory.self->id == id) name = printable(directory.self->username, 100);
        if (directory.answer.value) {
            const auto known = std::ranges::find(*directory.answer.value, id, &NamedId::id);
            if (known != directory.answer.value->end()) name = printable(known->name, 100);
        }
        names.push_back(std::move(name));
    }
    return fmt::format("{}{} {}", directory.word, names.size() == 1 ? "" : "s", join(names, ", "));
}

std::string describe(const Access& access, const Directory& users, const Directory& teams) {
    if (access.kind == Kind::administrators) return "administrators";
    if (access.kind == Kind::everyone) return "public";
    std::vector<std::string> parts;
    if (!access.users.empty()) parts.push_back(names_of(access.users, users));
    if (!access.teams.empty()) parts.push_back(names_of(access.teams, teams));
    return join(parts, "; ");
}

bool all_there(const std::set<std::int64_t>& ids, const Directory& directory) {
    return std::ranges::all_of(ids, [&](std::int64_t id) {
        if (directory.self && directory.self->id == id) return true;
        return directory.answer.value &&
               std::ranges::find(*directory.answer.value, id, &NamedId::id) != directory.answer.value->end();
    });
}

} // namespace

std::optional<AccessIds> access_ids(const DesiredAccess& declared, const Principals& known) {
    AccessIds ids;
    if (declared.kind != Kind::restricted) {
        ids.is_public = declared.kind == Kind::everyone;
        return ids;
    }
    const std::optional<Identity> nobody;
    const Directory users{"user", known.users, known.self, false};
    const Directory teams{"team", known.teams, nobody, false};
    Comparison unsaid;
    bool failed = false;
    ids.users = resolve_all(declared.users, users, failed, unsaid);
    ids.teams = resolve_all(declared.teams, teams, failed, unsaid);
    if (failed || !all_there(ids.users, users) || !all_there(ids.teams, teams)) return std::nullopt;
    return ids;
}

bool has_access(const StackRecord& record, const AccessIds& wanted) {
    const Access actual = actual_access(record);
    return actual == effective(wanted.is_public, wanted.users, wanted.teams);
}

void compare_access(const RecordPair& pair, Comparison& out) {
    if (!pair.stack.access) return;
    const DesiredAccess& declared = *pair.stack.access;
    const std::optional<Identity> nobody;
    const bool complete = pair.server.is_administrator();
    const Directory users{"user", pair.server.users, pair.server.identity_before.value, complete};
    const Directory teams{"team", pair.server.teams, nobody, complete};

    Access desired = effective(declared.kind == Kind::everyone, {}, {});
    if (declared.kind == Kind::restricted) {
        bool failed = false;
        std::set<std::int64_t> user_ids = resolve_all(declared.users, users, failed, out);
        std::set<std::int64_t> team_ids = resolve_all(declared.teams, teams, failed, out);
        if (failed) return;
        desired = effective(false, std::move(user_ids), std::move(team_ids));
    }
    const Access actual = actual_access(pair.record);
    if (desired == actual) return;
    out.changes.push_back(change_at(Plane::record, Subject::access, "access", describe(desired, users, teams),
                                    describe(actual, users, teams), manifest_line(pair.stack, declared.line)));
}

} // namespace mooring::compare
