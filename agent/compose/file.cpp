// The public face: a text becomes a File.
#include "compose/tree.hpp"

#include "compose/canonical.hpp"
#include "compose/documents.hpp"
#include "yaml/events.hpp"

namespace mooring::compose {

File::File(std::unique_ptr<const Tree> tree) : tree_(std::move(tree)) {}
File::File(File&&) noexcept = default;
File& File::operator=(File&&) noexcept = default;
File::~File() = default;

std::expected<File, yaml::Problem> load(std::string_view text, const yaml::Limits& limits) {
    auto documents = yaml::parse_compose(text, limits);
    if (!documents) return std::unexpected(std::move(documents.error()));
    auto joined = join_documents(std::move(*documents), limits);
    if (!joined) return std::unexpected(std::move(joined.error()));
    Context context;
    auto tree = std::make_unique<File::Tree>();
    if (canonicalise(std::move(*joined), rule_tree(), context, tree->root) == Outcome::failed) {
        return std::unexpected(*context.problem());
    }
    tree->jobs = context.take_jobs();
    return File(std::move(tree));
}

} // namespace mooring::compose
