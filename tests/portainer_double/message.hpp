// One request as the double sees it, and its answer: HTTP without sockets.
#pragma once

#include "portainer_double/values.hpp"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portainer_double {

using Json = nlohmann::ordered_json;

struct Request {
    std::string method;
    std::string target;                            // as sent
    std::string path;                              // without query, still percent-encoded
    std::multimap<std::string, std::string> query; // decoded, values of a repeated name in their order
    std::map<std::string, std::string> headers;    // names in lower case
    std::string body;

    std::string_view header(const std::string& lower_case_name) const; // "" if absent
    // The decoded value of a query parameter, the first of a repeated one, "" if absent.
    std::string_view parameter(const std::string& name) const;
    std::vector<std::string_view> parameters(const std::string& name) const;
};

// Splits a target into path and decoded query. As in Go, the values of a urlencoded body come before the query's.
void parse_target(Request& request);
// A body that Go's form reader takes: whoever looks at the query first finds it empty afterwards.
bool has_form_body(const Request& request);
std::string percent_decode(std::string_view text, bool plus_is_blank);

struct Answer {
    int status = 200;
    std::string content_type = "application/json"; // "" for none
    std::vector<std::pair<std::string, std::string>> headers;
    std::shared_ptr<const std::string> body = std::make_shared<const std::string>();
    bool hangs = false;        // no answer is ever sent (kubernetes.md §0.8)
    bool length_known = false; // sent with Content-Length however long; otherwise long bodies go in chunks, as from Go
};

Answer json_answer(const Json& value, int status = 200);
Answer text_answer(int status, std::string_view content_type, std::string body);
Answer empty_answer(int status);
// Portainer's error body: {"message","details"}. Without details they are the message with its first letter in upper
// case, as Go's error text is shown.
Answer problem(int status, std::string_view message, std::string_view details = {});
// Docker's error body: {"message"}.
Answer docker_problem(int status, std::string_view message);
// The 404 of a route that does not exist.
Answer not_routed();

std::string capitalised(std::string_view text);

} // namespace portainer_double
