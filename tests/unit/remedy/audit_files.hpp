// SPDX-License-Identifier: Apache-2.0
// An audit log in a folder of its own, and what a test does to it.
#pragma once

#include "fake_clock.hpp"
#include "tests/support/temp_dir.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/remedy/audit_check.hpp"
#include "reeve/remedy/audit_log.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::remedy {

class audit_folder {
 public:
  std::string path() const {
    const std::u8string text = (folder_ / "audit.jsonl").u8string();
    return {text.begin(), text.end()};
  }
  result<std::unique_ptr<audit_log>> open(std::uint64_t max_size_bytes = 1'000'000,
                                          std::uint32_t max_files = 3) const {
    return audit_log::open({path(), max_size_bytes, max_files}, time);
  }
  std::string text() const { return test::read_file(folder_ / "audit.jsonl"); }
  void set_text(std::string_view text) const { test::write_file(folder_ / "audit.jsonl", text); }
  std::vector<std::string> lines() const {
    std::vector<std::string> out;
    const std::string all = text();
    for (std::size_t at = 0, end = 0; (end = all.find('\n', at)) != all.npos; at = end + 1)
      out.push_back(all.substr(at, end - at));
    return out;
  }
  void set_lines(const std::vector<std::string>& lines) const {
    std::string out;
    for (const std::string& line : lines)
      out += cat(line, "\n");
    set_text(out);
  }
  void move_away() const { std::filesystem::rename(folder_ / "audit.jsonl", folder_ / "moved"); }
  void remove_head() const { std::filesystem::remove(folder_ / "audit.jsonl.head"); }

  fake_clock time;

 private:
  test::temp_dir folder_;
};

inline audit_entry entry_of(audit_event event, std::uint64_t action_id = 0) {
  audit_entry out;
  out.event = event;
  out.action_id = action_id;
  out.source = "rule leak";
  out.action = "restart";
  out.target = {"process", "web", 12, 345, "process 12 (web)"};
  return out;
}

} // namespace reeve::remedy
