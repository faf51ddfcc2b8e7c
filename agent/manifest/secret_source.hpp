// Where a secret comes from that a manifest names: `fromFile`, `fromEnv`, `fromCredential`. Read now, a secret from
// then on. What is true of one source is true of all: variables of stacks and credentials of Git.
#pragma once

#include "manifest/decode.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mooring::manifest {

// A value, or why it is not known; and why it must not be sent to a server, though it may be compared.
struct SourcedSecret {
    std::optional<Secret> value;
    std::string unreadable; // "" if it was read
    std::string unwritable; // "" if it may be sent
};

class SecretSources {
  public:
    SecretSources(const ManifestFile& file, Context& context, DocumentLog& log)
        : file_(file), context_(context), log_(log) {}

    // The source that a map names; `subject` is what it is for, as it stands in messages: "`env.DB_PASSWORD`". nullopt:
    // the map names none. `allow_empty`: also what is empty, or looks like a file that somebody forgot to decrypt.
    std::optional<SourcedSecret> read(const std::string& subject, const yaml::Node& map, bool allow_empty);

    // The token of Mooring is no stack's business, and a manifest that could take it could have it printed. An error,
    // and the value is gone.
    void refuse_own(const std::string& subject, const yaml::Node& node, std::optional<Secret>& value);

  private:
    SourcedSecret from_file(const std::string& subject, const yaml::Node& path);
    SourcedSecret from_variable(const std::string& subject, const yaml::Node& name);
    SourcedSecret from_credential(const std::string& subject, const yaml::Node& name);
    void refuse(const std::string& subject, const yaml::Node& node, const std::string& what);

    const ManifestFile& file_;
    Context& context_;
    DocumentLog& log_;
};

// Why a value must not be sent, as far as the value itself tells: nothing of it is in the text. "" if it may be.
std::string why_unwritable(std::string_view value, bool from_source, bool allow_empty);

} // namespace mooring::manifest
