// The route: find the files, keep those that may hold manifests, Defaults first, then everything that stands on them.
#include "manifest/decode.hpp"

#include "base/text.hpp"
#include "manifest/layers.hpp"
#include "manifest/schema_check.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_map>

namespace mooring::manifest {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_named_in_a_note = 5;
constexpr std::size_t most_kept = std::size_t{64} << 20U; // bytes of texts that a manifest may refer to

struct Candidate {
    std::string real;
    ManifestFile file;
};

struct Unusable {
    std::string real;
    std::string shown;
    yaml::Problem why;
};

// Misspelt Defaults are meant too: stacks must not be compared without the values that they were to get from them.
bool means_defaults(std::string_view kind) {
    return closest_match(kind, std::array<std::string, 1>{"Defaults"}).has_value();
}

// Whether a text can hold Defaults, by the word after each `kind`, in whatever style it is written. It need not parse.
bool mentions_defaults(std::string_view text) {
    for (std::size_t at = text.find("kind"); at != std::string_view::npos; at = text.find("kind", at)) {
        at = std::min(text.find_first_not_of(" \t:\"'", at + 4), text.size());
        const std::string_view rest = text.substr(at, 20);
        if (means_defaults(rest.substr(0, rest.find_first_of(" \t\r\n,}#\"'")))) return true;
    }
    return false;
}

std::string cure_of(std::string_view code) {
    if (code == "syntax") return "look at the indentation, brackets and quotes here and in the line before";
    if (code == "duplicate-key") return "remove one of them";
    if (code == "unreadable") return "let the user that runs Mooring read it";
    if (code == "alias-expansion") return "repeat less by aliases (`*x`), or split the file";
    if (code == "too-large" || code == "too-many-documents")
        return "split the file, or exclude it if it is not a manifest";
    return {};
}

// Errors about a value that is there. Others may say that something is missing which was only taken out.
bool tells_of_one_value(std::string_view code) {
    constexpr std::array codes{"ambiguous-value", "credential", "duplicate",     "empty-name",
                               "listed-twice",    "outside",    "secret-in-url", "too-large",
                               "unknown-server",  "unreadable", "wrong-value"};
    return std::ranges::find(codes, code) != codes.end();
}

class Loader {
  public:
    Loader(const Root& root, const LoadOptions& options)
        : options_(options), root_(root), remarks_(options.limits.diagnostics),
          layers_(Layer{.file = options.defaults.file, .mark = {}, .metadata = {}, .spec = options.defaults.spec}) {}

    Desired run() {
        for (const YamlFile& found : find_yaml_files(root_, options_, remarks_)) read(found);
        for (const Candidate& candidate : candidates_) take_defaults(candidate);
        for (const Candidate& candidate : candidates_) take_documents(candidate);
        report_unparsable();
        note_foreign_files();
        say_if_empty();
        refuse_collisions(desired_.stacks, remarks_);
        refuse_repeated_waivers(desired_.waivers, remarks_);
        sort_stacks(desired_.stacks);
        if (remarks_.errors() == 0) check_order(desired_.stacks, remarks_); // else what is missing may be what failed
        desired_.complete = remarks_.errors() == 0;
        desired_.diagnostics = remarks_.take();
        say_what_was_not_read();
        return std::move(desired_);
    }

  private:
    Context context() {
        return {.options = options_,
                .root = root_,
                .remarks = remarks_,
                .referenced = referenced_,
                .texts = texts_,
                .zones = zones_};
    }

    void read(const YamlFile& found) {
        auto text = read_resolved(found.real, options_.limits.compose);
        if (!text) {
            // What it held for others can only be told from its name.
            if (to_lower(fs::path(found.relative).filename().string()).find("default") != std::string::npos)
                layers_.mark_broken(fs::path(found.relative).parent_path());
            unusable_.push_back({found.real,
                                 root_.shown(found.relative),
                                 {.message = "this file cannot be read: " + text.error().message,
                                  .mark = {},
                                  .code = text.error().kind == ErrorKind::limit ? "too-large" : "unreadable"}});
        } else if (may_hold_manifests(*text)) {
            candidates_.push_back({.real = found.real,
                                   .file = {.shown = root_.shown(found.relative),
                                            .folder = fs::path(found.relative).parent_path().string(),
                                            .text = std::move(*text)}});
        } else {
            foreign_.emplace_back(found.real, root_.shown(found.relative));
            kept_ += text->size();
            if (kept_ <= most_kept) texts_.emplace(found.real, std::move(*text));
        }
    }

