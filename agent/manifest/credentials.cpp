// Where tokens come from. Nothing here says what a token is.
#include "manifest/config.hpp"

#include "base/text.hpp"
#include "manifest/layers.hpp"

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

bool is_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

// "PORTAINER_API_KEY=ptr_...", "export KEY=ptr_...", "X-API-Key: ptr_...", "token: ptr_...": a name before the token.
// A token of Portainer begins with ptr_ and may end in `=`.
bool has_name_before(std::string_view text) {
    if (text.starts_with("export ")) text.remove_prefix(7);
    const std::size_t end = text.find_first_of("=:");
    if (end == std::string_view::npos || text.starts_with("ptr_") || !is_name(text.substr(0, end))) return false;
    return text.find_first_not_of("=: ", end) != std::string_view::npos;
}

struct Slip {
    bool is_there = false;
    std::string_view message; // after "the token in SOURCE "
    std::string_view cure;
};

// What people do to a token on the way into a file, as far as it can be told for certain.
std::optional<Slip> slip_in(std::string_view text) {
    constexpr std::string_view jwt = "eyJ";
    const std::string lower = to_lower(text.substr(0, 7));
    const bool has_blank = std::ranges::any_of(text, [](char c) { return c == ' ' || c == '\t'; });
    const std::array<Slip, 9> slips{{
        {text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"), "is saved as UTF-16", "save the file as UTF-8"},
        {text.starts_with("\xEF\xBB\xBF"), "begins with a byte order mark", "save the file as UTF-8 without BOM"},
        {is_quote(text.front()) || is_quote(text.back()), "has quotes around it", "leave the quotes out"},
        {text.front() == '{', "is inside JSON", "write only the value of `rawAPIKey`"},
        {lower == "bearer ", "begins with `Bearer`", "leave that word out"},
        {has_name_before(text), "has a name in front of it", "write only what follows the name"},
        {text.find_first_of("\r\n") != std::string_view::npos, "has more than one line", "write it in one line"},
        {has_blank, "has spaces in it or around it", "leave the spaces out"},
        {text.starts_with(jwt) && std::ranges::count(text, '.') == 2, "is a session's token (JWT), not an access token",
         "make an access token in Portainer: My account > Access tokens"},
    }};
    const auto found = std::ranges::find(slips, true, &Slip::is_there);
    return found == slips.end() ? std::nullopt : std::optional(*found);
}

// One trailing newline is the file's, not the secret's. Anything else that is not a visible character means that this
// is not one: a wrong file, two lines, blanks around it. Of a server's token more is known (`of_portainer`).
Token checked(std::string text, const std::string& source, bool of_portainer) {
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    if (text.empty()) return refuse("the token in " + source + " is empty");
    if (const auto slip = of_portainer ? slip_in(text) : std::nullopt)
        return refuse("the token in " + source + " " + std::string(slip->message), std::string(slip->cure));
    if (std::ranges::any_of(text, [](char c) { return c <= ' ' || c > '~'; }))
        return refuse(source + " does not hold a token: it contains spaces, line breaks or other invalid characters",
                      "it should hold the token alone, as Portainer showed it (ptr_...)");
    return Secret(std::move(text));
}

Token from_file(const fs::path& path, const std::string& source, bool of_portainer) {
    auto text = manifest::read_resolved(path, largest_token);
    if (!text) return refuse("the token in " + source + " cannot be read: " + text.error().message);
    return checked(std::move(*text), source, of_portainer);
}

Token from_variable(const std::string& name, const Variables& variables, bool of_portainer) {
    const Secret* value = variables.find(name);
    if (value == nullptr) return refuse("the variable " + name + ", which should hold the token, is not set");
    return checked(std::string(value->reveal()), "the variable " + name, of_portainer);
}

Token from_systemd(const std::string& name, const Variables& variables, bool of_portainer) {
    const Secret* folder = variables.find("CREDENTIALS_DIRECTORY");
    if (folder == nullptr)
        return refuse("systemd gave this process no credentials",
                      "outside a unit give --api-key-file FILE; in a unit, add LoadCredential=" + name + ":/path");
    return from_file(fs::path(folder->reveal()) / name, "the credential " + name, of_portainer);
}

Token from_input(const std::function<Result<std::string>()>& standard_input) {
    auto text = standard_input();
    if (!text) return refuse(text.error().message);
    return checked(std::move(*text), "standard input", true);
}

Token read(const CredentialSource& source, const Variables& variables,
           const std::function<Result<std::string>()>& standard_input, bool of_portainer) {
    switch (source.kind) {
    case CredentialSource::Kind::file:
        return from_file(source.name, source.name, of_portainer);
    case CredentialSource::Kind::variable:
        return from_variable(source.name, variables, of_portainer);
    case CredentialSource::Kind::systemd:
        return from_systemd(source.name, variables, of_portainer);
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
    return Problem{"open-credential", source.name + " holds a token and other users can read it",
                   "run `chmod 600 " + source.name + "`"};
}

Diagnostic diagnostic(Severity severity, Problem problem, const Config& config, const std::string& server) {
    const auto origin = config.origins.find("servers[" + server + "].credential");
    return {.severity = severity,
            .code = std::move(problem.code),
            .message = std::move(problem.message),
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
        Token token = read(entry.credential, variables, standard_input, true);
        if (!token) {
            out.push_back(diagnostic(Severity::error, std::move(token.error()), config, name));
            continue;
        }
        entry.server.token = std::move(*token);
        if (auto open = open_to_others(entry.credential))
            out.push_back(diagnostic(Severity::warning, std::move(*open), config, name));
    }
    const std::vector<Secret> tokens = tokens_of(config);
    for (ServerEntry& entry : config.servers) entry.server.withheld = tokens;
    return out;
}

std::vector<Secret> tokens_of(const Config& config) {
    std::vector<Secret> out;
    for (const ServerEntry& entry : config.servers) {
        if (!entry.server.token.empty()) out.push_back(entry.server.token);
    }
    return out;
}

Result<Secret> read_secret(const CredentialSource& source, const Variables& variables) {
    const auto no_input = [] {
        return Result<std::string>(fail(ErrorKind::invalid_input, "standard input holds the token of a server"));
    };
    Token token = read(source, variables, no_input, false);
    if (token) return std::move(*token);
    return fail(ErrorKind::invalid_input, token.error().message, token.error().suggestion);
}

manifest::Credentials credentials_of(const Config& config, const Variables& variables) {
    manifest::Credentials out;
    const auto add = [&](const CredentialSource& source, const Secret& known) {
        std::error_code ignored;
        if (source.kind == CredentialSource::Kind::variable) out.variables.insert(source.name);
        if (source.kind == CredentialSource::Kind::systemd) out.systemd.insert(source.name);
        if (source.kind == CredentialSource::Kind::file) out.files.insert(fs::weakly_canonical(source.name, ignored));
        if (!known.empty()) return out.values.push_back(known);
        if (source.kind == CredentialSource::Kind::none || source.kind == CredentialSource::Kind::standard_input)
            return;
        if (auto value = read_secret(source, variables)) out.values.push_back(std::move(*value));
    };
    out.variables.insert("PORTAINER_API_KEY"); // of Portainer's own tools, too
    for (const ServerEntry& entry : config.servers) add(entry.credential, entry.server.token);
    add(config.agent.listen.token, {});
    for (const ChannelSettings& channel : config.agent.notifications.channels) {
        add(channel.url_source, {});
        add(channel.secret, {});
    }
    return out;
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
