// What a run carries of a server's memory.
#include "base/crypto.hpp"
#include "ledger/memory_rows.hpp"
#include "ledger/row_fields.hpp"

#include <iterator>

namespace mooring::ledger {
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
