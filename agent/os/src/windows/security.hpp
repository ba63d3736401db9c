// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"
#include "windows/windows.hpp"

#include <memory>
#include <string>

namespace reeve::os {

// What LocalAlloc gave.
struct local_free {
  void operator()(void* memory) const noexcept { LocalFree(memory); }
};
template <class T>
using local_ptr = std::unique_ptr<T, local_free>;

// The SID of this process's user, as the bytes of the SID, and as its text "S-1-5-...".
result<std::string> own_sid();
std::wstring sid_text(PSID sid);

// For what is made for this process's own account: it, the system and administrators are let in; nobody else, nothing
// inherited.
class private_access {
 public:
  static result<private_access> make();
  SECURITY_ATTRIBUTES* get() noexcept { return &attributes_; }

 private:
  local_ptr<void> descriptor_;
  SECURITY_ATTRIBUTES attributes_{};
};

bool is_elevated() noexcept;

} // namespace reeve::os
