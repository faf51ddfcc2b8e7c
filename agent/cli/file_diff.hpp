// `mooring check --diff`: the declared compose file and the one on the server, line by line, without secrets.
#pragma once

#include "cli/check.hpp"
#include "model/desired.hpp"
#include "report/format.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::cli {

// The lines that differ with three around them, as `diff -u` writes them, below `---` and `+++` with these names; ""
// for equal texts. Of texts of more than 5000 lines in all it says that alone.
std::string unified_diff(std::string_view from_name, std::string_view from, std::string_view to_name,
                         std::string_view to);

// A check reads desired -> actual; a plan says what the actual file becomes.
struct DiffLook {
    bool becomes = false;
    bool hides_actual = false; // lines that only the server has are counted, not shown
};

// Keeps what the servers of a run answer about files and variables. It outlives the Apis that it wraps.
class KeptFiles {
  public:
    // `credentials` are secret under every name.
    explicit KeptFiles(std::vector<Secret> credentials = {}) : credentials_(std::move(credentials)) {}

    // The same Apis, listened to.
    MakeApi wrap(MakeApi make_api);

    // The differences of every stack whose content has drifted, in the order of the report. Secrets of both files and
    // every variable's value are `${NAME}` or `***`; a file in which that cannot be done safely is not shown, and said.
    std::string diffs(const Report& report, const Desired& desired, const DiffLook& look = {}) const;

    void keep_file(const std::string& server, StackId id, const std::string& text) { files_[{server, id}] = text; }
    void keep_record(const std::string& server, const StackRecord& record) { records_[{server, record.id}] = record; }

  private:
    std::string diff_of(const DesiredStack& stack, const StackResult& result, const DiffLook& look) const;

    std::vector<Secret> credentials_;
    std::map<std::pair<std::string, StackId>, std::string> files_;
    std::map<std::pair<std::string, StackId>, StackRecord> records_;
};

} // namespace mooring::cli
