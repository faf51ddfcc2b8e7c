#include "portainer/decode.hpp"

#include "base/text.hpp"
#include "portainer/causes.hpp"

#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_stack.hpp>
#include <fmt/format.h>

namespace mooring::portainer {
namespace {

namespace json = boost::json;
using ErrorCode = json::error_code;

constexpr std::size_t most_depth = 64;

// The members of all objects in it. A key that stood there twice counts once, its last value having taken the place of
// the others.
std::size_t count_members(const json::value& value) {
    std::size_t count = 0;
    if (value.is_array()) {
        for (const json::value& element : value.get_array()) count += count_members(element);
    }
    if (value.is_object()) {
        count += value.get_object().size();
        for (const auto& member : value.get_object()) count += count_members(member.value());
    }
    return count;
}

// What Boost.JSON's parser calls. Values are built on a stack; a whole object at the wanted depth is handed out and its
// memory used again for the next one.
class Handler {
  public:
    static constexpr std::size_t max_object_size = json::object::max_size();
    static constexpr std::size_t max_array_size = json::array::max_size();
    static constexpr std::size_t max_key_size = json::string::max_size();
    static constexpr std::size_t max_string_size = json::string::max_size();

    Handler(bool list, const JsonStream::OnObject& on_object) : list_(list), on_object_(on_object) {}

    const std::string& problem() const { return problem_; }

    bool on_document_begin(ErrorCode& /*error*/) {
        stack_.reset(&memory_);
        return true;
    }
    bool on_document_end(ErrorCode& /*error*/) { return true; }

    bool on_object_begin(ErrorCode& error) { return open(depth_ == (list_ ? 1U : 0U), error); }
    bool on_object_end(std::size_t size, ErrorCode& error) {
        --depth_;
        members_ += size;
        stack_.push_object(size);
        return depth_ != (list_ ? 1U : 0U) || hand_out(error);
    }
    bool on_array_begin(ErrorCode& error) { return open(list_ && depth_ == 0, error); }
    bool on_array_end(std::size_t size, ErrorCode& /*error*/) {
        --depth_;
        if (depth_ > 0) stack_.push_array(size); // the list itself is never built
        return true;
    }
    bool on_key_part(json::string_view text, std::size_t /*size*/, ErrorCode& /*error*/) {
        stack_.push_chars(text);
        return true;
    }
    bool on_key(json::string_view text, std::size_t /*size*/, ErrorCode& /*error*/) {
        stack_.push_key(text);
        return true;
    }
    bool on_string_part(json::string_view text, std::size_t /*size*/, ErrorCode& error) {
        if (!inside(error)) return false;
        stack_.push_chars(text);
        return true;
    }
    bool on_string(json::string_view text, std::size_t /*size*/, ErrorCode& error) {
        if (!inside(error)) return false;
        stack_.push_string(text);
        return true;
    }
    static bool on_number_part(json::string_view /*text*/, ErrorCode& /*error*/) { return true; }
    bool on_int64(std::int64_t number, json::string_view /*text*/, ErrorCode& error) {
        if (!inside(error)) return false;
        stack_.push_int64(number);
        return true;
    }
    bool on_uint64(std::uint64_t number, json::string_view /*text*/, ErrorCode& error) {
        if (!inside(error)) return false;
        stack_.push_uint64(number);
        return true;
    }
    bool on_double(double number, json::string_view /*text*/, ErrorCode& error) {
        if (!inside(error)) return false;
        stack_.push_double(number);
        return true;
    }
    bool on_bool(bool flag, ErrorCode& error) {
        if (!inside(error)) return false;
        stack_.push_bool(flag);
        return true;
    }
    bool on_null(ErrorCode& error) {
        if (!inside(error)) return false;
        stack_.push_null();
        return true;
    }
    static bool on_comment_part(json::string_view /*text*/, ErrorCode& /*error*/) { return true; }
    static bool on_comment(json::string_view /*text*/, ErrorCode& /*error*/) { return true; }

  private:
    bool refuse(std::string problem, ErrorCode& error) {
        problem_ = std::move(problem);
        error = json::error::syntax; // any error ends the parse; `problem_` says which one it was
        return false;
    }

    // A value that stands where only the list or its objects may stand.
    bool inside(ErrorCode& error) {
        if (depth_ > (list_ ? 1U : 0U)) return true;
        return refuse(list_ ? "it is not a list of objects" : "it is not an object", error);
    }

