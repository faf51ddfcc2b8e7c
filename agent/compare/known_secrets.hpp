// The env values of a stack, so that no text about it repeats them (design §2, rule 7): servers echo them in deployment
// errors, and people copy them into images and commands. Only values are known here, never where they stand.
#pragma once

#include "model/desired.hpp"
#include "model/stack.hpp"

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::compare {

class KnownSecrets {
  public:
    // Every env value of the manifest and, with a record, of the server that is not declared public. Both outlive this.
    explicit KnownSecrets(const DesiredStack& stack, const StackRecord* record = nullptr);
    KnownSecrets(const KnownSecrets&) = delete;
    KnownSecrets& operator=(const KnownSecrets&) = delete;
    ~KnownSecrets() = default;

    // Adds the secrets of the desired file, or of any other. It parses the file: only for messages that are rare.
    void learn_file(const DesiredStack& stack);
    void learn_text(std::string_view text);

    // Free text of a server or parser with every known value of at least 4 bytes, and whatever a sentence may hold
    // (base/mask.hpp), replaced by "***".
    std::string mask(std::string_view text) const;
    // Whether a short value (an image, a command) holds a known value of at least 6 bytes. Shorter ones ("true",
    // "8080") stand in too many texts by chance to hide them all.
    bool stand_in(std::string_view text) const;

  private:
    void add(std::string_view value);
    void add_piece(std::string_view value, std::size_t least);
    void sort();

    std::deque<std::string> of_files_;     // never moved: `values_` points into it
    std::deque<std::string> spellings_;    // likewise: values as they stand between quotes and in addresses
    std::vector<std::string_view> values_; // longest first, so that no rest of a longer one stays
};

} // namespace mooring::compare
