// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/runtime.hpp"

#include <array>
#include <climits>
#include <cstdio>
#include <cstdlib>
#if defined(__GLIBC__)
#include <malloc.h>
#endif
#include <unistd.h>

namespace reeve::os {

std::string executable_path() {
  std::array<char, PATH_MAX> target;
  const ssize_t length = ::readlink("/proc/self/exe", target.data(), target.size());
  return length > 0 ? std::string(target.data(), static_cast<std::size_t>(length)) : std::string{};
}

bool is_terminal(int fd) {
  return ::isatty(fd) == 1;
}

void tune_allocator() {
#if defined(__GLIBC__)
  constexpr int trim_bytes = 1 << 20;
  ::mallopt(M_ARENA_MAX, 2);
  ::mallopt(M_TRIM_THRESHOLD, trim_bytes);
  // Setting the trim threshold freezes the otherwise growing mmap threshold at its small default
  // (mallopt(3)).
  ::mallopt(M_MMAP_THRESHOLD, trim_bytes);
#endif
}

std::string user_runtime_dir() {
  if (::geteuid() == 0) return "/run";
  const char* folder = std::getenv("XDG_RUNTIME_DIR");
  return folder && folder[0] == '/' ? folder : "/tmp";
}

std::string state_dir() {
  const auto folder_in = [](const char* variable) {
    const char* value = std::getenv(variable);
    // Several folders are separated by colons; the first one is ours.
    const std::string text = value && value[0] == '/' ? value : "";
    return text.substr(0, text.find(':'));
  };
  if (std::string given = folder_in("STATE_DIRECTORY"); !given.empty()) return given;
  if (::geteuid() == 0) return "/var/lib/reeve";
  if (const std::string state = folder_in("XDG_STATE_HOME"); !state.empty()) return state + "/reeve";
  if (const std::string home = folder_in("HOME"); !home.empty()) return home + "/.local/state/reeve";
  return "/tmp/reeve-state-" + std::to_string(::geteuid());
}

std::string default_config_file() {
  return "/etc/reeve/reeve.toml";
}

void leave(int status) {
  std::fflush(nullptr);
  ::_exit(status);
}

std::string os_name() {
  return "linux";
}

} // namespace reeve::os
