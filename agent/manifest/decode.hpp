// Trees that the schema accepts -> values of the model. What no schema can say is checked here.
#pragma once

#include "manifest/layers.hpp"
#include "manifest/manifest.hpp"
#include "manifest/remarks.hpp"
#include "manifest/root.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace mooring::manifest {

struct Context {
    const LoadOptions& options;
    const Root& root;
    Remarks& remarks;
    std::set<std::string>& referenced;                   // files that manifests refer to: no manifests themselves
    std::unordered_map<std::string, std::string>& texts; // of files below the root that were read already, by their
                                                         // real path; whoever needs one takes it
    std::map<std::string, std::optional<Error>>& zones;  // time zones that were looked for: what is wrong with each
};

// The remarks about one document, and whether it may be used.
class DocumentLog {
  public:
    DocumentLog(Remarks& remarks, const std::string& file) : remarks_(remarks), file_(file) {}

    void error(yaml::Mark mark, std::string code, std::string message, std::string suggestion = {}) {
        error(place(file_, mark), std::move(code), std::move(message), std::move(suggestion));
    }
    void error(SourceLocation where, std::string code, std::string message, std::string suggestion = {}) {
        failed_ = true;
        remarks_.error(std::move(where), std::move(code), std::move(message), std::move(suggestion));
    }
    void warning(yaml::Mark mark, std::string code, std::string message, std::string suggestion = {}) {
        remarks_.warning(place(file_, mark), std::move(code), std::move(message), std::move(suggestion));
    }
    void note(yaml::Mark mark, std::string code, std::string message, std::string suggestion = {}) {
        remarks_.note(place(file_, mark), std::move(code), std::move(message), std::move(suggestion));
    }
    bool failed() const { return failed_; }

  private:
    Remarks& remarks_;
    const std::string& file_;
    bool failed_ = false;
};

// One file with manifests in it.
struct ManifestFile {
    std::string shown;
    std::string folder; // relative to the root
    std::string text;
};

// kind Stack: one DesiredStack for each environment that is named; empty when the document has errors.
std::vector<DesiredStack> decode_stack(const yaml::Node& document, const ManifestFile& file, const Layers& layers,
                                       Context& context);
std::optional<DesiredScope> decode_scope(const yaml::Node& document, const ManifestFile& file, Context& context);
std::optional<Waiver> decode_waiver(const yaml::Node& document, const ManifestFile& file, Context& context);

// `env`: each variable with its value or why it is not known.
std::vector<DesiredEnv> decode_env(const yaml::Node& env, const ManifestFile& file, Context& context, DocumentLog& log);

// The file of a stack; nullopt and an error if it cannot be had.
using Source = std::variant<DesiredContent, DesiredGit>;
std::optional<Source> decode_source(const yaml::Node& spec, const ManifestFile& file, Context& context,
                                    DocumentLog& log);

// Where a stack belongs: the nearest layer that says so decides alone. `chain` begins with the stack's own.
using Place = std::variant<EnvironmentRef, EnvironmentSelector>;
std::vector<Place> decode_places(const std::vector<const Layer*>& chain, DocumentLog& log);

// `policy`, `allow` and `adopt`: written into `stack`, whose type and source are known already. `chain` begins with the
// stack's own layer.
void decode_policy(const std::vector<const Layer*>& chain, DesiredStack& stack, Context& context, DocumentLog& log);

// The server that a document means: the one that it names, or the only or default one; an error if that is not clear.
std::string decode_server(const Found& named, yaml::Mark document, Context& context, DocumentLog& log);

// Parts that cannot fail once the schema has accepted them.
EnvironmentRef to_environment_ref(const yaml::Node& node);
std::vector<EnvironmentRef> to_environment_refs(const yaml::Node& list);
DesiredAccess to_access(const yaml::Node& node);
std::vector<std::string> to_texts(const yaml::Node* list); // empty for nullptr
std::string text_or(const yaml::Node& map, std::string_view key, std::string_view otherwise = {});

// A date of the manifest; an error and nullopt if there is no such day.
std::optional<UnixSeconds> to_time(const yaml::Node& node, DocumentLog& log);

} // namespace mooring::manifest
