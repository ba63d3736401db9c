// SPDX-License-Identifier: Apache-2.0
#include "audit_head.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"
#include "reeve/os/state_file.hpp"

namespace reeve::remedy {

namespace {
constexpr std::string_view first_line = "reeve-audit-head 1";
}

std::optional<audit_head> read_audit_head(const std::string& log_path) {
  const auto text = os::read_state_file(cat(log_path, ".head"));
  audit_head out;
  const auto take = [&](std::string_view key, std::string_view value) {
    if (key == "seq") return read_number(value, out.seq);
    out.hash = value;
    return key == "hash" && value.size() == 64;
  };
  if (!text || !read_record(*text, first_line, take)) return std::nullopt;
  return out;
}

bool write_audit_head(const std::string& log_path, const audit_head& head) {
  const std::string text = cat(first_line, "\nseq ", head.seq, "\nhash ", head.hash, "\n.\n");
  return os::write_state_file(cat(log_path, ".head"), text).has_value();
}

} // namespace reeve::remedy
