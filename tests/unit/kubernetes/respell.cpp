#include "unit/kubernetes/respell.hpp"

#include "base/text.hpp"
#include "kubernetes/rules.hpp"
#include "kubernetes/walk.hpp"

#include <algorithm>
#include <charconv>

namespace mooring::kubernetes {
namespace {

bool chance(Random& random, unsigned of) { return random() % of == 0; }

template <typename T>
const T& pick(const std::vector<T>& from, Random& random) {
    return from[random() % from.size()];
}

// Writes one document in block style, with flow style and JSON where it likes.
class Writer {
  public:
    explicit Writer(Random& random) : random_(random) {}

    void document(const Value& object, const Type* type) {
        const Field root{.name = {}, .form = Form::structure, .type = type};
        if (chance(random_, 6)) {
            flow(object, type == nullptr ? nullptr : &root);
            out_ += "\n";
        } else {
            members(object, type == nullptr ? nullptr : &root, 0);
        }
    }

    void raw(std::string_view text) { out_ += text; }
    void flow_object(const Value& object, const Type* type) {
        const Field root{.name = {}, .form = Form::structure, .type = type};
        flow(object, type == nullptr ? nullptr : &root);
    }
    std::string take() { return std::move(out_); }

  private:
    static const Field* below(const Field* field, std::string_view key) {
        if (field == nullptr) return key == "metadata" ? nullptr : nullptr;
        if (field->form == Form::structure) return field->type == nullptr ? nullptr : field->type->find(key);
        return field->element.get();
    }

    void indent(std::size_t depth) { out_.append(depth, ' '); }

    void comment(std::size_t depth) {
        if (!chance(random_, 10)) return;
        indent(depth);
        out_ += "# a comment: with a colon\n";
    }

    std::vector<const Member*> shuffled(const Value& map) {
        std::vector<const Member*> order;
        for (const Member& member : map.members) order.push_back(&member);
        std::ranges::shuffle(order, random_);
        return order;
    }

    // Members that say nothing, in a structure that does not have them.
    std::vector<std::string> nothings(const Value& map, const Field* field) {
        std::vector<std::string> out;
        if (field == nullptr || field->form != Form::structure || field->type == nullptr) return out;
        for (const Field& one : field->type->fields) {
            if (find(map, one.name) != nullptr || !chance(random_, 40) || one.name == "status") continue;
            if (one.form == Form::list) out.push_back(one.name + ": []");
            if (one.form == Form::map) out.push_back(one.name + ": {}");
            if (one.form == Form::structure && !one.pointer) out.push_back(one.name + ": {}");
            if (one.form == Form::text && !one.pointer) out.push_back(one.name + ": ''");
            if (one.form == Form::boolean && !one.pointer && one.omits_empty) out.push_back(one.name + ": false");
            if (one.form == Form::integer && !one.pointer && one.omits_empty) out.push_back(one.name + ": 0");
            if (out.empty() && one.form != Form::raw) out.push_back(one.name + ": null");
        }
        return out;
    }

    void members(const Value& map, const Field* field, std::size_t depth) { // NOLINT(misc-no-recursion)
        for (const std::string& nothing : nothings(map, field)) {
            indent(depth);
            out_ += nothing + "\n";
        }
        for (const Member* member : shuffled(map)) {
            comment(depth);
            indent(depth);
            key(member->key);
            out_ += ":";
            value(member->value, below(field, member->key), depth);
        }
        if (map.members.empty()) out_ += "{}\n";
    }

    void value(const Value& value, const Field* field, std::size_t depth) { // NOLINT(misc-no-recursion)
        const bool flows = value.is_single() || value.members.empty() || chance(random_, 5);
        if (flows) {
            out_ += " ";
            flow(value, field);
            out_ += chance(random_, 8) ? "   # said\n" : "\n";
        } else if (value.shape == Shape::map) {
            out_ += "\n";
            members(value, field, depth + 2);
        } else {
            out_ += "\n";
            for (const Member& member : value.members) {
                indent(depth);
                out_ += "- ";
                flow(member.value, field == nullptr ? nullptr : field->element.get());
                out_ += "\n";
            }
        }
    }

    void flow(const Value& value, const Field* field) { // NOLINT(misc-no-recursion)
        if (value.is_single()) return single(value, field);
        const bool is_map = value.shape == Shape::map;
        out_ += is_map ? '{' : '[';
        bool first = true;
        const auto next = [&] {
            if (!first) out_ += ", ";
            first = false;
        };
        if (is_map) {
            for (const std::string& nothing : nothings(value, field)) {
                next();
                out_ += nothing;
            }
            for (const Member* member : shuffled(value)) {
                next();
                append_json_string(out_, member->key);
                out_ += ": ";
                flow(member->value, below(field, member->key));
            }
        } else {
            for (const Member& member : value.members) {
                next();
                flow(member.value, field == nullptr ? nullptr : field->element.get());
            }
        }
        out_ += is_map ? '}' : ']';
    }

    void key(const std::string& text) {
        const bool is_plain =
            std::ranges::all_of(text, [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; });
        const bool is_word = text == "true" || text == "false" || text == "null" || text == "yes" || text == "no";
        if (is_plain && !is_word && !chance(random_, 4))
            out_ += text;
        else
            append_json_string(out_, text);
    }