    // Only files that can hold Defaults are parsed here; they are parsed again with all others, which is cheaper than
    // keeping every tree.
    void take_defaults(const Candidate& candidate) {
        if (!mentions_defaults(candidate.file.text)) return;
        auto documents = yaml::parse(candidate.file.text, options_.limits.yaml);
        if (!documents) {
            layers_.mark_broken(candidate.file.folder);
            return;
        }
        for (yaml::Node& document : *documents) {
            const yaml::Node* kind = document.find("kind");
            if (classify(document) != DocumentKind::manifest || kind == nullptr || !means_defaults(kind->text))
                continue;
            if (!obeys_schema(document, candidate.file)) {
                layers_.mark_broken(candidate.file.folder);
                continue;
            }
            Layer layer{.file = candidate.file.shown, .mark = document.mark, .metadata = {}, .spec = {}};
            if (const yaml::Node* metadata = document.find("metadata")) layer.metadata = *metadata;
            if (const yaml::Node* spec = document.find("spec")) layer.spec = *spec;
            layers_.add(candidate.file.folder, std::move(layer), remarks_);
        }
    }

    void take_documents(const Candidate& candidate) {
        const auto documents = yaml::parse(candidate.file.text, options_.limits.yaml);
        if (!documents) {
            unusable_.push_back({candidate.real, candidate.file.shown, documents.error()});
            return;
        }
        std::vector<const yaml::Node*> ours;
        const yaml::Node* foreign = nullptr;
        for (const yaml::Node& document : *documents) {
            const DocumentKind kind = classify(document);
            if (kind == DocumentKind::manifest) ours.push_back(&document);
            if (kind == DocumentKind::foreign && foreign == nullptr) foreign = &document;
        }
        if (ours.empty()) {
            if (foreign != nullptr) foreign_.emplace_back(candidate.real, candidate.file.shown);
            return;
        }
        manifests_ += ours.size();
        if (foreign != nullptr) {
            remarks_.error(place(candidate.file.shown, foreign->mark), "missing-key",
                           "`apiVersion` is missing in this document of a manifest file",
                           "add `apiVersion: mooring/v1`, or move the document to a file of its own");
        }
        for (const yaml::Node* document : ours) take(*document, candidate.file);
    }

    bool obeys_schema(const yaml::Node& document, const ManifestFile& file) {
        const auto problems = check(document, rules_of("manifest"));
        for (const SchemaProblem& p : problems)
            remarks_.error(place(file.shown, p.mark), p.code, p.message, p.suggestion);
        return problems.empty();
    }

    void take(const yaml::Node& document, const ManifestFile& file) {
        if (!obeys_schema(document, file)) return look_further(document, file);
        const std::string& kind = document.find("kind")->text;
        Context with = context();
        if (kind == "Scope") {
            if (auto scope = decode_scope(document, file, layers_, with)) desired_.scopes.push_back(std::move(*scope));
        } else if (kind == "Waiver") {
            if (auto waiver = decode_waiver(document, file, with)) desired_.waivers.push_back(std::move(*waiver));
        } else if (kind == "Stack") {
            ++declared_;
            if (layers_.is_broken(file.folder)) { // what is wrong with the Defaults has been said
                ++not_read_;
                return;
            }
            std::ranges::move(decode_stack(document, file, layers_, with), std::back_inserter(desired_.stacks));
        }
    }

    // Who fixes what the schema refuses shall not then be shown the next mistake, if it could have been said at once:
    // that of a value which the schema accepts.
    void look_further(const yaml::Node& document, const ManifestFile& file) {
        const yaml::Node* kind = document.find("kind");
        const bool is_stack = kind != nullptr && kind->text == "Stack" && !layers_.is_broken(file.folder);
        const auto rest = is_stack ? accepted_part(document, rules_of("manifest")) : std::nullopt;
        if (!rest) {
            ++not_read_;
            return;
        }
        Remarks found(options_.limits.diagnostics);
        Context with{options_, root_, found, referenced_, texts_, zones_};
        decode_stack(*rest, file, layers_, with);
        for (Diagnostic& one : found.take()) {
            if (one.severity == Severity::error && tells_of_one_value(one.code))
                remarks_.error(std::move(one.where), std::move(one.code), std::move(one.message),
                               std::move(one.suggestion));
        }
    }

