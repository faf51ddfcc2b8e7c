// yaml-cpp's events -> nodes, with every limit checked before the parser goes deeper.
#pragma once

#include "yaml/node.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::yaml {

// Thrown out of the handler to stop yaml-cpp (which recurses once per level); never leaves agent/yaml.
struct Stop {
    Problem problem;
};

class Builder final : public YAML::EventHandler {
  public:
    // `text` is what the parser reads; it must outlive the builder.
    Builder(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {}

    // The documents read so far; merge keys are still in them.
    std::vector<Node>& documents() { return documents_; }

    // A problem if the last quoted scalar never ends.
    std::optional<Problem> find_open_quote() const;

    void OnDocumentStart(const YAML::Mark& mark) override;
    void OnDocumentEnd() override;
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override;
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override;
    void OnMapEnd() override { close(); }

  private:
    // A list or mapping that is not closed yet.
    struct Frame {
        Node node;
        bool key_next = true; // mappings: the next child is a key
        bool block = false;
        YAML::anchor_t anchor = 0;
        std::size_t deepest = 0; // levels below the root that were reached inside
        std::size_t nodes_before = 0;
        std::size_t bytes_before = 0;
    };
    // Where an anchored node stands: the child's number at each level. Nodes move while their parents grow, places
    // stay.
    struct Anchor {
        std::vector<std::size_t> path;
        bool open = true;
        std::size_t height = 0;
        std::size_t nodes = 0;
        std::size_t bytes = 0;
    };

    void open(Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, bool block);
    void close();
    void leaf(Node&& node, YAML::anchor_t anchor);
    void attach(Node&& node);
    void count(std::size_t nodes, std::size_t bytes, Mark mark);
    Anchor& remember(YAML::anchor_t id);
    const Node& anchored(const Anchor& anchor) const;
    bool quoted_in_text(std::size_t offset) const;

    std::string_view text_;
    const Limits& limits_;
    std::vector<Node> documents_;
    std::vector<Frame> open_;
    std::vector<Anchor> anchors_; // by yaml-cpp's number, which starts at 1 in each document
    Node root_;
    std::optional<YAML::Mark> last_quoted_; // where the scalar starts, its properties included
    std::optional<std::size_t> last_plain_; // offset of the last plain scalar, unless an alias came since
    std::size_t nodes_ = 0;
    std::size_t bytes_ = 0;
};

} // namespace mooring::yaml
