// SPDX-License-Identifier: Apache-2.0
#include "tests/support/utf8_main.hpp"

#include <windows.h>

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <io.h>
#include <string_view>
#include <vector>

namespace reeve::test {
namespace {

std::string utf8(std::wstring_view text) {
  const int size = static_cast<int>(text.size());
  std::string out(static_cast<std::size_t>(
                      WideCharToMultiByte(CP_UTF8, 0, text.data(), size, nullptr, 0, nullptr, nullptr)),
                  '\0');
  WideCharToMultiByte(CP_UTF8, 0, text.data(), size, out.data(), static_cast<int>(out.size()), nullptr,
                      nullptr);
  return out;
}

} // namespace

std::optional<std::string> environment_variable(const char* name) {
  const wchar_t* const value = _wgetenv(std::wstring(name, name + std::string_view(name).size()).c_str());
  return value ? std::optional<std::string>(utf8(value)) : std::nullopt;
}

void write_bytes_as_they_are() {
  _setmode(_fileno(stdout), _O_BINARY);
}

} // namespace reeve::test

int wmain(int argc, wchar_t** argv) {
  std::vector<std::string> words;
  for (int i = 0; i < argc; ++i)
    words.push_back(reeve::test::utf8(argv[i]));
  std::vector<char*> pointers;
  for (std::string& word : words)
    pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return utf8_main(argc, pointers.data());
}
