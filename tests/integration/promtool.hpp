// SPDX-License-Identifier: Apache-2.0
// Prometheus' own judgement of a page of metrics.
#pragma once

#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

#include "reeve/base/strings.hpp"

#include <string>
#include <string_view>

namespace reeve::test {

inline constexpr const char* promtool_program = "/usr/bin/promtool"; // Debian's package prometheus

// What `promtool check metrics` says of it; empty: it has no complaint.
inline std::string promtool_complaints(std::string_view page) {
  const temp_dir folder;
  write_file(folder / "page", page);
  child_options how;
  how.program = promtool_program;
  how.arguments = {"check", "metrics"};
  how.stdin_file = folder / "page";
  how.output_file = folder / "output";
  const auto judged = run(how, long_bound);
  if (!judged) return judged.error().message;
  return judged->exit_code == 0 ? judged->output : cat("status ", judged->exit_code, ": ", judged->output);
}

} // namespace reeve::test
