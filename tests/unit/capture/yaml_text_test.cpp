#include "capture/capture.hpp"

#include "yaml/node.hpp"

#include <gtest/gtest.h>
#include <random>
#include <set>

namespace mooring::capture {
namespace {

std::string read_back(const std::string& text) {
    const auto documents = yaml::parse("key: " + in_quotes(text) + "\n");
    if (!documents) return "does not parse: " + documents.error().message;
    return documents->at(0).find("key")->text;
}

TEST(YamlText, EveryTextComesBackAsItWas) {
    for (const std::string text :
         {"yes",          "1.10",         "0123",  "",         " ",        "a: b",    "a #b",
          "one\ntwo\n",   "\r\n",         "\t",    "~",        "null",     "Grüße ☃", "\xc2\x85",
          "\xe2\x80\xa8", "\xef\xbb\xbf", "\"'\\", "\x7f\x01", "&a *b !c", "{}[],",   "${X}",
          "- x",          "? x",          "%",     "@",        "`",        "<<"}) {
        EXPECT_EQ(read_back(text), text);
    }
}

TEST(YamlText, RandomTextsComeBackAsTheyWere) {
    std::mt19937 random(3);
    const std::vector<std::string> pieces{"a", "\"", "\\", "\n",  "\r", "\t",       " ",
                                          ":", "#",  "'",  "é",   "☃",  "\x1b",     "\x7f",
                                          "{", "}",  "0",  "\\x", "${", "\xc2\x9f", "\xf0\x9f\x98\x80"};
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (auto i = random() % 12; i > 0; --i) text += pieces[random() % pieces.size()];
        ASSERT_EQ(read_back(text), text);
    }
}

TEST(FileName, LeadsNowhereElse) {
    const std::string long_one(500, 'x');
    for (const std::string& text :
         std::initializer_list<std::string>{"..", ".", "", "/etc/passwd", "../../x", "a/b", "a\\b", "C:\\x", ".git",
                                            "con", "NUL.txt", "com1", "x.", "x ", "\x01", "☃", "a\nb", long_one}) {
        const std::string name = file_name(text);
        EXPECT_FALSE(name.empty());
        EXPECT_LE(name.size(), 81U);
        EXPECT_FALSE(name.starts_with('.')) << text;
        EXPECT_EQ(name.find_first_of("/\\: \n"), std::string::npos) << text;
    }
    // Names that a system keeps for devices.
    EXPECT_EQ(file_name("con"), "_con");
    EXPECT_EQ(file_name("NUL.txt"), "_NUL.txt");
    EXPECT_EQ(file_name("com1"), "_com1");
    EXPECT_EQ(file_name("shop-1_x.y"), "shop-1_x.y");
}

} // namespace
} // namespace mooring::capture
