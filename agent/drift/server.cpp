// The server as a whole (design §3.2, the table's first three rows).
#include "base/text.hpp"
#include "drift/judge.hpp"
#include "drift/sentences.hpp"
#include "drift/situation.hpp"
#include "portainer/causes.hpp"

#include <fmt/format.h>
#include <vector>

namespace mooring::drift {
namespace {

constexpr int unavailable_exit = 69;
constexpr int header_exit = 70;
constexpr int credentials_exit = 77;

void add_cluster(const match::ClusterFacts& cluster, std::vector<const Reply*>& replies) {
    for (const auto& [name, reply] : cluster.namespaces) replies.push_back(&reply);
    for (const auto& [path, list] : cluster.lists) replies.push_back(&list.reply);
    for (const auto& [version, answer] : cluster.kinds) replies.push_back(&answer.reply);
    replies.push_back(&cluster.groups.reply);
    for (const auto& [id, answer] : cluster.holders) replies.push_back(&answer.reply);
}

// In the order in which they were asked.
std::vector<const Reply*> replies_of(const ServerFacts& server) {
    std::vector<const Reply*> replies{&server.status.reply, &server.identity_before.reply, &server.environments.reply,
                                      &server.list.reply,   &server.identity_after.reply,  &server.tags.reply,
                                      &server.groups.reply, &server.teams.reply,           &server.users.reply};
    for (const auto& [id, answer] : server.environments_by_id) replies.push_back(&answer.reply);
    for (const auto& [id, runtime] : server.runtime) {
        replies.push_back(&runtime.containers.reply);
        replies.push_back(&runtime.services.reply);
        replies.push_back(&runtime.tasks.reply);
        for (const auto& [name, answer] : runtime.details) replies.push_back(&answer.reply);
        replies.push_back(&runtime.images.reply);
        add_cluster(runtime.cluster, replies);
    }
    replies.push_back(&server.list_again.reply);
    replies.push_back(&server.identity_after_again.reply);
    return replies;
}

// The request without which nothing can be judged, that failed first; nullptr if all were answered. The identity after
// the list only decides whether the list is complete.
const Reply* missing_foundation(const ServerFacts& server) {
    if (!server.identity_before.value) return &server.identity_before.reply;
    if (!server.environments.value) return &server.environments.reply;
    if (!server.list.value) return &server.list.reply;
    return nullptr;
}

std::string remedy_of(const Reply& reply, const ServerFacts& server) {
    return portainer::remedy(reply, {.user = server.identity_before.value ? user_text(server) : "",
                                     .stack = {},
                                     .environment = {},
                                     .server = printable(server.url.empty() ? server.name : server.url)});
}

std::string with_remedy(const std::string& what, const Reply& reply, const ServerFacts& server) {
    const std::string remedy = remedy_of(reply, server);
    return remedy.empty() ? what + "." : what + ". " + remedy;
}

std::string why_it_ended(int code, const Reply& reply, const ServerFacts& server) {
    const char* what = code == credentials_exit ? "The access token was refused"
                       : code == header_exit    ? "Something on the way added a header to the requests"
                                                : "The server could not be read";
    return with_remedy(fmt::format("{}: {}", what, answer_text(reply)), reply, server);
}

// Verdict, cause and rule of every row of a server that this reply is to blame for.
void say_without_server(const Reply& reply, const ServerFacts& server, StackResult& result) {
    const std::string name = in_ticks(server.name);
    const std::string said = answer_text(reply);
    result.verdict = Verdict::unreachable;
    switch (ends_run(reply)) {
    case credentials_exit:
        result.verdict = Verdict::denied;
        result.cause = Cause::credentials;
        result.rule = "credentials-refused";
        result.message =
            fmt::format("Nothing is known about the stack: the server {} refused the access token ({}).", name, said);
        return;
    case header_exit:
        result.rule = "header-added";
        result.message = fmt::format("Nothing is known about the stack: something on the way to the server {} added a "
                                     "header to the requests ({}).",
                                     name, said);
        return;
    default:
        // A refusal of the whole list is no answer about any stack, but a refusal it stays.
        if (reply.denied()) result.verdict = Verdict::denied;
        result.cause = reply.cause;
        result.rule = "server-unreachable";
        result.message =
            fmt::format("Nothing is known about the stack: the server {} could not be read ({}).", name, said);
    }
}

} // namespace

int ends_run(const Reply& reply) {
    if (reply.outcome == Outcome::credentials_refused) return credentials_exit;
    return reply.outcome == Outcome::header_added ? header_exit : 0;
}

const Reply* ending_reply(const StackFacts& facts) {
    std::vector<const Reply*> replies{&facts.by_id.reply, &facts.file.reply};
    for (const auto& [id, answer] : facts.older_by_id) replies.push_back(&answer.reply);
    for (const NameProbe& probe : facts.probes) replies.push_back(&probe.reply);
    for (const NameProbe& probe : facts.container_probes) replies.push_back(&probe.reply);
    const auto ending = std::ranges::find_if(replies, [](const Reply* reply) { return ends_run(*reply) != 0; });
    return ending == replies.end() ? nullptr : *ending;
}

const Reply* ending_reply(const ServerFacts& server) {
    const std::vector<const Reply*> replies = replies_of(server);
    const auto ending = std::ranges::find_if(replies, [](const Reply* reply) { return ends_run(*reply) != 0; });
    return ending == replies.end() ? nullptr : *ending;
}

void end_server(ServerResult& result, const Reply& reply, const ServerFacts& server) {
    result.exit_code = ends_run(reply);
    result.error = why_it_ended(result.exit_code, reply, server);
}

ServerResult judge_server(const ServerFacts& server) {
    ServerResult result;
    result.name = server.name;
    if (server.status.value) {
        result.version = printable(server.status.value->version, 40);
        result.instance_id = printable(server.status.value->instance_id, 80);
    }
    result.identity = server.identity_before.value;
    result.list_complete = server.list_complete();
    if (const Reply* ending = ending_reply(server)) {
        end_server(result, *ending, server);
        return result;
    }
    if (const Reply* missing = missing_foundation(server)) {
        result.exit_code = unavailable_exit;
        result.error = why_it_ended(result.exit_code, *missing, server);
    }
    return result;
}

StackResult judge_without_server(const Row& row, const ServerFacts& server, const Reply* ending) {
    StackResult result = name_result(row, server, match::resolve_environment(row, server));
    if (match::is_suspended(*row.stack, server.now)) {
        const StackFacts nothing;
        const JudgeOptions options;
        decide(look(row, server, nothing, options), result);
        return result;
    }
    const Reply* blamed = ending != nullptr ? ending : missing_foundation(server);
    static const Reply not_asked;
    const Reply& reply = blamed != nullptr ? *blamed : not_asked;
    say_without_server(reply, server, result);
    result.remedy = remedy_of(reply, server);
    if (result.remedy.empty())
        result.remedy = "Fix what keeps the server from being asked; the message says what it is.";
    result.unread = {"record", "content"};
    if (row.stack->runtime) result.unread.emplace_back("runtime");
    if (reply.status != 0 || !reply.target.empty()) {
        result.evidence.push_back({reply.method, reply.target, reply.status, reply.message});
    }
    return result;
}

} // namespace mooring::drift
