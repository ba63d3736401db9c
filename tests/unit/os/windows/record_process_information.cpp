// SPDX-License-Identifier: Apache-2.0
// Writes a fixture for windows_process_info_test: record_process_information FILE
// The address of the buffer (8 bytes, little-endian), then what the system wrote into it.
#include "tests/unit/os/windows/waiting_threads.hpp"
#include "windows/windows.hpp"

#include <cstdint>
#include <cstdio>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const reeve::os::waiting_threads three(3); // so that the fixture has a process of a known number of threads
  std::vector<char> buffer(1 << 20);
  ULONG length = 0;
  const NTSTATUS status = NtQuerySystemInformation(SystemProcessInformation, buffer.data(),
                                                   static_cast<ULONG>(buffer.size()), &length);
  if (!NT_SUCCESS(status)) return 1;
  const auto address = reinterpret_cast<std::uintptr_t>(buffer.data());
  std::FILE* file = std::fopen(argv[1], "wb");
  if (file == nullptr) return 1;
  const bool written = std::fwrite(&address, sizeof address, 1, file) == 1 &&
                       std::fwrite(buffer.data(), 1, length, file) == length;
  return std::fclose(file) == 0 && written ? 0 : 1;
}
