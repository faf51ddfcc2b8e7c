#include "manifest/remarks.hpp"

#include <algorithm>
#include <tuple>

namespace mooring::manifest {

bool Remarks::ByPlace::operator()(const Diagnostic& a, const Diagnostic& b) const {
    const auto key = [](const Diagnostic& d) { return std::tie(d.where, d.severity, d.code, d.message, d.suggestion); };
    return key(a) < key(b);
}

void Remarks::add(Severity severity, SourceLocation where, std::string code, std::string message,
                  std::string suggestion) {
    const bool is_new = listed_
                            .insert({.severity = severity,
                                     .code = std::move(code),
                                     .message = std::move(message),
                                     .suggestion = std::move(suggestion),
                                     .where = std::move(where),
                                     .server = {}})
                            .second;
    if (!is_new) return;
    if (severity == Severity::error) ++errors_;
    if (listed_.size() <= most_) return;
    // The mildest goes, so that a flood of notes cannot hide an error.
    ++left_out_;
    listed_.erase(std::ranges::min_element(listed_, {}, &Diagnostic::severity));
}

Diagnostics Remarks::take() {
    Diagnostics out(listed_.begin(), listed_.end());
    if (left_out_ > 0) {
        out.push_back({.severity = Severity::note,
                       .code = "too-many-remarks",
                       .message = std::to_string(left_out_) + " more remarks are not listed",
                       .suggestion = "repair these first",
                       .where = {},
                       .server = {}});
    }
    return out;
}

} // namespace mooring::manifest
