#include "base/text.hpp"
#include "capture/capture.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace mooring::capture {
namespace {

std::string line(std::string_view key, std::string_view value) {
    return "  " + std::string(key) + ": " + std::string(value) + "\n";
}

std::string git_text(const StackRecord& record) {
    if (record.git_hidden()) return "  git: any # this token is not shown from where\n";
    const GitConfig& git = *record.git;
    std::string out = "  git:\n    url: " + in_quotes(url_without_user(git.url)) + "\n";
    if (!git.reference.empty()) out += "    reference: " + in_quotes(git.reference) + "\n";
    const std::string& path = git.config_file_path.empty() ? record.entry_point : git.config_file_path;
    if (!path.empty()) out += "    path: " + in_quotes(path) + "\n";
    if (!record.additional_files.empty()) {
        out += "    additionalFiles:\n";
        for (const std::string& file : record.additional_files) out += "      - " + in_quotes(file) + "\n";
    }
    if (git.tls_skip_verify) out += "    tlsSkipVerify: true\n";
    return out;
}

// An id is given anew after some restores; the date tells.
std::string tie_text(const StackRecord& record) {
    const std::string created = record.created_at == 0 ? "" : ", created: \"" + format_utc(record.created_at) + "\"";
    return line("stack", "{id: " + std::to_string(record.id) + created + "}");
}

// Kubernetes has no stop. A deployment that runs or failed leaves it out, which means running.
std::string state_text(const StackRecord& record) {
    if (record.type == StackType::kubernetes) return "";
    if (record.status == static_cast<std::int64_t>(StackStatus::active)) return line("state", "running");
    return record.status == static_cast<std::int64_t>(StackStatus::inactive) ? line("state", "stopped") : "";
}

std::string auto_update_text(const AutoUpdate& update) {
    std::string out;
    if (!update.interval.empty()) out += "    interval: " + in_quotes(update.interval) + "\n";
    if (!update.webhook.empty()) out += "    webhook: true\n";
    return out.empty() ? out : "  autoUpdate:\n" + out;
}

std::string env_text(const Manifest& manifest) {
    if (manifest.env.empty()) return manifest.env_strict ? "  env: {}\n" : "";
    std::string out = "  env:\n";
    for (const auto& [name, value] : manifest.env) out += "    " + in_quotes(name) + ": " + value + "\n";
    if (!manifest.env_strict) out += "  envStrict: false\n";
    return out;
}

std::string jobs_text(const std::vector<std::string>& jobs) {
    if (jobs.empty()) return "";
    std::string out = "  jobs: # ended with 0 when exported: check\n";
    for (const std::string& job : jobs) out += "    - " + in_quotes(job) + "\n";
    return out;
}

std::string policy_text(const std::vector<std::string>& replaced) {
    if (replaced.empty()) return "";
    std::string out = "  policy:\n    ignore:\n";
    for (const std::string& path : replaced) {
        out += "      - path: " + in_quotes("content:" + path) +
               "\n        reason: \"the server's file holds a secret here; the export put a reference in its place\"\n";
    }
    return out;
}

} // namespace

std::string manifest_text(const Manifest& manifest) {
    const StackRecord& record = manifest.record;
    const bool is_kubernetes = record.type == StackType::kubernetes;
    std::string out =
        "apiVersion: mooring/v1\nkind: Stack\nmetadata:\n  name: " + in_quotes(manifest.name) + "\nspec:\n";
    if (!manifest.server.empty()) out += line("server", in_quotes(manifest.server));
    out += line("environment", manifest.environment);
    out += line("type", to_string(*record.type));
    if (is_kubernetes) out += line("namespace", in_quotes(record.namespace_));
    if (manifest.tied) out += tie_text(record);
    out += record.from_git() ? git_text(record) : "  compose:\n    file: " + in_quotes(manifest.file) + "\n";
    if (!is_kubernetes) out += env_text(manifest); // Portainer keeps no variables for them
    out += state_text(record);
    out += jobs_text(manifest.jobs);
    out += line("access", manifest.access);
    out +=
        line("adopt", "true"); // what was exported is meant as it stands: Mooring may write it once the server allows
    if (record.from_git() && record.auto_update) out += auto_update_text(*record.auto_update);
    return out + policy_text(manifest.replaced);
}

namespace {

constexpr std::size_t most_name_bytes = 80;

// NEL, LS, PS and the byte order mark: whole UTF-8 sequences that YAML 1.1 treats as more than letters.
std::string_view escape_of(std::string_view character) {
    if (character == "\xe2\x80\xa8") return "\\u2028";
    if (character == "\xe2\x80\xa9") return "\\u2029";
    if (character == "\xef\xbb\xbf") return "\\uFEFF";
    return {};
}

std::string escaped_byte(char c) {
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        break;
    }
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F ? fmt::format("\\x{:02X}", byte) : std::string(1, c);
}

// Names that Windows keeps for devices, with any suffix.
bool is_device(std::string_view name) {
    constexpr std::array<std::string_view, 4> devices{"con", "prn", "aux", "nul"};
    const std::string stem = to_lower(name.substr(0, name.find('.')));
    const bool numbered = stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt"));
    return numbered || std::ranges::find(devices, stem) != devices.end();
}

} // namespace

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    while (!text.empty()) {
        const std::size_t length = std::max<std::size_t>(utf8_length(text), 1);
        const std::string_view character = text.substr(0, length);
        text.remove_prefix(length);
        if (length == 1) {
            out += escaped_byte(character.front());
        } else if (length == 2 && character[0] == '\xc2' && static_cast<unsigned char>(character[1]) < 0xA0) {
            out += fmt::format("\\x{:02X}", static_cast<unsigned char>(character[1])); // U+0080 to U+009F
        } else {
            const std::string_view escape = escape_of(character);
            out += escape.empty() ? character : escape;
        }
    }
    return out + "\"";
}

bool can_be_quoted(std::string_view text) { return is_utf8(text) && text.find('\0') == std::string_view::npos; }

std::string file_name(std::string_view text) {
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
    std::string name;
    for (const char c : text.substr(0, most_name_bytes)) name += plain.find(c) == std::string_view::npos ? '-' : c;
    if (name.starts_with('.')) name.front() = '-';
    while (name.ends_with('.')) name.pop_back();
    if (name.empty() || is_device(name)) name = "_" + name;
    return name;
}

} // namespace mooring::capture
