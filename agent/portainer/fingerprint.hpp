// A record in 32 bytes: whether it is the one that was seen before.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

namespace mooring::portainer {

// SHA-256 (raw) of the record's JSON with keys sorted and without AutoUpdate.JobID, which changes by itself
// (portainer-api.md §10, §11). Order of keys and white space make no difference; everything else does.
std::string fingerprint(const boost::json::object& record);

} // namespace mooring::portainer
