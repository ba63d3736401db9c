// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "linux/cgroup_limits.hpp"

#include <string>
#include <vector>

namespace reeve::os {

// A control group (version 2, Documentation/admin-guide/cgroup-v2.rst) for each managed program, beneath the agent's own
// or beside its leaf: one write kills all of it at once. No controller is switched on before a limit asks for it, so that
// the agent's own group may go on holding it. make() is one thread's; the others are any's, beside it.
class managed_cgroups {
 public:
  explicit managed_cgroups(const std::string& instance);
  // As if version 2 were mounted there, and this process in that group ("/" or "/a/b"); empty: there is none.
  managed_cgroups(const std::string& mount, const std::string& own, const std::string& instance);

  // The folder of that program's group, made where it is not there, with those of the limits that are a group's. Empty:
  // this account may not make one, and none of the limits needs it.
  result<std::string> make(const std::string& name, const std::vector<resource_limit>& limits);
  void kill(const std::string& name) const;
  void remove(const std::string& name) const; // when nothing is in it any more
  void remove_all() const;                    // what they were in, when there is none any more

 private:
  result<std::string> make_group(const std::string& name) const;

  cgroup_path path_; // programs empty: none
};

} // namespace reeve::os
