// SPDX-License-Identifier: Apache-2.0
// What processes have open, as a test writes it.
#pragma once

#include "reeve/open_files.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace reeve::testing {

class fake_open_files {
 public:
  struct process {
    std::uint64_t start = 0;
    std::vector<std::uint64_t> by_kind = std::vector<std::uint64_t>(REEVE_HANDLE_REGISTRY_KEY + 1);
    std::map<std::uint32_t, std::string> targets; // by kind, the youngest one
    reeve_status status = REEVE_OK;
  };

  std::map<std::uint32_t, process> processes; // by pid; of others nothing is found
  std::uint64_t readings = 0;

 private:
  friend struct fake_table_calls;
  std::vector<std::uint64_t> by_kind_;
  std::string text_;
  std::vector<reeve_open_file> targets_;
};

} // namespace reeve::testing
