// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/counter_source.hpp"

namespace reeve::os {

result<std::unique_ptr<counter_source>> counter_source::create(const counter_source_options&) {
  return error{errc::unsupported, "performance counters of Windows are not read yet"};
}

} // namespace reeve::os
