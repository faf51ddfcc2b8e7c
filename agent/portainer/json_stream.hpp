// Reads a JSON body as it arrives and hands out one element of a list at a time: neither the text nor the tree of a
// long list ever lies in memory as a whole. Depth is bounded before anything is built.
#pragma once

#include "net/message.hpp"

#include <boost/json/fwd.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace mooring::portainer {

class JsonStream final : public net::BodySink {
  public:
    enum class Shape { object, list }; // one object, or a list of objects
    // Given each object; returns what is wrong with it, "" if nothing is.
    using OnObject = std::function<std::string(const boost::json::object&)>;

    // `restart` is called before the first object of every attempt: drop what an earlier one left.
    JsonStream(Shape shape, std::function<void()> restart, OnObject on_object);
    ~JsonStream() override;

    // Only a 200 with a JSON content type is taken; every other body is left to the response.
    bool begin(int status, std::string_view content_type) override;
    bool write(std::string_view piece) override;

    bool taken() const; // whether the last attempt's body came here
    // Call once the exchange has ended: why the body is not of that shape, "" if it is.
    std::string finish();

  private:
    class Parser;
    Shape shape_;
    std::function<void()> restart_;
    OnObject on_object_;
    std::unique_ptr<Parser> parser_;
};

// `message` and `details` of an error body; nullopt where it is not a JSON object with a text `message`.
struct ErrorBody {
    std::string message;
    std::optional<std::string> details;
    std::optional<std::string> reason; // of an API server's `kind: Status`
    std::string about;                 // of such a one: "deployments/web", from its details; "" where they name nothing
};
std::optional<ErrorBody> parse_error_body(std::string_view text);

} // namespace mooring::portainer
