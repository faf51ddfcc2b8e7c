// The forms of the compliance report. Each ends in a line break; the same assessment gives the same bytes. Pure.
#pragma once

#include "evidence/assessment.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::evidence {

enum class Form { html, json, csv, markdown };

std::string_view to_string(Form form);
std::optional<Form> parse_form(std::string_view word);
std::vector<std::string> form_words();
// What a file of this form is called: "compliance.html".
std::string file_name(Form form);

std::string render(const Assessment& assessment, Form form);

// One self-contained page: no script, nothing from elsewhere; made to be printed on A4.
std::string to_html(const Assessment& assessment);
std::string to_markdown(const Assessment& assessment);
// The contract of schema/compliance.schema.json.
std::string to_json(const Assessment& assessment);
// RFC 4180, as report/csv.hpp; `row` says what a record is: report, observer, stack, episode, unseen, waiver, gap,
// finding. Columns keep their names and order.
std::string to_csv(const Assessment& assessment);

} // namespace mooring::evidence
