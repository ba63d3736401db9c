// SPDX-License-Identifier: Apache-2.0
// The counters of control groups, version 2. Groups come and go, so nothing of theirs is kept open.
#pragma once

#include "counters/catalogue.hpp"
#include "posix/unique_fd.hpp"

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace reeve::os {

class cgroup_reader {
 public:
  cgroup_reader(std::string proc_root, std::string sys_root);

  // `group`: see counter_request::argument. 0 or errno, when the group, or the folder of groups, is not there.
  int read(const std::string& group, counter_sink& out);

 private:
  static constexpr std::size_t buffer_size = 64 * 1024;

  bool find_root();
  int read_group(int parent, const char* name, std::string_view shown, counter_sink& out);
  int read_matching(const std::string& folder, std::string_view pattern, counter_sink& out);
  std::string_view read_file(int folder, const char* name);

  std::string proc_root_, sys_root_;
  unique_fd root_;
  std::string self_; // the agent's own group; groups move rarely, so it is looked up once
  std::string label_;
  std::unique_ptr<char[]> buffer_;
};

} // namespace reeve::os
