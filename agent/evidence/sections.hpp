// The sections of the document, one function each. Private to this folder.
#pragma once

#include "evidence/document.hpp"

namespace mooring::evidence {

// A time, never broken over lines.
Cell time_cell(UnixSeconds at);

Section scope_section(const Assessment& assessment);
Section coverage_section(const Assessment& assessment);
Section score_section(const Assessment& assessment);
Section findings_section(const Assessment& assessment);
Section gaps_section(const Assessment& assessment);
Section stacks_section(const Assessment& assessment);
Section changes_section(const Assessment& assessment);
Section unread_section(const Assessment& assessment);
Section waivers_section(const Assessment& assessment);
Section corrections_section(const Assessment& assessment);
Section blocked_section(const Assessment& assessment);
Section chain_section(const Assessment& assessment);
Section controls_section(const Assessment& assessment);

} // namespace mooring::evidence
