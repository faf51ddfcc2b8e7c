// What every decoder of YAML uses: diagnostics (each once, so many at most), layers, the trusted root, typed values.
#pragma once

#include "base/error.hpp"
#include "base/text.hpp"
#include "yaml/node.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::manifest {

inline SourceLocation place(const std::string& file, yaml::Mark mark = {}) {
    return {.file = file, .line = mark.line, .column = mark.column};
}

class Remarks {
  public:
    explicit Remarks(std::size_t most = 500) : most_(most) {}

    void error(SourceLocation where, std::string code, std::string message, std::string suggestion = {}) {
        add(Severity::error, std::move(where), std::move(code), std::move(message), std::move(suggestion));
    }
    void warning(SourceLocation where, std::string code, std::string message, std::string suggestion = {}) {
        add(Severity::warning, std::move(where), std::move(code), std::move(message), std::move(suggestion));
    }
    void note(SourceLocation where, std::string code, std::string message, std::string suggestion = {}) {
        add(Severity::note, std::move(where), std::move(code), std::move(message), std::move(suggestion));
    }

    // How many errors there are, also those that are no longer listed.
    std::size_t errors() const { return errors_; }
    // By file, line and column; what was said twice stands there once. Of more than the limit, the errors are kept
    // first and the rest is counted.
    Diagnostics take();

  private:
    struct ByPlace {
        bool operator()(const Diagnostic& a, const Diagnostic& b) const;
    };
    void add(Severity severity, SourceLocation where, std::string code, std::string message, std::string suggestion);

    std::size_t most_;
    std::size_t errors_ = 0;
    std::size_t left_out_ = 0;
    std::set<Diagnostic, ByPlace> listed_;
};

// `Defaults`: which values stand above a folder's stacks. The nearest folder wins, a stack's own value wins over all.

// What one document says about stacks: a Defaults document, the configuration's defaults, or the Stack itself.
struct Layer {
    std::string file;      // as shown
    yaml::Mark mark{};     // of the document
    yaml::Node metadata{}; // null when it has none
    yaml::Node spec{};
};

// A value and the file that it was written in.
struct Found {
    const yaml::Node* node = nullptr;
    const Layer* layer = nullptr;

    explicit operator bool() const { return node != nullptr; }
    SourceLocation where() const { return place(layer->file, node->mark); }
};

class Layers {
  public:
    // `base` stands above every folder; its spec may be null.
    explicit Layers(Layer base) : base_(std::move(base)) {}

    // A second Defaults of one folder is an error with both places, and leaves the folder broken.
    void add(const std::filesystem::path& folder, Layer layer, Remarks& remarks);
    // A folder whose Defaults could not be understood: its stacks cannot be either.
    void mark_broken(const std::filesystem::path& folder) { broken_.insert(folder); }

    bool is_broken(const std::filesystem::path& folder) const;
    // Those that stand above the stacks of a folder, nearest first. Pointers live as long as this.
    std::vector<const Layer*> above(const std::filesystem::path& folder) const;

  private:
    Layer base_;
    std::map<std::filesystem::path, Layer> folders_;
    std::set<std::filesystem::path> broken_;
};

// The nearest layer's value of that key of `spec`; nothing if none has it.
Found find_in_spec(const std::vector<const Layer*>& chain, std::string_view key);

// The folder that holds the manifests, and the one gate through which what they refer to is found: nothing outside it
// is read, symbolic links included (design §4).
class Root {
  public:
    // A folder, or one file, whose folder is then the root. Errors: not_found, io.
    static Result<Root> open(const std::filesystem::path& given);

    const std::filesystem::path& folder() const { return canonical_; }    // absolute, without links
    const std::filesystem::path& only_file() const { return only_file_; } // its name, when one file was given; else ""

    // A path below the root as people see it: with what they typed for the root in front.
    std::string shown(const std::filesystem::path& relative) const;

    // The same path from `folder()` on, as it is written: without `.`, `..` and doubled slashes, links not followed.
    std::filesystem::path written(const std::filesystem::path& relative) const;

    // Where a path relative to the root really is. Errors: not_found, io (no permission, a loop of links),
    // invalid_input (outside the root); the message is the reason alone, such as "Permission denied".
    Result<std::filesystem::path> resolve(const std::filesystem::path& relative) const;

  private:
    std::filesystem::path given_;
    std::string in_front_; // of what is shown
    std::filesystem::path canonical_;
    std::filesystem::path only_file_;
};

// The bytes of a resolved path; the error's message is the reason alone ("Permission denied", "larger than 5 bytes").
Result<std::string> read_resolved(const std::filesystem::path& path, std::size_t most);

// The type of a YAML node as JSON Schema counts types.

// Dates are texts here, as they are in JSON.
enum class Type : std::uint8_t { null, boolean, integer, number, text, list, map };

Type type_of(const yaml::Node& node);

// The value of a node of that type; nullopt for other nodes, and for integers above 2^63-1.
std::optional<bool> as_boolean(const yaml::Node& node);
std::optional<std::int64_t> as_integer(const yaml::Node& node);

// False for numbers and booleans that YAML would spell differently (1.10, 0x1F, TRUE): what was meant as a text is then
// not certain.
bool is_spelt_plainly(const yaml::Node& node);

// Small pieces of sentences that several files here need.
inline std::string in_quotes(std::string_view text) { return "`" + std::string(text) + "`"; }

// "`a`, `b` or `c`"
std::string quoted_list(std::span<const std::string> words, std::string_view last);

// What a node is: "a list", "a text", "empty".
std::string_view words_of(Type type);

// A key as it may be shown: what follows `=` may be a value that slipped into the key.
inline std::string shown_key(std::string_view key) { return printable(key.substr(0, key.find('=')), 80); }

} // namespace mooring::manifest
