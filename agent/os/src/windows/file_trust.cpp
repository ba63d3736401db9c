// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/file_trust.hpp"

#include "reeve/base/strings.hpp"
#include "windows/error.hpp"
#include "windows/final_path.hpp"
#include "windows/security.hpp"
#include "windows/unique_handle.hpp"
#include "windows/utf.hpp"

#include <aclapi.h>
#include <sddl.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace reeve::os {

namespace {

enum class kind { file, own_folder, folder_above };

// Rights by which a file, or what a name leads to, can be changed ("File Access Rights Constants").
constexpr ACCESS_MASK change_itself = DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_WRITE | GENERIC_ALL;
constexpr ACCESS_MASK dangerous(kind is) noexcept {
  switch (is) {
  case kind::file:
    return change_itself | FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_EA;
  // Whoever can add a file there can add a library that the loader finds.
  case kind::own_folder:
    return change_itself | FILE_ADD_FILE | FILE_ADD_SUBDIRECTORY | FILE_DELETE_CHILD;
  case kind::folder_above:
    break;
  }
  return DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_ALL | FILE_DELETE_CHILD;
}

bool is_trusted(PSID sid, const std::string& own) {
  if (EqualSid(sid, const_cast<char*>(own.data()))) return true;
  for (const WELL_KNOWN_SID_TYPE known : {WinLocalSystemSid, WinBuiltinAdministratorsSid})
    if (IsWellKnownSid(sid, known)) return true;
  // In an access list these two stand for the owner, who is looked at by himself.
  const std::wstring text = sid_text(sid);
  return text == L"S-1-3-0" || text == L"S-1-3-4" ||
         text == L"S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"; // TrustedInstaller
}

std::string account_of(PSID sid) {
  return to_utf8(sid_text(sid));
}

// The SID of an entry that allows something, null for one that does not. Object entries, which files do not have,
// carry their SID elsewhere and are taken as allowing nothing we could name: they are refused by the caller.
PSID allowed_sid(void* entry, ACCESS_MASK& mask, bool& unknown) noexcept {
  const auto* header = static_cast<const ACE_HEADER*>(entry);
  if ((header->AceFlags & INHERIT_ONLY_ACE) != 0) return nullptr;
  switch (header->AceType) {
  case ACCESS_ALLOWED_ACE_TYPE:
  case ACCESS_ALLOWED_CALLBACK_ACE_TYPE: { // both begin alike: header, mask, SID
    auto* allowed = static_cast<ACCESS_ALLOWED_ACE*>(entry);
    mask = allowed->Mask;
    return &allowed->SidStart;
  }
  case ACCESS_DENIED_ACE_TYPE:
  case ACCESS_DENIED_CALLBACK_ACE_TYPE:
    return nullptr; // it only takes away
  default:
    unknown = true;
    return nullptr;
  }
}

result<> check_handle(HANDLE file, const std::string& path, kind is, const std::string& own) {
  PSID owner = nullptr;
  PACL list = nullptr;
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  const DWORD code =
      GetSecurityInfo(file, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, &owner,
                      nullptr, &list, nullptr, &descriptor);
  if (code != ERROR_SUCCESS) return windows_error(code, cat("cannot read who may change ", path));
  const local_ptr<void> owned(descriptor);
  const std::string_view noun = is == kind::file ? "the file " : "the folder ";
  const auto distrust = [&](const std::string& why, std::string_view mend) {
    return error{errc::access_denied, cat(noun, path, why, "; mend it with: icacls \"", path, "\" ", mend)};
  };

  if (owner == nullptr || !is_trusted(owner, own))
    return distrust(cat(" belongs to ", owner ? account_of(owner) : "nobody", ", who could change it"),
                    "/setowner *S-1-5-32-544");
  if (list == nullptr) return distrust(" has no access list, so anyone may change it", "/reset");
  for (DWORD i = 0; i < list->AceCount; ++i) {
    void* entry = nullptr;
    if (!GetAce(list, i, &entry))
      return windows_error(GetLastError(), cat("cannot read the access list of ", path));
    ACCESS_MASK mask = 0;
    bool unknown = false;
    const PSID sid = allowed_sid(entry, mask, unknown);
    if (unknown) return distrust(" has an access list with an entry of an unknown kind", "/reset");
    if (sid == nullptr || (mask & dangerous(is)) == 0 || is_trusted(sid, own)) continue;
    return distrust(cat(" may be changed by ", account_of(sid)),
                    cat("/inheritance:d /remove:g *", account_of(sid)));
  }
  return {};
}

result<unique_handle> open_for_look(const std::wstring& path, DWORD flags) {
  unique_handle out(CreateFileW(path.c_str(), READ_CONTROL | FILE_READ_ATTRIBUTES,
                                FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | flags, nullptr));
  if (!out) return windows_error(GetLastError(), cat("cannot open ", to_utf8(path)));
  return out;
}

// "C:\a\b\c.dll" has the folders "C:\a\b", "C:\a" and "C:\".
result<> check_folders(const std::wstring& file, const std::string& own) {
  kind is = kind::own_folder;
  for (std::size_t end = file.find_last_of(L'\\'); end != std::wstring::npos && end >= 2;
       end = end == 2 ? std::wstring::npos : file.find_last_of(L'\\', end - 1)) {
    const std::wstring folder = file.substr(0, end == 2 ? 3 : end); // a drive's root keeps its backslash
    // A junction on the way is looked at itself; where it leads is part of the final path.
    const auto handle = open_for_look(folder, FILE_FLAG_OPEN_REPARSE_POINT);
    if (!handle) return handle.error();
    if (auto checked = check_handle(handle->get(), to_utf8(folder), is, own); !checked) return checked;
    is = kind::folder_above;
  }
  return {};
}

bool has_drive(std::wstring_view path) noexcept {
  return path.size() > 3 && path[1] == L':' && path[2] == L'\\' &&
         ((path[0] >= L'A' && path[0] <= L'Z') || (path[0] >= L'a' && path[0] <= L'z'));
}

result<std::wstring> path_on_a_drive(HANDLE file, const std::string& asked) {
  std::wstring path;
  if (!final_path(file, VOLUME_NAME_DOS, path))
    return windows_error(GetLastError(), cat("cannot follow ", asked));
  constexpr std::wstring_view prefix = L"\\\\?\\"; // always there ("GetFinalPathNameByHandleW function")
  if (path.starts_with(prefix)) path.erase(0, prefix.size());
  if (!has_drive(path))
    return error{errc::access_denied,
                 cat(asked, " is not on a drive of this machine, so others could change it")};
  return path;
}

} // namespace

