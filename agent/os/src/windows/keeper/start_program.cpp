// SPDX-License-Identifier: Apache-2.0
#include "windows/keeper/start_program.hpp"

#include "parse/windows_arguments.hpp"
#include "windows/error.hpp"
#include "windows/inherited_handles.hpp"
#include "windows/utf.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>

namespace reeve::os {

namespace {

bool is_batch_file(std::string_view program) {
  // What the system takes off a name before it looks for the file ("Naming Files, Paths, and Namespaces").
  while (program.ends_with('.') || program.ends_with(' '))
    program.remove_suffix(1);
  const std::string_view end = program.substr(program.size() < 4 ? 0 : program.size() - 4);
  const auto is = [&](std::string_view extension) {
    return std::equal(end.begin(), end.end(), extension.begin(), extension.end(),
                      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
  };
  return is(".bat") || is(".cmd");
}

result<> check(const launch_command& c) {
  if (c.umask) return error{errc::unsupported, "umask: there is none on Windows", 0};
  const DWORD kind = GetFileAttributesW(to_utf16(c.program).c_str());
  if (kind == INVALID_FILE_ATTRIBUTES) return windows_error(GetLastError(), cat("program ", c.program));
  if (kind & FILE_ATTRIBUTE_DIRECTORY)
    return error{errc::invalid_argument, cat("program ", c.program, " is no file"), 0};
  // CreateProcessW hands them to cmd.exe, which reads the arguments by rules of its own and can be made to run others.
  if (is_batch_file(c.program))
    return error{errc::unsupported,
                 cat("program ", c.program, " is a batch file; name the program that it starts"), 0};
  if (c.cwd.empty()) return {};
  const DWORD folder = GetFileAttributesW(to_utf16(c.cwd).c_str());
  if (folder == INVALID_FILE_ATTRIBUTES) return windows_error(GetLastError(), cat("folder ", c.cwd));
  return {};
}

// A child of one of the two lower classes gets that class too, one of the others does not ("CreateProcessW function").
DWORD priority_class(int nice) {
  if (nice >= 15) return IDLE_PRIORITY_CLASS;
  if (nice >= 5) return BELOW_NORMAL_PRIORITY_CLASS;
  if (nice <= -15) return HIGH_PRIORITY_CLASS;
  if (nice <= -5) return ABOVE_NORMAL_PRIORITY_CLASS;
  return NORMAL_PRIORITY_CLASS;
}

std::wstring block_of(const std::vector<std::string>& variables) {
  std::wstring out;
  for (const std::string& v : variables)
    out.append(to_utf16(v)).push_back(0);
  if (out.empty()) out.push_back(0);
  out.push_back(0);
  return out;
}

} // namespace

result<unique_handle> start_program(const launch_order& order, HANDLE output, HANDLE job) {
  const launch_command& c = order.command;
  if (auto good = check(c); !good) return good.error();
  SECURITY_ATTRIBUTES inherit = inheritable();
  const unique_handle input(CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherit,
                                        OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
  if (!input) return windows_error(GetLastError(), "input NUL");
  HANDLE both[] = {input.get(), output};
  inherited_handles attributes(both, &job);
  if (!attributes) return windows_error(GetLastError(), "its handles");
  STARTUPINFOEXW startup{};
  startup.StartupInfo.cb = sizeof startup;
  startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  startup.StartupInfo.hStdInput = input.get();
  startup.StartupInfo.hStdOutput = output;
  startup.StartupInfo.hStdError = output;
  startup.lpAttributeList = attributes.get();
  std::wstring line = to_utf16(parse::windows_command_line(c.program, c.args));
  std::wstring environment = block_of(order.environment);
  const std::wstring folder = to_utf16(c.cwd);
  // No process group of its own, for its processes would ignore Ctrl+C ("Process Creation Flags").
  const DWORD flags =
      CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT | (c.nice ? priority_class(*c.nice) : 0);
  PROCESS_INFORMATION made{};
  if (!CreateProcessW(to_utf16(c.program).c_str(), line.data(), nullptr, nullptr, TRUE, flags,
                      environment.data(), folder.empty() ? nullptr : folder.c_str(), &startup.StartupInfo,
                      &made))
    return windows_error(GetLastError(), cat("program ", c.program, " does not start"));
  CloseHandle(made.hThread);
  return unique_handle(made.hProcess);
}

} // namespace reeve::os
