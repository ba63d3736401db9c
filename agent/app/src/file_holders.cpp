// SPDX-License-Identifier: Apache-2.0
#include "file_holders.hpp"

#include "several_holders.hpp"

#include "reeve/base/strings.hpp"

#include <filesystem>
#include <set>
#include <system_error>

namespace reeve::app {

result<process_id> holder_of_file(os::file_lock_table& table, const std::string& path) {
  // A folder would stand for all that is below it, and what is no file's name for a pattern.
  const std::filesystem::path file(std::u8string(path.begin(), path.end()));
  std::error_code failed;
  const auto status = std::filesystem::status(file, failed);
  if (!file.is_absolute()) return error{errc::invalid_argument, cat("\"", path, "\" is no absolute path"), 0};
  if (std::filesystem::is_directory(status))
    return error{errc::invalid_argument, cat(path, " is a folder, not a file"), 0};
  if (!std::filesystem::exists(status))
    return error{errc::not_found, cat("there is no file ", path, failed ? cat(": ", failed.message()) : ""),
                 0};
  os::file_lock_request wanted;
  wanted.paths = {path};
  os::file_lock_rows rows;
  if (auto read = table.read(wanted, rows); !read) return read.error();
  if (!rows.problems.empty()) return rows.problems.front().why;
  std::set<process_id> who;
  bool is_hidden = false;
  for (const os::lock_row& lock : rows.locks) {
    if ((lock.flags & os::lock_row::waiting) != 0) continue;
    is_hidden |= lock.holders == 0;
    for (std::uint32_t i = 0; i < lock.holders; ++i)
      who.insert(rows.holders[lock.first_holder + i].id);
  }
  if (who.empty() && !is_hidden)
    for (const os::file_opening& o : rows.openings)
      who.insert(o.id);
  if (who.size() == 1) return *who.begin();
  if (who.empty()) {
    if (is_hidden || rows.unreadable_processes != 0 || rows.unanswered_handles != 0)
      return error{errc::access_denied, cat("who holds ", path, " this account may not see"), 0};
    return error{errc::not_found, cat("nobody holds ", path), 0};
  }
  return several_hold(path, who);
}

} // namespace reeve::app
