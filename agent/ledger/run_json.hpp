// What many runs have in common, as canonical bytes and back: the frame of a run, its servers, its waivers. Private to
// this folder.
#pragma once

#include "ledger/entries.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::ledger {

// Version, trigger, exit code, partial and summary: what is seldom another one than in the run before.
struct Frame {
    std::string mooring_version;
    std::string trigger;
    bool partial = false;
    int exit_code = 0;
    Summary summary;
};

std::string write_frame(const Frame& frame);
std::string write_servers(const std::vector<ServerResult>& servers);
std::string write_waivers(std::span<const Waiver> waivers);
// Errors first, at most 50, each text cut to 500 bytes; a last one says how many more there were.
std::string write_remarks(const Diagnostics& remarks);

// What the functions above wrote; the error says what is wrong.
std::expected<Frame, std::string> read_frame(std::string_view body);
std::expected<std::vector<ServerResult>, std::string> read_servers(std::string_view body);
std::expected<std::vector<Waiver>, std::string> read_waivers(std::string_view body);
std::expected<Diagnostics, std::string> read_remarks(std::string_view body);

} // namespace mooring::ledger
