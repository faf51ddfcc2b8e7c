#include "ledger/entries.hpp"

#include "base/file.hpp"
#include "ledger/database.hpp"
#include "ledger/json.hpp"
#include "ledger/rows.hpp"

#include <iterator>

namespace mooring::ledger {
namespace {

std::string hash_of_json(const Json& value) { return hash_of_text(canonical(value)); }

// A stack and what is told of it, as one line.
template <typename... Told>
std::string line_of(const StackKey& stack, const Told&... told) {
    return canonical(Json::array({stack.server, stack.environment, stack.name, stack.ordinal, told...})) + "\n";
}

} // namespace

std::string hash_of_text(std::string_view body) { return mooring::to_hex(sha256(body)); }

std::string hash_of(const RunFacts& run) {
    Json json = {{"number", run.number},
                 {"previous", run.previous},
                 {"runId", run.run_id},
                 {"startedAt", run.started_at},
                 {"finishedAt", run.finished_at},
                 {"nextDue", json_or_null(run.next_due)},
                 {"frame", run.frame},
                 {"servers", run.servers},
                 {"waivers", run.waivers},
                 {"stacks", run.stacks},
                 {"checkpoint", json_or_null(run.checkpoint)}};
    if (run.remarks) json["remarks"] = *run.remarks; // absent, so that runs of before keep their bytes
    if (run.memory) json["memory"] = *run.memory;
    if (run.log) json["log"] = *run.log;
    return hash_of_json(json);
}

std::string hash_of(const LogFacts& entry) {
    return hash_of_json({{"number", entry.number},
                         {"previous", entry.previous},
                         {"at", entry.at},
                         {"kind", entry.kind},
                         {"body", entry.body}});
}

std::string hash_of(const LedgerStart& origin) {
    return hash_of_json({{"at", origin.at}, {"reason", origin.reason}, {"setAside", origin.set_aside}});
}

std::string hash_of(const Checkpoint& checkpoint, std::string_view previous, std::string_view carried,
                    const std::optional<std::string>& origin) {
    Json json = {{"previous", previous},
                 {"lastPruned", checkpoint.last_pruned},
                 {"lastStartedAt", checkpoint.last_started_at},
                 {"prunedAt", checkpoint.pruned_at},
                 {"runHash", checkpoint.run_hash},
                 {"carried", carried}};
    if (origin) json["origin"] = *origin;
    return hash_of_json(json);
}

std::string hash_of(std::span<const CarriedStack> stacks, std::span<const CarriedSpell> spells) {
    std::string all;
    for (const CarriedStack& one : stacks) all += line_of(one.stack, one.first_run, one.first_seen);
    all += "\n";
    for (const CarriedSpell& one : spells) {
        all += one.since ? line_of(one.stack, one.first_run, one.first_at, one.state, *one.since)
                         : line_of(one.stack, one.first_run, one.first_at, one.state);
    }
    return hash_of_text(all);
}

void StackStates::put(const StackKey& stack, std::string_view state_hash) {
    lines_[stack] = line_of(stack, state_hash);
    digest_.clear();
}

void StackStates::remove(const StackKey& stack) {
    lines_.erase(stack);
    digest_.clear();
}

const std::string& StackStates::digest() {
    if (!digest_.empty()) return digest_;
    std::string all;
    for (const auto& [stack, line] : lines_) all += line;
    digest_ = hash_of_text(all);
    return digest_;
}

// What a run carries of a server's memory.

namespace {

// Every field of every row; two memories that differ anywhere have different digests. Of a row its texts come first,
// each with its length, then its numbers. Hashed in pieces, so that a large memory takes no second room.
class RowDigest {
  public:
    void operator()(std::string_view /*name*/, const std::string& value) { text(value); }
    void operator()(std::string_view /*name*/, const bool& value) { numbers_.push_back(std::int64_t{value}); }
    void operator()(std::string_view /*name*/, const std::int64_t& value) { numbers_.push_back(value); }
    void operator()(std::string_view name, const std::vector<std::int64_t>& values) {
        (*this)(name, list_text(values));
    }
    void operator()(std::string_view name, const std::vector<std::string>& values) { (*this)(name, list_text(values)); }
    void added(std::string_view name, const auto& value) { (*this)(name, value); }
    void digest(std::string_view name, const auto& value) { (*this)(name, value); }

    template <typename T>
    void part(std::string_view name, const std::map<std::int64_t, T>& rows) {
        begin(name, rows.size());
        for (const auto& [id, value] : rows) {
            numbers_.push_back(id);
            row_fields(*this, value);
            end_row();
        }
    }
    void part(std::string_view name, const std::vector<RememberedAbsence>& rows) {
        begin(name, rows.size());
        for (const RememberedAbsence& value : rows) {
            fields(*this, value);
            end_row();
        }
    }
    void text(std::string_view field) { fmt::format_to(std::back_inserter(rows_), "{}:{}", field.size(), field); }
    std::string take() {
        fold();
        return std::move(rows_);
    }

  private:
    static constexpr std::size_t piece = 65536;

    void begin(std::string_view name, std::size_t count) {
        text(name);
        numbers_.push_back(static_cast<std::int64_t>(count));
        end_row();
    }
    void end_row() {
        for (const std::int64_t number : numbers_) fmt::format_to(std::back_inserter(rows_), "{};", number);
        numbers_.clear();
        if (rows_.size() >= piece) fold();
    }
    void fold() {
        const Digest digest = sha256(rows_);
        rows_.assign(digest.begin(), digest.end());
    }

    std::string rows_;
    std::vector<std::int64_t> numbers_; // of the row at hand
};

} // namespace

// The order of the parts is kept in the ledgers that there are.
std::string digest_of(const ServerMemory& memory) {
    RowDigest out;
    out.text(memory.instance_id);
    out.part("stacks", memory.stacks);
    out.part("files", memory.files);
    out.part("environments", memory.environments);
    out.part("selections", memory.selections);
    out.part("tags", memory.tags);
    out.part("groups", memory.groups);
    out.part("absences", memory.absences);
    return out.take();
}

} // namespace mooring::ledger
