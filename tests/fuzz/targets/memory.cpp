// The memory file: what is taken is written again as it was, byte for byte from then on.
#include "fuzz/target.hpp"
#include "ledger/json.hpp"

namespace mooring::fuzz {

void run(std::string_view input) {
    const auto memory = ledger::read_memory(input);
    if (!memory) {
        require(is_harmless(memory.error()), "a problem is one line", memory.error());
        return;
    }
    const std::string written = ledger::write_memory(*memory);
    const auto again = ledger::read_memory(written);
    require(again.has_value(), "what is written is read", again ? "" : again.error());
    require(*again == *memory, "what is read is what was written");
    require(ledger::write_memory(*again) == written, "the same memory has the same bytes");
}

} // namespace mooring::fuzz
