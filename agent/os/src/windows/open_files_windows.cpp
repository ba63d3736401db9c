// SPDX-License-Identifier: Apache-2.0
// Most kinds stand in the table of all handles, which every account may read. What a file object is, and every name,
// is asked by a helper.
#include "reeve/os/open_files.hpp"

#include "handle_naming.hpp"
#include "parse/windows_process_info.hpp"
#include "reeve/base/strings.hpp"
#include "windows/handle_list.hpp"
#include "windows/helper.hpp"
#include "windows/helper_process.hpp"
#include "windows/process_list.hpp"
#include "windows/utf.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace reeve::os {

namespace {

// Nothing: not a file object's answer.
std::optional<handle_kind> kind_of(parse::handle_outcome outcome) noexcept {
  switch (outcome) {
  case parse::handle_outcome::file:
    return handle_kind::file;
  case parse::handle_outcome::folder:
    return handle_kind::folder;
  case parse::handle_outcome::pipe:
    return handle_kind::pipe;
  case parse::handle_outcome::socket:
    return handle_kind::socket;
  case parse::handle_outcome::device:
    return handle_kind::device;
  default:
    return std::nullopt;
  }
}

class reader final : public open_files_reader {
 public:
  explicit reader(const std::wstring& helper_program) {
    if (!helper_program.empty())
      naming_.emplace(std::make_unique<helper_process>(helper_program, handle_names_argument));
  }

  result<> read(process_id id, const open_files_request& wanted, open_files& out) override {
    out.by_kind = {};
    out.left_out = 0;
    out.targets.clear();
    if (auto read = list_.read(); !read) return read;
    // The list of processes is the later one: who is in it was this process all along.
    if (auto there = find(id); !there) return there;
    files_.clear();
    for (const parse::handle_row& row : list_.rows()) {
      if (row.pid != id.pid) continue;
      const handle_kind kind = list_.kind_of(row);
      if (kind == handle_kind::file)
        files_.push_back({row.pid, row.handle, parse::name_wanted::name});
      else
        add(row.handle, kind, {}, wanted, out);
    }
    if (auto looked = look_at_files(wanted, out); !looked) return looked;
    return name_targets(id.pid, wanted, out);
  }

  std::string_view backend() const noexcept override { return "handle_list"; }

 private:
  result<> find(process_id id) {
    if (auto read = processes_.read(); !read) return read;
    if (auto parsed = parse::parse_windows_processes(processes_.bytes(), processes_.address(), 0, rows_);
        !parsed)
      return parsed;
    const bool there = std::any_of(rows_.rows.begin(), rows_.rows.end(),
                                   [&](const process_row& row) { return row.id == id; });
    if (!there) return error{errc::not_found, cat("process ", id.pid, " has ended"), 0};
    return {};
  }

  static void add(std::uint32_t handle, handle_kind kind, std::string name, const open_files_request& wanted,
                  open_files& out) {
    ++out.by_kind[static_cast<std::size_t>(kind)];
    if (wanted.max_targets != 0 && (wanted.target_kinds & set_of(kind)) != 0)
      out.targets.push_back({handle, kind, std::move(name)});
  }

  result<> look_at_files(const open_files_request& wanted, open_files& out) {
    const std::size_t asked = naming_ ? std::min<std::size_t>(files_.size(), max_handles) : 0;
    out.left_out = files_.size() - asked;
    if (asked == 0) return {};
    if (auto done = naming_->ask(std::span(files_).first(asked), answers_); !done) return done;
    for (std::size_t i = 0; i < asked; ++i) {
      if (const auto kind = kind_of(answers_[i].outcome))
        add(files_[i].handle, *kind, std::move(answers_[i].text), wanted, out);
      else if (answers_[i].outcome != parse::handle_outcome::gone)
        ++out.left_out;
    }
    return {};
  }

  // Keeps the highest, and asks those that are no files for their names: only now it is known which.
  result<> name_targets(std::uint32_t pid, const open_files_request& wanted, open_files& out) {
    std::sort(out.targets.begin(), out.targets.end(),
              [](const open_file& a, const open_file& b) { return a.handle < b.handle; });
    if (out.targets.size() > wanted.max_targets)
      out.targets.erase(out.targets.begin(),
                        out.targets.end() - static_cast<std::ptrdiff_t>(wanted.max_targets));
    if (!naming_) return {};
    files_.clear();
    places_.clear();
    for (std::size_t i = 0; i < out.targets.size(); ++i) {
      if (!out.targets[i].name.empty() || is_file_object(out.targets[i].kind)) continue;
      files_.push_back({pid, static_cast<std::uint32_t>(out.targets[i].handle), parse::name_wanted::name});
      places_.push_back(i);
    }
    if (files_.empty()) return {};
    if (auto done = naming_->ask(files_, answers_); !done) return done;
    for (std::size_t i = 0; i < places_.size(); ++i)
      if (answers_[i].outcome == parse::handle_outcome::other)
        out.targets[places_[i]].name = std::move(answers_[i].text);
    return {};
  }

  static bool is_file_object(handle_kind kind) noexcept {
    return kind == handle_kind::file || kind == handle_kind::folder || kind == handle_kind::pipe ||
           kind == handle_kind::socket || kind == handle_kind::device;
  }

  handle_list list_;
  process_list processes_;
  process_rows rows_;
  std::optional<handle_naming> naming_; // nothing: there is no helper
  std::vector<parse::handle_question> files_;
  std::vector<parse::handle_answer> answers_;
  std::vector<std::size_t> places_; // in targets, of the questions about them
};

} // namespace

result<std::unique_ptr<open_files_reader>> open_files_reader::create(const open_files_options& options) {
  return std::unique_ptr<open_files_reader>(std::make_unique<reader>(
      options.helper_program.empty() ? own_helper_program() : to_utf16(options.helper_program)));
}

} // namespace reeve::os
