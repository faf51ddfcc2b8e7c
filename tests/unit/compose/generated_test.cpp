// Files made by chance of every field of the format: spelt in other ways they mean the same, with another meaning in
// one field they differ there.
#include "unit/compose/compose_support.hpp"
#include "unit/compose/respell.hpp"
#include "unit/compose/spellings.hpp"

#include <iostream>
#include <map>
#include <random>
#include <set>

namespace mooring::compose {
namespace {

struct Choice {
    const Field* field;
    std::size_t meaning;
};

std::string path_of(const Field& field) { return std::string(field.place) + "." + std::string(field.key); }

// A mapping of the file: its fields, and the mappings in it.
struct Mapping {
    std::vector<std::pair<std::string, std::string>> fields;
    std::map<std::string, Mapping> inner;
};

Mapping& mapping_at(Mapping& root, std::string_view place) {
    Mapping* found = &root;
    while (!place.empty()) {
        const std::size_t dot = place.find('.');
        found = &found->inner[std::string(place.substr(0, dot))];
        place = dot == std::string_view::npos ? std::string_view{} : place.substr(dot + 1);
    }
    return *found;
}

void write(const Mapping& mapping, std::size_t indent, std::mt19937& random,
           std::string& out) { // NOLINT(misc-no-recursion)
    std::vector<std::string> entries;
    for (const auto& [key, value] : mapping.fields)
        entries.push_back(std::string(indent, ' ') + key + ": " + value + "\n");
    for (const auto& [key, inner] : mapping.inner) {
        std::string text = std::string(indent, ' ') + key + ":\n";
        write(inner, indent + 2, random, text);
        entries.push_back(std::move(text));
    }
    std::ranges::shuffle(entries, random);
    for (const std::string& entry : entries) out += entry;
}

// The file of these meanings, each spelt by chance (or as `spelling` says), keys in any order.
std::string file_of(const std::vector<Choice>& choices, std::mt19937& random,
                    std::size_t spelling = std::string::npos) {
    Mapping root;
    mapping_at(root, "services.web").fields.emplace_back("image", "i");
    for (const Choice& choice : choices) {
        Mapping& mapping = mapping_at(root, choice.field->place);
        if (mapping.fields.empty()) mapping.fields.emplace_back("x-note", "1"); // so that it is there
        const auto& spellings = choice.field->meanings[choice.meaning];
        const std::string& text = spellings[spelling < spellings.size() ? spelling : random() % spellings.size()];
        if (!text.empty()) mapping.fields.emplace_back(choice.field->key, text);
    }
    const auto completed = [&](std::string_view section, std::string_view name, std::string_view unless, auto field) {
        const auto found = root.inner.find(std::string(section));
        if (found == root.inner.end()) return;
        auto& fields = found->second.inner[std::string(name)].fields;
        const bool has = std::ranges::any_of(fields, [&](const auto& one) { return one.first == unless; });
        if (!has) fields.push_back(std::move(field));
    };
    using Text = std::pair<std::string, std::string>;
    completed("configs", "c", "file", Text("content", "x"));
    completed("secrets", "s", "file", Text("environment", "E"));
    completed("models", "l", "model", Text("model", "ai/a"));
    completed("volumes", "v", "driver", Text("driver", "local"));
    std::string out;
    write(root, 0, random, out);
    return out;
}

std::vector<Choice> choose(std::mt19937& random) {
    std::vector<Choice> choices;
    std::set<const Field*> taken;
    for (unsigned i = 0; i < 6; ++i) {
        const Field& field = fields()[random() % fields().size()];
        if (taken.insert(&field).second) choices.push_back({&field, random() % field.meanings.size()});
    }
    return choices;
}

bool is_near(std::string_view path, std::string_view field) {
    const bool implied = path.starts_with("services.web.depends_on") &&
                         (field == "services.web.links" || field == "services.web.volumes_from");
    return implied || path.starts_with(field) || field.starts_with(path);
}

TEST(Generated, EverySpellingOfAMeaningIsTheSameAndEveryMeaningItsOwn) {
    std::mt19937 random(1);
    std::size_t pairs = 0;
    for (const Field& field : fields()) {
        for (std::size_t one = 0; one < field.meanings.size(); ++one) {
            const File first = load_or_fail(file_of({{&field, one}}, random, 0));
            for (std::size_t other = 0; other < field.meanings.size(); ++other) {
                for (std::size_t spelling = 0; spelling < field.meanings[other].size(); ++spelling, ++pairs) {
                    const std::string text = file_of({{&field, other}}, random, spelling);
                    const bool differ = !compare(first, load_or_fail(text)).empty();
                    EXPECT_EQ(differ, one != other)
                        << path_of(field) << ": " << field.meanings[one][0] << " / " << field.meanings[other][spelling];
                }
            }
        }
    }
    std::cout << fields().size() << " fields, " << pairs << " pairs\n";
}

TEST(Generated, FilesMeanTheSameInOtherSpellings) {
    for (unsigned seed = 0; seed < 2000; ++seed) {
        std::mt19937 random(seed);
        const std::vector<Choice> choices = choose(random);
        const std::string text = file_of(choices, random);
        const File file = load_or_fail(text);
        const std::string other = file_of(choices, random);
        ASSERT_EQ(paths(compare(file, load_or_fail(other))), Paths{}) << text << "---\n" << other;
        const auto documents = yaml::parse(other);
        ASSERT_TRUE(documents);
        const std::string spelt = respell(*documents, seed);
        ASSERT_EQ(paths(compare(file, load_or_fail(spelt))), Paths{}) << text << "---\n" << spelt;
    }
}

TEST(Generated, AnotherMeaningIsReportedWhereItIs) {
    for (unsigned seed = 0; seed < 2000; ++seed) {
        std::mt19937 random(seed);
        std::vector<Choice> choices = choose(random);
        const std::string text = file_of(choices, random);
        Choice& changed = choices[random() % choices.size()];
        changed.meaning =
            (changed.meaning + 1 + random() % (changed.field->meanings.size() - 1)) % changed.field->meanings.size();
        const std::string other = file_of(choices, random);
        const Paths found = paths(differences(text, other));
        ASSERT_FALSE(found.empty()) << text << "---\n" << other;
        for (const std::string& path : found)
            ASSERT_TRUE(is_near(path, path_of(*changed.field))) << path << "\n" << text << "---\n" << other;
    }
}

} // namespace
} // namespace mooring::compose
