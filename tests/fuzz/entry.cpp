// libFuzzer's way into a target.
#include "fuzz/target.hpp"

#include <cstddef>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    mooring::fuzz::run(std::string_view(reinterpret_cast<const char*>(bytes), size));
    return 0;
}
