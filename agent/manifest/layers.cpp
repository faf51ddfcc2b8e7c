#include "manifest/layers.hpp"

#include "base/file.hpp"
#include "manifest/config.hpp"
#include "yaml/node.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

namespace mooring::manifest {
namespace {

// The folder itself, then its parents up to the root, which is "".
std::vector<std::filesystem::path> upwards(std::filesystem::path folder) {
    std::vector<std::filesystem::path> out;
    for (; !folder.empty(); folder = folder.parent_path()) out.push_back(folder);
    out.emplace_back();
    return out;
}

} // namespace

void Layers::add(const std::filesystem::path& folder, Layer layer, Remarks& remarks) {
    const auto known = folders_.find(folder);
    if (known == folders_.end()) {
        folders_.emplace(folder, std::move(layer));
        return;
    }
    const Layer& first = known->second;
    remarks.error(place(layer.file, layer.mark), "two-defaults",
                  "this folder has Defaults already, in " + first.file + ":" + std::to_string(first.mark.line),
                  "put them into one document");
    broken_.insert(folder);
}

bool Layers::is_broken(const std::filesystem::path& folder) const {
    if (broken_.empty()) return false;
    for (const auto& above : upwards(folder)) {
        if (broken_.contains(above)) return true;
    }
    return false;
}

std::vector<const Layer*> Layers::above(const std::filesystem::path& folder) const {
    if (folders_.empty()) return {&base_};
    std::vector<const Layer*> out;
    for (const auto& path : upwards(folder)) {
        if (const auto found = folders_.find(path); found != folders_.end()) out.push_back(&found->second);
    }
    out.push_back(&base_);
    return out;
}

Found find_in_spec(const std::vector<const Layer*>& chain, std::string_view key) {
    for (const Layer* layer : chain) {
        if (const yaml::Node* node = layer->spec.find(key)) return {node, layer};
    }
    return {};
}

namespace {

namespace fs = std::filesystem;

std::unexpected<Error> refused(const std::error_code& code) {
    const bool is_gone = code == std::errc::no_such_file_or_directory || code == std::errc::not_a_directory;
    return fail(is_gone ? ErrorKind::not_found : ErrorKind::io, code.message());
}

bool is_within(const fs::path& path, const fs::path& folder) {
    return std::ranges::mismatch(folder, path).in1 == folder.end();
}

// Whether a path has nothing that lexically_normal() would change, which is costly to ask of each of 10,000 files.
bool is_normal(std::string_view relative) {
    return !relative.empty() && relative.find_first_of("./") != 0 && !relative.ends_with('/') &&
           !relative.contains("//") && !relative.contains("/.");
}

} // namespace

Result<Root> Root::open(const fs::path& given) {
    std::error_code code;
    Root root;
    root.given_ = given.empty() ? fs::path(".") : given;
    root.canonical_ = fs::canonical(root.given_, code);
    if (code) return refused(code);
    if (!fs::is_directory(root.canonical_, code)) {
        if (code) return refused(code);
        root.only_file_ = root.canonical_.filename();
        root.canonical_ = root.canonical_.parent_path();
        root.given_ = root.given_.has_parent_path() ? root.given_.parent_path() : fs::path(".");
    }
    root.in_front_ = (root.given_ / "x").lexically_normal().generic_string();
    root.in_front_.pop_back();
    return root;
}

std::string Root::shown(const fs::path& relative) const {
    if (relative.empty()) return given_.generic_string();
    if (is_normal(relative.native())) return in_front_ + relative.native();
    return (given_ / relative).lexically_normal().generic_string();
}

fs::path Root::written(const fs::path& relative) const {
    if (is_normal(relative.native())) return canonical_ / relative;
    return (canonical_ / relative).lexically_normal(); // an absolute path takes the root's place
}

Result<fs::path> Root::resolve(const fs::path& relative) const {
    const fs::path joined = written(relative);
    if (!is_within(joined, canonical_)) return fail(ErrorKind::invalid_input, "it lies outside the manifest folder");
    std::error_code code;
    fs::path real = fs::canonical(joined, code);
    if (code) return refused(code);
    if (!is_within(real, canonical_)) {
        return fail(ErrorKind::invalid_input, "it is a link that leads outside the manifest folder");
    }
    return real;
}

Result<std::string> read_resolved(const fs::path& path, std::size_t most) {
    auto bytes = read_file(path, most);
    if (bytes) return bytes;
    const Error& error = bytes.error();
    if (error.kind == ErrorKind::limit) return fail(error.kind, "it is larger than " + std::to_string(most) + " bytes");
    const std::size_t colon = error.message.rfind(": ");
    return fail(error.kind, colon == std::string::npos ? error.message : error.message.substr(colon + 2));
}

} // namespace mooring::manifest

// What can be given outside the file: one row a flag or variable.

