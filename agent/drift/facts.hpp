// The values that are judged, under this folder's names: what was learned (agent/match) and how it compares
// (agent/compare).
#pragma once

#include "compare/compare.hpp"
#include "compare/known_secrets.hpp"
#include "match/facts.hpp"
#include "match/match.hpp"
#include "match/remember.hpp"

namespace mooring::drift {

using compare::Comparison;
using compare::KnownSecrets;
using match::ContentFacts;
using match::Declared;
using match::JudgeOptions;
using match::MakeDigest;
using match::NameProbe;
using match::Question;
using match::ResolvedEnvironment;
using match::Row;
using match::RuntimeFacts;
using match::ServerFacts;
using match::StackFacts;
using match::Standing;

} // namespace mooring::drift
