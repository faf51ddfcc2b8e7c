// What is kept before it is overwritten (reconcile.md §4, move 2): record, file and variables of a stack, in a folder
// of its own that only this user can read.
#pragma once

#include "base/error.hpp"
#include "model/desired.hpp"
#include "model/stack.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace mooring::apply {

struct Backup {
    std::string server;
    std::string instance_id;
    const StackRecord& record;
    const std::optional<std::string>& file; // nullopt: a Git stack, or the server lost it
    UnixSeconds at = 0;
};

// Writes FOLDER/SERVER/STACK-ID/TIME/ (0700) with record.json, and compose.yaml where there is a file (0600), on the
// disk before it returns; returns that folder. Errors (io, invalid_input): the folder cannot be made or written, or
// lies in a Git work tree, where what is secret would be committed.
Result<std::filesystem::path> write_backup(const std::filesystem::path& folder, const Backup& backup);

// What a backup says, as read from its folder.
struct KeptBackup {
    std::string server;
    std::string instance_id;
    StackRecord record; // name, type, ids and dates, status, variables, access, whether it came from Git
    std::optional<std::string> file;
    UnixSeconds at = 0;
    bool names_namespace = false; // false: of a Mooring that did not keep the namespace of Kubernetes stacks
};
// Errors (not_found, io, invalid_input): the folder holds no backup, or one of another form. The text of a variable
// stands in no message.
Result<KeptBackup> read_backup(const std::filesystem::path& folder);

// The declaration that brings it back, file, variables, state and access whole. `anew`: the stack is gone, and another
// one of its name and place is created; else only the very record that was backed up is meant. Errors (invalid_input):
// a Git stack, or one whose file, or whose namespace in a cluster, was not kept.
Result<DesiredStack> declaration_of(const KeptBackup& backup, const std::filesystem::path& folder, bool anew);

// Removes those of a stack that are older than `settings.keep`, but for its youngest three.
void prune_backups(const std::filesystem::path& stack_folder, const BackupSettings& settings, UnixSeconds now);

// The folder with a `.git` above `folder`; "" if there is none.
std::filesystem::path git_work_tree(const std::filesystem::path& folder);

} // namespace mooring::apply
