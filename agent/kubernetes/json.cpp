// What an API server answers: JSON -> trees, within bounds; a list is cut into its items first.
#include "kubernetes/live.hpp"

#include "yaml/node.hpp"

#include <boost/json/array.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <utility>

namespace mooring::kubernetes {
namespace {

namespace json = boost::json;
using ErrorCode = json::error_code;

constexpr std::size_t first_members = 4; // room for them is made at once

// Builds the tree from the events of Boost.JSON's parser, so that bounds hold before anything grows. Texts arrive in
// pieces.
class Builder {
  public:
    static constexpr std::size_t max_object_size = json::object::max_size();
    static constexpr std::size_t max_array_size = json::array::max_size();
    static constexpr std::size_t max_key_size = json::string::max_size();
    static constexpr std::size_t max_string_size = json::string::max_size();

    explicit Builder(const JsonLimits& limits) : limits_(limits) {}

    Value take() { return std::move(root_); }
    const std::string& problem() const { return problem_; }

    static bool on_document_begin(ErrorCode& /*error*/) { return true; }
    static bool on_document_end(ErrorCode& /*error*/) { return true; }
    bool on_object_begin(ErrorCode& error) { return open(Shape::map, error); }
    bool on_array_begin(ErrorCode& error) { return open(Shape::list, error); }
    bool on_object_end(std::size_t /*size*/, ErrorCode& error) {
        sort_members(open_.back());
        return close(error);
    }
    bool on_array_end(std::size_t /*size*/, ErrorCode& error) { return close(error); }
    bool on_key_part(json::string_view text, std::size_t /*size*/, ErrorCode& /*error*/) { return gather(text); }
    bool on_key(json::string_view text, std::size_t /*size*/, ErrorCode& /*error*/) {
        gather(text);
        keys_.back() = std::exchange(text_, {});
        return true;
    }
    bool on_string_part(json::string_view text, std::size_t /*size*/, ErrorCode& /*error*/) { return gather(text); }
    bool on_string(json::string_view text, std::size_t /*size*/, ErrorCode& error) {
        gather(text);
        return add(Shape::text, std::exchange(text_, {}), error);
    }
    bool on_number_part(json::string_view text, ErrorCode& /*error*/) { return gather(text); }
    bool on_int64(std::int64_t value, json::string_view /*text*/, ErrorCode& error) {
        text_.clear();
        return add(Shape::number, std::to_string(value), error);
    }
    bool on_uint64(std::uint64_t value, json::string_view /*text*/, ErrorCode& error) {
        text_.clear();
        return add(Shape::number, std::to_string(value), error);
    }
    // The nearest double to what is written, which the parser's own value need not be.
    bool on_double(double /*value*/, json::string_view text, ErrorCode& error) {
        gather(text);
        const std::string written = std::exchange(text_, {});
        const double value = std::strtod(written.c_str(), nullptr);
        if (!std::isfinite(value)) return refuse("a number in it is out of range", error);
        return add(Shape::number, yaml::go_text(value), error);
    }
    bool on_bool(bool value, ErrorCode& error) { return add(Shape::boolean, value ? "true" : "false", error); }
    bool on_null(ErrorCode& error) { return add(Value{}, error); }
    static bool on_comment_part(json::string_view /*text*/, ErrorCode& /*error*/) { return true; }
    static bool on_comment(json::string_view /*text*/, ErrorCode& /*error*/) { return true; }

  private:
    bool refuse(std::string problem, ErrorCode& error) {
        problem_ = std::move(problem);
        error = json::error::syntax; // any error ends the parse; `problem_` says which one it was
        return false;
    }

    bool gather(json::string_view text) {
        text_.append(text.data(), text.size());
        return true;
    }

    bool add(Shape shape, std::string text, ErrorCode& error) {
        return add(Value{.shape = shape, .line = 0, .text = std::move(text), .members = {}}, error);
    }

    bool add(Value&& value, ErrorCode& error) {
        if (++count_ > limits_.values) return refuse(fmt::format("it has more than {} values", limits_.values), error);
        if (open_.empty()) {
            root_ = std::move(value);
            return true;
        }
        std::vector<Member>& members = open_.back().members;
        if (members.empty()) members.reserve(first_members);
        members.push_back({.key = std::move(keys_.back()), .value = std::move(value)});
        return true;
    }

    bool open(Shape shape, ErrorCode& error) {
        if (open_.size() >= limits_.depth)
            return refuse(fmt::format("it is nested more than {} deep", limits_.depth), error);
        open_.push_back({.shape = shape, .line = 0, .text = {}, .members = {}});
        keys_.emplace_back();
        return true;
    }

    bool close(ErrorCode& error) {
        Value done = std::move(open_.back());
        open_.pop_back();
        keys_.pop_back();
        return add(std::move(done), error);
    }

    JsonLimits limits_;
    std::vector<Value> open_;
    std::vector<std::string> keys_; // of the member that comes next, one for each open value
    std::string text_;              // of the key, text or number that is being read
    std::size_t count_ = 0;
    Value root_;
    std::string problem_;
};

} // namespace

std::expected<Value, std::string> read_json(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.bytes) return std::unexpected(fmt::format("it has more than {} bytes", limits.bytes));
    json::parse_options options;
    options.max_depth = limits.depth + 1; // the builder's own bound speaks first
    json::basic_parser<Builder> parser(options, limits);
    ErrorCode error;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
    if (!parser.handler().problem().empty()) return std::unexpected(parser.handler().problem());
    if (error || text.find_first_not_of(" \t\r\n", read) != std::string_view::npos)
        return std::unexpected(fmt::format("it is not JSON at byte {}", read + 1));
    return parser.handler().take();
}

std::expected<Live, std::string> read_live(std::string_view json, std::string_view api_version, std::string_view kind,
                                           const JsonLimits& limits) {
    auto tree = read_json(json, limits);
    if (!tree) return std::unexpected(std::move(tree.error()));
    if (tree->shape != Shape::map) return std::unexpected("it is not an object");
    if (!api_version.empty() && find(*tree, "apiVersion") == nullptr)
        put(*tree, "apiVersion", make_text(std::string(api_version)));
    if (!kind.empty() && find(*tree, "kind") == nullptr) put(*tree, "kind", make_text(std::string(kind)));
    Live live{.api_version = std::string(text_at(*tree, {"apiVersion"})), .key = {}, .tree = {}};
    live.key = {.group = std::string(group_of(live.api_version)),
                .kind = std::string(text_at(*tree, {"kind"})),
                .namespace_ = std::string(text_at(*tree, {"metadata", "namespace"})),
                .name = std::string(text_at(*tree, {"metadata", "name"}))};
    if (live.api_version.empty() || live.key.kind.empty() || live.key.name.empty())
        return std::unexpected("it is not an object with apiVersion, kind and name");
    live.tree = std::move(*tree);
    return live;
}

} // namespace mooring::kubernetes
