// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "posix/unique_fd.hpp"
#include "reeve/base/process_id.hpp"

#include <string>

namespace reeve::os {

// The folder's lock and record, and the pipe to the agent. The lock is an open file description's (fcntl(2)): another can
// ask who holds it without taking it, and it ends with the keeper whatever becomes of it.
class record_keeping {
 public:
  // False: another keeper holds the lock; `why` is empty then, and says what else went wrong.
  bool open(const std::string& folder, const process_id& own, std::string& why);
  void write(const std::string& text,
             int agent); // into the file, then to the agent (-1: not), who may be gone
  void unlock();

 private:
  unique_fd folder_, lock_;
};

} // namespace reeve::os
