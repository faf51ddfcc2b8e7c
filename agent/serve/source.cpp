#include "serve/source.hpp"

#include "base/text.hpp"
#include "report/wording.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace mooring::serve {

bool is_whole(const Desired& loaded) {
    return loaded.complete && !has_errors(loaded.diagnostics) && (!loaded.stacks.empty() || !loaded.scopes.empty());
}

bool Source::take_in(Desired loaded, UnixSeconds now) {
    std::string failing;
    for (const Diagnostic& one : loaded.diagnostics) {
        if (one.severity == Severity::error) failing += report::place(one.where) + one.message + '\n';
    }
    const bool whole = is_whole(loaded);
    if (!whole && failing.empty()) failing = "nothing is declared\n";
    const bool was_whole = desired_ != nullptr && !view_.partial;
    const SourceView before = view_;
    view_.diagnostics = loaded.diagnostics;
    view_.stale = !whole && was_whole;
    if (whole || (!was_whole && !loaded.stacks.empty())) { // a part is better than nothing, as in `mooring check`
        view_.partial = !whole;
        view_.loaded = true;
        view_.loaded_at = now;
        view_.stacks = loaded.stacks.size();
        view_.waivers = loaded.waivers;
        loaded.complete = whole;
        desired_ = std::make_shared<const Desired>(std::move(loaded));
    }
    view_.failing_since = whole ? 0 : (before.failing_since != 0 ? before.failing_since : now);
    const bool changed = failing != failing_ || view_.stacks != before.stacks;
    failing_ = std::move(failing);
    return changed;
}

Desired part_of(const Desired& all, const SourceView& source, const std::string& server) {
    Desired out;
    out.complete = all.complete && !source.stale;
    const auto of_server = [&](const auto& one) { return one.server == server; };
    std::ranges::copy_if(all.stacks, std::back_inserter(out.stacks), of_server);
    std::ranges::copy_if(all.scopes, std::back_inserter(out.scopes), of_server);
    std::ranges::copy_if(all.waivers, std::back_inserter(out.waivers),
                         [&](const Waiver& waiver) { return glob_matches(waiver.server, server); });
    out.diagnostics = source.diagnostics;
    if (source.stale) {
        out.diagnostics.push_back(
            {.severity = Severity::error,
             .code = "stale-manifests",
             .message = fmt::format("the manifests cannot be read as a whole since {}; judged by "
                                    "those of {}",
                                    format_utc(source.failing_since), format_utc(source.loaded_at)),
             .suggestion = "fix the errors in the manifests",
             .where = {},
             .server = {}});
    }
    return out;
}

} // namespace mooring::serve
