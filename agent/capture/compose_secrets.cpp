#include "capture/compose_secrets.hpp"

#include "base/secret_names.hpp"
#include "base/text.hpp"
#include "compose/compose.hpp"
#include "yaml/node.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace mooring::capture {
namespace {

constexpr std::size_t least_telling = 6;

// A scalar to be replaced: where it starts, what it means, what stands in for it.
struct Finding {
    yaml::Mark mark;
    std::string value;  // the scalar's whole text
    std::string secret; // the part of it that is secret
    std::string name;   // of the variable
    std::string prefix; // "DB_PASSWORD=" of a list's element
};

// "db.password" -> "DB_PASSWORD": a name that can stand in ${...}.
std::string variable_name(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const bool lower = c >= 'a' && c <= 'z';
        const bool plain = lower || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        out += lower ? static_cast<char>(c - 'a' + 'A') : plain ? c : '_';
    }
    if (out.empty() || (out[0] >= '0' && out[0] <= '9')) out.insert(0, "_");
    return out;
}

bool is_reference(std::string_view value) { return value.starts_with("${") && value.find('}') == value.size() - 1; }

// Under these keys names stand, or digests, which look drawn by chance and are none of ours.
bool holds_names(std::string_view key) {
    static const std::set<std::string_view> keys{"secrets",  "configs",         "image",
                                                 "env_file", "credential_spec", "container_name"};
    return keys.contains(key);
}

// Everything of a file that looks secret.
class Search {
  public:
    explicit Search(const SecretRule& rule) : rule_(rule) {}
    std::vector<Finding> findings;

    void walk(const yaml::Node& node, std::string_view key) { // NOLINT(misc-no-recursion): bounded by Limits::depth
        if (node.kind == yaml::Kind::scalar) scalar(node, key);
        for (const yaml::Node& item : node.items) {
            item.kind == yaml::Kind::scalar ? element(item, key) : walk(item, key);
        }
        for (const auto& [name, value] : node.entries) {
            if (!holds_names(name.text)) walk(value, name.text);
        }
    }

  private:
    void scalar(const yaml::Node& node, std::string_view key) {
        if (is_reference(node.text) || !rule_.is_secret(key, node.text)) return;
        findings.push_back({node.mark, node.text, node.text, variable_name(key), ""});
    }

    // `NAME=value`, or a word of a command.
    void element(const yaml::Node& node, std::string_view key) {
        const std::size_t equals = node.text.find('=');
        if (equals != std::string::npos && equals > 0) {
            const std::string_view name = std::string_view(node.text).substr(0, equals);
            const std::string value = node.text.substr(equals + 1);
            if (is_reference(value) || !rule_.is_secret(name, value)) return;
            std::string_view bare = name;
            while (bare.starts_with('-')) bare.remove_prefix(1);
            findings.push_back({node.mark, node.text, value, variable_name(bare), std::string(name) + "="});
            return;
        }
        if (!is_reference(node.text) && rule_.is_secret("", node.text))
            findings.push_back({node.mark, node.text, node.text, variable_name(key), ""});
    }

    const SecretRule& rule_;
};

std::vector<std::size_t> line_starts(std::string_view text) {
    std::vector<std::size_t> starts{0};
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') starts.push_back(i + 1);
    }
    return starts;
}

// How many bytes the scalar takes at `at`; 0 when it is not spelt on one line as it stands, or in plain quotes.
std::size_t spelt_length(std::string_view text, std::size_t at, const std::string& value) {
    const std::string_view rest = text.substr(std::min(at, text.size()));
    if (rest.starts_with(value)) return value.size();
    for (const char quote : {'"', '\''}) {
        const std::string spelt = quote + value + quote;
        if (rest.starts_with(spelt)) return spelt.size();
    }
    return 0;
}

// Old values in comments: `# DB_PASSWORD: hunter2`.
std::string without_secret_comments(std::string_view text, const SecretRule& rule) {
    std::string out;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = std::min(text.find('\n', from), text.size() - 1) + 1;
        const std::string_view line = text.substr(from, end - from);
        const std::size_t sign = line.find_first_of("=:");
        const bool comment = trim(line).starts_with('#');
        if (comment && sign != std::string_view::npos && rule.is_secret_name(line.substr(0, sign))) {
            out += line.substr(0, sign + 1);
            out += line.ends_with("\r\n") ? " ***\r\n" : line.ends_with('\n') ? " ***\n" : " ***";
        } else {
            out += line;
        }
        from = end;
    }
    return out;
}

std::expected<std::string, std::string> replace_all(std::string_view text, std::vector<Finding> findings) {
    const std::vector<std::size_t> starts = line_starts(text);
    const auto offset = [&](const Finding& finding) {
        const std::size_t line = finding.mark.line - 1;
        return line < starts.size() ? starts[line] + finding.mark.column - 1 : text.size();
    };
    // From the back, so that places stay; a value behind an anchor is found once for each alias.
    std::ranges::sort(findings, std::greater{}, offset);
    const auto again = std::ranges::unique(findings, {}, offset);
    findings.erase(again.begin(), again.end());
    std::string out(text);
    for (const Finding& finding : findings) {
        const std::size_t at = offset(finding);
        const std::size_t length = spelt_length(text, at, finding.value);
        if (length == 0) {
            return std::unexpected(fmt::format(
                "the secret in line {} is spelt in a way that cannot be replaced in place", finding.mark.line));
        }
        out.replace(at, length, fmt::format("\"{}${{{}}}\"", finding.prefix, finding.name));
    }
    return out;
}

} // namespace

std::expected<TakenOut, std::string> take_out_secrets(std::string_view text, const SecretRule& rule) {
    const auto documents = yaml::parse(text);
    const auto original = compose::load(text);
    if (!documents || !original)
        return std::unexpected(std::string("its file does not parse, so that no secret in it could be told"));
    Search search(rule);
    for (const yaml::Node& document : *documents) search.walk(document, "");
    const auto replaced = replace_all(text, search.findings);
    if (!replaced) return std::unexpected(replaced.error());
    TakenOut out;
    out.text = without_secret_comments(*replaced, rule);
    for (const Finding& finding : search.findings) {
        if (finding.secret.size() >= least_telling && out.text.find(finding.secret) != std::string::npos)
            return std::unexpected("a secret stands in its file a second time, under a name that does not tell");
        out.names.push_back(finding.name);
    }
    const auto result = compose::load(out.text);
    if (!result) return std::unexpected(std::string("its file does not parse without its secrets"));
    for (const compose::Difference& difference : compose::compare(*result, *original))
        out.paths.push_back(difference.path);
    std::ranges::sort(out.names);
    out.names.erase(std::ranges::unique(out.names).begin(), out.names.end());
    return out;
}

bool may_hold_secrets(std::string_view text, const SecretRule& rule) {
    const auto documents = yaml::parse(text);
    if (!documents) return true;
    Search search(rule);
    for (const yaml::Node& document : *documents) {
        const yaml::Node* kind = document.find("kind");
        if (kind != nullptr && kind->text == "Secret") return true;
        search.walk(document, "");
    }
    return !search.findings.empty();
}

} // namespace mooring::capture
