#include "manifest/write_decode.hpp"

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "manifest/decode.hpp"
#include "manifest/typed.hpp"
#include "manifest/words.hpp"

#include <cstdlib>

namespace mooring::config {
namespace {

using manifest::in_quotes;
using manifest::Remarks;
using yaml::Node;

constexpr std::chrono::seconds between_two_looks{15}; // reconcile.md §4, move 7

// "20%", "30d": the schema has seen to the form.
int leading_number(const Node& node) { return std::atoi(node.text.c_str()); } // NOLINT(cert-err34-c)

class WriteDecoder {
  public:
    WriteDecoder(const Node& server, const std::string& path, const std::string& file, const NoteOrigin& note,
                 Remarks& remarks)
        : server_(server), path_(path), file_(file), note_(note), remarks_(remarks) {}

    WriteSettings run() {
        take(server_, path_, "apply", [&](const Node& node) { out_.apply = *manifest::as_boolean(node); });
        take(server_, path_, "correct", [&](const Node& node) { decode_correct(node); });
        take(server_, path_, "instance", [&](const Node& node) { out_.instance = to_lower(node.text); });
        take(server_, path_, "protect", [&](const Node& node) { out_.protect = manifest::to_texts(&node); });
        if (const Node* limits = server_.find("limits")) decode_limits(*limits, path_ + "limits.");
        return std::move(out_);
    }

  private:
    template <typename Use>
    void take(const Node& map, const std::string& path, std::string_view key, Use use) {
        const Node* node = map.find(key);
        if (node == nullptr) return;
        note_(path + std::string(key), *node);
        use(*node);
    }

    // A trap: somebody believes that the agent corrects, and it does not.
    void decode_correct(const Node& node) {
        out_.correct = *manifest::as_boolean(node);
        if (!out_.correct) return;
        if (!out_.apply)
            remarks_.error(where(node), "wrong-keys",
                           "`correct: true` of " + in_quotes(server_.find("name")->text) +
                               " means nothing without `apply: true`",
                           "add `apply: true`, or remove `correct`");
    }

    void decode_limits(const Node& node, const std::string& path) {
        WriteLimits& limits = out_.limits;
        take(node, path, "maxShare",
             [&](const Node& n) { limits.max_share = static_cast<unsigned>(leading_number(n)); });
        take(node, path, "maxChanges", [&](const Node& n) { limits.max_changes = to_count(n); });
        take(node, path, "maxRemoves", [&](const Node& n) { limits.max_removes = to_count(n); });
        take(node, path, "pruneAfter", [&](const Node& n) { limits.prune_after = to_seconds(n); });
        take(node, path, "deployTimeout", [&](const Node& n) {
            limits.deploy_timeout = to_seconds(n);
            if (limits.deploy_timeout < between_two_looks) too_short(n, "deployTimeout");
        });
        take(node, path, "settle", [&](const Node& n) {
            limits.settle = to_seconds(n);
            if (*limits.settle < between_two_looks) too_short(n, "settle");
        });
        take(node, path, "redeployAfter", [&](const Node& n) { limits.redeploy_after = to_seconds(n); });
        take(node, path, "humanGrace", [&](const Node& n) { limits.human_grace = to_seconds(n); });
    }

    void too_short(const Node& node, const std::string& key) {
        remarks_.error(where(node), "wrong-value",
                       in_quotes(key) + " must be at least 15s, which lie between the two looks after a write");
    }

    static std::size_t to_count(const Node& node) {
        return static_cast<std::size_t>(manifest::as_integer(node).value_or(0));
    }

    std::chrono::seconds to_seconds(const Node& node) {
        const auto duration = parse_go_duration(node.text);
        if (!duration) remarks_.error(where(node), "wrong-value", "this duration is too long");
        return std::chrono::ceil<std::chrono::seconds>(duration.value_or(std::chrono::nanoseconds(0)));
    }

    SourceLocation where(const Node& node) const {
        return node.mark.line == 0 ? SourceLocation{} : manifest::place(file_, node.mark);
    }

    const Node& server_;
    const std::string& path_;
    const std::string& file_;
    const NoteOrigin& note_;
    Remarks& remarks_;
    WriteSettings out_;
};

} // namespace

WriteSettings decode_write(const Node& server, const std::string& path, const std::string& file, const NoteOrigin& note,
                           Remarks& remarks) {
    return WriteDecoder(server, path, file, note, remarks).run();
}

BackupSettings decode_backup(const Node& backup, const std::string& file, const NoteOrigin& note) {
    BackupSettings out;
    if (const Node* folder = backup.find("path")) {
        note("backup.path", *folder);
        out.folder = (std::filesystem::path(file).parent_path() / folder->text).lexically_normal();
    }
    if (const Node* keep = backup.find("keep")) {
        note("backup.keep", *keep);
        out.keep = std::chrono::hours(24 * leading_number(*keep));
    }
    return out;
}

} // namespace mooring::config
