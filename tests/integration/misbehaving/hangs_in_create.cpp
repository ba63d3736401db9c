// SPDX-License-Identifier: Apache-2.0
#include "reeve/plugin.hpp"

#include <thread>

namespace {

class hangs_in_create final : public reeve::sdk::plugin {
 public:
  static constexpr reeve::sdk::description about{
      "org.reeve.test.hangs-in-create", "hangs-in-create", "1.0.0", "Reeve",
      "Never comes into being",         "Apache-2.0"};

  explicit hangs_in_create(reeve::sdk::host h) : plugin(h) {
    for (;;)
      std::this_thread::sleep_for(std::chrono::hours(1));
  }
};

} // namespace

REEVE_PLUGIN(hangs_in_create)
