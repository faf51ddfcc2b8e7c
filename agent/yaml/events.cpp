#include "yaml/parts.hpp"

#include "yaml/quick.hpp"

#include <yaml.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <utility>

namespace mooring::yaml {
namespace {

// Thrown: the text is yaml-cpp's.
struct Refused {
    std::optional<Problem> differs{}; // but for this, which Docker's loader reads in a way of its own
};

// `{A:}`: to go-yaml the colon is a part of the name, to yaml-cpp and YAML 1.2 the value is empty. libyaml refuses it.
constexpr std::string_view tight_colon = "found unexpected ':'";

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

// libyaml counts characters in a line, yaml-cpp bytes; what people's editors and our messages count are bytes. Events
// come in the order of the text nearly always, so that a text is walked through once.
class Columns {
  public:
    explicit Columns(std::string_view text)
        : text_(text), ascii_(std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
        if (ascii_) return;
        starts_.push_back(0);
        for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
            starts_.push_back(at + 1);
    }

    Mark at(const yaml_mark_t& mark) {
        const std::size_t column =
            ascii_ || mark.line >= starts_.size() ? mark.column : offset_of(mark.index) - starts_[mark.line];
        return {.line = static_cast<std::uint32_t>(mark.line + 1), .column = static_cast<std::uint32_t>(column + 1)};
    }

  private:
    std::size_t offset_of(std::size_t index) {
        for (; index_ < index && offset_ < text_.size(); ++index_) {
            ++offset_;
            while (offset_ < text_.size() && !starts_character(text_[offset_])) ++offset_;
        }
        for (; index_ > index && offset_ > 0; --index_) {
            --offset_;
            while (offset_ > 0 && !starts_character(text_[offset_])) --offset_;
        }
        return offset_;
    }

    std::string_view text_;
    bool ascii_;
    std::vector<std::size_t> starts_; // of lines, unless all is ASCII
    std::size_t index_ = 0;           // a character's number, and where it stands
    std::size_t offset_ = 0;
};

std::string_view view(const yaml_char_t* text) { return reinterpret_cast<const char*>(text); }

std::string tag_of(const yaml_char_t* tag) {
    return tag == nullptr || view(tag) == "!" ? std::string{} : std::string(view(tag));
}

class EventReader {
  public:
    EventReader(std::string_view text, const Limits& limits) : columns_(text), tree_(limits) {
        if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
        yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    }
    EventReader(const EventReader&) = delete;
    EventReader& operator=(const EventReader&) = delete;
    ~EventReader() { yaml_parser_delete(&parser_); }

    std::vector<Node>& read() {
        for (bool more = true; more;) {
            yaml_event_t event;
            if (yaml_parser_parse(&parser_, &event) == 0) refuse();
            const struct Owner {
                yaml_event_t* event;
                ~Owner() { yaml_event_delete(event); }
            } owner{&event};
            more = event.type != YAML_STREAM_END_EVENT;
            take(event);
        }
        return tree_.documents();
    }

  private:
    [[noreturn]] void refuse() {
        if (parser_.problem == nullptr || parser_.problem != tight_colon) throw Refused{};
        throw Refused{Problem{.message =
                                  "a colon stands just before a bracket, a brace or a comma, and Docker takes it "
                                  "for a part of the word before it; write a blank behind it, or quotes around both",
                              .mark = columns_.at(parser_.problem_mark),
                              .code = "syntax"}};
    }

    void take(const yaml_event_t& event) {
        const Mark mark = columns_.at(event.start_mark);
        switch (event.type) {
        case YAML_DOCUMENT_START_EVENT:
            anchors_.clear();
            last_anchor_ = 0;
            return tree_.begin_document(mark);
        case YAML_DOCUMENT_END_EVENT:
            return tree_.end_document();
        case YAML_ALIAS_EVENT:
            return tree_.alias(known_anchor(view(event.data.alias.anchor)), mark);
        case YAML_SCALAR_EVENT:
            return scalar(event, mark);
        case YAML_SEQUENCE_START_EVENT: {
            const auto& start = event.data.sequence_start;
            return tree_.open({.kind = Kind::sequence, .tag = tag_of(start.tag), .mark = mark},
                              new_anchor(start.anchor), false);
        }
        case YAML_MAPPING_START_EVENT: {
            const auto& start = event.data.mapping_start;
            return tree_.open({.kind = Kind::mapping, .tag = tag_of(start.tag), .mark = mark}, new_anchor(start.anchor),
                              false);
        }
        case YAML_SEQUENCE_END_EVENT:
        case YAML_MAPPING_END_EVENT:
            return tree_.close();
        default:
            return;
        }
    }

    void scalar(const yaml_event_t& event, Mark mark) {
        const auto& scalar = event.data.scalar;
        Node node{.kind = Kind::scalar, .plain = scalar.style == YAML_PLAIN_SCALAR_STYLE, .mark = mark};
        node.text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
        node.tag = tag_of(scalar.tag);
        const bool has_tag = scalar.tag != nullptr;
        if (node.plain && !has_tag && is_null_word(node.text)) node = Node{.mark = mark};
        if (has_tag && node.text.empty()) {
            if (tree_.is_at_root()) throw Refused{}; // a document of a tag alone
            node.plain = false;                      // it is what the tag says
        }
        tree_.leaf(std::move(node), new_anchor(scalar.anchor));
    }

    std::size_t new_anchor(const yaml_char_t* name) {
        if (name == nullptr) return 0;
        return anchors_[std::string(view(name))] = ++last_anchor_;
    }

    std::size_t known_anchor(std::string_view name) const {
        const auto found = anchors_.find(name);
        if (found == anchors_.end()) throw Refused{};
        return found->second;
    }

    yaml_parser_t parser_{};
    Columns columns_;
    TreeBuilder tree_;
    std::map<std::string, std::size_t, std::less<>> anchors_; // by name: the last node of it
    std::size_t last_anchor_ = 0;
};

// nullopt: yaml-cpp has the word, unless it would give `differs` another meaning than Docker's loader.
std::optional<std::expected<std::vector<Node>, Problem>> read_events(std::string_view text, const Limits& limits,
                                                                     std::optional<Problem>& differs) {
    if (text.size() > limits.bytes) return std::nullopt;
    std::string store;
    const auto decoded = decode(text, store);
    if (!decoded || has_odd_characters(*decoded)) return std::nullopt;
    try {
        EventReader reader(*decoded, limits);
        std::vector<Node> documents = std::move(reader.read());
        for (Node& document : documents) {
            if (auto problem = write_out_merge_keys(document)) return std::unexpected(std::move(*problem));
        }
        return documents;
    } catch (Stop& stopped) {
        return std::unexpected(std::move(stopped.problem));
    } catch (Refused& refused) {
        differs = std::move(refused.differs);
        return std::nullopt;
    }
}

} // namespace

std::optional<std::expected<std::vector<Node>, Problem>> parse_events(std::string_view text, const Limits& limits) {
    std::optional<Problem> differs;
    return read_events(text, limits, differs);
}

std::expected<std::vector<Node>, Problem> parse_compose(std::string_view text, const Limits& limits) {
    if (auto quick = parse_quickly(text, limits)) return std::move(*quick);
    std::optional<Problem> differs;
    if (auto events = read_events(text, limits, differs)) return std::move(*events);
    auto read = parse_with_library(text, limits);
    if (read && differs) return std::unexpected(std::move(*differs));
    return read;
}

} // namespace mooring::yaml
