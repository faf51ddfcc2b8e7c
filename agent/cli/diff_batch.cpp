#include "cli/diff.hpp"

#include "cli/exit_code.hpp"
#include "report/json.hpp"

#include <fmt/format.h>
#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>

namespace mooring::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_line = std::size_t{64} << 20U; // two files of the largest size, escaped

enum class LineRead { read, too_long, end };

// The next line without its break, at most `most_line` bytes; what is beyond is passed over.
LineRead read_line(std::istream& in, std::string& line) {
    line.clear();
    std::streambuf& bytes = *in.rdbuf();
    bool cut = false;
    for (int c = bytes.sbumpc(); c != std::char_traits<char>::eof(); c = bytes.sbumpc()) {
        if (c == '\n') return cut ? LineRead::too_long : LineRead::read;
        if (line.size() < most_line)
            line.push_back(static_cast<char>(c));
        else
            cut = true;
    }
    if (cut) return LineRead::too_long;
    return line.empty() ? LineRead::end : LineRead::read;
}

// The pair's texts, or what is wrong with the object.
Result<PairTexts> texts_of(const Json& object, const PairTexts& how) {
    PairTexts texts = how;
    for (const auto& [key, text] : {std::pair{"desired", &texts.desired}, std::pair{"actual", &texts.actual}}) {
        const auto found = object.find(key);
        if (found == object.end() || !found->is_string())
            return fail(ErrorKind::invalid_input, fmt::format("`{}` must be the text of a file", key));
        *text = found->get<std::string>();
    }
    return texts;
}

Json answer(const Json& id, const Comparison& compared) {
    return {{"id", id}, {"equal", compared.changes.empty()}, {"changes", changes_json(compared.changes, false)}};
}

int answer_line(const std::string& line, std::size_t number, const PairTexts& how, Json& out) {
    const Json object = Json::parse(line, nullptr, false);
    if (!object.is_object()) {
        out = {{"id", nullptr}, {"error", fmt::format("line {}: not a JSON object", number)}};
        return exit_invalid;
    }
    const Json id = object.value("id", Json());
    const Result<PairTexts> texts = texts_of(object, how);
    const Result<Comparison> compared = texts ? compare_pair(*texts) : std::unexpected(texts.error());
    if (!compared) {
        out = {{"id", id}, {"error", compared.error().message}};
        return exit_invalid;
    }
    out = answer(id, *compared);
    return compared->changes.empty() ? exit_ok : exit_different;
}

} // namespace

int diff_batch(std::istream& in, std::ostream& out, const PairTexts& how) {
    int worst = exit_ok; // 65 before 2 before 0, which is also their order
    std::size_t number = 0;
    std::string line;
    for (LineRead read = read_line(in, line); read != LineRead::end && out; read = read_line(in, line)) {
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        Json reply;
        int code = exit_invalid;
        if (read == LineRead::too_long)
            reply = {{"id", nullptr}, {"error", fmt::format("line {} is longer than {} bytes", number, most_line)}};
        else
            code = answer_line(line, number, how, reply);
        worst = std::max(worst, code);
        out << report::one_line(reply) << '\n' << std::flush;
    }
    return worst;
}

} // namespace mooring::cli
