// SPDX-License-Identifier: Apache-2.0
// PATH.head: which line of an audit log was the last one. Without it nothing tells that lines were cut off the end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace reeve::remedy {

struct audit_head {
  std::uint64_t seq = 0;
  std::string hash; // of the line, without its newline
};

// Nothing: there is none that can be read.
std::optional<audit_head> read_audit_head(const std::string& log_path);
bool write_audit_head(const std::string& log_path, const audit_head& head);

} // namespace reeve::remedy
