// SPDX-License-Identifier: Apache-2.0
// The latest snapshot of every source. Writers replace whole snapshots; readers keep what they were handed.
#pragma once

#include "reeve/store/snapshot.hpp"

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::store {

class board { // safe from any thread
 public:
  struct entry {
    std::string source; // the plugin's name
    snapshot_ptr latest;
  };

  void publish(std::string_view source, snapshot_ptr latest);
  void retire(std::string_view source);
  std::vector<entry> view() const;                    // in the order in which the sources first published
  snapshot_ptr latest(std::string_view source) const; // null: never published or retired

 private:
  mutable std::mutex mutex_;
  std::vector<entry> entries_;
};

} // namespace reeve::store
