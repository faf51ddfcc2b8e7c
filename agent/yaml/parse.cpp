#include "yaml/library_builder.hpp"
#include "yaml/node.hpp"
#include "yaml/parts.hpp"
#include "yaml/quick.hpp"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <streambuf>

namespace mooring::yaml {
namespace {

// yaml-cpp reads from a stream; this one reads the text where it lies.
class View : public std::streambuf {
  public:
    explicit View(std::string_view text) {
        char* begin = const_cast<char*>(text.data()); // streambuf has no const; nothing is ever put back
        setg(begin, begin, begin + text.size());
    }
};

std::unexpected<Problem> refuse(std::string message, Mark mark, std::string code) {
    return std::unexpected(Problem{.message = std::move(message), .mark = mark, .code = std::move(code)});
}

Mark mark_of(const YAML::Mark& mark) {
    if (mark.is_null()) return {};
    return {.line = static_cast<std::uint32_t>(mark.line + 1), .column = static_cast<std::uint32_t>(mark.column + 1)};
}

std::expected<std::vector<Node>, Problem> read(std::string_view text, const Limits& limits) {
    View view(text);
    std::istream stream(&view);
    LibraryBuilder builder(text, limits);
    try {
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (Stop& stopped) {
        return std::unexpected(std::move(stopped.problem));
    } catch (const YAML::Exception& error) {
        const Mark mark = mark_of(error.mark);
        return refuse(in_plain_words(error.msg, text, mark), mark, "syntax");
    }
    if (auto problem = builder.find_open_quote()) return std::unexpected(std::move(*problem));
    return std::move(builder.documents());
}

} // namespace

const Node* Node::find(std::string_view key) const {
    for (const auto& [name, value] : entries) {
        if (name.kind == Kind::scalar && name.text == key) return &value;
    }
    return nullptr;
}

std::expected<std::vector<Node>, Problem> parse(std::string_view text, const Limits& limits) {
    if (auto quick = parse_quickly(text, limits)) return std::move(*quick);
    return parse_with_library(text, limits);
}

std::expected<std::vector<Node>, Problem> parse_with_library(std::string_view text, const Limits& limits) {
    if (text.size() > limits.bytes) {
        return refuse("the text has " + std::to_string(text.size()) + " bytes, more than the allowed " +
                          std::to_string(limits.bytes),
                      {}, "too-large");
    }
    std::string store;
    const auto decoded = decode(text, store);
    if (!decoded) return std::unexpected(decoded.error());
    if (auto problem = find_stray_directive(*decoded)) return std::unexpected(std::move(*problem));
    auto documents = read(*decoded, limits);
    if (!documents) return documents;
    for (Node& document : *documents) {
        if (auto problem = write_out_merge_keys(document)) return std::unexpected(std::move(*problem));
    }
    return documents;
}

} // namespace mooring::yaml
