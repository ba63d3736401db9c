// SPDX-License-Identifier: Apache-2.0
// A pipe from another process that is read without waiting, which an anonymous one cannot be.
#pragma once

#include "reeve/base/result.hpp"
#include "windows/unique_handle.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace reeve::os {

struct pipe_ends {
  unique_handle ours;   // overlapped, to read from
  unique_handle theirs; // inheritable, to write to
};
result<pipe_ends> make_overlapped_pipe(DWORD buffer_bytes);

// One read after the other, all of them by one thread: the system cancels what a thread that ends has begun.
class pipe_reader {
 public:
  pipe_reader(unique_handle pipe, std::size_t most_bytes); // at once
  ~pipe_reader();
  pipe_reader(const pipe_reader&) = delete;

  // False: the pipe has ended, or there is no reading from it; nothing is under way then.
  bool begin() noexcept;
  // What the read under way got, to be asked once event() is set, or at any time with `cancel`, which ends one that got
  // nothing yet. Nothing: the pipe has ended, or it was cancelled. The bytes are good until the next begin().
  std::optional<std::string_view> take(bool cancel = false) noexcept;

  // In the pipe, beside what the read under way got.
  std::size_t waiting_bytes() const noexcept;

  HANDLE pipe() const noexcept { return pipe_.get(); }
  HANDLE event() const noexcept { return event_.get(); }

 private:
  unique_handle pipe_, event_;
  OVERLAPPED reading_{};
  bool is_reading_ = false;
  std::vector<char> part_;
};

} // namespace reeve::os