    bool open(bool wanted_here, ErrorCode& error) {
        if (!wanted_here && !inside(error)) return false;
        ++depth_;
        return true;
    }

    bool hand_out(ErrorCode& error) {
        ++count_;
        std::string problem;
        {
            const json::value value = stack_.release();
            if (!value.is_object()) return refuse("it is not a list of objects", error);
            // Two values of one key are two answers, and which one holds nobody can say: a role, say.
            problem = count_members(value) == members_ ? on_object_(value.get_object()) : "a key stands there twice";
        }
        if (!problem.empty()) return refuse(list_ ? fmt::format("element {}: {}", count_, problem) : problem, error);
        members_ = 0;
        memory_.release();
        stack_.reset(&memory_);
        return true;
    }

    bool list_;
    const JsonStream::OnObject& on_object_;
    std::array<unsigned char, 16384> first_block_{};
    json::monotonic_resource memory_{first_block_.data(), first_block_.size()};
    json::value_stack stack_;
    std::size_t depth_ = 0;
    std::size_t count_ = 0;
    std::size_t members_ = 0; // of all objects since the last one was handed out, as they stood in the text
    std::string problem_;
};

json::parse_options options() {
    json::parse_options options;
    options.max_depth = most_depth;
    return options;
}

} // namespace

class JsonStream::Parser {
  public:
    Parser(bool list, const OnObject& on_object) : parser_(options(), list, on_object) {}

    // False once the text cannot become what it should be.
    bool write(std::string_view piece) {
        std::size_t read = 0;
        if (!error_ && !parser_.done()) read = parser_.write_some(true, piece.data(), piece.size(), error_);
        const bool more = piece.substr(read).find_first_not_of(" \t\r\n") != std::string_view::npos;
        if (!error_ && more) error_ = json::error::extra_data;
        return !error_;
    }

    std::string finish() {
        if (!error_ && !parser_.done()) parser_.write_some(false, nullptr, 0, error_);
        if (!error_) return {};
        const auto& problem = parser_.handler().problem();
        return problem.empty() ? fmt::format("it is not JSON ({})", error_.message()) : problem;
    }

  private:
    json::basic_parser<Handler> parser_;
    ErrorCode error_;
};

JsonStream::JsonStream(Shape shape, std::function<void()> restart, OnObject on_object)
    : shape_(shape), restart_(std::move(restart)), on_object_(std::move(on_object)) {}

JsonStream::~JsonStream() = default;

bool JsonStream::begin(int status, std::string_view content_type) {
    parser_.reset();
    restart_();
    if (status != 200 || !is_json(content_type)) return false;
    parser_ = std::make_unique<Parser>(shape_ == Shape::list, on_object_);
    return true;
}

bool JsonStream::write(std::string_view piece) { return parser_->write(piece); }
bool JsonStream::taken() const { return parser_ != nullptr; }

std::string JsonStream::finish() {
    if (!parser_) return "there is no body";
    return parser_->finish();
}

namespace {

std::string text_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// What an API server says of itself beside the message (kubernetes.md §3.1).
void read_status(const json::object& body, ErrorBody& into) {
    if (text_of(body, "kind") != "Status") return;
    into.reason = text_of(body, "reason");
    const auto* details = body.if_contains("details");
    if (details == nullptr || !details->is_object()) return;
    const std::string kind = text_of(details->get_object(), "kind");
    const std::string name = text_of(details->get_object(), "name");
    if (!kind.empty() && !name.empty()) into.about = kind + "/" + name;
}

} // namespace

std::optional<ErrorBody> parse_error_body(std::string_view text) {
    std::optional<ErrorBody> found;
    JsonStream stream(
        JsonStream::Shape::object, [] {},
        [&](const json::object& body) {
            const auto* message = body.if_contains("message");
            const auto* details = body.if_contains("details");
            if (message == nullptr || !message->is_string()) return std::string("no message");
            found.emplace();
            found->message = message->get_string();
            if (details != nullptr && details->is_string()) found->details.emplace(details->get_string());
            read_status(body, *found);
            return std::string();
        });
    if (!stream.begin(200, "application/json")) return std::nullopt;
    stream.write(text);
    if (!stream.finish().empty()) return std::nullopt;
    return found;
}

} // namespace mooring::portainer
