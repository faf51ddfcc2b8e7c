// Portainer's list of stacks: what is taken is JSON of that shape, and the same however its bytes arrive.
#include "fuzz/json_reading.hpp"

namespace mooring::fuzz {

void run(std::string_view input) {
    const auto listed = read_list_both_ways<StackRecord>(input);
    if (!listed.problem.empty()) return;
    const auto once_more = read_list<StackRecord>(input, 7);
    for (std::size_t i = 0; i < listed.values.size(); ++i) {
        const StackRecord& record = listed.values[i];
        require(record.id >= 0 && record.environment >= 0, "ids are not negative");
        require(record.fingerprint.size() == 32, "every record has a fingerprint");
        require(record.fingerprint == once_more.values[i].fingerprint, "the same record has the same fingerprint");
        require(record.env == once_more.values[i].env, "the same record has the same env");
    }
}

} // namespace mooring::fuzz
