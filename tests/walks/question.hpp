// What is asked of truth: one declaration before one state of a server. question.cpp: records that are listed;
// question_absent.cpp: those that are not.
#pragma once

#include "walks/differences.hpp"
#include "walks/truth.hpp"

#include <algorithm>
#include <vector>

namespace mooring::walks {

using Verdicts = std::set<Verdict>;

// One declaration before one state.
struct Question {
    const Declared& declared;
    const State& state;
    const Known& known;
    const Planes& waived;

    Verdicts answer() const;

    bool means(const Stack& stack, int place) const {
        return stack.place == place && stack.name == declared.name && stack.space == declared.space &&
               (stack.kind == Kind::kubernetes) == (declared.kind == Kind::kubernetes);
    }
    std::vector<int> resolve(Verdicts& otherwise) const;
    std::vector<int> places_remembered(Verdicts& otherwise) const;
    Verdicts answer_in(int place) const;
    Verdicts unlisted(int place, const std::vector<const Stack*>& hidden_ones) const;
    Verdicts found(const Stack& stack, bool moved) const;
    bool name_is_taken(int place) const;
    bool may_be_skipped(const Stack& stack) const;
    // A host that is no swarm answers 503 to whoever asks for a service: not a manager, or not any more.
    bool lacks_swarm(const Place& place) const { return declared.kind == Kind::swarm && place.kind != Kind::swarm; }
    // What it would run has names that Docker can be asked for.
    bool has_names() const { return declared.kind != Kind::kubernetes && !declared.content.git; }
    bool hides_source(const Stack& stack) const { return state.hides_git && !state.administrator && stack.content.git; }
    bool runs_nameless_image(const Stack& stack) const;
    bool is_nameless_there(int place) const;
    // All Kubernetes stacks have one Deployment of one name: in one namespace it is the last one's that deployed it.
    bool is_held(const Stack& stack) const;
    // The cluster shows this reader nothing of the stack's namespace.
    bool is_closed(const Stack& stack) const;
    // It has objects that Kubernetes shows this reader nowhere.
    bool has_hidden_pieces(const Stack& stack) const;
    // The last stack that was deployed there with this piece; with 0: with any file.
    const Stack* holder_of(const Stack& stack, int one) const;
    // Somebody took the labels off the Deployment that it shares with another: whose it is cannot be told.
    bool is_held_unknown(const Stack& stack) const;
    // An autoscaler of the namespace holds the replicas that somebody set by hand.
    bool is_scaled_rightly(const Stack& stack) const;
    // A user's list has no such stack, but an object that its manifest declares says in a label whose it is.
    bool is_labelled(const Stack& stack) const;
    bool has_label(const Stack& stack) const;
    Verdicts compare(const Stack& stack, bool moved) const;
    Verdicts compare_shown(const Stack& stack, bool moved) const;
    Verdicts tied() const;
    Verdicts read(const Stack& stack, bool moved) const;
    Verdicts hidden(const Stack& stack, const Stack* memory) const;
    Verdicts recreated(const Stack& stack) const;
    Verdicts absent(int place, const Stack* memory) const;
    Verdicts gone_from(int place, const Place* where) const;
    Verdicts lacking(int place) const;
    bool was_absent(int place) const;
    bool jobs_are_gone(const Stack& stack) const;
    Verdicts without_jobs(const Stack& stack, bool moved) const;
    Verdicts never_seen(int place, const Place* where) const;
};

} // namespace mooring::walks
