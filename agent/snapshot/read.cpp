// JSON -> values, strictly: a snapshot may come from anybody.
#include "base/file.hpp"
#include "base/text.hpp"
#include "ledger/json.hpp"
#include "snapshot/fields.hpp"
#include "snapshot/snapshot.hpp"

#include <fmt/format.h>
#include <set>
#include <utility>
#include <variant>

namespace mooring::snapshot {
namespace {

using ledger::Json;

constexpr std::size_t most_file_bytes = std::size_t{256} << 20U;
constexpr std::size_t most_text_bytes = std::size_t{1} << 20U;
// Whole numbers that JSON readers agree on; sums of a few of them stay far from overflow.
constexpr std::int64_t most_number = std::int64_t{1} << 53U;
constexpr const char* is_set_text = "set";

// Where the reader stands, and the first thing that was wrong.
class Trouble {
  public:
    void complain(const std::string& path, std::string_view what) {
        if (text_.empty()) text_ = (path.empty() ? "" : printable(path, 200) + ": ") + std::string(what);
    }
    bool any() const { return !text_.empty(); }
    const std::string& text() const { return text_; }

  private:
    std::string text_;
};

// Reads one object; every key must be there (but for what younger versions added) and no other may be.
class Reader {
  public:
    Reader(const Json& object, std::string path, Trouble& trouble)
        : object_(object), path_(std::move(path)), trouble_(trouble) {
        if (!object.is_object()) trouble_.complain(path_, "not an object");
    }

    template <typename T>
    void operator()(const char* key, T& value) {
        if (const Json* member = find(key)) read(*member, at(key), value);
    }

    template <typename T>
    void added(const char* key, T& value) {
        known_.insert(key);
        if (object_.is_object() && object_.contains(key)) (*this)(key, value);
    }

    void secret(Secret& value) {
        std::optional<Secret> read_value;
        secret(read_value);
        if (!read_value) trouble_.complain(path_, "neither `secret` nor `value`");
        if (read_value) value = std::move(*read_value);
    }
    void secret(std::optional<Secret>& value) {
        std::optional<std::int64_t> number;
        std::optional<std::string> text;
        (*this)("secret", number);
        (*this)("value", text);
        if (number && text) trouble_.complain(path_, "both `secret` and `value`");
        if (number && !mark_number(mark_text(*number))) trouble_.complain(at("secret"), "no number of a secret");
        if (number) value = Secret(mark_text(*number));
        if (text) value = Secret(std::move(*text));
    }

    void is_set(const char* key, std::string& value) {
        bool set = false;
        (*this)(key, set);
        if (set) value = is_set_text;
    }

    template <typename One, typename Other>
    void either(const char* one, const char* other, std::variant<One, Other>& value) {
        std::optional<One> first;
        std::optional<Other> second;
        (*this)(one, first);
        (*this)(other, second);
        if (first.has_value() == second.has_value())
            trouble_.complain(path_, fmt::format("exactly one of `{}` and `{}` must be given", one, other));
        if (first) value = std::move(*first);
        if (second) value = std::move(*second);
    }

    // After all fields: whatever else is there is nobody's.
    void close() {
        if (trouble_.any()) return;
        for (const auto& [key, member] : object_.items()) {
            if (!known_.contains(key)) trouble_.complain(at(key), "unknown key");
        }
    }

    const Json* find(const char* key) {
        known_.insert(key);
        if (trouble_.any()) return nullptr;
        const auto found = object_.find(key);
        if (found != object_.end()) return &*found;
        trouble_.complain(at(key), "missing");
        return nullptr;
    }

  private:
    std::string at(std::string_view key) const {
        return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
    }

    void read(const Json& json, const std::string& path, std::string& value) {
        if (!json.is_string()) return trouble_.complain(path, "not a string");
        value = json.get_ref<const std::string&>();
        if (value.size() > most_text_bytes) trouble_.complain(path, "too long");
    }
    void read(const Json& json, const std::string& path, bool& value) {
        if (!json.is_boolean()) return trouble_.complain(path, "neither true nor false");
        value = json.get<bool>();
    }
    template <std::integral T>
    void read(const Json& json, const std::string& path, T& value) {
        if (!json.is_number_integer()) return trouble_.complain(path, "not a whole number");
        const bool huge = json.is_number_unsigned() && json.get<std::uint64_t>() > std::uint64_t{most_number};
        const auto number = huge ? most_number + 1 : json.get<std::int64_t>();
        if (number < -most_number || number > most_number || !std::in_range<T>(number))
            return trouble_.complain(path, "a number that is out of range");
        value = static_cast<T>(number);
    }
    template <Worded T>
    void read(const Json& json, const std::string& path, T& value) {
        std::string word;
        read(json, path, word);
        if (trouble_.any()) return;
        for (const T one : EnumWords<T>::all) {
            if (word_of(one) != word) continue;
            value = one;
            return;
        }
        trouble_.complain(path, "unknown word `" + printable(word, 80) + "`");
    }
    template <typename T>
    void read(const Json& json, const std::string& path, std::optional<T>& value) {
        if (json.is_null()) return;
        read(json, path, value.emplace());
    }
    template <typename T>
    void read(const Json& json, const std::string& path, std::vector<T>& values) {
        if (!json.is_array()) return trouble_.complain(path, "not a list");
        values.reserve(json.size());
        for (const Json& element : json) {
            if (trouble_.any()) return;
            const std::string place = fmt::format("{}[{}]", path, values.size());
            read(element, place, values.emplace_back());
        }
    }
    void read(const Json& json, const std::string& path, std::map<std::string, std::string>& values) {
        if (!json.is_object()) return trouble_.complain(path, "not an object");
        for (const auto& [key, member] : json.items()) read(member, fmt::format("{}.{}", path, key), values[key]);
    }
    template <typename Key, typename T>
    void read(const Json& json, const std::string& path, std::map<Key, std::vector<T>>& values) {
        if (!json.is_array()) return trouble_.complain(path, "not a list");
        std::size_t index = 0;
        for (const Json& element : json) {
            if (trouble_.any()) return;
            const std::string place = fmt::format("{}[{}]", path, index++);
            Key key{};
            std::vector<T> answers;
            Reader entry(element, place, trouble_);
            entry("of", key);
            entry("answers", answers);
            entry.close();
            if (!values.emplace(std::move(key), std::move(answers)).second)
                trouble_.complain(place, "twice in the list");
        }
    }
    template <typename T>
    void read(const Json& json, const std::string& path, Answer<T>& answer) {
        Reader entry(json, path, trouble_);
        entry("reply", answer.reply);
        entry("value", answer.value);
        entry.close();
        if (answer.reply.ok() != answer.value.has_value())
            trouble_.complain(path, "a value belongs to an answer that is ok, and to no other");
    }
    template <typename T>
        requires requires(Reader& reader, T& value) { fields(reader, value); }
    void read(const Json& json, const std::string& path, T& value) {
        Reader entry(json, path, trouble_);
        fields(entry, value);
        entry.close();
        if constexpr (std::same_as<T, Reply>) check_reply(value, path);
    }

