// SPDX-License-Identifier: Apache-2.0
// Who uses a file. Which byte ranges are locked, and who waits for them, Windows tells nobody.
#include "reeve/os/file_lock_table.hpp"

#include "file_pattern.hpp"
#include "parse/windows_process_info.hpp"
#include "reeve/base/strings.hpp"
#include "windows/file_users.hpp"
#include "windows/process_list.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>

namespace reeve::os {

namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  const auto text = path.generic_u8string();
  return {text.begin(), text.end()};
}

class windows_file_lock_table final : public file_lock_table {
 public:
  result<> read(const file_lock_request& wanted, file_lock_rows& out) override {
    out.clear();
    if (wanted.all && wanted.paths.empty())
      return error{errc::unsupported, "Windows does not list the locks of all files; name a file", 0};
    places_.clear();
    listed_ = false;
    for (std::uint32_t asked = 0; asked < wanted.paths.size(); ++asked)
      add_asked(wanted.paths[asked], asked, out);
    if (wanted.openings)
      for (std::uint32_t file = 0; file < out.files.size(); ++file)
        if (auto found = add_users(file, out); !found) {
          for (const std::uint32_t asked : out.files[file].asked_by)
            out.problems.push_back({asked, found.error()});
        }
    return {};
  }

  std::string_view backend() const noexcept override { return "restart_manager"; }

 private:
  void add_asked(const std::string& asked_for, std::uint32_t asked, file_lock_rows& out) {
    std::error_code wrong;
    const fs::path path =
        fs::absolute(fs::path(std::u8string(asked_for.begin(), asked_for.end())), wrong).lexically_normal();
    const std::string text = text_of(path);
    // No file name of Windows has * or ?.
    if (!is_pattern(text)) {
      if (!fs::exists(path, wrong)) {
        out.problems.push_back(
            {asked, {errc::not_found, cat("cannot look at ", text, ": there is no such file"), 0}});
        return;
      }
      add_file(text, asked, out);
      if (!fs::is_directory(path, wrong)) return;
      out.files[places_.at(text)].flags |= locked_file::folder;
    }
    auto matches =
        expand_pattern(is_pattern(text) ? text : text + (text.ends_with('/') ? "**" : "/**"), true);
    if (!matches) {
      out.problems.push_back({asked, matches.error()});
      return;
    }
    for (const std::string& match : *matches)
      add_file(match, asked, out);
  }

  void add_file(const std::string& path, std::uint32_t asked, file_lock_rows& out) {
    const auto [place, is_new] = places_.emplace(path, static_cast<std::uint32_t>(out.files.size()));
    if (is_new) out.files.emplace_back().path = path;
    auto& by = out.files[place->second].asked_by;
    if (by.empty() || by.back() != asked) by.push_back(asked);
  }

  // Restart Manager first; then the query, which also knows folders. One answer is enough.
  result<> add_users(std::uint32_t file, file_lock_rows& out) {
    std::wstring path = to_utf16(out.files[file].path);
    std::replace(path.begin(), path.end(), L'/', L'\\');
    const std::size_t first = out.openings.size();
    const auto add = [&](const process_id& id) {
      for (std::size_t i = first; i < out.openings.size(); ++i)
        if (out.openings[i].id == id) return;
      out.openings.push_back({id, file, opening_kind::other, 0, -1});
    };
    const bool folder = (out.files[file].flags & locked_file::folder) != 0;
    const auto by_manager = folder ? result<std::vector<process_id>>(error{errc::unsupported, "", 0})
                                   : users_by_restart_manager(path);
    if (by_manager)
      for (const process_id& id : *by_manager)
        add(id);
    const auto by_query = users_by_file_query(path);
    if (by_query) {
      if (auto listed = list_processes(); !listed) return listed;
      for (const std::uint32_t pid : *by_query)
        if (pid != GetCurrentProcessId()) // it has the file open to ask
          if (const auto id = identity_of(pid)) add(*id);
    }
    if (by_manager || by_query) return {};
    return folder ? by_query.error() : by_manager.error();
  }

  result<> list_processes() {
    if (listed_) return {};
    if (auto listed = list_.read(); !listed) return listed;
    if (auto parsed = parse::parse_windows_processes(list_.bytes(), list_.address(), 0, processes_); !parsed)
      return parsed;
    listed_ = true;
    return {};
  }

  std::optional<process_id> identity_of(std::uint32_t pid) const {
    for (const process_row& row : processes_.rows)
      if (row.id.pid == pid) return row.id;
    return std::nullopt;
  }

  std::map<std::string, std::uint32_t> places_; // of files, by path
  process_list list_;
  process_rows processes_;
  bool listed_ = false;
};

} // namespace

result<std::unique_ptr<file_lock_table>> file_lock_table::create(const file_lock_table_options&) {
  return std::unique_ptr<file_lock_table>(std::make_unique<windows_file_lock_table>());
}

} // namespace reeve::os
