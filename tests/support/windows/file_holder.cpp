// SPDX-License-Identifier: Apache-2.0
// file_holder STEP...   does the steps, says "ready", and ends with its standard input
//
//   open=PATH   for reading and writing, made if it is not there; others may do what they like
//   read=PATH   for reading only; the same
//   alone=PATH  for reading and writing; nobody else may open it
//   pipe        a pipe of its own, from which a thread of its own reads for ever: its handle may hang who asks it
#include <windows.h>

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <io.h>
#include <iostream>
#include <string>

namespace {

[[noreturn]] void fail(const std::string& what) {
  std::cout << "failed " << what << ": error " << GetLastError() << std::endl;
  std::_Exit(1);
}

std::wstring wide(const std::string& text) {
  std::wstring out(text.size(), L'\0');
  out.resize(static_cast<std::size_t>(MultiByteToWideChar(
      CP_ACP, 0, text.data(), static_cast<int>(text.size()), out.data(), static_cast<int>(out.size()))));
  return out;
}

DWORD WINAPI read_for_ever(void* pipe) {
  char byte;
  DWORD count = 0;
  ReadFile(pipe, &byte, 1, &count, nullptr);
  return 0;
}

void step(const std::string& word) {
  const std::size_t sign = word.find('=');
  const std::string name = word.substr(0, sign);
  const std::string path = sign == std::string::npos ? "" : word.substr(sign + 1);
  const auto open = [&](DWORD access, DWORD sharing, DWORD how) {
    if (CreateFileW(wide(path).c_str(), access, sharing, nullptr, how, 0, nullptr) == INVALID_HANDLE_VALUE)
      fail(word);
  };
  constexpr DWORD all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
  if (name == "open")
    open(GENERIC_READ | GENERIC_WRITE, all, OPEN_ALWAYS);
  else if (name == "read")
    open(GENERIC_READ, all, OPEN_EXISTING);
  else if (name == "alone")
    open(GENERIC_READ | GENERIC_WRITE, 0, OPEN_ALWAYS);
  else if (name == "pipe") {
    HANDLE read_end = nullptr, write_end = nullptr;
    if (!CreatePipe(&read_end, &write_end, nullptr, 0)) fail(word);
    if (CreateThread(nullptr, 0, read_for_ever, read_end, 0, nullptr) == nullptr) fail(word);
  } else
    fail(word);
}

} // namespace

int main(int argc, char** argv) {
  _setmode(_fileno(stdout), _O_BINARY); // lines end as on Linux
  for (int i = 1; i < argc; ++i)
    step(argv[i]);
  std::cout << "ready" << std::endl;
  while (std::cin.get() != std::istream::traits_type::eof()) {
  }
  std::_Exit(0); // a thread may still read
}
