// The variables of a stack: texts, and sources that are read now.
#include "base/redact.hpp"
#include "base/text.hpp"
#include "manifest/decode.hpp"
#include "manifest/typed.hpp"
#include "manifest/words.hpp"

namespace mooring::manifest {
namespace {

// A value, or why it is not known. Values are secrets from the moment they are read.
struct Value {
    std::optional<Secret> value;
    std::string unreadable;
};

// "\n" and "\r\n" are one newline each.
void drop_one_newline(std::string& text) {
    if (!text.ends_with('\n')) return;
    text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
}

Value from_bytes(Result<std::string> bytes, const std::string& source) {
    if (!bytes) return {.value = std::nullopt, .unreadable = source + ": " + bytes.error().message};
    drop_one_newline(*bytes);
    if (!is_utf8(*bytes) || bytes->find('\0') != std::string::npos)
        return {.value = std::nullopt, .unreadable = source + ": it is not text"};
    return {.value = Secret(std::move(*bytes)), .unreadable = {}};
}

class EnvDecoder {
  public:
    EnvDecoder(const ManifestFile& file, Context& context, DocumentLog& log)
        : file_(file), context_(context), log_(log) {}

    DesiredEnv decode(const yaml::Node& key, const yaml::Node& node) {
        DesiredEnv out;
        out.name = key.text;
        out.line = key.mark.line;
        const yaml::Node* is_public = node.find("public");
        out.is_public = is_public != nullptr && as_boolean(*is_public) == true;
        Value read = value_of(key.text, node);
        const bool elsewhere = node.find("value") == nullptr && node.find("opaque") == nullptr;
        if (out.is_public && elsewhere) keep_secret(key.text, *is_public, out);
        if (read.value && holds_secret(read.value->reveal(), context_.options.credentials.values)) {
            refuse(key.text, node, "holds a credential of the configuration");
            read.value.reset();
        }
        out.value = std::move(read.value);
        out.unreadable = std::move(read.unreadable);
        if (!out.unreadable.empty()) {
            log_.warning(node.mark, "secret-unreadable",
                         "the source of `env." + shown_key(key.text) + "` cannot be read: " + out.unreadable,
                         "until it can, the stack cannot be compared");
        }
        return out;
    }

  private:
    // The token of Mooring is no stack's business, and a manifest that could take it could have it printed.
    void refuse(const std::string& name, const yaml::Node& node, std::string what) {
        log_.error(node.mark, "credential", "`env." + shown_key(name) + "` " + std::move(what),
                   "give the stack a credential of its own");
    }

    // Whoever edits a manifest may see the manifest, not what the machine that reads it has.
    void keep_secret(const std::string& name, const yaml::Node& is_public, DesiredEnv& out) {
        out.is_public = false;
        log_.warning(is_public.mark, "public-ignored",
                     "`env." + shown_key(name) + "` stays a secret: `public` counts only beside `value`",
                     "take `public` out, or write the value down");
    }

    Value value_of(const std::string& name, const yaml::Node& node) {
        if (node.kind != yaml::Kind::mapping) return literal(name, node);
        if (const yaml::Node* value = node.find("value")) return literal(name, *value);
        if (const yaml::Node* path = node.find("fromFile")) return from_file(name, *path);
        if (const yaml::Node* variable = node.find("fromEnv")) return from_variable(name, *variable);
        if (const yaml::Node* credential = node.find("fromCredential")) return from_credential(name, *credential);
        if (const yaml::Node* is_public = node.find("public"); is_public != nullptr && as_boolean(*is_public) == true) {
            log_.error(is_public->mark, "wrong-keys", "`env." + shown_key(name) + "` is opaque and public at once",
                       "an opaque value is not known");
        }
        return {}; // opaque
    }

    // Nobody can tell whether 1.10 was meant as it stands or as the number 1.1 that YAML makes of it.
    Value literal(const std::string& name, const yaml::Node& node) {
        if (!is_spelt_plainly(node)) {
            log_.error(node.mark, "ambiguous-value",
                       "`env." + shown_key(name) + "` is " + std::string(words_of(type_of(node))) +
                           " that programs read in different ways",
                       "put it in quotes");
        }
        return {.value = Secret(node.text), .unreadable = {}};
    }

    Value from_file(const std::string& name, const yaml::Node& path) {
        const auto real = context_.root.resolve(std::filesystem::path(file_.folder) / path.text);
        const std::string shown = printable(path.text, 200);
        if (!real && real.error().kind == ErrorKind::invalid_input) {
            log_.error(path.mark, "outside", "`env." + shown_key(name) + ".fromFile`: " + real.error().message,
                       "copy it into the folder, or use `fromEnv` or `fromCredential`");
            return {};
        }
        if (!real) return {.value = std::nullopt, .unreadable = shown + ": " + real.error().message};
        context_.referenced.insert(real->string());
        if (context_.options.credentials.files.contains(*real)) {
            refuse(name, path, "takes a file that holds a credential of the configuration");
            return {};
        }
        return from_bytes(read_resolved(*real, context_.options.limits.secret), shown);
    }

    Value from_variable(const std::string& env, const yaml::Node& node) {
        const std::string& name = node.text;
        if (context_.options.credentials.variables.contains(name)) {
            refuse(env, node,
                   "takes the variable " + printable(name, 100) + ", which holds a credential of the configuration");
            return {};
        }
        const Secret* value = context_.options.variables.find(name);
        if (value != nullptr) return {.value = *value, .unreadable = {}};
        return {.value = std::nullopt, .unreadable = "the variable " + printable(name, 100) + " is not set"};
    }

    Value from_credential(const std::string& env, const yaml::Node& node) {
        const std::string& name = node.text;
        if (context_.options.credentials.systemd.contains(name)) {
            refuse(env, node, "takes the credential " + printable(name, 100) + ", which is one of the configuration");
            return {};
        }
        const std::string shown = "credential " + printable(name, 100);
        const Secret* folder = context_.options.variables.find("CREDENTIALS_DIRECTORY");
        if (folder == nullptr)
            return {.value = std::nullopt, .unreadable = shown + ": systemd gave no credentials to this process"};
        if (name == "." || name == "..") return {.value = std::nullopt, .unreadable = shown + ": no such credential"};
        const std::filesystem::path path = std::filesystem::path(folder->reveal()) / name;
        return from_bytes(read_resolved(path, context_.options.limits.secret), shown);
    }

    const ManifestFile& file_;
    Context& context_;
    DocumentLog& log_;
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
