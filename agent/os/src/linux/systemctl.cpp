// SPDX-License-Identifier: Apache-2.0
#include "linux/systemctl.hpp"

#include "reeve/base/strings.hpp"

#include <array>
#include <sys/stat.h>
#include <unistd.h>

namespace reeve::os {

bool is_systemd_running(const std::string& root) {
  struct stat s {};
  return ::lstat(cat(root, "/run/systemd/system").c_str(), &s) == 0 && S_ISDIR(s.st_mode);
}

result<program_end> run_systemctl(const std::string& root, bool user, std::vector<std::string> args,
                                  nanoseconds patience) {
  // Not by $PATH: this runs as root.
  constexpr std::array<const char*, 2> places{"/usr/bin/systemctl", "/bin/systemctl"};
  std::vector<std::string> words{"--no-pager", "--no-ask-password"};
  if (user) words.emplace_back("--user");
  words.insert(words.end(), args.begin(), args.end());
  for (const char* place : places)
    if (const std::string program = cat(root, place); ::access(program.c_str(), X_OK) == 0)
      return run_program(program, words, patience);
  return error{errc::unsupported, "there is no systemctl on this machine", 0};
}

} // namespace reeve::os
