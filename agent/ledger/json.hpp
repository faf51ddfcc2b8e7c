// Words and optional members of the ledger's canonical JSON. Private to this folder. Reading throws Json::exception,
// which each reader turns into its error: what is read was written by this program.
#pragma once

#include "base/file.hpp"
#include "ledger/entries.hpp"
#include "model/memory.hpp"
#include "model/verdict.hpp"
#include "model/writes.hpp"

#include <array>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::ledger {

using Json = nlohmann::json;

// One form: compact, keys sorted, invalid UTF-8 replaced.
inline std::string canonical(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

template <typename T>
Json json_or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json();
}

template <typename T>
std::optional<T> optional_at(const Json& object, const char* key) {
    const Json& value = object.at(key);
    if (value.is_null()) return std::nullopt;
    return value.get<T>();
}

// The enumerator that `word` names.
template <typename Enum, std::size_t Count>
Enum enumerator_of(const std::array<Enum, Count>& all, std::string_view word) {
    for (const Enum one : all) {
        if (to_string(one) == word) return one;
    }
    throw Json::other_error::create(501, "unknown word", nullptr);
}

template <typename Enum>
Json word_or_null(const std::optional<Enum>& value) {
    return value ? Json(to_string(*value)) : Json();
}

template <typename Enum, std::size_t Count>
std::optional<Enum> optional_word(const std::array<Enum, Count>& all, const Json& object, const char* key) {
    const Json& word = object.at(key);
    if (word.is_null()) return std::nullopt;
    return enumerator_of(all, word.get<std::string>());
}

// JSON read strictly: no duplicate keys, no unknown ones, no wrong types, no depth without end. The first problem is
// kept with its place; everything after it reads as empty.
using Json = nlohmann::json;

// The document, or what is wrong with it: "byte 12: not JSON", "duplicate key `id`".
std::expected<Json, std::string> parse_json(std::string_view text);

class StrictReader {
  public:
    // The problem that came first; "" if there was none.
    const std::string& problem() const { return problem_; }
    void complain(std::string_view path, std::string_view what);

    // Complains unless `value` is an object with no other keys than these.
    void expect_keys(const Json& value, std::string_view path, std::span<const std::string_view> keys);
    void expect_keys(const Json& value, std::string_view path, std::initializer_list<std::string_view> keys) {
        expect_keys(value, path, std::span(keys.begin(), keys.size()));
    }
    // The member `key` of an object, of the right type; an empty one after a complaint.
    const Json& array(const Json& object, std::string_view path, const char* key);
    const Json& object(const Json& object, std::string_view path, const char* key);
    std::string text(const Json& object, std::string_view path, const char* key);
    std::int64_t number(const Json& object, std::string_view path, const char* key);
    bool flag(const Json& object, std::string_view path, const char* key);

  private:
    const Json* member(const Json& object, std::string_view path, const char* key);

    std::string problem_;
};

// An entry of the log of writes as canonical bytes, and back. Private to this folder. Its number, time and kind are
// columns of their own.

// Compact JSON, keys sorted. What tells one stack, server or record from another is kept byte for byte, and an error if
// it is not UTF-8 or longer than 4096 bytes; what is said for people is made printable and cut. Of `intent` and
// `result` only the one that belongs to the entry's kind is kept.
std::expected<std::string, std::string> write_log_entry(const LogEntry& entry);

// What write_log_entry wrote, read strictly; number and time stay 0. The error says what is wrong.
std::expected<LogEntry, std::string> read_log_entry(std::string_view kind, std::string_view body);

// What many runs have in common, as canonical bytes and back: the frame of a run, its servers, its waivers. Private to
// this folder.

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

// A stack's state as canonical bytes, and back: what the ledger keeps of a StackResult. Private to this folder.

// Compact JSON, keys sorted; the same state gives the same bytes. Name, server and environment are not in it (they are
// the stack's key). Of a secret only on which sides there is a value, and the keyed digest that tells one change of it
// from the next.
std::string write_state(const StackResult& result);

// What write_state wrote, without the digests of secrets: they do not leave the ledger. The error says what is wrong.
std::expected<StackResult, std::string> read_state(std::string_view body);

// How faces are made: now without what changes from run to run by itself (model/memory.hpp); those of 0.1.0, which
// stand in ledgers, have every text as it was.
enum class Faces { lasting, of_0_1_0 };

// Digest of all that ends a spell when it changes: everything but evidence, probes, notes and places in files.
Digest face_of(const StackResult& result, Faces faces = Faces::lasting);
// The same of a state that was written. Fields that a later version adds must leave the faces of before as they are.
std::expected<Digest, std::string> face_of_body(std::string_view body, Faces faces = Faces::lasting);

// The memory as JSON text: one form, sorted, read strictly. A snapshot holds it too (agent/snapshot).

// The same memory gives the same bytes.
std::string write_memory(const Memory& memory);

// What write_memory wrote. Everything else is refused with its place: "servers.main.stacks[3].id: not a whole number".
std::expected<Memory, std::string> read_memory(std::string_view text);

} // namespace mooring::ledger
