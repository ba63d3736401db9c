// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "windows/windows.hpp"

#include <cstddef>
#include <vector>

namespace reeve::os {

inline SECURITY_ATTRIBUTES inheritable() noexcept {
  SECURITY_ATTRIBUTES out{};
  out.nLength = sizeof out;
  out.bInheritHandle = TRUE;
  return out;
}

// Handles that a child may inherit: these and no others, whatever else this process is starting meanwhile. With a job,
// which lives as long as this, the child is born into it: one that joins suspended is left behind suspended when its
// starter is killed before it has joined ("UpdateProcThreadAttribute function", PROC_THREAD_ATTRIBUTE_JOB_LIST).
class inherited_handles {
 public:
  template <std::size_t N>
  explicit inherited_handles(HANDLE (&handles)[N], HANDLE* job = nullptr) {
    const DWORD count = job ? 2 : 1;
    SIZE_T size = 0;
    InitializeProcThreadAttributeList(nullptr, count, 0, &size);
    memory_.resize(size);
    made_ = InitializeProcThreadAttributeList(get(), count, 0, &size) != FALSE;
    filled_ = made_ && add(PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles, sizeof handles) &&
              (!job || add(PROC_THREAD_ATTRIBUTE_JOB_LIST, job, sizeof *job));
  }
  ~inherited_handles() {
    if (made_) DeleteProcThreadAttributeList(get());
  }
  inherited_handles(const inherited_handles&) = delete;
  explicit operator bool() const noexcept { return filled_; }
  LPPROC_THREAD_ATTRIBUTE_LIST get() noexcept {
    return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(memory_.data());
  }

 private:
  bool add(DWORD_PTR what, void* value, SIZE_T size) noexcept {
    return UpdateProcThreadAttribute(get(), 0, what, value, size, nullptr, nullptr) != FALSE;
  }

  std::vector<std::byte> memory_;
  bool made_ = false, filled_ = false;
};

} // namespace reeve::os
