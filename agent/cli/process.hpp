// What the program does to itself.
#pragma once

#include <string>
#include <string_view>

namespace mooring::cli {

// No core file is written from here on: compose files and configuration hold secrets, too.
void write_no_cores();

// No other process of this user may look into the memory, which is about to hold a token. Afterwards /proc/self/fd is
// closed to the process itself, too, so files given as /dev/fd/N must have been read.
void close_memory();

// One heap for all threads, before there are any: what one of them loads another one gives back, and with a heap for
// each they would not use it again.
void share_one_heap();

// The id (64 hex digits) of the Docker or Podman container in which this process runs; "" where none is known.
std::string own_container();
// The same from the text of /proc/self/mountinfo: a container's hostname, hosts and resolv.conf lie on the host in a
// folder that is called by its id. Pure.
std::string container_in(std::string_view mountinfo);

} // namespace mooring::cli
