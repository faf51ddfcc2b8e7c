// Where a stack's file comes from: a file below the root, a block of the manifest, or Git.

#include "base/text.hpp"
#include "manifest/decode.hpp"
#include "manifest/layers.hpp"
#include "model/stack.hpp"

#include <unistd.h>

namespace mooring::manifest {
namespace {

// The line on which a text starts: a block's first line is the one after its `|` or `>`.
std::size_t first_line_of(const yaml::Node& node, std::string_view source) {
    for (std::size_t line = 1; line < node.mark.line; ++line) {
        const std::size_t end = source.find('\n');
        if (end == std::string_view::npos) return node.mark.line;
        source.remove_prefix(end + 1);
    }
    const std::size_t column = node.mark.column == 0 ? 0 : node.mark.column - 1;
    const char first = column < source.size() ? source[column] : ' ';
    return node.mark.line + (first == '|' || first == '>' ? 1 : 0);
}

// Only ssh needs a user in an address; elsewhere it is where tokens hide.
bool holds_credentials(const std::string& url) {
    if (url_without_user(url) == url) return false;
    const std::string_view user = std::string_view(url).substr(0, url.find('@'));
    return !to_lower(url).starts_with("ssh://") || user.find(':', 6) != std::string_view::npos;
}

// The text of a file below the root that was read when the manifests were looked for. What lies under its real path
// needs no look at links.
std::optional<std::string> take_known(const std::filesystem::path& relative, Context& context) {
    auto known = context.texts.extract(context.root.written(relative).string());
    if (known.empty()) return std::nullopt;
    context.referenced.insert(std::move(known.key()));
    return std::move(known.mapped());
}

std::optional<DesiredContent> from_file(const yaml::Node& path, const ManifestFile& file, Context& context,
                                        DocumentLog& log) {
    const std::filesystem::path relative = std::filesystem::path(file.folder) / path.text;
    if (auto text = take_known(relative, context))
        return DesiredContent{.text = std::move(*text), .file = context.root.shown(relative), .line = 1};
    const std::string cannot = "the compose file " + in_quotes(printable(path.text, 200)) + " cannot be read: ";
    const auto real = context.root.resolve(relative);
    if (!real) {
        const bool is_outside = real.error().kind == ErrorKind::invalid_input;
        log.error(path.mark, is_outside ? "outside" : "unreadable", cannot + real.error().message,
                  is_outside ? "copy it into the folder" : "the path is relative to this manifest");
        return std::nullopt;
    }
    context.referenced.insert(real->string());
    auto text = read_resolved(*real, context.options.limits.compose);
    if (!text) {
        const bool is_large = text.error().kind == ErrorKind::limit;
        log.error(path.mark, is_large ? "too-large" : "unreadable", cannot + text.error().message);
        return std::nullopt;
    }
    return DesiredContent{.text = std::move(*text), .file = context.root.shown(relative), .line = 1};
}

// A source that cannot be read says nothing about what is compared: whoever writes will say so.
GitCredentials to_credentials(const yaml::Node& node, const ManifestFile& file, Context& context, DocumentLog& log) {
    const yaml::Node& password = *node.find("password");
    const std::string subject = "`git.credentials.password`";
    SecretSources sources(file, context, log);
    SourcedSecret read = sources.read(subject, password, false).value_or(SourcedSecret{});
    sources.refuse_own(subject, password, read.value);
    if (!read.unwritable.empty()) read.value.reset();
    return {.username = text_or(node, "username"),
            .password = std::move(read.value),
            .unreadable = read.unreadable.empty() ? std::move(read.unwritable) : std::move(read.unreadable),
            .line = node.mark.line};
}

std::optional<DesiredGit> from_git(const yaml::Node& git, const ManifestFile& file, Context& context,
                                   DocumentLog& log) {
    if (git.kind == yaml::Kind::scalar) return DesiredGit{.any = true, .line = git.mark.line}; // the schema knows `any`
    const yaml::Node& url = *git.find("url");
    if (holds_credentials(url.text)) {
        log.error(url.mark, "secret-in-url", "`spec.git.url` must not hold a user or password",
                  "leave them out: Portainer keeps them, and they are not compared");
        return std::nullopt;
    }
    DesiredGit out;
    out.url = url.text;
    out.reference = text_or(git, "reference");
    out.path = text_or(git, "path", "docker-compose.yml");
    out.additional_files = to_texts(git.find("additionalFiles"));
    if (const yaml::Node* commit = git.find("commit")) out.commit = to_lower(commit->text);
    if (const yaml::Node* skip = git.find("tlsSkipVerify")) out.tls_skip_verify = as_boolean(*skip);
    out.line = url.mark.line;
    if (const yaml::Node* credentials = git.find("credentials"))
        out.credentials = to_credentials(*credentials, file, context, log);
    return out;
}

} // namespace

std::optional<Source> decode_source(const yaml::Node& spec, const ManifestFile& file, Context& context,
                                    DocumentLog& log) {
    if (const yaml::Node* git = spec.find("git")) return from_git(*git, file, context, log);
    const yaml::Node& compose = *spec.find("compose");
    const yaml::Node* text = compose.find("inline");
    if (text == nullptr) return from_file(*compose.find("file"), file, context, log);
    return DesiredContent{.text = text->text, .file = file.shown, .line = first_line_of(*text, file.text)};
}

// The variables of a stack: texts, and sources that are read now.

namespace {

bool is_true(const yaml::Node& map, std::string_view key) {
    const yaml::Node* node = map.find(key);
    return node != nullptr && as_boolean(*node) == true;
}

class EnvDecoder {
  public:
    EnvDecoder(const ManifestFile& file, Context& context, DocumentLog& log)
        : log_(log), sources_(file, context, log) {}

