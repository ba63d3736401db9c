// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/file_lock_table.hpp"

namespace reeve::os {

result<std::unique_ptr<file_lock_table>> file_lock_table::create(const file_lock_table_options&) {
  return error{errc::unsupported, "who holds a file cannot be told on Windows yet", 0};
}

} // namespace reeve::os
