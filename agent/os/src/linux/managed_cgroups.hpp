// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace reeve::os {

// A control group (version 2, Documentation/admin-guide/cgroup-v2.rst) for each managed program, beneath the agent's own:
// one write kills all of it at once. No controller is switched on, so that the agent's own group may go on holding it.
class managed_cgroups {
 public:
  explicit managed_cgroups(const std::string& instance);

  // The folder of that program's group, made where it is not there; empty: this account may not make one.
  std::string make(const std::string& name) const;
  void kill(const std::string& name) const;
  void remove(const std::string& name) const; // when nothing is in it any more
  void remove_all() const;                    // what they were in, when there is none any more

 private:
  std::string folder_; // empty: none
};

} // namespace reeve::os
