// SPDX-License-Identifier: Apache-2.0
#include "windows/keeper/record_keeping.hpp"

#include "windows/error.hpp"
#include "windows/utf.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/append_file.hpp"

namespace reeve::os {

namespace {

bool write_all(HANDLE file, std::string_view text) {
  DWORD written = 0;
  return WriteFile(file, text.data(), static_cast<DWORD>(text.size()), &written, nullptr) &&
         written == text.size();
}

// A file that is open elsewhere can often not be replaced, whatever its reader shares; readers of this one are quick.
void put_in_place(const std::string& from, const std::string& to) {
  for (int attempt = 0; attempt < 100 && !rename_over(from, to); ++attempt)
    Sleep(10);
}

} // namespace

bool record_keeping::open(const std::string& folder, const process_id& own, std::string& why) {
  folder_ = folder;
  lock_ = unique_handle(CreateFileW(to_utf16(cat(folder, "\\lock")).c_str(), GENERIC_READ | GENERIC_WRITE,
                                    FILE_SHARE_READ, nullptr, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr));
  if (!lock_) {
    const DWORD problem = GetLastError();
    if (problem != ERROR_SHARING_VIOLATION) why = windows_error(problem, cat(folder, "\\lock")).message;
    return false;
  }
  SetEndOfFile(lock_.get());
  write_all(lock_.get(), cat(own.pid, " ", own.start, "\n"));
  return true;
}

void record_keeping::write(const std::string& text, HANDLE agent) {
  const std::string beside = cat(folder_, "\\record.new");
  bool is_whole = false;
  {
    const unique_handle file(CreateFileW(to_utf16(beside).c_str(), GENERIC_WRITE,
                                         FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr, CREATE_ALWAYS,
                                         FILE_ATTRIBUTE_NORMAL, nullptr));
    is_whole = file && write_all(file.get(), text);
  }
  if (is_whole) put_in_place(beside, cat(folder_, "\\record"));
  if (agent) write_all(agent, text);
}

void record_keeping::unlock() {
  SetFilePointer(lock_.get(), 0, nullptr, FILE_BEGIN);
  SetEndOfFile(lock_.get());
  lock_ = unique_handle();
}

} // namespace reeve::os
