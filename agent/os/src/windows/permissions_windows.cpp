// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/permissions.hpp"

#include "windows/security.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include <array>
#include <string>

namespace reeve::os {

namespace {

std::string own_account() {
  std::array<wchar_t, 257> name; // UNLEN and the terminator
  DWORD size = static_cast<DWORD>(name.size());
  return GetUserNameW(name.data(), &size) && size > 0 ? to_utf8({name.data(), size - 1})
                                                      : std::string("unknown");
}

} // namespace

result<account_rights> read_account_rights() {
  account_rights out;
  out.account = own_account();
  out.permissions.push_back(
      {"elevated", is_elevated(), "path, command line and account of other accounts' processes"});
  return out;
}

} // namespace reeve::os
