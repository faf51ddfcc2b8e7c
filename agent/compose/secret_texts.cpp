// The values of a file that no message may repeat.
#include "base/secret_names.hpp"
#include "compose/tree.hpp"

namespace mooring::compose {
namespace {

void collect(const Value& value, bool is_secret,
             std::vector<std::string>& out) { // NOLINT(misc-no-recursion): bounded by Limits::depth
    if (is_secret && !value.text.empty()) out.push_back(value.text);
    for (const Member& member : value.members) {
        collect(member.value, is_secret || (value.free_keys && looks_secret(member.key)), out);
    }
}

} // namespace

std::vector<std::string> secret_texts(const File& file) {
    std::vector<std::string> out;
    collect(file.tree().root, false, out);
    return out;
}

} // namespace mooring::compose
