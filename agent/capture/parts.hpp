// What the files of an export are made of. Private to this folder.
#pragma once

#include "capture/capture.hpp"
#include "model/stack.hpp"
#include "portainer/api.hpp"
#include "yaml/node.hpp"

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::capture {

// Texts as YAML scalars that no reader takes for anything else.

// Always in double quotes, on one line: `yes`, `1.10`, `0123`, line breaks, `: ` and `#` mean nothing in there. UTF-8
// stays; control characters and what YAML takes for line breaks are escaped.
std::string in_quotes(std::string_view text);

// Whether a text survives in_quotes(): valid UTF-8 without NUL.
bool can_be_quoted(std::string_view text);

// A file name of letters, digits, `-`, `_` and `.` that no system refuses and that leads nowhere else: never empty,
// never starting with a dot, at most 80 bytes.
std::string file_name(std::string_view text);

// One stack as a manifest.

// What stands in it; texts of values are YAML already.
struct Manifest {
    const StackRecord& record;
    std::string name{};                                     // the record's, or a label where it has none
    bool tied = false;                                      // by its id, because its name does not mean it alone
    std::string server{};                                   // "": only one is configured
    std::string environment{};                              // YAML
    std::string file{};                                     // beside the manifest; "" for Git
    std::string access{};                                   // YAML
    std::vector<std::pair<std::string, std::string>> env{}; // name -> YAML
    bool env_strict = true;
    std::vector<std::string> jobs{};     // services that had ended with 0
    std::vector<std::string> replaced{}; // paths of the file that hold a reference in the place of a secret
};

std::string manifest_text(const Manifest& manifest);

// How a YAML scalar is spelt in a file's bytes, so that it can be replaced in place.

class Spelling {
  public:
    explicit Spelling(std::string_view text);

    // Where the scalar starts.
    std::size_t offset(const yaml::Mark& mark) const;
    // How many bytes it takes from there: plain on one line, in quotes, or a block with its lines. 0: it is spelt in
    // another way (behind an anchor or tag, plain over several lines).
    std::size_t length(std::size_t at, const std::string& value) const;

  private:
    std::size_t block_length(std::size_t at) const;

    std::string_view text_;
    std::vector<std::size_t> lines_; // where each starts
};

// Whether any value of a YAML text (Kubernetes) looks secret, or the text does not parse.
bool may_hold_secrets(std::string_view text, const SecretRule& rule);

// Which services of a stack had ended when it was exported.

struct Stopped {
    std::vector<std::string> jobs;   // ended with 0, and nothing speaks against their being meant to (design §3.3)
    std::vector<std::string> others; // "web (exited (143))": with these the export is not in sync
};

// Of a Docker stack that Portainer does not call stopped; empty where what runs could not be read, or the file does not
// load. `file`: the text on the server.
Stopped stopped_services(const StackRecord& record, std::string_view file, const ServerReading& seen);

// Reads one server for an export: the only part of this folder with I/O.

// Identity, environments, the unfiltered list, the file of each stack, the environments of records that are not in the
// list, what runs, and the names that restricted access refers to. Stops when identity, environments or list are
// refused.
boost::asio::awaitable<void> read_server(portainer::Api& api, ServerReading& seen, std::size_t workers);

} // namespace mooring::capture
