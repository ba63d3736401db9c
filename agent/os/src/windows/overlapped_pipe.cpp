// SPDX-License-Identifier: Apache-2.0
#include "windows/overlapped_pipe.hpp"

#include "windows/error.hpp"
#include "windows/inherited_handles.hpp"
#include "windows/utf.hpp"

#include "reeve/base/strings.hpp"

#include <atomic>
#include <string>

namespace reeve::os {

// A named one that nobody else can open: it has one instance, and its other end is taken before the name is told to
// anyone.
result<pipe_ends> make_overlapped_pipe(DWORD buffer_bytes) {
  static std::atomic<unsigned> made{0};
  const std::wstring name =
      to_utf16(cat("\\\\.\\pipe\\reeve-", GetCurrentProcessId(), "-", made.fetch_add(1)));
  pipe_ends out;
  out.ours = unique_handle(CreateNamedPipeW(
      name.c_str(), PIPE_ACCESS_INBOUND | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
      PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1, 0, buffer_bytes, 0,
      nullptr));
  if (!out.ours) return windows_error(GetLastError(), "no pipe");
  SECURITY_ATTRIBUTES inherit = inheritable();
  out.theirs = unique_handle(CreateFileW(name.c_str(), GENERIC_WRITE | FILE_READ_ATTRIBUTES, 0, &inherit,
                                         OPEN_EXISTING, 0, nullptr));
  if (!out.theirs) return windows_error(GetLastError(), "the pipe is not to be opened");
  return out;
}

pipe_reader::pipe_reader(unique_handle pipe, std::size_t most_bytes)
    : pipe_(std::move(pipe)), event_(CreateEventW(nullptr, TRUE, FALSE, nullptr)), part_(most_bytes) {}

pipe_reader::~pipe_reader() {
  (void)take(true);
}

bool pipe_reader::begin() noexcept {
  reading_ = {};
  reading_.hEvent = event_.get();
  // One that is done at once sets the event, too.
  is_reading_ = ReadFile(pipe_.get(), part_.data(), static_cast<DWORD>(part_.size()), nullptr, &reading_) ||
                GetLastError() == ERROR_IO_PENDING;
  return is_reading_;
}

std::optional<std::string_view> pipe_reader::take(bool cancel) noexcept {
  if (!is_reading_) return std::nullopt;
  if (cancel) CancelIoEx(pipe_.get(), &reading_);
  is_reading_ = false;
  DWORD count = 0;
  // In every case the operation is over then, so that the kernel holds no pointer to memory of ours.
  if (!GetOverlappedResult(pipe_.get(), &reading_, &count, TRUE)) return std::nullopt;
  return std::string_view(part_.data(), count);
}

std::size_t pipe_reader::waiting_bytes() const noexcept {
  DWORD out = 0;
  return PeekNamedPipe(pipe_.get(), nullptr, 0, nullptr, &out, nullptr) ? out : 0;
}

} // namespace reeve::os
