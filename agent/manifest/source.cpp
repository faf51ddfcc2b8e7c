// Where a stack's file comes from: a file below the root, a block of the manifest, or Git.
#include "base/text.hpp"
#include "manifest/decode.hpp"
#include "manifest/secret_source.hpp"
#include "manifest/typed.hpp"
#include "manifest/words.hpp"
#include "model/names.hpp"

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

} // namespace mooring::manifest
