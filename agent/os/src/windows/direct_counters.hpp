// SPDX-License-Identifier: Apache-2.0
// Those sets of the catalogue that Windows answers by calls of its own: no library of another maker runs, nothing can hang.
#pragma once

#include "counters/catalogue.hpp"
#include "reeve/base/result.hpp"

#include <cstddef>
#include <memory>

namespace reeve::os {

class direct_counters {
 public:
  // Processors of the group that this thread is in: all, up to 64.
  result<> read_cpu(counter_sink& out);
  result<> read_memory(counter_sink& out);
  // Fixed drives that have a letter.
  result<> read_filesystems(counter_sink& out);
  // Hardware, and what else has had traffic; not the filters in between, through which the same traffic goes.
  result<> read_network(counter_sink& out);

 private:
  std::unique_ptr<std::byte[]> buffer_;
};

} // namespace reeve::os
