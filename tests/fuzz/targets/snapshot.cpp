// Snapshots of a run: what is taken is written and read again, byte for byte from then on.
#include "snapshot/snapshot.hpp"
#include "fuzz/target.hpp"

namespace mooring::fuzz {

void run(std::string_view input) {
    const auto kept = snapshot::read(input);
    if (!kept) {
        require(is_harmless(kept.error().message), "a problem is one line", kept.error().message);
        return;
    }
    const std::string written = snapshot::write(*kept);
    const auto again = snapshot::read(written);
    require(again.has_value(), "what is written is read", again ? "" : again.error().message);
    require(snapshot::write(*again) == written, "the same snapshot has the same bytes");
}

} // namespace mooring::fuzz
