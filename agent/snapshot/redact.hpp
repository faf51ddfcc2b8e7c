// Takes every secret out of a recording, and keeps what the run found out about each: equal, different, absent. Pure.
#pragma once

#include "snapshot/recorder.hpp"
#include "snapshot/snapshot.hpp"

namespace mooring::snapshot {

// An env value is kept as it is only where a manifest that was compared with it declares it public. Every other one
// becomes a mark (mark_text): the same mark on both sides exactly where the run compared the two and they were equal;
// values that the run did not compare never share one, equal or not. What repeats a value of its own stack (images,
// deployment errors) bears the mark or `***`, as reports do. Webhooks, jobs, users of URLs, fingerprints and digests
// are gone.
Snapshot redact(Recording recording, const Report& report);

} // namespace mooring::snapshot
