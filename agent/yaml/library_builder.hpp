// yaml-cpp's events -> nodes.
#pragma once

#include "yaml/tree_builder.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mooring::yaml {

// Throws Stop out of its handlers, which stops yaml-cpp (it recurses once per level).
class LibraryBuilder final : public YAML::EventHandler {
  public:
    // `text` is what the parser reads; it must outlive the builder.
    LibraryBuilder(std::string_view text, const Limits& limits) : text_(text), tree_(limits) {}

    std::vector<Node>& documents() { return tree_.documents(); }

    // A problem if the last quoted scalar never ends.
    std::optional<Problem> find_open_quote() const;

    void OnDocumentStart(const YAML::Mark& mark) override;
    void OnDocumentEnd() override { tree_.end_document(); }
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override;
    void OnSequenceEnd() override { tree_.close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override;
    void OnMapEnd() override { tree_.close(); }

  private:
    bool quoted_in_text(std::size_t offset) const;

    std::string_view text_;
    TreeBuilder tree_;
    std::optional<YAML::Mark> last_quoted_; // where the scalar starts, its properties included
    std::optional<std::size_t> last_plain_; // offset of the last plain scalar, unless an alias came since
};

} // namespace mooring::yaml