    DesiredEnv decode(const yaml::Node& key, const yaml::Node& node) {
        DesiredEnv out;
        out.name = key.text;
        out.line = key.mark.line;
        out.is_public = is_true(node, "public");
        out.allow_empty = is_true(node, "allowEmpty");
        const std::string subject = "`env." + shown_key(key.text) + "`";
        SourcedSecret read = value_of(subject, node, out);
        sources_.refuse_own(subject, node, read.value);
        out.value = std::move(read.value);
        out.unreadable = std::move(read.unreadable);
        out.unwritable = std::move(read.unwritable);
        out.from = std::move(read.from);
        if (!out.unreadable.empty()) {
            log_.warning(node.mark, "secret-unreadable",
                         "the source of " + subject + " cannot be read: " + out.unreadable,
                         "until it can, the stack cannot be compared");
        }
        return out;
    }

  private:
    SourcedSecret value_of(const std::string& subject, const yaml::Node& node, DesiredEnv& about) {
        if (node.kind != yaml::Kind::mapping) return literal(subject, node);
        const yaml::Node* value = node.find("value");
        const yaml::Node* opaque = node.find("opaque");
        if (const yaml::Node* empty = node.find("allowEmpty");
            empty != nullptr && (value != nullptr || opaque != nullptr))
            log_.error(empty->mark, "wrong-keys", subject + " has `allowEmpty`, which belongs to values from a source",
                       "remove it: a value that is written down is sent as it stands");
        if (value != nullptr) return literal(subject, *value);
        const yaml::Node* is_public = about.is_public ? node.find("public") : nullptr;
        if (is_public != nullptr && opaque != nullptr)
            log_.error(is_public->mark, "wrong-keys", subject + " is opaque and public at once",
                       "an opaque value is not known");
        if (is_public != nullptr && opaque == nullptr) keep_secret(subject, *is_public, about);
        return sources_.read(subject, node, about.allow_empty).value_or(SourcedSecret{});
    }

    // Whoever edits a manifest may see the manifest, not what the machine that reads it has.
    void keep_secret(const std::string& subject, const yaml::Node& is_public, DesiredEnv& out) {
        out.is_public = false;
        log_.warning(is_public.mark, "public-ignored", subject + " stays a secret: `public` counts only beside `value`",
                     "take `public` out, or write the value down");
    }

    // Nobody can tell whether 1.10 was meant as it stands or as the number 1.1 that YAML makes of it.
    SourcedSecret literal(const std::string& subject, const yaml::Node& node) {
        if (!is_spelt_plainly(node)) {
            log_.error(node.mark, "ambiguous-value",
                       subject + " is " + std::string(words_of(type_of(node))) +
                           ", which YAML readers write anew: `1.10` becomes `1.1`, `yes` becomes `true`",
                       "put it in quotes");
        }
        return {.value = Secret(node.text), .unreadable = {}, .unwritable = why_unwritable(node.text, false, false)};
    }

    DocumentLog& log_;
    SecretSources sources_;
};

} // namespace

std::vector<DesiredEnv> decode_env(const yaml::Node& env, const ManifestFile& file, Context& context,
                                   DocumentLog& log) {
    EnvDecoder decoder(file, context, log);
    std::vector<DesiredEnv> out;
    out.reserve(env.entries.size());
    for (const auto& [key, value] : env.entries) out.push_back(decoder.decode(key, value));
    return out;
}

} // namespace mooring::manifest

namespace mooring {

Variables Variables::of_process() {
    std::map<std::string, Secret, std::less<>> values;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        values.try_emplace(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
    }
    return Variables(std::move(values));
}

const Secret* Variables::find(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
}

} // namespace mooring
