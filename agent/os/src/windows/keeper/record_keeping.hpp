// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/process_id.hpp"
#include "windows/unique_handle.hpp"

#include <string>

namespace reeve::os {

// The folder's lock and record, and the pipe to the agent. The lock is the file "lock", open for writing by one process at
// a time, which writes there who it is; it holds the lock as long as it lives and this stands there.
class record_keeping {
 public:
  // False: another keeper holds the lock; `why` is empty then, and says what else went wrong.
  bool open(const std::string& folder, const process_id& own, std::string& why);
  void write(const std::string& text, HANDLE agent); // into the file, then to the agent, who may be gone
  void unlock();

 private:
  std::string folder_;
  unique_handle lock_;
};

} // namespace reeve::os
