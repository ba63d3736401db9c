// SPDX-License-Identifier: Apache-2.0
#include "tests/support/marked_processes.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace reeve::test {

std::vector<std::int64_t> marked_processes(std::string_view name, std::string_view value) {
  const std::string wanted = '\0' + std::string(name) + "=" + std::string(value) + '\0';
  std::vector<std::int64_t> out;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", gone)) {
    const std::string folder = entry.path().filename().string();
    std::int64_t pid = 0;
    if (std::from_chars(folder.data(), folder.data() + folder.size(), pid).ec != std::errc{}) continue;
    std::ifstream file(entry.path() / "environ", std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    if (('\0' + text).find(wanted) != text.npos) out.push_back(pid);
  }
  return out;
}

} // namespace reeve::test
