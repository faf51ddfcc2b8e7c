// Which programs take a secret behind which short option. Private to this folder.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace mooring::masking {

enum class Takes : std::uint8_t {
    whole,         // -p X
    after_colon,   // -u user:X
    after_percent, // -U user%X
    after_comma,   // -u user,X
};

struct ClientOption {
    std::string_view clients; // "mysql|mariadb"; a name with `*` at its end stands for all that start so
    std::string_view option;  // "-p"; "/p:"
    Takes takes;
    bool attached;            // -pX, too
    std::string_view command; // only behind this word: `docker login -p X`; "" always
};

// What a client takes as its last words.
struct ClientOperands {
    std::string_view clients;
    std::string_view trigger; // a word, the start of one (`http-basic.*`), or an option of one dash that stands among
                              // others (`-nbB`); "" always
    std::size_t last;         // how many of the last words are secret; 0: the one that follows the trigger at once
};

// A word that holds user and password: `u/X@db`, `u:X`.
struct ClientForm {
    std::string_view clients;
    std::string_view said; // only behind this word; "" always
    char after;
    char until; // the last one of the word; '\0': its end
};

std::span<const ClientOption> client_options();
std::span<const ClientOperands> client_operands();
std::span<const ClientForm> client_forms();
// The short options of a client that take nothing, so that others may follow them in one word: `curl -sSu user:X`.
std::string_view client_flags(std::string_view client);
// The name of a program without folder, in the form of the tables; "" if no row has it.
std::string_view client_of(std::string_view word);
bool names_client(std::string_view clients, std::string_view client);

} // namespace mooring::masking
