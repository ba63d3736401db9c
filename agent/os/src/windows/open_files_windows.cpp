// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/open_files.hpp"

namespace reeve::os {

result<std::unique_ptr<open_files_reader>> open_files_reader::create(const open_files_options&) {
  return error{errc::unsupported, "the handles of a process cannot be told by kind on Windows yet", 0};
}

} // namespace reeve::os
