// SPDX-License-Identifier: Apache-2.0
// Who uses a file: by Restart Manager, by the file system, and by the table of all handles, which also tells how. Which
// byte ranges are locked, and who waits for them, Windows tells nobody.
#include "reeve/os/file_lock_table.hpp"

#include "file_pattern.hpp"
#include "parse/windows_process_info.hpp"
#include "reeve/base/strings.hpp"
#include "windows/file_handles.hpp"
#include "windows/file_users.hpp"
#include "windows/helper.hpp"
#include "windows/process_list.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

namespace reeve::os {

namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  const auto text = path.generic_u8string();
  return {text.begin(), text.end()};
}

std::wstring native(const std::string& path) {
  std::wstring out = to_utf16(path);
  std::replace(out.begin(), out.end(), L'/', L'\\');
  return out;
}

class windows_file_lock_table final : public file_lock_table {
 public:
  explicit windows_file_lock_table(const std::wstring& helper_program) {
    if (!helper_program.empty()) handles_.emplace(helper_program);
  }

  result<> read(const file_lock_request& wanted, file_lock_rows& out) override {
    out.clear();
    if (wanted.all && wanted.paths.empty())
      return error{errc::unsupported, "Windows does not list the locks of all files; name a file", 0};
    places_.clear();
    listed_ = false;
    by_handles_ = false;
    for (std::uint32_t asked = 0; asked < wanted.paths.size(); ++asked)
      add_asked(wanted.paths[asked], asked, out);
    if (!wanted.openings) return {};
    std::vector<certainty> known(out.files.size());
    bool all_known = true;
    for (std::uint32_t file = 0; file < out.files.size(); ++file) {
      known[file] = add_users(file, out);
      all_known = all_known && known[file].all;
    }
    const bool look = handles_ && !(all_known && out.openings.empty());
    const auto by_handles = look ? add_handles(all_known, out) : result<>();
    for (std::uint32_t file = 0; file < out.files.size(); ++file) {
      const std::optional<error>& nobody_told = known[file].nobody_told;
      if (!handles_ && nobody_told) add_problem(file, *nobody_told, out);
      if (!by_handles && !known[file].all) add_problem(file, by_handles.error(), out);
    }
    return {};
  }

  std::string_view backend() const noexcept override {
    return by_handles_ ? "handle_list" : "restart_manager";
  }

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

  static void add_problem(std::uint32_t file, const error& why, file_lock_rows& out) {
    for (const std::uint32_t asked : out.files[file].asked_by)
      out.problems.push_back({asked, why});
  }

  struct certainty {
    bool all = false; // the query had an answer; without it nobody can be sure that all are named
    std::optional<error> nobody_told; // neither had an answer
  };

  // Restart Manager first; then the query, which also knows folders.
  certainty add_users(std::uint32_t file, file_lock_rows& out) {
    const std::wstring path = native(out.files[file].path);
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
      if (auto listed = list_processes(); !listed) return {false, listed.error()};
      for (const std::uint32_t pid : *by_query)
        if (pid != GetCurrentProcessId()) // it has the file open to ask
          if (const auto id = identity_of(pid)) add(*id);
    }
    if (by_query) return {true, std::nullopt};
    if (by_manager) return {};
    return {false, folder ? by_query.error() : by_manager.error()};
  }

  // Who is known already is looked into alone; where not all can be known, everybody is.
  result<> add_handles(bool all_known, file_lock_rows& out) {
    std::set<std::uint32_t> known;
    for (const file_opening& o : out.openings)
      known.insert(o.id.pid);
    std::vector<watched_file> files(out.files.size());
    for (std::size_t i = 0; i < files.size(); ++i)
      files[i].final_path = final_path_of(native(out.files[i].path));
    unseen_handles unseen;
    if (auto found = handles_->find(files, all_known ? &known : nullptr, unseen); !found) return found;
    listed_ = false; // a holder may be younger than the list so far
    if (auto listed = list_processes(); !listed) return listed;
    for (std::uint32_t file = 0; file < files.size(); ++file)
      for (const file_handle& h : files[file].handles)
        if (const auto id = identity_of(h.pid))
          out.openings.push_back(
              {*id, file, opening_kind::descriptor, h.access, static_cast<std::int32_t>(h.handle)});
    drop_less_precise(out.openings);
    by_handles_ = !all_known;
    out.unreadable_processes = unseen.denied_processes.size();
    out.unanswered_handles = unseen.unanswered;
    return {};
  }

  // That a process uses a file goes without saying where its handles are told.
  static void drop_less_precise(std::vector<file_opening>& openings) {
    std::set<std::pair<std::uint32_t, process_id>> by_handle;
    for (const file_opening& o : openings)
      if (o.how == opening_kind::descriptor) by_handle.emplace(o.file, o.id);
    std::erase_if(openings, [&](const file_opening& o) {
      return o.how == opening_kind::other && by_handle.contains({o.file, o.id});
    });
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
  std::optional<file_handles> handles_; // nothing: there is no helper
  bool by_handles_ = false;
};

} // namespace

result<std::unique_ptr<file_lock_table>> file_lock_table::create(const file_lock_table_options& options) {
  return std::unique_ptr<file_lock_table>(std::make_unique<windows_file_lock_table>(
      options.helper_program.empty() ? own_helper_program() : native(options.helper_program)));
}

} // namespace reeve::os
