// SPDX-License-Identifier: Apache-2.0
// One expression, evaluated by Reeve and by Debian's Prometheus over the same samples.
#pragma once

#include "reeve/rules/sample_text.hpp"
#include "tests/integration/prometheus_server.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::test {

struct answer {
  bool is_refused = false;
  std::string why; // it was
  bool is_number = false;
  double number = 0;
  std::map<std::map<std::string, std::string>, double> samples; // by all labels, "__name__" among them
};

class both_answers {
 public:
  // An error when the server or promtool cannot be run.
  static result<std::unique_ptr<both_answers>> over(const std::string& samples);
  // A memory that selects everything and forgets nothing, to be filled and handed to the next.
  static std::unique_ptr<rules::series_memory> memory_of_all();
  // Over what each of them has.
  both_answers(std::unique_ptr<prometheus_server> server, std::unique_ptr<rules::series_memory> memory)
      : server_(std::move(server)), memory_(std::move(memory)) {}

  answer of_reeve(const std::string& expression, std::int64_t at_ms) const;
  answer of_prometheus(const std::string& expression, std::int64_t at_ms) const;
  struct comparison {
    std::string difference; // between the two; empty: none, within 1e-9 of the larger one
    answer theirs;
  };
  comparison compare(const std::string& expression, std::int64_t at_ms) const;

 private:
  std::unique_ptr<prometheus_server> server_;
  std::unique_ptr<rules::series_memory> memory_; // has all of the samples
};

// The lines of a file of tests/fixtures/promql that are no remarks.
std::vector<std::string> fixture_lines(const std::string& file);

} // namespace reeve::test