namespace mooring::config {
namespace {

constexpr std::array<Setting, 19> table{{
    {"server", "--server", "MOORING_SERVER", "NAME", "Check this server only; stacks that name no server belong to it"},
    {"servers[].url", "--url", "MOORING_URL", "URL",
     "Address of the server; without a file, PORTAINER_URL does as well"},
    {"servers[].credential.file", "--api-key-file", "MOORING_API_KEY_FILE", "FILE",
     "File with the access token; PORTAINER_API_KEY_FILE where none is configured"},
    {"servers[].credential.env", "", "MOORING_API_KEY", "TOKEN", "The access token itself, as a variable only"},
    {"servers[].credential.stdin", "--api-key-stdin", "", "", "Read the access token from standard input"},
    {"servers[].tls.ca", "--ca", "MOORING_CA", "FILE", "Certificate authority (PEM) in place of the system's"},
    {"servers[].tls.pin", "--pin", "MOORING_PIN", "SHA256", "Trust the server's public key with this digest"},
    {"servers[].tls.insecureSkipVerify", "--insecure-skip-verify", "MOORING_INSECURE_SKIP_VERIFY", "",
     "Accept any certificate: anyone in between can read the token"},
    {"servers[].concurrency", "--concurrency", "MOORING_CONCURRENCY", "N", "Requests under way at one time"},
    {"servers[].timeouts.request", "--request-timeout", "MOORING_REQUEST_TIMEOUT", "DURATION",
     "Longest wait for one answer"},
    {"servers[].timeouts.run", "--deadline", "MOORING_DEADLINE", "DURATION", "Longest time for a whole run"},
    {"manifests", "", "MOORING_MANIFESTS", "DIR", "The folder of the manifests"},
    {"environment", "--environment", "MOORING_ENVIRONMENT", "NAME",
     "The environment of --compose-dir (show: of the stack)"},
    {"runtime", "--no-runtime", "MOORING_RUNTIME", "", "Do not look at what runs; every verdict then says so"},
    {"remember", "--remember", "MOORING_REMEMBER", "FILE", "Remember what was seen from run to run"},
    {"ledger", "--ledger", "MOORING_LEDGER", "FILE",
     "Record runs and verdicts there, and judge with what it remembers"},
    {"keep", "", "MOORING_KEEP", "DAYS", "How long the ledger keeps runs: 400d"},
    {"output.format", "--format", "MOORING_FORMAT", "FORMAT", "Form of standard output"},
    {"output.color", "--color", "MOORING_COLOR", "auto|always|never", "When output is coloured"},
}};

} // namespace

std::span<const Setting> settings() { return table; }

} // namespace mooring::config

namespace mooring::manifest {

Type type_of(const yaml::Node& node) {
    if (node.kind == yaml::Kind::sequence) return Type::list;
    if (node.kind == yaml::Kind::mapping) return Type::map;
    const auto scalar = yaml::resolve(node);
    if (!scalar) return Type::text; // its explicit tag does not fit: as written
    switch (scalar->type) {
    case yaml::Type::null:
        return Type::null;
    case yaml::Type::boolean:
        return Type::boolean;
    case yaml::Type::integer:
        return Type::integer;
    case yaml::Type::floating:
        return Type::number;
    case yaml::Type::timestamp:
    case yaml::Type::text:
        return Type::text;
    }
    std::unreachable();
}

std::optional<bool> as_boolean(const yaml::Node& node) {
    const auto scalar = yaml::resolve(node);
    if (!scalar || scalar->type != yaml::Type::boolean) return std::nullopt;
    return scalar->boolean;
}

std::optional<std::int64_t> as_integer(const yaml::Node& node) {
    const auto scalar = yaml::resolve(node);
    if (!scalar || scalar->type != yaml::Type::integer || scalar->is_unsigned) return std::nullopt;
    return scalar->integer;
}

bool is_spelt_plainly(const yaml::Node& node) {
    const Type type = type_of(node);
    if (type != Type::boolean && type != Type::integer && type != Type::number) return true;
    const auto scalar = yaml::resolve(node);
    return scalar && scalar->text == node.text;
}

bool Remarks::ByPlace::operator()(const Diagnostic& a, const Diagnostic& b) const {
    const auto key = [](const Diagnostic& d) { return std::tie(d.where, d.severity, d.code, d.message, d.suggestion); };
    return key(a) < key(b);
}

void Remarks::add(Severity severity, SourceLocation where, std::string code, std::string message,
                  std::string suggestion) {
    const bool is_new = listed_
                            .insert({.severity = severity,
                                     .code = std::move(code),
                                     .message = std::move(message),
                                     .suggestion = std::move(suggestion),
                                     .where = std::move(where),
                                     .server = {}})
                            .second;
    if (!is_new) return;
    if (severity == Severity::error) ++errors_;
    if (listed_.size() <= most_) return;
    // The mildest goes, so that a flood of notes cannot hide an error.
    ++left_out_;
    listed_.erase(std::ranges::min_element(listed_, {}, &Diagnostic::severity));
}

Diagnostics Remarks::take() {
    Diagnostics out(listed_.begin(), listed_.end());
    if (left_out_ > 0) {
        out.push_back({.severity = Severity::note,
                       .code = "too-many-remarks",
                       .message = std::to_string(left_out_) + " more remarks are not listed",
                       .suggestion = "repair these first",
                       .where = {},
                       .server = {}});
    }
    return out;
}

std::string quoted_list(std::span<const std::string> words, std::string_view last) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) out += i + 1 == words.size() ? last : ", ";
        out += in_quotes(words[i]);
    }
    return out;
}

std::string_view words_of(Type type) {
    switch (type) {
    case Type::null:
        return "empty";
    case Type::boolean:
        return "a boolean";
    case Type::integer:
    case Type::number:
        return "a number";
    case Type::text:
        return "a string";
    case Type::list:
        return "a list";
    case Type::map:
        return "a map";
    }
    std::unreachable();
}

} // namespace mooring::manifest
