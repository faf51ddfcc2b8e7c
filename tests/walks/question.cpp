// The verdicts that are right for one declaration before one state of a server.
#include "walks/differences.hpp"
#include "walks/truth.hpp"

#include <algorithm>
#include <initializer_list>
#include <vector>

namespace mooring::walks {
namespace {

using Verdicts = std::set<Verdict>;

// One declaration before one state.
struct Question {
    const Declared& declared;
    const State& state;
    const Known& known;
    const Planes& waived;

    Verdicts answer() const;

  private:
    bool means(const Stack& stack, int place) const {
        return stack.place == place && stack.name == declared.name &&
               (stack.kind == Kind::kubernetes) == (declared.kind == Kind::kubernetes);
    }
    std::vector<int> resolve(Verdicts& otherwise) const;
    std::vector<int> places_remembered(Verdicts& otherwise) const;
    Verdicts answer_in(int place) const;
    Verdicts unlisted(int place, const std::vector<const Stack*>& hidden_ones) const;
    Verdicts found(const Stack& stack, bool moved) const;
    bool name_is_taken(int place) const;
    bool may_be_skipped(const Stack& stack) const;
    // A host that is no swarm answers 503 to whoever asks for a service.
    bool answers_probes(const Place& place) const {
        return place.reachable && (declared.kind != Kind::swarm || place.kind == Kind::swarm);
    }
    Verdicts compare(const Stack& stack, bool moved) const;
    Verdicts read(const Stack& stack, bool moved) const;
    Verdicts hidden(const Stack& stack, const Stack* memory) const;
    Verdicts absent(int place, const Stack* memory) const;
    Verdicts gone_from(int place, const Place* where) const;
    Verdicts never_seen(int place, const Place* where) const;
};

// The environments of this name that memory knows and no list shows under it; one that is gone only if there is no
// other.
std::vector<int> Question::places_remembered(Verdicts& otherwise) const {
    std::vector<int> alive;
    std::vector<int> gone;
    bool renamed = false;
    for (const auto& [id, name] : known.places) {
        if (name != declared.called) continue;
        const Place* now = find_place(state, id);
        (now == nullptr ? gone : alive).push_back(id);
        if (now != nullptr && enters(state, *now)) {
            alive.pop_back();
            renamed = true;
        }
    }
    if (renamed && alive.empty()) otherwise = {Verdict::error};
    if (renamed && alive.empty()) return {};
    return alive.empty() ? gone : alive;
}

// The ids of the environments that may be meant; none, with what may be said then, when the name says nothing.
std::vector<int> Question::resolve(Verdicts& otherwise) const {
    if (declared.place != 0) return {declared.place};
    std::vector<int> visible;
    for (const Place& place : state.places) {
        if (place.name == declared.called && enters(state, place)) visible.push_back(place.id);
    }
    if (visible.size() > 1) otherwise = {Verdict::error};
    if (visible.size() > 1) return {};
    if (!visible.empty()) return visible;
    std::vector<int> remembered = places_remembered(otherwise);
    if (!remembered.empty() || !otherwise.empty()) return remembered;
    const bool listed_elsewhere = std::ranges::any_of(state.stacks, [&](const Stack& stack) {
        const Place* place = find_place(state, stack.place);
        return stack.name == declared.name && lists(state, stack) && place != nullptr && !enters(state, *place);
    });
    otherwise = {state.administrator ? Verdict::error : (listed_elsewhere ? Verdict::denied : Verdict::not_visible)};
    return {};
}

bool Question::name_is_taken(int place) const {
    return declared.kind == Kind::standalone && std::ranges::any_of(state.outside, [&](const Stack& stack) {
               return stack.place == place && stack.name == declared.name;
           });
}

// Its file was read by the first run and its record is unchanged since then (design §3.3): what was read holds.
bool Question::may_be_skipped(const Stack& stack) const {
    const auto memory = known.stacks.find(stack.id);
    return known.files && memory != known.stacks.end() && !memory->second.file_lost;
}

// Everything was answered that a reader of this record may ask.
Verdicts Question::compare(const Stack& stack, bool moved) const {
    const Place* place = find_place(state, stack.place);
    if (stack.file_lost && may_be_skipped(stack)) {
        Stack read = stack;
        read.file_lost = false;
        Verdicts right = compare(read, moved);
        right.insert(Verdict::error);
        return right;
    }
    if (stack.file_lost || stack.git_ahead) return {Verdict::error};
    const bool deploying = stack.status == Status::deploying;
    const bool docker = stack.kind != Kind::kubernetes;
    if (docker && declared.runtime && !deploying && !place->reachable) return {Verdict::unreachable};
    const bool unnamed = declared.access == static_cast<int>(Sharing::others) ||
                         (declared.access == static_cast<int>(Sharing::team) && !state.in_team);
    if (!state.administrator && unnamed) return {Verdict::denied};
    if (stack.status == Status::unknown) return {Verdict::error};
    const bool other_file =
        declared.content.image != stack.content.image || declared.content.respelt != stack.content.respelt;
    if (!docker && (declared.runtime || other_file)) return {Verdict::error};
    if (docker && stack.content.broken) return {Verdict::error};
    if (deploying) return {Verdict::pending};
    // What the stack's own container was called is another's now, and hidden: nobody can tell whether it runs.
    const bool masked =
        !state.administrator && declared.runtime && name_is_taken(stack.place) && !runs_service_web(stack);
    if (masked) return {Verdict::denied, Verdict::drifted};
    return found(stack, moved);
}

// Accepted differences make nothing drift (design §3.1).
Verdicts Question::found(const Stack& stack, bool moved) const {
    if (!moved && !differs(declared, stack)) return {Verdict::in_sync};
    Differences what = differences(declared, stack);
    if (moved) what.certain.insert("record");
    if (moved) what.possible.insert({"record", "content", "runtime"});
    const auto is_waived = [&](const std::string& plane) { return waived.contains(plane); };
    if (std::ranges::all_of(what.possible, is_waived)) return {Verdict::in_sync};
    if (!std::ranges::all_of(what.certain, is_waived)) return {Verdict::drifted};
    if (std::ranges::none_of(what.possible, is_waived)) return {Verdict::drifted};
    return {Verdict::drifted, Verdict::in_sync};
}

// The record is listed, or its remembered id answers: what refuses then, in Portainer's order.
Verdicts Question::read(const Stack& stack, bool moved) const {
    const Place* place = find_place(state, stack.place);
    if (place == nullptr) return {Verdict::orphaned};
    if (state.administrator) return compare(stack, moved);
    if (stack.kind != Kind::kubernetes && !place->management) return {Verdict::denied};
    if (!enters(state, *place)) return {Verdict::denied};
    if (stack.kind != Kind::kubernetes && !lists(state, stack)) return {Verdict::denied};
    return compare(stack, moved);
}

// It stands, and this token's list does not have it.
Verdicts Question::hidden(const Stack& stack, const Stack* memory) const {
    if (memory != nullptr && memory->id == stack.id && memory->created == stack.created) return read(stack, false);
    Verdicts right{Verdict::not_visible, Verdict::denied};
    const Place* place = find_place(state, stack.place);
    if (place != nullptr && !place->reachable) right.insert(Verdict::unreachable);
    // The one absence that design §3.2 lets through: the remembered record is gone, and what took its place is hidden
    // and leaves no trace. The message says so.
    const bool remembered_gone = memory != nullptr && find_stack(state, memory->id) == nullptr;
    const bool no_trace = place == nullptr || !runs_anything(stack);
    if (remembered_gone && no_trace) right.insert(Verdict::missing);
    return right;
}

// The remembered id answers 404: the record is gone. What can be said depends on what else may be asked.
Verdicts Question::gone_from(int place, const Place* where) const {
    if (where == nullptr || state.administrator) return {Verdict::missing};
    if (!enters(state, *where)) return {Verdict::denied};
    if (declared.kind == Kind::kubernetes || declared.content.git) return {Verdict::not_visible};
    if (!answers_probes(*where)) return {Verdict::unreachable};
    if (name_is_taken(place)) return {Verdict::denied};
    return {declared.state == 2 ? Verdict::not_visible : Verdict::missing};
}

Verdicts Question::never_seen(int place, const Place* where) const {
    if (where == nullptr) {
        if (!state.administrator) return {Verdict::not_visible};
        return {known.places.contains(place) ? Verdict::missing : Verdict::error};
    }
    if (state.administrator) return {Verdict::missing};
    if (!enters(state, *where)) return {Verdict::denied};
    if (declared.kind == Kind::kubernetes || declared.content.git) return {Verdict::not_visible};
    if (!answers_probes(*where)) return {Verdict::unreachable};
    return {name_is_taken(place) ? Verdict::denied : Verdict::not_visible};
}

Verdicts Question::absent(int place, const Stack* memory) const {
    const Place* where = find_place(state, place);
    if (memory == nullptr) return never_seen(place, where);
    const Stack* now = find_stack(state, memory->id);
    if (now == nullptr) return gone_from(place, where);
    const bool same = now->created == memory->created;
    const bool moved = same && (now->name == memory->name || now->place == memory->place);
    if (moved) return read(*now, true);
    // Its id is another's: hidden, it answers 403 and cannot be told from the one that was remembered.
    Verdicts right = never_seen(place, where);
    if (!lists(state, *now)) right.insert({Verdict::denied, Verdict::orphaned});
    return right;
}

// No list shows a record of the name there: it is hidden, or there is none.
Verdicts Question::unlisted(int place, const std::vector<const Stack*>& hidden_ones) const {
    std::vector<const Stack*> memories;
    for (const auto& [id, stack] : known.stacks) {
        if (means(stack, place)) memories.push_back(&stack);
    }
    if (memories.empty()) memories.push_back(nullptr);
    Verdicts right;
    for (const Stack* memory : memories) {
        for (const Stack* stack : hidden_ones) right.merge(hidden(*stack, memory));
        if (hidden_ones.empty()) right.merge(absent(place, memory));
    }
    const bool one_is_known =
        std::ranges::any_of(hidden_ones, [&](const Stack* stack) { return known.stacks.contains(stack->id); });
    if (memories.size() > 1 && one_is_known) right.erase(Verdict::missing); // its id does not answer 404
    return right;
}

// Of several listed records of one name the one of the declared type is meant (design §3.2).
Verdicts Question::answer_in(int place) const {
    std::vector<const Stack*> listed;
    std::vector<const Stack*> hidden_ones;
    for (const Stack& stack : state.stacks) {
        if (means(stack, place)) (lists(state, stack) ? listed : hidden_ones).push_back(&stack);
    }
    if (listed.empty()) return unlisted(place, hidden_ones);
    const auto of_type = [&](const Stack* stack) { return stack->kind == declared.kind; };
    if (std::ranges::any_of(listed, of_type)) std::erase_if(listed, [&](const Stack* one) { return !of_type(one); });
    if (listed.size() > 1) return {Verdict::error};
    return read(*listed.front(), false);
}

Verdicts Question::answer() const {
    Verdicts right;
    for (const int place : resolve(right)) right.merge(answer_in(place));
    return right;
}

} // namespace

std::set<Verdict> right_verdicts(const Declared& declared, const State& state, const Known& known,
                                 const Planes& waived) {
    return Question{declared, state, known, waived}.answer();
}

} // namespace mooring::walks
