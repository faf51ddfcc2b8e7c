#include "manifest/decode.hpp"

#include "base/secret.hpp"
#include "base/text.hpp"
#include "manifest/layers.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mooring::manifest {
namespace {

SourcedSecret unread(std::string why) {
    return {.value = std::nullopt, .unreadable = std::move(why), .unwritable = {}};
}

// "\n" and "\r\n" are one newline each.
void drop_one_newline(std::string& text) {
    if (!text.ends_with('\n')) return;
    text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
}

SourcedSecret from_bytes(Result<std::string> bytes, const std::string& source) {
    if (!bytes) return unread(source + ": " + bytes.error().message);
    drop_one_newline(*bytes);
    if (!is_utf8(*bytes) || bytes->find('\0') != std::string::npos) return unread(source + ": it is not text");
    return {.value = Secret(std::move(*bytes)), .unreadable = {}, .unwritable = {}};
}

// How files begin that stand in for the secret: encrypted ones, pointers of Git LFS and git-annex, references that
// another tool should have resolved.
constexpr std::array<std::string_view, 14> stand_ins{"$ANSIBLE_VAULT;",
                                                     "-----BEGIN AGE ENCRYPTED FILE-----",
                                                     "age-encryption.org/",
                                                     "-----BEGIN PGP MESSAGE-----",
                                                     "ENC[",
                                                     "{\"data\":\"ENC[",
                                                     "{\n\t\"data\": \"ENC[",
                                                     "{\"sops\":",
                                                     "version https://git-lfs.github.com/spec/",
                                                     "/annex/objects/",
                                                     "op://",
                                                     "vault:secret/",
                                                     "ref+",
                                                     "{{"};

// Whole values that nobody means.
constexpr std::array<std::string_view, 8> placeholders{"changeme",   "change_me",   "change-me", "replaceme",
                                                       "replace_me", "placeholder", "todo",      "xxx"};

} // namespace

std::string why_unwritable(std::string_view value, bool from_source, bool allow_empty) {
    if (value.find_first_of("\r\n") != std::string_view::npos)
        return "the value has a line break, which the server would not keep";
    if (!from_source || allow_empty) return {};
    if (trim(value).empty()) return "its source is empty; write `allowEmpty: true` if that is meant";
    const std::string lower = to_lower(trim(value));
    const bool stands_in =
        std::ranges::any_of(stand_ins, [&](std::string_view start) { return value.starts_with(start); }) ||
        std::ranges::find(placeholders, lower) != placeholders.end();
    if (stands_in)
        return "its source looks encrypted or like a placeholder; decrypt it, or write `allowEmpty: true` if it is "
               "meant as it stands";
    return {};
}

std::optional<SourcedSecret> SecretSources::read(const std::string& subject, const yaml::Node& map, bool allow_empty) {
    SourcedSecret out;
    std::string kind;
    const yaml::Node* node = nullptr;
    if ((node = map.find("fromFile")) != nullptr) {
        out = from_file(subject, *node);
    } else if ((node = map.find("fromEnv")) != nullptr) {
        out = from_variable(subject, *node);
        kind = "the variable ";
    } else if ((node = map.find("fromCredential")) != nullptr) {
        out = from_credential(subject, *node);
        kind = "the credential ";
    } else {
        return std::nullopt;
    }
    out.from = kind + printable(node->text, 200);
    if (out.value && out.unwritable.empty()) out.unwritable = why_unwritable(out.value->reveal(), true, allow_empty);
    return out;
}

void SecretSources::refuse_own(const std::string& subject, const yaml::Node& node, std::optional<Secret>& value) {
    if (!value || !holds_secret(value->reveal(), context_.options.credentials.values)) return;
    refuse(subject, node, "holds a credential of the configuration");
    value.reset();
}

void SecretSources::refuse(const std::string& subject, const yaml::Node& node, const std::string& what) {
    log_.error(node.mark, "credential", subject + " " + what, "give the stack a credential of its own");
}

SourcedSecret SecretSources::from_file(const std::string& subject, const yaml::Node& path) {
    const auto real = context_.root.resolve(std::filesystem::path(file_.folder) / path.text);
    const std::string shown = printable(path.text, 200);
    if (!real && real.error().kind == ErrorKind::invalid_input) {
        const std::string key = subject.substr(0, subject.size() - 1) + ".fromFile`"; // "`env.NAME.fromFile`"
        log_.error(path.mark, "outside", key + ": " + real.error().message,
                   "copy it into the folder, or use `fromEnv` or `fromCredential`");
        return {};
    }
    if (!real) return unread(shown + ": " + real.error().message);
    context_.referenced.insert(real->string());
    if (context_.options.credentials.files.contains(*real)) {
        refuse(subject, path, "takes a file that holds a credential of the configuration");
        return {};
    }
    return from_bytes(read_resolved(*real, context_.options.limits.secret), shown);
}

SourcedSecret SecretSources::from_variable(const std::string& subject, const yaml::Node& node) {
    const std::string& name = node.text;
    const std::string shown = "the variable " + printable(name, 100);
    if (context_.options.credentials.variables.contains(name)) {
        refuse(subject, node, "takes " + shown + ", which holds a credential of the configuration");
        return {};
    }
    const Secret* value = context_.options.variables.find(name);
    if (value == nullptr) return unread(shown + " is not set");
    const bool may_be_sent = std::ranges::any_of(context_.options.writable_variables,
                                                 [&](const auto& glob) { return glob_matches(glob, name); });
    return {.value = *value,
            .unreadable = {},
            .unwritable = may_be_sent ? "" : shown + " is not named by `secrets.fromEnv` of the configuration"};
}

SourcedSecret SecretSources::from_credential(const std::string& subject, const yaml::Node& node) {
    const std::string& name = node.text;
    const std::string shown = "credential " + printable(name, 100);
    if (context_.options.credentials.systemd.contains(name)) {
        refuse(subject, node, "takes the " + shown + ", which is one of the configuration");
        return {};
    }
    const Secret* folder = context_.options.variables.find("CREDENTIALS_DIRECTORY");
    if (folder == nullptr) return unread(shown + ": systemd gave no credentials to this process");
    if (name == "." || name == "..") return unread(shown + ": no such credential");
    return from_bytes(read_resolved(std::filesystem::path(folder->reveal()) / name, context_.options.limits.secret),
                      shown);
}

} // namespace mooring::manifest