    void single(const Value& value, const Field* field) {
        if (value.shape == Shape::null) out_ += pick<std::string>({"null", "~", "Null"}, random_);
        if (value.shape == Shape::boolean) {
            out_ += value.text == "true" ? pick<std::string>({"true", "True", "TRUE"}, random_)
                                         : pick<std::string>({"false", "False"}, random_);
        }
        if (field != nullptr && field->form == Form::quantity && quantity(value.text)) return;
        if (value.shape == Shape::number) number(value.text);
        if (value.shape == Shape::text) text(value.text);
    }

    // The same amount in another unit.
    bool quantity(const std::string& text) {
        std::int64_t amount = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
        const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
        if (error != std::errc{} || amount > 1'000'000) return false;
        if (unit.empty())
            out_ += pick<std::string>({std::to_string(amount * 1000) + "m", "'" + text + ".0'", text}, random_);
        else if (unit == "m")
            out_ += pick<std::string>({std::to_string(amount * 1000) + "u", std::to_string(amount) + "e-3"}, random_);
        else if (unit == "Gi")
            out_ += pick<std::string>({std::to_string(amount * 1024) + "Mi", "'" + text + "'"}, random_);
        else if (unit == "Mi")
            out_ +=
                pick<std::string>({std::to_string(amount * 1024) + "Ki", std::to_string(amount * 1048576)}, random_);
        else
            return false;
        return true;
    }

    void number(const std::string& text) {
        std::int64_t whole = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
        if (error != std::errc{} || end != text.data() + text.size() || whole < 0) return void(out_ += text);
        std::string octal;
        for (std::int64_t rest = whole; rest > 0; rest /= 8)
            octal.insert(octal.begin(), static_cast<char>('0' + rest % 8));
        out_ += pick<std::string>({text, text, "0o" + (octal.empty() ? "0" : octal), "0" + octal, "+" + text}, random_);
    }

    void text(const std::string& text) {
        const bool is_simple =
            !text.empty() &&
            std::ranges::all_of(text,
                                [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/'; }) &&
            std::isalpha(static_cast<unsigned char>(text[0])) != 0 && text.size() > 5;
        const bool has_quote = text.contains('\'') || text.contains('\n') || text.contains('\r');
        if (is_simple && !chance(random_, 3))
            out_ += text;
        else if (!has_quote && chance(random_, 2))
            out_ += "'" + text + "'";
        else
            append_json_string(out_, text);
    }

    Random& random_;
    std::string out_;
};

const Type* type_of_object(const Value& object) {
    return type_of(text_at(object, {"apiVersion"}), text_at(object, {"kind"}));
}

// All leaves of a tree, with the keys above them.
struct Leaf {
    Value* value;
    std::vector<std::string> keys;
};

void collect(Value& value, std::vector<std::string>& keys, std::vector<Leaf>& out) { // NOLINT(misc-no-recursion)
    if (value.is_single() && value.shape != Shape::null) out.push_back({&value, keys});
    for (auto& [key, below] : value.members) {
        if (value.shape == Shape::map) keys.push_back(key);
        collect(below, keys, out);
        if (value.shape == Shape::map) keys.pop_back();
    }
}

bool is_untouchable(const std::vector<std::string>& keys) {
    if (keys[0] == "status" || keys[0] == "apiVersion" || keys[0] == "kind" || keys[0] == "stringData") return true;
    if (keys[0] != "metadata") return false;
    const bool is_label = keys.size() == 3 && keys[1] == "labels";
    return !is_label || keys[2].starts_with("io.portainer."); // the name is the object, and the rest is the server's
}

} // namespace

std::vector<Value> read_objects(const std::string& text) {
    std::vector<Value> out;
    if (auto file = load(text)) {
        for (Object& object : file->objects) out.push_back(std::move(object.tree));
    }
    return out;
}

std::string respell(const std::vector<Value>& objects, Random& random) {
    std::vector<const Value*> order;
    for (const Value& object : objects) order.push_back(&object);
    std::ranges::shuffle(order, random);
    Writer out(random);
    if (chance(random, 4)) {
        out.raw("{apiVersion: v1, kind: List, items: [");
        for (const Value* object : order) {
            out.flow_object(*object, type_of_object(*object));
            out.raw(", ");
        }
        out.raw("null]}\n");
        return out.take();
    }
    for (const Value* object : order) {
        out.raw(chance(random, 4) ? "---\n# nothing\n---\n" : "---\n");
        out.document(*object, type_of_object(*object));
    }
    return out.take();
}

Mutation mutate(std::vector<Value>& objects, Random& random) {
    Value& object = objects[random() % objects.size()];
    std::vector<Leaf> leaves;
    std::vector<std::string> keys;
    collect(object, keys, leaves);
    std::erase_if(leaves, [](const Leaf& leaf) { return is_untouchable(leaf.keys); });
    if (leaves.empty()) return {};
    const Leaf& leaf = leaves[random() % leaves.size()];
    if (leaf.value->shape == Shape::boolean)
        leaf.value->text = leaf.value->text == "true" ? "false" : "true";
    else if (leaf.value->shape == Shape::number)
        leaf.value->text += "7";
    else
        leaf.value->text += leaf.value->text.ends_with('=') ? "" : "7";
    if (leaf.value->shape == Shape::text && leaf.value->text.ends_with('=')) leaf.value->text = "b3RoZXI=";
    return {.object = std::string(text_at(object, {"kind"})) + "/" + std::string(text_at(object, {"metadata", "name"})),
            .keys = leaf.keys};
}

} // namespace mooring::kubernetes
