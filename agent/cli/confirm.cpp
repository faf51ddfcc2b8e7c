#include "cli/confirm.hpp"

#include "base/text.hpp"

#include <istream>
#include <ostream>
#include <string>

namespace mooring::cli {

Confirmed confirm(Console& console, std::string_view question, std::string_view wanted) {
    if (!console.in_is_terminal || (!console.err_is_terminal && !console.out_is_terminal)) return Confirmed::nobody;
    std::ostream& out = console.err_is_terminal ? console.err : console.out;
    console.out.flush(); // what the question is about
    out << question;
    if (wanted == "y")
        out << " [y/N] ";
    else
        out << " Type `" << wanted << "` to go on: ";
    out.flush();
    std::string line;
    if (!std::getline(console.in, line)) out << '\n';
    const std::string answer = to_lower(trim(line));
    return answer == to_lower(wanted) || (wanted == "y" && answer == "yes") ? Confirmed::yes : Confirmed::no;
}

} // namespace mooring::cli
