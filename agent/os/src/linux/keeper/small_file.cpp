// SPDX-License-Identifier: Apache-2.0
#include "linux/keeper/small_file.hpp"

#include "parse/proc_pid.hpp"
#include "posix/unique_fd.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/keeper_record.hpp"

#include <array>
#include <fcntl.h>

namespace reeve::os {

std::string read_small_file(const std::string& path) {
  std::string out;
  const unique_fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 4096> part;
  for (ssize_t n = 0; file && (n = ::read(file.get(), part.data(), part.size())) > 0;)
    out.append(part.data(), static_cast<std::size_t>(n));
  return out;
}

process_id identity_of(std::uint32_t pid) {
  const std::string text = read_small_file(cat("/proc/", pid, "/stat"));
  const auto stat = parse::parse_stat(text);
  return {pid, stat ? stat->start_ticks : 0};
}

std::string boot_id() {
  static const std::string of_this_start = [] {
    std::string text = read_small_file("/proc/sys/kernel/random/boot_id");
    while (text.ends_with('\n'))
      text.pop_back();
    return text;
  }();
  return of_this_start;
}

} // namespace reeve::os
