// Facts of a server where everything is well, for tests to spoil.
#pragma once

#include "doctor/diagnose.hpp"

#include <algorithm>

namespace mooring::doctor {

constexpr UnixSeconds now = 1795000000;
constexpr UnixSeconds day = 86400;

template <typename T>
Answer<T> answered(Call call, T value) {
    Answer<T> answer;
    answer.reply = {.call = call, .outcome = Outcome::ok, .target = "/api/x", .status = 200, .server_date = now};
    answer.value = std::move(value);
    return answer;
}

inline Reply refusal(Outcome outcome, int status, std::string message, std::optional<Cause> cause = {}) {
    return {.outcome = outcome, .cause = cause, .target = "/api/x", .status = status, .message = std::move(message)};
}

inline StackRecord record(StackId id, std::string name, EnvironmentId environment) {
    StackRecord out;
    out.id = id;
    out.name = std::move(name);
    out.type = StackType::standalone;
    out.environment = environment;
    return out;
}

inline net::ShownCertificate certificate(UnixSeconds until = now + 100 * day) {
    return {.subject = "CN=portainer.example.org",
            .issuer = "CN=portainer.example.org",
            .names = {"portainer.example.org"},
            .from = now - day,
            .until = until,
            .pin = "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            .pem = "-----BEGIN CERTIFICATE-----\n",
            .self_signed = true};
}

// `role` 1: an administrator; 2: a user.
inline ServerTrial good_server(std::int64_t role) {
    ServerTrial facts{.name = "main", .url = "https://portainer.example.org", .has_token = true};
    facts.inspection =
        net::Inspection{.encrypted = true,
                        .target = "portainer.example.org:443",
                        .host = "portainer.example.org",
                        .addresses = {"10.0.0.7"},
                        .tls = net::ShownTls{.version = "TLSv1.3", .chain = {certificate()}, .name_matches = true}};
    facts.known.name = "main";
    facts.known.now = facts.now = now;
    facts.known.status = answered(Call::status, ServerStatus{"2.39.0", "instance-1"});
    facts.known.identity_before = answered(Call::identity, Identity{2, "alice", role});
    facts.known.identity_after = facts.known.identity_before;
    facts.known.environments =
        answered(Call::environments, std::vector<Environment>{{.id = 1, .name = "production", .type = 1}});
    facts.known.list = answered(Call::stacks, std::vector<StackRecord>{record(7, "shop", 1)});
    facts.settings = role == 1 ? Reply{.outcome = Outcome::ok, .target = "/api/settings", .status = 200}
                               : refusal(Outcome::denied, 403, "Access denied", Cause::role);
    const Reply ok{.outcome = Outcome::ok, .status = 200};
    facts.trials[1] = {.containers = ok, .file = ok, .stack = 7, .stack_name = "shop"};
    return facts;
}

inline Diagnosis of(ServerTrial server) {
    Facts facts;
    facts.local = {.configuration = "mooring.yaml", .servers = 1, .manifests = "manifests", .stacks = 1};
    facts.servers.push_back(std::move(server));
    return diagnose(facts);
}

// The finding of this check; the first if there are several. A failure of the test where there is none.
inline Symptom find(const Diagnosis& diagnosis, std::string_view check) {
    const auto found = std::ranges::find(diagnosis.findings, check, &Symptom::check);
    return found == diagnosis.findings.end() ? Symptom{.check = "no such finding"} : *found;
}

inline bool all_well(const Diagnosis& diagnosis) {
    return std::ranges::all_of(diagnosis.findings, [](const Symptom& one) { return one.level == Level::ok; });
}

} // namespace mooring::doctor
