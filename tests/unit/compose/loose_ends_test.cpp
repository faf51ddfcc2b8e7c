#include "compose/facts.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace mooring::compose {
namespace {

std::vector<std::string> undefined(std::string_view text) {
    std::vector<std::string> out;
    for (const yaml::Problem& one : loose_ends(text).undefined)
        out.push_back(std::to_string(one.mark.line) + ": " + one.message);
    return out;
}

using Strings = std::vector<std::string>;

TEST(LooseEnds, NamesThatNothingDeclaresAreFoundWithTheirLine) {
    EXPECT_EQ(undefined("services:\n  web:\n    depends_on: [db]\n"),
              Strings{"3: service `web` depends on the service `db`, which the file does not declare"});
    EXPECT_EQ(undefined("services:\n  web:\n    depends_on:\n      db: {condition: service_started}\n").size(), 1U);
    EXPECT_EQ(undefined("services: {web: {networks: [front]}}\n").size(), 1U);
    EXPECT_EQ(undefined("services: {web: {networks: {front: {}}}}\n").size(), 1U);
    EXPECT_EQ(undefined("services: {web: {volumes: ['data:/srv']}}\n").size(), 1U);
    EXPECT_EQ(undefined("services: {web: {volumes: [{type: volume, source: data, target: /srv}]}}\n").size(), 1U);
    EXPECT_EQ(undefined("services: {web: {secrets: [key]}}\n").size(), 1U);
    EXPECT_EQ(undefined("services: {web: {configs: [{source: conf, target: /c}]}}\n").size(), 1U);
}

TEST(LooseEnds, WhatIsDeclaredOrNeedsNoDeclarationIsNone) {
    for (const std::string_view text :
         {"services: {web: {depends_on: [db]}, db: {image: a}}\n",
          "services: {web: {depends_on: {db: {condition: service_started, required: false}}}}\n",
          "services: {web: {networks: [default]}}\n", "services: {web: {networks: [front]}}\nnetworks: {front: }\n",
          "services: {web: {volumes: ['data:/srv', './a:/b', '/a:/b', '~/a:/b', '/only', 'C:\\\\a:/b']}}\nvolumes: "
          "{data: {}}\n",
          "services: {web: {volumes: ['${WHERE}:/srv']}}\n", "services: {web: {depends_on: ['${OTHER}']}}\n",
          "services: {web: {volumes: [{type: bind, source: data, target: /srv}, {type: volume, target: /x}]}}\n",
          "include: [other.yaml]\nservices: {web: {depends_on: [db]}}\n",
          "services: {web: {extends: {file: base.yaml, service: a}, depends_on: [db]}}\n",
          "services: {web: {secrets: [key]}}\nsecrets: {key: {external: true}}\n", "services: []\n", "[1]\n", "{"}) {
        EXPECT_EQ(undefined(text), Strings{}) << text;
    }
}

TEST(LooseEnds, OtherFilesAreListedAsTheyStandThere) {
    const LooseEnds ends = loose_ends("include:\n  - other.yaml\n  - path: [a.yaml, b.yaml]\n"
                                      "services:\n"
                                      "  web:\n"
                                      "    env_file: [web.env, {path: may.env, required: false}, '${X}.env']\n"
                                      "    extends: {file: base.yaml, service: x}\n"
                                      "  db: {env_file: db.env}\n"
                                      "configs: {c: {file: ./c.conf}, d: {content: x}}\n"
                                      "secrets: {s: {file: /run/s}, e: {external: true, file: x}}\n");
    Strings paths;
    for (const OtherFile& file : ends.files) paths.push_back(file.path);
    std::ranges::sort(paths);
    EXPECT_EQ(paths,
              (Strings{"./c.conf", "/run/s", "a.yaml", "b.yaml", "base.yaml", "db.env", "other.yaml", "web.env"}));
    EXPECT_EQ(ends.files.front().mark.line, 2U);
    EXPECT_TRUE(loose_ends("include: https://example.org/x.yaml\n").files.empty());
}

} // namespace
} // namespace mooring::compose