    // What the rest of the program takes for granted about a reply (model/answer.hpp).
    void check_reply(const Reply& reply, const std::string& path) {
        if (reply.denied() != reply.cause.has_value())
            trouble_.complain(path + ".cause", "belongs to a denied answer, and to no other");
        if (!reply.unavailable() && reply.failure != Failure::none)
            trouble_.complain(path + ".failure", "belongs to an unavailable answer, and to no other");
    }

    const Json& object_;
    std::string path_;
    Trouble& trouble_;
    std::set<std::string, std::less<>> known_;
};

void check_version(const Json& document, Trouble& trouble) {
    if (!document.is_object()) return trouble.complain("", "not an object");
    const auto word = [&](const char* key) {
        const auto found = document.find(key);
        return found != document.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    if (word("kind") != "Snapshot") return trouble.complain("kind", "not a Snapshot of `mooring observe`");
    if (word("apiVersion") != "mooring/v1") {
        trouble.complain("apiVersion",
                         fmt::format("this Mooring reads mooring/v1, not `{}`: use the version that wrote it",
                                     printable(word("apiVersion"), 80)));
    }
}

void read_memory(Reader& reader, Snapshot& snapshot, Trouble& trouble) {
    const Json* json = reader.find("memory");
    if (json == nullptr) return;
    auto memory = ledger::read_memory(json->dump(-1, ' ', false, Json::error_handler_t::replace));
    if (!memory) return trouble.complain("memory", memory.error());
    for (const auto& [name, server] : memory->servers) {
        if (!server.files.empty()) trouble.complain("memory.servers." + name + ".files", "a snapshot holds no digests");
    }
    snapshot.memory = *std::move(memory);
}

// A clock counts nanoseconds in 64 bits: what lies beyond the year 2255 is no time of a run.
void check_time(UnixSeconds at, const char* path, Trouble& trouble) {
    constexpr UnixSeconds latest = 9'000'000'000;
    if (at < 0 || at > latest) trouble.complain(path, "a time that is out of range");
}

} // namespace

Result<Snapshot> read(std::string_view text) {
    Trouble trouble;
    const auto document = ledger::parse_json(text);
    if (!document) return fail(ErrorKind::invalid_input, document.error());
    check_version(*document, trouble);
    Snapshot snapshot;
    std::string word;
    Reader reader(*document, "", trouble);
    reader("apiVersion", word);
    reader("kind", word);
    reader("mooring", snapshot.mooring_version);
    reader("startedAt", snapshot.started_at);
    reader("finishedAt", snapshot.finished_at);
    check_time(snapshot.started_at, "startedAt", trouble);
    check_time(snapshot.finished_at, "finishedAt", trouble);
    reader("desired", snapshot.desired);
    reader("texts", snapshot.texts);
    reader("servers", snapshot.servers);
    read_memory(reader, snapshot, trouble);
    reader.close();
    if (snapshot.texts.size() != snapshot.desired.stacks.size())
        trouble.complain("texts", "there must be one for each of desired.stacks");
    if (trouble.any()) return fail(ErrorKind::invalid_input, trouble.text());
    return snapshot;
}

Result<Snapshot> load(const std::filesystem::path& file) {
    const std::string name = printable(file.string());
    Result<std::string> text = read_file(file, most_file_bytes);
    if (!text)
        return fail(ErrorKind::invalid_input, fmt::format("the snapshot cannot be read: {}", text.error().message));
    Result<Snapshot> snapshot = read(*text);
    if (snapshot) return snapshot;
    return fail(ErrorKind::invalid_input,
                fmt::format("the snapshot {} cannot be used: {}", name, snapshot.error().message));
}

} // namespace mooring::snapshot
