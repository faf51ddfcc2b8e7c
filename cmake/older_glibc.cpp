// Two functions of newer C libraries that the archives of this toolchain ask for, so that mooring-portable starts on
// glibc 2.34 (RHEL 9, Ubuntu 22.04), where they are not: arc4random (2.36, asked for by libstdc++'s std::random_device)
// and _dl_find_object (2.35, by libgcc's unwinder). Linked into the program alone; no object of a library is changed.
#include <cstdint>
#include <cstdlib>
#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

namespace {

struct Wanted {
    std::uintptr_t address;
    dl_find_object* found;
};

// One loaded object: 1 ends the walk.
int is_it(dl_phdr_info* info, std::size_t, void* data) {
    auto* wanted = static_cast<Wanted*>(data);
    bool inside = false;
    const ElfW(Phdr)* frames = nullptr;
    for (ElfW(Half) i = 0; i < info->dlpi_phnum; ++i) {
        const ElfW(Phdr)& header = info->dlpi_phdr[i];
        const std::uintptr_t begin = info->dlpi_addr + header.p_vaddr;
        if (header.p_type == PT_GNU_EH_FRAME) frames = &header;
        if (header.p_type != PT_LOAD || wanted->address < begin || wanted->address >= begin + header.p_memsz) continue;
        inside = true;
        wanted->found->dlfo_map_start = reinterpret_cast<void*>(begin);
        wanted->found->dlfo_map_end = reinterpret_cast<void*>(begin + header.p_memsz);
    }
    if (!inside || frames == nullptr) return 0;
    wanted->found->dlfo_eh_frame = reinterpret_cast<void*>(info->dlpi_addr + frames->p_vaddr);
    return 1;
}

} // namespace

// 0: `found` says where the unwinding table of the code at `address` is; -1: no loaded object has that address.
extern "C" int _dl_find_object(void* address, dl_find_object* found) noexcept {
    *found = {};
    Wanted wanted{.address = reinterpret_cast<std::uintptr_t>(address), .found = found};
    return dl_iterate_phdr(is_it, &wanted) == 1 ? 0 : -1;
}

extern "C" std::uint32_t arc4random() noexcept {
    std::uint32_t out = 0;
    if (getentropy(&out, sizeof out) != 0) std::abort(); // before Linux 3.17
    return out;
}
