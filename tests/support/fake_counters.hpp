// SPDX-License-Identifier: Apache-2.0
// The counters of a made-up system, for the tests of one plugin.
#pragma once

#include "reeve/counters.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace reeve::testing {

struct fake_measure {
  std::string name, help, unit;
  std::uint32_t kind = REEVE_GAUGE;
  std::string first_key, second_key;
};

struct fake_counter {
  std::string request; // the name of the request that it belongs to
  std::string measure; // the name of one of fake_counters::measures
  double value = 0;
  std::string first, second; // labels
  std::uint64_t identity = 0;
};

class fake_counters {
 public:
  struct request {
    std::uint32_t origin = 0;
    std::string name, argument;
    friend bool operator==(const request&, const request&) = default;
  };
  struct status {
    std::uint32_t state = REEVE_COUNTER_AVAILABLE;
    std::string why;
  };

  std::vector<fake_measure> measures;
  std::vector<fake_counter> rows;
  std::map<std::string, status> states;        // by the name of a request; others are available
  std::map<std::string, std::string> refusals; // by the name of a request: want() says this
  std::uint32_t extra_row_bytes = 0;           // rows of a newer host; a multiple of 8
  reeve_status read_status = REEVE_OK;

  const std::vector<request>& wanted() const noexcept { return wanted_; }
  // A row that is there already gets this value; otherwise it is added.
  void set(const fake_counter& row);
  // What is there now is handed out from now on without being built again: for benchmarks.
  void freeze();

 private:
  friend struct fake_table_calls;
  reeve_status want(const reeve_counter_request& asked, std::uint32_t* number, reeve_str* problem);
  reeve_status read(reeve_counter_rows* out);
  void build();
  reeve_counter_text keep(const std::string& text);

  std::vector<request> wanted_;
  std::string refusal_;
  bool frozen_ = false;
  std::uint64_t generation_ = 0;
  std::string text_;
  std::vector<char> memory_; // of the rows
  std::vector<reeve_counter_measure> abi_measures_;
  std::vector<reeve_counter_status> abi_statuses_;
};

} // namespace reeve::testing
