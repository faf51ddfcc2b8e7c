// Text from mustache templates: the one way in which the agent's pages and the compliance report become HTML. Pure.
//
// What the library does, beside what mustache says: a line that has nothing but the tags of a section goes away where
// the section is there, and stays as an empty line where it is not, so that templates here close a section at the
// beginning of the next line. `{{.}}` is the value itself, in a list of texts.
#pragma once

#include <cstddef>
#include <functional>
#include <kainjow/mustache.hpp>
#include <string>
#include <string_view>

namespace mooring::report {

// What a template shows, by name. A name that is not there is looked for further out. `data["x"] = ...` moves what it
// is given; `set` and `<<` copy it, with all that is in it.
using Data = kainjow::mustache::data;

// {{#name}}...{{/name}} is there, or not.
Data flag(bool value);

// A section that is there exactly when the text is: {{#name}}{{text}}{{/name}}.
Data section(const std::string& text);

// Where a browser may break a long path or name, beside blanks.
enum class Breaks { nowhere, in_code, everywhere };

// A sentence in pieces, so that what stands in `backticks` is set as code: {{#name}}{{>prose}}{{/name}}. Nothing for an
// empty one.
Data prose_pieces(std::string_view text, Breaks breaks = Breaks::nowhere);

// A section around a sentence: {{#name}}{{#pieces}}{{>prose}}{{/pieces}}{{/name}}; not there for an empty one.
Data sentence(const std::string& text, Breaks breaks = Breaks::nowhere);

// Of each value what `make` makes of it.
template <typename Values, typename Make>
Data list(const Values& values, Make make) {
    Data out(Data::type::list);
    // The library copies what is put into a list, with all that is in it, at every level of a table again.
    auto& items = const_cast<kainjow::mustache::list&>(out.list_value());
    items.reserve(values.size());
    for (const auto& value : values) items.push_back(make(value));
    return out;
}

using Escape = std::function<std::string(const std::string&)>;

// The template with `data` in it: HTML, in which all of {{ }} passes `markup`; {{{ }}} is for markup of our own making.
// `{{>prose}}` is a piece of a sentence. The template is a valid one.
std::string html_of(std::string_view text_template, const Data& data);

// The same for other forms, with their own way of escaping.
std::string rendered(std::string_view text_template, const Data& data, const Escape& escape);

// Why the template cannot be used; "" if it can.
std::string template_problem(std::string_view text_template);

} // namespace mooring::report
