// SPDX-License-Identifier: Apache-2.0
#include "windows/security.hpp"

#include "windows/error.hpp"
#include "windows/unique_handle.hpp"

#include <sddl.h>

#include <cstddef>

namespace reeve::os {

namespace {

unique_handle own_token() noexcept {
  HANDLE token = nullptr;
  return unique_handle(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token) ? token : nullptr);
}

} // namespace

result<std::string> own_sid() {
  const unique_handle token = own_token();
  alignas(TOKEN_USER) std::byte buffer[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
  DWORD length = 0;
  if (!token || !GetTokenInformation(token.get(), TokenUser, buffer, sizeof buffer, &length))
    return windows_error(GetLastError(), "cannot read the account of this process");
  const PSID sid = reinterpret_cast<const TOKEN_USER*>(buffer)->User.Sid;
  return std::string(static_cast<const char*>(sid), GetLengthSid(sid));
}

std::wstring sid_text(PSID sid) {
  wchar_t* text = nullptr;
  if (!ConvertSidToStringSidW(sid, &text)) return {};
  const local_ptr<wchar_t> owned(text);
  return text;
}

result<private_access> private_access::make() {
  const auto sid = own_sid();
  if (!sid) return sid.error();
  const std::wstring sddl =
      L"D:P(A;;GA;;;SY)(A;;GA;;;BA)(A;;GA;;;" + sid_text(const_cast<char*>(sid->data())) + L")";
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl.c_str(), SDDL_REVISION_1, &descriptor,
                                                            nullptr))
    return windows_error(GetLastError(), "cannot make an access list");
  private_access out;
  out.descriptor_.reset(descriptor);
  out.attributes_ = {sizeof out.attributes_, descriptor, FALSE};
  return out;
}

bool is_elevated() noexcept {
  const unique_handle token = own_token();
  TOKEN_ELEVATION elevation{};
  DWORD length = 0;
  return token && GetTokenInformation(token.get(), TokenElevation, &elevation, sizeof elevation, &length) &&
         elevation.TokenIsElevated != 0;
}

} // namespace reeve::os
