// SPDX-License-Identifier: Apache-2.0
#include "windows/handle_name_server.hpp"

#include "reeve/base/strings.hpp"
#include "windows/error.hpp"
#include "windows/final_path.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include <cstring>
#include <string>
#include <string_view>

namespace reeve::os {

namespace {

using parse::handle_answer;
using parse::handle_outcome;
using parse::name_wanted;

constexpr int object_name_information = 1; // not in every SDK's OBJECT_INFORMATION_CLASS
constexpr int object_type_information = 2;
constexpr std::size_t object_buffer_bytes = 128 * 1024; // a UNICODE_STRING has at most 64 KiB

handle_outcome outcome_of(DWORD code) noexcept {
  // OpenProcess answers ERROR_INVALID_PARAMETER for a pid that is not there, DuplicateHandle ERROR_INVALID_HANDLE.
  if (code == ERROR_INVALID_PARAMETER || code == ERROR_INVALID_HANDLE) return handle_outcome::gone;
  return errc_of(code) == errc::access_denied ? handle_outcome::denied : handle_outcome::failed;
}

// Normalised names may be refused on a network share, a drive letter there need not be ("GetFinalPathNameByHandleW
// function"): then as it was opened, then by its device.
bool any_final_path(HANDLE file, std::wstring& out) {
  return final_path(file, FILE_NAME_NORMALIZED | VOLUME_NAME_DOS, out) ||
         final_path(file, FILE_NAME_OPENED | VOLUME_NAME_DOS, out) ||
         final_path(file, FILE_NAME_OPENED | VOLUME_NAME_NT, out);
}

bool is_folder(HANDLE file) noexcept {
  FILE_STANDARD_INFO info{};
  return GetFileInformationByHandleEx(file, FileStandardInfo, &info, sizeof info) && info.Directory;
}

// GetFileType says "pipe" of both.
bool is_socket(HANDLE file, std::wstring_view name) {
  if (name.starts_with(L"\\Device\\Afd")) return true;
  if (!name.empty()) return false;
  return !GetNamedPipeInfo(file, nullptr, nullptr, nullptr, nullptr) && GetLastError() != ERROR_ACCESS_DENIED;
}

} // namespace

handle_answer handle_name_server::answer(const parse::handle_question& question) {
  handle_answer out;
  if (!open(question.pid, out)) return out;
  HANDLE raw = nullptr;
  const auto theirs = reinterpret_cast<HANDLE>(static_cast<std::uintptr_t>(question.handle));
  if (!DuplicateHandle(process_.get(), theirs, GetCurrentProcess(), &raw, 0, FALSE, DUPLICATE_SAME_ACCESS)) {
    out.outcome = outcome_of(GetLastError());
    return out;
  }
  const unique_handle handle(raw);
  return describe(handle.get(), question.wanted);
}

bool handle_name_server::open(std::uint32_t pid, handle_answer& why_not) {
  if (process_ && pid_ == pid) return true;
  process_ = unique_handle(OpenProcess(PROCESS_DUP_HANDLE, FALSE, pid));
  pid_ = pid;
  if (!process_) why_not.outcome = outcome_of(GetLastError());
  return static_cast<bool>(process_);
}

handle_answer handle_name_server::describe(HANDLE handle, name_wanted wanted) {
  handle_answer out;
  std::wstring name;
  // The handle's number may stand for another object than when the list was read.
  if (object_text(handle, object_type_information) != L"File") {
    out.outcome = handle_outcome::other;
    if (wanted == name_wanted::path) return out;
    name = object_text(handle, object_name_information);
    if (const DWORD pid = name.empty() ? GetProcessId(handle) : 0; pid != 0) out.text = cat("pid ", pid);
  } else if (const DWORD type = GetFileType(handle); type == FILE_TYPE_DISK) {
    out.outcome = !any_final_path(handle, name) ? handle_outcome::failed
                  : is_folder(handle)           ? handle_outcome::folder
                                                : handle_outcome::file;
  } else {
    out.outcome = type == FILE_TYPE_PIPE ? handle_outcome::pipe : handle_outcome::device;
    if (wanted == name_wanted::path) return out; // asking a pipe for its name is what hangs most
    name = object_text(handle, object_name_information);
    if (type == FILE_TYPE_PIPE && is_socket(handle, name)) out.outcome = handle_outcome::socket;
  }
  append_utf8(out.text, name);
  return out;
}

// A UNICODE_STRING and its text, as both of these classes begin with; empty where there is none.
std::wstring handle_name_server::object_text(HANDLE handle, int information_class) {
  buffer_.resize(object_buffer_bytes / sizeof buffer_[0]);
  std::memset(buffer_.data(), 0, sizeof(UNICODE_STRING)); // where the system writes nothing
  ULONG length = 0;
  const NTSTATUS status = NtQueryObject(handle, static_cast<OBJECT_INFORMATION_CLASS>(information_class),
                                        buffer_.data(), static_cast<ULONG>(object_buffer_bytes), &length);
  UNICODE_STRING text;
  std::memcpy(&text, buffer_.data(), sizeof text);
  if (!NT_SUCCESS(status) || text.Buffer == nullptr) return {};
  return std::wstring(text.Buffer, text.Length / sizeof(wchar_t));
}

int serve_handle_names() {
  const HANDLE input = GetStdHandle(STD_INPUT_HANDLE), output = GetStdHandle(STD_OUTPUT_HANDLE);
  const auto say = [output](std::string_view text) {
    DWORD written = 0;
    while (!text.empty()) {
      if (!WriteFile(output, text.data(), static_cast<DWORD>(text.size()), &written, nullptr)) return false;
      text.remove_prefix(written);
    }
    return true;
  };
  if (!say(cat(parse::helper_is_ready, "\n"))) return 1;
  handle_name_server server;
  std::string received, line;
  for (;;) {
    char piece[4096];
    DWORD count = 0;
    server.forget_process();
    if (!ReadFile(input, piece, sizeof piece, &count, nullptr) || count == 0)
      return 0; // nobody asks any more
    received.append(piece, count);
    std::size_t begin = 0;
    for (std::size_t end; (end = received.find('\n', begin)) != std::string::npos; begin = end + 1) {
      const auto question =
          parse::parse_handle_question(std::string_view(received).substr(begin, end - begin));
      if (!question) return 2;
      line.clear();
      append_line(line, server.answer(*question)); // said at once: who asked must know which one hangs
      if (!say(line)) return 1;
    }
    received.erase(0, begin);
    if (received.size() > sizeof piece) return 2; // no question is that long
  }
}

} // namespace reeve::os
