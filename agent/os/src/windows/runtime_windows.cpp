// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/runtime.hpp"

#include "windows/security.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include <cstdio>
#include <cstdlib>
#include <io.h>

namespace reeve::os {

namespace {

// From the registry rather than from %ProgramData%, which a user can set for the elevated programs he starts; and
// without SHGetKnownFolderPath, whose library would bring the whole window system into a background process.
std::string program_data() {
  wchar_t path[MAX_PATH];
  DWORD size = sizeof path;
  if (RegGetValueW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList",
                   L"ProgramData", RRF_RT_REG_SZ, nullptr, path,
                   &size) != ERROR_SUCCESS || // expands REG_EXPAND_SZ by itself
      path[0] == L'\0')
    return "C:\\ProgramData";
  return to_utf8(path);
}

} // namespace

std::string executable_path() {
  std::wstring path(512, L'\0');
  for (;;) {
    const DWORD length = GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
    if (length == 0) return {};
    if (length < path.size()) return to_utf8({path.data(), length});
    path.resize(path.size() * 2);
  }
}

bool is_terminal(int fd) {
  // _isatty() alone is true for NUL and every other character device.
  if (fd < 0 || fd > 2 || !_isatty(fd)) return false;
  constexpr DWORD streams[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
  DWORD mode = 0;
  return GetConsoleMode(GetStdHandle(streams[fd]), &mode) != 0;
}

void tune_allocator() {}

std::string user_runtime_dir() {
  if (is_elevated()) return program_data();
  wchar_t path[MAX_PATH + 1];
  const DWORD length = GetTempPathW(MAX_PATH + 1, path);
  if (length == 0 || length > MAX_PATH) return program_data();
  std::string out = to_utf8({path, length});
  if (out.size() > 3 && out.back() == '\\') out.pop_back();
  return out;
}

std::string state_dir() {
  if (is_elevated()) return program_data() + "\\reeve\\state";
  wchar_t path[MAX_PATH + 1];
  const DWORD length = GetEnvironmentVariableW(L"LOCALAPPDATA", path, MAX_PATH + 1);
  if (length == 0 || length > MAX_PATH) return user_runtime_dir() + "\\reeve-state";
  return to_utf8({path, length}) + "\\reeve\\state";
}

std::string default_config_file() {
  return program_data() + "\\reeve\\reeve.toml";
}

void leave(int status) {
  std::fflush(nullptr);
  // ExitProcess waits for the loader's lock and calls every DLL; this does neither.
  TerminateProcess(GetCurrentProcess(), static_cast<UINT>(status));
  std::abort(); // not reached: the call above ends the caller
}

std::string os_name() {
  return "windows";
}

} // namespace reeve::os
