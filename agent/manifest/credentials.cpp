// Where tokens come from. Nothing here says what a token is.
#include "manifest/config.hpp"

#include "base/text.hpp"
#include "manifest/root.hpp"
#include "manifest/words.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <unistd.h>

namespace mooring::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_token = 65'536;

struct Problem {
    std::string code;
    std::string message;
    std::string suggestion;
};

using Token = std::expected<Secret, Problem>;

std::unexpected<Problem> refuse(std::string message, std::string suggestion = {}) {
    return std::unexpected(Problem{"credential", std::move(message), std::move(suggestion)});
}

// One trailing newline is the file's, not the token's. Anything else that is no visible character means that this is
// not a token: a wrong file, two lines, quotes and blanks around it.
Token checked(std::string text, const std::string& source) {
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    if (text.empty()) return refuse("the token in " + source + " is empty");
    if (std::ranges::any_of(text, [](char c) { return c <= ' ' || c > '~'; }))
        return refuse("what is in " + source + " is no token: it has blanks, line breaks or other signs in it",
                      "it should hold the token alone, as Portainer showed it (ptr_...)");
    return Secret(std::move(text));
}

Token from_file(const fs::path& path, const std::string& source) {
    auto text = manifest::read_resolved(path, largest_token);
    if (!text) return refuse("the token in " + source + " cannot be read: " + text.error().message);
    return checked(std::move(*text), source);
}

Token from_variable(const std::string& name, const Variables& variables) {
    const Secret* value = variables.find(name);
    if (value == nullptr) return refuse("the variable " + name + ", which should hold the token, is not set");
    return checked(std::string(value->reveal()), "the variable " + name);
}

Token from_systemd(const std::string& name, const Variables& variables) {
    const Secret* folder = variables.find("CREDENTIALS_DIRECTORY");
    if (folder == nullptr)
        return refuse("systemd gave this process no credentials", "add LoadCredential=" + name + ":/path to the unit");
    return from_file(fs::path(folder->reveal()) / name, "the credential " + name);
}

Token from_input(const std::function<Result<std::string>()>& standard_input) {
    auto text = standard_input();
    if (!text) return refuse(text.error().message);
    return checked(std::move(*text), "standard input");
}

Token read(const CredentialSource& source, const Variables& variables,
           const std::function<Result<std::string>()>& standard_input) {
    switch (source.kind) {
    case CredentialSource::Kind::file:
        return from_file(source.name, source.name);
    case CredentialSource::Kind::variable:
        return from_variable(source.name, variables);
    case CredentialSource::Kind::systemd:
        return from_systemd(source.name, variables);
    case CredentialSource::Kind::standard_input:
        return from_input(standard_input);
    case CredentialSource::Kind::none:
        break;
    }
    return refuse("there is no access token",
                  "set PORTAINER_API_KEY_FILE, or add `credential: {file: PATH}` to the server; in "
                  "Portainer: My account > Access tokens");
}

std::optional<Problem> open_to_others(const CredentialSource& source) {
    if (source.kind != CredentialSource::Kind::file) return std::nullopt;
    std::error_code code;
    const fs::perms bits = fs::status(source.name, code).permissions();
    if (code || (bits & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none) return std::nullopt;
    return Problem{"open-credential", "others than its owner can use " + source.name + ", which holds a token",
                   "chmod 600 " + source.name};
}

Diagnostic diagnostic(Severity severity, Problem problem, const Config& config, const std::string& server) {
    const auto origin = config.origins.find("servers[" + server + "].credential");
    return {.severity = severity,
            .code = std::move(problem.code),
            .message = "server " + manifest::in_quotes(server) + ": " + problem.message,
            .suggestion = std::move(problem.suggestion),
            .where = origin == config.origins.end() ? SourceLocation{} : origin->second.where,
            .server = server};
}

} // namespace

Diagnostics read_credentials(Config& config, const Variables& variables,
                             const std::function<Result<std::string>()>& standard_input) {
    Diagnostics out;
    for (ServerEntry& entry : config.servers) {
        const std::string& name = entry.server.name;
        Token token = read(entry.credential, variables, standard_input);
        if (token)
            entry.server.token = std::move(*token);
        else
            out.push_back(diagnostic(Severity::error, std::move(token.error()), config, name));
        if (auto open = open_to_others(entry.credential))
            out.push_back(diagnostic(Severity::warning, std::move(*open), config, name));
    }
    return out;
}

Result<Secret> read_secret(const CredentialSource& source, const Variables& variables) {
    Token token = read(source, variables, [] {
        return Result<std::string>(fail(ErrorKind::invalid_input, "standard input holds the token of a server"));
    });
    if (token) return std::move(*token);
    return fail(ErrorKind::invalid_input, token.error().message, token.error().suggestion);
}

Result<std::string> read_standard_input() {
    std::string text;
    std::array<char, 4096> block{};
    while (text.size() <= largest_token) {
        const ssize_t size = ::read(STDIN_FILENO, block.data(), block.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return fail(ErrorKind::io, std::string("standard input cannot be read: ") + std::strerror(errno));
        if (size == 0) return text;
        text.append(block.data(), static_cast<std::size_t>(size));
    }
    return fail(ErrorKind::limit, "standard input holds more than a token");
}

} // namespace mooring::config
