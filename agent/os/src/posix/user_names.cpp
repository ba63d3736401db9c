// SPDX-License-Identifier: Apache-2.0
#include "posix/user_names.hpp"

#include <cerrno>
#include <pwd.h>
#include <sys/stat.h>

namespace reeve::os {

namespace {

std::string find_account(std::uint32_t uid) {
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> buffer(1024);
  int problem = 0;
  while ((problem = ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found)) == ERANGE &&
         buffer.size() < 256 * 1024)
    buffer.resize(buffer.size() * 2);
  return problem == 0 && found && found->pw_name ? std::string(found->pw_name) : std::string{};
}

} // namespace

user_names::user_names() : user_names("/etc/passwd", find_account) {}

user_names::user_names(std::string account_file, lookup find)
    : account_file_(std::move(account_file)), find_(std::move(find)) {}

const std::string& user_names::of(std::uint32_t uid) {
  if (const auto known = names_.find(uid); known != names_.end()) return known->second;
  if (names_.size() >= limit) names_.clear();
  std::string name = find_(uid);
  if (name.empty()) name = std::to_string(uid);
  return names_.emplace(uid, std::move(name)).first->second;
}

void user_names::refresh(std::int64_t mono_seconds) {
  if (checked_at_ != INT64_MIN && mono_seconds - checked_at_ < 60) return;
  checked_at_ = mono_seconds;
  struct stat file {};
  if (::stat(account_file_.c_str(), &file) != 0) return;
  if (file.st_mtim.tv_sec == modified_.tv_sec && file.st_mtim.tv_nsec == modified_.tv_nsec) return;
  modified_ = file.st_mtim;
  names_.clear();
}

} // namespace reeve::os
