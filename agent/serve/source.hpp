// The desired state that the agent judges by. An unreadable source is not an empty source (design §2, rule 4): what was
// last readable as a whole stays in use. Pure; whoever loads hands the result in.
#pragma once

#include "model/desired.hpp"
#include "serve/board.hpp"

#include <memory>
#include <string>

namespace mooring::serve {

// Whether a load is a desired state as a whole: everything was read, nothing has an error, something is declared.
bool is_whole(const Desired& loaded);

class Source {
  public:
    // Takes in what one look at the manifests found. Returns whether the desired state in use, or its standing, is
    // another than before.
    bool take_in(Desired loaded, UnixSeconds now);

    const SourceView& view() const { return view_; }
    // What to judge by; nullptr while nothing could be read at all.
    const std::shared_ptr<const Desired>& desired() const { return desired_; }

  private:
    std::shared_ptr<const Desired> desired_;
    SourceView view_;
    std::string failing_; // what the newest failing look said, to notice a change
};

// The part of `all` that is about one server, with the remarks that its run must carry: those of the manifests and,
// when what is in use is not what was last looked at, the reason.
Desired part_of(const Desired& all, const SourceView& source, const std::string& server);

} // namespace mooring::serve
