// SPDX-License-Identifier: Apache-2.0
#include "windows/file_handles.hpp"

#include "reeve/os/file_lock_table.hpp"
#include "windows/final_path.hpp"
#include "windows/helper.hpp"
#include "windows/helper_process.hpp"
#include "windows/unique_handle.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

namespace reeve::os {

namespace {

// As NTFS compares names: by the system's table of upper case letters ("CompareStringOrdinal function").
struct before_without_case {
  bool operator()(const std::wstring& a, const std::wstring& b) const noexcept {
    return CompareStringOrdinal(a.data(), static_cast<int>(a.size()), b.data(), static_cast<int>(b.size()),
                                TRUE) == CSTR_LESS_THAN;
  }
};

std::uint8_t access_of(std::uint32_t mask) noexcept {
  std::uint8_t out = 0;
  if (mask & FILE_READ_DATA) out |= file_opening::reads;
  if (mask & (FILE_WRITE_DATA | FILE_APPEND_DATA)) out |= file_opening::writes;
  return out;
}

} // namespace

std::wstring final_path_of(const std::wstring& path) {
  // With attributes alone nobody's sharing mode is asked, nor disturbed. Backup semantics open folders, too.
  const unique_handle file(CreateFileW(path.c_str(), FILE_READ_ATTRIBUTES,
                                       FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                       OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr));
  std::wstring out;
  return file && final_path(file.get(), FILE_NAME_NORMALIZED | VOLUME_NAME_DOS, out) ? out
                                                                                     : L"\\\\?\\" + path;
}

file_handles::file_handles(std::wstring helper_program)
    : naming_(std::make_unique<helper_process>(std::move(helper_program), handle_names_argument)) {}

result<> file_handles::find(std::span<watched_file> files, const std::set<std::uint32_t>* only,
                            unseen_handles& unseen) {
  if (auto read = list_.read(); !read) return read;
  std::multimap<std::wstring, watched_file*, before_without_case> by_path; // two names may lead to one file
  for (watched_file& file : files) {
    file.handles.clear();
    by_path.emplace(file.final_path, &file);
  }
  std::vector<std::uint8_t> access;
  questions_.clear();
  for (const parse::handle_row& row : list_.rows()) {
    if (list_.kind_of(row) != handle_kind::file || (only && !only->contains(row.pid))) continue;
    questions_.push_back({row.pid, row.handle, parse::name_wanted::path});
    access.push_back(access_of(row.access));
  }
  if (auto asked = naming_.ask(questions_, answers_); !asked) return asked;
  for (std::size_t i = 0; i < answers_.size(); ++i) {
    switch (answers_[i].outcome) {
    case parse::handle_outcome::denied:
      unseen.denied_processes.insert(questions_[i].pid);
      break;
    case parse::handle_outcome::failed:
    case parse::handle_outcome::hung:
    case parse::handle_outcome::not_asked:
      ++unseen.unanswered;
      break;
    case parse::handle_outcome::file:
    case parse::handle_outcome::folder: {
      const auto [first, last] = by_path.equal_range(to_utf16(answers_[i].text));
      for (auto file = first; file != last; ++file)
        file->second->handles.push_back({questions_[i].pid, questions_[i].handle, access[i]});
      break;
    }
    default: // no file on a disk, or not there any more
      break;
    }
  }
  return {};
}

} // namespace reeve::os
