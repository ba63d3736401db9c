// SPDX-License-Identifier: Apache-2.0
// Small questions about the process and the system it runs on. Safe from any thread unless said otherwise.
#pragma once

#include <string>

namespace reeve::os {

// Absolute path of the running program; empty where the system does not tell.
std::string executable_path();

// fd is a C runtime descriptor: 0, 1 or 2 for the standard streams.
bool is_terminal(int fd);

// Keeps the C library's allocator small: a mostly idle agent with a few threads gains nothing from an arena
// for each, and freed memory shall go back to the system. Call once, at the start of main, before any thread.
// Does nothing on Windows and with C libraries other than glibc.
void tune_allocator();

// Where this account's sockets and pid files belong. Linux: "/run" for root, else $XDG_RUNTIME_DIR when it is
// an absolute path, else "/tmp", which everyone may write to: what is put there must be protected by its own
// mode. Windows: the folder of %ProgramData% for an elevated process, else the account's temporary folder.
std::string user_runtime_dir();

// Where an agent keeps what it must know after a restart, unless its configuration says. Linux: $STATE_DIRECTORY when the
// service manager gives one (systemd.exec(5)), else "/var/lib/reeve" for root, else "reeve" in $XDG_STATE_HOME or
// "~/.local/state". Windows: "%ProgramData%\\reeve\\state" for an elevated process, else "%LOCALAPPDATA%\\reeve\\state".
std::string state_dir();

// Where an installed agent's configuration is: "/etc/reeve/reeve.toml", "%ProgramData%\\reeve\\reeve.toml".
std::string default_config_file();

// Ends the process at once: what was printed is written out, nothing is destroyed, no library is told. For a process with a
// thread that is stuck in foreign code and may hold the system loader's lock, on which an ordinary exit would wait.
[[noreturn]] void leave(int status);

// "linux" or "windows", as the os label of reeve_build_info.
std::string os_name();

} // namespace reeve::os
