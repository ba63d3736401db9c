// SPDX-License-Identifier: Apache-2.0
// What of state files the standard library can do on both systems.
#include "reeve/os/state_file.hpp"

#include "reeve/base/strings.hpp"

#include <filesystem>
#include <system_error>

namespace reeve::os {

namespace fs = std::filesystem;

namespace {

fs::path to_path(const std::string& utf8) {
  return fs::path(std::u8string(utf8.begin(), utf8.end()));
}

} // namespace

std::vector<std::string> folders_in(const std::string& path) {
  std::vector<std::string> out;
  std::error_code failed;
  for (fs::directory_iterator i(to_path(path), failed), end; !failed && i != end; i.increment(failed)) {
    if (!i->is_directory(failed)) continue;
    const std::u8string name = i->path().filename().u8string();
    out.emplace_back(name.begin(), name.end());
  }
  return out;
}

result<> put_state_file_aside(const std::string& path) {
  std::error_code failed;
  fs::rename(to_path(path), to_path(cat(path, ".bad")), failed);
  if (failed) return error{errc::failed, cat(path, ": ", failed.message()), failed.value()};
  return {};
}

result<> remove_state_file(const std::string& path) {
  std::error_code failed;
  fs::remove(to_path(path), failed);
  if (failed) return error{errc::failed, cat(path, ": ", failed.message()), failed.value()};
  return {};
}

void forget_state_file(const std::string& path) {
  (void)remove_state_file(path);
  (void)remove_state_file(cat(path, ".new"));
}

} // namespace reeve::os
