// A stack's state as canonical bytes, and back: what the ledger keeps of a StackResult. Private to this folder.
#pragma once

#include "base/crypto.hpp"
#include "model/verdict.hpp"

#include <expected>
#include <string>
#include <string_view>

namespace mooring::ledger {

// Compact JSON, keys sorted; the same state gives the same bytes. Name, server and environment are not in it (they are
// the stack's key). Of a secret only on which sides there is a value, and the keyed digest that tells one change of it
// from the next.
std::string write_state(const StackResult& result);

// What write_state wrote, without the digests of secrets: they do not leave the ledger. The error says what is wrong.
std::expected<StackResult, std::string> read_state(std::string_view body);

// How faces are made: now without what changes from run to run by itself (model/lasting.hpp); those of 0.1.0, which
// stand in ledgers, have every text as it was.
enum class Faces { lasting, of_0_1_0 };

// Digest of all that ends a spell when it changes: everything but evidence, probes, notes and places in files.
Digest face_of(const StackResult& result, Faces faces = Faces::lasting);
// The same of a state that was written. Fields that a later version adds must leave the faces of before as they are.
std::expected<Digest, std::string> face_of_body(std::string_view body, Faces faces = Faces::lasting);

} // namespace mooring::ledger
