// Visitors of model/fields.hpp: values as rows of a table, whose columns are called like the fields. Private to this
// folder.
#pragma once

#include "base/text.hpp"
#include "ledger/database.hpp"
#include "ledger/migrations.hpp"
#include "model/fields.hpp"

#include <charconv>
#include <cstdint>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::ledger {

// Stands for "the server's usual time": NULL in a row. A run that saw everything again then changes one row.
inline constexpr UnixSeconds usual = std::numeric_limits<UnixSeconds>::min();

inline std::optional<std::int64_t> or_null(UnixSeconds at) {
    return at == usual ? std::nullopt : std::optional<std::int64_t>(at);
}

inline std::string list_text(const std::vector<std::int64_t>& tags) { return fmt::format("{}", fmt::join(tags, " ")); }
inline std::string list_text(const std::vector<std::string>& names) { return join(names, "\n"); }

inline void read_list(const std::string& text, std::vector<std::int64_t>& tags) {
    if (text.empty()) return;
    for (const std::string_view word : split(text, ' ')) {
        std::int64_t tag = 0;
        if (std::from_chars(word.data(), word.data() + word.size(), tag).ec == std::errc{}) tags.push_back(tag);
    }
}
inline void read_list(const std::string& text, std::vector<std::string>& names) {
    if (text.empty()) return;
    for (const std::string_view name : split(text, '\n')) names.emplace_back(name);
}

// "environmentId" -> "environment_id"; `group` is a word of SQL.
inline std::string column_of(std::string_view name) {
    if (name == "group") return "environment_group";
    std::string out;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z')
            (out += '_') += static_cast<char>(c - 'A' + 'a');
        else
            out += c;
    }
    return out;
}

// The columns of a table in the order of the fields. `selected`: what stands for those that a file of an older Mooring,
// which is only read, does not have.
class Columns {
  public:
    Columns(Database& database, std::string_view table) : database_(database), table_(table) {}

    void operator()(std::string_view name, const auto& /*value*/) { add(column_of(name), ""); }
    void digest(std::string_view name, const auto& /*value*/) { add(column_of(name), ""); }
    void added(std::string_view name, const std::int64_t& /*value*/) { add(column_of(name), "NULL"); }
    void added(std::string_view name, const bool& /*value*/) { add(column_of(name), "0"); }
    void added(std::string_view name, const auto& /*text*/) { add(column_of(name), "''"); }

    std::vector<std::string> names;
    std::vector<std::string> selected;

  private:
    void add(std::string column, std::string_view otherwise) {
        const bool there = otherwise.empty() || has_column(database_, table_, column);
        selected.emplace_back(there ? column : std::string(otherwise));
        names.push_back(std::move(column));
    }

    Database& database_;
    std::string_view table_;
};

template <typename T>
Columns columns_of(Database& database, std::string_view table) {
    Columns columns(database, table);
    T value{};
    row_fields(columns, value);
    return columns;
}

// The fields of one row, from a column on.
class RowFields {
  public:
    RowFields(Statement& row, int column, UnixSeconds null) : row_(row), column_(column), null_(null) {}

    void operator()(std::string_view /*name*/, std::string& value) { value = row_.text(column_++); }
    void operator()(std::string_view /*name*/, bool& value) { value = row_.number(column_++) != 0; }
    void operator()(std::string_view /*name*/, std::int64_t& value) {
        value = row_.optional_number(column_++).value_or(null_);
    }
    template <typename T>
    void operator()(std::string_view /*name*/, std::vector<T>& values) {
        read_list(row_.text(column_++), values);
    }
    void added(std::string_view name, auto& value) { (*this)(name, value); }
    void digest(std::string_view name, auto& value) { (*this)(name, value); }

  private:
    Statement& row_;
    int column_;
    UnixSeconds null_; // what NULL stands for
};

// Binds the fields of one row, from a place on.
class BoundFields {
  public:
    BoundFields(Statement& row, int place) : row_(row), place_(place) {}

    void operator()(std::string_view /*name*/, const std::string& value) { row_.bind(place_++, value); }
    void operator()(std::string_view /*name*/, const bool& value) { row_.bind(place_++, std::int64_t{value}); }
    void operator()(std::string_view /*name*/, const std::int64_t& value) { row_.bind(place_++, or_null(value)); }
    template <typename T>
    void operator()(std::string_view /*name*/, const std::vector<T>& values) {
        row_.bind(place_++, list_text(values));
    }
    void added(std::string_view name, const auto& value) { (*this)(name, value); }
    void digest(std::string_view name, const auto& value) { (*this)(name, value); }

  private:
    Statement& row_;
    int place_;
};

} // namespace mooring::ledger
