// The variables of a stack: texts, and sources that are read now.
#include "base/text.hpp"
#include "manifest/decode.hpp"
#include "manifest/secret_source.hpp"
#include "manifest/typed.hpp"
#include "manifest/words.hpp"

namespace mooring::manifest {
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
                           " that programs read in different ways",
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