result<> check_trusted_file(const std::string& absolute_path) {
  std::wstring path = to_utf16(absolute_path);
  std::replace(path.begin(), path.end(), L'/', L'\\');
  if (!has_drive(path) || path.find(L"\\..") != std::wstring::npos || path.find(L'\0') != std::wstring::npos)
    return error{errc::invalid_argument,
                 cat(absolute_path, " is not an absolute path with a drive and without \"..\"")};
  const auto own = own_sid();
  if (!own) return own.error();

  const auto file = open_for_look(path, 0);
  if (!file) return file.error();
  FILE_BASIC_INFO info{};
  if (!GetFileInformationByHandleEx(file->get(), FileBasicInfo, &info, sizeof info))
    return windows_error(GetLastError(), cat("cannot look at ", absolute_path));
  if ((info.FileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0 || GetFileType(file->get()) != FILE_TYPE_DISK)
    return error{errc::invalid_argument, cat(absolute_path, " is not a regular file")};

  const auto real = path_on_a_drive(file->get(), absolute_path);
  if (!real) return real.error();
  if (auto checked = check_handle(file->get(), to_utf8(*real), kind::file, *own); !checked) return checked;
  if (auto checked = check_folders(*real, *own); !checked) return checked;
  // Asked for by another name: whoever can change what that name leads through decides what is loaded, too.
  if (_wcsicmp(real->c_str(), path.c_str()) != 0) return check_folders(path, *own);
  return {};
}

} // namespace reeve::os
