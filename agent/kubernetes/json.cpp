// What an API server answers: JSON -> trees, within bounds; a list is cut into its items first.
#include "kubernetes/live.hpp"

#include "yaml/node.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mooring::kubernetes {
namespace {

using Json = nlohmann::json;

// Builds the tree from the parser's events, so that bounds hold before anything grows.
class Builder final : public nlohmann::json_sax<Json> {
  public:
    explicit Builder(const JsonLimits& limits) : limits_(limits) {}

    bool null() override { return add({}); }
    bool boolean(bool value) override { return add(Shape::boolean, value ? "true" : "false"); }
    bool number_integer(std::int64_t value) override { return add(Shape::number, std::to_string(value)); }
    bool number_unsigned(std::uint64_t value) override { return add(Shape::number, std::to_string(value)); }
    bool number_float(double value, const std::string& /*written*/) override {
        return add(Shape::number, yaml::go_text(value));
    }
    bool string(std::string& value) override { return add(Shape::text, std::move(value)); }
    bool binary(Json::binary_t& /*value*/) override { return false; }
    bool start_object(std::size_t /*size*/) override { return open(Shape::map); }
    bool start_array(std::size_t /*size*/) override { return open(Shape::list); }
    bool key(std::string& value) override {
        keys_.back() = std::move(value);
        return true;
    }
    bool end_object() override {
        sort_members(open_.back());
        return close();
    }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t position, const std::string& /*token*/, const Json::exception& /*why*/) override {
        problem_ = fmt::format("it is not JSON at byte {}", position);
        return false;
    }

    Value take() { return std::move(root_); }
    const std::string& problem() const { return problem_; }

  private:
    bool refuse(std::string problem) {
        problem_ = std::move(problem);
        return false;
    }

    bool add(Shape shape, std::string text) {
        return add(Value{.shape = shape, .line = 0, .text = std::move(text), .members = {}});
    }

    bool add(Value&& value) {
        if (++count_ > limits_.values) return refuse(fmt::format("it has more than {} values", limits_.values));
        if (open_.empty())
            root_ = std::move(value);
        else
            open_.back().members.push_back({.key = std::move(keys_.back()), .value = std::move(value)});
        return true;
    }

    bool open(Shape shape) {
        if (open_.size() >= limits_.depth) return refuse(fmt::format("it is nested more than {} deep", limits_.depth));
        open_.push_back({.shape = shape, .line = 0, .text = {}, .members = {}});
        keys_.emplace_back();
        return true;
    }

    bool close() {
        Value done = std::move(open_.back());
        open_.pop_back();
        keys_.pop_back();
        return add(std::move(done));
    }

    JsonLimits limits_;
    std::vector<Value> open_;
    std::vector<std::string> keys_; // of the member that comes next, one for each open value
    std::size_t count_ = 0;
    Value root_;
    std::string problem_;
};

} // namespace

std::expected<Value, std::string> read_json(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.bytes) return std::unexpected(fmt::format("it has more than {} bytes", limits.bytes));
    Builder builder(limits);
    if (!Json::sax_parse(text, &builder)) return std::unexpected(builder.problem());
    return builder.take();
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
