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

// Handles that a child may inherit: these and no others, whatever else this process is starting meanwhile.
class inherited_handles {
 public:
  template <std::size_t N>
  explicit inherited_handles(HANDLE (&handles)[N]) {
    SIZE_T size = 0;
    InitializeProcThreadAttributeList(nullptr, 1, 0, &size);
    memory_.resize(size);
    made_ = InitializeProcThreadAttributeList(get(), 1, 0, &size) != FALSE;
    filled_ = made_ && UpdateProcThreadAttribute(get(), 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles,
                                                 sizeof handles, nullptr, nullptr);
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
  std::vector<std::byte> memory_;
  bool made_ = false, filled_ = false;
};

} // namespace reeve::os
