// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <ctime>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace reeve::os {

// Account names of user ids, each looked up once. All are forgotten when the account file's modification time
// changed, which is looked at once a minute at most, and when `limit` names are held.
class user_names {
 public:
  static constexpr std::size_t limit = 1024;
  using lookup = std::function<std::string(std::uint32_t)>; // empty: the id has no name

  user_names(); // /etc/passwd and getpwuid_r, which may ask the network where the system is set up so
  user_names(std::string account_file, lookup find);

  // The number where the id has no name. Valid until the next call of either function.
  const std::string& of(std::uint32_t uid);

  void refresh(std::int64_t mono_seconds);

 private:
  std::string account_file_;
  lookup find_;
  std::unordered_map<std::uint32_t, std::string> names_;
  std::int64_t checked_at_ = INT64_MIN;
  std::timespec modified_{};
};

} // namespace reeve::os
