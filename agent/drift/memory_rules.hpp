// Small rules of remembering, private to this folder.
#pragma once

#include "drift/facts.hpp"

namespace mooring::drift {

// Whether the record's times all lie at least 60 s before the server's Date, so that another write cannot hide behind
// the same second. CreationDate counts like UpdateDate, which is 0 until the first update.
bool is_settled(const StackRecord& record, UnixSeconds server_date);

} // namespace mooring::drift
