// SPDX-License-Identifier: Apache-2.0
// What processes have open, read by this program itself.
#pragma once

#include "plugins/handle-leak/kind_watch.hpp"

#include "reeve/os/open_files.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::cli {

class system_kinds final : public handle_leak::kind_reader {
 public:
  bool counts(std::uint32_t pid, std::uint64_t start, std::vector<handle_leak::kind_count>& out,
              handle_leak::unread_reason& why) override;
  std::string example(std::uint32_t pid, std::uint64_t start, std::string_view kind) override;

 private:
  result<> read(process_id id, const os::open_files_request& wanted);

  std::unique_ptr<os::open_files_reader> reader_; // made when it is first needed
  os::open_files last_;
};

} // namespace reeve::cli