    // Last, below what it is about.
    void say_what_was_not_read() {
        const Diagnostics& said = desired_.diagnostics;
        const bool more_is_said = !said.empty() && said.back().code == "too-many-remarks";
        if (not_read_ == 0 || desired_.complete || more_is_said) return;
        const std::string count = not_read_ == 1 ? "1 document was" : std::to_string(not_read_) + " documents were";
        desired_.diagnostics.push_back(
            {.severity = Severity::note,
             .code = "not-read-further",
             .message = count + " not read further: more may show once these errors are fixed",
             .suggestion = {},
             .where = place(root_.shown({})),
             .server = {}});
    }

    // A file that a manifest refers to is no manifest, whatever it looks like.
    void report_unparsable() {
        for (const Unusable& file : unusable_) {
            if (!referenced_.contains(file.real))
                remarks_.error(place(file.shown, file.why.mark), file.why.code, file.why.message,
                               cure_of(file.why.code));
        }
    }

    void note_foreign_files() {
        std::vector<std::string> names;
        for (const auto& [real, shown] : foreign_) {
            if (!referenced_.contains(real)) names.push_back(shown);
        }
        // While a manifest has errors, what it refers to is not known: its own compose file would be a false trail.
        if (names.empty() || remarks_.errors() > 0) return;
        std::ranges::sort(names);
        const std::string count = names.size() == 1 ? "1 YAML file is neither a manifest nor referenced by one: "
                                                    : std::to_string(names.size()) +
                                                          " YAML files are neither manifests nor referenced by one: ";
        const std::size_t most = std::min(names.size(), most_named_in_a_note);
        remarks_.note(place(root_.shown({})), "not-a-manifest",
                      count + join(std::span(names).first(most), ", ") + (names.size() > most ? ", ..." : ""),
                      "a manifest starts with `apiVersion: mooring/v1`");
    }

    // An empty folder is more likely a wrong path than the wish that nothing should run.
    void say_if_empty() {
        if (manifests_ == 0 && remarks_.errors() == 0) {
            remarks_.error(place(root_.shown({})), "no-manifests",
                           "no manifests found in " + root_.shown(root_.only_file()),
                           "a manifest is a .yaml file with `apiVersion: mooring/v1`; for plain compose folders use "
                           "--compose-dir");
        } else if (declared_ == 0 && desired_.scopes.empty() && remarks_.errors() == 0) {
            remarks_.warning(place(root_.shown({})), "no-stacks", "the manifests declare no stack", "");
        }
    }

    const LoadOptions& options_;
    const Root& root_;
    Remarks remarks_;
    Layers layers_;
    std::vector<Candidate> candidates_;
    std::vector<Unusable> unusable_;
    std::vector<std::pair<std::string, std::string>> foreign_; // real, shown
    std::set<std::string> referenced_;
    std::unordered_map<std::string, std::string> texts_; // see Context
    std::map<std::string, std::optional<Error>> zones_;
    std::size_t kept_ = 0; // their bytes
    std::size_t manifests_ = 0;
    std::size_t not_read_ = 0; // documents of which only the schema was asked
    std::size_t declared_ = 0;
    Desired desired_;
};

} // namespace

Desired load(const LoadOptions& options) {
    const auto root = Root::open(options.root);
    if (root) return Loader(*root, options).run();
    Desired nothing;
    nothing.complete = false;
    nothing.diagnostics = {{.severity = Severity::error,
                            .code = "unreadable",
                            .message = "the manifests cannot be read: " + root.error().message,
                            .suggestion =
                                "give the folder that holds them, set `manifests:` in mooring.yaml, or write some: "
                                "`mooring init DIR`",
                            .where = place(options.root.generic_string()),
                            .server = {}}};
    return nothing;
}

} // namespace mooring::manifest
