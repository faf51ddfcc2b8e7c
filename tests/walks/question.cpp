// The verdicts that are right for one declaration before one state of a server.
#include "walks/question.hpp"

namespace mooring::walks {

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

// A namespace without a name is `default`.
static bool is_one_space(const std::string& left, const std::string& right) {
    const auto named = [](const std::string& space) { return space.empty() ? std::string("default") : space; };
    return named(left) == named(right);
}

const Stack* Question::holder_of(const Stack& stack, int one) const {
    const Stack* last = nullptr;
    for (const Stack& other : state.stacks) {
        const bool deploys = other.kind == Kind::kubernetes && other.status != Status::inactive;
        const bool has = one == 0 || (other.content.pieces & one) != 0;
        if (deploys && has && other.place == stack.place && is_one_space(other.space, stack.space)) last = &other;
    }
    return last;
}

bool Question::is_held(const Stack& stack) const {
    if (stack.kind != Kind::kubernetes) return false;
    const Stack* last = holder_of(stack, 0);
    return last != nullptr && last->id != stack.id;
}

bool Question::is_held_unknown(const Stack& stack) const {
    return is_held(stack) && holder_of(stack, 0)->hand == Hand::unlabelled;
}

bool Question::has_hidden_pieces(const Stack& stack) const {
    return stack.kind == Kind::kubernetes && !state.administrator && (stack.content.pieces & piece::hidden) != 0;
}

bool Question::is_scaled_rightly(const Stack& stack) const {
    const Stack* scaler = holder_of(stack, piece::autoscaler);
    if (stack.kind != Kind::kubernetes || stack.hand != Hand::scaled || scaler == nullptr) return false;
    // Hands act for the last stack of a namespace alone.
    const bool gone =
        scaler == holder_of(stack, 0) && scaler->touched == piece::autoscaler && scaler->touch == Touch::removed;
    return !gone;
}

bool Question::is_closed(const Stack& stack) const {
    const Place* place = find_place(state, stack.place);
    return stack.kind == Kind::kubernetes && !state.administrator && place != nullptr && place->closed &&
           !stack.space.empty();
}

bool Question::is_labelled(const Stack& stack) const {
    const Place* place = find_place(state, stack.place);
    return stack.kind == Kind::kubernetes && declared.kind == Kind::kubernetes && declared.tied == 0 &&
           !stack.tied_to && !stack.name.empty() && place != nullptr && enters(state, *place) && place->reachable &&
           !is_closed(stack) && has_label(stack);
}

// Something that is declared, and that this reader may see, bears its label.
bool Question::has_label(const Stack& stack) const {
    const bool last = !is_held(stack);
    const bool no_label = stack.hand == Hand::removed || stack.hand == Hand::orphaned || stack.hand == Hand::unlabelled;
    if (last && !no_label) return true;
    for (const int one : piece::all) {
        const bool visible = (piece::hidden & one) == 0;
        const bool both = (declared.content.pieces & stack.content.pieces & one) != 0;
        const Stack* holder = both && visible ? holder_of(stack, one) : nullptr;
        if (holder == nullptr || holder->id != stack.id) continue;
        const bool lost =
            last && stack.touched == one && (stack.touch == Touch::removed || stack.touch == Touch::orphaned);
        if (!lost) return true;
    }
    return false;
}

// Its file was read by the first run and its record is unchanged since then (design §3.3): what was read holds.
bool Question::may_be_skipped(const Stack& stack) const {
    const auto memory = known.stacks.find(stack.id);
    return known.files && memory != known.stacks.end() && !memory->second.file_lost;
}

// Its service db runs from an image whose name the host has lost: whether it is the file's cannot be known.
bool Question::runs_nameless_image(const Stack& stack) const {
    const Place* place = find_place(state, stack.place);
    return declared.runtime && stack.kind == Kind::standalone && place != nullptr && place->untagged &&
           runs_anything(stack) && !stack.content.alone;
}

// Of a stack of jobs alone nothing is left, neither what runs nor what has ended.
bool Question::jobs_are_gone(const Stack& stack) const {
    return stack.content.alone && declared.runtime && declared.state != 2 && stack.status == Status::active &&
           !job_is_there(stack);
}

// They ended and were taken away, if somebody saw them under this file; else nothing of it ever ran (design §3.3).
Verdicts Question::without_jobs(const Stack& stack, bool moved) const {
    const auto memory = known.stacks.find(stack.id);
    const bool same_file = memory != known.stacks.end() && memory->second.content == stack.content;
    Stack one = stack;
    one.runs = Runs::as_file;
    Verdicts right;
    if (same_file && known.may_have_seen_jobs.contains(stack.id)) {
        one.rest = Rest::as_meant;
        right.merge(found(one, moved));
    }
    if (!same_file || !known.saw_jobs.contains(stack.id)) {
        one.rest = Rest::failed;
        right.merge(found(one, moved));
    }
    return right;
}

// What this token is not shown, or Docker cannot say any more, is unread, whatever else was seen.
Verdicts Question::compare(const Stack& stack, bool moved) const {
    Verdicts right = compare_shown(stack, moved);
    const auto unread = [&right](Verdict verdict) {
        right.erase(Verdict::in_sync);
        right.erase(Verdict::drifted);
        right.insert(verdict);
    };
    if (hides_source(stack) && declared.content.git && !declared.git_any) unread(Verdict::denied);
    if (runs_nameless_image(stack)) {
        const bool sure = stack.status == Status::active && declared.state != 2 && declared.kind == stack.kind;
        if (sure) unread(Verdict::error);
        right.insert(Verdict::error);
    }
    // Another tag is wanted than the one whose image moved: the host may not have it.
    if (stack.runs == Runs::older_image && declared.content.image != stack.content.image) right.insert(Verdict::error);
    return right;
}

// Everything was answered that a reader of this record may ask.
Verdicts Question::compare_shown(const Stack& stack, bool moved) const {
    const Place* place = find_place(state, stack.place);
    if (stack.file_lost && may_be_skipped(stack)) {
        Stack read = stack;
        read.file_lost = false;
        Verdicts right = compare_shown(read, moved);
        right.insert(Verdict::error);
        return right;
    }
    if (stack.file_lost || stack.git_ahead) return {Verdict::error};
    const bool deploying = stack.status == Status::deploying;
    const bool docker = stack.kind != Kind::kubernetes;
    if (declared.runtime && !deploying && !place->reachable) return {Verdict::unreachable};
    const bool unseen = is_closed(stack) || has_hidden_pieces(stack);
    if (declared.runtime && !deploying && unseen && declared.kind == Kind::kubernetes) return {Verdict::denied};
    const bool unnamed = declared.access == static_cast<int>(Sharing::others) ||
                         (declared.access == static_cast<int>(Sharing::team) && !state.in_team);
    if (!state.administrator && unnamed) return {Verdict::denied};
    if (stack.status == Status::unknown) return {Verdict::error};
    if (!docker && declared.runtime && declared.kind != Kind::kubernetes) return {Verdict::error};
    if (docker && stack.content.broken) return {Verdict::error};
    if (deploying) return {Verdict::pending};
    // What the stack's own container was called is another's now, and hidden: nobody can tell whether it runs.
    const bool masked =
        !state.administrator && declared.runtime && name_is_taken(stack.place) && !runs_service_web(stack);
    if (masked) return {Verdict::denied, Verdict::drifted};
    return jobs_are_gone(stack) ? without_jobs(stack, moved) : found(stack, moved);
}

// Accepted differences make nothing drift (design §3.1).
Verdicts Question::found(const Stack& stack, bool moved) const {
    if (declared.runtime && is_held_unknown(stack)) return {Verdict::drifted, Verdict::in_sync, Verdict::pending};
    const bool held = declared.runtime && is_held(stack);
    if (declared.runtime && is_scaled_rightly(stack)) {
        Stack scaled = stack;
        scaled.hand = Hand::noted;
        return found(scaled, moved);
    }
    if (!moved && !held && !differs(declared, stack))
        return {declared.runtime && is_rolling(stack) ? Verdict::pending : Verdict::in_sync};
    Differences what = differences(declared, stack);
    if (held) what.certain.insert("runtime");
    if (held) what.possible.insert("runtime");
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

// Whatever its name: the id alone says which record is meant, and a 404 of it comes before every access check.
Verdicts Question::tied() const {
    const Stack* now = find_stack(state, declared.tied);
    if (now == nullptr) return {Verdict::missing};
    const auto remembered = known.dates.find(declared.tied);
    const std::int64_t date = declared.tied_created != 0        ? declared.tied_created
                              : remembered != known.dates.end() ? remembered->second
                                                                : now->created;
    Verdicts right = read(*now, now->place != declared.place);
    if (date == now->created) return right;
    const bool read_at_all = right.contains(Verdict::in_sync) || right.contains(Verdict::drifted);
    if (read_at_all) return {Verdict::error};
    right.insert(Verdict::error);
    return right;
}

Verdicts Question::answer() const {
    if (declared.tied != 0) return tied();
    Verdicts right;
    for (const int place : resolve(right)) right.merge(answer_in(place));
    return right;
}

std::set<Verdict> right_verdicts(const Declared& declared, const State& state, const Known& known,
                                 const Planes& waived) {
    return Question{declared, state, known, waived}.answer();
}

} // namespace mooring::walks
