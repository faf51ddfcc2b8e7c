// What every fuzz target is: a function over bytes that keeps its promises, whatever the bytes are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::fuzz {

// One input. Each file of targets/ defines it; entry.cpp (libFuzzer) and replay.cpp (files) call it.
void run(std::string_view input);

// Ends the process with the promise on standard error if it does not hold.
void require(bool holds, std::string_view promise, std::string_view detail = {});

// The parts of an input between lines that are `=====`: as many as asked for, missing ones are empty.
std::vector<std::string_view> parts_of(std::string_view input, std::size_t count);

// A number that depends on every byte and is the same in each run: for what is to be chosen, such as the size of the
// pieces in which the bytes arrive.
std::uint32_t number_of(std::string_view input);

// Whether the text may stand on one line of a terminal: valid UTF-8 without control characters.
bool is_harmless(std::string_view text);

} // namespace mooring::fuzz
